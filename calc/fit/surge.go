package fit

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/kcalc/kcalc/model"
)

const (
	// certain is how many standard deviations the mean of some periods must lie
	// above the baseline to be a surge. Normal noise gets there once in a
	// billion times, and a history has some ten thousand periods.
	certain = 6

	// leastSurge is how many times its surroundings a surge is at least.
	leastSurge = 1.2

	// leastAround and mostAround are how many periods before and behind a run it has
	// to stand out of: as many as it has, within these.
	leastAround, mostAround = 10, 120

	// besides is the share of the periods around a run that is below what is usual
	// there: another surge may be among them.
	besides = 0.4

	// edgings is how often the edges of a run and its height follow each other.
	edgings = 3

	// longestSurge is the longest, in seconds: what lasts longer is a day of its
	// own.
	longestSurge = 12 * secondsPerHour
)

// run is a part of a timeline, from one period up to another.
type run struct{ from, to int }

func (r run) len() int { return r.to - r.from }

// scan looks for runs of periods that lie above the baseline.
type scan struct {
	off      []float64 // logarithm of the rate ÷ the baseline; NaN where it is not known
	score    []float64 // off, in standard deviations of a period; 0 where it is not known
	sums     []float64 // of the scores before each period
	lengths  []int
	sigma    []float64 // standard deviation of the mean of so many scores
	baseline *baseline
}

// findSurges answers the runs of periods in which the rate stands out of the
// baseline, and goes back to it on either side.
// (Olshen, Venkatraman, Lucito, Wigler, "Circular Binary Segmentation for the
// Analysis of Array-Based DNA Copy Number Data", 2004)
func (b *baseline) findSurges() []run {
	if b.mean == 0 {
		return nil
	}
	s := b.newScan()
	var found []run
	for _, part := range b.c.t.parts() {
		s.prepare(part)
		found = s.search(part, found)
	}
	slices.SortFunc(found, func(a, b run) int { return a.from - b.from })
	return joined(found)
}

// parts are the stretches of periods that are equally long and have nothing
// between them.
func (t *timeline) parts() []run {
	var parts []run
	for i := range t.start {
		if !t.follows(i) {
			parts = append(parts, run{from: i})
		}
		parts[len(parts)-1].to = i + 1
	}
	return parts
}

func (b *baseline) newScan() *scan {
	t := b.c.t
	s := &scan{off: b.departures(b.logs()), baseline: b}
	s.score = make([]float64, len(s.off))
	s.sums = make([]float64, len(s.off)+1)
	for i, e := range s.off {
		if model.IsPoint(e) {
			s.score[i] = e / max(b.sigma[i], chance(max(b.expected[i], b.mean)*t.period[i]))
		}
	}
	floats.CumSum(s.sums[1:], s.score)
	return s
}

// chance is the standard deviation of the logarithm of a number of records that
// come independently of each other (Poisson).
func chance(records float64) float64 { return 1 / math.Sqrt(records) }

// samples is how many runs of a length tell enough of how much they go up and
// down.
const samples = 4000

// prepare measures how much the means over runs of each length go up and down.
// Noise that lasts makes that more than chance alone, which is the least.
func (s *scan) prepare(part run) {
	period := s.baseline.c.t.period[part.from]
	s.lengths, s.sigma = s.lengths[:0], s.sigma[:0]
	var means []float64
	for length := 1; length <= max(1, part.len()/4) && float64(length)*period <= longestSurge; length = longer(length) {
		means = means[:0]
		for i := part.from; i+length <= part.to; i += max(1, length/2, part.len()/samples) {
			means = append(means, s.mean(run{i, i + length}))
		}
		s.lengths = append(s.lengths, length)
		s.sigma = append(s.sigma, max(spread(means), 1/math.Sqrt(float64(length))))
	}
}

// longer answers the next length to look for: 1, 2, 3, 4, 6, 8, 12, 16, … are
// near enough to each other that none between them is missed.
func longer(length int) int {
	if length&(length-1) == 0 {
		return length + max(1, length/2)
	}
	return length + length/3
}

