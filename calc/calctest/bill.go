package calctest

import (
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// DrawBilled draws a workload of us-east-1, where every price is known, with the
// retentions at which a bill changes, long replays and declared sizes. It writes
// up to 1 GB a second, and so costs less than what is too much.
func DrawBilled(t *rapid.T) model.Workload {
	w := DrawWorkload(t, rapid.Bool().Draw(t, "packed"))
	w.Region = "us-east-1"
	if rapid.Bool().Draw(t, "round retention") {
		w.Retention = rapid.SampledFrom(
			[]unit.Duration{24 * Hour, 24*Hour + Second, 25 * Hour, 168 * Hour, 168*Hour + Second, 365 * 24 * Hour},
		).Draw(
			t,
			"round retention",
		)
	}
	for i := range w.Consumers {
		if rapid.IntRange(0, 3).Draw(t, "long replay") == 0 {
			w.Consumers[i].Reprocess, w.Consumers[i].CatchUp = DrawDuration(t, "replay", 6*unit.Day, 400*unit.Day), unit.Day
		}
	}
	if rapid.Bool().Draw(t, "sizes") {
		drawShares(t, &w.Producer)
	}
	w.Producer.Average = min(w.Producer.Average, unit.RecordsPerSecond(unit.GiB/w.Producer.RecordSize))
	return w
}

// drawShares draws up to four sizes around a unit, with shares that add up to 1.
func drawShares(t *rapid.T, p *model.Producer) {
	left, mean := 16, 0.0
	for left > 0 && len(p.RecordSizes) < 4 {
		share := rapid.IntRange(1, left).Draw(t, "share")
		if len(p.RecordSizes) == 3 {
			share = left
		}
		s := model.SizeShare{Size: unit.Bytes(rapid.IntRange(1, 100_000).Draw(t, "size")), Share: unit.Fraction(share) / 16}
		p.RecordSizes = append(p.RecordSizes, s)
		mean += float64(s.Size) * float64(s.Share)
		left -= share
	}
	if left > 0 {
		p.RecordSizes[0].Share += unit.Fraction(left) / 16
		mean += float64(p.RecordSizes[0].Size) * float64(left) / 16
	}
	p.RecordSize = unit.Bytes(mean)
}

// Dollars reads an amount as it was published.
func Dollars(t testing.TB, text string) unit.USD {
	t.Helper()
	u, err := unit.ParseUSD(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
