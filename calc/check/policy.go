package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Policy is what a check is held to besides the limits of AWS. A rule that is not given is not
// checked; what a rule needs and is not known does not meet it.
type Policy struct {
	MaxMonthly       *unit.USD      // of all streams together
	MaxIncrease      *unit.USD      // of all streams together, against before or the baseline
	MinHeadroom      *unit.Fraction // of the shards, above the exact need of the highest constraint
	MaxExcess        *unit.Fraction // of shards above what is recommended; half of it where it is not given
	AllowModes       []model.Mode
	RequireOnFailure bool
	MaxIteratorAge   *unit.Duration
	MaxEFO           *int // registrations of a stream
	DenyUnknown      bool
	Deny             []string // ids of findings that fail
	Allow            []Allow
}

// Allow is an exception: a finding that does not fail, why, and until when.
type Allow struct {
	ID     string    `json:"id"`
	At     string    `json:"resource"` // an address; * for any
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"` // the day after its last one
}

// Day is how a policy writes a date.
const Day = "2006-01-02"

// defaultExcess is how many more shards than are recommended are said to be too many.
const defaultExcess = 0.5

func (p *Policy) excess() unit.Fraction {
	if p.MaxExcess != nil {
		return *p.MaxExcess
	}
	return defaultExcess
}

// streamPolicy holds a stream to the policy.
func (c *checker) streamPolicy(s *Subject, out *Stream) error {
	if len(c.Policy.AllowModes) > 0 {
		switch {
		case !s.After.Mode.Known && s.Parts != nil:
			c.find(s.Address, notice.CheckPolicy("allow_modes", "The mode is not known, so that the rule is not met."), free)
		case !slices.Contains(c.Policy.AllowModes, s.mode()):
			c.find(s.Address, notice.CheckPolicy("allow_modes", fmt.Sprintf("Mode %s; the policy allows %s.", s.mode(),
				strings.Join(model.Words(c.Policy.AllowModes), ", "))), free)
		}
	}
	least := c.Policy.MinHeadroom
	if least == nil || s.mode() != model.Provisioned {
		return nil
	}
	if !out.Traffic || !s.After.Shards.Known || s.After.Shards.Value < 1 {
		c.find(s.Address, notice.CheckPolicy("min_headroom", "How much room is left is not known, so that the rule is not met."), free)
		return nil
	}
	w := &s.After.Workload
	if !s.After.Traffic && s.Before != nil { // whose traffic counts
		measured := *w
		measured.Producer = s.Before.Workload.Producer
		w = &measured
	}
	var most float64
	for _, n := range calc.Solve(c.Limits, w, nil) {
		if n.CountsShards() {
			most = max(most, n.Full)
		}
	}
	if room := 1 - most/float64(s.After.Shards.Value); room < float64(*least) {
		c.find(s.Address, notice.CheckPolicy("min_headroom", fmt.Sprintf("%s of the shards is left above the need; the policy asks for %s.",
			percent(max(0, room)), percent(float64(*least)))), free)
	}
	return nil
}

func percent(x float64) string { return unit.Grouped(100*x, 1) + "%" }

// whole checks what is of all streams together.
func (c *checker) whole() {
	c.concurrency()
	for _, n := range c.Unmatched {
		c.find("", n, free)
	}
	if c.Stack != nil {
		if !c.Stack.Complete {
			c.find("", notice.CheckIncomplete(), free)
		}
		for _, f := range c.Stack.Loose() {
			c.find(f.Address, notice.CheckUnknown(strings.TrimPrefix(f.Path+": "+f.Problem, ": ")), free)
		}
	}
	monthly := &c.answer.Monthly
	if c.Baseline != nil {
		monthly.Before = c.Baseline.Monthly.After
		monthly.Adds = difference(monthly.Before, monthly.After)
	}
	c.money("max_monthly_usd", "all streams cost", c.Policy.MaxMonthly, monthly.After)
	c.money("max_increase_usd", "the change adds", c.Policy.MaxIncrease, monthly.Adds)
}

// money holds an amount to the policy.
func (c *checker) money(rule, what string, most *unit.USD, amount model.Maybe[unit.USD]) {
	switch {
	case most == nil:
	case !amount.Known:
		c.find("", notice.CheckPolicy(rule, "What "+what+" is not known, so that the rule is not met."), free)
	case amount.Value > *most:
		c.find("", notice.CheckPolicy(rule, fmt.Sprintf("In a month %s %s; the policy allows %s.", what, amount.Value.Prose(),
			most.Prose())), amount)
	}
}

// judge says which findings fail, by the policy, its exceptions and the baseline, and orders
// them: what fails first.
func (c *checker) judge() {
	used := make([]bool, len(c.Policy.Allow))
	for i := range c.answer.Findings {
		f := &c.answer.Findings[i]
		kind, _ := notice.Find(f.ID)
		f.Fails = f.Fails || slices.Contains(c.Policy.Deny, kind.ID) || c.Policy.DenyUnknown && isUnknown(kind.ID) ||
			c.Policy.RequireOnFailure && (kind.ID == noFailureID || kind.ID == unknownID && strings.Contains(f.Message, "on-failure"))
		c.except(f, kind.ID, used)
		c.known(f)
	}
	for i := range used {
		a := &c.Policy.Allow[i]
		switch {
		case !c.Now.Before(a.Until):
			c.find(a.At, notice.CheckExpired(a.ID, a.At, a.Until.AddDate(0, 0, -1).Format(Day), a.Reason), free)
		case !used[i]:
			c.find(a.At, notice.CheckUnusedAllow(a.ID, a.At), free)
		}
	}
	rank := func(f *Finding) int {
		if f.Fails {
			return 0
		}
		return 1 + slices.Index([]notice.Severity{notice.Changes, notice.Weakens, notice.Note}, f.Severity)
	}
	slices.SortStableFunc(c.answer.Findings, func(a, b Finding) int { return rank(&a) - rank(&b) })
	for i := range c.answer.Findings {
		if c.answer.Findings[i].Fails {
			c.answer.Failing++
		}
	}
	c.answer.Passed = c.answer.Failing == 0
}

// Ids that rules name.
const (
	noFailureID  = "check-no-on-failure"
	unknownID    = "check-unknown"
	incompleteID = "check-plan-incomplete"
	unmatchedID  = "check-workload-unmatched"
)

func isUnknown(id string) bool { return id == unknownID || id == incompleteID || id == unmatchedID }

// except lets a finding pass that an exception names which has not ended.
func (c *checker) except(f *Finding, kind string, used []bool) {
	for i := range c.Policy.Allow {
		a := &c.Policy.Allow[i]
		if (a.ID == kind || a.ID == f.ID) && (a.At == f.Address || a.At == "*") && c.Now.Before(a.Until) {
			used[i] = true
			f.Allowed, f.Fails = a, false
		}
	}
}

// known lets a finding pass that the baseline has. What is of all streams together, such as
// money, does not pass by it.
func (c *checker) known(f *Finding) {
	if c.Baseline == nil || f.Address == "" {
		return
	}
	for i := range c.Baseline.Findings {
		if b := &c.Baseline.Findings[i]; b.ID == f.ID && b.Address == f.Address && b.Message == f.Message {
			f.Before, f.Fails = true, false
		}
	}
}
