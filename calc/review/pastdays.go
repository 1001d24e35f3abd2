package review

import (
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// pastDays are the days of a history in UTC, and which steps of its traffic lie in each.
type pastDays struct {
	known  []float64 // seconds of each day that are known
	stepIn []int     // the day that most of each step lies in
}

const secondsPerDay = 86_400

// newPastDays lays the periods of a history and the steps of its replay over days.
func newPastDays(t *fit.Traffic, steps *replay.Traffic) pastDays {
	var d pastDays
	if len(t.Periods) == 0 {
		return d
	}
	first := t.Periods[0].Start.UTC().Truncate(24 * time.Hour)
	for i := range t.Periods {
		if p := &t.Periods[i]; model.IsPoint(p.Records) || model.IsPoint(p.Bytes) {
			from := p.Start.Sub(first).Seconds()
			d.addKnown(from, from+p.Length.Seconds())
		}
	}
	at := steps.Start.Sub(first).Seconds()
	for _, seconds := range steps.Steps {
		d.stepIn = append(d.stepIn, int((at+seconds/2)/secondsPerDay))
		at += seconds
	}
	return d
}

// addKnown notes that a time is known, in seconds since the first day began.
func (d *pastDays) addKnown(from, to float64) {
	for from < to {
		day := int(from / secondsPerDay)
		for len(d.known) <= day {
			d.known = append(d.known, 0)
		}
		end := min(to, float64(day+1)*secondsPerDay)
		d.known[day] += end - from
		from = end
	}
}

// highest returns the days with the highest of the needs of their steps.
func (d *pastDays) highest(needs []float64) []odds.Day {
	days := make([]odds.Day, len(d.known))
	for i, seconds := range d.known {
		days[i].Known = min(1, seconds/secondsPerDay)
	}
	for step, day := range d.stepIn {
		if day < len(days) {
			days[day].Need = max(days[day].Need, needs[step])
		}
	}
	return days
}
