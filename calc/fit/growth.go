package fit

import (
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/stat/distuv"
)

// Growth is by how much traffic changes from one week to the next, as a share: 0.01 is
// 1 % a week. Traffic is taken for a random walk: the weeks to come change like those
// that were seen, each by its own.
type Growth struct {
	PerWeek float64 `json:"per_week"` // the median change

	// Low and High are the interval that holds the mean change a week with 95 %
	// confidence over Weeks to come.
	Low   float64 `json:"per_week_low"`
	High  float64 `json:"per_week_high"`
	Weeks float64 `json:"weeks_ahead"`

	Changes int     `json:"weekly_changes"` // that were seen
	Spread  float64 `json:"weekly_spread"`  // standard deviation of a change, a logarithm
}

// priorDegrees are the degrees of freedom of what is assumed of the spread before a
// change is seen.
const priorDegrees = 2

// Over returns the growth with its interval for so many weeks to come. Of n changes
// whose median is m, their sum over h weeks is
//
//	h·m ± t·s·√(h + h²/n)
//
// with the spread s of a change: h weeks that each depart by s, and a median of n that
// is off by s/√n a week.
func (g Growth) Over(weeks float64) Growth {
	g.Weeks = weeks
	if g.Spread == 0 {
		return g
	}
	n := float64(g.Changes)
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1 + priorDegrees}.Quantile((1 + confidence) / 2)
	half := t * g.Spread * math.Sqrt(weeks+weeks*weeks/n) / weeks
	middle := math.Log1p(g.PerWeek)
	g.Low, g.High = math.Expm1(middle-half), math.Expm1(middle+half)
	return g
}

// Direction is where traffic goes.
type Direction string

// The directions. Traffic is about level unless the interval of its growth excludes 0,
// after two changes at least: one may be a step.
const (
	Level Direction = "about level"
	Grows Direction = "grows"
	Falls Direction = "falls"
)

// Direction returns where traffic goes, as far as the interval shows.
func (g Growth) Direction() Direction {
	const leastChanges = 2
	switch {
	case g.Changes < leastChanges:
		return Level
	case g.Low > 0:
		return Grows
	case g.High < 0:
		return Falls
	}
	return Level
}

// Times returns how many times its traffic there is after so many weeks of growth.
func (g Growth) Times(weeks float64) float64 { return math.Pow(1+g.PerWeek, weeks) }

// RunOut is when a capacity is used up if growth goes on. A moment that is not known
// is more than ten years away, or never comes.
type RunOut struct {
	Expected model.Maybe[time.Time] `json:"expected"`
	Earliest model.Maybe[time.Time] `json:"earliest"`
	Latest   model.Maybe[time.Time] `json:"latest"`
}

// horizon is how far a trend is carried on, in weeks: ten years.
const horizon = 522

// RunsOut returns when a peak of so much at a moment will have grown to a capacity,
// in records or in bytes, whichever comes first: after
//
//	ln(capacity ÷ peak) ÷ ln(1 + growth)
//
// weeks. Earliest and Latest are those of the fastest and the slowest growth of the
// interval.
func (g Growth) RunsOut(at time.Time, peak, capacity model.Throughput) RunOut {
	room := math.Log(min(capacity.Records/peak.Records, capacity.Bytes/peak.Bytes))
	reaches := func(perWeek float64) model.Maybe[time.Time] {
		weeks := max(0, room) / math.Log1p(perWeek)
		switch {
		case room <= 0:
			return model.Known(at)
		case !(perWeek > 0) || weeks > horizon:
			return model.Maybe[time.Time]{}
		}
		return model.Known(at.Add(time.Duration(weeks * float64(unit.Week))))
	}
	return RunOut{Expected: reaches(g.PerWeek), Earliest: reaches(g.High), Latest: reaches(g.Low)}
}
