package calc

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// limits are what AWS publishes; no test changes them.
var limits = model.PublishedLimits()

// workload is one without consumers, at its whole limits and without a surge.
func workload(size unit.Bytes, average, peak unit.RecordsPerSecond, consumers ...model.Consumer) model.Workload {
	w := model.NewWorkload()
	w.TargetUtilization = 1
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = size, average, peak
	w.Consumers = consumers
	return w
}

// with is a consumer with some of its settings made.
func with(name model.Name, settings ...func(*model.Consumer)) model.Consumer {
	c := model.NewConsumer(name)
	for _, set := range settings {
		set(&c)
	}
	return c
}

func speed(s unit.RecordsPerSecond) func(*model.Consumer) {
	return func(c *model.Consumer) { c.Speed = s }
}

func latency(d unit.Duration) func(*model.Consumer) {
	return func(c *model.Consumer) { c.Latency = d }
}

func poll(every unit.Duration) func(*model.Consumer) {
	return func(c *model.Consumer) { c.PollInterval = every }
}

func delayBound(c *model.Consumer) { c.LatencyBound = model.DelayBound }

func fanOut(c *model.Consumer) { c.Type = model.EnhancedFanOut }

func lambda(batch, factor unit.Count, duration unit.Duration) func(*model.Consumer) {
	return func(c *model.Consumer) {
		c.Lambda = model.Lambda{BatchSize: batch, ParallelizationFactor: factor, Duration: duration}
	}
}

// Durations of the tests.
const (
	millisecond unit.Duration = 1e6
	second                    = 1000 * millisecond
	hour                      = 3600 * second
)

// clone copies a workload so that its consumers can be changed.
func clone(w model.Workload) model.Workload {
	w.Consumers = slices.Clone(w.Consumers)
	return w
}

// solved are the needs of a workload by the id of their constraint.
func solved(w *model.Workload) map[string]Need {
	needs := map[string]Need{}
	for _, n := range Solve(&limits, w, nil) {
		needs[n.Kind.ID(consumerName(w, n.Consumer))] = n
	}
	return needs
}

// counted are the shards that needs come to, as model.md says: the largest
// ceiling, and at least 1. Calls are no shards, and an infinite need is an
// obstacle and not a count.
func counted(needs map[string]Need) (minimum, recommended int) {
	minimum, recommended = 1, 1
	for _, n := range needs {
		if n.Kind != ConsumerCalls && !math.IsInf(n.Full, 1) {
			minimum = max(minimum, Shards(n.Full))
			recommended = max(recommended, Shards(n.Target))
		}
	}
	return minimum, recommended
}

