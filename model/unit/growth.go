package unit

import (
	"errors"
	"math"
	"strings"
)

// Growth is by how much something is more after a week, as a share: 0.05 is 5 % a week.
type Growth float64

// growthTimes are what a growth may be given per, by any of their names.
var growthTimes = map[string]Duration{
	"day": Day, "d": Day, "week": Week, "w": Week,
	"month": monthHours * hour, "year": 365 * Day, "y": 365 * Day,
}

const (
	hour       = Day / 24
	monthHours = 730 // as AWS bills
)

var errGrowth = errors.New("not a growth: a share per day, week, month or year, such as 5%/week")

// ParseGrowth reads a share per time, such as "5%/week" or "0.1/month". What is not per
// week is compounded: 10 % a month is 1.1^(168/730) − 1 a week.
func ParseGrowth(text string) (Growth, error) {
	share, per, ok := strings.Cut(text, "/")
	time, known := growthTimes[strings.TrimSpace(per)]
	if !ok || !known {
		return 0, errGrowth
	}
	f, err := ParseFraction(strings.TrimSpace(share))
	if err != nil || time == Week {
		return Growth(f), err
	}
	return Growth(math.Expm1(math.Log1p(float64(f)) * Week.Seconds() / time.Seconds())), nil
}

// String returns the text that parses back to the same growth: "0.05/week".
func (g Growth) String() string { return Exact(float64(g)) + "/week" }

// Prose returns the growth as a sentence shows it: "5% a week".
func (g Growth) Prose() string { return Percent(float64(g), 1) + " a week" }

// UnmarshalText reads the text as ParseGrowth does.
func (g *Growth) UnmarshalText(text []byte) (err error) {
	*g, err = ParseGrowth(string(text))
	return err
}

// Measure returns the growth as a share a week.
func (g Growth) Measure() (value any, unit string) { return float64(g), "1/week" }

// Over returns how many times as much there is after a time of growth.
func (g Growth) Over(d Duration) float64 { return math.Pow(1+float64(g), d.Seconds()/Week.Seconds()) }
