package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// subject checks a stream.
func (c *checker) subject(ctx context.Context, s *Subject) error {
	d, err := s.Pair.States(ctx)
	if err != nil {
		return err
	}
	out := Stream{Address: s.Address, Before: d.Before, After: d.After, Monthly: d.Monthly}
	if s.Parts != nil {
		out.Action = string(s.Parts.Stream.Action)
	}
	c.add(&out)
	if s.After == nil { // it goes, which saves
		c.answer.Streams = append(c.answer.Streams, out)
		return nil
	}
	out.Traffic = d.After.Value.Feasible.Known
	c.answer.Streams = append(c.answer.Streams, out)
	c.carries(s, &d.After.Value)
	c.step(s, &d)
	c.retention(s)
	c.fanOut(s)
	c.outages(s)
	c.functions(s)
	c.behind(s)
	c.peak(s, &out)
	c.unknown(s, &out)
	if s.Parts != nil {
		c.alarms(s)
		c.warm(s)
	}
	return c.streamPolicy(s, &out)
}

// add adds the money of a stream to that of all.
func (c *checker) add(s *Stream) {
	total := &c.answer.Monthly
	for _, one := range []struct {
		into, of *model.Maybe[unit.USD]
		there    bool
	}{{&total.Before, &s.Monthly.Before, s.Before.Known}, {&total.After, &s.Monthly.After, s.After.Known}} {
		if !one.there {
			continue
		}
		sum, err := one.into.Value.Plus(one.of.Value)
		*one.into = model.Maybe[unit.USD]{Value: sum, Known: err == nil && one.into.Known && one.of.Known}
	}
	total.Adds = difference(total.Before, total.After)
}

// difference returns what is paid more, where both are known.
func difference(before, after model.Maybe[unit.USD]) model.Maybe[unit.USD] {
	if !before.Known || !after.Known {
		return free
	}
	return model.Known(after.Value - before.Value)
}

// costOf returns what a workload costs a month on so many shards.
func costOf(s *review.Side, w *model.Workload, mode model.Mode, shards int) model.Maybe[unit.USD] {
	if s.Tariff == nil || shards < 1 {
		return free
	}
	total, err := s.Tariff.Total(s.Limits, w, mode, shards)
	return model.Maybe[unit.USD]{Value: total, Known: err == nil}
}

// carries checks that the shards carry the workload, and are not too many. Where no count fits
// the limits of the account or of a record, that is said.
func (c *checker) carries(s *Subject, now *review.State) {
	if !now.Feasible.Known {
		return
	}
	shards, needs := now.Shards.Value, now.Needs.Value
	dollars := difference(costOf(s.After, &s.After.Workload, now.Mode, shards), costOf(s.After, &s.After.Workload, now.Mode, needs))
	switch {
	case !now.Feasible.Value && now.Mode == model.Provisioned:
		c.find(s.Address, notice.CheckInfeasible(), free)
	case now.Mode != model.Provisioned:
		if now.Carries == model.Known(false) {
			c.find(s.Address, notice.CheckModeFails(string(now.Mode)), free)
		}
	case !now.Shards.Known:
	case now.Carries == model.Known(false):
		c.find(s.Address, notice.CheckTooFew(shards, c.least(s), needs), dollars)
	case shards < needs:
		c.find(s.Address, notice.CheckTight(shards, c.least(s), needs), dollars)
	case float64(shards) > float64(needs)*(1+float64(c.Policy.excess())):
		c.find(s.Address, notice.CheckTooMany(shards, needs), dollars)
	}
}

// least returns the fewest shards that the limits of AWS allow a stream, without any left free.
func (c *checker) least(s *Subject) int {
	fewest, _ := calc.Counts(calc.Solve(c.Limits, c.written(s), nil))
	return fewest
}

// written returns the workload of a stream, with the traffic that was measured before where that
// alone is known.
func (c *checker) written(s *Subject) *model.Workload {
	w := &s.After.Workload
	if !s.After.Traffic && s.Before != nil {
		measured := *w
		measured.Producer = s.Before.Workload.Producer
		w = &measured
	}
	return w
}

