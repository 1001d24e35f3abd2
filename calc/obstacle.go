package calc

import (
	"fmt"
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// obstacles are the reasons for which no shard count makes the workload fit.
func (s *situation) obstacles(needs []Need, minimum int) []model.Infeasibility {
	list := []model.Infeasibility{}
	if most := &s.l.StreamShards; minimum > most.Value {
		list = append(list, model.Infeasibility{ID: idStreamShards,
			Message: fmt.Sprintf("The workload needs %s shards at least; UpdateShardCount scales a stream to at most %s.", count(minimum), count(most.Value)),
			Remedy:  fmt.Sprintf("Split the traffic over %s streams or more, or take a change below that lowers the need.", count(shards(float64(minimum)/float64(most.Value)))),
			Source:  most.Source})
	}
	if s.tooManyCalls() {
		list = append(list, s.callsObstacle())
	}
	if most := &s.l.FanOutConsumers; s.enhanced > float64(most.Value) {
		list = append(list, model.Infeasibility{ID: idFanOutConsumers,
			Message: fmt.Sprintf("%.0f consumers use enhanced fan-out; a stream has at most %d, with On-demand Advantage %d.", s.enhanced, most.Value, s.l.FanOutConsumersMost.Value),
			Remedy:  "Let some of them read as standard consumers, or copy the stream for them.",
			Source:  most.Source})
	}
	for i := range needs {
		if n := &needs[i]; n.Kind == ConsumptionSpeed && math.IsInf(n.Full, 1) {
			list = append(list, s.payloadObstacle(n))
		}
	}
	for i := range s.w.Consumers {
		c := &s.w.Consumers[i]
		if c.LatencyBound == model.DelayBound && s.belowFloor(c) {
			list = append(list, s.floorObstacle(c))
		}
	}
	return list
}

// tooManyCalls tells whether the standard consumers poll a shard more often
// than it answers.
func (s *situation) tooManyCalls() bool {
	return s.calls*(1-tolerance) > s.l.ShardReadCalls.Value
}

func (s *situation) callsObstacle() model.Infeasibility {
	most := &s.l.ShardReadCalls
	return model.Infeasibility{ID: ConsumerCalls.ID(""),
		Message: fmt.Sprintf("The %s poll each shard %s times a second; a shard answers %s GetRecords calls a second. No shard count mends that.",
			unit.Plural(int(s.standard), "standard consumer"), unit.Grouped(s.calls, 2), unit.Grouped(most.Value, 0)),
		Remedy: fmt.Sprintf("Let each of them poll every %s or more, or move some to enhanced fan-out, which does not poll.", s.fastestPoll()),
		Source: most.Source}
}

// fastestPoll answers how often each standard consumer may poll a shard when
// they share its calls evenly: m × 200 ms.
func (s *situation) fastestPoll() unit.Duration {
	return unit.Duration(math.Ceil(math.Max(1, s.standard) / s.l.ShardReadCalls.Value * 1e9))
}

// payloadObstacle is that of a Lambda function to which no record fits.
func (s *situation) payloadObstacle(n *Need) model.Infeasibility {
	c := &s.w.Consumers[n.Consumer]
	return model.Infeasibility{ID: n.Kind.ID(c.Name),
		Message: fmt.Sprintf("A record of %s does not fit into the %s payload of an invocation of %s (estimate: 4/3 of its size for base64, and %s around it).",
			s.w.Producer.RecordSize.Prose(), s.l.LambdaPayload.Value.Prose(), c.Name, s.l.LambdaEnvelope.Value.Prose()),
		Remedy: "Make the records smaller, or pass large payloads by reference.",
		Source: s.l.LambdaPayload.Source}
}

// floor answers the delay that no shard count lowers: a standard consumer's
// poll interval, or what enhanced fan-out takes, and the aggregation buffer.
func (s *situation) floor(c *model.Consumer) unit.Duration {
	delay := c.PollInterval
	if c.Type == model.EnhancedFanOut {
		delay = s.l.FanOutDelay.Value
	}
	return delay + s.buffered()
}

// buffered is how long a producer holds a record back.
func (s *situation) buffered() unit.Duration {
	if !s.packing.on() {
		return 0
	}
	return s.w.Producer.Aggregation.Buffer
}

func (s *situation) belowFloor(c *model.Consumer) bool {
	return c.Latency > 0 && c.Latency < s.floor(c)
}

func (s *situation) floorObstacle(c *model.Consumer) model.Infeasibility {
	o := model.Infeasibility{ID: Latency.ID(c.Name),
		Message: fmt.Sprintf("Records reach %s up to %s after they were written (%s), which is more than the %s that any record may wait. No shard count mends that.",
			c.Name, s.floor(c), s.floorParts(c), c.Latency),
		Remedy: s.floorRemedy(c),
		Source: s.l.ShardReadCalls.Source}
	if c.Type == model.EnhancedFanOut {
		o.Source = s.l.FanOutDelay.Source
	}
	return o
}

func (s *situation) floorParts(c *model.Consumer) string {
	parts := "its poll interval"
	if c.Type == model.EnhancedFanOut {
		parts = "the delay of enhanced fan-out"
	}
	if s.buffered() > 0 {
		parts += " and the aggregation buffer of " + s.buffered().String()
	}
	return parts
}

// floorRemedy names the change that brings a consumer's floor to its latency or
// below, if there is one.
func (s *situation) floorRemedy(c *model.Consumer) string {
	fanOut, left := s.l.FanOutDelay.Value, c.Latency-s.buffered()
	move := ""
	if c.Type == model.Standard {
		move = "move it to enhanced fan-out"
	}
	switch {
	case c.Latency < fanOut || c.Latency == fanOut && s.buffered() > 0:
		return fmt.Sprintf("Allow %s or more: nothing reads faster than enhanced fan-out, which takes about %s.", fanOut+s.buffered(), fanOut)
	case left < fanOut && move != "":
		return fmt.Sprintf("Shorten the aggregation buffer to %s, and %s, which takes about %s.", c.Latency-fanOut, move, fanOut)
	case left < fanOut:
		return fmt.Sprintf("Shorten the aggregation buffer to %s.", c.Latency-fanOut)
	case left >= s.fastestBeside(c):
		return fmt.Sprintf("Let it poll every %s, or %s, which takes about %s.", left, move, fanOut)
	}
	return fmt.Sprintf("Polling is not fast enough for that (%s calls a second, shared); %s, which takes about %s.",
		unit.Grouped(s.l.ShardReadCalls.Value, 0), move, fanOut)
}

// fastestBeside answers how often one standard consumer may poll a shard while
// the others go on as they do.
func (s *situation) fastestBeside(c *model.Consumer) unit.Duration {
	left := s.l.ShardReadCalls.Value - (s.calls - 1/c.PollInterval.Seconds())
	if left <= 0 {
		return math.MaxInt64
	}
	return unit.Duration(math.Ceil(1e9 / left * (1 - tolerance)))
}
