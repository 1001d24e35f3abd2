package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// What is to be known of the partition keys that a workload declares.
var (
	keysIdle    = declare("keys-idle", "key-limit", Weakens)
	keyHeadroom = declare("key-headroom", "key-limit", Weakens)
	fewerCooler = declare("fewer-are-cooler", "keys", Changes)
)

const oneShard = "All records of one partition key go to one shard, so no shard count fits."

// KeyLimit says that the largest partition key is more than a shard takes. Of keys that are
// all alike it says how many there are. The load is its rate, and when it has that.
func KeyLimit(keys int, share unit.Fraction, load string, takes unit.RecordsPerSecond, salt int) Notice {
	what := fmt.Sprintf("The largest partition key has %s of the records", share.Prose())
	switch {
	case keys == 1:
		what = "There is one partition key, which has all records"
	case keys > 1:
		what = fmt.Sprintf("Each of the %s has %s of the records", unit.Plural(keys, "partition key"), share.Prose())
	}
	return keyLimit.notice(fmt.Sprintf("%s: %s, where a key gets %s at most. %s", what, load, takes.Prose(),
		oneShard), saltRemedy(salt))
}

func saltRemedy(salt int) string {
	return fmt.Sprintf("Take another partition key, or add a salt of %s to it or more.", unit.Plural(salt, "value"))
}

// HotKey says that a skew makes it likely that one key is more than a shard takes. The load is
// that of the hottest shard, and when it has that.
func HotKey(skew unit.Factor, shards int, share unit.Fraction, load string, takes unit.RecordsPerSecond, salt int) Notice {
	return keyLimit.notice(
		fmt.Sprintf("A skew of %s on %s is %s of the records on the hottest one: %s, where a partition key gets %s at most. "+
			"If one key brings them, no shard count fits: all its records go to one shard.", skew,
			unit.Plural(shards, "shard"), share.Prose(), load, takes.Prose()),
		saltRemedy(salt)+" If many keys share that shard, as in a hash range that is larger than the others, declare what the "+
			"largest key has ({producer.largest_key}).")
}

// KeyBeyond says that the largest partition key alone needs so many times what one shard
// has for a constraint.
func KeyBeyond(constraint string, share unit.Fraction, times float64) Notice {
	n := keyBeyond.notice(
		fmt.Sprintf("The largest partition key has %s of the records, %s times what one shard is good for in %s. %s",
			share.Prose(), unit.Grouped(times, 2), constraint, oneShard),
		"Take another partition key, salt it, or relax that constraint.")
	n.ID += "." + constraint
	return n
}

// EqualShards says that keys lie so close together that no number of equal shards does for a
// constraint, though the largest key by itself would fit.
func EqualShards(constraint string, most int) Notice {
	n := equalShards.notice(
		fmt.Sprintf("The hottest of equal shards has too much for %s, up to %s of them: heavy keys lie close together.",
			constraint, unit.Plural(most, "shard")),
		"Cut the hash ranges at the keys ({run:reshard} {option:targeted}), or salt the heaviest keys.")
	n.ID += "." + constraint
	return n
}

// KeysIdle says that there are more shards than partition keys: for the chance that keys meet on one,
// or, where the keys are known one by one, because they lie close together.
func KeysIdle(keys, shards int, placed bool) Notice {
	remedy := "So many are for the chance that keys meet on one shard. Choose each key's shard (ExplicitHashKey), or use " +
		"more keys."
	if placed {
		remedy = "So many equal shards it takes to part keys that lie close together. Cut the hash ranges at the keys " +
			"({run:reshard} {option:targeted}), or choose each key's shard (ExplicitHashKey)."
	}
	return keysIdle.notice(
		fmt.Sprintf("%s keep at most as many shards busy: of %s, %s or more have no records.",
			unit.Plural(keys, "partition key"), unit.Plural(shards, "shard"), count(shards-keys)),
		remedy)
}

// FewerCooler says that fewer shards carry what today's do not: their boundaries lie elsewhere between
// the keys.
func FewerCooler(today, fewer int) Notice {
	return fewerCooler.notice(fmt.Sprintf("Today's %s do not carry it at the target, and %s do: with other boundaries the heavy "+
		"keys lie apart.", unit.Plural(today, "shard"), unit.Plural(fewer, "equal shard")),
		"{run:keys} shows the hottest shard of each number, and how few do that are cut at the keys.")
}

// KeyHeadroom says that the largest key alone uses more of a shard than the target.
func KeyHeadroom(used, target unit.Fraction) Notice {
	return keyHeadroom.notice(
		fmt.Sprintf("The largest partition key alone uses %s of a shard, whatever the number of shards: more than the target "+
			"utilization of %s.", used.Prose(), target.Prose()),
		"Salt that key, or accept a higher {target_utilization}.")
}

// SaltWith advises to part every partition key into several.
func SaltWith(values int) Notice {
	return saltKeys.notice(fmt.Sprintf("Salt the partition keys with %s each.", unit.Plural(values, "value")), "")
}
