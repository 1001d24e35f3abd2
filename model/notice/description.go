package notice

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model/unit"
)

// FilterShareUnknownID is the id of [FilterShareUnknown], before the consumer's name.
const FilterShareUnknownID = "filter-share-unknown"

var (
	hashRangesUneven   = declare("hash-ranges-uneven", "skew-and-burst", Weakens)
	mappingDisabled    = declare("mapping-disabled", "files", Note)
	filterShareUnknown = declare(FilterShareUnknownID, "files", Weakens)
	described          = declare("described", "files", Note)
	planned            = declare("planned", "files", Note)
	planIncomplete     = declare("plan-incomplete", "files", Weakens)
	planUnresolved     = declare("plan-unresolved", "files", Weakens)
)

// HashRangesUneven says that the largest hash range of the open shards is so many times
// their mean.
func HashRangesUneven(skew unit.Factor) Notice {
	return hashRangesUneven.notice(fmt.Sprintf("The hash ranges are uneven: the largest is %s times the mean, and its "+
		"shard is planned to carry as much more.", skew),
		"UpdateShardCount makes them even: set {producer.skew} to 1 for a stream that is scaled so.")
}

// MappingDisabled says that a function's mapping is disabled, so that it is no consumer.
func MappingDisabled(function string) Notice {
	return mappingDisabled.about(function, fmt.Sprintf("The mapping of function %s is disabled: it is not counted as a "+
		"consumer.", function), "Declare it as a consumer, if it is to read again.")
}

// FilterShareUnknown says that a function's mapping has filters, and that nobody knows
// which share of the records passes them.
func FilterShareUnknown(consumer string) Notice {
	return filterShareUnknown.about(consumer, fmt.Sprintf("The mapping of %s filters records: which share its function "+
		"gets is not known, and all are planned for.", consumer),
		"Give the share as {consumer.filter}.")
}

// Described says what was taken of descriptions of a stream, each part in a few words.
func Described(parts []string, onDemand bool) Notice {
	text, remedy := "Taken from the stream's description: "+strings.Join(parts, ", ")+".",
		"Declare what is no longer so."
	if onDemand {
		text += " AWS chooses the shards of an on-demand stream; the recommended number is that of a provisioned one."
		remedy = "Compare the modes with {run:cost}."
	}
	return described.notice(text, remedy)
}

// PlannedFrom says which resource of infrastructure as code a workload is of, and which
// defaults it gets.
func PlannedFrom(format, address string, defaults []string) Notice {
	text := fmt.Sprintf("Taken of %s in a %s.", Literal(address), format)
	if len(defaults) > 0 {
		text += " Not set there: " + strings.Join(defaults, "; ") + "."
	}
	return planned.notice(text, "The shards are those that will be there once it is applied.")
}

// PlanIncomplete says that a file leaves resources out.
func PlanIncomplete(format string) Notice {
	return planIncomplete.notice(fmt.Sprintf("The %s is not complete: resources that it leaves out may read the stream.", format),
		"Make one of everything.")
}

// PlanUnresolved says that something of a resource is not known.
func PlanUnresolved(address, path, problem string) Notice {
	where := address
	if path != "" {
		where += ", " + path
	}
	return planUnresolved.notice(fmt.Sprintf("%s: %s.", Literal(where), Literal(problem)),
		"Declare it, where it matters: {current_shards}, {retention}, {option:consumer}.")
}

// IsTaken reports whether a notice says what was taken of a description of the stream, or of
// infrastructure as code.
func IsTaken(n Notice) bool { return n.ID == described.ID || n.ID == planned.ID }
