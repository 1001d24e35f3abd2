package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteHistory writes what is in a history in a format.
func WriteHistory(w io.Writer, s *historyfile.Summary, format Format, terminal Terminal) error {
	return answer{s, func() *document { return historyDocument(s) }, historyRecords(s).csv}.write(w, format, terminal)
}

// How tables write times, which are UTC.
const (
	minute      = "2006-01-02 15:04"
	shortMinute = "01-02 15:04"
)

func historyDocument(s *historyfile.Summary) *document {
	d := &document{headline: historyHeadline(s)}
	d.lead = append(
		d.lead,
		item{
			" ",
			color.Reset,
			fmt.Sprintf(
				"%s to %s UTC, %s",
				s.From.UTC().Format(minute),
				s.To.UTC().Format(minute),
				unit.Duration(s.To.Sub(s.From)),
			),
		},
	)
	if !s.Fetched.IsZero() {
		d.lead = append(d.lead, item{" ", color.Reset, "fetched at " + s.Fetched.UTC().Format(minute) + " UTC"})
	}
	d.add("Configuration", configurationItems(s.Configuration))
	d.table("Series", seriesGrid(s))
	d.table("Extremes (times are UTC)", extremesGrid(s))
	d.add("", asideItems(s))
	for i := range s.Series {
		if c, ok := chartOf(&s.Series[i], s); ok && !s.Series[i].Aside {
			d.sections = append(d.sections, section{heading: c.Title, chart: &c})
		}
	}
	d.warn(s.Warnings, allWarnings)
	d.add("What the metrics hide", hidden(s))
	return d
}

func historyHeadline(s *historyfile.Summary) string {
	name := string(s.Stream)
	if name == "" {
		name = "a stream that the file does not name"
	}
	if s.Region != "" {
		name += " in " + string(s.Region)
	}
	return fmt.Sprintf("History of %s: %d series", name, len(s.Series))
}

// configurationItems returns what the stream is set to, in sentences.
func configurationItems(c *historyfile.Configuration) []item {
	if c == nil {
		return nil
	}
	var texts []string
	add := func(known bool, format string, args ...any) {
		if known {
			texts = append(texts, fmt.Sprintf(format, args...))
		}
	}
	add(c.Mode.Known, "%s", c.Mode.Value)
	add(c.OpenShards.Known, "%s", unit.Plural(c.OpenShards.Value, "open shard"))
	add(c.Retention.Known, "retention %s", c.Retention.Value)
	add(c.MaxRecordSize.Known, "records of at most %s", c.MaxRecordSize.Value)
	add(c.WarmThroughput.Known, "warm throughput %s", c.WarmThroughput.Value)
	add(len(c.ShardMetrics.Value) > 0, "shard-level metrics %s", strings.Join(c.ShardMetrics.Value, ", "))
	var items []item
	if len(texts) > 0 {
		items = append(items, item{"·", color.Reset, strings.Join(texts, ", ")})
	}
	for _, consumer := range c.Consumers.Value {
		items = append(
			items,
			item{
				"·",
				color.Reset,
				fmt.Sprintf("enhanced fan-out consumer %s (%s)", consumer.Name, strings.ToLower(consumer.Status)),
			},
		)
	}
	for i := range c.Functions.Value {
		items = append(items, item{"·", color.Reset, functionText(&c.Functions.Value[i])})
	}
	return items
}

func functionText(f *model.Function) string {
	as := "polls"
	if f.FanOut.Known {
		as = "reads as " + string(f.FanOut.Value)
	}
	return fmt.Sprintf(
		"Lambda function %s (%s) %s: batches of %s, parallelization factor %d",
		f.Name,
		strings.ToLower(f.State),
		as,
		unit.Grouped(float64(f.BatchSize), 0),
		f.ParallelizationFactor,
	)
}

// seriesGrid returns the table of what a history has of each series.
func seriesGrid(s *historyfile.Summary) grid {
	g := grid{
		header: []string{"series", "period", "points", "of", "coverage"},
		right:  []bool{false, false, true, true, true},
	}
	for i := range s.Series {
		if one := &s.Series[i]; !one.Aside {
			g.row(false, one.ID, strings.Join(one.Periods, ", "), number(one.Points), number(one.Expected), coverage(one))
		}
	}
	return g
}

func extremesGrid(s *historyfile.Summary) grid {
	g := grid{header: []string{"series", "highest", "at", "lowest", "at"}, right: []bool{false, true, false, true, false}}
	for i := range s.Series {
		if one := &s.Series[i]; !one.Aside && one.Points > 0 {
			g.row(
				false,
				one.ID,
				extremeText(one, one.Highest),
				timeText(s, one.Highest),
				extremeText(one, one.Lowest),
				timeText(s, one.Lowest),
			)
		}
	}
	return g
}

// coverage returns how much of the window has points, rounded down so that 100% is
// all of it.
func coverage(s *historyfile.SeriesSummary) string {
	const tenths = 1000 // of a per cent
	return unit.Percent(math.Floor(s.Coverage*tenths)/tenths, 1)
}

