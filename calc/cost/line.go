package cost

import (
	"strings"

	"github.com/kcalc/kcalc/model"
)

// line is one line of a bill: what a mode bills, how much of it a month has, and what
// a reader should know of the quantity. Its unit and price are the catalogue's.
type line struct {
	id       string
	mode     model.Mode
	quantity func(u *usage) float64 // a month, in the units of the catalogue
	notes    []note
}

// note is what a reader should know of a line's quantity, where it applies.
type note struct {
	text    string
	applies func(u *usage) bool
}

var (
	meanSize = note{"as if every record had the mean size; give record_sizes where they differ",
		func(u *usage) bool { return !u.sized && !u.packed }}
	meanAggregate = note{"as if every record had the mean size; give record_sizes where they differ",
		func(u *usage) bool { return !u.sized }}
	allMetrics = note{"all that a shard has; say which are on where fewer are",
		func(u *usage) bool { return float64(u.metrics) >= u.limits.ShardMetrics.Value }}
	withoutShards = note{"aggregates as large as with the recommended shards, which on-demand does not have",
		func(u *usage) bool { return u.packed }}
	polledAgain = reprocessing(func(u *usage) float64 { return u.reprocessed })
	pushedAgain = reprocessing(func(u *usage) float64 { return u.fanOutReprocessed })
	readAgain   = reprocessing(func(u *usage) float64 { return u.reprocessed + u.fanOutReprocessed })
)

func reprocessing(bytes func(u *usage) float64) note {
	const text = "with what each such consumer declares to reprocess, once a month"
	return note{text, func(u *usage) bool { return bytes(u) > 0 }}
}

// lines are all lines of all modes, in the order of a bill.
//
// Provisioned is billed by shard-hours and PUT payload units. Retention up to seven
// days is a flat adder on each shard-hour, the same for 25 h as for 168. Reading what
// is older is billed for GetRecords alone: enhanced fan-out pays for each GB that it
// reads, of any age. On-demand is billed by what goes in and out; Standard by
// stream-hours besides, and Advantage for what the account misses of its commitment
// each way, on the monthly average: a lower bound.
//
// Source: https://aws.amazon.com/kinesis/data-streams/pricing/
var lines = []line{
	{"shard-hours", model.Provisioned, (*usage).shardHours, nil},
	{"put-payload-units", model.Provisioned, (*usage).payloadUnits, []note{meanAggregate}},
	{"extended-retention", model.Provisioned, (*usage).extendedHours, nil},
	{"long-term-retention", model.Provisioned, (*usage).longTermStored, nil},
	{"long-term-retrieval", model.Provisioned, (*usage).longTermRead, []note{polledAgain}},
	{"efo-consumer-shard-hours", model.Provisioned, (*usage).consumerShardHours, nil},
	{"efo-data", model.Provisioned, (*usage).pushed, []note{pushedAgain}},
	{"shard-level-metrics", model.Provisioned, (*usage).shardMetrics, []note{allMetrics}},

	{"stream-hours", model.OnDemandStandard, (*usage).streamHours, nil},
	{"ingest", model.OnDemandStandard, (*usage).ingest, []note{withoutShards, meanSize}},
	{"retrieval", model.OnDemandStandard, (*usage).polled, []note{withoutShards, polledAgain}},
	{"efo-retrieval", model.OnDemandStandard, (*usage).pushed, []note{withoutShards, pushedAgain}},
	{"retention", model.OnDemandStandard, (*usage).weekStored, []note{withoutShards}},
	{"long-term-retention", model.OnDemandStandard, (*usage).longTermStored, []note{withoutShards}},

	{"ingest", model.OnDemandAdvantage, (*usage).ingest, []note{withoutShards, meanSize}},
	{"retrieval", model.OnDemandAdvantage, (*usage).polled, []note{withoutShards, polledAgain}},
	{"efo-retrieval", model.OnDemandAdvantage, (*usage).pushed, []note{withoutShards, pushedAgain}},
	{"retention", model.OnDemandAdvantage, (*usage).allStored, []note{withoutShards}},
	{"shortfall-ingest", model.OnDemandAdvantage, (*usage).missingIngest, []note{withoutShards}},
	{"shortfall-retrieval", model.OnDemandAdvantage, (*usage).missingRetrieval, []note{withoutShards, readAgain}},
}

// mostLines is how many lines a bill has at most, those of provisioned.
const mostLines = 8

// text returns the notes of a line that apply.
func (n *line) text(u *usage) string {
	var texts []string
	for _, note := range n.notes {
		if note.applies(u) {
			texts = append(texts, note.text)
		}
	}
	return strings.Join(texts, "; ")
}
