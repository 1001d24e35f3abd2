// Package untrusted makes texts of others fit to be shown. Names, labels, keys and
// messages come from files and from AWS; what could steer a terminal, fill a screen or
// be calculated by a spreadsheet does not get into an error, a table or a CSV file:
//
//	untrusted.Excerpt(label, untrusted.LongestValue) // in a message
//	untrusted.Cell(name)                             // in a CSV file
package untrusted

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// How much of a value and of a name an error repeats, in bytes.
const (
	LongestValue = 60
	LongestName  = 200
)

// Clip returns a text, or so many bytes of it with an ellipsis behind them.
func Clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// Excerpt returns a text of others as a message may repeat it: so many bytes of it
// at most, and nothing that could steer a terminal.
func Excerpt(text string, most int) string { return Printable(Clip(text, most)) }

// Printable returns a text as a line of a terminal may have it. What does not show
// becomes a question mark: line breaks, control characters (C0, DEL, C1), and those
// that turn the direction of text.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

// A cell that begins so is a formula to a spreadsheet
// (https://owasp.org/www-community/attacks/CSV_Injection); the wide letters are in
// those of East Asia. Where the comma is a decimal point, spreadsheets part cells at
// semicolons.
var (
	formula     = regexp.MustCompile(`(^|;)(\s*)([=+\-@＝＋－＠])`)
	notAFormula = regexp.MustCompile(`(^|;)(\s*)'([=+\-@＝＋－＠])`)
)

// Cell returns a text as a cell of a CSV file may have it: printable, and with an
// apostrophe before what a spreadsheet would calculate. A number stays as it is.
func Cell(text string) string {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return formula.ReplaceAllString(Printable(text), "$1$2'$3")
}

// FromCell returns the text that Cell made a cell of.
func FromCell(cell string) string { return notAFormula.ReplaceAllString(cell, "$1$2$3") }
