package price

import (
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// freshFor is how long a price is taken for the current one.
const freshFor = 180 * 24 * time.Hour

// Aged warns of prices of a Region that are older than 180 days, by their
// dates. A price that is dated by a month or a year is as old as the last day of
// it, so that it is not called old before it certainly is; one without a date
// counts as old.
func Aged(region model.Region, dates []string, now time.Time) (w notice.Notice, stale bool) {
	switch oldest := oldestOf(dates, now); oldest {
	case "":
		return notice.Notice{}, false
	case undated:
		return notice.PricesOld(string(region), ""), true
	case published:
		return notice.PricesRead(string(region), oldest, string(region)), true
	default:
		return notice.PricesOld(string(region), oldest), true
	}
}

// oldestOf returns the oldest of the dates that are older than 180 days, "" where none is.
func oldestOf(dates []string, now time.Time) (oldest string) {
	ends := now.Add(-freshFor)
	for _, date := range dates {
		if end, ok := over(date); ok && !end.After(ends) {
			oldest, ends = date, end
		}
	}
	return oldest
}

// Stale warns of the prices of a Region that are older than 180 days. A month or
// a year counts from its last day, and a price without a date counts as old.
func (c *Catalogue) Stale(region model.Region, now time.Time) (w notice.Notice, stale bool) {
	return Aged(region, c.dates(region), now)
}

// dates returns the dates of the prices of a Region.
func (c *Catalogue) dates(region model.Region) (dates []string) {
	for _, p := range c.In(region).Prices() {
		dates = append(dates, p.AsOf)
	}
	return dates
}

// allStale warns of the prices of all Regions that are older than 180 days: in one notice
// of those that were read on the same day.
func (c *Catalogue) allStale(now time.Time) (list []notice.Notice) {
	var read []string
	for _, region := range c.regions() {
		if oldestOf(c.dates(region), now) == published {
			read = append(read, string(region))
		} else if w, stale := c.Stale(region, now); stale {
			list = append(list, w)
		}
	}
	const most = 3 // that are named
	switch names := strings.Join(read, ", "); {
	case len(read) > most:
		list = append(list, notice.PricesRead(unit.Plural(len(read), "Region"), published, read[0]))
	case len(read) > 0:
		list = append(list, notice.PricesRead(names, published, read[0]))
	}
	return list
}

// regions returns the Regions that have prices, by their codes.
func (c *Catalogue) regions() []model.Region {
	var list []model.Region
	for k := range c.tiers {
		list = append(list, k.region)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
