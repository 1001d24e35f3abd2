package fit

import (
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Growth is how fast traffic rises, from one week to the next, as a share: 0.01 is
// 1 % a week. The interval holds the truth with 95 % confidence, as far as the
// days depart from the trend by chance, each by its own.
type Growth struct {
	PerWeek float64 `json:"per_week"`
	Low     float64 `json:"per_week_low"`
	High    float64 `json:"per_week_high"`
	Pairs   int     `json:"pairs_of_days"` // that it was taken of
}

func (t trend) growth() Growth {
	week := func(slope float64) float64 { return math.Expm1(daysPerWeek * slope) }
	return Growth{PerWeek: week(t.slope), Low: week(t.low), High: week(t.high), Pairs: t.pairs}
}

// RunOut is when a capacity will be used up if growth goes on as it did. A moment
// that is not known is beyond ten years, or never comes.
type RunOut struct {
	Expected model.Maybe[time.Time] `json:"expected"`
	Earliest model.Maybe[time.Time] `json:"earliest"`
	Latest   model.Maybe[time.Time] `json:"latest"`
}

// horizon is as far as a trend is carried on, in weeks: ten years.
const horizon = 522

// RunsOut answers when a peak that is so much at a moment will have grown to a
// capacity, in records or in bytes: after ln(capacity ÷ peak) ÷ ln(1 + growth)
// weeks.
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
