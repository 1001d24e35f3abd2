package model

import (
	"iter"
	"math"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// Series is one metric over time: runs in the order of time, none of which
// reaches into the next. A window older than CloudWatch's finest points has runs
// of several periods.
type Series struct {
	SeriesID
	Runs []Run
}

// Run is a part of a series whose points are evenly spaced.
type Run struct {
	Start  time.Time // of the first period, UTC
	Period unit.Duration
	Values []float64 // NaN where there is no point
}

// MissingValue returns the value of a period that has no point.
func MissingValue() float64 { return math.NaN() }

// IsPoint reports whether a value of a run is that of a point.
func IsPoint(value float64) bool { return !math.IsNaN(value) }

// Time returns when a period of the run begins.
func (r Run) Time(i int) time.Time { return r.Start.Add(time.Duration(i) * time.Duration(r.Period)) }

// End returns when the last period of the run ends.
func (r Run) End() time.Time { return r.Time(len(r.Values)) }

// Point is one value of a series.
type Point struct {
	Time   time.Time // when its period begins
	Period unit.Duration
	Value  float64
}

// Rate returns the value of a sum per second.
func (p Point) Rate() float64 { return p.Value / p.Period.Seconds() }

// Points returns the points of the series, in order; periods without one are left
// out.
func (s *Series) Points() iter.Seq[Point] {
	return func(yield func(Point) bool) {
		for _, r := range s.Runs {
			for i, v := range r.Values {
				if IsPoint(v) && !yield(Point{r.Time(i), r.Period, v}) {
					return
				}
			}
		}
	}
}

// Extremes are the ends of what a series has seen.
type Extremes struct{ Lowest, Highest Point }

// Extremes returns the lowest and the highest point; of equal ones the first.
// Points of a sum are held against each other as rates, because those of longer
// periods are larger by that alone. Not ok is a series without points.
func (s *Series) Extremes() (e Extremes, ok bool) {
	m, _ := s.Describe()
	size := func(p Point) float64 {
		if m.Statistic == Sum {
			return p.Rate()
		}
		return p.Value
	}
	for p := range s.Points() {
		if !ok || size(p) < size(e.Lowest) {
			e.Lowest = p
		}
		if !ok || size(p) > size(e.Highest) {
			e.Highest = p
		}
		ok = true
	}
	return e, ok
}

// Trace returns the highest value of each of some equal parts of a window, for a chart;
// NaN where a part has no point. Of a sum it is the rate.
func (s *Series) Trace(from, to time.Time, parts int) []float64 {
	m, _ := s.Describe()
	return Trace(from, to, parts, func(yield func(Point) bool) {
		for p := range s.Points() {
			if m.Statistic == Sum {
				p.Value = p.Rate()
			}
			if !yield(p) {
				return
			}
		}
	})
}

// Trace returns the highest value that points have in each of some equal parts of a
// window; NaN where a part has none.
func Trace(from, to time.Time, parts int, points iter.Seq[Point]) []float64 {
	trace := make([]float64, parts)
	for i := range trace {
		trace[i] = MissingValue()
	}
	part := float64(to.Sub(from)) / float64(parts)
	for p := range points {
		since := float64(p.Time.Sub(from))
		first, last := int(since/part), int(math.Ceil((since+float64(p.Period))/part))-1
		for i := max(first, 0); i <= min(last, parts-1); i++ {
			if !(trace[i] >= p.Value) { // nor where there is none yet
				trace[i] = p.Value
			}
		}
	}
	return trace
}

// Count returns how many points the series has, and how many periods its runs have.
func (s *Series) Count() (points, periods int) {
	for _, r := range s.Runs {
		periods += len(r.Values)
		for _, v := range r.Values {
			if IsPoint(v) {
				points++
			}
		}
	}
	return points, periods
}
