package replay_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

// scenario is anything that can happen to a small stream within some minutes, at
// times that are halves of seconds.
func scenario(seed uint64) (*replay.Setup, replay.Capacity) {
	r := rand.New(rand.NewPCG(seed, 7))
	limits, w := model.PublishedLimits(), model.NewWorkload()
	w.Retention = unit.Duration(30+r.IntN(170)) * 1e9
	s := &replay.Setup{Limits: &limits, Workload: &w, DropThrottled: r.IntN(2) == 0, SaveUnused: r.IntN(3) == 0}
	c := replay.Capacity{Shards: []float64{0.5, 1, 2, 3, 4, 2.5}[r.IntN(6)]}
	if r.IntN(3) == 0 {
		w.Producer.Skew = unit.Factor(1 + 2*r.Float64())
	}
	if r.IntN(4) == 0 {
		w.Producer.Burst = unit.Factor(1 + 2*r.Float64())
	}
	parts := 1
	switch r.IntN(6) {
	case 0:
		parts, c.Shards = 2, 3
	case 1:
		c.Shards, c.OnDemand = 4+4*r.Float64(), true
		limits.OnDemandLag.Value, limits.OnDemandMemory.Value = unit.Duration(
			60+r.IntN(60),
		)*1e9, unit.Duration(
			200+r.IntN(100),
		)*1e9
	}
	s.Traffic = anyTraffic(r, parts, c.Shards)
	if !c.OnDemand && seed%3 == 0 {
		c.Reshard = replay.Reshard{At: float64(r.IntN(int(2*s.Traffic.Seconds()))) / 2, Shards: c.Shards * (0.4 + 2*r.Float64())}
	}
	for i := range 1 + r.IntN(5) {
		w.Consumers = append(w.Consumers, anyConsumer(r, i))
	}
	for range r.IntN(4) {
		s.Incidents = append(s.Incidents, anyIncident(r, s.Traffic.Seconds(), &w))
	}
	return s, c
}

func anyTraffic(r *rand.Rand, parts int, shards float64) *replay.Traffic {
	t := &replay.Traffic{}
	for range 2 + r.IntN(8) {
		t.Steps = append(t.Steps, 5+float64(r.IntN(140))/2)
	}
	quiet := r.IntN(2) // half of the time all can catch up in the end
	t.Steps = append(t.Steps, 5+600*float64(quiet))
	from := 0.0
	for i := range parts {
		p := replay.Part{From: from, To: 1}
		if i < parts-1 {
			p.To = 0.2 + 0.6*r.Float64()
		}
		from = p.To
		for range t.Steps {
			var f replay.Flow
			if r.IntN(6) > 0 {
				f.Records = shards / float64(parts) * 1000 * math.Pow(2, 2*r.Float64()-1.3)
				f.Bytes = f.Records * math.Pow(10, 1+2.3*r.Float64())
			}
			p.Flows = append(p.Flows, f)
		}
		if last := len(t.Steps) - 1; quiet > 0 {
			p.Flows[last] = replay.Flow{Records: 50 * shards, Bytes: 5000 * shards}
		}
		t.Parts = append(t.Parts, p)
	}
	return t
}

func anyConsumer(r *rand.Rand, i int) model.Consumer {
	c := reads(model.Name(fmt.Sprintf("c%d", i)), 0)
	if r.IntN(3) == 0 {
		c.Type = model.EnhancedFanOut
	}
	if r.IntN(2) == 0 {
		c.PollInterval = unit.Duration(200e6 * (1 + r.Float64()*40))
	}
	switch r.IntN(5) {
	case 0:
	case 1:
		c.Lambda = model.Lambda{
			BatchSize:             unit.Count(10 + r.IntN(2000)),
			Duration:              unit.Duration(1e9 * (0.2 + r.Float64())),
			ParallelizationFactor: unit.Count(1 + r.IntN(3)),
		}
	default:
		c.Speed = unit.RecordsPerSecond(400 + 1600*r.Float64())
	}
	return c
}

func anyIncident(r *rand.Rand, seconds float64, w *model.Workload) replay.Incident {
	i := replay.Incident{
		Kind:     []replay.IncidentKind{replay.Stop, replay.Slow, replay.Reprocess, replay.Poison, replay.Surge}[r.IntN(5)],
		Consumer: w.Consumers[r.IntN(len(w.Consumers))].Name,
		At:       float64(r.IntN(int(2*seconds))) / 2,
		For:      float64(1+r.IntN(240)) / 2,
	}
	switch i.Kind {
	case replay.Slow:
		if i.Times = 0.2 + 0.7*r.Float64(); r.IntN(2) == 0 {
			i.Rate = unit.RecordsPerSecond(1000 * r.Float64())
		}
	case replay.Surge:
		i.Consumer = ""
		if i.Times = 1 + 2*r.Float64(); r.IntN(2) == 0 {
			i.Rate = unit.RecordsPerSecond(4000 * r.Float64())
		}
	case replay.Reprocess:
		i.Last, i.For = float64(r.IntN(300)), 0
	case replay.Poison:
		if r.IntN(2) == 0 {
			i.For = 0
		}
	}
	return i
}

