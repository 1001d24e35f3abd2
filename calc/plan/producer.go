package plan

import (
	"slices"
	"sort"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// producerVariants change what producers write.
func (a *assessment) producerVariants() []variant {
	var list []variant
	p := &a.Workload.Producer
	if p.Aggregation.Producers == 0 && p.RecordSize > 0 {
		list = append(list, a.aggregate())
	}
	if v, ok := a.compress(); ok {
		list = append(list, v)
	}
	list = append(list, a.evenVariants()...)
	switch {
	case p.Skew > 1:
	case p.Placed != nil:
		list = append(list, a.placedVariants()...)
	case p.LargestShare() > 0:
		list = append(list, a.salted())
	}
	return list
}

// evenWithin is up to where a factor of skew is none: hash ranges that were divided by hand are
// rounded.
const evenWithin = 0.001

// evenVariants spread what the shards carry: by even hash ranges, as far as it is the ranges of
// today that make the skew, and by other partition keys for the rest of it.
func (a *assessment) evenVariants() (list []variant) {
	skew := a.Workload.Producer.Skew
	ranges := min(skew, max(1, a.Workload.Producer.HashSkew))
	keys := skew / ranges
	if keys <= 1+evenWithin {
		keys = 1
	}
	if ranges > 1+evenWithin {
		v := a.changed(notice.EvenRanges(skew, keys))
		v.w.Producer.Skew, v.w.Producer.HashSkew = keys, 0
		list = append(list, v)
	}
	if keys > 1 {
		v := a.changed(notice.SaltKeys(skew, ranges))
		v.w.Producer.Skew = ranges
		list = append(list, v)
	}
	return list
}

// mostSalt is how many values a salt may have.
const mostSalt = 1 << 10

// salted parts every partition key into so many that more of them would not lower the
// shards, up to mostSalt.
func (a *assessment) salted() variant {
	buffer := make([]calc.Need, 0, len(a.needs))
	with := func(values int) (model.Workload, int) {
		w := *a.Workload
		p := &w.Producer
		p.LargestKey = model.KeyLoad{Share: unit.Fraction(p.LargestShare() / float64(values))}
		p.Keys *= unit.Count(values)
		b := assess(a.Limits, &w, buffer)
		return w, b.recommended
	}
	values := max(2, a.Salt())
	best, fewest := with(values)
	for next := 2 * values; next <= mostSalt; next *= 2 {
		if w, shards := with(next); shards < fewest {
			best, fewest, values = w, shards, next
		}
	}
	v := a.changed(notice.SaltWith(values))
	v.w.Producer = best.Producer
	return v
}

// compress makes the payload smaller by the ratio that the workload has.
func (a *assessment) compress() (variant, bool) {
	p := &a.Workload.Producer
	ratio := p.Compression
	if ratio <= 1 {
		ratio = model.DefaultCompression
	}
	smaller := p.RecordSize / unit.Bytes(ratio)
	if smaller < 1 {
		return variant{}, false
	}
	v := a.changed(notice.Compress(ratio, smaller))
	v.w.Producer.RecordSize = smaller
	v.w.Producer.RecordSizes = slices.Clone(p.RecordSizes)
	for i := range v.w.Producer.RecordSizes {
		v.w.Producer.RecordSizes[i].Size = max(1, v.w.Producer.RecordSizes[i].Size/unit.Bytes(ratio))
	}
	return v, true
}

// aggregate packs records with the KPL's defaults. Packing thins out as
// producers grow, so the change names how many it holds for.
func (a *assessment) aggregate() variant {
	v := a.copied()
	v.w.Producer.Aggregation = model.DefaultAggregation()
	v.warns = a.keepRecordSpeeds(&v.w)
	settings := &v.w.Producer.Aggregation
	buffer := make([]calc.Need, 0, len(a.needs))
	with := func(producers int) (shards int, saved unit.USD) {
		w := v.w
		w.Producer.Aggregation.Producers = unit.Count(producers)
		b := assess(a.Limits, &w, buffer)
		b.recommended = max(b.recommended, a.least)
		if total := unit.USD(0); a.cost.Known && a.addCost(&w, b.recommended, &total) {
			saved = a.cost.Value - total
		}
		return b.recommended, saved
	}
	shards, saved := with(1)
	holds := largestCount(func(producers int) bool {
		n, dollars := with(producers)
		return n <= shards && (!a.cost.Known || saved <= 0 || dollars >= saved-saved/10)
	})
	v.advice = notice.Aggregate(settings.Buffer, settings.MaxSize, holds, holds == mostProducers)
	v.advice.Remedy += a.longInvocations(&v.w, shards)
	return v
}

// keepRecordSpeeds has each function process as many user records as it does now: its
// duration was measured with records that were not packed, and its work is on user records.
// It works on one batch of a shard at a time then, whatever its parallelization factor, and
// on as many of all shards as it has reserved. The time that its batches are waited for is
// a part of how late records may be.
func (a *assessment) keepRecordSpeeds(w *model.Workload) (warns []notice.Notice) {
	for i := range w.Consumers {
		c := &w.Consumers[i]
		if c.Lambda.Duration == 0 {
			continue
		}
		c.Lambda.PerUserRecord = true
		fn := calc.NewFunction(a.Limits, &c.Lambda)
		speed := fn.RecordSpeed(a.Packing.Bare)
		warns = append(warns, notice.AggregatedFunction(string(c.Name), speed, int(c.Lambda.ParallelizationFactor)))
	}
	return warns
}

// longInvocations returns what has to be done about functions of which a full batch of
// aggregates takes longer than an invocation may, as sentences.
func (a *assessment) longInvocations(w *model.Workload, shards int) (text string) {
	s := calc.NewSizing(a.Limits, w)
	for i := range w.Consumers {
		c := &w.Consumers[i]
		if !c.Lambda.PerUserRecord {
			continue
		}
		most := a.Limits.LambdaTimeout.Value
		if c.Lambda.Timeout > 0 {
			most = c.Lambda.Timeout
		}
		fn := calc.NewFunction(a.Limits, &c.Lambda)
		took, batch := fn.Takes(&s.Packing, s.Peak, s.Skew.Even(float64(shards)))
		if took <= most.Seconds() {
			continue
		}
		fits := int(batch * most.Seconds() / took)
		text += " " + notice.LongInvocation(string(c.Name), int(batch), calc.DurationOf(took), most, fits)
	}
	return text
}

// mostProducers is the largest number of producers that a workload may declare.
const mostProducers = 1_000_000

// largestCount returns the largest number, from 1 to mostProducers, for which a
// falling condition holds. It holds for 1.
func largestCount(holds func(int) bool) int {
	return 1 + sort.Search(mostProducers-1, func(i int) bool { return !holds(i + 2) })
}

// retentionVariants keep records only as long as something needs them: twice what a
// consumer may be behind, as AWS advises to act at half of the retention.
func (a *assessment) retentionVariants() []variant {
	const hour = unit.Day / 24
	needed := a.Limits.RetentionLeast.Value
	for i := range a.Workload.Consumers {
		c := &a.Workload.Consumers[i]
		behind := max(c.Outage, c.Reprocess, a.behind(c), c.Latency, c.CatchUp, a.SurgeAge(c, float64(a.recommended)))
		if behind > a.Workload.Retention/2 {
			return nil
		}
		needed = max(needed, (2*behind+hour-1)/hour*hour)
	}
	if needed >= a.Workload.Retention {
		return nil
	}
	v := a.changed(notice.ShortenRetention(a.Workload.Retention, needed))
	v.w.Retention = needed
	return []variant{v}
}
