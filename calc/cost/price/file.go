package price

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/untrusted"
)

// MaxSize is how large an offer file or a price file may be, in bytes. Those of
// one service are far smaller.
const MaxSize = 16 << 20

var errTooLarge = fmt.Errorf("too large (allowed: %d MiB)", MaxSize>>20)

// columns are the header of a price file.
var columns = []string{"region", "mode", "line", "above", "unit", "price_usd", "as_of", "confidence", "source"}

// Read reads a price file: CSV, one price a row. Lines that begin with # are
// comments. The error says all that is wrong with it, with line and column.
func Read(name string, data []byte) (*Catalogue, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: %w", name, errTooLarge)
	}
	r := priceReader{name: name, csv: csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))}
	r.csv.Comment = '#'
	if r.header() {
		for r.next() {
			r.row()
		}
	}
	prices := r.prices()
	if len(r.faults) > 0 {
		r.faults.Sort()
		return nil, r.faults
	}
	return newCatalogue(prices), nil
}

// Write writes prices as a price file. People open those in spreadsheets: a source
// that one would take for a formula is written as text, and Read takes it back.
func Write(w io.Writer, prices []Price) error {
	out := csv.NewWriter(w)
	rows := [][]string{columns}
	for _, p := range prices {
		row := p.fields()
		for i, text := range row {
			row[i] = untrusted.Cell(text)
		}
		rows = append(rows, row)
	}
	return out.WriteAll(rows)
}

// priceReader reads a price file row by row.
type priceReader struct {
	name   string
	csv    *csv.Reader
	fields []string // of the row at hand
	placed []placed
	faults input.Errors
}

// placed is a price and where it stands in the file.
type placed struct {
	Price
	where input.Position
}

// header reads the first row, and reports whether it is that of a price file.
func (r *priceReader) header() bool {
	const problem = "not a price file"
	allowed := "the header " + strings.Join(columns, ",")
	if !r.next() {
		if len(r.faults) == 0 {
			r.faults = input.Errors{
				{Where: input.Position{Name: r.name, Line: 1, Column: 1}, Problem: problem + ", but empty", Allowed: allowed},
			}
		}
		return false
	}
	if slices.Equal(r.fields, columns) {
		return true
	}
	r.fault(input.Error{Where: r.where(0), Value: strings.Join(r.fields, ","), Problem: problem, Allowed: allowed})
	return false
}

// next reads up to the next row that has all fields; it returns false at the
// end, and at what is not CSV.
func (r *priceReader) next() bool {
	for {
		var err error
		r.fields, err = r.csv.Read()
		var syntax *csv.ParseError
		switch {
		case err == nil:
			return true
		case errors.Is(err, csv.ErrFieldCount):
			r.fault(
				input.Error{
					Where:   r.where(0),
					Problem: fmt.Sprintf("%d fields", len(r.fields)),
					Allowed: fmt.Sprintf("%d, as in the header", len(columns)),
				},
			)
		case errors.As(err, &syntax):
			r.fault(
				input.Error{
					Where:   input.Position{Name: r.name, Line: syntax.Line, Column: syntax.Column},
					Problem: "not CSV: " + syntax.Err.Error(),
				},
			)
			return false
		default: // io.EOF, as the data is in memory
			return false
		}
	}
}

// where is the place of a field of the row at hand.
func (r *priceReader) where(field int) input.Position {
	line, column := r.csv.FieldPos(field)
	return input.Position{Name: r.name, Line: line, Column: column}
}

func (r *priceReader) fault(f input.Error) { r.faults = append(r.faults, f) }

// row reads the row at hand.
func (r *priceReader) row() {
	var p Price
	before := len(r.faults)
	for i, parser := range parsers {
		if err := parser.read(&p, r.fields[i]); err != nil {
			r.fault(
				input.Error{
					Path:    columns[i],
					Where:   r.where(i),
					Value:   r.fields[i],
					Problem: err.Error(),
					Allowed: parser.allowed(&p),
				},
			)
		}
	}
	if len(r.faults) == before {
		r.placed = append(r.placed, placed{p, r.where(0)})
	}
}

// prices are the rows that are right by themselves, if they are right together:
// each tier of a line once, the first of them from 0.
func (r *priceReader) prices() []Price {
	slices.SortStableFunc(r.placed, func(a, b placed) int { return inOrder(a.Price, b.Price) })
	prices := make([]Price, len(r.placed))
	for i := range r.placed {
		p := &r.placed[i]
		prices[i] = p.Price
		name := fmt.Sprintf("%s, %s, %s", p.Region, p.Mode, p.Line)
		first := i == 0 || prices[i-1].key() != p.key()
		switch {
		case first && p.Above > 0:
			r.fault(
				input.Error{
					Path:    "above",
					Where:   p.where,
					Value:   p.fields()[3],
					Problem: "no price below it",
					Allowed: "a row from 0 for " + name,
				},
			)
		case !first && prices[i-1].Above == p.Above:
			r.fault(
				input.Error{
					Where:   p.where,
					Value:   name,
					Problem: "a second price, after that in line " + fmt.Sprint(r.placed[i-1].where.Line),
					Allowed: "one price of a line, or one for each tier (above)",
				},
			)
		}
	}
	return prices
}