// measures are a result's numbers by name: records, and seconds or shares.
func measures(r *replay.Result) (records, others map[string]float64) {
	records = map[string]float64{
		"offered":   r.Offered,
		"bytes":     r.Bytes / 1024,
		"accepted":  r.Accepted,
		"waiting":   r.Waiting,
		"lost":      r.Lost,
		"throttled": r.Throttled,
		"waited":    r.Waited,
	}
	others = map[string]float64{
		"throttled share": r.ThrottledShare, "seconds": r.Seconds, "longest wait": r.LongestWait, "write utilization": r.WriteUtilization,
		"read utilization": r.ReadUtilization, "least shards": r.Shards.Least, "most shards": r.Shards.Most,
	}
	for _, c := range r.Consumers {
		n := string(c.Name)
		records[n+" read"], records[n+" replayed"], records[n+" backlog"], records[n+" expired"] = c.Read, c.Reprocessed, c.Backlog, c.Expired
		others[n+" delay"], others[n+" age"], others[n+" recovery"], others[n+" catch-up"] = c.Delay, c.Age, c.Recovery, c.CatchUp
		others[n+" usual delay"], others[n+" usual recovery"], others[n+" behind for"] = c.ApartFromIncidents.Delay, c.ApartFromIncidents.Recovery, c.BehindFor
	}
	return records, others
}

// The events of the engine lead where small steps lead. The shorter those are, the
// closer they come, so that answers of steps of different lengths differ by about as
// much as each does from the exact one.
func TestSmallSteps(t *testing.T) {
	for seed := range uint64(modeltest.Draws(300)) {
		s, c := scenario(seed)
		if !comparesSmallSteps(t, seed, s, c) {
			t.Logf(
				"scenario %d, %+v\nloses %v saves %v\nworkload %+v\ntraffic %+v\nincidents %+v",
				seed,
				c,
				s.DropThrottled,
				s.SaveUnused,
				*s.Workload,
				*s.Traffic,
				s.Incidents,
			)
		}
	}
}

func comparesSmallSteps(t *testing.T, seed uint64, s *replay.Setup, c replay.Capacity) bool {
	const finest = 1.0 / 16
	exact := must(s.Run(context.Background(), c, 0))
	records, others := measures(&exact)
	var r, o [3]map[string]float64
	var unsure []float64
	for i, dt := range [...]float64{finest, 1.0 / 10, 1.0 / 8} {
		got := simulate(s, c, dt)
		if r[i], o[i] = measures(&got.Result); i == 0 {
			unsure = got.unsure
		}
	}
	if s.SaveUnused &&
		!s.DropThrottled { // what is saved of one limit while writes wait for the other is let in at once, or in a small step
		for _, m := range append(append(r[:], o[:]...), records, others) {
			delete(m, "throttled")
			delete(m, "throttled share")
			delete(m, "waited")
		}
	}
	for _, name := range poisonedFunctions(s) { // the batch that goes with the record is no flow: TestPoisonedBatch has it
		for _, m := range append(append(r[:], o[:]...), records, others) {
			maps.DeleteFunc(m, func(of string, _ float64) bool { return strings.HasPrefix(of, name+" ") })
		}
	}
	rate := exact.WriteUtilization * 1000 * exact.Shards.Most
	ok := near(t, seed, records, r, func(string) float64 { return 4 * finest * rate })
	return near(t, seed, others, o, func(name string) float64 {
		for i, c := range exact.Consumers {
			switch {
			case !strings.HasPrefix(name, string(c.Name)) || !strings.HasSuffix(name, "recovery") && !strings.HasSuffix(name, "catch-up"):
			case c.Behind: // it goes on as if nothing more came, which is not stepped
				return math.Inf(1)
			default:
				return 4*finest + unsure[i]
			}
		}
		return 4 * finest
	}) && ok
}

// poisonedFunctions returns the functions that a poison-pill record blocks.
func poisonedFunctions(s *replay.Setup) (names []string) {
	for i := range s.Workload.Consumers {
		c := &s.Workload.Consumers[i]
		blocked := func(i replay.Incident) bool { return i.Kind == replay.Poison && i.Consumer == c.Name }
		if c.Lambda.BatchSize > 0 && slices.ContainsFunc(s.Incidents, blocked) {
			names = append(names, string(c.Name))
		}
	}
	return names
}

// near compares numbers with those of small steps, of which the first are the
// smallest.
func near(
	t *testing.T,
	seed uint64,
	exact map[string]float64,
	stepped [3]map[string]float64,
	least func(name string) float64,
) bool {
	ok := true
	for name, want := range stepped[0] {
		differ := max(math.Abs(stepped[1][name]-want), math.Abs(stepped[2][name]-want))
		if !(math.Abs(exact[name]-want) <= least(name)+3*differ) {
			t.Errorf(
				"scenario %d, %s: %v, in small steps %v, larger %v and %v",
				seed,
				name,
				exact[name],
				want,
				stepped[1][name],
				stepped[2][name],
			)
			ok = false
		}
	}
	return ok
}
