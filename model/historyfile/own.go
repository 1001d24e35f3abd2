package historyfile

import (
	"fmt"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// fileReader reads kcalc's own file.
type fileReader struct {
	*walker
	first   map[model.SeriesID]input.Position // where a series begins
	periods int                               // of all series so far
	scratch []float64                         // room for the values of a run whose number is not known yet
}

// readOwn reads kcalc's own file. The history that it returns is good only if there
// are no faults.
func readOwn(w *walker) *model.History {
	r := &fileReader{walker: w, first: map[model.SeriesID]input.Position{}}
	var d document
	r.object("", members(r, documentFields, &d)...)
	r.end()
	if !d.To.IsZero() && !d.To.After(d.From) {
		r.report(input.Error{
			Where: d.end, Path: "to", Value: unit.Stamp(d.To),
			Problem: "not after the beginning of the window", Allowed: "a time after from, " + unit.Stamp(d.From),
		})
	}
	if len(d.Warnings) == 0 {
		d.Warnings = nil
	}
	sortSeries(d.Series)
	return &d.History
}

// schemaForm is that of the file's version.
var schemaForm = form[string]{
	schema: Schema{Type: "string", Enum: []string{model.HistorySchema}},
	read: func(r *fileReader, into *string) func(string) {
		return r.checked(model.HistorySchema, func(text string) error {
			*into = text
			return r.version(text)
		})
	},
	write: func(w *fileWriter, _ *string) { w.text(model.HistorySchema) },
}

// version refuses other versions. Nothing else that is wrong with one is worth
// reporting.
func (r *fileReader) version(text string) error {
	if text == model.HistorySchema {
		return nil
	}
	r.broken = true
	r.errs = nil
	return fmt.Errorf("this version of a history is not read, %s is", model.HistorySchema)
}

// seriesListForm is that of the series of a document.
var seriesListForm = form[document]{
	schema: Schema{Type: "array", Items: ptr(object(seriesFields).schema)},
	read: func(r *fileReader, d *document) func(string) {
		return func(path string) { r.array(path, "series", func(path string) { r.series(path, &d.History) }) }
	},
	write: func(w *fileWriter, d *document) {
		w.list(len(d.Series), func(i int) {
			record := recordOf(&d.Series[i])
			writeObject(w, seriesFields, &record, false)
		})
	},
}

func ptr[T any](t T) *T { return &t }

// recordOf returns a series as the file has it.
func recordOf(s *model.Series) seriesRecord {
	m, _ := s.Describe()
	record := seriesRecord{
		metric: written{text: m.Name}, statistic: written{text: string(m.Statistic)}, unit: written{text: m.Unit},
		runs: runList{runs: s.Runs},
	}
	for _, of := range record.owners() {
		if of.level == s.Level {
			of.text.text = s.Owner
		}
	}
	return record
}

// owner is what a series was measured of, at one level.
type owner struct {
	level model.Level
	text  *written
}

// owners returns what a series below the level of the stream can be of.
func (s *seriesRecord) owners() [3]owner {
	return [...]owner{{model.ConsumerLevel, &s.consumer}, {model.ShardLevel, &s.shard},
		{model.FunctionLevel, &s.function}}
}

// series reads one series into a history.
func (r *fileReader) series(path string, h *model.History) {
	var s seriesRecord
	begin := r.object(path, members(r, seriesFields, &s)...)
	if r.stopped() || s.metric.where.Line == 0 {
		return
	}
	id, several := s.id()
	if several {
		r.report(input.Error{
			Where: begin, Path: path,
			Problem: "of several things at once", Allowed: "one of consumer, shard and function, or none",
		})
		return
	}
	if r.identified(path, id, &s) && r.once(id, path, begin) {
		found := model.Series{SeriesID: id, Runs: s.runs.runs}
		r.checkSum(&found, func(time.Time) input.Position { return begin })
		h.Series = append(h.Series, found)
		r.warnGap(id, s.runs.gap)
	}
}

// id returns what a series that was read is of, by those of its keys that are there.
func (s *seriesRecord) id() (id model.SeriesID, several bool) {
	id = model.SeriesID{Level: model.StreamLevel, Metric: s.metric.text}
	for _, of := range s.owners() {
		if of.text.where.Line > 0 {
			several = id.Level != model.StreamLevel
			id.Level, id.Owner = of.level, of.text.text
		}
	}
	return id, several
}

// identified reports whether a history has such a series, with such a statistic.
func (r *fileReader) identified(path string, id model.SeriesID, s *seriesRecord) bool {
	before := len(r.errs)
	m, _ := id.Describe()
	if !isSeries(id) {
		r.report(input.Error{
			Where: s.metric.where, Path: path, Value: nameOf(id),
			Problem: "not a series of a history", Allowed: strings.Join(metricNames(), ", "),
		})
		return false
	}
	r.mustBe(s.statistic, join(path, "statistic"), string(m.Statistic),
		"not the statistic that a history has of "+id.Metric)
	r.mustBe(s.unit, join(path, "unit"), m.Unit, "not the unit of "+id.Metric)
	return len(r.errs) == before
}

// mustBe reports a text that is there and is another than the one that it must be.
func (r *fileReader) mustBe(found written, path, want, problem string) {
	if found.where.Line > 0 && found.text != want {
		r.report(input.Error{Where: found.where, Path: path, Value: found.text, Problem: problem, Allowed: want})
	}
}

// nameOf returns a series by its metric and what it is of.
func nameOf(id model.SeriesID) string {
	if id.Level == model.StreamLevel {
		return id.Metric
	}
	return id.Metric + " of " + string(id.Level) + " " + id.Owner
}

// metricNames returns the metrics that a history has, each with its level.
func metricNames() []string {
	var names []string
	for _, m := range model.Metrics() {
		names = append(names, nameOf(model.SeriesID{Level: m.Level, Metric: m.Name, Owner: "…"}))
	}
	return names
}

// once reports whether a series is there for the first time.
func (r *fileReader) once(id model.SeriesID, path string, begin input.Position) bool {
	if first, ok := r.first[id]; ok {
		r.report(input.Error{
			Where: begin, Path: path, Value: id.String(),
			Problem: fmt.Sprintf("there twice, first in line %d", first.Line), Allowed: "each series once",
		})
		return false
	}
	r.first[id] = begin
	return true
}
