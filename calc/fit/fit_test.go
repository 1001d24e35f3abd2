package fit

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// usual is a stream of two weeks that does what most do.
func usual() *fittest.Stream {
	return &fittest.Stream{
		Seed: 1, Start: start, Parts: []fittest.Part{{Length: 14 * day, Period: time.Minute}},
		Rate: 5000, Size: 300, Noise: 0.03,
		Waves:     []fittest.Wave{{PerDay: 1, Amplitude: 0.5, Hour: 20}, {PerDay: 2, Amplitude: 0.15, Hour: 13}},
		Weekdays:  [7]float64{0.7, 1, 1, 1, 1, 1, 0.75},
		Consumers: fittest.Consumers{Standard: 1},
	}
}

// undecided are the ids of why nothing should be decided.
func undecided(e *Evidence) string {
	var ids []string
	for _, w := range e.Undecided {
		ids = append(ids, w.ID)
	}
	return strings.Join(ids, " ")
}

// Each of these histories gives a right answer, or says why it gives none.
func TestHistories(t *testing.T) {
	for _, c := range []struct {
		name      string
		stream    func(s *fittest.Stream)
		undecided string
		peak      float64 // how far it may be off, as a share; 0 is not looked at
		warnings  string  // ids that must be there
	}{
		{"no throttles", func(s *fittest.Stream) {}, "", 0.01, ""},
		{"no noise", func(s *fittest.Stream) { s.Noise = 0 }, "", 0.001, ""},
		{"growing, no noise", func(s *fittest.Stream) { s.Noise, s.Growth = 0, 0.01 }, "", 0.0005, ""},
		{"nightly and growing", func(s *fittest.Stream) {
			s.ActiveHours, s.Growth, s.Waves = fittest.Hours{From: 2, To: 4}, 0.01, nil
		}, "", 0.015, ""},
		{"zeros", func(s *fittest.Stream) { s.Rate = 0 }, "no-records", 0, ""},
		{"a single point", func(s *fittest.Stream) { s.Parts[0].Length = time.Minute }, "history-short", 0, "few-days"},
		{"23 hours", func(s *fittest.Stream) { s.Parts[0].Length = 23 * time.Hour }, "history-short", 0.03, "few-days"},
		{"a day", func(s *fittest.Stream) { s.Parts[0].Length = day }, "", 0.03, "few-days"},
		{"two days", func(s *fittest.Stream) { s.Parts[0].Length = 2 * day }, "", 0.03, "few-days"},
		{"three days", func(s *fittest.Stream) { s.Parts[0].Length = 3 * day }, "", 0.015, "one-week"},
		{"a week", func(s *fittest.Stream) { s.Parts[0].Length = 7 * day }, "", 0.01, "one-week"},
		{"nightly, read all day", func(s *fittest.Stream) { s.ActiveHours = fittest.Hours{From: 2, To: 4} }, "", 0.01, ""},
		{"nightly, not read", func(s *fittest.Stream) { s.ActiveHours, s.Consumers.Standard = fittest.Hours{From: 2, To: 4}, 0 }, "", 0.01, "quiet-time"},
		{"1-minute and 5-minute parts", func(s *fittest.Stream) {
			s.Parts = []fittest.Part{{Length: 7 * day, Period: 5 * time.Minute}, {Length: 7 * day, Period: time.Minute}}
		}, "", 0.01, ""},
		{"hours, then 5 minutes, then minutes", func(s *fittest.Stream) {
			s.Parts = []fittest.Part{{Length: 27 * day, Period: time.Hour}, {Length: 48 * day, Period: 5 * time.Minute}, {Length: 15 * day, Period: time.Minute}}
		}, "", 0.01, ""},
		{"hours alone", func(s *fittest.Stream) { s.Parts = []fittest.Part{{Length: 60 * day, Period: time.Hour}} }, "", 0.02, "coarse-periods"},
		{"days alone", func(s *fittest.Stream) { s.Parts = []fittest.Part{{Length: 60 * day, Period: day}} }, "", 0, "coarse-periods"},
		{"a gap of a day and a half", func(s *fittest.Stream) {
			s.Gaps = []fittest.Gap{{Start: start.Add(3 * day), Length: 36 * time.Hour, AllMetrics: true}}
		}, "", 0.01, ""},
		{"a gap of four days", func(s *fittest.Stream) {
			s.Gaps = []fittest.Gap{{Start: start.Add(3 * day), Length: 4 * day, AllMetrics: true}}
		}, "coverage-low", 0.01, ""},
		{"producers down for a day", func(s *fittest.Stream) {
			s.Gaps = []fittest.Gap{{Start: start.Add(3 * day), Length: day}}
		}, "", 0.01, ""},
		{"a window from noon to noon", func(s *fittest.Stream) { s.Start = start.Add(12*time.Hour + 7*time.Minute) }, "", 0.01, ""},
		{"far from Greenwich", func(s *fittest.Stream) { s.Zone = -7 * time.Hour }, "", 0.01, ""},
		{"clocks put back in the middle", func(s *fittest.Stream) {
			s.Clock = fittest.Clock{Changed: start.Add(6*day + time.Hour), Later: time.Hour}
		}, "", 0.01, ""},
		{"clocks put back on the second day", func(s *fittest.Stream) {
			s.Clock = fittest.Clock{Changed: start.Add(day + time.Hour), Later: time.Hour}
		}, "", 0.01, ""},
		{"clocks put forward on the last day but one", func(s *fittest.Stream) {
			s.Clock = fittest.Clock{Changed: start.Add(12*day + time.Hour), Later: -time.Hour}
		}, "", 0.01, ""},
		{"clocks changed in a year of hours", func(s *fittest.Stream) {
			s.Parts = []fittest.Part{{Length: 300 * day, Period: time.Hour}}
			s.Clock = fittest.Clock{Changed: start.Add(130 * day), Later: time.Hour}
		}, "", 0.02, "coarse-periods"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := usual()
			c.stream(s)
			e := Fit(s.History(), &limits)
			if got := undecided(&e); got != c.undecided {
				t.Errorf("undecided %q, want %q", got, c.undecided)
			}
			if off := float64(e.Peak.Value.Most)/s.Peak() - 1; c.peak > 0 && math.Abs(off) > c.peak {
				t.Errorf("the peak is off by %.2f %%", 100*off)
			}
			if len(e.Surges) > 0 {
				t.Errorf("surges %+v", e.Surges)
			}
			for _, id := range strings.Fields(c.warnings) {
				if !has(e.Warnings, id) {
					t.Errorf("no warning %s: %+v", id, e.Warnings)
				}
			}
			for _, list := range [][]notice.Notice{e.Undecided, e.Unknown, e.Warnings} {
				for _, w := range list {
					if w.ID == "" || !strings.HasSuffix(w.Message, ".") || !strings.HasSuffix(w.Remedy, ".") {
						t.Errorf("%+v", w)
					}
				}
			}
			checkJSON(t, &e)
		})
	}
}

