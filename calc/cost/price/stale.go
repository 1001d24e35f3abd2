package price

import (
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// freshFor is how long a price is taken for the current one.
const freshFor = 180 * 24 * time.Hour

// Aged warns of prices of a Region that are older than 180 days, by their
// dates. A price that is dated by a month or a year is as old as the last day of
// it, so that it is not called old before it certainly is; one without a date
// counts as old.
func Aged(region model.Region, dates []string, now time.Time) (w notice.Notice, stale bool) {
	oldest, ends := "", now.Add(-freshFor)
	for _, date := range dates {
		if end, ok := over(date); ok && !end.After(ends) {
			oldest, ends = date, end
		}
	}
	if oldest == "" {
		return notice.Notice{}, false
	}
	if oldest == undated {
		oldest = ""
	}
	return notice.PricesOld(string(region), oldest), true
}

// Stale warns of the prices of a Region that are older than 180 days. A month or
// a year counts from its last day, and a price without a date counts as old.
func (c *Catalogue) Stale(region model.Region, now time.Time) (w notice.Notice, stale bool) {
	var dates []string
	for _, p := range c.In(region).Prices() {
		dates = append(dates, p.AsOf)
	}
	return Aged(region, dates, now)
}