// constraint is the one of a plan that has an id.
func constraint(t testing.TB, p *model.Plan, id string) model.Constraint {
	t.Helper()
	for _, c := range p.Constraints {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("the plan has no %s", id)
	return model.Constraint{}
}

// drawWorkload draws any valid workload of up to six consumers; packed ones
// aggregate, half of them in a way that the packing thins out.
func drawWorkload(t *rapid.T, packed bool) model.Workload {
	w := model.NewWorkload()
	p := &w.Producer
	drawSizes(t, p)
	drawRates(t, p)
	p.Skew = unit.Factor(drawFactor(t, "skew", 5))
	p.Burst = unit.Factor(drawFactor(t, "burst", 10))
	if packed {
		p.Aggregation = model.Aggregation{
			Producers: unit.Count(drawLog(t, "producers", 1, 1e4)),
			Buffer:    drawDuration(t, "buffer", millisecond, 2*second),
			MaxSize:   unit.Bytes(math.Floor(drawLog(t, "max size", 64, 1<<20))),
		}
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "consumers") {
		w.Consumers = append(w.Consumers, drawConsumer(t, model.Name("c"+string(rune('0'+i)))))
	}
	w.Retention = drawDuration(t, "retention", unit.Day, 365*unit.Day)
	w.TargetUtilization = rapid.SampledFrom([]unit.Fraction{0.5, 0.7, 0.8, 1}).Draw(t, "target")
	w.SizeReadsFor = rapid.SampledFrom([]model.ReadBasis{model.ReadPeak, model.ReadAverage}).Draw(t, "reads for")
	w.CurrentShards = unit.Count(rapid.IntRange(0, 20_000).Draw(t, "current shards"))
	return w
}

func drawSizes(t *rapid.T, p *model.Producer) {
	most := rapid.SampledFrom([]float64{2000, 50_000, 5 << 20}).Draw(t, "most bytes")
	p.RecordSize = unit.Bytes(math.Floor(drawLog(t, "size", 1, most)))
	p.PartitionKeySize = unit.Bytes(rapid.IntRange(0, 256).Draw(t, "key"))
}

func drawRates(t *rapid.T, p *model.Producer) {
	p.Peak = unit.RecordsPerSecond(drawLog(t, "peak", 1, 1e6))
	p.Average = p.Peak * unit.RecordsPerSecond(rapid.Float64Range(0.01, 1).Draw(t, "average ÷ peak"))
	if rapid.Bool().Draw(t, "surges") {
		p.Surge.Throughput = p.Peak * unit.RecordsPerSecond(rapid.Float64Range(1, 20).Draw(t, "surge ÷ peak"))
		p.Surge.Duration = drawDuration(t, "surge", second, hour)
	}
}

func drawConsumer(t *rapid.T, name model.Name) model.Consumer {
	c := model.NewConsumer(name)
	c.Type = rapid.SampledFrom([]model.ConsumerType{model.Standard, model.Standard, model.EnhancedFanOut}).Draw(t, "type")
	switch rapid.IntRange(0, 2).Draw(t, "processes") {
	case 1:
		c.Speed = unit.RecordsPerSecond(drawLog(t, "speed", 10, 1e5))
	case 2:
		c.Lambda = model.Lambda{
			BatchSize:             unit.Count(drawLog(t, "batch", 1, 1e4)),
			Duration:              drawDuration(t, "invocation", 10*millisecond, 60*second),
			ParallelizationFactor: unit.Count(rapid.IntRange(1, 10).Draw(t, "factor")),
		}
	}
	if rapid.Bool().Draw(t, "bounded") {
		c.Latency = drawDuration(t, "latency", 50*millisecond, hour)
		c.LatencyBound = rapid.SampledFrom([]model.LatencyBound{model.RecoveryBound, model.DelayBound}).Draw(t, "bound")
	}
	drawBacklog(t, &c)
	if c.Type == model.Standard {
		c.PollInterval = drawDuration(t, "poll", 200*millisecond, 10*second)
	}
	return c
}

func drawBacklog(t *rapid.T, c *model.Consumer) {
	down, again := rapid.Bool().Draw(t, "was down"), rapid.Bool().Draw(t, "replays")
	if down {
		c.Outage = drawDuration(t, "outage", second, 3*unit.Day)
	}
	if again {
		c.Reprocess = drawDuration(t, "replay", second, 9*unit.Day)
	}
	if (down || again) && (c.Latency == 0 || rapid.Bool().Draw(t, "has its own time")) {
		c.CatchUp = drawDuration(t, "catch up", second, unit.Day)
	}
}

// drawLog draws a number whose order of magnitude is uniform.
func drawLog(t *rapid.T, label string, low, high float64) float64 {
	x := math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, label))
	return min(max(x, low), high)
}

// drawDuration draws whole milliseconds, so that one can be divided by a small
// number exactly.
func drawDuration(t *rapid.T, label string, low, high unit.Duration) unit.Duration {
	ms := math.Round(drawLog(t, label, float64(low/millisecond), float64(high/millisecond)))
	return unit.Duration(ms) * millisecond
}

// drawFactor draws 1 as often as something above it.
func drawFactor(t *rapid.T, label string, most float64) float64 {
	if rapid.Bool().Draw(t, label+" is 1") {
		return 1
	}
	return rapid.Float64Range(1, most).Draw(t, label)
}

// What the tests draw is what an input can be: written out as settings and
// resolved, each workload comes back.
func TestDrawnWorkloadsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, rapid.Bool().Draw(t, "packed"))
		draft := input.Declaration{Settings: settings(&w, input.WorkloadFields())}
		for i := range w.Consumers {
			consumer := settings(&w.Consumers[i], input.ConsumerFields())
			if w.Consumers[i].Latency == 0 {
				delete(consumer, "latency_bound") // of no latency is a fault
			}
			draft.Consumers = append(draft.Consumers, consumer)
		}
		back, _, err := draft.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(w, back, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

// settings are the fields of a T that have a value.
func settings[T any](v *T, fields []input.Field[T]) input.Settings {
	s := input.Settings{}
	for i := range fields {
		value := fields[i].At(v)
		if x, _ := value.Measure(); x == 0.0 || x == 0 || x == "" {
			continue
		}
		s[fields[i].Key] = input.Setting{Text: value.String()}
	}
	return s
}