// step checks that one UpdateShardCount leads from the shards before to those after: an update
// of Terraform's provider and of CloudFormation makes one.
func (c *checker) step(s *Subject, d *review.StreamDiff) {
	before, after := &d.Before.Value, &d.After.Value
	if !d.Before.Known || !before.Shards.Known || !after.Shards.Known || before.Mode != model.Provisioned ||
		after.Mode != model.Provisioned || before.Shards == after.Shards || s.replaced() {
		return
	}
	calls := plan.Calls(c.Limits, before.Shards.Value, after.Shards.Value)
	if len(calls) == 1 && calls[0] == after.Shards.Value {
		return
	}
	var words []string
	if len(calls) > 0 && calls[len(calls)-1] == after.Shards.Value {
		for _, n := range calls {
			words = append(words, unit.Grouped(float64(n), 0))
		}
	}
	c.find(s.Address, notice.CheckStep(before.Shards.Value, after.Shards.Value, strings.Join(words, ", ")), free)
}

func (s *Subject) replaced() bool {
	return s.Parts != nil && (s.Parts.Stream.Action == iac.Replace || s.Parts.Stream.Action == iac.Create)
}

// retention says what a longer retention costs than the free one, where a change begins to pay
// for it.
func (c *checker) retention(s *Subject) {
	least, kept := c.Limits.RetentionLeast.Value, s.After.Workload.Retention
	was := least
	if s.Before != nil {
		was = s.Before.Workload.Retention
	}
	if was > least || kept <= least {
		return
	}
	short := s.After.Workload
	short.Retention = was
	now := costOf(s.After, &s.After.Workload, s.mode(), s.shards())
	c.find(s.Address, notice.CheckRetention(was, kept), difference(costOf(s.After, &short, s.mode(), s.shards()), now))
}

func (s *Subject) mode() model.Mode {
	if s.After.Mode.Known {
		return s.After.Mode.Value
	}
	return model.Provisioned
}

// shards returns those of the stream; on-demand they set no price.
func (s *Subject) shards() int {
	if s.mode() != model.Provisioned {
		return 1
	}
	return s.After.Shards.Value
}

// fanOut says what the registrations of enhanced fan-out cost.
func (c *checker) fanOut(s *Subject) {
	plain, n := s.After.Workload, 0
	plain.Consumers = slices.Clone(plain.Consumers)
	for i := range plain.Consumers {
		if one := &plain.Consumers[i]; one.Type == model.EnhancedFanOut {
			one.Type, n = model.Standard, n+1
		}
	}
	if n > 0 {
		now := costOf(s.After, &s.After.Workload, s.mode(), s.shards())
		c.find(s.Address, notice.CheckFanOut(n), difference(costOf(s.After, &plain, s.mode(), s.shards()), now))
	}
	if most := c.Policy.MaxEFO; most != nil && n > *most {
		c.find(s.Address, notice.CheckPolicy("max_efo", fmt.Sprintf("%s of enhanced fan-out; the policy allows %d.",
			unit.Plural(n, "registration"), *most)), free)
	}
}

// outages checks that records are kept for as long as an outage may last.
func (c *checker) outages(s *Subject) {
	for i := range s.After.Workload.Consumers {
		if one := &s.After.Workload.Consumers[i]; one.Outage > s.After.Workload.Retention {
			c.find(s.Address, notice.CheckKept(string(one.Name), s.After.Workload.Retention, one.Outage), free)
		}
	}
}

// behind checks how far behind the history shows consumers, which no plan does.
func (c *checker) behind(s *Subject) {
	most := c.Policy.MaxIteratorAge
	if most == nil {
		return
	}
	evidenced := s.After
	if evidenced.Evidence == nil && s.Before != nil {
		evidenced = s.Before
	}
	switch {
	case evidenced.Evidence == nil || !evidenced.Evidence.IteratorAge.Known:
		c.find(s.Address, notice.CheckPolicy("max_iterator_age", "How far consumers are behind is not known: a history has it, and without "+
			"one the rule is not met."), free)
	case evidenced.FarthestBehind() > *most:
		c.find(s.Address, notice.CheckPolicy("max_iterator_age", fmt.Sprintf("A consumer was %s behind; the policy allows %s.",
			evidenced.FarthestBehind(), *most)), free)
	}
}

