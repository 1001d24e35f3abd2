package calc

import (
	"fmt"
	"math"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Floor returns the delay that no shard count lowers: a standard consumer's
// poll interval, or what enhanced fan-out takes, and the aggregation buffer.
func (s *Sizing) Floor(c *model.Consumer) unit.Duration {
	delay := c.PollInterval
	if c.Type == model.EnhancedFanOut {
		delay = s.Limits.FanOutDelay.Value
	}
	return delay + s.buffered() + s.putWait() + c.Lambda.BatchingWindow
}

// buffered returns how long a producer holds a record back to aggregate it.
func (s *Sizing) buffered() unit.Duration {
	if !s.Packing.On() {
		return 0
	}
	return s.Workload.Producer.Aggregation.Buffer
}

// BelowFloor reports whether a consumer's latency is shorter than its floor.
func (s *Sizing) BelowFloor(c *model.Consumer) bool {
	return c.Latency > 0 && c.Latency < s.Floor(c)
}

// FloorText returns what a consumer's floor is made of, in words.
func (s *Sizing) FloorText(c *model.Consumer) string {
	parts := "its poll interval"
	if c.Type == model.EnhancedFanOut {
		parts = "the delay of enhanced fan-out"
	}
	if s.buffered() > 0 {
		parts += " and the aggregation buffer of " + s.buffered().String()
	}
	if w := s.putWait(); w > 0 {
		parts += " and the wait of " + w.String() + " for a PutRecords call"
	}
	if w := c.Lambda.BatchingWindow; w > 0 {
		parts += " and its batching window of " + w.String()
	}
	return parts
}

// FloorRemedy returns the change, as a sentence, that brings a consumer's floor to its latency or
// below, if there is one.
func (s *Sizing) FloorRemedy(c *model.Consumer) string {
	if wait := s.putWait(); wait > 0 {
		without := s.Floor(c) - wait
		if c.Latency > without {
			return fmt.Sprintf("Let records wait for a PutRecords call for %s at most.", c.Latency-without)
		}
		var w model.Workload
		bare := s.withoutPutWait(&w)
		if c.Latency == without {
			return "Let no record wait for a PutRecords call to fill."
		}
		return "Let no record wait for a PutRecords call to fill. " + bare.FloorRemedy(c)
	}
	fanOut, left := s.Limits.FanOutDelay.Value, c.Latency-s.buffered()
	move := s.moveText(c)
	if window := c.Lambda.BatchingWindow; window > 0 {
		without := s.Floor(c) - window
		if c.Latency > without {
			return fmt.Sprintf("Shorten its batching window to %s.", c.Latency-without)
		}
		bare := *c
		bare.Lambda.BatchingWindow = 0
		if c.Latency == without {
			return "Do without its batching window."
		}
		return "Do without its batching window. " + s.FloorRemedy(&bare)
	}
	switch {
	case c.Latency < fanOut || c.Latency == fanOut && s.buffered() > 0:
		return fmt.Sprintf("Allow %s or more: nothing reads faster than enhanced fan-out, which takes about %s.",
			fanOut+s.buffered(), fanOut)
	case left < fanOut && move != "":
		return fmt.Sprintf("Shorten the aggregation buffer to %s, and %s, which takes about %s.", c.Latency-fanOut, move, fanOut)
	case left < fanOut:
		return fmt.Sprintf("Shorten the aggregation buffer to %s.", c.Latency-fanOut)
	case move == "":
		return fmt.Sprintf("Allow %s or more: the stream has all the enhanced fan-out consumers that it may have.", s.Floor(c))
	case c.IsFunction():
		return fmt.Sprintf("%s, which takes about %s: an event source mapping polls every %s, which cannot be changed.",
			strings.ToUpper(move[:1])+move[1:], fanOut, s.Limits.LambdaPoll.Value)
	case left >= s.fastestBeside(c):
		return fmt.Sprintf("Let it poll every %s, or %s, which takes about %s.", left, move, fanOut)
	}
	return fmt.Sprintf("Polling is not fast enough for that (%s calls a second, shared); %s, which takes about %s.",
		unit.Grouped(s.Limits.ShardReadCalls.Value, 0), move, fanOut)
}

// moveText returns that a standard consumer moves to enhanced fan-out, where the stream may
// have one more.
func (s *Sizing) moveText(c *model.Consumer) string {
	if c.Type != model.Standard || s.Enhanced >= float64(s.Limits.FanOutConsumers.Value) {
		return ""
	}
	return "move it to enhanced fan-out"
}

// fastestBeside returns how often one standard consumer may poll a shard while
// the others go on as they do.
func (s *Sizing) fastestBeside(c *model.Consumer) unit.Duration {
	most := s.Limits.ShardReadCalls.Value
	left := most - (s.Calls - 1/c.PollInterval.Seconds())
	if left <= most*Tolerance {
		return math.MaxInt64
	}
	return unit.Duration(math.Ceil(1e9 / left * (1 - Tolerance)))
}