// jsonOf is the answer as it is written.
func jsonOf(e *Evidence) ([]byte, error) { return json.Marshal(e) }

// checkJSON sees to it that the answer can be written as it is.
func checkJSON(t *testing.T, e *Evidence) {
	t.Helper()
	text, err := jsonOf(e)
	if err != nil {
		t.Fatal(err)
	}
	if e.Retention.Known && !strings.Contains(string(text), `"retention_seconds":86400,`) {
		t.Errorf("the retention is not in seconds: %s", text)
	}
	for _, key := range []string{`"undecided":[`, `"surges":[`, `"unknown":[`, `"warnings":[`, `"coverage":[`, `"enhanced_fan_out":[`, `"functions":[`, `"periods":[`} {
		if !strings.Contains(string(text), key) {
			t.Errorf("no %s in %s", key, text)
		}
	}
}

// A stream that was throttled all day: demand lies between what was accepted and
// what was offered, and so does the peak.
func TestThrottledAllDay(t *testing.T) {
	s := usual()
	s.Parts[0].Length = 4 * day
	s.Waves, s.Weekdays = []fittest.Wave{{PerDay: 1, Amplitude: 0.2, Hour: 20}}, [7]float64{}
	s.Rate = 2600
	s.Shards = fittest.Shards{Count: 2, Retry: 0.5}
	e := Fit(s.History(), &limits)
	p := e.Peak.Value
	if truth := unit.RecordsPerSecond(s.Peak()); p.Least > truth || p.Most < truth || p.Least > 2000*1.01 ||
		p.Most > 3*truth {
		t.Errorf("the peak lies between %v and %v, it says; it is %v", p.Least, p.Most, truth)
	}
	if a := e.Average.Value; a.Least > 2000 || a.Most < 2600 || !has(e.Warnings, "demand-range") {
		t.Errorf("average %+v, warnings %+v", a, e.Warnings)
	}
	if b := e.Busiest.Value; b.Accepted.Accepted > 2000 || b.Demanded.Demanded < 2600 ||
		b.Demanded.MostBytes.Value != unit.BytesPerSecond(300*float64(b.Demanded.Demanded)) {
		t.Errorf("busiest %+v", b)
	}
	if got := undecided(&e); got != "" {
		t.Errorf("undecided %q", got)
	}
	if e.Burst.Known {
		t.Errorf("minutes above the limits prove a burst: %+v", e.Burst)
	}
}

