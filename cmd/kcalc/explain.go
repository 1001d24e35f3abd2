package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/docs"
	"github.com/kcalc/kcalc/model/notice"
)

func newExplain(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [ID]",
		Short: "The formula behind a constraint, with its symbols, an example and its source",
		Long: `Explain shows the page of a constraint: its formula, the symbols with their
units, an example, why it is so, and the source. The id is that of an answer;
a consumer's name in it may stay. A term, such as need or odds, shows the page
that explains it. Without an id it lists the pages.`,
		Example: `  kcalc explain
  kcalc explain producer-limit.records.surge
  kcalc explain acceptable-latency.fraud.outage`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(explained(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listPages(s.out)
			}
			return explain(cmd.Context(), s, args[0])
		},
	}
}

// explained returns what there is a page for: topics, and terms.
func explained() []string {
	return slices.Compact(slices.Sorted(slices.Values(append(docs.Topics(), slices.Collect(maps.Keys(docs.Terms()))...))))
}

// listPages lists the constraints in the order of a plan, then the other pages.
func listPages(w io.Writer) error {
	var topics []string
	for _, c := range calc.Constraints() {
		topics = append(topics, c.Topic)
	}
	for _, t := range docs.Topics() {
		if !slices.Contains(topics, t) {
			topics = append(topics, t)
		}
	}
	var b strings.Builder
	for _, t := range topics {
		page, _ := docs.Page(t)
		_, what, _ := strings.Cut(docs.Title(page), ": ")
		fmt.Fprintf(&b, "%-32s  %s\n", t, what)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// explain shows the page of an id: as text, and page by page, on a terminal, and as it was
// written where it goes elsewhere.
func explain(ctx context.Context, s streams, id string) error {
	page, ok := docs.Page(topic(id))
	if !ok {
		unknown := fmt.Errorf("explain: %q: no such page%s (allowed: an id of an answer, or a topic)", id, suggestID(id))
		return usageError{unknown, []string{"'kcalc explain' lists the pages"}}
	}
	if !isTerminal(s.out) {
		_, err := io.WriteString(s.out, page)
		return err
	}
	return showPage(ctx, s, func(w io.Writer) error { return report.WritePage(w, page, terminal(s.out)) })
}

// topic returns the name of the page of an id: the page of that name; that of a
// constraint, without the consumer's name, an obstacle or an advice; that of a notice; that
// of what a replay breaks; or that of a term. Of an unknown id it returns the id.
func topic(id string) string {
	if slices.Contains(docs.Topics(), id) {
		return id
	}
	if c, ok := calc.FindConstraint(id); ok {
		return c.Topic
	}
	if k, ok := notice.Find(id); ok {
		return k.Page
	}
	if page, ok := docs.Terms()[id]; ok {
		return page
	}
	if strings.HasPrefix(id, "history-") { // what is odd about a history file
		return "history"
	}
	return id
}

// suggestID returns what to say behind an unknown id: the topic or the notice that is
// nearest, with the consumer's name that may stand in an id or without; or the first one
// that begins with what was written. It returns nothing where there is none.
func suggestID(id string) string {
	known := explained()
	for _, k := range notice.Kinds() {
		known = append(known, k.ID)
	}
	slices.Sort(known)
	family, _, _ := strings.Cut(id, ".")
	for _, written := range []string{id, family} {
		if text := didYouMean(written, known); text != "" {
			return text
		}
	}
	begins := func(k string) bool { return len(id) > 1 && strings.HasPrefix(k, id) }
	if i := slices.IndexFunc(known, begins); i >= 0 {
		return ", did you mean " + known[i] + "?"
	}
	return ""
}
