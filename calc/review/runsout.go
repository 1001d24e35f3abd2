package review

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// RunsOut is when the minimum of a plan will have grown to a shard count, if
// growth goes on as it did.
type RunsOut struct {
	Current     model.Maybe[fit.RunOut] `json:"current"`
	Recommended model.Maybe[fit.RunOut] `json:"recommended"`
}

// runsOut returns when the minimum of a plan is above the shards that there are, and above
// those that are recommended, if the stream goes on to grow as it did.
func (b *Basis) runsOut(w *model.Workload, p *model.Plan) RunsOut {
	if !b.Evidence.Growth.Known || !p.Feasible {
		return RunsOut{}
	}
	at := func(shards int) model.Maybe[fit.RunOut] {
		times := room(b.Limits, w, shards)
		now, then := model.Throughput{Bytes: 1, Records: 1}, model.Throughput{Bytes: times, Records: times}
		return model.Known(b.Evidence.Growth.Value.RunsOut(b.Evidence.Window.To, now, then))
	}
	r := RunsOut{Recommended: at(p.Shards.Recommended)}
	if p.Shards.Current.Known {
		r.Current = at(p.Shards.Current.Value)
	}
	return r
}

// room returns how many times its traffic a workload may have before its minimum is above
// a shard count, to a part in a million; 1 where it is already.
func room(l *model.Limits, w *model.Workload, shards int) float64 {
	var needs []calc.Need
	fits := func(times float64) bool {
		scaled := *w
		p := &scaled.Producer
		p.Average, p.Peak = p.Average*unit.RecordsPerSecond(times), p.Peak*unit.RecordsPerSecond(times)
		p.Surge.Throughput *= unit.RecordsPerSecond(times)
		needs = calc.Solve(l, &scaled, needs[:0])
		minimum, _ := calc.Counts(needs)
		return minimum <= shards
	}
	const most, precision = 1e6, 1e-6
	low, high := 1.0, 2.0
	if !fits(low) {
		return low
	}
	for ; fits(high); high *= 2 {
		if high > most {
			return high
		}
		low = high
	}
	for high-low > precision*low {
		if middle := (low + high) / 2; fits(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
