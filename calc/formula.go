package calc

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
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
	if n.Kind == ConsumerBytes && s.standard == 0 {
		return "no standard consumers"
	}
	var b strings.Builder
	b.WriteString(n.skewText(s))
	if n.Kind <= ProducerRecordsSurge && s.burst != 1 {
		b.WriteString("burst " + s.w.Producer.Burst.String() + " × ")
	}
	b.WriteString(n.movedText(s, t))
	s.limitText(&b, n, t)
	return b.String()
}

// decisive is the term that asks for more.
func (n *Need) decisive(s *situation) *term {
	fn := s.function(n.Consumer)
	most := &n.terms[0]
	for i := range n.terms[1:] {
		if t := &n.terms[i+1]; t.counts != nothing && (most.counts == nothing || t.need(s, &fn, 1) > most.need(s, &fn, 1)) {
			most = t
		}
	}
	return most
}

// skewText writes κ, or that it does not count because one shard takes everything.
func (n *Need) skewText(s *situation) string {
	fn := s.function(n.Consumer)
	switch {
	case s.skew == 1:
		return ""
	case s.skew.counts(n.even(s, &fn, 1)):
		return "skew " + s.w.Producer.Skew.String() + " × "
	}
	return "all on one shard: "
}

func callsFormula(s *situation) string {
	if s.standard == 0 {
		return "no standard consumers"
	}
	var intervals []unit.Duration
	count := map[unit.Duration]int{}
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
	return strings.Join(parts, " + ") + ", of " + unit.Grouped(s.l.ShardReadCalls.Value, 0) + " calls/s"
}

// movedText writes X, what moves, without skew and burst.
func (n *Need) movedText(s *situation, t *term) string {
	p := &s.w.Producer
	peak, surge := p.Peak.Prose(), p.Surge.Throughput.Prose()
	readers := ""
	if t.counts == bytesWritten && t.every == 0 && s.standard != 1 {
		readers = unit.Grouped(s.standard, 0) + " consumers × "
	}
	switch n.Kind {
	case ProducerBytesSurge, ProducerRecordsSurge:
		return surge
	case ConsumerBytes, ConsumerGetRecords:
		if s.w.SizeReadsFor == model.ReadAverage {
			return readers + p.Average.Prose()
		}
		return readers + peak
	case Latency:
		return readers + s.surgeText(&s.w.Consumers[n.Consumer])
	case Outage, Reprocess:
		return s.backlogText(n.Kind, &s.w.Consumers[n.Consumer], readers)
	}
	return peak
}

// backlogText writes what is drained while traffic goes on.
func (s *situation) backlogText(k Kind, c *model.Consumer, readers string) string {
	p, within := &s.w.Producer, c.TimeToCatchUp()
	backlog := p.Peak.Prose() + " × " + s.kept(c.Outage).String()
	if k == Reprocess {
		backlog = p.Average.Prose() + " × " + s.timeText(s.kept(c.Reprocess), s.ahead())
	}
	if c.Type == model.EnhancedFanOut {
		readers = ""
	}
	current := p.Peak.Prose()
	if ahead := s.ahead(); ahead > 0 {
		current += " × " + s.timeText(within, ahead) + " ÷ " + within.String()
	}
	return "(" + backlog + " ÷ " + within.String() + " + " + readers + current + ")"
}

// timeText writes a time, and by how much of it bursts are ahead, if they are.
func (s *situation) timeText(lasts, ahead unit.Duration) string {
	if ahead == 0 {
		return lasts.String()
	}
	return "(" + lasts.String() + " + " + ahead.String() + ")"
}

// surgeText writes what a consumer must drain in a surge or in a busiest second.
func (s *situation) surgeText(c *model.Consumer) string {
	peak := s.w.Producer.Peak.Prose()
	r, drained := s.hardest(c)
	if drained == s.peak {
		return peak
	}
	rushing, after := s.times(r, c)
	text, within := r.text+" × "+s.timeText(rushing-s.ahead(), s.ahead()), c.Latency
	switch {
	case c.LatencyBound == model.DelayBound:
		within = s.queued(c)
	case after > 0:
		text = "(" + text + " + " + peak + " × " + s.timeText(after-s.ahead(), s.ahead()) + ")"
	}
	return text + " ÷ (" + r.lasts.String() + " + " + within.String() + ")"
}

// limitText writes what a shard takes of what moves. Packed sizes are those at
// the need itself.
func (s *situation) limitText(b *strings.Builder, n *Need, t *term) {
	shards := s.skew.even(n.Full)
	perRecord := s.packing.perRecord(t.packed, shards)
	switch t.counts {
	case bytesWritten:
		b.WriteString(" × " + s.sizeText(t.packed, shards) + " ÷ " + s.bytesText(t))
	case kinesisRecords:
		if s.packing.on() {
			b.WriteString(" ÷ " + unit.Grouped(perRecord, 3) + " per Kinesis record")
		}
		b.WriteString(" ÷ " + s.recordsText(t))
	case userRecords:
		if l := &s.w.Consumers[n.Consumer].Lambda; l.BatchSize > 0 {
			fn := s.function(n.Consumer)
			fmt.Fprintf(b, " ÷ (%s × %s records ÷ %s)", l.ParallelizationFactor, unit.Grouped(fn.carries(s.packing.bare), 0), l.Duration)
		} else {
			b.WriteString(" ÷ " + unit.RecordsPerSecond(t.limit).Prose())
		}
	case invocations:
		fn := s.function(n.Consumer)
		fmt.Fprintf(b, " ÷ (%s Kinesis records × %s per Kinesis record ÷ %s)",
			unit.Grouped(fn.carries(perRecord*s.packing.record+s.packing.overhead), 0), unit.Grouped(perRecord, 3), s.w.Consumers[n.Consumer].Lambda.Duration)
	}
}

// bytesText and recordsText write the limit of a shard, or of a call.
func (s *situation) bytesText(t *term) string {
	if t.every > 0 {
		return "(" + s.l.PollBytes.Value.Prose() + " ÷ " + t.every.String() + ")"
	}
	return unit.BytesPerSecond(t.limit).Prose()
}

func (s *situation) recordsText(t *term) string {
	if t.every > 0 {
		return "(" + count(s.l.PollRecords.Value) + " records ÷ " + t.every.String() + ")"
	}
	return unit.RecordsPerSecond(t.limit).Prose()
}

// sizeText writes w.
func (s *situation) sizeText(rate, shards float64) string {
	p := &s.w.Producer
	switch {
	case s.packing.on():
		return unit.Grouped(s.packing.wire(rate, shards), 3) + " B (" + unit.Grouped(s.packing.perRecord(rate, shards), 3) + " per Kinesis record)"
	case p.PartitionKeySize > 0:
		return "(" + p.RecordSize.Prose() + " + " + p.PartitionKeySize.Prose() + ")"
	}
	return p.RecordSize.Prose()
}
