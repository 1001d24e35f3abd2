package historyfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

const resultsKey = "MetricDataResults"

// isCLIKey reports whether the AWS CLI prints a key of the answer to
// get-metric-data.
func isCLIKey(key string) bool {
	return slices.Contains([]string{resultsKey, "Messages", "NextToken", "ResponseMetadata"}, key)
}

// cli reads what "aws cloudwatch get-metric-data" prints. It has neither the
// stream nor the Region, and of a metric only the id and the label that the
// query gave it. AWS may add keys; they are passed over.
type cli struct {
	*walker
	tables   []*table
	queries  map[model.SeriesID]query // that a series is from
	statuses []status
	last     map[string]int // of statuses, by the id of the query
	left     []unknown      // the first that were left out
	points   int
}

// query is what a table has the points of.
type query struct {
	id    string
	table *table
}

// unknown is a result of no series that is known.
type unknown struct{ id, label string }

// status is how far CloudWatch has got with a query, page by page.
type status struct {
	id, code string
	line     int
}

// readCLI reads the CLI's output.
func (p *part) readCLI(w *walker) {
	c := cli{walker: w, queries: map[model.SeriesID]query{}, last: map[string]int{}}
	c.object("",
		member{resultsKey, true, func(path string) { c.array(path, "results", c.result) }},
		member{"Messages", false, c.messages},
		member{anyOther, false, c.skip},
	)
	c.end()
	c.unfinished()
	if len(c.tables) == 0 && len(c.errs) == 0 {
		c.report(input.Error{Where: c.start(), Path: resultsKey, Value: c.leftIDs(),
			Problem: "no result is of a series that is known", Allowed: resultAllowed})
	}
	p.tables = c.tables
}

var resultAllowed = "an Id such as incoming_bytes, or a Label such as IncomingBytes, orders audit " +
	"SubscribeToShardEvent.Bytes or incoming_bytes[shardId-000000000000]; the names are " + columnsAllowed

// result reads one result: the points of a query, or a page of them.
func (c *cli) result(path string) {
	var id, label, code written
	var t table
	before := len(c.errs)
	begin := c.object(path,
		member{"Id", true, c.text(&id, "the id of a query")},
		member{"Label", false, c.text(&label, "the label of a metric")},
		member{"Timestamps", true, func(path string) { c.times(path, &t) }},
		member{"Values", true, func(path string) { c.values(path, &t) }},
		member{"StatusCode", false, c.text(&code, "Complete, PartialData, InternalError or Forbidden")},
		member{"Messages", false, c.messages},
		member{anyOther, false, c.skip},
	)
	if c.stopped() {
		return
	}
	plain, statistic := withoutStatistic(label.text)
	series, ok := seriesOf(id.text, plain)
	switch {
	case ok && c.wrongStatistic(series, statistic, id.where, path),
		ok && c.otherStream(label.text, series, id.where, path):
		return
	case !ok:
		c.errs = c.errs[:before] // what is left out need not be right
		c.leave(unknown{id.text, label.text}, begin)
		return
	case len(c.errs) > before:
		return
	case len(t.times) != len(t.cells):
		c.report(input.Error{Where: begin, Path: path, Value: id.text,
			Problem: fmt.Sprintf("%s and %s", unit.Plural(len(t.times), "timestamp"),
				unit.Plural(len(t.cells), "value")), Allowed: "one value of each timestamp"})
		return
	}
	t.begin = begin.Line
	c.add(series, id, &t)
	c.status(status{id.text, code.text, begin.Line})
}

// leave leaves a result out, and warns of it once.
func (c *cli) leave(u unknown, begin input.Position) {
	if len(c.left) < mostNotes && !slices.Contains(c.left, u) {
		c.left = append(c.left, u)
		c.warn(begin.Line, notice.HistoryUnknownSeries(c.on(begin.Line), clipped(u.id), clipped(u.label)))
	}
}

// leftIDs returns the ids of what was left out.
func (c *cli) leftIDs() string {
	var ids []string
	for _, u := range c.left {
		ids = append(ids, u.id)
	}
	return strings.Join(ids, ", ")
}

