package notice

import "github.com/kcalc/kcalc/model/unit"

// What is to be known of a sample of a stream.
var (
	samplePartial  = declare("sample-partial", "sample", Weakens)
	sampleSketch   = declare("sample-sketch", "sample", Weakens)
	sampleExplicit = declare("sample-explicit-hash-keys", "sample", Weakens)
	sampleUndated  = declare("sample-without-time", "sample", Weakens)
)

// SamplePartial says that reading ended early. Alike reports whether all shards were read about as
// far as each other.
func SamplePartial(alike bool) Notice {
	text := "Reading ended early: the counts are of what was read until then."
	if !alike {
		text += " Some shards were read further than others, so that shares of shards and keys are not those of one time."
	}
	return samplePartial.notice(text, "Sample again, to the end.")
}

// SampleSketch says how far counts of keys may be off, because not all keys were counted.
func SampleSketch(counted int, records, bytes int64) Notice {
	return sampleSketch.notice("There were more than "+unit.Plural(counted, "key")+": the heaviest are counted, each with at most "+
		unit.Plural(int(records), "user record")+" or "+unit.Bytes(bytes).Prose()+" too few; the others are one remainder.",
		"Count more keys by themselves ({option:max-keys}).")
}

// SampleExplicit says how many records an explicit hash key put on their shard.
func SampleExplicit(records int64, share unit.Fraction) Notice {
	return sampleExplicit.notice(unit.Plural(int(records), "record")+" ("+share.Prose()+") came by an explicit hash key, which "+
		"GetRecords does not tell: where they land with other shards is not known, and they are spread evenly.", "")
}

// SampleUndated says that records did not tell when they came.
func SampleUndated() Notice {
	return sampleUndated.notice("Records say no time at which they came: neither rates nor bursts are known.",
		"Give records with ApproximateArrivalTimestamp.")
}
