package fleet

import (
	"cmp"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Schema names the shape of an [Answer] in machine formats.
const Schema = "kcalc.fleet/v1"

// Answer is what is known and proposed of a fleet.
type Answer struct {
	Schema  string    `json:"schema"`
	Totals  Totals    `json:"totals"` // of all streams, shown or not
	Regions []Region  `json:"regions"`
	Streams []Row     `json:"streams"`
	Hidden  int       `json:"streams_not_shown"`
	Failed  []Failure `json:"failed"`

	// Asked is what CloudWatch was asked for, where the fleet was read from AWS.
	Asked model.Maybe[Asked] `json:"asked"`

	// Bill is what was billed beside what is known, where there was a bill.
	Bill model.Maybe[Bill] `json:"bill"`
}

// Asked is what CloudWatch was asked for, and what that costs: it bills each metric of a call.
type Asked struct {
	Calls   int      `json:"calls"`
	Metrics int      `json:"metrics"`
	Cost    unit.USD `json:"cost_usd"`
}

// Quota is what an account may have in a Region, as far as it could be read.
type Quota struct {
	Account     string           `json:"account"`
	Region      model.Region     `json:"region"`
	Shards      model.Maybe[int] `json:"shards"`
	Concurrency model.Maybe[int] `json:"lambda_concurrency"`
}

// Totals are those of one consistent plan. Now and Proposed have what accounts commit to besides.
type Totals struct {
	Streams  int      `json:"streams"`
	Now      unit.USD `json:"now_monthly_usd"`
	Proposed unit.USD `json:"proposed_monthly_usd"`
	Saves    unit.USD `json:"saves_monthly_usd"`
	Unpriced int      `json:"streams_without_cost"` // whose cost is not known; they are in no amount

	Verdicts  map[Verdict]int `json:"verdicts"`
	OtherMode int             `json:"cheaper_in_another_mode"` // of those that are right, or on-demand
	Guarded   int             `json:"guarded"`
	Withheld  unit.USD        `json:"withheld_monthly_usd"` // what guarded streams would save

	// Idle and undecided are enhanced fan-out consumers, IdleCost what the idle ones cost.
	IdleConsumers      int      `json:"idle_consumers"`
	UndecidedConsumers int      `json:"undecided_consumers"`
	IdleCost           unit.USD `json:"idle_consumers_monthly_usd"`
}

// Failure is a file or a stream that could not be looked at.
type Failure struct {
	Source  string `json:"source"`
	Problem string `json:"problem"`

	// Stream and Region are those of a workload that does not suffice by itself; it need not where a
	// history has it.
	Stream model.Name   `json:"stream,omitzero"`
	Region model.Region `json:"region,omitzero"`
}

// Floors are the floors of Regions, as far as they are known.
type Floors map[model.Region]Floor

// Of returns the answer for the rows of a fleet: of each account and Region the plan that costs the
// least, and what it makes of each row. Quotas are those of limits. The rows may come in any order.
func Of(l *model.Limits, rows []Row, floors Floors, concurrency int) Answer {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, byName)
	a := Answer{Schema: Schema, Regions: []Region{}, Streams: rows, Failed: []Failure{}}
	a.Totals.Verdicts = map[Verdict]int{}
	for first := 0; first < len(rows); {
		last := first
		for last < len(rows) && rows[last].Account == rows[first].Account && rows[last].Region == rows[first].Region {
			last++
		}
		g := group{rows: rows[first:last], limits: l}
		g.floor.Value, g.floor.Known = floors[rows[first].Region]
		region := g.decide()
		region.LambdaMost = cmp.Or(concurrency, l.LambdaConcurrency.Value)
		a.Regions = append(a.Regions, region)
		a.Totals.add(&region, g.rows)
		first = last
	}
	a.Totals.Saves = a.Totals.Now - a.Totals.Proposed
	return a
}

// byName orders rows by account, Region and stream.
func byName(a, b Row) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Stream, b.Stream),
		cmp.Compare(a.Source, b.Source))
}

// add adds a Region and its rows.
func (t *Totals) add(r *Region, rows []Row) {
	t.Now += r.Commitment.Now
	t.Proposed += r.Commitment.Proposed
	for i := range rows {
		row := &rows[i]
		t.Streams++
		t.Verdicts[row.Verdict]++
		if (row.Verdict == Right || row.Verdict == OnDemand) && row.Proposed.Mode != row.Now.Mode {
			t.OtherMode++
		}
		if row.Guard != "" {
			t.Guarded++
			t.Withheld += row.Withheld.Value
		}
		if !row.Now.Monthly.Known || !row.Proposed.Monthly.Known {
			t.Unpriced++
		} else {
			t.Now += row.Now.Monthly.Value
			t.Proposed += row.Proposed.Monthly.Value
		}
		for k := range row.FanOut {
			switch row.FanOut[k].Verdict {
			case UseIdle:
				t.IdleConsumers++
				t.IdleCost += row.FanOut[k].Monthly.Value
			case UseUndecided:
				t.UndecidedConsumers++
			}
		}
	}
}
