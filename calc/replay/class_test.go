package replay

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// classesOf are the classes of a setup of one step.
func classesOf(skew unit.Factor, c Capacity, parts []Part, incidents ...Incident) (*Setup, []class) {
	limits, w := model.PublishedLimits(), model.NewWorkload()
	w.Producer.Skew = skew
	s := &Setup{Limits: &limits, Workload: &w, Traffic: &Traffic{Steps: []float64{60}, Parts: parts}, Incidents: incidents}
	return s, s.classes(c)
}

// even is traffic of 1,000 records and 5,000 B a second, of which nothing more is
// known.
func even() []Part { return []Part{{To: 1, Flows: []Flow{{1000, 5000}}}} }

func TestClasses(t *testing.T) {
	poison := []Incident{{Kind: Poison}}
	type wants struct{ shards, records float64 }
	for _, c := range []struct {
		name      string
		skew      unit.Factor
		capacity  Capacity
		incidents []Incident
		want      []wants // the hottest first
	}{
		{"all alike", 1, Capacity{Shards: 4}, nil, []wants{{4, 1000}}},
		{"all alike, 49 of them", 1, Capacity{Shards: 49}, nil, []wants{{49, 1000}}},
		{"no skew said", 0, Capacity{Shards: 4}, nil, []wants{{4, 1000}}},
		{"the hottest and the others", 2, Capacity{Shards: 4}, nil, []wants{{1, 500}, {3, 500}}},
		{"a fraction of others", 1.5, Capacity{Shards: 2.5}, nil, []wants{{1, 600}, {1.5, 400}}},
		{"one with it all", 4, Capacity{Shards: 3}, nil, []wants{{1, 1000}, {2, 0}}},
		{"one", 2, Capacity{Shards: 1}, nil, []wants{{1, 1000}}},
		{"less than one", 2, Capacity{Shards: 0.5}, nil, []wants{{0.5, 1000}}},
		{"one of them poisoned", 1, Capacity{Shards: 4}, poison, []wants{{1, 250}, {3, 750}}},
		{"on demand", 2, Capacity{Shards: 4, OnDemand: true}, nil, []wants{{4, 1000}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, got := classesOf(c.skew, c.capacity, even(), c.incidents...)
			if len(got) != len(c.want) {
				t.Fatalf("%+v, want %+v", got, c.want)
			}
			for i, want := range c.want {
				f := got[i].flow(s.Traffic, 0)
				if math.Abs(got[i].shards-want.shards) > 1e-9 || math.Abs(f.Records-want.records) > 1e-9 ||
					math.Abs(f.Bytes-5*want.records) > 1e-9 ||
					got[i].hottest != (i == 0) {
					t.Errorf("%+v with %+v, want %+v", got[i], f, want)
				}
			}
		})
	}
}

// Classes have all shards and all traffic, and one of them the hottest shard.
func TestClassesAddUp(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	for range 2000 {
		var parts []Part
		total, from := Flow{}, 0.0
		for n := 1 + random.IntN(6); len(parts) < n; {
			p := Part{
				From:  from,
				To:    from + (1-from)*random.Float64(),
				Flows: []Flow{{1000 * random.Float64(), 1e6 * random.Float64()}},
			}
			if len(parts) == n-1 {
				p.To = 1
			}
			from = p.To
			total.Records += p.Flows[0].Records
			total.Bytes += p.Flows[0].Bytes
			parts = append(parts, p)
		}
		shards := 0.1 + 20*random.Float64()
		s, got := classesOf(unit.Factor(1+3*random.Float64()), Capacity{Shards: shards, OnDemand: random.IntN(5) == 0}, parts)
		var sum Flow
		var keys, all, highest float64
		hottest := 0
		for i := range got {
			f := got[i].flow(s.Traffic, 0)
			sum.Records += f.Records
			sum.Bytes += f.Bytes
			all += got[i].shards
			keys += got[i].keyShare(s.Traffic)
			highest = max(highest, s.load(&got[i])/got[i].shards)
			if got[i].hottest {
				hottest++
			}
		}
		for i := range got {
			if got[i].hottest && s.load(&got[i])/got[i].shards < highest*(1-1e-9) {
				t.Fatalf("%+v is not the hottest of %+v", got[i], parts)
			}
		}
		if hottest != 1 || math.Abs(all-shards) > 1e-9 || math.Abs(keys-1) > 1e-9 ||
			math.Abs(sum.Records-total.Records) > 1e-6 ||
			math.Abs(sum.Bytes-total.Bytes) > 1e-3 {
			t.Fatalf(
				"%v shards, %v, %v of the keys, %d hottest; want %v, %v: %+v",
				all,
				sum,
				keys,
				hottest,
				shards,
				total,
				parts,
			)
		}
	}
}

// Where records and bytes lie otherwise on the shards, the hottest has its share of each: of four shards
// 1.2/4 of the records and 2/4 of the bytes, and the other three the rest. It never has more than all.
func TestHottestOfRecordsAndBytes(t *testing.T) {
	s := Setup{Traffic: &Traffic{Parts: []Part{{To: 1, Flows: []Flow{{Records: 1000, Bytes: 4000}}}}}, Workload: &model.Workload{},
		Skew: func(shards float64) Skew { return Skew{Records: 1.2, Bytes: 2} }}
	for shards, want := range map[float64][2]Flow{
		4: {{Records: 300, Bytes: 2000}, {Records: 700, Bytes: 2000}},
		2: {{Records: 600, Bytes: 4000}, {Records: 400}},
	} {
		list := s.classes(Capacity{Shards: shards})
		if len(list) != 2 || !list[0].hottest || list[0].shards != 1 || list[1].shards != shards-1 {
			t.Fatalf("%v shards: %+v", shards, list)
		}
		for i := range list {
			got := list[i].flow(s.Traffic, 0)
			if math.Abs(got.Records-want[i].Records) > 1e-9 || math.Abs(got.Bytes-want[i].Bytes) > 1e-9 {
				t.Errorf("%v shards, class %d: %+v, want %+v", shards, i, got, want[i])
			}
		}
	}
}
