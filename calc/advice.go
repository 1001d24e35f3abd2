package calc

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// variant is the workload with one thing changed.
type variant struct {
	id     string
	change string
	w      model.Workload
}

// advice runs the plan again with one thing changed at a time, and answers the
// changes that lower the shards or make an infeasible plan feasible: those that
// fit first, and of these the fewest shards. Once the context is done it stops.
func (a *assessment) advice(ctx context.Context) []model.Advice {
	list := []model.Advice{}
	buffer := make([]Need, 0, len(a.needs))
	for v := range a.variants() {
		if ctx.Err() != nil {
			break
		}
		b := assess(a.l, &v.w, buffer)
		if !b.betters(a) {
			continue
		}
		plan := b.plan(false)
		advice := model.Advice{ID: v.id, Change: v.change, Shards: b.recommended, Plan: &plan}
		if a.tariff != nil {
			if total, err := a.tariff.total(a.l, &v.w, model.Provisioned, b.recommended, nil); err == nil {
				advice.Cost = model.Known(total)
			}
		}
		list = append(list, advice)
	}
	slices.SortStableFunc(list, func(x, y model.Advice) int {
		return cmp.Or(len(x.Plan.Infeasible)-len(y.Plan.Infeasible), cmp.Compare(x.Shards, y.Shards))
	})
	return list
}

// betters tells whether a changed plan is worth telling: it must fit, unless
// the plan that was asked for does not fit either.
func (a *assessment) betters(asked *assessment) bool {
	fits, fitted := len(a.obstacles) == 0, len(asked.obstacles) == 0
	switch {
	case fits && !fitted:
		return true
	case fitted && !fits:
		return false
	}
	return a.recommended < asked.recommended
}

