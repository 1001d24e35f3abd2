package calc

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
)

// hottest returns the load of the hottest shard where each key is on the shard of its place:
// the first has a share, the others have the rest in equal parts.
func hottest(place []int, shards int, largest float64) float64 {
	load := make([]float64, shards)
	for i, shard := range place {
		if i == 0 {
			load[shard] += largest
		} else {
			load[shard] += (1 - largest) / float64(len(place)-1)
		}
	}
	return slices.Max(load)
}

// percentile returns the least of weighted loads that so much of the weight is at or below.
func percentile(loads []float64, part float64) float64 {
	slices.Sort(loads)
	return loads[int(math.Ceil(part*float64(len(loads))*(1-1e-12)))-1]
}

// Every way to put up to six keys on up to six shards is counted one by one.
func TestSkewOfKeysAgainstEnumeration(t *testing.T) {
	for n := 1; n <= 6; n++ {
		for shards := 1; shards <= 6; shards++ {
			for _, times := range []float64{1, 1.5, 2.3} { // the largest key, in means
				largest := math.Min(1, times/float64(n))
				if n == 1 {
					largest = 1
				}
				var loads []float64
				place := make([]int, n)
				for {
					loads = append(loads, hottest(place, shards, largest))
					i := 0
					for ; i < n; i++ {
						if place[i]++; place[i] < shards {
							break
						}
						place[i] = 0
					}
					if i == n {
						break
					}
				}
				k := keys{n: n, largest: largest, memo: map[int]float64{}}
				if got, want := k.share(shards), percentile(loads, keyOdds); math.Abs(got-want) > 1e-9 {
					t.Errorf("%d keys, the largest with %v, on %d shards: %v, counted %v", n, largest, shards, got, want)
				}
			}
		}
	}
}

// Ten, thirty and three hundred keys are drawn a million times: as many draws as should be are
// within the share, and fewer are within the next smaller one.
func TestSkewOfKeysAgainstSimulation(t *testing.T) {
	draws := 1_000_000
	if testing.Short() {
		draws = 20_000
	}
	random := rand.New(rand.NewPCG(3, 14))
	for _, c := range []struct {
		n       int
		largest float64
		shards  []int
	}{
		{10, 0.1, []int{2, 5, 10, 40, 400}}, {10, 0.4, []int{3, 12}}, {30, 1.0 / 30, []int{4, 30}}, {30, 0.2, []int{8}},
		{300, 1.0 / 300, []int{2, 3, 10, 100, 1000}}, {300, 0.05, []int{2, 7, 60}}, {5000, 1.0 / 5000, []int{4, 64}},
	} {
		for _, shards := range c.shards {
			if c.n*draws > 300_000_000 {
				draws = 300_000_000 / c.n
			}
			k := keys{n: c.n, largest: c.largest, memo: map[int]float64{}}
			share := k.share(shards)
			each := (1 - c.largest) / float64(c.n-1)
			within, below := 0, 0
			load := make([]float64, shards)
			for range draws {
				clear(load)
				load[random.IntN(shards)] += c.largest
				for range c.n - 1 {
					load[random.IntN(shards)] += each
				}
				most := slices.Max(load)
				if most <= share*(1+1e-9) {
					within++
				}
				if most <= share-0.999*each {
					below++
				}
			}
			// Three standard deviations of the draws, and half a per cent of the approximation.
			off := 3*math.Sqrt(0.09/float64(draws)) + 0.005
			in, less := float64(within)/float64(draws), float64(below)/float64(draws)
			if in < keyOdds-off || less > keyOdds+off {
				t.Errorf("%d keys, the largest with %v, on %d shards: %v; %.4f of the draws are within, %.4f are below", c.n,
					c.largest, shards, share, in, less)
			}
		}
	}
}

// Ten equal keys are all on different shards of N with ∏(1 − i/N).
func TestTenKeysApart(t *testing.T) {
	for _, shards := range []int{10, 50, 430, 1000} {
		want := 1.0
		for i := range 10 {
			want *= 1 - float64(i)/float64(shards)
		}
		if got := exactlyWithin(1, 0, 9, shards); math.Abs(got-want) > 1e-12*want {
			t.Errorf("on %d shards: %v, want %v", shards, got, want)
		}
	}
	k := keys{n: 10, largest: 0.1, memo: map[int]float64{}}
	if n := k.shards(0.1); n != 431 {
		t.Errorf("%v shards keep them apart", n) // ∏ is 0.90017 on 431, 0.89995 on 430
	}
}

// The approximation for many keys and the count of few agree, and so do those of many and
// of very many, within 0.6% of the odds and half a per cent of the share.
func TestRoadsToTheOddsAgree(t *testing.T) {
	for _, n := range []int{40, 64} {
		for _, shards := range []int{2, 3, 7, 20, 60, 500} {
			for m := 1; m <= n; m++ {
				exact := exactlyWithin(m, m-1, n, shards)
				if float64(m*(shards-1)+m-1) < float64(n) || exact < 0.5 {
					continue
				}
				if got := nearlyWithin(m, m-1, n, shards); math.Abs(got-exact) > 0.006 {
					t.Errorf("%d keys on %d shards, at most %d: %v, counted %v", n, shards, m, got, exact)
				}
			}
		}
	}
	for _, shards := range []int{2, 5, 50} {
		n := manyKeys * shards
		k := keys{n: n, largest: 1 / float64(n), memo: map[int]float64{}}
		near := k.quantile(shards)
		if large := k.largeQuantile(1/float64(n), n-1, shards); math.Abs(large/near-1) > 0.005 {
			t.Errorf("%d shards: %v, %v", shards, near, large)
		}
	}
}

// The hottest shard never gets less on fewer shards, and shards is the least number that does.
func TestSkewOfKeysFalls(t *testing.T) {
	for _, k := range []keys{{n: 10, largest: 0.1}, {n: 50, largest: 0.2}, {n: 300, largest: 1.0 / 300}, {n: 0, largest: 0.3}} {
		k.memo = map[int]float64{}
		for shards := 2; shards < 200; shards++ {
			if k.share(shards) > k.share(shards-1)*(1+1e-9) {
				t.Errorf("%d keys: %v on %d shards, %v on one fewer", k.n, k.share(shards), shards, k.share(shards-1))
			}
		}
		for _, most := range []float64{0.31, 0.35, 0.5} {
			n := int(k.shards(most))
			if k.share(n) > most*(1+1e-9) || n > 1 && k.share(n-1) <= most {
				t.Errorf("%d keys within %v: %d shards", k.n, most, n)
			}
		}
	}
	k := keys{n: 10, largest: 0.2, memo: map[int]float64{}}
	if n := k.shards(0.199); !math.IsInf(n, 1) {
		t.Errorf("a key of 20%% within 19.9%%: %v shards", n)
	}
}

// BenchmarkSolveKeys is what few keys make of it.
func BenchmarkSolveKeys(b *testing.B) {
	w := calctest.Benchmarked(false)
	w.Producer.Skew, w.Producer.Keys = 1, 300
	var buffer []Need
	for b.Loop() {
		buffer = Solve(&limits, &w, buffer[:0])
	}
}
