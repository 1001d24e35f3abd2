package plan

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// AheadID is what binds a plan whose count declared growth or an announced event decides.
const AheadID = "ahead"

// Ahead returns the workload as it will be: with its declared growth at the end of the
// horizon, and with its event, a time at so many times the peak, as its surge where that
// is the higher one. known is false where neither is declared.
func Ahead(w *model.Workload) (later model.Workload, known bool) {
	if w.Growth == 0 && w.Event.Factor <= 1 {
		return *w, false
	}
	later = Scaled(w, w.Growth.Over(w.Horizon))
	p := &later.Producer
	if event := p.Peak * unit.RecordsPerSecond(w.Event.Factor); event > p.Surge.Throughput && w.Event.For > 0 {
		p.Surge = model.Surge{Throughput: event, Duration: w.Event.For}
	}
	return later, true
}

// Scaled returns a workload with so many times its traffic.
func Scaled(w *model.Workload, times float64) model.Workload {
	scaled := *w
	p, x := &scaled.Producer, unit.RecordsPerSecond(times)
	p.Average, p.Peak, p.Surge.Throughput = p.Average*x, p.Peak*x, p.Surge.Throughput*x
	p.LargestKey.Rate *= x
	return scaled
}

// shardsAhead returns the shards that the formulas recommend for the workload as it will
// be; 0 where nothing is declared of that.
func shardsAhead(l *model.Limits, w *model.Workload) int {
	later, known := Ahead(w)
	if !known {
		return 0
	}
	_, recommended := calc.Counts(calc.Solve(l, &later, nil))
	return recommended
}
