package replay

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Setup is what is replayed, whatever the number of shards. A limit that is +Inf
// is lifted; a consumer whose poll interval is 0 neither calls nor waits.
type Setup struct {
	Limits *model.Limits

	// Workload has the consumers, the retention, skew and burst, and how the
	// producer aggregates. Its rates are ignored: Traffic has them.
	Workload *model.Workload

	// Skew returns κ for a number of shards where it hangs on that; the workload's stands
	// for all where it is nil.
	Skew func(shards float64) Skew

	Traffic   *Traffic
	Incidents []Incident

	DropThrottled bool // producers give up throttled writes; else these wait
	SaveUnused    bool // a shard saves up one second of its write limits for a burst
}

// Skew is how many times the mean the hottest shard gets: of the records, and of the bytes.
type Skew struct{ Records, Bytes float64 }

// Capacity is what a stream is run with: a number of shards, or the shards that
// AWS chooses in on-demand mode.
type Capacity struct {
	Shards   float64 // on-demand, those to begin with; may be a fraction
	OnDemand bool
	Reshard  Reshard // of provisioned shards, while the traffic goes on
}

// Reshard is a change of the number of shards: all of the shards that there are become
// parents, and their children begin without records. To no shards is no change.
type Reshard struct {
	At     float64 `json:"at_seconds"` // since the traffic begins
	Shards float64 `json:"shards"`     // from then on
}

// IncidentKind is what happens in an incident.
type IncidentKind string

// The kinds of incidents.
const (
	Stop      IncidentKind = "stop"      // a consumer does not read
	Slow      IncidentKind = "slow"      // a consumer is slower
	Reprocess IncidentKind = "reprocess" // a consumer goes back and reads again what it has read
	Poison    IncidentKind = "poison"    // a consumer is blocked by a poison-pill record of the hottest shard
	Surge     IncidentKind = "surge"     // more is written
)

// Incident is something that happens to the traffic or to a consumer.
type Incident struct {
	Kind     IncidentKind `json:"kind"`
	Consumer model.Name   `json:"consumer"`   // "" of a surge
	At       float64      `json:"at_seconds"` // since the traffic begins

	// For is how long it lasts, in seconds. A poison-pill record is retried for that
	// long, or until it expires, which counts it as expired; 0 is until it expires.
	For float64 `json:"for_seconds"`

	// Last is how much a consumer reprocesses: what was written in so many seconds
	// before the incident.
	Last float64 `json:"last_seconds"`

	// Times multiplies the traffic in a surge; of a slow consumer it is the share of
	// its speed that is left. Rate may stand instead: the throughput that the whole
	// stream gets at least in a surge, or the speed of a slow consumer per shard.
	Times float64               `json:"times"`
	Rate  unit.RecordsPerSecond `json:"records_per_second"`
}

func (i *Incident) end() float64 { return i.At + i.For }

// on reports whether the incident is going on at a time.
func (i *Incident) on(now float64) bool { return i.At <= now && now < i.end() }
