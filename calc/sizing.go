package calc

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Sizing is a workload in the numbers of the formulas. Rates are those of an
// even stream; skew turns the shards that it needs into those on which the hottest
// fits, which is the same as rates that are κ times the declared ones.
type Sizing struct {
	Limits               *model.Limits
	Workload             *model.Workload
	Packing              Packing
	Average, Peak, Surge float64       // A, P, S
	SurgeSeconds         float64       // d; 0 without a surge, which is then no more than the peak
	Skew                 Skew          // κ
	Burst                float64       // β
	Standard, Enhanced   float64       // m, e
	Calls                float64       // Σ 1/poll interval
	longestPoll          unit.Duration // the longest poll interval of a standard consumer
	functions            int           // consumers that are Lambda functions
}

// NewSizing returns the numbers of a workload, which must make sense. It keeps both
// pointers.
func NewSizing(l *model.Limits, w *model.Workload) Sizing {
	p := &w.Producer
	s := Sizing{
		Limits: l, Workload: w, Packing: NewPacking(l, p),
		Average:      float64(p.Average),
		Peak:         float64(p.Peak),
		Surge:        float64(max(p.Surge.Throughput, p.Peak)),
		SurgeSeconds: p.Surge.Duration.Seconds(),
		Skew:         newSkew(p),
		Burst:        float64(p.Burst),
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		if c.IsFunction() {
			s.functions++
		}
		if c.Type == model.EnhancedFanOut {
			s.Enhanced++
		} else {
			s.Standard++
			s.Calls += 1 / c.PollInterval.Seconds()
			s.longestPoll = max(s.longestPoll, c.PollInterval)
		}
	}
	return s
}