// add adds the points of a result to those that its series has.
func (c *cli) add(id model.SeriesID, asked written, page *table) {
	q, ok := c.queries[id]
	switch {
	case !ok:
		q = query{asked.text, &table{notes: c.notes, what: id.String(), begin: page.begin,
			columns: []model.SeriesID{id}}}
		c.queries[id] = q
		c.tables = append(c.tables, q.table)
	case q.id != asked.text:
		c.report(input.Error{Where: asked.where, Path: resultsKey, Value: asked.text,
			Problem: fmt.Sprintf("a second query of %s, after %q", id,
				clipped(q.id)), Allowed: "one query of a series; a history has one statistic of a metric"})
		return
	}
	for i := range page.times {
		page.times[i].row += int32(len(q.table.times))
	}
	q.table.times, q.table.cells = append(q.table.times, page.times...), append(q.table.cells, page.cells...)
}

// status keeps the last status of a query: a page that is not the last one is
// PartialData.
func (c *cli) status(s status) {
	i, ok := c.last[s.id]
	if !ok {
		i = len(c.statuses)
		c.last[s.id] = i
		c.statuses = append(c.statuses, s)
	}
	c.statuses[i] = s
}

// unfinished warns of queries that CloudWatch did not answer as a whole.
func (c *cli) unfinished() {
	for _, s := range c.statuses {
		if s.code != "" && s.code != "Complete" {
			c.warn(s.line, notice.HistoryIncomplete(c.on(s.line), clipped(s.id), clipped(s.code)))
		}
	}
}

// messages reads what CloudWatch has to say.
func (c *cli) messages(path string) {
	c.array(path, "messages", func(path string) {
		var code, value written
		begin := c.object(path,
			member{"Code", false, c.text(&code, "a text")},
			member{"Value", false, c.text(&value, "a text")},
			member{anyOther, false, c.skip},
		)
		c.warn(begin.Line, notice.HistoryMessage(c.on(begin.Line), clipped(code.text), clipped(value.text)))
	})
}

// times reads the timestamps of a result.
func (c *cli) times(path string, t *table) {
	if !c.open(jsontext.KindBeginArray, path, "an array of timestamps") {
		return
	}
	for c.more() {
		ns := c.timestamp(path)
		t.times = append(t.times, stamped{ns, int32(c.passed()), int32(len(t.times))})
		c.count(path)
	}
	c.token()
}

// count keeps a file from having more points than the memory.
func (c *cli) count(path string) {
	if c.points++; c.points > mostTimes {
		c.report(input.Error{Where: c.at(), Path: path,
			Problem: "too many points for a history that does not say their period", Allowed: fmt.Sprint(mostTimes)})
		c.broken = true
	}
}

// timestamp reads a time: a text, or the number of seconds that the CLI's version
// 1 prints unless it is told otherwise.
func (w *walker) timestamp(path string) int64 {
	kind := w.dec.PeekKind()
	if kind != jsontext.KindString && kind != jsontext.KindNumber {
		w.wrongKind(path, momentAllowed)
		return 0
	}
	token, err := w.dec.ReadValue()
	if err != nil {
		w.fail(err)
		return 0
	}
	ns, problem := w.timeOf(token)
	if problem == "" {
		return ns
	}
	w.report(input.Error{Where: w.position(w.dec.InputOffset() - int64(len(token))), Path: path,
		Value: strings.Trim(string(token), `"`), Problem: problem, Allowed: allowedTime(problem)})
	return 0
}

// timeOf reads a JSON value as a time. It returns what is wrong with it, "" if nothing is.
func (w *walker) timeOf(v jsontext.Value) (ns int64, problem string) {
	if v.Kind() == jsontext.KindNumber {
		seconds, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return 0, notATime
		}
		return asTime(sinceEpoch(seconds))
	}
	if ns, ok := plainTime(v[1 : len(v)-1]); ok {
		return ns, ""
	}
	text, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return 0, notATime
	}
	return w.moment(string(text))
}

// values reads the values of a result.
func (c *cli) values(path string, t *table) {
	if !c.open(jsontext.KindBeginArray, path, "an array of values") {
		return
	}
	for c.more() {
		if c.dec.PeekKind() == jsontext.KindNull {
			c.wrongKind(path, "a number that is not negative")
			continue
		}
		v, _ := c.value(path)
		c.passed() // so that the source knows
		t.cells = append(t.cells, v)
	}
	c.token()
}
