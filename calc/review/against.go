package review

import (
	"cmp"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Bounds of what is taken for evidence. An age within a fiftieth of the retention is
// at it, since ages are sampled; one period in a hundred with rejected calls or errors
// is chance, such as a deployment; and consumers that are less than five minutes
// behind are not told to fall behind.
const (
	atRetention  = 0.98
	oftenShare   = 0.01
	leastBehind  = 5 * 60.0 // seconds
	risingFactor = 2.0      // last quarter of the window against the first
)

// against returns what was measured that speaks against fewer shards than the stream
// has, the gravest first. It is looked for before the verdict is given: whoever takes
// shards from a consumer that is behind loses data.
func (b *Basis) against(kept unit.Duration) []notice.Notice {
	var list []notice.Notice
	for _, metric := range [...]string{model.IteratorAge, model.SubscribedBehind, model.FunctionIteratorAge} {
		for i := range b.History.Series {
			if s := &b.History.Series[i]; s.Metric == metric && s.Level != model.ShardLevel {
				list = append(list, behind(s, kept)...)
			}
		}
	}
	for i := range b.History.Series {
		s := &b.History.Series[i]
		total, share := b.counted(s)
		switch often := share > oftenShare; {
		case !often:
		case s.Level == model.StreamLevel && s.Metric == model.ReadThrottled:
			list = append(list, notice.ReadsThrottled(total, share))
		case s.Level == model.StreamLevel && s.Metric == model.WriteThrottled:
			list = append(list, notice.WritesThrottled(total, share))
		case s.Metric == model.FunctionErrors:
			list = append(list, notice.FunctionErrors(s.Owner, total, share))
		}
	}
	// Lost data is said first; what else there is keeps its order.
	slices.SortStableFunc(list, func(x, y notice.Notice) int { return cmp.Compare(rank(x), rank(y)) })
	return list
}

func rank(n notice.Notice) int {
	if n.ID == "data-lost" {
		return 0
	}
	return 1
}

// behind returns what a series of ages, in milliseconds, says of its consumer.
func behind(s *model.Series, kept unit.Duration) []notice.Notice {
	name := cmp.Or(s.Owner, "a standard consumer")
	e, ok := s.Extremes()
	if !ok {
		return nil
	}
	worst := unit.Duration(min(e.Highest.Value, 1e12) * 1e6)
	switch {
	case worst.Seconds() >= atRetention*kept.Seconds():
		return []notice.Notice{notice.DataLost(name, worst, kept)}
	case worst > kept/2:
		return []notice.Notice{notice.IteratorAge(name, worst, kept)}
	}
	if from, to, rises := rising(s); rises {
		return []notice.Notice{notice.IteratorAgeRises(name, from, to)}
	}
	return nil
}

// rising reports whether ages rise over a window: each quarter's median is no lower
// than the one before, the last is twice the first at least, and five minutes. It
// returns the medians of the first and the last quarter.
func rising(s *model.Series) (from, to unit.Duration, rises bool) {
	const quarters = 4
	var ages []float64
	for p := range s.Points() {
		ages = append(ages, p.Value/1000)
	}
	if len(ages) < 3*quarters {
		return 0, 0, false
	}
	var medians [quarters]float64
	for i := range medians {
		part := slices.Clone(ages[i*len(ages)/quarters : (i+1)*len(ages)/quarters])
		slices.Sort(part)
		medians[i] = part[len(part)/2]
	}
	first, last := medians[0], medians[quarters-1]
	rises = slices.IsSorted(medians[:]) && last >= risingFactor*first && last >= leastBehind
	return unit.Duration(first * 1e9), unit.Duration(last * 1e9), rises
}

// counted returns the sum of a series of counts in the last quarter of the window, and
// the share of that time in whose periods anything was counted. What was before may
// have been on other shards.
func (b *Basis) counted(s *model.Series) (total float64, share unit.Fraction) {
	quarter := b.History.To.Sub(b.History.From) / 4
	begins := b.History.To.Add(-quarter)
	var some float64
	for p := range s.Points() {
		if p.Value > 0 && !p.Time.Before(begins) {
			total += p.Value
			some += p.Period.Seconds()
		}
	}
	if quarter <= 0 {
		return 0, 0
	}
	return total, unit.Fraction(min(1, some/quarter.Seconds()))
}
