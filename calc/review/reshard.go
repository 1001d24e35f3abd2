package review

import (
	"time"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// Reshard is a change of the number of shards that was asked for. Every candidate begins
// with its own number, and goes to this one.
type Reshard struct {
	Text   string  `json:"text"`
	Shards int     `json:"shards"`
	At     float64 `json:"at_seconds"` // since the traffic begins

	// Moment is when it is, where that was given as a date and not as seconds since the
	// traffic begins.
	Moment model.Maybe[time.Time] `json:"time"`
	Where  input.Position         `json:"-"` // where it was given, for errors
}

// addReshard adds the change of the request to the capacities. The error is input.Errors.
func (r *replayer) addReshard() error {
	if !r.request.Reshard.Known {
		return nil
	}
	change := r.request.Reshard.Value
	start := WhatIf{Incident: replay.Incident{At: change.At}, Moment: change.Moment}
	problem, allowed := start.resolveStart(r.setup.Traffic)
	if r.request.Mode != model.Provisioned {
		problem, allowed = "AWS chooses the shards of "+string(r.request.Mode), "with provisioned shards"
	}
	if problem != "" {
		return input.Errors{{Where: change.Where, Value: change.Text, Problem: problem, Allowed: allowed}}
	}
	change.At = start.At
	r.reshard = model.Known(change)
	return nil
}

// provisioned returns the capacity of a candidate.
func (r *replayer) provisioned(shards int) replay.Capacity {
	c := replay.Capacity{Shards: float64(shards)}
	if r.reshard.Known {
		c.Reshard = replay.Reshard{At: r.reshard.Value.At, Shards: float64(r.reshard.Value.Shards)}
	}
	return c
}
