package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Rounding errors are at most a few units in the last place (2e-16) for each
// operation; the tolerance of 1e-12 covers thousands of them. A real excess of
// one record a second on 10,000 shards is 1e-7. (From 1e12 shards on the
// tolerance is a shard; no stream is near that.)
func TestShards(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 49, 1000, 9999, 10_000, 1_000_000, 1e9} {
		x := float64(n)
		for name, c := range map[string]struct {
			need float64
			want int
		}{
			"exact":          {x, n},
			"one ulp below":  {math.Nextafter(x, 0), n},
			"one ulp above":  {math.Nextafter(x, math.Inf(1)), n},
			"a part in 1e11": {x * (1 + 1e-11), n + 1},
			"just below":     {x * (1 - 1e-11), n},
			"a half below":   {x - 0.5, n},
			"a half above":   {x + 0.5, n + 1},
		} {
			if got := Shards(c.need); got != c.want {
				t.Errorf("%s: shards(%v) = %d, want %d", name, c.need, got, c.want)
			}
		}
	}
}

// No traffic needs no shard, and a count that no integer holds stays a count.
func TestShardsAtTheEnds(t *testing.T) {
	if got := Shards(0); got != 0 {
		t.Errorf("shards(0) = %d", got)
	}
	if got := Shards(1e-300); got != 1 {
		t.Errorf("shards(1e-300) = %d", got)
	}
	for _, need := range []float64{1e18, 1e300, math.Inf(1)} {
		if got := Shards(need); got < 1e14 || got > 1e15 {
			t.Errorf("shards(%v) = %d, want about 1e15", need, got)
		}
	}
}

// At an exact multiple of a limit there is no extra shard; one record a second
// above it there is one. The multiples are of AWS's 1,000 records/s and of
// 1 MiB/s = 1,024 records/s of 1 KiB.
func TestProducerLimitsAtTheLimit(t *testing.T) {
	for _, c := range []struct {
		topic, name string
		size        unit.Bytes
		perShard    float64
	}{
		{"producer-limit.records.peak", "small records", 1, 1000},
		{"producer-limit.bytes.peak", "whole bytes", unit.KiB, 1024},
		{"producer-limit.bytes.peak", "a fraction of a byte", 819.2, 1280},
	} {
		t.Run(c.topic+"/"+c.name, func(t *testing.T) {
			for n := 1; n <= 10_000; n++ {
				limit := float64(n) * c.perShard
				for rate, want := range map[float64]int{limit: n, limit + 1: n + 1, limit - 1: n} {
					w := workload(c.size, unit.RecordsPerSecond(rate), unit.RecordsPerSecond(rate))
					if got := Shards(needOf(&w, c.topic).Full); got != want {
						t.Fatalf("%v records/s of %v: %d shards, want %d", rate, c.size, got, want)
					}
				}
			}
		})
	}
}

// A rate that was computed from a bandwidth misses the multiple by its last
// bits, on either side.
func TestProducerBandwidthOfOddSizes(t *testing.T) {
	for size := unit.Bytes(3); size < 2000; size += 7 {
		for n := 1; n <= 10_000; n += 97 {
			rate := unit.BytesPerSecond(float64(n) * float64(unit.MiB)).RecordsOf(size)
			w := workload(size, rate, rate)
			if got := Shards(needOf(&w, "producer-limit.bytes.peak").Full); got != n {
				t.Fatalf("%d MiB/s in records of %v: %d shards", n, size, got)
			}
		}
	}
}

// needOf is the workload's need by a constraint that no consumer has.
func needOf(w *model.Workload, topic string) Need {
	var buffer [8]Need
	for _, n := range Solve(&limits, w, buffer[:0]) {
		if n.Constraint.Topic == topic {
			return n
		}
	}
	return Need{}
}
