// Package docs holds the pages that explain the formulas, so that the program
// can show them.
package docs

import (
	"embed"
	"strings"
)

//go:embed formulas/*.md
var pages embed.FS

// Page returns the page of a topic: a constraint without its consumer's name,
// such as "acceptable-latency.outage", or one of the other pages.
// It reports whether there is one.
func Page(topic string) (string, bool) {
	text, err := pages.ReadFile("formulas/" + topic + ".md")
	return string(text), err == nil
}

// Topics returns the names of all pages, in the order of the alphabet.
func Topics() []string {
	entries, err := pages.ReadDir("formulas")
	if err != nil {
		return nil
	}
	topics := make([]string, len(entries))
	for i, e := range entries {
		topics[i] = strings.TrimSuffix(e.Name(), ".md")
	}
	return topics
}

// Terms returns the page of each term, as the table of the page "terms" has them.
func Terms() map[string]string {
	page, _ := Page("terms")
	terms := map[string]string{}
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if len(cells) == 3 && cells[0] != "term" && cells[0] != "---" {
			terms[cells[0]] = cells[2]
		}
	}
	return terms
}

// Title returns the first line of a page, without the mark of a heading.
func Title(page string) string {
	line, _, _ := strings.Cut(page, "\n")
	return strings.TrimPrefix(line, "# ")
}
