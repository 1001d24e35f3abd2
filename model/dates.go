package model

import (
	"cmp"
	"slices"
	"time"
)

// Dates is the range of the dates of published numbers, and how many have no date. A
// date is a day, a month or a year such as 2026-09-23, 2026-09 or 2026.
type Dates struct {
	Oldest  string `json:"oldest"`
	Newest  string `json:"newest"`
	Undated int    `json:"undated"`
}

// DatesOf returns the oldest and the newest of dates, of which some name no more than a
// month or a year, and how many of them are no dates.
func DatesOf(dates []string) (r Dates) {
	for _, date := range slices.Sorted(slices.Values(dates)) {
		if _, err := time.Parse("2006", date[:min(4, len(date))]); err != nil {
			r.Undated++
			continue
		}
		r.Oldest = cmp.Or(r.Oldest, date)
		r.Newest = date
	}
	return r
}
