package review

import (
	"cmp"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/odds"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// pastDays are the days of a history in a time zone, and which steps of its traffic lie in
// each.
type pastDays struct {
	zone   *time.Location
	first  int       // the number of the first day
	known  []float64 // share of each day that is known
	stepIn []int     // the day that most of each step lies in

	last calendarDay // that was asked for: periods come in order
}

// calendarDay is a day of a zone: its number since 1970, and when it begins and ends.
type calendarDay struct {
	number       int
	begins, ends time.Time
}

// newPastDays lays the periods of a history and the steps of its replay over days. Without
// a zone they are those of UTC.
func newPastDays(t *fit.Traffic, steps *replay.Traffic, zone *time.Location) pastDays {
	d := pastDays{zone: cmp.Or(zone, time.UTC)}
	if len(t.Periods) == 0 {
		return d
	}
	d.first = d.at(t.Periods[0].Start).number
	for i := range t.Periods {
		if p := &t.Periods[i]; model.IsPoint(p.Records) || model.IsPoint(p.Bytes) {
			d.addKnown(p.Start, p.Start.Add(p.Length))
		}
	}
	at := steps.Start
	d.stepIn = make([]int, 0, len(steps.Steps))
	for _, seconds := range steps.Steps {
		length := time.Duration(seconds * float64(time.Second))
		d.stepIn = append(d.stepIn, d.at(at.Add(length/2)).number-d.first)
		at = at.Add(length)
	}
	return d
}

// at returns the day of a moment, by the calendar of the zone.
func (d *pastDays) at(at time.Time) calendarDay {
	if at.Before(d.last.begins) || !at.Before(d.last.ends) {
		year, month, day := at.In(d.zone).Date()
		d.last = calendarDay{int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 3600)),
			dayStart(year, month, day, d.zone), dayStart(year, month, day+1, d.zone)}
	}
	return d.last
}

// addKnown notes that a time is known.
func (d *pastDays) addKnown(from, to time.Time) {
	for from.Before(to) {
		day := d.at(from)
		i := day.number - d.first
		for len(d.known) <= i {
			d.known = append(d.known, 0)
		}
		end := to
		if day.ends.Before(to) {
			end = day.ends
		}
		d.known[i] += end.Sub(from).Seconds() / day.ends.Sub(day.begins).Seconds()
		from = end
	}
}

// dayStart returns the first moment of a day. Where clocks skip midnight, as in Santiago,
// [time.Date] gives an hour of the day before for it.
func dayStart(year int, month time.Month, day int, zone *time.Location) time.Time {
	at := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if at.Day() != time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Day() {
		at = at.Add(time.Hour)
	}
	return at
}

// highest returns the days with the highest of the needs of their steps.
func (d *pastDays) highest(needs []float64) []odds.Day {
	days := make([]odds.Day, len(d.known))
	const rounding = 1e-9 // of the shares that a day's periods are
	for i, share := range d.known {
		if days[i].Known = min(1, share); share > 1-rounding {
			days[i].Known = 1
		}
	}
	for step, day := range d.stepIn {
		if day < len(days) {
			days[day].Need = max(days[day].Need, needs[step])
		}
	}
	return days
}
