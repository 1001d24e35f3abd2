package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/kcalc/kcalc/model/untrusted"
)

// Many texts of an answer are of others: names of files, messages in a history,
// sources of prices. Each format escapes all of its texts, whatever they hold, and
// wherever they are from.

// singleLine returns a text for a terminal or a picture, in one line.
func singleLine(text string) string {
	return untrusted.Printable(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text))
}

// markdownHTML has entities for HTML, and for what parts cells: a reader that does
// not know an escape would leave them as they are.
var markdownHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;")

// markdownText returns the Markdown that shows a text as it is.
func markdownText(text string) string {
	letters := []rune(strings.TrimSpace(singleLine(text)))
	var b strings.Builder
	for i, r := range letters {
		if markdownMark(letters, i) || markdownBegins(letters, i) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return markdownHTML.Replace(b.String())
}

// markdownMark reports whether a letter has a meaning in Markdown
// (https://spec.commonmark.org/0.31.2, https://github.github.com/gfm): anywhere;
// behind what could be the text of a link; at the edge of a word.
func markdownMark(text []rune, i int) bool {
	before, behind := text[:i], text[i+1:]
	switch text[i] {
	case '\\', '`', '*', '~':
		return true
	case '(', '[', ':':
		return len(before) > 0 && before[i-1] == ']'
	case '_':
		return len(before) == 0 || len(behind) == 0 || !inWord(before[i-1]) || !inWord(behind[0])
	}
	return false
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// markdownBegins reports whether a letter begins a block where it stands: a heading,
// a list, a task, a rule.
func markdownBegins(text []rune, i int) bool {
	digits := strings.Trim(string(text[:i]), "0123456789") == ""
	alone := i+1 == len(text) || !inWord(text[i+1]) && text[i+1] != '$'
	switch text[i] {
	case '#', '[':
		return i == 0
	case '-', '+', '=':
		return i == 0 && alone
	case '.', ')':
		return i > 0 && digits && alone
	}
	return false
}

// mapTexts returns the document with each text replaced by what f returns for it.
func (d *document) mapTexts(f func(string) string) *document {
	m := &document{headline: f(d.headline), money: f(d.money), tone: d.tone, lead: mapItems(d.lead, f)}
	if d.above != nil {
		m.above = &Decision{f(d.above.headline), f(d.above.money), d.above.tone}
	}
	for _, s := range d.sections {
		m.sections = append(
			m.sections,
			section{
				heading: f(s.heading),
				grid:    s.grid.mapTexts(f),
				chart:   s.chart.Spelled(singleLine),
				items:   mapItems(s.items, f),
				svg:     s.svg,
				prose:   mapNote(s.prose, f),
				folds:   mapFolds(s.folds, f),
			},
		)
	}
	return m
}

func mapFolds(folds []fold, f func(string) string) []fold {
	var list []fold
	for _, one := range folds {
		list = append(list, fold{f(one.summary), mapItems(one.items, f)})
	}
	return list
}

func mapItems(items []item, f func(string) string) []item {
	var list []item
	for _, i := range items {
		list = append(list, item{i.bullet, i.tone, f(i.text)})
	}
	return list
}

func (g *grid) mapTexts(f func(string) string) *grid {
	if g == nil {
		return nil
	}
	m := *g
	m.header, m.rows = mapStrings(g.header, f), nil
	for _, row := range g.rows {
		m.rows = append(m.rows, mapStrings(row, f))
	}
	return &m
}

func mapStrings(texts []string, f func(string) string) []string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = f(text)
	}
	return list
}

// escapeUnprintable returns a file with what does not show escaped. It stands in texts alone;
// line breaks are the file's own.
func escapeUnprintable(file []byte, escape func(r rune) string) []byte {
	var b bytes.Buffer
	for _, r := range string(file) {
		if r == '\n' || unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(escape(r))
		}
	}
	return b.Bytes()
}

// jsonEscape and yamlEscape are the escapes of a letter in a text of these.
func jsonEscape(r rune) string {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func yamlEscape(r rune) string { return fmt.Sprintf(`\U%08x`, r) }
