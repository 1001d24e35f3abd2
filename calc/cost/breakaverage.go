package cost

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// averageDigits are the significant digits that a break-even's average has.
const averageDigits = 9

// average looks for the average throughput, from the declared one to an end, from
// which on another mode is the cheapest, and for the one from which on that mode is
// not the cheapest any more.
func (c *comparison) average(w *model.Workload, end float64) (b model.BreakEven, ok bool) {
	at := func(average float64) model.Mode { return c.cheapest(averaging(w, average)) }
	places := changes(at, float64(w.Producer.Average), c.averages(w, end))
	if len(places) == 0 {
		return b, false
	}
	b = c.atAverage(w, places[0])
	if len(places) > 1 {
		b.Until = model.Known(places[1])
	}
	return b, true
}

// changes returns the first two places, of those from one on, at which the cheapest
// mode is another one than before. Beyond a place where none is known nothing is
// looked for.
func changes(at func(float64) model.Mode, from float64, places []float64) (found []float64) {
	is := at(from)
	for _, next := range places {
		for then := at(next); then != is && len(found) < 2; {
			where := beyond(at, from, next)
			if is = at(where); is == "" {
				return found
			}
			found, from = append(found, where), where
		}
		from = next
	}
	return found
}

// averaging returns a workload with another average.
func averaging(w *model.Workload, average float64) *model.Workload {
	changed := *w
	changed.Producer.Average = unit.RecordsPerSecond(average)
	return &changed
}

// beyond narrows down where the cheapest mode changes, between a place before and
// one after it. It returns a place where it has changed, with as few digits as are
// told if that is so there too.
func beyond(at func(float64) model.Mode, before, after float64) float64 {
	was, falling := at(before), after < before
	for i := 0; i < 100 && math.Abs(after-before) > 1e-12*math.Abs(after); i++ {
		if middle := (before + after) / 2; at(middle) == was {
			before = middle
		} else {
			after = middle
		}
	}
	if short := outward(after, falling); at(short) == at(after) {
		return short
	}
	return after
}

// outward rounds an average to the digits that are told, away from where it comes
// from.
func outward(x float64, falling bool) float64 {
	if x == 0 {
		return 0
	}
	round, unit := math.Ceil, math.Pow10(int(math.Floor(math.Log10(x)))+1-averageDigits)
	if falling {
		round = math.Floor
	}
	return calc.Significant(round(x/unit)*unit, averageDigits)
}

// atAverage writes down that another mode is the cheapest from an average on, with
// the share of the shards' limits that the average uses there.
func (c *comparison) atAverage(w *model.Workload, average float64) model.BreakEven {
	changed := averaging(w, average)
	n := c.counts.of(c.recommended(changed))
	u := c.t.usage(c.l, changed, n)
	filled := max(u.bandwidth/float64(c.l.ShardWriteBytes.Value), u.records/float64(c.l.ShardWriteRecords.Value))
	return model.BreakEven{By: byAverage, Value: average, Unit: "records/s", Utilization: model.Known(filled / float64(n)),
		From: c.cheapest(w), To: c.cheapest(changed), Falling: average < float64(w.Producer.Average)}
}

// averages returns where the modes are compared from the declared average to an
// end, in that order: beside each change of the recommended shards and of what is
// missing of a commitment, between which every total is a straight line of the
// average unless records are aggregated; and in even steps, for those that are.
func (c *comparison) averages(w *model.Workload, end float64) []float64 {
	const steps = 64
	declared := float64(w.Producer.Average)
	var list []float64
	for i := 1; i <= steps; i++ {
		list = append(list, declared+(end-declared)*float64(i)/steps)
	}
	list = append(list, c.commitments(w)...)
	if c.counts.Fixed == 0 {
		list = c.countChanges(w, span{declared, end, c.recommended(w), c.recommended(averaging(w, end))}, 0, list)
	}
	low, high := min(declared, end), max(declared, end)
	list = slices.DeleteFunc(list, func(x float64) bool { return x < low || x > high })
	slices.Sort(list)
	if end < declared {
		slices.Reverse(list)
	}
	return list
}

// commitments returns the averages at which the account meets what On-demand
// Advantage commits it to, each way.
func (c *comparison) commitments(w *model.Workload) []float64 {
	u := c.t.usage(c.l, w, c.recommended(w))
	committed, average := float64(c.l.AdvantageCommitment.Value), float64(w.Producer.Average)
	return []float64{
		average * (committed - float64(c.t.Account.Ingest)) / (u.records * u.ingested),
		average * (committed - float64(c.t.Account.Retrieval)) / u.read(),
	}
}

// span is two averages and the shards that are recommended for them.
type span struct {
	from, to        float64
	shards, shards2 int
}

// countChanges appends the averages beside which the recommended shards change, one
// on each side. Where they change more than a thousand times it has one place for
// several of them.
func (c *comparison) countChanges(w *model.Workload, s span, depth int, list []float64) []float64 {
	const manyTimes = 10 // halvings
	changes := max(s.shards-s.shards2, s.shards2-s.shards)
	switch {
	case changes == 0:
		return list
	case depth >= manyTimes && changes > 1, math.Abs(s.to-s.from) <= 1e-12*max(s.from, s.to):
		return append(list, s.from, s.to)
	}
	middle := (s.from + s.to) / 2
	n := c.recommended(averaging(w, middle))
	list = c.countChanges(w, span{s.from, middle, s.shards, n}, depth+1, list)
	return c.countChanges(w, span{middle, s.to, n, s.shards2}, depth+1, list)
}
