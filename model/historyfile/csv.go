package historyfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// timeColumn is the name of a table's first column.
const timeColumn = "timestamp"

// rows reads a table row by row.
type rows struct {
	*table
	csv    *csv.Reader
	src    *source
	fields []string // of the row at hand
	ended  bool     // nothing more is to be read
}

// readCSV reads a table: a header with the time and the names of series, then a
// row for each time. Head is the beginning of the text.
func readCSV(n *notes, head []byte, src *source) *model.History {
	r := rows{table: &table{notes: n, what: timeColumn, begin: 1}, csv: csv.NewReader(src), src: src}
	r.csv.Comma, r.csv.ReuseRecord, r.csv.TrimLeadingSpace = separatorOf(head), true, true
	if !r.header() {
		return nil
	}
	for r.next() {
		r.read()
	}
	return historyOf(n, []*table{r.table})
}

// separatorOf returns what parts the columns of the first line: a comma, or what some
// spreadsheets write instead.
func separatorOf(head []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	if at := bytes.IndexAny(line, ",;\t"); at >= 0 {
		return rune(line[at])
	}
	return ','
}

// next reads up to the next row that has all fields.
func (r *rows) next() bool {
	for !r.full() && !r.ended {
		var err error
		r.fields, err = r.csv.Read()
		r.src.at(r.csv.InputOffset())
		var syntax *csv.ParseError
		switch {
		case err == nil:
			return true
		case errors.Is(err, csv.ErrFieldCount):
			r.report(input.Error{Where: r.where(0), Problem: unit.Plural(len(r.fields), "field"),
				Allowed: fmt.Sprintf("%d, as in the header", len(r.columns)+1)})
		case errors.As(err, &syntax):
			r.report(input.Error{Where: input.Position{Name: r.name, Line: syntax.Line, Column: syntax.Column},
				Problem: "not CSV: " + syntax.Err.Error()})
		case r.src.err != nil:
			line, _ := r.src.at(r.src.used)
			r.unread(r.src.err, r.line(line))
			return false
		case err == io.EOF:
			return false
		}
	}
	return false
}

// where returns the place of a field of the row at hand.
func (r *rows) where(field int) input.Position {
	line, column := r.csv.FieldPos(field)
	return input.Position{Name: r.name, Line: line, Column: column}
}

// header reads the first row, and reports whether there is anything to read below
// it.
func (r *rows) header() bool {
	found := r.next()
	switch {
	case r.src.err != nil: // and reported
		return false
	case !found || len(r.errs) > 0: // not even CSV
		r.errs = nil
		r.report(input.Error{Where: r.start(), Problem: "not a history", Allowed: looks})
		return false
	case !strings.EqualFold(strings.TrimSpace(r.fields[0]), timeColumn):
		r.report(input.Error{Where: r.where(0), Value: strings.TrimSpace(r.fields[0]), Problem: "not a history",
			Allowed: looks})
		return false
	}
	if len(r.fields) == 1 {
		r.report(input.Error{Where: r.where(0), Value: timeColumn, Problem: "no column beside the time",
			Allowed: columnsAllowed})
		return false
	}
	for i, field := range r.fields[1:] {
		id, err := columnOf(field)
		f := input.Error{Where: r.where(i + 1), Path: fmt.Sprintf("column %d", i+2), Value: strings.TrimSpace(field)}
		first := slices.Index(r.columns, id)
		switch {
		case err != nil:
			f.Problem, f.Allowed = err.Error(), columnsAllowed
			r.report(f)
		case first >= 0:
			f.Problem, f.Allowed = fmt.Sprintf("there twice, first as column %d", first+2), "each column once"
			r.report(f)
		}
		r.columns = append(r.columns, id)
	}
	return true
}

var columnsAllowed = strings.Join(model.SeriesKeys(), ", ")

// columnOf returns the series that a column is called after. What a series is of, in
// brackets, has the case that AWS gave it.
func columnOf(field string) (model.SeriesID, error) {
	key, of, ok := strings.Cut(strings.TrimSpace(field), "[")
	if ok {
		of = "[" + of
	}
	id, err := model.ParseSeriesID(strings.ToLower(key) + of)
	if err != nil {
		return id, errors.New("not the name of a series")
	}
	return id, nil
}

// read reads the row at hand.
func (r *rows) read() {
	ns, ok := moment(strings.TrimSpace(r.fields[0]))
	if !ok {
		r.report(input.Error{Where: r.where(0), Path: timeColumn, Value: r.fields[0],
			Problem: "not a time of a history", Allowed: momentAllowed})
		return
	}
	if len(r.times) >= mostTimes || len(r.cells)+len(r.columns) > MaxPeriods {
		r.report(input.Error{Where: r.where(0), Problem: "too many rows for a history",
			Allowed: fmt.Sprintf("%d, and %d cells", mostTimes, MaxPeriods)})
		r.ended = true
		return
	}
	line, _ := r.csv.FieldPos(0)
	r.times = append(r.times, stamped{ns, int32(line), int32(len(r.times))})
	for i, field := range r.fields[1:] {
		r.cells = append(r.cells, r.cellOf(i, strings.TrimSpace(field)))
	}
}

// cellOf reads a value of the row at hand. An empty one is no point.
func (r *rows) cellOf(column int, text string) float64 {
	if text == "" {
		return model.MissingValue()
	}
	v, problem := numberOf(text)
	if problem != "" {
		r.report(input.Error{Where: r.where(column + 1), Path: r.columns[column].String(), Value: text,
			Problem: problem, Allowed: "a decimal number that is not negative, or nothing where there is no point"})
	}
	return v
}

// numberOf reads a decimal number: digits at both ends, and nothing between them
// that only Go takes for one.
func numberOf(text string) (v float64, problem string) {
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, "not a decimal number"
	}
	v, err := strconv.ParseFloat(text, 64)
	last := text[len(text)-1]
	switch {
	case err == nil && notValue(v) != "":
		return 0, notValue(v)
	case errors.Is(err, strconv.ErrRange):
		return 0, "too large"
	case err != nil || text[0] == '+' || last < '0' || last > '9':
		return 0, "not a decimal number"
	}
	return v, ""
}
