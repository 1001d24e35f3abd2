package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/model/notice"
)

// warn adds the warnings of an answer to its document. Those that change the answer
// stand under the headline, in full. The others have a section, those first that weaken
// the answer; where there are more than most, the rest is named by id, and the other
// formats have it.
func (d *document) warn(warnings []notice.Notice, most int) {
	var changes, rest []notice.Notice
	for _, w := range warnings {
		if w.Severity == notice.Changes {
			changes = append(changes, w)
		} else {
			rest = append(rest, w)
		}
	}
	slices.SortStableFunc(rest, func(a, b notice.Notice) int { return cmp.Compare(weight(a), weight(b)) })
	changes, more := fewOfAKind(changes)
	d.lead = slices.Concat(moreItems(warningItems(changes, color.FgRed), "!", color.FgRed, more), d.lead)
	d.add("Warnings", firstWarnings(rest, most))
}

// weight returns 0 for a notice that weakens an answer, and 1 for one that is worth
// knowing.
func weight(w notice.Notice) int {
	if w.Severity == notice.Note {
		return 1
	}
	return 0
}

func warningItems(warnings []notice.Notice, tone color.Attribute) []item {
	var items []item
	for _, w := range warnings {
		items = append(items, item{"!", tone, w.Message + " " + w.Remedy})
	}
	return items
}

// firstWarnings returns the first warnings in full, and the ids of the others. One more
// than most has the room that its id would take.
func firstWarnings(warnings []notice.Notice, most int) []item {
	warnings, more := fewOfAKind(warnings)
	items := warningItems(warnings, color.FgYellow)
	if len(items) <= most+1 {
		return moreItems(items, "!", color.FgYellow, more)
	}
	var ids []string
	for _, w := range warnings[most:] {
		ids = append(ids, w.ID)
	}
	others := fmt.Sprintf("And %s (-o json).", strings.Join(ids, ", "))
	return moreItems(append(items[:most:most], item{"!", color.FgYellow, others}), "!", color.FgYellow, more)
}

// allWarnings is for an answer that shows each warning in full.
const allWarnings = 1 << 30
