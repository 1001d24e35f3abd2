package fit

import (
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const (
	// surgeSigmas is how many standard deviations above the baseline the mean of a run
	// must lie for a surge. Normal noise gets there once in a billion (Φ(−6) = 10⁻⁹), and
	// a history has some ten thousand periods and a dozen lengths of runs.
	surgeSigmas = 6

	// minSurge is how many times its surroundings a surge is at least.
	minSurge = 1.2

	// minSurroundings and maxSurroundings bound how many periods before and behind a run
	// are its surroundings: as many as it has itself.
	minSurroundings, maxSurroundings = 10, 120

	// surroundingsQuantile is the quantile of the surroundings that a surge is compared
	// with. It is below the median, as another surge may be among them.
	surroundingsQuantile = 0.4

	// edgePasses is how often the edges of a run are fitted to its height, and its height
	// to the edges.
	edgePasses = 3

	// maxSurge is the longest surge, in seconds. What lasts longer is an unusual day.
	maxSurge = 12 * secondsPerHour
)

// surgeScan looks for runs of periods that lie above a baseline.
type surgeScan struct {
	departure []float64 // ln(rate ÷ baseline); NaN where it is not known
	score     []float64 // departure ÷ standard deviation of a period; 0 where it is not known
	sums      []float64 // of the scores before each period
	lengths   []int     // of runs to try
	sigma     []float64 // standard deviation of the mean of so many scores; see measureNoise
	baseline  *baseline
}

// findSurges returns the runs of periods, in the order of time, in which the rate
// stands out of the baseline and goes back to it on either side. It searches each
// stretch of even periods for the run whose mean score is the most standard
// deviations above 0, decides on it, and searches what is left on either side of it.
// (Olshen, Venkatraman, Lucito, Wigler, "Circular Binary Segmentation for the
// Analysis of Array-Based DNA Copy Number Data", 2004)
func (b *baseline) findSurges() []run {
	if b.mean == 0 {
		return nil
	}
	s := b.newScan()
	var found []run
	for _, part := range b.calendar.timeline.evenStretches() {
		s.measureNoise(part)
		before := len(found)
		found = s.findWithin(part, found)
		found = append(found[:before], slices.DeleteFunc(found[before:], func(r run) bool { return s.recurs(r, part) })...)
	}
	slices.SortFunc(found, func(a, b run) int { return a.from - b.from })
	return joinAdjacent(found)
}

// newScan returns a scan of the baseline's rate. The score of a period is its
// departure in standard deviations: of the noise at its hour, or of the chance in its
// number of records if that is more.
func (b *baseline) newScan() *surgeScan {
	t := b.calendar.timeline
	s := &surgeScan{departure: b.departures(b.logs()), baseline: b}
	s.score = make([]float64, len(s.departure))
	s.sums = make([]float64, len(s.departure)+1)
	for i, e := range s.departure {
		if model.IsPoint(e) {
			s.score[i] = e / max(b.sigma[i], poissonSigma(max(b.expected[i], b.mean)*t.period[i]))
		}
	}
	floats.CumSum(s.sums[1:], s.score)
	return s
}

// poissonSigma returns the standard deviation of the logarithm of a number of records
// that come independently of each other (Poisson): √n ÷ n.
func poissonSigma(records float64) float64 { return 1 / math.Sqrt(records) }

// noiseSamples is how many runs of a length are enough to measure how much their
// means vary.
const noiseSamples = 4000

// measureNoise measures how much the means over runs of each length vary within a
// part. Independent noise makes that 1/√length, which is the least; noise that lasts
// for some periods makes it more.
func (s *surgeScan) measureNoise(part run) {
	period := s.baseline.calendar.timeline.period[part.from]
	s.lengths, s.sigma = s.lengths[:0], s.sigma[:0]
	var means []float64
	for length := 1; length <= max(1, part.len()/4) && float64(length)*period <= maxSurge; length = nextLength(length) {
		means = means[:0]
		for i := part.from; i+length <= part.to; i += max(1, length/2, part.len()/noiseSamples) {
			means = append(means, s.mean(run{i, i + length}))
		}
		s.lengths = append(s.lengths, length)
		s.sigma = append(s.sigma, max(sigmaAroundZero(means), 1/math.Sqrt(float64(length))))
	}
}

// nextLength returns the next length of runs to try: 1, 2, 3, 4, 6, 8, 12, 16, … A
// surge of any length is overlapped by one of these closely enough to be found;
// [surgeScan.fitEdges] then finds where it begins and ends.
func nextLength(length int) int {
	if length&(length-1) == 0 {
		return length + max(1, length/2)
	}
	return length + length/3
}

// mean returns the mean score of a run.
func (s *surgeScan) mean(r run) float64 { return (s.sums[r.to] - s.sums[r.from]) / float64(r.len()) }

// findWithin adds the surges within a part to found: the most prominent one, then
// those before and behind it.
func (s *surgeScan) findWithin(part run, found []run) []run {
	best, height := s.mostProminent(part)
	if height < surgeSigmas {
		return found
	}
	best = s.fitEdges(best, part)
	if dip := s.findDip(best); dip.len() > 0 {
		return s.findWithin(run{dip.to, part.to}, s.findWithin(run{part.from, dip.from}, found))
	}
	if s.isSurge(best, part) {
		found = append(found, best)
	}
	found = s.findWithin(run{part.from, best.from}, found)
	return s.findWithin(run{best.to, part.to}, found)
}

// mostProminent returns the run whose mean lies the most standard deviations above
// the baseline, and how many.
func (s *surgeScan) mostProminent(part run) (best run, height float64) {
	for k, length := range s.lengths {
		for i := part.from; i+length <= part.to; i++ {
			if z := (s.sums[i+length] - s.sums[i]) / (float64(length) * s.sigma[k]); z > height {
				best, height = run{i, i + length}, z
			}
		}
	}
	return best, height
}

// fitEdges returns where a run most likely begins and ends: the stretch with the
// highest sum of scores above half of the run's height. That is the maximum
// likelihood estimate of a change of the mean that comes and goes. Better edges
// change the height, so it is repeated.
func (s *surgeScan) fitEdges(r, part run) run {
	for range edgePasses {
		reach := max(4, r.len())
		around := run{max(part.from, r.from-reach), min(part.to, r.to+reach)}
		r = highestSum(s.score[around.from:around.to], s.mean(r)/2)
		r.from, r.to = r.from+around.from, r.to+around.from
	}
	return r
}

// findDip returns the stretch within a run that falls below half of its height, if it
// does so by surgeSigmas: it separates two surges. Else the stretch is empty.
func (s *surgeScan) findDip(r run) run {
	half := s.mean(r) / 2
	below := make([]float64, r.len())
	floats.SubTo(below, below, s.score[r.from:r.to])
	d := highestSum(below, -half)
	d.from, d.to = d.from+r.from, d.to+r.from
	if d.len() == 0 || (half-s.mean(d))*math.Sqrt(float64(d.len())) < surgeSigmas {
		return run{}
	}
	return d
}

// isSurge reports whether a run stands out of what is before it and of what is behind
// it. A step of the level does so on one side alone.
func (s *surgeScan) isSurge(r, part run) bool { return s.rise(r, part) >= math.Log(minSurge) }

// rise returns the logarithm of how many times its surroundings a run is, of those that are
// higher.
func (s *surgeScan) rise(r, part run) float64 {
	height := stat.Mean(knownValues(s.departure[r.from:r.to]), nil)
	reach := min(max(minSurroundings, r.len()), maxSurroundings)
	before := s.surroundings(run{max(part.from, r.from-reach), r.from}) + s.stepBefore(r.from, part)
	behind := s.surroundings(run{r.to, min(part.to, r.to+reach)}) - s.stepBefore(r.to, part)
	return height - max(before, behind)
}

// stepBefore returns how much lower the level of a day is than that of the day
// before, if the day begins at a slot within a part, else 0. The baseline steps
// there, and the rate need not.
func (s *surgeScan) stepBefore(slot int, part run) float64 {
	b := s.baseline
	if b.level == nil || slot <= part.from || slot >= part.to {
		return 0
	}
	return b.level[b.calendar.day[slot-1]] - b.level[b.calendar.day[slot]]
}

// surroundings returns the surroundingsQuantile of the departures in a run, 0 if none
// is known.
func (s *surgeScan) surroundings(r run) float64 {
	off := knownValues(s.departure[r.from:r.to])
	if len(off) == 0 {
		return 0
	}
	return quantile(surroundingsQuantile, off)
}
