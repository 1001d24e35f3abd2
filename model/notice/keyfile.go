package notice

import (
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// What is to be known of an answer about the keys of a stream.
var (
	keysWithoutBytes   = declare("keys-without-bytes", "keys", Weakens)
	keysWithoutRecords = declare("keys-without-records", "keys", Weakens)
	keysRest           = declare("keys-rest", "keys", Weakens)
	keysWithoutRate    = declare("keys-without-rate", "keys", Note)
	keysMean           = declare("keys-mean", "keys", Weakens)
	keysUnread         = declare("keys-unread", "keys", Changes)
	uniformHotter      = declare("uniform-hotter", "keys", Note)
	sampleUnused       = declare("sample-unused", "keys", Weakens)
	sampleColder       = declare("sample-colder", "keys", Weakens)
	sampleShort        = declare("sample-short", "keys", Weakens)
	sampleRare         = declare("sample-rare", "keys", Weakens)
	sampleSizes        = declare("sample-sizes", "keys", Weakens)
	sampleStream       = declare("sample-stream", "keys", Changes)
)

// KeysWithoutBytes says that only the records of keys were counted.
func KeysWithoutBytes() Notice {
	return keysWithoutBytes.notice("The file has no bytes: a key with large records can be hotter than it looks.",
		"Count the bytes as well, payload and partition key.")
}

// KeysWithoutRecords says that only the bytes of keys were counted.
func KeysWithoutRecords() Notice {
	return keysWithoutRecords.notice("The file has no records: a key with small records can be hotter than it looks.",
		"Count the records as well.")
}

// KeysRest says what share of the load was spread evenly, because its keys are not known.
func KeysRest(share unit.Fraction) Notice {
	return keysRest.notice(share.Prose()+" of the load is of keys that are not in the file by themselves. It is spread "+
		"evenly over the hash keys: one of them that is large is not seen.", "Count more keys by themselves.")
}

// KeysWithoutRate says that shares alone are known.
func KeysWithoutRate() Notice {
	return keysWithoutRate.notice("Counts without a time are shares: whether a shard is too hot is not known.",
		"Say of what time the counts are ({option:over}), or the stream's peak ({option:peak}).")
}

// KeysMean says that the load is the mean of the time that the counts are of.
func KeysMean() Notice {
	return keysMean.notice("The load is the mean of the time that the file is of: the peak is higher.",
		"Count the keys of the busiest minutes, or give the stream's {option:peak} and its {option:burst}.")
}

// KeysUnread says of how many open shards a sample has nothing.
func KeysUnread(shards int) Notice {
	return keysUnread.notice("The sample has nothing of "+unit.Plural(shards, "open shard")+": the keys on the hash ranges of "+
		"those are not among the counts, and shares are those of the others.", "Sample all shards.")
}

// UniformHotter says that more equal shards can be hotter than fewer.
func UniformHotter(fewer, more int) Notice {
	return uniformHotter.notice("The hottest of "+unit.Plural(more, "equal shard")+" is hotter than that of "+count(fewer)+
		": the boundaries of equal ranges fall anywhere between the keys.", "")
}

// SampleUnused says that where the keys of a file land is not looked at, because something else was
// declared.
func SampleUnused(file string) Notice {
	return sampleUnused.notice("Where the keys of "+file+" land does not count: a skew, a number of keys or a largest key is "+
		"declared, and goes before.", "Leave {producer.skew}, {producer.keys} and {producer.largest_key} out.")
}

// SampleColder says that the hottest shard was hotter over the history than it is by a sample.
func SampleColder(measured, placed unit.Factor, shards int) Notice {
	return sampleColder.notice("The hottest of "+unit.Plural(shards, "shard")+" had "+unit.Grouped(float64(measured), 2)+
		" times the mean over the history, and by the keys of the sample has "+unit.Grouped(float64(placed), 2)+
		" times: what was measured counts, for any number of shards.",
		"Take a sample of the hours in which that shard is hot.")
}

// SampleShort says of how long a time a sample is, and of which, where that is known.
func SampleShort(records unit.Records, over unit.Duration, from, to time.Time) Notice {
	what := "The sample is of " + unit.Grouped(float64(records), 0) + " records"
	if over > 0 {
		what += " in " + over.Prose()
	}
	if !from.IsZero() {
		const minute = "2006-01-02 15:04"
		what += " (" + from.UTC().Format(minute) + " to " + to.UTC().Format(minute) + " UTC)"
	}
	return sampleShort.notice(what+": at other times of the day there may be other keys, sizes and bursts.",
		"Sample the busiest hour as well, and compare.")
}

// SampleRare says what share of the load is of keys of which a sample has few records, and which
// therefore is spread evenly.
func SampleRare(share unit.Fraction) Notice {
	return sampleRare.notice(share.Prose()+" of the load is of keys of which the sample has few records, or which it does not "+
		"count by themselves. It is spread evenly over the hash keys.", "A longer sample has more records of each.")
}

// SampleSizes says that the records of a history have another size than those of a sample.
func SampleSizes(sample, history unit.Bytes) Notice {
	return sampleSizes.notice("A record of the sample has "+sample.Prose()+" with its key on average, one of the history "+
		history.Prose()+": the history's size counts for all.", "Take a sample of an hour that is like the others.")
}

// SampleOfOther says that a sample is of another stream.
func SampleOfOther(sample, stream string) Notice {
	return sampleStream.notice("The sample is of the stream "+sample+", and the answer is for "+stream+".",
		"Take a sample of "+stream+".")
}
