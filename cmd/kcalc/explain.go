package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/docs"
	"github.com/kcalc/kcalc/model/notice"
)

func newExplain(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [ID]",
		Short: "The formula behind a constraint, with its symbols, an example and its source",
		Long: `Explain shows the page of a constraint: its formula, the symbols with their
units, an example, why it is so, and the source. The id is that of an answer;
a consumer's name in it may stay. Without an id it lists the pages.`,
		Example: `  kcalc explain
  kcalc explain producer-limit.records.surge
  kcalc explain acceptable-latency.fraud.outage`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(docs.Topics(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listPages(s.out)
			}
			return explain(s.out, args[0])
		},
	}
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

func explain(w io.Writer, id string) error {
	page, ok := docs.Page(topic(id))
	if !ok {
		return usageError{fmt.Errorf("explain: %q: no such page (allowed: an id of an answer, or a topic)", id), []string{"'kcalc explain' lists the pages"}}
	}
	_, err := io.WriteString(w, page)
	return err
}

// topic is the page of an id of an answer: its own; that of its constraint,
// without the consumer's name; or that of all obstacles and warnings.
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
	if page, ok := warningPages[id]; ok {
		return page
	}
	if strings.HasPrefix(id, "history-") { // what is odd about a history file
		return "history"
	}
	return id
}

// warningPages are those of warnings, and of breaches of a replay, that no formula
// gives.
var warningPages = map[string]string{
	inventory.PermissionMissing: "history",
	clockOff:                    "history",
	"window-clipped":            "history",

	// Of package fit.
	"history-without-records": "evidence.coverage",
	"history-empty":           "evidence.coverage",
	"history-short":           "evidence.coverage",
	"no-records":              "evidence.coverage",
	"coverage-low":            "evidence.coverage",
	"coarse-periods":          "evidence.coverage",
	"coarse-peak":             "evidence.demand",
	"demand-range":            "evidence.demand",
	"throttles-unknown":       "evidence.demand",
	"kinesis-records":         "evidence.demand",
	"record-size-unknown":     "evidence.baseline",
	"record-size-varies":      "evidence.baseline",
	"few-days":                "evidence.baseline",
	"one-week":                "evidence.baseline",
	"burst-unknown":           "evidence.burst",
	"burst-or-hot-shard":      "evidence.burst",
	"shards-unknown":          "evidence.coverage",
	"skew-unknown":            "evidence.skew",
	"growth-unknown":          "evidence.growth",
	"level-step":              "evidence.growth",
	"function-batches":        "evidence.readers",
}