// warm says that warm throughput hangs on the account.
func (c *checker) warm(s *Subject) {
	if w := s.Parts.Stream.After.WarmMiB; w.Known() && w.Value > 0 {
		c.find(s.Address, notice.CheckWarm(), free)
	}
}

// alarms checks that iterator age and throttled writes are watched. An alarm whose stream is not
// known may be one of these: it is named as unknown, and does not count.
func (c *checker) alarms(s *Subject) {
	age, writes := false, false
	functions := map[string]bool{}
	for _, m := range s.Parts.Mappings {
		if m.After != nil {
			functions[m.After.Function.Value] = true
		}
	}
	watch := func(a *iac.AlarmState) {
		for _, metric := range a.Metrics {
			age = age || strings.Contains(metric, "IteratorAge") || metric == "SubscribeToShardEvent.MillisBehindLatest"
			writes = writes || metric == "WriteProvisionedThroughputExceeded" || metric == "PutRecords.ThrottledRecords"
		}
	}
	for _, a := range s.Parts.Alarms {
		if a.After != nil && a.Action != iac.Delete {
			watch(a.After)
		}
	}
	for i := range c.Stack.Alarms {
		if a := &c.Stack.Alarms[i]; a.After != nil && a.Action != iac.Delete && a.After.Owner.Known() && functions[a.After.Owner.Value] {
			watch(a.After)
		}
	}
	if !age && len(s.After.Workload.Consumers) > 0 {
		c.find(s.Address, notice.CheckAgeAlarm(), free)
	}
	if !writes && s.mode() == model.Provisioned {
		c.find(s.Address, notice.CheckWriteAlarm(), free)
	}
}

// peak says that the dollars are those of the peak in every second, where no average is known.
func (c *checker) peak(s *Subject, out *Stream) {
	written := s.After
	if !written.Traffic && s.Before != nil {
		written = s.Before
	}
	given := map[string]bool{}
	for _, in := range written.Inputs {
		given[in.Name] = in.Source != model.Default
	}
	rate := written.Workload.Producer.Peak
	if out.Traffic && out.Monthly.After.Known && rate > 0 && given["producer.peak"] && !given["producer.average"] {
		c.find(s.Address, notice.CheckPeakPriced(rate), free)
	}
}

// unknown names what is not known of a stream, so that it is not taken to be in order.
func (c *checker) unknown(s *Subject, out *Stream) {
	if !out.Traffic {
		c.find(s.Address, notice.CheckUnknown("nothing says what is written: whether it carries its load was not checked, and its "+
			"dollars are those of shards, retention and registrations, without data"), free)
	}
	if s.mode() == model.Provisioned && !s.After.Shards.Known {
		c.find(s.Address, notice.CheckUnknown("how many shards it has is not known"), free)
	}
	if !s.After.Mode.Known && s.Parts != nil {
		c.find(s.Address, notice.CheckUnknown("the mode is not known"), free)
	}
	if s.After.Tariff != nil && !out.Monthly.After.Known && (s.mode() != model.Provisioned || s.After.Shards.Known) {
		c.find(s.Address, notice.CheckUnknown("what it costs is not known"), free)
	}
	if s.Parts == nil {
		return
	}
	for _, f := range s.Parts.Faults {
		c.find(f.Address, notice.CheckUnknown(strings.TrimPrefix(f.Path+": "+f.Problem, ": ")), free)
	}
	if n := s.Parts.Stream.After.Name; n.Origin == iac.Unknown {
		c.find(s.Address, notice.CheckUnknown("the name of the stream is not known: "+n.Why), free)
	}
}
