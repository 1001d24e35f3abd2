package replay_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// trial is a workload of which one constraint is looked at, under limits of which
// only its own holds, and traffic that takes it to its bound.
type trial struct {
	limits    model.Limits
	workload  model.Workload
	topic     string // of the constraint
	consumer  int    // whom the constraint is about; -1 for none
	bound     float64
	traffic   replay.Traffic
	incidents []replay.Incident
}

// String is what a failure shows: all but the limits that never change.
func (t *trial) String() string {
	s := t.setup()
	return t.topic + " of " + shown(&s)
}

func shown(s *replay.Setup) string {
	l := s.Limits
	return fmt.Sprintf(
		"%+v\nlimits: write %v, %v; read %v; fan-out %v\ntraffic: %+v\nincidents: %+v",
		s.Workload,
		l.ShardWriteBytes.Value,
		l.ShardWriteRecords.Value,
		l.ShardReadBytes.Value,
		l.FanOutBytes.Value,
		s.Traffic,
		s.Incidents,
	)
}

// need is what the formula says, in shards.
func (t *trial) need() float64 {
	for _, n := range calc.Solve(&t.limits, &t.workload, nil) {
		if n.Constraint.Topic == t.topic && n.Consumer == t.consumer {
			return n.Full
		}
	}
	return 0
}

// replayed is what happens on a number of shards.
func (t *trial) replayed(shards float64) replay.Result {
	s := t.setup()
	return must(s.Run(context.Background(), replay.Capacity{Shards: shards}, 0))
}

func (t *trial) setup() replay.Setup {
	return replay.Setup{Limits: &t.limits, Workload: &t.workload, Traffic: &t.traffic, Incidents: t.incidents}
}

// step is a time in seconds, and the user records written in each of them.
type step struct{ seconds, rate float64 }

// write appends steps to the traffic. Every record has the declared size.
func (t *trial) write(steps ...step) {
	if t.traffic.Parts == nil {
		t.traffic.Parts = []replay.Part{{To: 1}}
	}
	p, part := &t.workload.Producer, &t.traffic.Parts[0]
	for _, s := range steps {
		t.traffic.Steps = append(t.traffic.Steps, s.seconds)
		part.Flows = append(
			part.Flows,
			replay.Flow{Records: s.rate, Bytes: s.rate * float64(p.RecordSize+p.PartitionKeySize)},
		)
	}
}

// lifted are the published limits without those that shards have, and without the
// delay of enhanced fan-out.
func lifted() model.Limits {
	l := model.PublishedLimits()
	inf := math.Inf(1)
	l.ShardWriteBytes.Value, l.ShardWriteRecords.Value = unit.BytesPerSecond(inf), unit.RecordsPerSecond(inf)
	l.ShardReadBytes.Value, l.FanOutBytes.Value = unit.BytesPerSecond(inf), unit.BytesPerSecond(inf)
	l.FanOutDelay.Value = 0
	return l
}

// source draws what trials are made of.
type source struct{ *rand.Rand }

// newSource is one for each number, so that a trial can be drawn again by itself.
func newSource(number int) source { return source{rand.New(rand.NewPCG(20_261_122, uint64(number)))} }

func (r source) chance(share float64) bool { return r.Float64() < share }

func (r source) between(low, high float64) float64 { return low + (high-low)*r.Float64() }

// log draws a number whose order of magnitude is uniform.
func (r source) log(low, high float64) float64 { return low * math.Pow(high/low, r.Float64()) }

// duration draws whole milliseconds, in seconds from and to.
func (r source) duration(low, high float64) unit.Duration {
	return unit.Duration(1000*r.log(low, high)) * 1e6
}

func (r source) factor(most float64) unit.Factor {
	if r.chance(0.5) {
		return 1
	}
	return unit.Factor(r.between(1, most))
}

// trial draws a workload whose consumers read as they like, and neither wait nor
// call. Retention is out of reach.
func (r source) trial() trial {
	t := trial{limits: lifted(), workload: model.NewWorkload(), consumer: -1}
	w := &t.workload
	w.Retention = 365 * unit.Day
	p := &w.Producer
	p.RecordSize = unit.Bytes(math.Floor(r.log(1, 100_000)))
	p.PartitionKeySize = unit.Bytes(r.IntN(257))
	p.Peak = unit.RecordsPerSecond(r.log(100, 1e6))
	p.Average = p.Peak * unit.RecordsPerSecond(r.between(0.05, 1))
	p.Skew = r.factor(4)
	for i := range 1 + r.IntN(4) {
		c := model.NewConsumer(model.Name(fmt.Sprintf("c%d", i)))
		c.PollInterval = 0
		if r.chance(0.3) {
			c.Type = model.EnhancedFanOut
		}
		w.Consumers = append(w.Consumers, c)
	}
	return t
}

func (r source) surge(p *model.Producer) {
	p.Surge.Throughput = p.Peak * unit.RecordsPerSecond(r.log(1.05, 20))
	p.Surge.Duration = r.duration(1, 3600)
}

// processes gives a consumer a speed, or a Lambda function.
func (r source) processes(c *model.Consumer) {
	if r.chance(0.6) {
		c.Speed = unit.RecordsPerSecond(r.log(10, 1e5))
		return
	}
	c.Lambda = model.Lambda{
		BatchSize:             unit.Count(r.log(1, 10_000)),
		Duration:              r.duration(0.01, 60),
		ParallelizationFactor: unit.Count(1 + r.IntN(10)),
	}
}

// packs has the producer aggregate. About a third of the aggregates are full.
func (r source) packs(p *model.Producer) {
	p.Aggregation = model.Aggregation{
		Producers: unit.Count(r.log(1, 1000)),
		Buffer:    r.duration(0.01, 2),
		MaxSize:   unit.Bytes(math.Floor(r.log(1000, 1<<20))),
	}
}

// limit is what a consumer reads with: its bandwidth, its speed or both.
func (t *trial) limit(r source, c *model.Consumer) {
	published := model.PublishedLimits()
	both := r.chance(0.3)
	if byBandwidth := r.chance(0.5); byBandwidth || both {
		t.limits.ShardReadBytes, t.limits.FanOutBytes = published.ShardReadBytes, published.FanOutBytes
		if !both {
			return
		}
	}
	r.processes(c)
}

// draw draws trials until the hottest shard is one of several, or there is no skew. On
// fewer than κ shards formulas take more for it than all that is written.
func draw(r source, trials []func(source) trial) trial {
	for {
		t := trials[r.IntN(len(trials))](r)
		if k := float64(t.workload.Producer.Skew); t.need() > 0 && (k == 1 || less*t.need() > k) {
			return t
		}
	}
}

// less is what is left of a need where 1 % of it is missing.
const less = 0.99

// check runs so many trials and shows the first that fails.
func check(t *testing.T, count int, trials []func(source) trial, holds func(*trial) error) {
	t.Helper()
	for i := range count {
		drawn := draw(newSource(i), trials)
		if err := holds(&drawn); err != nil {
			t.Fatalf("trial %d: %v on %v shards\n%s", i, err, drawn.need(), &drawn)
		}
	}
}
