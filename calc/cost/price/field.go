package price

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// parser reads one field of a row of a price file. The fields before it have
// been read.
type parser struct {
	read    func(p *Price, text string) error
	allowed func(p *Price) string
}

// parsers are those of the columns.
var parsers = [...]parser{
	{func(p *Price, text string) error { return p.Region.UnmarshalText([]byte(text)) }, always("the code of a Region " +
		"such as us-east-1")},
	{(*Price).readMode, always(listed(model.Modes()))},
	{(*Price).readLine, lineAllowed},
	{
		(*Price).readAbove,
		always("a whole number from 0 to 1000000000000000: units of a month from which on the price holds"),
	},
	{(*Price).readUnit, unitAllowed},
	{(*Price).readUSD, always("dollars for one unit such as 0.015, above 0, with at most ten decimals")},
	{(*Price).readAsOf, always("a day, a month or a year such as 2026-09-23, 2026-09 or 2026, or " + undated)},
	{(*Price).readConfidence, always(high + ", " + medium)},
	{(*Price).readSource, always("where the price is from, in 1 to 500 bytes of printable text")},
}

func always(text string) func(*Price) string { return func(*Price) string { return text } }

// listed are words as an error lists them.
func listed[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}

func (p *Price) readMode(text string) error {
	if !slices.Contains(model.Modes(), model.Mode(text)) {
		return errors.New("unknown mode")
	}
	p.Mode = model.Mode(text)
	return nil
}

// readLine leaves a line alone whose mode is wrong already.
func (p *Price) readLine(text string) error {
	if _, ok := find(p.Mode, text); !ok && p.Mode != "" {
		return errors.New("unknown cost line")
	}
	p.Line = text
	return nil
}

func lineAllowed(p *Price) string {
	var ids []string
	for _, l := range costLines {
		if l.mode == p.Mode {
			ids = append(ids, l.id)
		}
	}
	return "in mode " + string(p.Mode) + " " + listed(ids)
}

// mostAbove is where the tiers end: a float64 holds every whole number up to it.
const mostAbove = 1e15

func (p *Price) readAbove(text string) error {
	n, err := unit.ParseCount(text)
	if err == nil && float64(n) > mostAbove {
		err = errors.New("out of range")
	}
	p.Above = float64(n)
	return err
}

// readUnit takes the unit of the line: it says what the price is for, and
// nothing is converted.
func (p *Price) readUnit(text string) error {
	if line, ok := find(p.Mode, p.Line); ok && costLines[line].unit != text {
		return errors.New("not the unit of the cost line")
	}
	p.Unit = text
	return nil
}

func unitAllowed(p *Price) string {
	line, _ := find(p.Mode, p.Line)
	return costLines[line].unit
}

// readUSD takes no price of zero: what is free has no cost line, and what is not
// known must not look free.
func (p *Price) readUSD(text string) (err error) {
	if p.USD, err = unit.ParseUSD(text); err == nil && p.USD == 0 {
		err = errors.New("a price of zero")
	}
	return err
}

func (p *Price) readAsOf(text string) error {
	if _, ok := over(text); !ok {
		return errors.New("not a date")
	}
	p.AsOf = text
	return nil
}

func (p *Price) readConfidence(text string) error {
	if text != high && text != medium {
		return errors.New("unknown word")
	}
	p.Confidence = text
	return nil
}

// mostSource is how long a source may be, in bytes.
const mostSource = 500

func (p *Price) readSource(text string) error {
	text = untrusted.FromCell(text)
	switch {
	case text == "":
		return errors.New("empty")
	case len(text) > mostSource:
		return errors.New("too long")
	case !printable(text):
		return errors.New("not printable")
	}
	p.Source = text
	return nil
}

// printable reports whether text can be shown: control characters could steer a
// terminal.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// fields is the price as a row of a price file.
func (p *Price) fields() []string {
	return []string{
		string(p.Region),
		string(p.Mode),
		p.Line,
		unit.Exact(p.Above),
		p.Unit,
		p.USD.String(),
		p.AsOf,
		p.Confidence,
		p.Source,
	}
}

// periods are the dates that a price can have, and how long each lasts.
var periods = [...]struct {
	layout              string
	years, months, days int
}{
	{time.DateOnly, 0, 0, 1},
	{"2006-01", 0, 1, 0},
	{"2006", 1, 0, 0},
}

// over returns when the day, the month or the year that a date names is over;
// long ago where there is no date.
func over(asOf string) (end time.Time, ok bool) {
	if asOf == undated {
		return time.Time{}, true
	}
	for _, p := range periods {
		if start, err := time.Parse(p.layout, asOf); err == nil {
			return start.AddDate(p.years, p.months, p.days), true
		}
	}
	return time.Time{}, false
}