// Averages and sizes are those of sums, by adding up.
func TestAverages(t *testing.T) {
	s := plants[2].stream(1)
	h := s.History()
	var records, seconds float64
	for p := range h.Find(incomingRecords).Points() {
		records += p.Value
		seconds += p.Period.Seconds()
	}
	bytes := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes}).Runs[0].Values
	for i := range bytes {
		bytes[i] += 100 * float64(i%2) * h.Find(incomingRecords).Runs[0].Values[i]
	}
	e := Fit(h, &limits)
	if a := e.Average.Value; differ(float64(a.Least), records/seconds) || a.Least != a.Most {
		t.Errorf("%+v, want %v", a, records/seconds)
	}
	var sum float64
	for _, b := range bytes {
		sum += b
	}
	if differ(float64(e.RecordSize.Value), sum/records) {
		t.Errorf("%v, want %v", e.RecordSize.Value, sum/records)
	}
}

// Records that are larger at the peak: the plan's throughput of mean records takes
// as many shards as the peak's bytes do.
func TestLargeRecordsAtThePeak(t *testing.T) {
	s := usual()
	s.Size = 2000
	h := s.History()
	records := h.Find(incomingRecords).Runs[0]
	bytes := h.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes}).Runs[0]
	for i := range bytes.Values {
		if hour := records.Time(i).Hour(); hour >= 16 && hour < 24 {
			bytes.Values[i] *= 2
		}
	}
	e := Fit(h, &limits)
	p := e.Peak.Value
	if differs(float64(p.RecordSize.Value), 4000, 0.03) || !has(e.Warnings, "record-size-varies") {
		t.Errorf("%+v, warnings %+v", p, e.Warnings)
	}
	if got, want := float64(p.Plan)*float64(e.RecordSize.Value), float64(p.Most)*4000; differs(got, want, 0.03) {
		t.Errorf("the plan's peak has %v B/s, want %v", got, want)
	}
}

// The trend of a stream that rests by day is that of its nights.
func TestGrowthOfANightlyStream(t *testing.T) {
	s := usual()
	s.ActiveHours, s.Growth, s.Waves = fittest.Hours{From: 2, To: 4}, 0.01, nil
	s.Weekdays = [7]float64{0.3, 1, 1, 1, 1, 1, 0.4}
	week := math.Pow(1.01, 7) - 1
	e := Fit(s.History(), &limits)
	if g := e.Growth.Value; math.Abs(g.PerWeek-week) > 0.01 || g.Low > week || g.High < week {
		t.Errorf("%+v, want %v", g, week)
	}
	if w := e.Baseline.Value.Weekdays; differs(w[0], 0.3, 0.05) || differs(w[6], 0.4, 0.05) {
		t.Errorf("weekdays %v", w)
	}
	s.Consumers.Standard = 0
	if e := Fit(s.History(), &limits); len(e.Undecided) > 0 || e.QuietTime != (QuietTime{Hours: 22}) || e.Window.Share != 1 {
		t.Errorf("%+v, %+v", e.Undecided, e.QuietTime)
	}
}

