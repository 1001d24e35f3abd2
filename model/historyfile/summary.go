package historyfile

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// SummarySchema names the shape of a Summary in machine formats.
const SummarySchema = "kcalc.history-summary/v1"

// Summary is what is in a history.
type Summary struct {
	Schema        string          `json:"schema"`
	Stream        model.Name      `json:"stream"`
	Region        model.Region    `json:"region"`
	From          time.Time       `json:"from"`
	To            time.Time       `json:"to"`
	Fetched       time.Time       `json:"fetched,omitzero"`
	Configuration *Configuration  `json:"configuration"`
	Series        []SeriesSummary `json:"series"`
	Warnings      []notice.Notice `json:"warnings"`
}

// SeriesSummary is what one series has.
type SeriesSummary struct {
	ID        string          `json:"id"` // as a column of a CSV file is named
	Level     model.Level     `json:"level"`
	Owner     string          `json:"of,omitzero"`
	Metric    string          `json:"metric"`
	Statistic model.Statistic `json:"statistic"`
	Unit      string          `json:"unit"`
	Periods   []string        `json:"periods"`  // each once, the oldest first
	Points    int             `json:"points"`   // that are there
	Expected  int             `json:"expected"` // if the window had no gap
	Coverage  float64         `json:"coverage"` // Points ÷ Expected

	Total   model.Maybe[float64] `json:"total,omitzero"` // of a sum
	Lowest  model.Maybe[Extreme] `json:"lowest"`
	Highest model.Maybe[Extreme] `json:"highest"`

	// Trace is the highest value of each of TraceParts equal parts of the window,
	// for a chart; NaN where a part has no point. Sums are a second.
	Trace []float64 `json:"-"`

	// Aside is a shard's that is none of the busiest, in a list for people.
	Aside bool `json:"-"`
}

// Extreme is the lowest or the highest point of a series. Those of a sum are held
// against each other by what they are a second.
type Extreme struct {
	Time      time.Time            `json:"time"` // when the period begins
	Period    string               `json:"period"`
	Value     float64              `json:"value"`
	PerSecond model.Maybe[float64] `json:"per_second,omitzero"`
}

// TraceParts is how many parts a trace has.
const TraceParts = 72

// Summarize returns a summary of a history.
func Summarize(h *model.History) *Summary {
	s := &Summary{Schema: SummarySchema, Stream: h.Stream, Region: h.Region, From: h.From, To: h.To, Fetched: h.Fetched,
		Series: []SeriesSummary{}, Warnings: append([]notice.Notice{}, h.Warnings...)}
	if h.Configuration.Known {
		s.Configuration = &Configuration{h.Configuration.Value}
	}
	for i := range h.Series {
		s.Series = append(s.Series, summarize(h, &h.Series[i]))
	}
	setAside(s.Series)
	return s
}

func summarize(h *model.History, series *model.Series) SeriesSummary {
	m, _ := series.Describe()
	s := SeriesSummary{ID: series.SeriesID.String(), Level: series.Level, Owner: series.Owner, Metric: series.Metric,
		Statistic: m.Statistic, Unit: m.Unit,
		Periods: []string{}, Expected: expected(h, series), Trace: series.Trace(h.From, h.To, TraceParts)}
	s.Points, _ = series.Count()
	if s.Expected > 0 {
		s.Coverage = float64(s.Points) / float64(s.Expected)
	}
	for _, r := range series.Runs {
		if text := r.Period.String(); !slices.Contains(s.Periods, text) {
			s.Periods = append(s.Periods, text)
		}
	}
	if e, ok := series.Extremes(); ok {
		s.Lowest, s.Highest = model.Known(extreme(e.Lowest, m.Statistic)), model.Known(extreme(e.Highest, m.Statistic))
	}
	if m.Statistic == model.Sum {
		s.Total = model.Known(0.0)
		for p := range series.Points() {
			s.Total.Value += p.Value
		}
		s.Total.Known = !math.IsInf(s.Total.Value, 0)
	}
	return s
}

func extreme(p model.Point, statistic model.Statistic) Extreme {
	e := Extreme{Time: p.Time, Period: p.Period.String(), Value: p.Value}
	if statistic == model.Sum {
		e.PerSecond = model.Known(p.Rate())
	}
	return e
}

// expected returns how many periods the window has. What no run covers counts in the
// period of the run behind it, at the end in that of the last.
func expected(h *model.History, series *model.Series) int {
	if len(series.Runs) == 0 {
		return periods(h.From, h.To, finest(h))
	}
	n, at := 0, h.From
	for _, r := range series.Runs {
		n += periods(at, r.Start, r.Period) + len(r.Values)
		at = r.End()
	}
	last := series.Runs[len(series.Runs)-1]
	return n + periods(at, h.To, last.Period)
}

// periods returns how many periods lie between two times.
func periods(from, to time.Time, period unit.Duration) int {
	return max(0, int(math.Round(float64(to.Sub(from))/float64(period))))
}

// finest returns the finest period of a history, a minute where it has no points.
func finest(h *model.History) unit.Duration {
	period := unit.Duration(0)
	for i := range h.Series {
		for _, r := range h.Series[i].Runs {
			if period == 0 || r.Period < period {
				period = r.Period
			}
		}
	}
	if period == 0 {
		return unit.Duration(time.Minute)
	}
	return period
}

// mostShards is how many shards of one metric a list for people has.
const mostShards = 4

// setAside marks the shards that are none of the busiest of their metric.
func setAside(series []SeriesSummary) {
	byMetric := map[string][]*SeriesSummary{}
	for i := range series {
		if s := &series[i]; s.Level == model.ShardLevel {
			byMetric[s.Metric] = append(byMetric[s.Metric], s)
		}
	}
	for _, shards := range byMetric {
		slices.SortStableFunc(shards, func(a, b *SeriesSummary) int {
			switch x, y := a.Highest.Value, b.Highest.Value; {
			case x.Value > y.Value:
				return -1
			case x.Value < y.Value:
				return 1
			}
			return 0
		})
		for _, s := range shards[min(mostShards, len(shards)):] {
			s.Aside = true
		}
	}
}
