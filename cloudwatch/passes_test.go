package cloudwatch

import (
	"testing"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// 1,000 streams of 9.5 series over a fortnight, by hand: by the hour 336 points, 300 series a call; by the
// minute 20,160, five a call. Either costs $0.095.
func TestBothPassesWorkedOut(t *testing.T) {
	limits := PublishedLimits()
	asks, series := fleet(1000)
	to := now.Truncate(time.Hour)
	p, err := limits.Passes(asks, to.AddDate(0, 0, -14), to, now)
	if err != nil || series != 9500 {
		t.Fatal(series, err)
	}
	const cost = 9500 * unit.Dollar / 100_000
	if len(p.Hours.Calls) != 32 || p.Hours.Metrics != series || p.Hours.Cost != cost || p.Hours.Bands[0].Points() != 336 {
		t.Errorf("hours: %d calls, %d metrics, %v", len(p.Hours.Calls), p.Hours.Metrics, p.Hours.Cost)
	}
	if len(p.Most.Calls) != 1900 || p.Most.Metrics != series || p.Most.Cost != cost || p.Most.Bands[0].Points() != 20_160 {
		t.Errorf("most: %d calls, %d metrics, %v", len(p.Most.Calls), p.Most.Metrics, p.Most.Cost)
	}
}

// The second pass is of the finest periods that there are, each of whose parts is billed; of what is too old
// for finer ones there is none.
func TestPassesOfOldWindows(t *testing.T) {
	limits := PublishedLimits()
	asks, series := fleet(10)
	at := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	for _, c := range []struct {
		from, to int // days ago
		parts    int // of the second pass
	}{{14, 0, 1}, {60, 0, 2}, {60, 30, 1}, {400, 0, 3}, {400, 70, 0}} {
		p, err := limits.Passes(asks, at(c.from), at(c.to), now)
		if err != nil {
			t.Fatal(err)
		}
		if p.Hours.Metrics != series || len(p.Hours.Bands) != 1 || p.Hours.Bands[0].Period != hour {
			t.Errorf("%+v: %d metrics of %v", c, p.Hours.Metrics, p.Hours.Bands)
		}
		if (p.Most == nil) != (c.parts == 0) || p.Most != nil && p.Most.Metrics != c.parts*series {
			t.Errorf("%+v: %v", c, p.Most)
		}
	}
	if p, err := limits.Passes(asks, at(500), at(460), now); err == nil {
		t.Errorf("%v", p)
	}
	if p, err := limits.Passes(nil, at(14), now, now); err == nil {
		t.Errorf("%v", p)
	}
}
