package report

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model/notice"
)

// What changes an answer stands under its headline; then comes what weakens it, and then
// what is worth knowing.
func TestWarningsBySeverity(t *testing.T) {
	list := []notice.Notice{
		{
			ID:       "n",
			Severity: notice.Note,
			Message:  "Note.",
			Remedy:   "1.",
		}, {ID: "w", Severity: notice.Weakens, Message: "Weak.", Remedy: "2."},
		{
			ID:       "c",
			Severity: notice.Changes,
			Message:  "Lost.",
			Remedy:   "3.",
		}, {ID: "v", Severity: notice.Weakens, Message: "Less.", Remedy: "4."},
	}
	for most, want := range map[int]string{
		allWarnings: "Headline|!  Lost. 3.|▸  why||Warnings|!  Weak. 2.|!  Less. 4.|!  Note. 1.|",
		2:           "Headline|!  Lost. 3.|▸  why||Warnings|!  Weak. 2.|!  Less. 4.|!  Note. 1.|",
		1:           "Headline|!  Lost. 3.|▸  why||Warnings|!  Weak. 2.|!  And v, n (-o json).|",
	} {
		d := &document{headline: "Headline", lead: []item{{"▸", 0, "why"}}}
		d.warn(list, most)
		var b strings.Builder
		if err := d.draw(&b, Terminal{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(b.String(), "\n", "|"); got != want {
			t.Errorf("at most %d: %q, want %q", most, got, want)
		}
	}
	if list[0].ID != "n" || list[2].ID != "c" {
		t.Error("the answer's own list is sorted")
	}
}
