package keys_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// placed returns a workload of keys that are known one by one.
func placed(c *model.KeyCounts, rate float64) model.Workload {
	w := model.NewWorkload()
	w.Region = "us-east-1"
	w.Producer.Average, w.Producer.Peak = unit.RecordsPerSecond(rate), unit.RecordsPerSecond(rate)
	w.Producer.RecordSize, w.Producer.PartitionKeySize = 200, 8
	w.Producer.Placed = keys.New(c, &limits).Placement(&limits, nil)
	return w
}

// The published numbers of 1,000 Zipf keys are those of a plan. At 800 of 1,000 records/s a shard has
// 20% of 4,000 records/s, 15% of 5,333 and a third, and 13.36% of 5,988: 14, 28 and 1,214 equal shards,
// and 6, 8 and 9 that are cut at the keys.
func TestPlanOfZipf(t *testing.T) {
	c := zipf(1000)
	for _, w := range []struct {
		share             float64
		targeted, uniform int
	}{{0.20, 6, 14}, {0.15, 8, 28}, {0.1336, 9, 1214}} {
		load := placed(c, 800/w.share)
		p, err := plan.For(&limits, &load, nil)
		if err != nil || !p.Feasible || p.Shards.Recommended != w.uniform {
			t.Errorf("at most %v: %d shards, %v, %v; want %d", w.share, p.Shards.Recommended, p.Feasible, err, w.uniform)
		}
		targeted := 0
		for _, a := range p.Advice {
			if a.ID == "cut-at-keys" {
				targeted = a.Shards
			}
		}
		if targeted != w.targeted {
			t.Errorf("at most %v: the advice is %d shards that are cut, want %d", w.share, targeted, w.targeted)
		}
	}
	// 13.3592% of 7,500 are 1,001.9 records/s of one key; the salt is 1,001.9 / 800 = 1.25 values, so 2.
	load := placed(c, 7500)
	p, err := plan.For(&limits, &load, nil)
	if err != nil || p.Feasible || len(p.Infeasible) == 0 || p.Infeasible[0].ID != "key-limit" {
		t.Errorf("a key above a shard: %v, %v", p.Infeasible, err)
	}
}

// used returns the largest shares of the records and of the bytes on n equal shards, ⌊hash·n / 2^128⌋ in
// math/big.
func used(c *model.KeyCounts, n int) (records, bytes float64) {
	loads := make([][2]float64, n)
	var all [2]float64
	for _, k := range c.Keys {
		hash, _ := new(big.Int).SetString(k.Hash.String(), 10)
		i := int(hash.Mul(hash, big.NewInt(int64(n))).Rsh(hash, 128).Int64())
		loads[i][0] += k.Records
		loads[i][1] += k.Bytes
		all[0] += k.Records
		all[1] += k.Bytes
	}
	for _, l := range loads {
		records, bytes = max(records, l[0]/all[0]), max(bytes, l[1]/all[1])
	}
	return records, bytes
}

// A plan has the fewest shards on which all constraints hold, as a search over all counts finds them:
// producers by records and by bytes, what standard consumers read, and what one processes.
func TestPlanAgainstSearch(t *testing.T) {
	random := rand.New(rand.NewPCG(18, 4))
	raised := 0
	for draw := range 230 {
		c := &model.KeyCounts{HasRecords: true, HasBytes: true}
		for i := range 3 + random.IntN(60) {
			name := fmt.Sprintf("key-%d-%d", draw, i)
			records := math.Exp(1.5 * random.NormFloat64())
			c.Keys = append(c.Keys, model.KeyCount{Hash: model.HashOf(name), Name: name, Records: records,
				Bytes: records * math.Exp(6+random.NormFloat64())})
		}
		sorted(c)
		w := placed(c, 200+4000*random.Float64())
		w.Producer.RecordSize = unit.Bytes(100 + 2000*random.Float64())
		slow, plain := model.NewConsumer("slow"), model.NewConsumer("plain")
		slow.Speed = unit.RecordsPerSecond(300 + 2000*random.Float64())
		w.Consumers = []model.Consumer{slow, plain, model.NewConsumer("third")}
		holds := func(n int, share float64) bool {
			r, b := used(c, n)
			peak := float64(w.Producer.Peak)
			written := peak * float64(w.Producer.RecordSize+w.Producer.PartitionKeySize)
			return r*peak <= share*1000 && b*written <= share*(1<<20) && 3*b*written <= share*(2<<20) && r*peak <= share*float64(slow.Speed)
		}
		search := func(share float64) int {
			for n := 1; n <= 400; n++ {
				if holds(n, share) {
					return n
				}
			}
			return 0
		}
		minimum, recommended := search(1), search(0.8)
		if recommended == 0 {
			continue // a key that is too hot, or two that are close together
		}
		p, err := plan.For(&limits, &w, nil)
		if err != nil || p.Shards.Minimum != minimum || p.Shards.Recommended != recommended {
			t.Fatalf("draw %d: %d and %d shards, %v; a search finds %d and %d", draw, p.Shards.Minimum, p.Shards.Recommended, err,
				minimum, recommended)
		}
		if least, target := calc.Counts(calc.Solve(&limits, &w, nil)); least != minimum || target != recommended {
			t.Errorf("draw %d: the needs agree on %d and %d shards, a search finds %d and %d", draw, least, target, minimum, recommended)
		}
		plan.AddRoom(&limits, &w, nil, &p, []int{recommended, recommended + 1, recommended + 2, recommended + 3, recommended + 4})
		for _, room := range p.Room {
			if room.Holds != holds(room.Shards, 0.8) {
				t.Errorf("draw %d: %d shards hold: %v", draw, room.Shards, room.Holds)
			}
			if peak := room.Peak.Value; room.Peak.Known {
				again := w.Producer.Peak
				w.Producer.Peak = unit.RecordsPerSecond(peak)
				if !holds(room.Shards, 0.8+1e-6) || holds(room.Shards, 0.8-1e-6) {
					t.Errorf("draw %d: %d shards do not carry just %v", draw, room.Shards, peak)
				}
				w.Producer.Peak = again
			}
		}
		if !holds(recommended+1, 0.8) {
			raised++
		}
	}
	if raised == 0 {
		t.Error("no draw has more shards that are hotter than fewer")
	}
}

