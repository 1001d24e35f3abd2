package keys_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/model"
)

var limits = model.PublishedLimits()

// zipf returns n keys user-0, user-1, … with the weights 1/(i + 1).
func zipf(n int) *model.KeyCounts {
	c := &model.KeyCounts{HasRecords: true}
	for i := range n {
		name := fmt.Sprintf("user-%d", i)
		c.Keys = append(c.Keys, model.KeyCount{Hash: model.HashOf(name), Name: name, Records: 1 / float64(i+1)})
	}
	sorted(c)
	return c
}

func sorted(c *model.KeyCounts) {
	slices.SortFunc(c.Keys, func(a, b model.KeyCount) int { return a.Hash.Compare(b.Hash) })
	c.Keys = slices.CompactFunc(c.Keys, func(a, b model.KeyCount) bool { return a.Hash == b.Hash })
}

// percent returns the hottest shard of ranges in percent of all, by an own sum over the keys.
func percent(c *model.KeyCounts, r keys.Ranges) float64 {
	loads, total, hottest := make([]float64, len(r)), 0.0, 0.0
	for _, k := range c.Keys {
		i := len(r) - 1
		for k.Hash.Less(r[i]) {
			i--
		}
		loads[i] += k.Records
		total += k.Records
		hottest = max(hottest, loads[i])
	}
	return 100 * hottest / total
}

// The numbers of 1,000 keys with Zipf's weights, which a script in another language computed.
func TestZipf(t *testing.T) {
	c := zipf(1000)
	s := keys.New(c, &limits)
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 5e-5 {
			t.Errorf("%s: %.4f%%, want %.4f%%", what, got, want)
		}
	}
	total := s.Fill(s.Total())
	key, largest := s.Largest()
	near("hottest key", 100*s.Fill(largest)/total, 13.3592)
	if key.Name != "user-0" || s.Keys() != 1000 {
		t.Errorf("hottest of %d keys: %s", s.Keys(), key.Name)
	}
	near("8 uniform", percent(c, keys.Uniform(8)), 23.7758)
	near("8 targeted", percent(c, s.Split(8)), 14.2581)
	near("16 uniform", percent(c, keys.Uniform(16)), 18.3587)
	near("16 targeted", percent(c, s.Split(16)), 13.3592)
	for _, w := range []struct {
		share             float64
		targeted, uniform int
	}{{0.20, 6, 14}, {0.15, 8, 28}, {0.1336, 9, 1214}} {
		r, ok := s.Fewest(w.share*total, 10_000)
		n, found := s.FewestUniform(w.share*total, 10_000)
		if !ok || !found || len(r) != w.targeted || n != w.uniform {
			t.Errorf("at most %v: %d targeted (%v), %d uniform (%v), want %d and %d", w.share, len(r), ok, n, found, w.targeted, w.uniform)
		}
		if percent(c, r) > 100*w.share {
			t.Errorf("%d targeted: %v%%", len(r), percent(c, r))
		}
	}
	if _, ok := s.Fewest(0.13*total, 10_000); ok {
		t.Error("less than the hottest key alone")
	}
	if _, ok := s.FewestUniform(0.13*total, 10_000); ok {
		t.Error("less than the hottest key alone, uniform")
	}
	_, fill := s.Hottest(s.Place(keys.Uniform(8)))
	near("8 uniform, placed", 100*fill/total, 23.7758)
}

// small returns a few random keys with whole weights of both kinds, some of them neighbours.
func small(random *rand.Rand) *model.KeyCounts {
	c := &model.KeyCounts{HasRecords: true, HasBytes: true}
	for range 1 + random.IntN(12) {
		h := model.Hash{Hi: random.Uint64(), Lo: random.Uint64()}
		switch random.IntN(8) {
		case 0:
			h = model.Hash{Lo: uint64(random.IntN(6))}
		case 1:
			h = model.Hash{Hi: math.MaxUint64, Lo: math.MaxUint64 - uint64(random.IntN(6))}
		}
		c.Keys = append(c.Keys, model.KeyCount{Hash: h, Records: float64(random.IntN(50)), Bytes: float64(random.IntN(50_000))})
	}
	c.Keys[0].Records++
	sorted(c)
	return c
}

// leastHottest returns the least fill of the hottest of n ranges: the dynamic program of linear
// partitioning over the pairs 2m, 2m + 1.
func leastHottest(c *model.KeyCounts, n int) float64 {
	var pairs []keys.Load
	for i, k := range c.Keys {
		if i == 0 || c.Keys[i-1].Hash.Half() != k.Hash.Half() {
			pairs = append(pairs, keys.Load{})
		}
		pairs[len(pairs)-1].Records += k.Records
		pairs[len(pairs)-1].Bytes += k.Bytes
	}
	fill := func(i, j int) float64 {
		var l keys.Load
		for _, p := range pairs[i:j] {
			l.Records, l.Bytes = l.Records+p.Records, l.Bytes+p.Bytes
		}
		return max(l.Records/1000, l.Bytes/(1<<20))
	}
	best := make([]float64, len(pairs)+1) // of the first i pairs, in as many ranges as so far
	for i := range best {
		best[i] = fill(0, i)
	}
	for range n - 1 {
		for i := len(pairs); i > 0; i-- {
			for j := range i {
				best[i] = min(best[i], max(best[j], fill(j, i)))
			}
		}
	}
	return best[len(pairs)]
}

