package calctest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Case is a workload that has a notice, or is infeasible for a reason.
type Case struct {
	ID    string         // of the notice or reason
	Has   model.Workload // has it
	Not   model.Workload // is the nearest that does not have it
	Names []string       // stand in the text

	// Remedy does what the remedy says; named is the duration that it names.
	Remedy func(w *model.Workload, named unit.Duration)
}

// Check holds a case against what is found of a workload. It is looked up by its id,
// as it must not depend on others.
func (c *Case) Check(t *testing.T, find func(w *model.Workload, id string) (message, remedy string, ok bool)) {
	t.Helper()
	message, remedy, ok := find(&c.Has, c.ID)
	if !ok {
		t.Fatal("it is not there")
	}
	if message == "" || remedy == "" {
		t.Errorf("message %q, remedy %q", message, remedy)
	}
	for _, name := range c.Names {
		if !strings.Contains(message+" "+remedy, name) {
			t.Errorf("%q is not in: %s %s", name, message, remedy)
		}
	}
	if _, _, ok := find(&c.Not, c.ID); ok {
		t.Error("it is there for the nearest workload that should not have it")
	}
	if c.Remedy != nil {
		mended := Clone(c.Has)
		c.Remedy(&mended, NamedDuration(remedy))
		if message, _, ok := find(&mended, c.ID); ok {
			t.Errorf("%s: then still: %s", remedy, message)
		}
	}
}

var durationExpr = regexp.MustCompile(`\b([0-9.]+(d|h|ms|m|s))+\b`)

// NamedDuration returns the first duration that a text names.
func NamedDuration(text string) unit.Duration {
	d, _ := unit.ParseDuration(durationExpr.FindString(text))
	return d
}

// PollEvery follows a remedy: the first consumer polls so often.
func PollEvery(w *model.Workload, named unit.Duration) { w.Consumers[0].PollInterval = named }

// Allow follows a remedy: the first consumer may be so late.
func Allow(w *model.Workload, named unit.Duration) { w.Consumers[0].Latency = named }

// NoticeIDs returns the ids of notices.
func NoticeIDs(list []notice.Notice) []string {
	var ids []string
	for _, n := range list {
		ids = append(ids, n.ID)
	}
	return ids
}
