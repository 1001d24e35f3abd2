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
	MaxEach          *unit.USD      // of each stream by itself
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
	var most float64
	for _, n := range calc.Solve(c.Limits, c.written(s), nil) {
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
	c.dollars()
}

// dollars holds what streams cost to the policy, all together and each by itself. Where one stream
// is checked, what is of all is of that one.
func (c *checker) dollars() {
	monthly := &c.answer.Monthly
	if c.Baseline != nil {
		monthly.Before = c.Baseline.Monthly.After
		monthly.Adds = difference(monthly.Before, monthly.After)
	}
	at, costs := "", fmt.Sprintf("all %d streams together cost", len(c.answer.Streams))
	if len(c.answer.Streams) == 1 {
		at, costs = c.answer.Streams[0].Address, "the stream costs"
	}
	c.money(at, monthlyRule, costs, c.Policy.MaxMonthly, monthly.After, monthly.Adds)
	c.money(at, increaseRule, "the change adds", c.Policy.MaxIncrease, monthly.Adds, free)
	for i := range c.answer.Streams {
		if s := &c.answer.Streams[i]; s.After.Known {
			c.money(s.Address, eachRule, "the stream costs", c.Policy.MaxEach, s.Monthly.After, s.Monthly.Adds)
		}
	}
}

// money holds an amount to the policy, and says by how much it is over, and what of that a change
// adds.
func (c *checker) money(at, rule, what string, most *unit.USD, amount, adds model.Maybe[unit.USD]) {
	switch {
	case most == nil:
	case !amount.Known:
		c.find(at, notice.CheckPolicy(rule, "What "+what+" a month is not known, so that the rule is not met."), free)
	case amount.Value > *most:
		over, change := amount.Value-*most, ""
		if adds.Known && adds.Value > 0 {
			change = fmt.Sprintf(" The change adds %s of it.", adds.Value.Prose())
		}
		c.find(at, notice.CheckPolicy(rule, fmt.Sprintf("In a month %s %s; the policy allows %s, which is %s less.%s", what,
			amount.Value.Prose(), most.Prose(), over.Prose(), change)), model.Known(over))
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

// Rules of money.
const (
	monthlyRule  = "max_monthly_usd"
	eachRule     = "max_monthly_usd_per_stream"
	increaseRule = "max_increase_usd"
)

// IsMoney reports whether a finding is of a rule of money, whose message has the amounts.
func IsMoney(id string) bool {
	return slices.ContainsFunc([]string{monthlyRule, eachRule, increaseRule}, func(rule string) bool {
		return strings.HasSuffix(id, "."+rule)
	})
}

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

// known lets a finding pass that the baseline has. What is of all streams together, and money, does
// not pass by it.
func (c *checker) known(f *Finding) {
	if c.Baseline == nil || f.Address == "" || IsMoney(f.ID) {
		return
	}
	for i := range c.Baseline.Findings {
		if b := &c.Baseline.Findings[i]; b.ID == f.ID && b.Address == f.Address && b.Message == f.Message {
			f.Before, f.Fails = true, false
		}
	}
}
