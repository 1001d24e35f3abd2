package unit_test

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model/unit"
)

// A growth is per week, whatever it is given per: 10 % a month of 730 h are
// 1.1^(168/730) − 1 = 2.218 % a week, and 1 % a day 1.01⁷ − 1 = 7.214 %.
func TestGrowth(t *testing.T) {
	for text, want := range map[string]float64{
		"5%/week": 0.05, "0.05/week": 0.05, "5 % / week": 0.05, "0%/w": 0, "10%/month": 0.022177,
		"1%/day": 0.0721354, "1%/d": 0.0721354, "100%/year": 0.0133820,
	} {
		got, err := unit.ParseGrowth(text)
		if err != nil || math.Abs(float64(got)-want) > 1e-6 {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
		if again, err := unit.ParseGrowth(got.String()); err != nil || again != got {
			t.Errorf("%s: %s is read as %v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "5%", "5", "5%/", "/week", "5%/hour", "-5%/week", "x/week", "5%/week/week", "NaN/week"} {
		if got, err := unit.ParseGrowth(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	if got := unit.Growth(0.05).Over(4 * unit.Week); math.Abs(got-1.21550625) > 1e-12 {
		t.Errorf("four weeks of 5 %%: %v times", got)
	}
	if text := unit.Growth(0.0521).Prose(); text != "5.2% a week" {
		t.Error(text)
	}
}

// A moment keeps what it was read from to the second, and the zero one is none.
func TestMoment(t *testing.T) {
	var m unit.Moment
	if value, symbol := m.Measure(); value != "" || symbol != "" || m.String() != "" {
		t.Errorf("none is %v", value)
	}
	if err := m.UnmarshalText([]byte("2026-11-27T18:00:00+01:00")); err != nil || m.String() != "2026-11-27T17:00:00Z" {
		t.Errorf("%s, %v", m, err)
	}
	before := m
	if err := m.UnmarshalText([]byte("soon")); err == nil || m != before {
		t.Errorf("soon is read as %s", m)
	}
}
