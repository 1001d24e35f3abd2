package review_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

// drawn is a random source of workloads.
type drawn struct{ *rand.Rand }

// log draws a number whose order of magnitude is uniform.
func (r drawn) log(low, high float64) float64 { return low * math.Pow(high/low, r.Float64()) }

func (r drawn) seconds(low, high float64) unit.Duration {
	return unit.Duration(1000*r.log(low, high)) * 1e6
}

func (r drawn) factor(most float64) unit.Factor {
	return unit.Factor(1 + (most-1)*r.Float64()*float64(r.IntN(2)))
}

// workload draws one with everything that a formula and a replay may see in two ways:
// functions, enhanced fan-out, aggregates, bursts, skew, surges, bounds of both kinds and
// none, and consumers that lag at the peak.
func (r drawn) workload() model.Workload {
	w := model.NewWorkload()
	p := &w.Producer
	p.RecordSize, p.PartitionKeySize = unit.Bytes(math.Floor(r.log(20, 50_000))), unit.Bytes(r.IntN(100))
	p.Peak = unit.RecordsPerSecond(r.log(10, 20_000))
	p.Average = p.Peak * unit.RecordsPerSecond(0.1+0.9*r.Float64())
	p.Skew, p.Burst = r.factor(3), r.factor(4)
	if r.IntN(2) == 0 {
		p.Surge = model.Surge{Throughput: p.Peak * unit.RecordsPerSecond(r.log(1.05, 10)), Duration: r.seconds(1, 1800)}
	}
	if r.IntN(3) == 0 {
		p.Aggregation = model.Aggregation{Producers: unit.Count(r.log(1, 300)), Buffer: r.seconds(0.05, 2),
			MaxSize: unit.Bytes(math.Floor(r.log(1000, 1<<20)))}
	}
	w.TargetUtilization = []unit.Fraction{0.6, 0.8, 1}[r.IntN(3)]
	w.SizeReadsFor = []model.ReadBasis{model.ReadPeak, model.ReadPeak, model.ReadAverage}[r.IntN(3)]
	for i := range r.IntN(4) {
		w.Consumers = append(w.Consumers, r.consumer(i))
	}
	return w
}

func (r drawn) consumer(i int) model.Consumer {
	c := model.NewConsumer(model.Name(fmt.Sprintf("c%d", i)))
	if r.IntN(3) == 0 {
		c.Type = model.EnhancedFanOut
	}
	switch r.IntN(5) {
	case 0:
	case 1, 2:
		c.Speed = unit.RecordsPerSecond(r.log(50, 5000))
	default:
		c.Lambda = model.Lambda{BatchSize: unit.Count(r.log(1, 10_000)), Duration: r.seconds(0.02, 20),
			ParallelizationFactor: unit.Count(1 + r.IntN(10))}
	}
	if r.IntN(2) == 0 {
		c.Latency = r.seconds(1.1, 1800)
		c.LatencyBound = []model.LatencyBound{model.RecoveryBound, model.DelayBound}[r.IntN(2)]
	}
	if r.IntN(5) == 0 {
		c.Outage, c.CatchUp = r.seconds(1, 40_000), r.seconds(60, 86_400)
	}
	return c
}

// The plan of a declared workload keeps its promise: on the recommended count, and on the
// minimum, the days that the workload declares hold, with nothing throttled and every
// consumer within its bound. It is never below the formulas', and no more than needed.
func TestDeclaredPlansHold(t *testing.T) {
	limits := model.PublishedLimits()
	raised, fits := 0, 0
	draws := modeltest.NightlyDraws(2000)
	for seed := range uint64(draws) {
		w := drawn{rand.New(rand.NewPCG(seed, 13))}.workload()
		b := &review.Basis{Limits: &limits}
		p, err := review.DeclaredPlan(context.Background(), b, &w)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Feasible {
			continue
		}
		fits++
		s := replay.Setup{Limits: &limits, Workload: &w}
		s.Traffic, s.Incidents = replay.Scenario(&w)
		broken := func(shards int) []replay.Breach {
			r, err := s.Run(context.Background(), replay.Capacity{Shards: float64(shards)}, 0)
			if err != nil {
				t.Fatal(err)
			}
			return s.Breaches(&r, 0)
		}
		for _, n := range []int{p.Shards.Minimum, p.Shards.Recommended} {
			if list := broken(n); len(list) > 0 {
				t.Errorf("workload %d: %d of %+v shards do not hold: %+v\n%+v", seed, n, p.Shards, list, w)
			}
		}
		formula, err := plan.AtLeast(context.Background(), &limits, &w, nil, 0)
		if err != nil || p.Shards.Recommended < formula.Shards.Recommended || p.Shards.Minimum > p.Shards.Recommended {
			t.Errorf("workload %d: %+v, by the formulas %+v, %v", seed, p.Shards, formula.Shards, err)
		}
		if byReplay := slices.Equal(p.Binding, []string{review.ReplayID}); byReplay != (p.Shards.Recommended > formula.Shards.Recommended) {
			t.Errorf("workload %d: %v binds, of %+v", seed, p.Binding, p.Shards)
		}
		if p.Shards.Recommended > formula.Shards.Recommended {
			if raised++; len(broken(p.Shards.Recommended-1)) == 0 {
				t.Errorf("workload %d: %d shards hold as well", seed, p.Shards.Recommended-1)
			}
		}
	}
	t.Logf("%d of %d fit, %d raised", fits, draws, raised)
	if fits < draws/3 || raised == 0 {
		t.Errorf("%d of %d fit, and %d are raised: too few tell anything", fits, draws, raised)
	}
}

// A consumer without a latency has to keep up within a minute, which no formula asks for:
// the replay decides. It does not where any latency will do.
func TestReplayDecides(t *testing.T) {
	limits, w := model.PublishedLimits(), model.NewWorkload()
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 1024, 400, 500
	w.Producer.Surge = model.Surge{Throughput: 1500, Duration: 300e9}
	c := model.NewConsumer("a")
	c.Speed = 500
	w.Consumers = []model.Consumer{c}
	p, err := review.DeclaredPlan(context.Background(), &review.Basis{Limits: &limits}, &w)
	if err != nil {
		t.Fatal(err)
	}
	// 1,500 a second for 300 s on 500·N: 1,500·300/(500·N) − 300 + 1 s of poll are at most
	// 60 s where N is at least 450,000/(500·359) = 2.5, beside 2 shards of 1,500 records.
	if p.Shards.Recommended != 3 || p.Shards.Minimum != 3 || !slices.Equal(p.Binding, []string{review.ReplayID}) {
		t.Errorf("%+v, %v", p.Shards, p.Binding)
	}
	w.Consumers[0].AnyLatency = true
	if p, err = review.DeclaredPlan(context.Background(), &review.Basis{Limits: &limits}, &w); err != nil || p.Shards.Recommended != 2 {
		t.Errorf("any latency: %+v, %v", p.Shards, err)
	}
}