func (s *scan) mean(r run) float64 { return (s.sums[r.to] - s.sums[r.from]) / float64(r.len()) }

// search adds the surges within a part to those that were found: the one that
// stands out most, then those before and behind it.
func (s *scan) search(part run, found []run) []run {
	best, height := s.standsOut(part)
	if height < certain {
		return found
	}
	best = s.edges(best, part)
	if dip := s.dip(best); dip.len() > 0 {
		return s.search(run{dip.to, part.to}, s.search(run{part.from, dip.from}, found))
	}
	if s.isSurge(best, part) {
		found = append(found, best)
	}
	found = s.search(run{part.from, best.from}, found)
	return s.search(run{best.to, part.to}, found)
}

// standsOut answers the run that lies the most standard deviations above the
// baseline.
func (s *scan) standsOut(part run) (best run, height float64) {
	for k, length := range s.lengths {
		for i := part.from; i+length <= part.to; i++ {
			if z := (s.sums[i+length] - s.sums[i]) / (float64(length) * s.sigma[k]); z > height {
				best, height = run{i, i + length}, z
			}
		}
	}
	return best, height
}

// edges answers where the run begins and ends most likely: the stretch whose
// scores are together the most above half of its height.
// (the maximum likelihood estimate of a change of the mean that comes and goes;
// Bentley, "Programming Pearls: Algorithm Design Techniques", 1984, finds it in one go)
func (s *scan) edges(r, part run) run {
	for range edgings {
		reach := max(4, r.len())
		around := run{max(part.from, r.from-reach), min(part.to, r.to+reach)}
		r = highestSum(s.score[around.from:around.to], s.mean(r)/2)
		r.from, r.to = r.from+around.from, r.to+around.from
	}
	return r
}

// dip answers the stretch within a run that falls back below half of its height,
// if that is no chance: it parts two surges.
func (s *scan) dip(r run) run {
	half := s.mean(r) / 2
	below := make([]float64, r.len())
	floats.SubTo(below, below, s.score[r.from:r.to])
	d := highestSum(below, -half)
	d.from, d.to = d.from+r.from, d.to+r.from
	if d.len() == 0 || (half-s.mean(d))*math.Sqrt(float64(d.len())) < certain {
		return run{}
	}
	return d
}

// highestSum answers the stretch with the highest sum of x − level.
func highestSum(x []float64, level float64) run {
	var best, here run
	var most, sum float64
	for i, v := range x {
		if sum <= 0 {
			sum, here.from = 0, i
		}
		sum += v - level
		if sum > most {
			most, best = sum, run{here.from, i + 1}
		}
	}
	return best
}

// isSurge tells whether a run stands out of what is before and behind it. A step
// does so on one side alone.
func (s *scan) isSurge(r, part run) bool {
	height := stat.Mean(points(s.off[r.from:r.to]), nil)
	reach := min(max(leastAround, r.len()), mostAround)
	before := s.usual(run{max(part.from, r.from-reach), r.from}) + s.across(r.from, part)
	behind := s.usual(run{r.to, min(part.to, r.to+reach)}) - s.across(r.to, part)
	return height-max(before, behind) >= math.Log(leastSurge)
}

// across is how much lower the level of a day is than that of the day before, if
// the day begins at a period: there the baseline steps, and the rate need not.
func (s *scan) across(slot int, part run) float64 {
	b := s.baseline
	if b.level == nil || slot <= part.from || slot >= part.to {
		return 0
	}
	return b.level[b.c.day[slot-1]] - b.level[b.c.day[slot]]
}

// usual is what is around a run; 0 where nothing is known.
func (s *scan) usual(r run) float64 {
	off := points(s.off[r.from:r.to])
	if len(off) == 0 {
		return 0
	}
	return quantile(besides, off)
}

// joined makes one of runs that touch.
func joined(runs []run) []run {
	var out []run
	for _, r := range runs {
		if last := len(out) - 1; last >= 0 && out[last].to == r.from {
			out[last].to = r.to
			continue
		}
		out = append(out, r)
	}
	return out
}
