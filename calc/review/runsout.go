package review

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
)

// RunsOut is when the minimum of a plan will have grown to a shard count, if
// growth goes on as it did.
type RunsOut struct {
	Current     model.Maybe[fit.RunOut] `json:"current"`
	Recommended model.Maybe[fit.RunOut] `json:"recommended"`
}

// runsOut returns when the minimum of a plan is above the shards that there are, and above
// those that are recommended, if a stream that is stated to grow goes on to. fewest is how
// many the window's own traffic takes, 0 where that is not known; what it takes grows with
// it.
func (b *Basis) runsOut(w *model.Workload, p *model.Plan, growth model.Maybe[Growth], fewest int) RunsOut {
	if growth.Value.Direction != fit.Grows || !p.Feasible {
		return RunsOut{}
	}
	at := func(shards int) model.Maybe[fit.RunOut] {
		times := room(b.Limits, w, shards)
		if fewest > 0 {
			times = max(1, min(times, float64(shards)/float64(fewest)))
		}
		now, then := model.Throughput{Bytes: 1, Records: 1}, model.Throughput{Bytes: times, Records: times}
		return model.Known(growth.Value.RunsOut(b.Evidence.Window.To, now, then))
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
		scaled := plan.Scaled(w, times)
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
