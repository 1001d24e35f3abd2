package replay

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// With b = s + k + 10, cap = ⌊(M − 20)/b⌋ and λ = R/(p·N), an aggregate has
// n = min(1 + λ·t, cap) user records of b + 20/n bytes; where cap is below 2 they are
// sent bare.
func TestPacking(t *testing.T) {
	l := model.PublishedLimits()
	for _, c := range []struct {
		name                       string
		producers                  unit.Count
		buffer                     unit.Duration
		most                       unit.Bytes
		rate, size, shards         float64
		wantRecords, wantBandwidth float64
	}{
		{"not at all", 0, 100e6, 51_200, 1000, 90, 1, 1000, 90_000},
		// λ = 1,000/(1·1), n = 101 of at most 511.
		{"by time", 1, 100e6, 51_200, 1000, 90, 1, 1000.0 / 101, 1000*100 + 1000.0/101*20},
		// λ = 1,000/(2·5) = 100, n = 11.
		{"by two producers for five shards", 2, 100e6, 51_200, 1000, 90, 5, 1000.0 / 11, 1000*100 + 1000.0/11*20},
		// λ = 10,000, n = 1,001 of at most 511.
		{"full", 1, 100e6, 51_200, 10_000, 90, 1, 10_000.0 / 511, 10_000*100 + 10_000.0/511*20},
		// Two of 100 B and 20 B are just 220 B.
		{"two fit", 1, 1e9, 220, 1000, 90, 1, 500, 1000*100 + 500*20},
		{"two do not", 1, 1e9, 219, 1000, 90, 1, 1000, 90_000},
		{"without time", 1, 0, 51_200, 1000, 90, 1, 1000, 1000*100 + 1000*20},
		{"nothing", 1, 100e6, 51_200, 0, 90, 1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPacking(&l, &model.Aggregation{Producers: c.producers, Buffer: c.buffer, MaxSize: c.most})
			got := p.pack(Flow{c.rate, c.rate * c.size}, c.shards)
			if got.users != c.rate || math.Abs(got.records-c.wantRecords) > 1e-9*c.rate ||
				math.Abs(got.bytes-c.wantBandwidth) > 1e-9*c.wantBandwidth {
				t.Errorf("%+v, want %v records and %v B", got, c.wantRecords, c.wantBandwidth)
			}
		})
	}
}

// More producers or shards never make for fuller aggregates, more traffic never for
// emptier ones.
func TestPackingThinsOut(t *testing.T) {
	l := model.PublishedLimits()
	together := func(producers unit.Count, rate, shards float64) float64 {
		a := model.DefaultAggregation()
		a.Producers = producers
		p := newPacking(&l, &a)
		f := p.pack(Flow{rate, rate * 300}, shards)
		return f.users / f.records
	}
	for _, rate := range []float64{1, 100, 10_000, 1e6} {
		for _, producers := range []unit.Count{1, 10, 1000} {
			for _, shards := range []float64{0.5, 1, 7, 100} {
				n := together(producers, rate, shards)
				if n < 1 || together(producers+1, rate, shards) > n || together(producers, rate, shards*1.1) > n ||
					together(producers, rate*1.1, shards) < n*(1-1e-12) {
					t.Errorf("%v a second, %d producers, %v shards: %v together", rate, producers, shards, n)
				}
			}
		}
	}
}