// The ranges are as good as those of a dynamic program, their number is the one asked for, and
// SplitShard takes every cut: each range has two hash keys or more.
func TestSplitIsOptimal(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	for range 2000 {
		c := small(random)
		s := keys.New(c, &limits)
		before := math.Inf(1)
		for n := 1; n <= 9; n++ {
			r := s.Split(n)
			_, got := s.Hottest(s.Place(r))
			want := leastHottest(c, n)
			if math.Abs(got-want) > 1e-12*want || len(r) != n {
				t.Fatalf("%v in %d: %v (%d ranges), want %v", c.Keys, n, got, len(r), want)
			}
			if got > before*(1+1e-12) {
				t.Fatalf("%v in %d: hotter than with a range less", c.Keys, n)
			}
			before = got
			checkRanges(t, r)
			if few, ok := s.Fewest(got*(1+1e-12), 100); !ok || len(few) > n {
				t.Fatalf("%v: %d ranges below %v, %v", c.Keys, len(few), got, ok)
			} else if _, fill := s.Hottest(s.Place(few)); fill > got*(1+1e-12) {
				t.Fatalf("%v: the fewest have %v", c.Keys, fill)
			} else if len(few) > 1 && leastHottest(c, len(few)-1) <= got*(1-1e-9) {
				t.Fatalf("%v: %d are not the fewest below %v", c.Keys, len(few), got)
			}
		}
	}
}

func checkRanges(t *testing.T, r keys.Ranges) {
	t.Helper()
	if r[0] != (model.Hash{}) {
		t.Fatalf("begin at %s", r[0])
	}
	for i := range r {
		if ends := r.Range(i); !ends.First.Less(ends.Last) {
			t.Fatalf("range %d of %v has less than two hash keys", i, r)
		}
	}
}

// All other keys lie evenly: they are cut as finely as is asked, between keys and beside them.
func TestSplitWithRest(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	for range 500 {
		c := small(random)
		c.Rest = model.KeyCount{Records: float64(1 + random.IntN(500)), Bytes: float64(random.IntN(500_000))}
		s := keys.New(c, &limits)
		_, largest := s.Largest()
		total, before := s.Fill(s.Total()), math.Inf(1)
		for n := 1; n <= 9; n++ {
			r := s.Split(n)
			_, got := s.Hottest(s.Place(r))
			switch least := max(total/float64(n), s.Fill(largest)); {
			case got < least*(1-1e-9):
				t.Fatalf("%v + %v in %d: %v is below the least that can be, %v", c.Keys, c.Rest, n, got, least)
			case got > before*(1+1e-9):
				t.Fatalf("%v + %v in %d: hotter than with a range less", c.Keys, c.Rest, n)
			case n == 2 && got > bestOfTwo(s, c)*(1+1e-9):
				t.Fatalf("%v + %v in 2: %v, where %v can be had", c.Keys, c.Rest, got, bestOfTwo(s, c))
			case len(r) != n:
				t.Fatalf("%v + %v: %d ranges, want %d", c.Keys, c.Rest, len(r), n)
			}
			before = got
			checkRanges(t, r)
		}
	}
	alone := &model.KeyCounts{Keys: []model.KeyCount{{Records: 0}}, Rest: model.KeyCount{Records: 1000}}
	s := keys.New(alone, &limits)
	if _, fill := s.Hottest(s.Place(s.Split(4))); math.Abs(fill-0.25) > 1e-9 {
		t.Errorf("nothing but the rest in 4: %v", fill)
	}
}

// bestOfTwo returns the fill of the hotter of two ranges, the least of many places to cut.
func bestOfTwo(s *keys.Set, c *model.KeyCounts) float64 {
	cuts := keys.Uniform(1000)[1:]
	for _, k := range c.Keys {
		if cut := (model.Hash{Hi: k.Hash.Hi, Lo: k.Hash.Lo &^ 1}); cut != (model.Hash{}) {
			cuts = append(cuts, cut)
		}
	}
	best := math.Inf(1)
	for _, cut := range cuts {
		_, fill := s.Hottest(s.Place(keys.Ranges{{}, cut}))
		best = min(best, fill)
	}
	return best
}

