package cloudwatch

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model/unit"
)

func TestBands(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	const minute, five, hour = unit.Duration(time.Minute), 5 * unit.Duration(time.Minute), unit.Duration(time.Hour)
	limits := PublishedLimits()
	// It is 2026-11-22T12:34:56Z. Minutes are kept since 11-07T12:34:56, an hour of
	// slack makes it 13:34:56, the next whole hour 14:00. Five minutes: 63 days
	// before is 09-20; hours: 455 days before is 2025-08-24.
	for _, c := range []struct {
		name     string
		from, to time.Time
		want     []Band
	}{
		{"minutes alone", now.Add(-14 * 24 * time.Hour), now, []Band{
			{at("2026-11-08T12:34:00Z"), at("2026-11-22T12:29:00Z"), minute}}},
		{"the last edge of minutes", at("2026-11-07T14:00:00Z"), at("2026-11-07T14:01:00Z"), []Band{
			{at("2026-11-07T14:00:00Z"), at("2026-11-07T14:01:00Z"), minute}}},
		{"a minute before it", at("2026-11-07T13:59:00Z"), at("2026-11-07T14:01:00Z"), []Band{
			{at("2026-11-07T13:55:00Z"), at("2026-11-07T14:00:00Z"), five},
			{at("2026-11-07T14:00:00Z"), at("2026-11-07T14:01:00Z"), minute}}},
		{"all three", now.Add(-400 * 24 * time.Hour), now, []Band{
			{at("2025-10-18T12:00:00Z"), at("2026-09-20T14:00:00Z"), hour},
			{at("2026-09-20T14:00:00Z"), at("2026-11-07T14:00:00Z"), five},
			{at("2026-11-07T14:00:00Z"), at("2026-11-22T12:29:00Z"), minute}}},
		{"older than anything", now.Add(-1000 * 24 * time.Hour), at("2026-09-01T10:20:00Z"), []Band{
			{at("2025-08-24T14:00:00Z"), at("2026-09-01T10:00:00Z"), hour}}},
		{"the end in the future", at("2026-11-22T12:00:00Z"), now.Add(time.Hour), []Band{
			{at("2026-11-22T12:00:00Z"), at("2026-11-22T12:29:00Z"), minute}}},
		{"another zone", at("2026-11-22T13:00:30+02:00"), at("2026-11-22T13:05:59+02:00"), []Band{
			{at("2026-11-22T11:00:00Z"), at("2026-11-22T11:05:00Z"), minute}}},
	} {
		got, err := limits.Bands(c.from, c.to, now)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	for name, window := range map[string][2]time.Time{
		"the window is empty":              {now, now.Add(-time.Hour)},
		"to end before the last 5m":        {now.Add(-time.Minute), now},
		"keeps them for 455d":              {now.AddDate(-3, 0, 0), now.AddDate(-2, 0, 0)},
		"and the shortest period is 1m":    {at("2026-11-22T12:00:10Z"), at("2026-11-22T12:00:50Z")},
		"has to begin before it ends, and": {now.Add(time.Hour), now.Add(2 * time.Hour)},
	} {
		if bands, err := limits.Bands(window[0], window[1], now); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: %v, %v", window, bands, err)
		}
	}
}

// Every minute of the day is a good moment to fetch: the parts follow each other
// without gap or overlap, edges lie on their periods, and no part begins before
// what CloudWatch still has when the slack is over.
func TestBandsAtEveryMinuteOfADay(t *testing.T) {
	limits := PublishedLimits()
	for minute := range 24 * 60 {
		now := now.Add(time.Duration(minute)*time.Minute + time.Duration(minute%60)*time.Second)
		bands, err := limits.Bands(now.AddDate(-2, 0, 0), now, now)
		if err != nil || len(bands) != 3 {
			t.Fatalf("%v: %v, %v", now, bands, err)
		}
		for i, b := range bands {
			period := time.Duration(b.Period)
			if !b.Start.Equal(b.Start.Truncate(period)) || !b.End.Equal(b.End.Truncate(period)) {
				t.Errorf("%v: %v is off its period", now, b)
			}
			if i > 0 && !b.Start.Equal(bands[i-1].End) {
				t.Errorf("%v: %v does not follow %v", now, b, bands[i-1])
			}
			kept := time.Duration(limits.Tiers[len(bands)-1-i].Kept.Value)
			if gone := now.Add(Slack - kept); b.Start.Before(gone) || b.Start.After(gone.Add(time.Hour)) {
				t.Errorf("%v: %v begins far from %v", now, b, gone)
			}
		}
	}
}
