package calc

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model"
)

// formula writes a need as the equation that it is, with its operands, at full
// utilization. Of a constraint that is the larger of two terms it shows the one
// that decides. A reader can recompute Full from it.
func (n *Need) formula(s *situation) string {
	if n.Kind == ConsumerCalls {
		return callsFormula(s)
	}
	t := n.decisive(s)
	if t.counts == nothing {
		return "enhanced fan-out reads at twice the write limit: a surge never delays it"
	}
	if n.Kind == ConsumerBandwidth && s.standard == 0 {
		return "no standard consumers"
	}
	var b strings.Builder
	if skew := s.w.Producer.Skew; skew != 1 {
		b.WriteString("skew " + skew.String() + " × ")
	}
	if n.Consumer < 0 && n.Kind != ConsumerBandwidth && s.burst != 1 {
		b.WriteString("burst " + s.w.Producer.Burst.String() + " × ")
	}
	b.WriteString(n.movedText(s, t))
	s.limitText(&b, n, t)
	return b.String()
}

// decisive is the term that asks for more.
func (n *Need) decisive(s *situation) *term {
	fn := s.function(n.Consumer)
	if n.terms[1].counts != nothing && (n.terms[0].counts == nothing || n.terms[1].need(s, &fn, 1) > n.terms[0].need(s, &fn, 1)) {
		return &n.terms[1]
	}
	return &n.terms[0]
}

func callsFormula(s *situation) string {
	if s.standard == 0 {
		return "no standard consumers"
	}
	var intervals []model.Duration
	count := map[model.Duration]int{}
	for i := range s.w.Consumers {
		if c := &s.w.Consumers[i]; c.Type == model.Standard {
			if count[c.PollInterval] == 0 {
				intervals = append(intervals, c.PollInterval)
			}
			count[c.PollInterval]++
		}
	}
	parts := make([]string, len(intervals))
	for i, interval := range intervals {
		parts[i] = fmt.Sprintf("%d ÷ %s", count[interval], interval)
	}
	return strings.Join(parts, " + ") + ", of " + model.Grouped(s.l.ShardReadCalls.Value, 0) + " calls/s"
}

// movedText writes X, what moves, without skew and burst.
func (n *Need) movedText(s *situation, t *term) string {
	p := &s.w.Producer
	peak, surge := p.Peak.Prose(), p.Surge.Throughput.Prose()
	readers := ""
	if t.counts == bytesWritten && s.standard != 1 {
		readers = model.Grouped(s.standard, 0) + " consumers × "
	}
	switch n.Kind {
	case ProducerBandwidthSurge, ProducerThroughputSurge:
		return surge
	case ConsumerBandwidth:
		if s.w.SizeReadsFor == model.ReadAverage {
			return readers + p.Average.Prose()
		}
		return readers + peak
	case Latency:
		return readers + s.surgeText(&s.w.Consumers[n.Consumer])
	case Outage, Replay:
		c := &s.w.Consumers[n.Consumer]
		backlog := peak + " × " + c.Outage.String()
		if n.Kind == Replay {
			backlog = p.Average.Prose() + " × " + c.Replay.String()
		}
		if c.Type == model.EnhancedFanOut {
			readers = ""
		}
		return "(" + backlog + " ÷ " + c.TimeToCatchUp().String() + " + " + readers + peak + ")"
	}
	return peak
}

// surgeText writes what a consumer must drain in a surge.
func (s *situation) surgeText(c *model.Consumer) string {
	p := &s.w.Producer
	d, within := p.Surge.Duration.String(), c.Latency.String()
	backlog := p.Surge.Throughput.Prose() + " × " + d
	switch {
	case c.LatencyBound == model.RecoveryBound:
		return "(" + backlog + " + " + p.Peak.Prose() + " × " + within + ") ÷ (" + d + " + " + within + ")"
	case s.surgeRate(c) == s.peak:
		return p.Peak.Prose()
	}
	return backlog + " ÷ (" + d + " + " + within + ")"
}

// limitText writes what a shard takes of what moves. Packed sizes are those at
// the need itself.
func (s *situation) limitText(b *strings.Builder, n *Need, t *term) {
	perRecord := s.packing.perRecord(t.packed, n.Full)
	switch t.counts {
	case bytesWritten:
		b.WriteString(" × " + s.sizeText(t.packed, n.Full) + " ÷ " + model.BytesPerSecond(t.limit).Prose())
	case kinesisRecords:
		if s.packing.on() {
			b.WriteString(" ÷ " + model.Grouped(perRecord, 3) + " per Kinesis record")
		}
		b.WriteString(" ÷ " + model.RecordsPerSecond(t.limit).Prose())
	case userRecords:
		if l := &s.w.Consumers[n.Consumer].Lambda; l.BatchSize > 0 {
			fn := s.function(n.Consumer)
			fmt.Fprintf(b, " ÷ (%s × %s records ÷ %s)", l.ParallelizationFactor, model.Grouped(fn.carries(s.packing.bare), 0), l.Duration)
		} else {
			b.WriteString(" ÷ " + model.RecordsPerSecond(t.limit).Prose())
		}
	case invocations:
		fn := s.function(n.Consumer)
		fmt.Fprintf(b, " ÷ (%s Kinesis records × %s per Kinesis record ÷ %s)",
			model.Grouped(fn.carries(perRecord*s.packing.record+s.packing.overhead), 0), model.Grouped(perRecord, 3), s.w.Consumers[n.Consumer].Lambda.Duration)
	}
}

// sizeText writes w.
func (s *situation) sizeText(rate, shards float64) string {
	p := &s.w.Producer
	switch {
	case s.packing.on():
		return model.Grouped(s.packing.wire(rate, shards), 3) + " B (" + model.Grouped(s.packing.perRecord(rate, shards), 3) + " per Kinesis record)"
	case p.PartitionKeySize > 0:
		return "(" + p.RecordSize.Prose() + " + " + p.PartitionKeySize.Prose() + ")"
	}
	return p.RecordSize.Prose()
}