// The shape of the day and the week is the planted one.
func TestShape(t *testing.T) {
	for _, zone := range []time.Duration{0, -7 * time.Hour, 9 * time.Hour} {
		s := usual()
		s.Zone = zone
		e := Fit(s.History(), &limits)
		b := e.Baseline.Value
		for hour, got := range b.Hours {
			var want float64
			for m := range 60 {
				want += s.Curve(start.Add(3*day+time.Duration(hour*60+m)*time.Minute)) / 60
			}
			if differs(float64(got), want, 0.02) {
				t.Errorf("%s, hour %d: %v, want %v", zone, hour, got, want)
			}
		}
		if w := b.Weekdays; differs(w[0], 0.7, 0.02) || differs(w[3], 1, 0.02) || differs(w[6], 0.75, 0.02) ||
			math.Abs(b.Noise-0.03) > 0.005 {
			t.Errorf("%s: %+v, %v", zone, b.Weekdays, b.Noise)
		}
	}
	p := Fit(usual().History(), &limits).Peak.Value
	at, _ := time.Parse("15:04", p.TimeOfDay)
	if h := at.Hour(); h < 20 || h > 23 || p.Weekday == "Saturday" || p.Weekday == "Sunday" {
		t.Errorf("the peak is on %s at %s", p.Weekday, p.TimeOfDay)
	}
}

// The busiest part of the window that is known by the hour alone, and what else
// has to be said of periods.
func TestCoarsePeak(t *testing.T) {
	s := usual()
	s.Parts = []fittest.Part{{Length: 10 * day, Period: time.Hour}, {Length: 14 * day, Period: time.Minute}}
	s.Surges = []fittest.Surge{{Start: start.Add(4*day + 20*time.Hour), Length: 2 * time.Hour, Times: 3}}
	e := Fit(s.History(), &limits)
	if !has(e.Warnings, "coarse-peak") || has(e.Warnings, "coarse-periods") ||
		e.Busiest.Value.Demanded.Period != Seconds(60*minute) {
		t.Errorf("%+v", e.Warnings)
	}
	if len(e.Surges) != 1 || e.Surges[0].Length != Seconds(120*minute) {
		t.Errorf("%+v", e.Surges)
	}
	if w := e.Window; w.Share != 1 || w.Known != Seconds(24*unit.Day) || len(w.Periods) != 2 ||
		w.Periods[1].Period != Seconds(minute) {
		t.Errorf("%+v", w)
	}
}

// Coverage is that of the window's time.
func TestCoverage(t *testing.T) {
	s := usual()
	s.Gaps = []fittest.Gap{{Start: start, Length: 7 * day, AllMetrics: true}}
	e := Fit(s.History(), &limits)
	i := slices.IndexFunc(e.Coverage, func(c Coverage) bool { return c.Metric == "incoming_records" })
	if c := e.Coverage[i]; c.Points != 7*1440 || c.Share != 0.5 {
		t.Errorf("%+v", c)
	}
	if e.Window.Share != 0.5 || undecided(&e) != "coverage-low" {
		t.Errorf("%+v, %s", e.Window, undecided(&e))
	}
}

// What a history lacks is told.
func TestUnknown(t *testing.T) {
	h := usual().History()
	h.Warnings = []notice.Notice{{ID: "its-own", Message: "Told.", Remedy: "Kept."}}
	h.Series = slices.DeleteFunc(h.Series, func(s model.Series) bool { return s.Metric != incoming })
	h.Configuration.Known = false
	h.Configuration.Value = model.Configuration{}
	e := Fit(h, &limits)
	for _, id := range []string{"record-size-unknown", "burst-unknown", "skew-unknown", "shards-unknown", "throttles-unknown"} {
		if !has(e.Unknown, id) {
			t.Errorf("%s is not told: %+v", id, e.Unknown)
		}
	}
	// Without the metric of rejected records nobody knows that none was.
	for _, n := range e.Unknown {
		if n.ID == "burst-unknown" && n.Message != notice.RejectsUnknown {
			t.Errorf("%s: %s", n.ID, n.Message)
		}
	}
	if !has(e.Warnings, "its-own") || !has(e.Warnings, "kinesis-records") || e.RecordSize.Known || !e.Peak.Known ||
		e.Surges == nil {
		t.Errorf("%+v", e)
	}
	checkJSON(t, &e)
	h.Series = nil
	e = Fit(h, &limits)
	if undecided(&e) != "history-without-records" {
		t.Errorf("%s", undecided(&e))
	}
	h.Series = []model.Series{series(incoming)}
	if e = Fit(h, &limits); undecided(&e) != "history-empty" {
		t.Errorf("%s", undecided(&e))
	}
	d := e.Declaration(nil)
	if _, ok := d.Settings["producer.peak"]; ok {
		t.Error("a peak of nothing")
	}
	if e = Fit(&model.History{}, &limits); undecided(&e) != "history-without-records" {
		t.Errorf("%s", undecided(&e))
	}
}
