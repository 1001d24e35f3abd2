package calc

import (
	"fmt"
	"math"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Formula writes a need as the equation that it is, with its operands, at full
// utilization. Of several terms it shows the one that decides. A reader can
// recompute Full from it, or what is measured at a number of shards.
func (n *Need) Formula(s *Sizing, shards float64) string {
	switch t := n.decisive(s); {
	case n.Constraint.measure != nil:
		return n.Constraint.measure.formula(s, shards)
	case n.Constraint.Family == "consumer-limit" && s.Standard == 0:
		return noStandard
	case t.counts == nothing:
		return "enhanced fan-out reads at twice the write limit: a surge never delays it"
	}
	return n.equation(s)
}

// equation writes a need that counts shards.
func (n *Need) equation(s *Sizing) string {
	t := n.decisive(s)
	var b strings.Builder
	b.WriteString(n.skewText(s))
	if n.Constraint.bursts && s.Burst != 1 {
		b.WriteString("burst " + s.Workload.Producer.Burst.String() + " × ")
	}
	b.WriteString(n.Constraint.moved(s, s.consumer(n.Consumer), t))
	if math.IsInf(t.moved, 1) {
		return b.String()
	}
	s.limitText(&b, n, t)
	if fn := s.function(n.Consumer); s.Skew.keys != nil && s.Skew.Matters(n.even(s, &fn, 1)) {
		b.WriteString(" ≤ N")
	}
	return b.String()
}

// decisive is the term that asks for more.
func (n *Need) decisive(s *Sizing) *term {
	fn := s.function(n.Consumer)
	asks := func(t *term) float64 {
		if s.Skew.placed() {
			return s.Skew.of(t).Shards(t.need(s, &fn, 1))
		}
		return t.need(s, &fn, 1)
	}
	most := &n.terms[0]
	for i := range n.terms[1:] {
		if t := &n.terms[i+1]; t.counts != nothing && (most.counts == nothing || asks(t) > asks(most)) {
			most = t
		}
	}
	return most
}

// skewText writes κ, or that it does not count because one shard takes everything.
func (n *Need) skewText(s *Sizing) string {
	fn := s.function(n.Consumer)
	switch {
	case s.Skew.None():
		return ""
	case !s.Skew.Matters(n.even(s, &fn, 1)):
		return "all on one shard: "
	case s.Skew.keys == nil:
		return "skew " + s.Workload.Producer.Skew.String() + " × "
	case math.IsInf(n.Full, 1):
		return "no N with skew(N) × "
	}
	return "least N with skew(N) (" + unit.Grouped(s.Skew.of(n.decisive(s)).Factor(n.Full), 2) + ") × "
}

// limitText writes what a shard takes of what moves. Packed sizes are those at
// the need itself.
func (s *Sizing) limitText(b *strings.Builder, n *Need, t *term) {
	shards := s.Skew.of(t).Even(n.Full)
	perRecord := s.Packing.PerRecord(t.packed, shards)
	switch t.counts {
	case bytesWritten:
		b.WriteString(" × " + s.sizeText(t.packed, shards) + " ÷ " + s.bytesText(t))
	case kinesisRecords:
		if s.Packing.On() {
			b.WriteString(" ÷ " + unit.Grouped(perRecord, 3) + " per Kinesis record")
		}
		b.WriteString(" ÷ " + s.recordsText(t))
	case userRecords:
		b.WriteString(s.speedText(&s.Workload.Consumers[n.Consumer], t))
	case invocations:
		if f := s.Workload.Consumers[n.Consumer].Filter; f > 0 && f < 1 {
			b.WriteString(" × " + f.Prose())
		}
		fn := s.function(n.Consumer)
		fmt.Fprintf(
			b,
			" ÷ (%s Kinesis records × %s per Kinesis record ÷ %s)",
			unit.Grouped(
				fn.Batch(s.Packing.Size(t.packed, shards)),
				0,
			),
			unit.Grouped(perRecord, 3),
			s.Workload.Consumers[n.Consumer].Lambda.Duration,
		)
	}
}

// speedText writes what a consumer processes of what moves: a share of it, at a speed of
// each shard, and at most so much of all shards.
func (s *Sizing) speedText(c *model.Consumer, t *term) string {
	var text string
	if c.Filter > 0 && c.Filter < 1 {
		text = " × " + c.Filter.Prose()
	}
	batch := ""
	if c.Lambda.Duration > 0 {
		fn := NewFunction(s.Limits, &c.Lambda)
		batch = unit.Grouped(fn.Batch(s.Packing.Bare), 0) + " records ÷ " + c.Lambda.Duration.String()
	}
	switch {
	case t.aboveTotal() && batch != "" && c.Lambda.ReservedConcurrency > 0:
		return text + ", of " + c.Lambda.ReservedConcurrency.String() + " × " + batch + " in all"
	case t.aboveTotal() || math.IsInf(t.limit, 1):
		return text + ", of " + unit.RecordsPerSecond(t.total).Prose() + " in all"
	case batch != "":
		return text + " ÷ (" + unit.Grouped(s.factor(c), 0) + " × " + batch + ")"
	case c.Speed == 0:
		return text + " ÷ (" + unit.Plural(int(max(1, c.Threads)), "thread") + " ÷ " + c.PerRecord.String() + ")"
	}
	return text + " ÷ " + unit.RecordsPerSecond(t.limit).Prose()
}

// bytesText and recordsText write the limit of a shard, or of a call.
func (s *Sizing) bytesText(t *term) string {
	if t.every > 0 {
		return "(" + s.Limits.PollBytes.Value.Prose() + " ÷ " + t.every.String() + ")"
	}
	return unit.BytesPerSecond(t.limit).Prose()
}

func (s *Sizing) recordsText(t *term) string {
	if t.every > 0 {
		return "(" + unit.Grouped(float64(s.Limits.PollRecords.Value), 0) + " records ÷ " + t.every.String() + ")"
	}
	return unit.RecordsPerSecond(t.limit).Prose()
}

// sizeText writes w.
func (s *Sizing) sizeText(rate, shards float64) string {
	p := &s.Workload.Producer
	switch {
	case s.Packing.On():
		return unit.Grouped(
			s.Packing.Wire(rate, shards),
			3,
		) + " B (" + unit.Grouped(
			s.Packing.PerRecord(rate, shards),
			3,
		) + " per Kinesis record)"
	case p.PartitionKeySize > 0:
		return "(" + p.RecordSize.Prose() + " + " + p.PartitionKeySize.Prose() + ")"
	}
	return p.RecordSize.Prose()
}