// timeText returns when an extreme was, with the year where the window would leave a doubt.
func timeText(s *historyfile.Summary, e model.Maybe[historyfile.Extreme]) string {
	layout := shortMinute
	if s.To.Sub(s.From) > 360*24*time.Hour {
		layout = minute
	}
	return e.Value.Time.UTC().Format(layout)
}

func extremeText(s *historyfile.SeriesSummary, e model.Maybe[historyfile.Extreme]) string {
	switch {
	case e.Value.PerSecond.Known:
		return valueText(s.Unit, e.Value.PerSecond.Value) + perSecond(s.Unit)
	}
	return valueText(s.Unit, e.Value.Value)
}

// valueText writes a value of a metric's unit.
func valueText(symbol string, value float64) string {
	switch symbol {
	case "B":
		return unit.Bytes(value).Short()
	case "ms":
		if value > float64(math.MaxInt64)/float64(time.Millisecond) {
			return "more than 292 years"
		}
		return unit.Duration(value * float64(time.Millisecond)).Short()
	}
	return strings.TrimSuffix(unit.RecordsPerSecond(value).Short(), " records/s")
}

// perSecond returns what stands behind a value a second: for a number, also what it counts.
func perSecond(unit string) string {
	if unit == "B" {
		return "/s"
	}
	return " " + unit + "/s"
}

func asideItems(s *historyfile.Summary) []item {
	shards := 0
	for i := range s.Series {
		if s.Series[i].Aside {
			shards++
		}
	}
	if shards == 0 {
		return nil
	}
	return []item{{" ", color.Reset, fmt.Sprintf("Of each shard-level metric the busiest shards are shown; %d series "+
		"more are in the other formats (-o csv).", shards)}}
}

// hidden returns what the metrics of a history do not show.
func hidden(s *historyfile.Summary) []item {
	texts := []string{
		"IncomingBytes and IncomingRecords count accepted writes alone; what was throttled is in " +
			"WriteProvisionedThroughputExceeded, with each retry.",
		"The limits hold for each second, the points for a whole period: bursts within one do not show.",
		"GetRecords.* is of all standard consumers together.",
	}
	if s.Configuration != nil {
		texts = append(texts, "The shard count is no metric: the configuration is as it was when the history was fetched.")
	}
	for i := range s.Series {
		if periods := s.Series[i].Periods; len(periods) > 0 && aboveMinute(periods[0]) {
			texts = append(texts, fmt.Sprintf("Where a period is %s, peaks of a minute do not show: CloudWatch keeps minutes "+
				"for 15 days, 5 minutes for 63, hours for 455.", periods[0]))
			break
		}
	}
	var items []item
	for _, text := range texts {
		items = append(items, item{"·", color.Reset, text})
	}
	return items
}

// aboveMinute reports whether a period is longer than a minute, the finest of Kinesis.
func aboveMinute(period string) bool {
	d, err := unit.ParseDuration(period)
	return err == nil && d > unit.Duration(time.Minute)
}

func chartOf(one *historyfile.SeriesSummary, s *historyfile.Summary) (picture.Chart, bool) {
	if one.Points < 2 || one.Highest.Value.Value == 0 {
		return picture.Chart{}, false
	}
	suffix := ""
	if one.Statistic == model.Sum {
		suffix = "/s"
	}
	c := picture.Chart{Title: one.ID, From: s.From, To: s.To, Label: func(v float64) string {
		text := valueText(one.Unit, v)
		if one.Unit != "B" && one.Unit != "ms" {
			return text + " " + one.Unit + suffix
		}
		return text + suffix
	}}
	c.Line("", one.Trace)
	return c, true
}

// historyRecords returns a row for each series.
func historyRecords(s *historyfile.Summary) records {
	list := records{
		{"id", "level", "of", "metric", "statistic", "unit", "periods", "points", "expected", "coverage", "total",
			"lowest", "lowest_per_second", "lowest_time", "highest", "highest_per_second", "highest_time"},
	}
	for i := range s.Series {
		one := &s.Series[i]
		row := []string{
			one.ID,
			string(one.Level),
			one.Owner,
			one.Metric,
			string(one.Statistic),
			one.Unit,
			strings.Join(one.Periods, " "),
			strconv.Itoa(
				one.Points,
			),
			strconv.Itoa(one.Expected),
			strconv.FormatFloat(one.Coverage, 'f', -1, 64),
			exactOrEmpty(one.Total),
		}
		for _, e := range []model.Maybe[historyfile.Extreme]{one.Lowest, one.Highest} {
			at := ""
			if e.Known {
				at = e.Value.Time.UTC().Format(time.RFC3339)
			}
			row = append(
				row,
				exactOrEmpty(model.Maybe[float64]{Value: e.Value.Value, Known: e.Known}),
				exactOrEmpty(e.Value.PerSecond),
				at,
			)
		}
		list = append(list, row)
	}
	return list
}