// On as many shards as there are today the placement is that of today's ranges.
func TestPlacementOnTodaysRanges(t *testing.T) {
	c := zipf(1000)
	s := keys.New(c, &limits)
	today := s.Split(5)
	p := s.Placement(&limits, today)
	for n := 1; n <= 12; n++ {
		want := percent(c, keys.Uniform(n)) / 100
		if n == 5 {
			want = percent(c, today) / 100
		}
		if got := p.Hottest(n).Records; math.Abs(got-want) > 1e-12 {
			t.Errorf("%d shards: %v, want %v", n, got, want)
		}
	}
	// Five that are cut carry what five equal ones do not.
	if n, ok := p.Fewest(1, percent(c, today)/100*(1+1e-12), false); !ok || n != 5 {
		t.Errorf("fewest for what today's 5 take: %d, %v", n, ok)
	}
}

// Salting parts the heaviest keys and loses nothing.
func TestSaltedPlacement(t *testing.T) {
	c := zipf(1000)
	p := keys.New(c, &limits).Placement(&limits, nil)
	salted := p.Salted(8)
	// Keys above 13.3592% / 8 = 1.67% are parted: those of 1/(i+1) with i below 8, the largest of which
	// has 1.67% then. The keys are 8·7 more, since the eighth is not above.
	if got := float64(salted.Largest); math.Abs(got-0.133592/8) > 1e-6 {
		t.Errorf("largest key %v", got)
	}
	if salted.Keys != 1000-7+7*8 {
		t.Errorf("%d keys", salted.Keys)
	}
	if one := salted.Hottest(1); math.Abs(one.Records-1) > 1e-9 {
		t.Errorf("one shard has %v", one)
	}
}

// Of many keys that are all alike it is chance which shard is the hottest. The fewest shards are those of
// a plain search, from any number on, in whatever order they are asked for.
func TestFewestOfAlikeKeys(t *testing.T) {
	c := &model.KeyCounts{HasRecords: true}
	for i := range 20_000 {
		name := fmt.Sprintf("alike-%d", i)
		c.Keys = append(c.Keys, model.KeyCount{Hash: model.HashOf(name), Name: name, Records: 1})
	}
	sorted(c)
	s := keys.New(c, &limits)
	for _, today := range []keys.Ranges{nil, s.Split(120)} {
		p := s.Placement(&limits, today)
		hottest := make([]float64, 400)
		for n := 1; n < len(hottest); n++ {
			ranges := keys.Uniform(n)
			if n == len(today) {
				ranges = today
			}
			_, fill := s.Hottest(s.Place(ranges))
			hottest[n] = fill / s.Fill(s.Total())
		}
		for _, even := range []float64{200, 20, 90, 150, 40, 90.5, 110} {
			for _, from := range []int{1, 60, 130, 240} {
				want := from
				for want < len(hottest) && hottest[want] > 1/even {
					want++
				}
				if got, ok := p.Fewest(from, 1/even, false); want < len(hottest) && (!ok || got != want) {
					t.Errorf("as even %v from %d on: %d, %v, want %d", even, from, got, ok, want)
				}
			}
		}
	}
}
