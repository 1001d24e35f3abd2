package review

import (
	"fmt"
	"slices"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// chancesOf returns the chances of a replay's counts; nil where they are not known: without a
// history, on-demand, and where the traffic was declared.
func (r *replayer) chancesOf(t *fit.Traffic) *chances {
	if r.History == nil || r.declared() || r.request.Mode != model.Provisioned {
		return nil
	}
	return newChances(r, t, r.growthOver(r.workload))
}

// addTo sets the odds of candidates.
func (c *chances) addTo(candidates []Candidate) {
	if c == nil {
		return
	}
	for i := range candidates {
		if one := &candidates[i]; one.Shards.Known {
			p, ok := c.of(one.Shards.Value)
			one.Odds = model.Known(Chance{Shards: one.Shards.Value, Holds: p, AtLeast: !ok})
		}
	}
}

// grown returns traffic that is so many times as much. The odds look at what it was.
func grown(t *replay.Traffic, times float64) *replay.Traffic {
	more := *t
	more.Parts = slices.Clone(t.Parts)
	for i := range more.Parts {
		more.Parts[i].Flows = slices.Clone(t.Parts[i].Flows)
		for k, f := range more.Parts[i].Flows {
			more.Parts[i].Flows[k] = replay.Flow{Records: f.Records * times, Bytes: f.Bytes * times}
		}
	}
	return &more
}

// addAhead plays what is declared of the time to come: the traffic as it will have grown
// when the horizon ends, and the event, which a history has at the same time of the week, as
// late as it fits, and a scenario from the beginning.
func (r *replayer) addAhead() {
	w, t := r.workload, r.setup.Traffic
	if times := w.Growth.Over(w.Horizon); times > 1 {
		t = grown(t, times)
		r.setup.Traffic = t
	}
	if w.Event.Factor <= 1 {
		return
	}
	at, length := 0.0, min(w.Event.For.Seconds(), t.Seconds())
	if !t.Start.IsZero() {
		at = w.Event.From.Time().Sub(t.Start).Seconds()
		for week := unit.Week.Seconds(); at+length > t.Seconds() && at >= week; at -= week {
		}
		at = min(max(0, at), t.Seconds()-length)
	}
	i := replay.Incident{Kind: replay.Surge, At: at, For: length, Times: float64(w.Event.Factor)}
	r.setup.Incidents = append(r.setup.Incidents, i)
	r.whatIf = append(r.whatIf, WhatIf{Text: fmt.Sprintf("event,factor=%s,from=%s,for=%s", w.Event.Factor, w.Event.From,
		w.Event.For), Incident: i})
}
