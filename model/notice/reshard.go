package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// What is to be known of the way to other shards.
var (
	splitsEvened  = declare("splits-evened", "reshard", Weakens)
	rangesAssumed = declare("ranges-assumed", "reshard", Weakens)
	reshardQuota  = declare("reshard-quota", "reshard", Weakens)
	reshardShort  = declare("reshard-short", "reshard", Changes)
	stillHot      = declare("still-hot", "reshard", Changes)
)

// SplitsEvened says that UpdateShardCount undoes splits that were made for the keys.
func SplitsEvened() Notice {
	return splitsEvened.notice("A later UpdateShardCount makes all ranges equal, and undoes this. So does a tool that scales "+
		"the stream, and infrastructure as code with another count.", "Switch off what scales this stream.")
}

// RangesAssumed says that the hash ranges of today's shards are taken as equal.
func RangesAssumed(shards int) Notice {
	return rangesAssumed.notice(fmt.Sprintf("The hash ranges of today's %s are not known, and taken as equal.",
		unit.Plural(shards, "shard")), "Give {option:stream}, a {option:history} or what 'aws kinesis list-shards' prints.")
}

// ReshardQuota says that more shards are open on the way than an account has by default.
func ReshardQuota(open, quota int) Notice {
	return reshardQuota.notice(fmt.Sprintf("On the way %s are open at a time; an account has %s in this Region, by default, "+
		"for all of its streams.", unit.Plural(open, "shard"), count(quota)), "Ask AWS for a higher quota before.")
}

// ReshardShort says that UpdateShardCount does not lead to a target.
func ReshardShort(to int) Notice {
	return reshardShort.notice(fmt.Sprintf("UpdateShardCount does not lead to %s.", unit.Plural(to, "shard")),
		"Ask AWS for a higher limit.")
}

// StillHot says that a shard stays above what it may have.
func StillHot(share unit.Fraction) Notice {
	return stillHot.notice("The hottest shard still has "+share.Prose()+" of the load, more than it may.",
		"If one key brings it, salt that key: {run:keys} says with how many values. If several do, take more shards.")
}
