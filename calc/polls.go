package calc

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// FewestToFanOut returns the fewest standard consumers, by their index, that have to move to
// enhanced fan-out so that no consumer is below the floor of its delay bound and a shard
// serves the polls of those that stay. For the calls all are alike, so after those below
// their floor the ones that poll the most often move.
func (s *Sizing) FewestToFanOut() []int {
	var moves, stays []int
	calls := 0.0
	for i := range s.Workload.Consumers {
		switch c := &s.Workload.Consumers[i]; {
		case c.Type != model.Standard:
		case c.LatencyBound == model.DelayBound && s.BelowFloor(c):
			moves = append(moves, i)
		default:
			stays = append(stays, i)
			calls += s.callsOf(i)
		}
	}
	slices.SortStableFunc(stays, func(i, j int) int { return cmp.Compare(s.callsOf(j), s.callsOf(i)) })
	for len(stays) > 0 && calls*(1-Tolerance) > s.Limits.ShardReadCalls.Value {
		calls -= s.callsOf(stays[0])
		moves, stays = append(moves, stays[0]), stays[1:]
	}
	slices.Sort(moves)
	return moves
}

// MoveFewest returns a copy of the workload in which the fewest consumers that have to move
// use enhanced fan-out, and which these are, by their index (see [Sizing.FewestToFanOut]).
func (s *Sizing) MoveFewest() (w model.Workload, moved []int) {
	w, moved = *s.Workload, s.FewestToFanOut()
	w.Consumers = slices.Clone(w.Consumers)
	for _, i := range moved {
		w.Consumers[i].Type = model.EnhancedFanOut
	}
	return w, moved
}

// callsOf returns the GetRecords calls a second of a standard consumer.
func (s *Sizing) callsOf(i int) float64 { return 1 / s.Workload.Consumers[i].PollInterval.Seconds() }

// SlowerPoll returns the shortest interval, in whole milliseconds, at which all standard
// consumers can poll whose interval can be changed: what functions and those that poll less
// often leave of a shard's calls, shared evenly. It is 0 where there is none up to the
// longest that a consumer may have.
func (s *Sizing) SlowerPoll() unit.Duration {
	var slowing []float64 // calls of those that can slow down
	left := s.Limits.ShardReadCalls.Value
	for i := range s.Workload.Consumers {
		switch c := &s.Workload.Consumers[i]; {
		case c.Type != model.Standard:
		case c.IsFunction():
			left -= s.callsOf(i)
		default:
			slowing = append(slowing, s.callsOf(i))
		}
	}
	slices.Sort(slowing)
	for len(slowing) > 0 && left > 0 && slowing[0] <= left/float64(len(slowing)) {
		left -= slowing[0]
		slowing = slowing[1:]
	}
	if len(slowing) == 0 || left <= Tolerance {
		return 0
	}
	const step = unit.Duration(time.Millisecond)
	every := unit.Duration(math.Ceil(float64(len(slowing))/left*1e9/float64(step)*(1-Tolerance))) * step
	if every > model.LongestPoll {
		return 0
	}
	return every
}

// RelayStreams returns how many streams, each fed from the first or from one that is, serve
// the standard consumers, if each polls once a second or less often: of the calls of k
// streams k − 1 are the relays', so they serve 4k + 1. It is 0 where one polls more often,
// or one stream does.
func (s *Sizing) RelayStreams() int {
	calls := int(s.Limits.ShardReadCalls.Value)
	for i := range s.Workload.Consumers {
		if c := &s.Workload.Consumers[i]; c.Type == model.Standard && s.callsOf(i) > 1+Tolerance {
			return 0
		}
	}
	n := int(math.Ceil((s.Standard - 1) / float64(calls-1)))
	if n = max(n, int(math.Ceil(s.Enhanced/float64(s.Limits.FanOutConsumers.Value)))); n > 1 {
		return n
	}
	return 0
}

// RelayDelay is how much later records reach a stream that another one feeds: what feeds it
// polls once a second.
const RelayDelay unit.Duration = 1e9

// RelayFeeds returns the stream that feeds another one of a relay: each feeds as many as a
// shard serves polls a second.
func (s *Sizing) RelayFeeds(stream int) int { return (stream - 1) / int(s.Limits.ShardReadCalls.Value) }

// RelaysBefore returns how many relays records pass before they reach a stream.
func (s *Sizing) RelaysBefore(stream int) (relays int) {
	for ; stream > 0; stream = s.RelayFeeds(stream) {
		relays++
	}
	return relays
}

// PollRemedy returns what would help where the polls, or the enhanced fan-out consumers, are
// too many for one stream, without any cost.
func (s *Sizing) PollRemedy() notice.PollRemedy {
	functions := 0
	for i := range s.Workload.Consumers {
		if c := &s.Workload.Consumers[i]; c.Type == model.Standard && c.IsFunction() {
			functions++
		}
	}
	return notice.PollRemedy{
		Moves: len(s.FewestToFanOut()), Standard: int(s.Standard), Functions: functions,
		FanOut: int(s.Enhanced), Most: s.Limits.FanOutConsumers.Value, Advantage: s.Limits.FanOutConsumersMost.Value,
		FunctionPoll: s.Limits.LambdaPoll.Value, Slower: s.SlowerPoll(), Relays: s.RelayStreams(),
		Relayed: s.relayed(), RelayDelay: unit.Duration(s.RelaysBefore(s.RelayStreams()-1)) * RelayDelay,
	}
}

// relayed returns how many consumers that poll once a second the streams of a relay serve.
func (s *Sizing) relayed() int {
	if k := s.RelayStreams(); k > 0 {
		return k*(int(s.Limits.ShardReadCalls.Value)-1) + 1
	}
	return 0
}
