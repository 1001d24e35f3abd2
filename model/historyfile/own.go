package historyfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// isOwnKey tells whether kcalc's own file has a key.
func isOwnKey(key string) bool {
	return slices.Contains([]string{"schema", "stream", "region", "from", "to", "fetched", "configuration", "warnings", "series"}, key)
}

// own reads kcalc's own file.
type own struct {
	*walker
	h       model.History
	first   map[model.SeriesID]input.Position // where a series begins
	periods int
}

// readOwn reads kcalc's own file. What it answers is good if there are no faults.
func readOwn(w *walker) *model.History {
	o := own{walker: w, first: map[model.SeriesID]input.Position{}}
	var to input.Position
	o.object("",
		member{"schema", true, o.checked(model.HistorySchema, o.schema)},
		member{"stream", false, o.parsed(&o.h.Stream, nameAllowed)},
		member{"region", false, o.parsed(&o.h.Region, "the code of a Region such as us-east-1")},
		member{"from", true, o.instant(&o.h.From)},
		member{"to", true, func(path string) { to = o.at(); o.instant(&o.h.To)(path) }},
		member{"fetched", false, o.instant(&o.h.Fetched)},
		member{"configuration", false, known(&o.h.Configuration, o.configuration)},
		member{"warnings", false, list(w, &o.h.Warnings, "warnings", o.warning)},
		member{"series", true, func(path string) { w.array(path, "series", o.series) }},
	)
	o.end()
	if !o.h.To.IsZero() && !o.h.To.After(o.h.From) {
		o.fault(input.Error{Where: to, Path: "to", Value: stamp(o.h.To), Problem: "not after the beginning of the window", Allowed: "a time after from, " + stamp(o.h.From)})
	}
	if len(o.h.Warnings) == 0 {
		o.h.Warnings = nil
	}
	sortSeries(o.h.Series)
	return &o.h
}

const nameAllowed = "1 to 128 of A-Z a-z 0-9 _ . -"

// schema refuses other versions. Nothing else that is wrong with one is worth
// telling.
func (o *own) schema(text string) error {
	if text == model.HistorySchema {
		return nil
	}
	o.broken = true
	o.faults = nil
	return fmt.Errorf("this version of a history is not read, %s is", model.HistorySchema)
}

// instant reads a time.
func (o *own) instant(into *time.Time) func(string) {
	return o.checked(instantAllowed, func(text string) error {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil || !inRange(t) {
			return errors.New("not a time of a history")
		}
		*into = t.UTC()
		return nil
	})
}

// label reads a text that AWS has chosen: printable, and not long.
func (o *own) label(into *string) func(string) {
	const most = 256
	return o.checked(fmt.Sprintf("1 to %d bytes of printable text", most), func(text string) error {
		*into = text
		if text == "" || len(text) > most || shown(text) != text {
			return errors.New("not such a text")
		}
		return nil
	})
}

// prose reads a text of a warning.
func (o *own) prose(into *string) func(string) {
	const most = 4096
	return o.checked(fmt.Sprintf("at most %d bytes of printable text", most), func(text string) error {
		*into = text
		if len(text) > most || shown(text) != text {
			return errors.New("not such a text")
		}
		return nil
	})
}

func (o *own) warning(into *notice.Notice) func(string) {
	return func(path string) {
		o.object(path,
			member{"id", true, o.label(&into.ID)},
			member{"message", true, o.prose(&into.Message)},
			member{"remedy", true, o.prose(&into.Remedy)},
		)
	}
}

// series reads one series.
func (o *own) series(path string) {
	var metric, statistic, unit, consumer, shard, function written
	var runs runReader
	begin := o.object(path,
		member{"metric", true, o.text(&metric, "the name of a metric such as IncomingBytes")},
		member{"statistic", true, o.text(&statistic, "Sum, Maximum or Average")},
		member{"unit", true, o.text(&unit, "the unit of the metric such as B")},
		member{"consumer", false, o.text(&consumer, nameAllowed)},
		member{"shard", false, o.text(&shard, "the id of a shard")},
		member{"function", false, o.text(&function, "the name of a function")},
		member{"runs", true, func(path string) { o.array(path, "runs", func(path string) { o.run(path, &runs) }) }},
	)
	if o.stopped() || metric.where.Line == 0 {
		return
	}
	id, several := seriesID(metric, consumer, shard, function)
	if several {
		o.fault(input.Error{Where: begin, Path: path, Problem: "of several things at once", Allowed: "one of consumer, shard and function, or none"})
		return
	}
	if o.identified(path, id, metric, statistic, unit) && o.once(id, path, begin) {
		o.h.Series = append(o.h.Series, model.Series{SeriesID: id, Runs: runs.runs})
		o.warnGap(id, runs.gap)
	}
}

// seriesID is what a series is of, by those of the texts that are there.
func seriesID(metric, consumer, shard, function written) (id model.SeriesID, several bool) {
	id = model.SeriesID{Level: model.StreamLevel, Metric: metric.text}
	for _, of := range []struct {
		level model.Level
		written
	}{{model.ConsumerLevel, consumer}, {model.ShardLevel, shard}, {model.FunctionLevel, function}} {
		if of.where.Line > 0 {
			several = id.Level != model.StreamLevel
			id.Level, id.Of = of.level, of.text
		}
	}
	return id, several
}

// identified tells whether a history has such a series, with such a statistic.
func (o *own) identified(path string, id model.SeriesID, metric, statistic, unit written) bool {
	before := len(o.faults)
	m, _ := id.Describe()
	if !isSeries(id) {
		o.fault(input.Error{Where: metric.where, Path: path, Value: nameOf(id), Problem: "not a series of a history", Allowed: strings.Join(metricNames(), ", ")})
		return false
	}
	if statistic.where.Line > 0 && statistic.text != string(m.Statistic) {
		o.fault(input.Error{Where: statistic.where, Path: join(path, "statistic"), Value: statistic.text, Problem: "not the statistic that a history has of " + id.Metric, Allowed: string(m.Statistic)})
	}
	if unit.where.Line > 0 && unit.text != m.Unit {
		o.fault(input.Error{Where: unit.where, Path: join(path, "unit"), Value: unit.text, Problem: "not the unit of " + id.Metric, Allowed: m.Unit})
	}
	return len(o.faults) == before
}

// nameOf is a series as the own form has it.
func nameOf(id model.SeriesID) string {
	if id.Level == model.StreamLevel {
		return id.Metric
	}
	return id.Metric + " of " + string(id.Level) + " " + id.Of
}

// metricNames are the metrics that a history has, each with its level.
func metricNames() []string {
	var names []string
	for _, m := range model.Metrics() {
		names = append(names, nameOf(model.SeriesID{Level: m.Level, Metric: m.Name, Of: "…"}))
	}
	return names
}

// once tells whether a series is there for the first time.
func (o *own) once(id model.SeriesID, path string, begin input.Position) bool {
	if first, ok := o.first[id]; ok {
		o.fault(input.Error{Where: begin, Path: path, Value: id.String(), Problem: fmt.Sprintf("there twice, first in line %d", first.Line), Allowed: "each series once"})
		return false
	}
	o.first[id] = begin
	return true
}
