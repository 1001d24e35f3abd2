// Package price is the catalogue of what AWS charges for Kinesis Data Streams:
// prices that are built in, laid over by those of a price file, each with its
// date and source. A price that is not known is an error, never zero and never
// another Region's. The package also reads AWS's public offer files, from which
// price files are made.
package price

import (
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Price is what AWS charges for one unit of a cost line, in a Region and a mode.
type Price struct {
	Region     model.Region `json:"region"`
	Mode       model.Mode   `json:"mode"`
	Line       string       `json:"line"`  // id of the cost line
	Above      float64      `json:"above"` // units of a month above which the price holds; 0 but for tiers
	Unit       string       `json:"unit"`
	USD        unit.USD     `json:"price_usd"`
	AsOf       string       `json:"as_of"`      // a day, a month or a year such as "2026-09", or "undated"
	Confidence string       `json:"confidence"` // "high" or "medium"
	Source     string       `json:"source"`
}

// undated stands for the date of a price that came without one.
const undated = "undated"

// How sure a price is: high where AWS's price list or a bill says it, medium
// where somebody else repeats it.
const (
	high   = "high"
	medium = "medium"
)

// costLine is a cost line: its mode and id, the unit that it is charged by, and
// the products of AWS's price list that it is.
type costLine struct {
	mode     model.Mode
	id       string
	unit     string
	products []product
}

// product is how AWS's price list names what it sells: the usagetype behind the
// Region's prefix, the operation and the group. No operation stands for one
// usagetype alone, and products of on-demand Advantage are known by their
// operation alone.
type product struct{ usagetype, operation, group string }

// costLines are all cost lines, in the order of an answer. CloudWatch's are in
// another price list.
var costLines = []costLine{
	{model.Provisioned, "shard-hours", shardHour, []product{{"Storage-ShardHour", "shardHourStorage", "Provisioned " +
		"shard hour"}}},
	{
		model.Provisioned,
		"put-payload-units",
		payloadUnit,
		[]product{{"PutRequestPayloadUnits", "PutRequest", "Payload Units"}},
	},
	{
		model.Provisioned,
		"extended-retention",
		shardHour,
		[]product{{"Extended-ShardHour", "shardHourStorage", "Addon shard hour"}},
	},
	{
		model.Provisioned,
		"long-term-retention",
		gigabyteMonth,
		[]product{{"LongTermRetention-ByteHrs", "LongTermRetentionByteHrs", "Long-term Data Retention GB-month"}},
	},
	{
		model.Provisioned,
		"long-term-retrieval",
		gigabyte,
		[]product{{"LongTermRetention-ReadBytes", "LongTermRetentionDataRetrieval", ""}},
	},
	{
		model.Provisioned,
		"efo-consumer-shard-hours",
		consumerShardHour,
		[]product{{"EnhancedFanoutHour", "ConsumerHour", "Enhanced fan-out consumer-shard hour"}},
	},
	{model.Provisioned, "efo-data", gigabyte, []product{{"ReadBytes", "EnhancedFanoutDataRetrieval", "Enhanced fan-out " +
		"GB of data retrieved"}}},
	{model.Provisioned, "shard-level-metrics", metricMonth, nil},
	{model.OnDemandStandard, "stream-hours", streamHour, []product{{"OnDemand-StreamHour", "OnDemandStreamHr", onDemand}}},
	{
		model.OnDemandStandard,
		"ingest",
		gigabyte,
		[]product{{"OnDemand-BilledIncomingBytes", "OnDemandDataIngested", onDemand}},
	},
	{
		model.OnDemandStandard,
		"retrieval",
		gigabyte,
		[]product{{"OnDemand-BilledOutgoingBytes", "OnDemandDataRetrieval", onDemand}},
	},
	{
		model.OnDemandStandard,
		"efo-retrieval",
		gigabyte,
		[]product{{"OnDemand-BilledOutgoingEFOBytes", "OnDemandEFODataRetrieval", onDemand}},
	},
	{
		model.OnDemandStandard,
		"retention",
		gigabyteMonth,
		[]product{{"OnDemand-ExtendedRetention-ByteHrs", "OnDemandExtendedRetentionByteHrs", onDemand}},
	},
	{
		model.OnDemandStandard,
		"long-term-retention",
		gigabyteMonth,
		[]product{{"OnDemand-LongTermRetention-ByteHrs", "OnDemandLongTermRetentionByteHrs", onDemand}},
	},
	{model.OnDemandAdvantage, "ingest", gigabyte, []product{{"", "AdvantageDataIngested", advantage}}},
	{model.OnDemandAdvantage, "retrieval", gigabyte, []product{{"", "AdvantageDataRetrieval", advantage}}},
	{model.OnDemandAdvantage, "efo-retrieval", gigabyte, []product{{"", "AdvantageEFODataRetrieval", advantage}}},
	{model.OnDemandAdvantage, "retention", gigabyteMonth, []product{ // one price from 24 h to 365 d, under two names
		{"", "AdvantageExtRetentionByteHrs", advantage},
		{"", "AdvantageLTRetentionByteHrs", advantage}}},
	{model.OnDemandAdvantage, "shortfall-ingest", gigabyte, []product{{"", "AdvantageDataIngestionShortfall", advantage}}},
	{
		model.OnDemandAdvantage,
		"shortfall-retrieval",
		gigabyte,
		[]product{{"", "AdvantageDataRetrievalShortfall", advantage}},
	},
}

// Billed returns the cost line that a usage type of a bill is of, and the mode that has it. What is
// of On-demand Advantage is known by the operation, all else by the usage type behind the prefix of
// its Region; of two that end alike the longer one is meant.
func Billed(usagetype, operation string) (mode model.Mode, line string, ok bool) {
	longest := 0
	for i := range costLines {
		for _, p := range costLines[i].products {
			named := usagetype == p.usagetype || strings.HasSuffix(usagetype, "-"+p.usagetype)
			if p.usagetype == "" && operation == p.operation {
				return costLines[i].mode, costLines[i].id, true
			}
			if p.usagetype != "" && named && len(p.usagetype) > longest {
				mode, line, ok, longest = costLines[i].mode, costLines[i].id, true, len(p.usagetype)
			}
		}
	}
	return mode, line, ok
}

// Groups of AWS's price list that many products share.
const (
	onDemand  = "OnDemand"
	advantage = "OnDemand Advantage"
)

// Units that the cost lines are charged by.
const (
	shardHour         = "shard-hour"
	payloadUnit       = "PUT payload unit"
	gigabyte          = "GB"
	gigabyteMonth     = "GB-month"
	streamHour        = "stream-hour"
	consumerShardHour = "consumer-shard-hour"
	metricMonth       = "metric-month"
)

// find returns the place of a cost line among all; ok is false where the mode
// has none of that id.
func find(mode model.Mode, id string) (place int, ok bool) {
	for i := range costLines {
		if costLines[i].mode == mode && costLines[i].id == id {
			return i, true
		}
	}
	return 0, false
}
