package untrusted

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"orders":                 "orders",
		"Zürich 東京 ✓":            "Zürich 東京 ✓",
		"\x1b[2J\x07":            "?[2J?",
		"a\x7fb":                 "a?b",  // DEL
		"\u009b31m":              "?31m", // C1: another way to begin what steers
		"abc\u202etxt.exe\u2066": "abc?txt.exe?",
		"one\r\ntwo\tthree":      "one??two?three",
		"a\u0085b\u2028c\u00a0d": "a?b?c?d",
		"\x9b31m":                "\ufffd31m", // no UTF-8
		"\u200bhidden\ufeff":     "?hidden?",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		`=HYPERLINK("http://x")`:  `'=HYPERLINK("http://x")`,
		"+1+1":                    "'+1+1",
		"-2+3+cmd|' /C calc'!A0":  "'-2+3+cmd|' /C calc'!A0",
		"@SUM(1)":                 "'@SUM(1)",
		"\t=1+1":                  "?=1+1",
		"\r=1+1":                  "?=1+1",
		"  =1+1":                  "  '=1+1",
		"＝1+1":                    "'＝1+1",
		"a;=1+1":                  "a;'=1+1",
		"a; @b":                   "a; '@b",
		"-12.5":                   "-12.5",
		"+3e-7":                   "+3e-7",
		"":                        "",
		"contract, 2026-11; 1=1":  "contract, 2026-11; 1=1",
		"200 B × 3 = 600 B; none": "200 B × 3 = 600 B; none",
		"\x1b]0;=x\x07":           "?]0;'=x?",
	} {
		if got := Cell(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

// No cell of a line begins as a formula does, wherever a spreadsheet parts cells;
// and a text comes back from its cell, unless it looks like one.
func TestCellOfAnyText(t *testing.T) {
	hostile := rapid.StringOfN(rapid.RuneFrom([]rune("=+-@＝＋－＠';,\"|\t\r\n\x1b\x7f\u0085\u009b\u202e\u2066a1. ")), 0,
		12, -1)
	rapid.Check(t, func(t *rapid.T) {
		text := hostile.Draw(t, "text")
		cell := Cell(text)
		if strings.ContainsFunc(cell, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("%q is not printable", cell)
		}
		_, err := strconv.ParseFloat(cell, 64)
		for part := range strings.SplitSeq(cell, ";") {
			if first, _ := utf8.DecodeRuneInString(strings.TrimSpace(part)); err != nil &&
				strings.ContainsRune("=+-@＝＋－＠", first) {
				t.Fatalf("%q in %q begins as a formula does", part, cell)
			}
		}
		if !strings.Contains(text, "'") && FromCell(cell) != Printable(text) {
			t.Fatalf("%q comes back as %q", text, FromCell(cell))
		}
	})
}
