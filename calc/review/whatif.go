package review

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// resolve returns the what-ifs of a request, with when each begins in some traffic. The
// error is input.Errors, with all that is wrong: a time outside of the traffic, or a
// consumer that does not exist.
func resolve(q *ReplayRequest, t *replay.Traffic, w *model.Workload) ([]WhatIf, error) {
	list := append([]WhatIf{}, q.WhatIf...)
	var faults input.Errors
	for i := range list {
		problem, allowed := list[i].resolveStart(t)
		if problem == "" {
			problem, allowed = list[i].checkConsumer(w)
		}
		if problem == "" && list[i].Kind == replay.Poison && q.Mode != model.Provisioned {
			problem = "AWS splits the shards of " + string(q.Mode) + ", and which one has the record changes"
			allowed = "with provisioned shards"
		}
		if problem != "" {
			faults = append(faults, input.Error{Where: list[i].Where, Value: list[i].Text, Problem: problem, Allowed: allowed})
		}
	}
	if faults != nil {
		return nil, faults
	}
	return list, nil
}

// resolveStart finds when the incident begins, or returns what is wrong with that and
// what is allowed.
func (i *WhatIf) resolveStart(t *replay.Traffic) (problem, allowed string) {
	seconds := t.Seconds()
	length := unit.Duration(seconds * float64(time.Second)).String()
	switch {
	case i.Moment.Known && t.Start.IsZero():
		return "a declared scenario has no date", "a time since it begins, below " + length
	case i.Moment.Known:
		i.At = i.Moment.Value.Sub(t.Start).Seconds()
	}
	lasts, within := i.Kind == replay.Stop || i.Kind == replay.Slow, i.At >= 0 && i.At < seconds
	if lasts && within && i.At+i.For >= seconds {
		return "lasts until the traffic ends, which hides the recovery", "an end before " + moment(t, seconds)
	}
	if within {
		return "", ""
	}
	allowed = "a time since the traffic begins, below " + length
	if !t.Start.IsZero() {
		end := t.Start.Add(time.Duration(seconds * float64(time.Second)))
		allowed = fmt.Sprintf("%s to %s, or %s", t.Start.Format(time.RFC3339), end.Format(time.RFC3339), allowed)
	}
	return "not within the traffic", allowed
}

// moment returns a time of the traffic as text.
func moment(t *replay.Traffic, seconds float64) string {
	if t.Start.IsZero() {
		return unit.Duration(seconds * float64(time.Second)).String()
	}
	return t.Start.Add(time.Duration(seconds * float64(time.Second))).Format(time.RFC3339)
}

// checkConsumer returns what is wrong with the consumer that the incident is about, and
// what is allowed; nothing if the incident can happen to it.
func (i *WhatIf) checkConsumer(w *model.Workload) (problem, allowed string) {
	if i.Kind == replay.Surge {
		return "", ""
	}
	var names []string
	for n := range w.Consumers {
		c := &w.Consumers[n]
		if c.Name != i.Consumer {
			names = append(names, c.Name.String())
			continue
		}
		if i.Kind == replay.Slow && i.Rate == 0 && !c.HasSpeed() {
			return "the speed of " + c.Name.String() + " is not known, so it has no share", "a speed, such as 300/s"
		}
		return "", ""
	}
	if names == nil {
		return "there are no consumers", "a workload that has the consumer"
	}
	return "there is no consumer " + i.Consumer.String(), strings.Join(names, ", ")
}

// givesUp returns after how many seconds a function gives up a poison-pill record: when
// it has failed as often as its event source mapping lets it retry, or the record is as
// old as that allows. It is 0 where neither is known: until the record expires. What is
// declared of the mapping goes before what a history has of it.
func (r *replayer) givesUp(name model.Name) float64 {
	after := math.Inf(1)
	for i := range r.workload.Consumers {
		if c := &r.workload.Consumers[i]; c.Name == name {
			n, bounded := c.Lambda.Retries.Most()
			after = givenUpAfter(c, model.Maybe[int]{Value: n, Known: bounded}, c.Lambda.MaxRecordAge)
			if math.IsInf(after, 1) {
				after = r.measuredGivesUp(c)
			}
		}
	}
	if math.IsInf(after, 1) {
		return 0
	}
	return after
}

// measuredGivesUp is the same of the mapping in the history; +Inf where that has none.
func (r *replayer) measuredGivesUp(c *model.Consumer) float64 {
	after := math.Inf(1)
	if r.History == nil {
		return after
	}
	for _, f := range r.History.Configuration.Value.Functions.Value {
		if f.Name == string(c.Name) || f.FanOut == model.Known(c.Name) {
			after = givenUpAfter(c, f.MaximumRetries, f.MaximumRecordAge.Value)
		}
	}
	return after
}

// givenUpAfter returns after how many seconds a record is given up that is tried again so
// often, each time for as long as an invocation takes, or until it has an age, 0 for none.
func givenUpAfter(c *model.Consumer, retries model.Maybe[int], age unit.Duration) float64 {
	after := math.Inf(1)
	if retries.Known && c.Lambda.Duration > 0 {
		after = float64(1+retries.Value) * c.Lambda.Duration.Seconds()
	}
	if age > 0 {
		after = min(after, age.Seconds())
	}
	return after
}
