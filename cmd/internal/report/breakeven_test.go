package report

import (
	"testing"

	"github.com/kcalc/kcalc/model"
)

// A flip is written with digits that a low rate has too, rounded to the side where
// the other mode is the cheapest, and with its end where it has one.
func TestBreakEvenTexts(t *testing.T) {
	average := func(value, until float64, falling bool) model.BreakEven {
		return model.BreakEven{Unit: "records/s", Value: value, Until: model.Maybe[float64]{Value: until, Known: until > 0},
			From: "a", To: "b", Falling: falling}
	}
	readers := func(value, until float64) model.BreakEven {
		b := average(value, until, false)
		b.Unit = "consumers"
		return b
	}
	const rest = ", the rest unchanged, b is cheaper than a."
	for want, b := range map[string]model.BreakEven{
		"Below an average of 96.79 records/s" + rest:                            average(96.7955317, 0, true),
		"From an average of 96.8 records/s" + rest:                              average(96.7955317, 0, false),
		"Below an average of 0.0004321 records/s" + rest:                        average(0.000432199, 0, true),
		"From an average of 12,346 records/s" + rest:                            average(12345.0001, 0, false),
		"Below an average of 0.1 records/s" + rest:                              average(0.1, 0, true),
		"From an average of 0.3 records/s" + rest:                               average(0.3, 0, false),
		"From an average of 56.3861004 records/s to one of 52.4" + rest:         average(56.3861004, 52.4, true),
		"From an average of 13,496.4437 records/s to one of 13,508.0349" + rest: average(13496.4437, 13508.0349, false),
		"From 3 consumers, more of them standard, b is cheaper than a.":         readers(3, 0),
		"With 3 consumers, more of them standard, b is cheaper than a.":         readers(3, 4),
		"With 3 to 5 consumers, more of them standard, b is cheaper than a.":    readers(3, 6),
	} {
		if got := breakEvens(&model.Costs{BreakEven: []model.BreakEven{b}})[0].text; got != want {
			t.Errorf("%+v\n got %s\nwant %s", b, got, want)
		}
	}
}
