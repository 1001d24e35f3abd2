package historyfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// The first lines of a table. What a program exports has a head: the time's name and
// those of the series. CloudWatch's console and its dashboards write lines above it, or
// instead of it: a title, or a line each for what is known of the columns, such as
//
//	Full label,orders IncomingBytes,orders IncomingRecords
//	Statistic,Sum,Sum
//	Period,60,60
//	2026/11/01 00:00:00,12582912,60000

// mostTitles is how many lines may stand above the points.
const mostTitles = 50

// isTimeHead matches what the column of the times may be called. A zone may stand behind
// it, in brackets or not.
var isTimeHead = regexp.MustCompile(`(?i)^(timestamps?|time|date|datetime|date[ /_]?time)([ _]?[(\[]?(UTC|GMT)[)\]]?)?$`)

// timeHead returns which field of a row names the times, -1 if none does.
func timeHead(fields []string) int {
	return slices.IndexFunc(fields, func(field string) bool { return isTimeHead.MatchString(strings.TrimSpace(field)) })
}

// isTime reports whether a field is a time, in whatever zone.
func isTime(field string) bool {
	n := notes{zone: time.UTC}
	_, problem := n.moment(strings.TrimSpace(field))
	return problem == ""
}

// heading is a line above the points.
type heading struct {
	fields []string
	places []input.Position
}

// header reads the lines above the points, and reports whether there is anything to read
// below them.
func (r *rows) header() bool {
	r.csv.FieldsPerRecord = -1 // titles have fields of their own
	var above []heading
	for len(above) < mostTitles && r.next() {
		if len(r.fields) > 1 && len(above) > 0 && isTime(r.fields[0]) {
			r.pending = true
			return r.unnamed(above)
		}
		above = append(above, r.heading())
		if at := timeHead(r.fields); at >= 0 {
			r.csv.FieldsPerRecord = len(r.fields)
			return r.named(at, above)
		}
	}
	if r.src.err != nil { // and reported
		return false
	}
	r.errs = nil
	f := input.Error{Where: r.start(), Problem: "not a history", Allowed: looks}
	if len(above) > 0 {
		f.Where, f.Value = above[0].places[0], strings.TrimSpace(above[0].fields[0])
	}
	r.report(f)
	return false
}

// heading returns the row at hand, which the next one would overwrite.
func (r *rows) heading() heading {
	h := heading{fields: slices.Clone(r.fields)}
	for i := range h.fields {
		h.places = append(h.places, r.where(i))
	}
	return h
}

// named takes the series of a head, the last of the lines above the points, in which one
// field names the times.
func (r *rows) named(at int, above []heading) bool {
	head := above[len(above)-1]
	r.at, r.begin = at, head.places[0].Line
	if strings.Contains(strings.ToUpper(head.fields[at]), "UTC") || strings.Contains(strings.ToUpper(head.fields[at]), "GMT") {
		r.zone = time.UTC
	}
	if len(head.fields) == 1 {
		r.report(input.Error{Where: head.places[0], Value: strings.TrimSpace(head.fields[0]),
			Problem: "no column beside the time", Allowed: columnsAllowed})
		return false
	}
	for i := range head.fields {
		if i != at {
			r.column(i, []heading{head})
		}
	}
	return true
}

// unnamed takes the series of lines above the points none of which names the times: they
// are the first column.
func (r *rows) unnamed(above []heading) bool {
	r.csv.FieldsPerRecord = len(r.fields)
	r.begin = above[0].places[0].Line
	for i := 1; i < len(r.fields); i++ {
		var of []heading
		for _, h := range above {
			if i < len(h.fields) {
				of = append(of, h)
			}
		}
		if len(of) == 0 {
			r.report(input.Error{Where: r.where(i), Path: fmt.Sprintf("column %d", i+1), Problem: "without a head",
				Allowed: columnsAllowed})
			continue
		}
		r.column(i, of)
	}
	return true
}

// column takes the series of a column by the first of its headings that names one.
func (r *rows) column(i int, above []heading) {
	var statistic string
	named := -1
	var id model.SeriesID
	for at, h := range above {
		found, of, ok := columnOf(h.fields[i])
		if ok && named < 0 {
			named, id = at, found
		}
		if statistic == "" {
			statistic = of
		}
	}
	if named < 0 {
		r.strange(i, above)
		return
	}
	head := above[named]
	f := input.Error{Where: head.places[i], Path: fmt.Sprintf("column %d", i+1), Value: strings.TrimSpace(head.fields[i])}
	if r.wrongStatistic(id, statistic, f.Where, f.Path) || r.otherStream(head.fields[i], id, f.Where, f.Path) {
		return
	}
	if first := slices.Index(r.columns, id); first >= 0 {
		f.Problem, f.Allowed = fmt.Sprintf("there twice, first as column %d", r.series[first]+1), "each column once"
		r.report(f)
		return
	}
	r.columns, r.series = append(r.columns, id), append(r.series, i)
}

// strange reports a column that is of no series, with the series that it may mean. One of
// a metric that a history has no use for is left out.
func (r *rows) strange(i int, above []heading) {
	head := above[0]
	text := strings.TrimSpace(head.fields[i])
	for _, h := range above {
		if isOtherMetric(h.fields[i]) {
			line := h.places[i].Line
			r.warn(line, notice.HistoryOtherMetric(r.on(line), clipped(strings.TrimSpace(h.fields[i]))))
			return
		}
	}
	r.report(input.Error{Where: head.places[i], Path: fmt.Sprintf("column %d", i+1), Value: text,
		Problem: "not the name of a series" + didYouMean(text), Allowed: columnsAllowed})
}

var columnsAllowed = strings.Join(model.SeriesKeys(), ", ") + ", or the names that CloudWatch has for them"

// columnOf returns the series that a column is called after, and the statistic that its
// name has. What a series is of, in brackets, has the case that AWS gave it.
func columnOf(field string) (id model.SeriesID, statistic string, ok bool) {
	field, statistic = withoutStatistic(strings.TrimSpace(field))
	key, of, bracketed := strings.Cut(field, "[")
	if bracketed {
		of = "[" + of
	}
	id, err := model.ParseSeriesID(strings.ToLower(key) + of)
	if err == nil {
		return id, statistic, true
	}
	if id, ok = labelled(field); ok {
		return id, statistic, true
	}
	id, ok = amongWords(field)
	return id, statistic, ok
}
