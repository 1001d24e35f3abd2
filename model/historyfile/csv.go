package historyfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// timeColumn is what errors call the column of the times.
const timeColumn = "timestamp"

// rows reads a table row by row.
type rows struct {
	*table
	csv     *csv.Reader
	src     *source
	fields  []string // of the row at hand
	at      int      // the column of the times
	series  []int    // the columns of the series
	pending bool     // the row at hand is the first with points, and not read yet
	ended   bool     // nothing more is to be read
}

// readCSV reads a table: a head with the time and the names of series, then a row for
// each time. Titles and other lines may stand above it. Head is the beginning of the
// text.
func (p *part) readCSV(head []byte, src *source) {
	r := rows{table: &table{notes: p.notes, what: timeColumn, begin: 1}, csv: csv.NewReader(src), src: src}
	r.csv.Comma, r.csv.ReuseRecord, r.csv.TrimLeadingSpace = separatorOf(head), true, true
	if !r.header() {
		return
	}
	for r.pending || r.next() {
		r.pending = false
		r.read()
	}
	p.tables = append(p.tables, r.table)
}

// separators are what parts the columns of a table: a comma, or what spreadsheets write
// where a comma is the sign of decimals.
const separators = ",;\t"

// separatorOf returns what parts the columns of a table, by the first line that is more
// than a title.
func separatorOf(head []byte) rune {
	lines := bytes.SplitN(head, []byte("\n"), mostTitles+1)
	for _, line := range lines[:min(len(lines), mostTitles)] {
		for _, separator := range separators {
			cells := strings.Split(string(line), string(separator))
			for i := range cells {
				cells[i] = strings.Trim(cells[i], "\" \r")
			}
			if timeHead(cells) >= 0 || len(cells) > 1 && isTime(cells[0]) {
				return separator
			}
		}
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	if at := bytes.IndexAny(line, separators); at >= 0 {
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
				Allowed: fmt.Sprintf("%d, as in the header", r.csv.FieldsPerRecord)})
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

// read reads the row at hand.
func (r *rows) read() {
	text := strings.TrimSpace(r.fields[r.at])
	ns, problem := r.moment(text)
	if problem != "" {
		r.report(input.Error{Where: r.where(r.at), Path: timeColumn, Value: r.fields[r.at],
			Problem: problem, Allowed: allowedTime(problem)})
		r.ended = problem == noZone // of which every row would say the same
		return
	}
	if len(r.times) >= mostTimes || len(r.cells)+len(r.columns) > MaxPeriods {
		r.report(input.Error{Where: r.where(r.at), Problem: "too many rows for a history",
			Allowed: fmt.Sprintf("%d, and %d cells", mostTimes, MaxPeriods)})
		r.ended = true
		return
	}
	line, _ := r.csv.FieldPos(0)
	r.times = append(r.times, stamped{ns, int32(line), int32(len(r.times))})
	for i, field := range r.series {
		r.cells = append(r.cells, r.cellOf(i, strings.TrimSpace(r.fields[field])))
	}
}

// cellOf reads a value of the row at hand. An empty one is no point.
func (r *rows) cellOf(column int, text string) float64 {
	if text == "" {
		return model.MissingValue()
	}
	if r.csv.Comma != ',' && strings.Count(text, ",") == 1 {
		text = strings.Replace(text, ",", ".", 1) // the sign of decimals
	}
	v, problem := numberOf(text)
	if problem != "" {
		r.report(input.Error{Where: r.where(r.series[column]), Path: r.columns[column].String(), Value: text,
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
