package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// firstScreen is how many lines the decision takes at most, unless something changes it.
const firstScreen = 14

// changed reports whether a notice changes the answer, and so may take lines of its own.
func changed(list []notice.Notice) bool {
	return slices.ContainsFunc(list, func(n notice.Notice) bool { return n.Severity == notice.Changes })
}

// The decision of a plan is on one screen, with the count first.
func TestPlanDecision(t *testing.T) {
	for name, p := range plans() {
		text := write(t, p, Table, Terminal{Width: 100})
		if n := strings.Count(text, "\n"); n > firstScreen && p.Feasible && !changed(p.Warnings) {
			t.Errorf("%s: %d lines:\n%s", name, n, text)
		}
		if p.Feasible && !p.Scaling.Known && !strings.Contains(text, "take "+number(p.Shards.Recommended)) {
			t.Errorf("%s: the count is not told:\n%s", name, text)
		}
		for _, w := range p.Warnings {
			if w.Severity == notice.Changes && !strings.Contains(unbroken(strings.Join(strings.Fields(text), " ")), unbroken(w.Message)) {
				t.Errorf("%s: %s is not told:\n%s", name, w.ID, text)
			}
		}
	}
}

// So is that of a review. What makes it undecided, and what changes it, stand before the
// reason.
func TestReviewDecision(t *testing.T) {
	for name, r := range reviews() {
		text := writeReview(t, r, Table, Terminal{Width: 100})
		short := len(r.Undecided) == 0 && r.Feasible && !changed(r.Warnings) && name != "long names"
		if n := strings.Count(text, "\n"); n > firstScreen && short {
			t.Errorf("%s: %d lines:\n%s", name, n, text)
		}
		for _, u := range r.Undecided {
			flat := unbroken(strings.Join(strings.Fields(text), " "))
			if at, why := strings.Index(flat, unbroken(u.Message)), strings.Index(text, "\nwhy "); at < 0 || why >= 0 && at > why {
				t.Errorf("%s: %s is not told first:\n%s", name, u.ID, text)
			}
		}
		if r.Verdict == model.TooMany != strings.Contains(text, "too many") {
			t.Errorf("%s is %s:\n%s", name, r.Verdict, text)
		}
	}
}
