package fleet

import (
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Floor is what On-demand Advantage commits an account in a Region to, and what that costs a
// month: the least that it pays, however little its streams carry.
type Floor struct {
	CommitGB  float64  `json:"commit_gb_per_month"` // each way
	Ingest    unit.USD `json:"ingest_usd"`
	Retrieval unit.USD `json:"retrieval_usd"`
	Stream    unit.USD `json:"idle_stream_standard_usd"` // what Standard takes of a stream that carries nothing
}

// Total returns the floor.
func (f Floor) Total() unit.USD { return f.Ingest + f.Retrieval }

// FloorOf returns the floor of a Region, as its prices are; unknown where they are.
func FloorOf(l *model.Limits, t *cost.Tariff, region model.Region) model.Maybe[Floor] {
	if t == nil {
		return model.Maybe[Floor]{}
	}
	w := model.NewWorkload()
	w.Region, w.Producer.RecordSize = region, unit.KiB
	bill, err := t.Bill(l, &w, model.OnDemandAdvantage, 1) // of a stream that carries nothing
	if err != nil {
		return model.Maybe[Floor]{}
	}
	in, out := lineOf(&bill, "shortfall-ingest"), lineOf(&bill, "shortfall-retrieval")
	if !in.Known || !out.Known {
		return model.Maybe[Floor]{}
	}
	idle, err := t.Total(l, &w, model.OnDemandStandard, 1)
	if err != nil {
		return model.Maybe[Floor]{}
	}
	return model.Known(Floor{in.Value.Quantity, in.Value.Amount, out.Value.Amount, idle})
}

// missing returns what an account pays of its commitment beside what its streams carry.
//
//	F_in × max(0, 1 − ΣG_in/C) + F_out × max(0, 1 − ΣG_out/C)
//
// with the floors F each way, the GB a month G of the streams and the commitment C.
func (f Floor) missing(ingest, retrieval float64) unit.USD {
	part := func(floor unit.USD, gb float64) unit.USD {
		share := max(0, 1-gb/f.CommitGB)
		rest, err := floor.Times(share, 0)
		if err != nil {
			return floor
		}
		return rest
	}
	return part(f.Ingest, ingest) + part(f.Retrieval, retrieval)
}

// Region is what only all streams of an account in a Region show.
type Region struct {
	Account string             `json:"account"`
	Region  model.Region       `json:"region"`
	Streams int                `json:"streams"`
	Floor   model.Maybe[Floor] `json:"advantage_floor"`

	// Advantage is On-demand Advantage today and as proposed, and Commitment what the account
	// pays beside what its streams carry.
	Advantage  Switch `json:"on_demand_advantage"`
	Commitment Amount `json:"commitment_monthly_usd"`

	// Standard and Committed are what the on-demand streams of today would cost in either mode,
	// and Best the whole Region with the best of each stream in either.
	OnDemand  int                   `json:"on_demand_streams"`
	Join      []model.Name          `json:"streams_that_become_on_demand"`
	Standard  model.Maybe[unit.USD] `json:"on_demand_streams_standard_monthly_usd"`
	Committed model.Maybe[unit.USD] `json:"on_demand_streams_advantage_monthly_usd"`
	Best      Best                  `json:"best_plan_monthly_usd"`

	// BreakEven is from how many streams like the on-demand ones of today on Advantage costs less;
	// IdleBreakEven is the same of streams that carry nothing.
	BreakEven     model.Maybe[int] `json:"break_even_streams"`
	IdleBreakEven model.Maybe[int] `json:"break_even_idle_streams"`

	Shards     Count `json:"provisioned_shards"`
	ShardQuota int   `json:"shard_quota"`
	Lambda     Count `json:"lambda_concurrency"`
	LambdaMost int   `json:"lambda_concurrency_quota"`
}

// Switch is a setting today and as proposed.
type Switch struct {
	Now      bool `json:"now"`
	Proposed bool `json:"proposed"`
}

// Amount is an amount today and as proposed.
type Amount struct {
	Now      unit.USD `json:"now"`
	Proposed unit.USD `json:"proposed"`
}

// Count is a number today and as proposed.
type Count struct {
	Now      int `json:"now"`
	Proposed int `json:"proposed"`
}

// Best is what a whole Region costs at best without On-demand Advantage and with it.
type Best struct {
	Without model.Maybe[unit.USD] `json:"without_advantage"`
	With    model.Maybe[unit.USD] `json:"with_advantage"`
}