// SplitHot splits no more than it must, keeps every boundary, and merges of cold neighbours
// stay below the limit.
func TestSplitHot(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 1))
	for range 1000 {
		c := small(random)
		s := keys.New(c, &limits)
		today := keys.Uniform(1 + random.IntN(5))
		_, largest := s.Largest()
		limit := s.Fill(largest)*1.001 + random.Float64()*s.Fill(s.Total())
		if slices.ContainsFunc(s.Place(keys.Uniform(1)), func(keys.Load) bool { return hasPair(c) }) {
			continue // a pair can be above the limit, and cannot be parted
		}
		r := s.SplitHot(today, limit)
		checkRanges(t, r)
		if _, fill := s.Hottest(s.Place(r)); fill > limit {
			t.Fatalf("%v: %v above %v", c.Keys, fill, limit)
		}
		want := 0
		for i, l := range s.Place(today) {
			if !slices.Contains(r, today[i]) {
				t.Fatalf("%v: %s is no boundary any more", c.Keys, today[i])
			}
			part := within(c, today.Range(i))
			n := 1
			for s.Fill(l) > limit && leastHottest(part, n) > limit {
				n++
			}
			want += n
		}
		if len(r) != want {
			t.Fatalf("%v: %d ranges, want %d", c.Keys, len(r), want)
		}
		merged := s.MergeCold(r, limit)
		if _, fill := s.Hottest(s.Place(merged)); fill > limit || len(merged) > len(r) {
			t.Fatalf("%v: merged to %v", c.Keys, fill)
		}
	}
	// One key above the limit: it is set apart, and its neighbours keep below.
	c := zipf(1000)
	s := keys.New(c, &limits)
	r := s.SplitHot(keys.Uniform(4), 0.10*s.Fill(s.Total()))
	above := 0
	for i, l := range s.Place(r) {
		if s.Fill(l) > 0.10*s.Fill(s.Total()) {
			above++
			if k := s.Heavy(r.Range(i), 10); len(k) != 1 || k[0].Name != "user-0" {
				t.Errorf("above the limit: %v", k)
			}
		}
	}
	if above != 1 {
		t.Errorf("%d ranges above the limit, want that of the key", above)
	}
	checkRanges(t, r)
}

func hasPair(c *model.KeyCounts) bool {
	for i := 1; i < len(c.Keys); i++ {
		if c.Keys[i].Hash.Half() == c.Keys[i-1].Hash.Half() {
			return true
		}
	}
	return false
}

// within returns the keys of a hash range.
func within(c *model.KeyCounts, r model.HashRange) *model.KeyCounts {
	var part model.KeyCounts
	for _, k := range c.Keys {
		if !k.Hash.Less(r.First) && !r.Last.Less(k.Hash) {
			part.Keys = append(part.Keys, k)
		}
	}
	return &part
}

// FewestUniform finds what trying each count finds.
func TestFewestUniform(t *testing.T) {
	random := rand.New(rand.NewPCG(12, 1))
	for range 300 {
		c := small(random)
		c.Rest.Records = float64(random.IntN(2) * random.IntN(300))
		s := keys.New(c, &limits)
		_, limit := s.Hottest(s.Place(keys.Uniform(1 + random.IntN(12))))
		want := 1
		for ; ; want++ {
			if _, fill := s.Hottest(s.Place(keys.Uniform(want))); fill <= limit*(1+1e-12) {
				break
			}
		}
		if n, ok := s.FewestUniform(limit*(1+1e-12), 100); !ok || n != want {
			t.Fatalf("%v + %v at most %v: %d (%v), want %d", c.Keys, c.Rest, limit, n, ok, want)
		}
	}
}

// Adding an equal range can make the hottest hotter.
func TestUniformIsNotMonotone(t *testing.T) {
	s := keys.New(zipf(1000), &limits)
	_, before := s.Hottest(s.Place(keys.Uniform(1)))
	for n := 2; n <= 64; n++ {
		_, fill := s.Hottest(s.Place(keys.Uniform(n)))
		if fill > before {
			return
		}
		before = fill
	}
	t.Error("more ranges were never hotter")
}

func million() *model.KeyCounts {
	random := rand.New(rand.NewPCG(10, 11))
	c := &model.KeyCounts{HasRecords: true, HasBytes: true, Keys: make([]model.KeyCount, 1_000_000)}
	for i := range c.Keys {
		records := math.Ceil(1e6 / float64(i+1))
		c.Keys[i] = model.KeyCount{Hash: model.Hash{Hi: random.Uint64(), Lo: random.Uint64()}, Records: records,
			Bytes: records * float64(100+random.IntN(1000))}
	}
	sorted(c)
	return c
}

// A million keys on 64 counts of shards, equal ranges and the best ones.
func BenchmarkMillionKeys(b *testing.B) {
	c := million()
	b.ReportAllocs()
	var memory runtime.MemStats
	for b.Loop() {
		s := keys.New(c, &limits)
		for n := 1; n <= 64; n++ {
			s.Place(keys.Uniform(n))
			s.Place(s.Split(n))
		}
		runtime.ReadMemStats(&memory)
	}
	b.ReportMetric(float64(memory.HeapInuse)/(1<<20), "MiB-in-use")
}
