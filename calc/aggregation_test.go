package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"pgregory.net/rapid"
)

// drawPacking draws how records are packed and at which rates; both rates move
// apart, as they do for a surge or a replay.
func drawPacking(t *rapid.T) (p Packing, moved, rate float64) {
	record := math.Floor(drawLog(t, "bytes", 11, 20_000))
	p = Packing{
		Bare: record - 10, Record: record, Overhead: 20,
		full:      float64(rapid.IntRange(2, 5000).Draw(t, "cap")),
		producers: math.Floor(drawLog(t, "producers", 1, 1e5)),
		buffer:    drawLog(t, "buffer", 1e-3, 10),
	}
	rate = drawLog(t, "packed", 1, 1e7)
	return p, rate * drawLog(t, "moved ÷ packed", 1e-2, 1e2), rate
}

// wantLeast compares a closed form with the search. Where timers close the
// aggregates, the Kinesis records of N shards are N + R·t/p at most, and the
// need is a difference, X/limit − R·t/p, of numbers n times as large as it is:
// an error of one bit in X becomes one of n bits in the need, however it is
// computed. So the tolerance is 1e-12 up to n = 250, and 4e-15·n beyond.
func wantLeast(t *rapid.T, what string, got, want, condition float64) {
	t.Helper()
	tolerance := max(1e-12, 4e-15*condition)
	if got == want || math.Abs(got-want) <= tolerance*want {
		return
	}
	t.Fatalf("%s: %v, the search finds %v (relative %g, condition %g)", what, got, want, (got-want)/want, condition)
}

// The closed forms of model.md are the least N of their inequalities.
func TestPackedNeedsAreTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, moved, rate := drawPacking(t)
		n := func(shards float64) float64 { return math.Min(1+rate/(p.producers*shards)*p.buffer, p.full) }
		limit := drawLog(t, "limit", 1, 1e7)

		want := least(func(shards float64) bool { return moved/n(shards) <= shards*limit })
		wantLeast(t, "records", p.recordsNeed(moved, rate, limit), want, n(want))

		want = least(func(shards float64) bool { return moved*(p.Record+20/n(shards)) <= shards*limit })
		wantLeast(t, "bytes", p.bytesNeed(moved, rate, limit), want, 1)
	})
}

// A Lambda function's batch counts Kinesis records, and how many fit depends on
// their size, which depends on N: its need has steps. At one, N = R·t/(p·(n − 1)),
// where n comes of a size less its overheads, hence the condition.
func TestPackedFunctionNeedIsTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, moved, rate := drawPacking(t)
		f := Function{
			size:     float64(rapid.IntRange(1, 10_000).Draw(t, "batch")),
			duration: drawLog(t, "duration", 0.01, 900),
			payload:  6 << 20, encoding: 4.0 / 3, envelope: 300,
		}
		share := rapid.Float64Range(0.1, 1).Draw(t, "share")
		n := func(shards float64) float64 { return math.Min(1+rate/(p.producers*shards)*p.buffer, p.full) }
		want := least(func(shards float64) bool {
			batch := math.Min(f.size, math.Floor(6<<20/(4.0/3*(n(shards)*p.Record+20)+300)))
			return moved <= shards*batch*n(shards)/f.duration*share
		})
		wantLeast(t, "invocations", f.packedNeed(&p, moved, rate, share), want, functionCondition(n(want)))
	})
}

// functionCondition is what errors grow by in the need of a function.
func functionCondition(n float64) float64 { return n + 25*n/(n-1) }

// Each need of a workload, packed or not, is the least N that satisfies the
// constraint in words.
func TestNeedsAreTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, rapid.Bool().Draw(t, "packed"))
		o := newOracle(&w)
		for _, need := range Solve(&limits, &w, nil) {
			if !need.Constraint.countsShards() {
				continue
			}
			var c *model.Consumer
			if need.Consumer >= 0 {
				c = &w.Consumers[need.Consumer]
			}
			id := need.ID(&w)
			for at, share := range map[*float64]float64{&need.Full: 1, &need.Target: float64(w.TargetUtilization)} {
				want := least(func(n float64) bool { return o.fits(need.Constraint.Topic, c, n, share) })
				wantLeast(t, id, *at, want, o.condition(need.Constraint.Topic, c, want))
			}
		}
	})
}

// condition is what errors grow by in a need: see wantLeast.
func (o *oracle) condition(topic string, c *model.Consumer, need float64) float64 {
	rate := map[string]float64{
		"producer-limit.records.peak":  float64(o.w.Producer.Burst) * o.p,
		"producer-limit.records.surge": float64(o.w.Producer.Burst) * o.s,
		"acceptable-latency.reprocess": o.a,
	}[topic]
	if rate == 0 {
		rate = o.p
	}
	n, _ := o.packed(rate, need)
	if c != nil && c.Lambda.BatchSize > 0 && o.packs() {
		return functionCondition(n)
	}
	return n
}

// With a time buffer t and a limit of v·1,000 records/s, aggregation removes
// the record limit up to p = 1,000·v·t producers: 100 at v = 1 and 80 at
// v = 0.8 for the KPL's 100 ms (model.md). "Removes" means that full aggregates
// alone set the need; a producer more and the timers do.
func TestProducersThatPackingHoldsFor(t *testing.T) {
	for share, most := range map[float64]float64{1: 100, 0.8: 80} {
		p := Packing{Bare: 100, Record: 110, Overhead: 20, full: 465, producers: most, buffer: 0.1}
		const rate = 1e6
		full := rate / (1000 * share * p.full)
		if got := p.recordsNeed(rate, rate, 1000*share); got != full {
			t.Errorf("%v producers: need %v, want %v", most, got, full)
		}
		p.producers += 1
		if got := p.recordsNeed(rate, rate, 1000*share); got <= full {
			t.Errorf("%v producers: need %v, want more than %v", p.producers, got, full)
		}
	}
}
