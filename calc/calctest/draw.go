package calctest

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// DrawWorkload draws any valid workload of up to six consumers; packed ones
// aggregate, half of them in a way that the packing thins out.
func DrawWorkload(t *rapid.T, packed bool) model.Workload {
	w := model.NewWorkload()
	p := &w.Producer
	drawSizes(t, p)
	drawRates(t, p)
	p.Skew = unit.Factor(DrawFactor(t, "skew", 5))
	p.Burst = unit.Factor(DrawFactor(t, "burst", 10))
	if packed {
		p.Aggregation = model.Aggregation{
			Producers: unit.Count(DrawLog(t, "producers", 1, 1e4)),
			Buffer:    DrawDuration(t, "buffer", Millisecond, 2*Second),
			MaxSize:   unit.Bytes(math.Floor(DrawLog(t, "max size", 64, 1<<20))),
		}
	}
	if !packed && rapid.IntRange(0, 3).Draw(t, "waits for calls") == 3 {
		p.PutRecords.Wait = DrawDuration(t, "wait", Millisecond, 2*Second)
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "consumers") {
		c := DrawConsumer(t, model.Name("c"+string(rune('0'+i))))
		if packed {
			c.Lambda.ReservedConcurrency = 0 // with aggregates more shards can be too many for it
		}
		w.Consumers = append(w.Consumers, c)
	}
	w.Retention = DrawDuration(t, "retention", unit.Day, 365*unit.Day)
	w.TargetUtilization = rapid.SampledFrom([]unit.Fraction{0.5, 0.7, 0.8, 1}).Draw(t, "target")
	w.SizeReadsFor = rapid.SampledFrom([]model.ReadBasis{model.ReadPeak, model.ReadAverage}).Draw(t, "reads for")
	if p.Skew == 1 { // of a skew on known shards one key may be the reason, with which nothing fits
		w.CurrentShards = unit.Count(rapid.IntRange(0, 20_000).Draw(t, "current shards"))
	}
	return w
}

func drawSizes(t *rapid.T, p *model.Producer) {
	most := rapid.SampledFrom([]float64{2000, 50_000, 5 << 20}).Draw(t, "most bytes")
	p.RecordSize = unit.Bytes(math.Floor(DrawLog(t, "size", 1, most)))
	p.PartitionKeySize = unit.Bytes(rapid.IntRange(0, 256).Draw(t, "key"))
}

func drawRates(t *rapid.T, p *model.Producer) {
	p.Peak = unit.RecordsPerSecond(DrawLog(t, "peak", 1, 1e6))
	p.Average = p.Peak * unit.RecordsPerSecond(rapid.Float64Range(0.01, 1).Draw(t, "average ÷ peak"))
	if rapid.Bool().Draw(t, "surges") {
		p.Surge.Throughput = p.Peak * unit.RecordsPerSecond(rapid.Float64Range(1, 20).Draw(t, "surge ÷ peak"))
		p.Surge.Duration = DrawDuration(t, "surge", Second, Hour)
	}
}

// DrawConsumer draws a consumer that processes, bounds and has to catch up with
// anything.
func DrawConsumer(t *rapid.T, name model.Name) model.Consumer {
	c := model.NewConsumer(name)
	c.Type = rapid.SampledFrom([]model.ConsumerType{model.Standard, model.Standard, model.EnhancedFanOut}).Draw(t, "type")
	switch rapid.IntRange(0, 3).Draw(t, "processes") {
	case 1:
		c.Speed = unit.RecordsPerSecond(DrawLog(t, "speed", 10, 1e5))
	case 2:
		c.Lambda = model.Lambda{
			BatchSize:             unit.Count(DrawLog(t, "batch", 1, 1e4)),
			Duration:              DrawDuration(t, "invocation", 10*Millisecond, 60*Second),
			ParallelizationFactor: unit.Count(rapid.IntRange(1, 10).Draw(t, "factor")),
		}
		if rapid.IntRange(0, 3).Draw(t, "reserves") == 3 {
			c.Lambda.ReservedConcurrency = unit.Count(DrawLog(t, "reserved", 1, 1e4))
			c.Lambda.BatchingWindow = Second * unit.Duration(rapid.IntRange(0, 300).Draw(t, "window"))
		}
	case 3:
		c.Threads = unit.Count(rapid.IntRange(0, 16).Draw(t, "threads"))
		c.PerRecord = DrawDuration(t, "per record", Millisecond, Second)
	}
	if rapid.IntRange(0, 3).Draw(t, "limited") == 3 {
		c.TotalSpeed = unit.RecordsPerSecond(DrawLog(t, "total speed", 100, 1e7))
		c.Filter = unit.Fraction(rapid.IntRange(1, 1000).Draw(t, "filter")) / 1000
	}
	if rapid.Bool().Draw(t, "bounded") {
		c.Latency = DrawDuration(t, "latency", 50*Millisecond, Hour)
		c.LatencyBound = rapid.SampledFrom([]model.LatencyBound{model.RecoveryBound, model.DelayBound}).Draw(t, "bound")
	}
	drawBacklog(t, &c)
	if c.Type == model.Standard {
		c.PollInterval = DrawDuration(t, "poll", 200*Millisecond, 10*Second)
	}
	return c
}

func drawBacklog(t *rapid.T, c *model.Consumer) {
	down, again := rapid.Bool().Draw(t, "was down"), rapid.Bool().Draw(t, "replays")
	if down {
		c.Outage = DrawDuration(t, "outage", Second, 3*unit.Day)
	}
	if again {
		c.Reprocess = DrawDuration(t, "replay", Second, 9*unit.Day)
	}
	now := rapid.IntRange(0, 4).Draw(t, "is behind") == 4
	if now {
		c.Backlog = unit.Records(DrawLog(t, "backlog", 1, 1e9))
	}
	if (down || again || now) && (c.Latency == 0 || rapid.Bool().Draw(t, "has its own time")) {
		c.CatchUp = DrawDuration(t, "catch up", Second, unit.Day)
	}
}

// DrawLog draws a number whose order of magnitude is uniform.
func DrawLog(t *rapid.T, label string, low, high float64) float64 {
	x := math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, label))
	return min(max(x, low), high)
}

// DrawDuration draws whole milliseconds, so that one can be divided by a small
// number exactly.
func DrawDuration(t *rapid.T, label string, low, high unit.Duration) unit.Duration {
	ms := math.Round(DrawLog(t, label, float64(low/Millisecond), float64(high/Millisecond)))
	return unit.Duration(ms) * Millisecond
}

// DrawFactor draws 1 as often as something above it.
func DrawFactor(t *rapid.T, label string, most float64) float64 {
	if rapid.Bool().Draw(t, label+" is 1") {
		return 1
	}
	return rapid.Float64Range(1, most).Draw(t, label)
}

// What the tests draw is what an input can be: written out as settings and