// variants are the changes that are tried. Most change what a user can change;
// the last ones relax what binds until the next constraint does.
func (a *assessment) variants() iter.Seq[variant] {
	return func(yield func(variant) bool) {
		for list := range a.variantLists() {
			for _, v := range list {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// variantLists makes the variants list after list, as they are wanted: each takes
// its time, and each variant has all consumers.
func (a *assessment) variantLists() iter.Seq[[]variant] {
	return func(yield func([]variant) bool) {
		if !yield(a.producerVariants()) {
			return
		}
		for i := range a.w.Consumers {
			if !yield(a.consumerVariants(i)) {
				return
			}
		}
		if a.tooManyCalls() && !yield([]variant{a.pollVariant()}) {
			return
		}
		yield(a.relaxations())
	}
}

// changed copies the workload, so that a variant can change its consumers.
func (a *assessment) changed(id, change string) variant {
	v := variant{id, change, *a.w}
	v.w.Consumers = slices.Clone(a.w.Consumers)
	return v
}

func (a *assessment) producerVariants() []variant {
	var list []variant
	p := &a.w.Producer
	if p.Aggregation.Producers == 0 {
		list = append(list, a.aggregate())
	}
	if half := p.RecordSize / 2; half >= 1 {
		v := a.changed(idCompress, "Compress records to half their size, "+half.Prose()+" each.")
		v.w.Producer.RecordSize = half
		v.w.Producer.RecordSizes = slices.Clone(p.RecordSizes)
		for i := range v.w.Producer.RecordSizes {
			v.w.Producer.RecordSizes[i].Size /= 2
		}
		list = append(list, v)
	}
	if p.Skew > 1 {
		v := a.changed(idSaltKeys, fmt.Sprintf("Salt the partition keys, so that no shard carries more than the others (skew 1 instead of %s).", p.Skew))
		v.w.Producer.Skew = 1
		list = append(list, v)
	}
	return list
}

// aggregate packs records with the KPL's defaults. Packing thins out as
// producers grow, so the change names how many it holds for.
func (a *assessment) aggregate() variant {
	v := a.changed(idAggregate, "")
	v.w.Producer.Aggregation = model.DefaultAggregation()
	settings := &v.w.Producer.Aggregation
	buffer := make([]Need, 0, len(a.needs))
	one := assess(a.l, &v.w, buffer)
	holds := largestCount(func(producers int) bool {
		w := v.w
		w.Producer.Aggregation.Producers = unit.Count(producers)
		many := assess(a.l, &w, buffer)
		return many.recommended <= one.recommended
	})
	holdsFor := "up to " + unit.Plural(holds, "producer process")
	if holds == mostProducers {
		holdsFor = "any number of producer processes"
	}
	v.change = fmt.Sprintf("Aggregate records with the KPL (%s buffer, aggregates of %s); the count holds for %s.", settings.Buffer, settings.MaxSize.Prose(), holdsFor)
	return v
}

// mostProducers is the largest number of producers that a workload may declare.
const mostProducers = 1_000_000

// largestCount answers the largest number, from 1 to mostProducers, for which a
// falling condition holds. It holds for 1.
func largestCount(holds func(int) bool) int {
	low, high := 1, 2
	for ; high < mostProducers && holds(high); high *= 2 {
		low = high
	}
	if high >= mostProducers {
		if holds(mostProducers) {
			return mostProducers
		}
		high = mostProducers
	}
	for high-low > 1 {
		if middle := (low + high) / 2; holds(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

func (a *assessment) consumerVariants(i int) []variant {
	var list []variant
	c := &a.w.Consumers[i]
	if c.Type == model.Standard {
		v := a.changed(idEnhancedFanOut+"."+string(c.Name), fmt.Sprintf("Move %s to enhanced fan-out.", c.Name))
		v.w.Consumers[i].Type = model.EnhancedFanOut
		list = append(list, v)
	}
	if c.LatencyBound == model.DelayBound && c.Latency > 0 {
		v := a.changed(idRecoveryBound+"."+string(c.Name), fmt.Sprintf("Bound the time that %s takes to recover from a surge by %s, not the delay of each record.", c.Name, c.Latency))
		v.w.Consumers[i].LatencyBound = model.RecoveryBound
		list = append(list, v)
	}
	if f := int(c.Lambda.ParallelizationFactor); f > 0 && f < a.l.LambdaFactor.Value && !a.packing.on() {
		list = append(list, a.factorVariant(i))
	}
	return list
}

// factorVariant raises a Lambda function's parallelization factor as far as it
// helps.
func (a *assessment) factorVariant(i int) variant {
	name, from := a.w.Consumers[i].Name, a.w.Consumers[i].Lambda.ParallelizationFactor
	v := a.changed(idParallelizationFactor+"."+string(name), "")
	factor := &v.w.Consumers[i].Lambda.ParallelizationFactor
	buffer := make([]Need, 0, len(a.needs))
	most := unit.Count(a.l.LambdaFactor.Value)
	*factor = most
	best := assess(a.l, &v.w, buffer)
	for *factor = from + 1; *factor < most; *factor++ {
		if b := assess(a.l, &v.w, buffer); b.recommended <= best.recommended {
			break
		}
	}
	v.change = fmt.Sprintf("Raise the parallelization factor of %s from %d to %d.", name, from, *factor)
	return v
}

// pollVariant slows all polling down to what a shard answers.
func (a *assessment) pollVariant() variant {
	every := a.fastestPoll()
	v := a.changed(idPollInterval, fmt.Sprintf("Let every standard consumer poll every %s.", every))
	for i := range v.w.Consumers {
		if c := &v.w.Consumers[i]; c.Type == model.Standard {
			c.PollInterval = max(c.PollInterval, every)
		}
	}
	return v
}

// relaxations relax each binding constraint just so far that the next one
// binds.
func (a *assessment) relaxations() []variant {
	goal := 1
	for i := range a.needs {
		if n := &a.needs[i]; n.countsShards() && !a.binds(n) {
			goal = max(goal, shards(n.Target))
		}
	}
	var list []variant
	for i := range a.needs {
		n := &a.needs[i]
		if !a.binds(n) {
			continue
		}
		v, ok := a.relax(n, goal)
		if ok && !slices.ContainsFunc(list, func(o variant) bool { return o.id == v.id }) {
			list = append(list, v)
		}
	}
	return list
}

// mostRelaxed is how many times an input is changed at most: what a user would
// not recognize as the same workload is no advice.
const mostRelaxed = 10

// relax finds the least change, in steps of three digits, of the input that a
// constraint hangs on with which the plan needs no more than the goal; or no
// more than the largest change gives, if that is less than now.
func (a *assessment) relax(n *Need, goal int) (variant, bool) {
	k := a.knob(n)
	if k.apply == nil {
		return variant{}, false
	}
	v := a.changed(k.id, "")
	buffer := make([]Need, 0, len(a.needs))
	needed := func(times float64) int {
		k.apply(&v.w, times)
		b := assess(a.l, &v.w, buffer)
		return b.recommended
	}
	reachable := needed(k.most)
	if reachable >= a.recommended {
		return variant{}, false
	}
	goal = max(goal, reachable)
	low, high := 1.0, k.most
	for i := 0; i < 24 && high-low > 1e-4*high; i++ {
		if middle := (low + high) / 2; needed(middle) <= goal {
			high = middle
		} else {
			low = middle
		}
	}
	needed(high)
	v.change = k.describe(&v.w)
	return v, true
}

// knob is an input of the workload that a constraint hangs on.
type knob struct {
	id       string
	most     float64 // times
	apply    func(w *model.Workload, times float64)
	describe func(w *model.Workload) string
}

// knob answers the input to change for a constraint, and how.
func (a *assessment) knob(n *Need) knob {
	w := a.w
	if n.decisive(&a.situation).every > 0 {
		if k := a.pollKnob(n); k.apply != nil {
			return k
		}
	}
	switch n.Kind {
	case ProducerBytesSurge, ProducerRecordsSurge:
		return rateKnob(idRelax+".surge", "Shave the surge (buffer it before the stream, or spread it)", w.Producer.Surge.Throughput, w.Producer.Peak,
			func(p *model.Producer) *unit.RecordsPerSecond { return &p.Surge.Throughput })
	case ConsumptionSpeed:
		return a.speedKnob(n.Consumer)
	case Latency:
		return timeKnob(a, n, "Give %s a latency of %s instead of %s.", func(c *model.Consumer) *unit.Duration { return &c.Latency })
	case Outage, Reprocess:
		return timeKnob(a, n, "Allow %s to take %s to catch up instead of %s.", func(c *model.Consumer) *unit.Duration {
			c.CatchUp = c.TimeToCatchUp()
			return &c.CatchUp
		})
	case ProducerBytesPeak, ProducerRecordsPeak, ConsumerBytes, ConsumerGetRecords:
		return rateKnob(idRelax+".peak", "Flatten the daily peak", w.Producer.Peak, w.Producer.Average,
			func(p *model.Producer) *unit.RecordsPerSecond { return &p.Peak })
	}
	return knob{}
}

// rateKnob lowers a rate, to another at the lowest.
func rateKnob(id, what string, from, least unit.RecordsPerSecond, at func(*model.Producer) *unit.RecordsPerSecond) knob {
	if least <= 0 || from <= least {
		return knob{}
	}
	return knob{
		id:   id,
		most: math.Min(mostRelaxed, float64(from/least)),
		apply: func(w *model.Workload, times float64) {
			*at(&w.Producer) = max(least, unit.RecordsPerSecond(roundDown(float64(from)/times)))
		},
		describe: func(w *model.Workload) string {
			return fmt.Sprintf("%s from %s to %s.", what, from.Prose(), at(&w.Producer).Prose())
		},
	}
}

// pollKnob lets a consumer poll more often, as far as a shard answers beside the
// others. An event source mapping of Lambda has an interval of its own.
func (a *assessment) pollKnob(n *Need) knob {
	i := a.polling(n)
	c := &a.w.Consumers[i]
	fastest := a.fastestBeside(c)
	if c.Lambda.BatchSize > 0 || fastest >= c.PollInterval {
		return knob{}
	}
	return knob{
		id:   idRelax + "." + n.Kind.ID(c.Name),
		most: float64(c.PollInterval) / float64(fastest),
		apply: func(w *model.Workload, times float64) {
			w.Consumers[i].PollInterval = max(fastest, unit.Duration(roundDown(float64(c.PollInterval)/times)))
		},
		describe: func(w *model.Workload) string {
			return fmt.Sprintf("Let %s poll every %s instead of %s.", c.Name, w.Consumers[i].PollInterval, c.PollInterval)
		},
	}
}

// polling is the consumer whose polls a need is about: its own, or the one that
// polls the least often.
func (a *assessment) polling(n *Need) int {
	if n.Consumer >= 0 {
		return n.Consumer
	}
	return slices.IndexFunc(a.w.Consumers, func(c model.Consumer) bool { return c.Type == model.Standard && c.PollInterval == a.slowest })
}

// timeKnob allows a consumer more time.
func timeKnob(a *assessment, n *Need, what string, at func(*model.Consumer) *unit.Duration) knob {
	i, c := n.Consumer, a.w.Consumers[n.Consumer]
	from := *at(&c)
	return knob{
		id:   idRelax + "." + n.Kind.ID(c.Name),
		most: mostRelaxed,
		apply: func(w *model.Workload, times float64) {
			*at(&w.Consumers[i]) = roundTime(float64(from) * times)
		},
		describe: func(w *model.Workload) string {
			return fmt.Sprintf(what, c.Name, *at(&w.Consumers[i]), from)
		},
	}
}

// speedKnob makes a consumer faster.
func (a *assessment) speedKnob(i int) knob {
	c := &a.w.Consumers[i]
	id := idRelax + "." + ConsumptionSpeed.ID(c.Name)
	if from := c.Lambda.Duration; c.Lambda.BatchSize > 0 {
		return knob{id: id, most: mostRelaxed,
			apply: func(w *model.Workload, times float64) {
				w.Consumers[i].Lambda.Duration = unit.Duration(roundDown(float64(from) / times))
			},
			describe: func(w *model.Workload) string {
				return fmt.Sprintf("Make an invocation of %s take %s instead of %s.", c.Name, w.Consumers[i].Lambda.Duration, from)
			}}
	}
	return knob{id: id, most: mostRelaxed,
		apply: func(w *model.Workload, times float64) {
			w.Consumers[i].Speed = unit.RecordsPerSecond(roundUp(float64(c.Speed) * times))
		},
		describe: func(w *model.Workload) string {
			return fmt.Sprintf("Make %s process %s per shard instead of %s.", c.Name, w.Consumers[i].Speed.Prose(), c.Speed.Prose())
		}}
}

// roundTime rounds up to what a person would write: three digits below two
// minutes, then tens of seconds, minutes and hours, which is within a tenth.
func roundTime(nanoseconds float64) unit.Duration {
	const second, minute, hour = 1e9, 60e9, 3600e9
	to := func(step float64) unit.Duration {
		return unit.Duration(math.Ceil(nanoseconds/step*(1-tolerance)) * step)
	}
	switch {
	case nanoseconds <= 2*minute:
		return unit.Duration(roundUp(nanoseconds))
	case nanoseconds <= 20*minute:
		return to(10 * second)
	case nanoseconds <= 20*hour:
		return to(minute)
	}
	return to(hour)
}

// roundUp and roundDown keep three significant digits.
func roundUp(x float64) float64 {
	if r := significant(x, 3); r >= x*(1-tolerance) {
		return r
	}
	return significant(x+step(x), 3)
}

func roundDown(x float64) float64 {
	if r := significant(x, 3); r <= x*(1+tolerance) {
		return r
	}
	return significant(x-step(x), 3)
}

// step is half of the third significant digit's worth.
func step(x float64) float64 {
	return math.Pow10(int(math.Floor(math.Log10(x)))-2) / 2
}
