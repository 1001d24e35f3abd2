package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// obstacle is one reason for which no number of shards makes a workload fit.
type obstacle struct {
	consumer int // the one that it is about; -1 for none
	describe func(s *Sizing, o *obstacle, minimum int) model.Infeasibility
}

// obstacles returns every reason for which no number of shards makes the workload
// fit, given what its constraints need. What fits is decided here alone.
func (s *Sizing) obstacles(needs []Need) (list []obstacle) {
	if minimum, _ := Counts(needs); minimum > s.Limits.StreamShards.Value {
		list = append(list, obstacle{-1, (*Sizing).tooManyShards})
	}
	if s.TooManyCalls() {
		list = append(list, obstacle{-1, (*Sizing).tooManyCalls})
	}
	if s.Enhanced > float64(s.Limits.FanOutConsumers.Value) {
		list = append(list, obstacle{-1, (*Sizing).tooManyFanOut})
	}
	for i := range needs {
		if n := &needs[i]; n.Constraint == consumptionSpeed[0] && math.IsInf(n.Full, 1) {
			list = append(list, obstacle{n.Consumer, (*Sizing).payloadTooSmall})
		}
	}
	for i := range s.Workload.Consumers {
		if c := &s.Workload.Consumers[i]; c.LatencyBound == model.DelayBound && s.BelowFloor(c) {
			list = append(list, obstacle{i, (*Sizing).latencyTooShort})
		}
	}
	return list
}

// Fits reports whether some number of shards carries the workload.
func (s *Sizing) Fits(needs []Need) bool { return len(s.obstacles(needs)) == 0 }

// Infeasible returns why no number of shards carries the workload, with what would
// help. It is empty where the workload fits.
func (s *Sizing) Infeasible(needs []Need) []model.Infeasibility {
	minimum, _ := Counts(needs)
	list := []model.Infeasibility{}
	for _, o := range s.obstacles(needs) {
		list = append(list, o.describe(s, &o, minimum))
	}
	return list
}

// infeasible adds the source of a limit to a notice.
func infeasible(n notice.Notice, source string) model.Infeasibility {
	return model.Infeasibility{ID: n.ID, Message: n.Message, Remedy: n.Remedy, Source: source}
}

func (s *Sizing) tooManyShards(_ *obstacle, minimum int) model.Infeasibility {
	most := &s.Limits.StreamShards
	return infeasible(notice.StreamShards(minimum, most.Value, Shards(float64(minimum)/float64(most.Value))), most.Source)
}

// TooManyCalls reports whether the standard consumers poll a shard more often
// than it serves.
func (s *Sizing) TooManyCalls() bool {
	return s.Calls*(1-Tolerance) > s.Limits.ShardReadCalls.Value
}

func (s *Sizing) tooManyCalls(_ *obstacle, _ int) model.Infeasibility {
	most := &s.Limits.ShardReadCalls
	return infeasible(notice.TooManyCalls(int(s.Standard), s.Calls, most.Value, s.FastestPoll()), most.Source)
}

// FastestPoll returns how often each standard consumer may poll a shard when
// they share its calls evenly: m × 200 ms.
func (s *Sizing) FastestPoll() unit.Duration {
	return unit.Duration(math.Ceil(math.Max(1, s.Standard) / s.Limits.ShardReadCalls.Value * 1e9))
}

func (s *Sizing) tooManyFanOut(_ *obstacle, _ int) model.Infeasibility {
	most := &s.Limits.FanOutConsumers
	return infeasible(notice.FanOutConsumers(int(s.Enhanced), most.Value, s.Limits.FanOutConsumersMost.Value), most.Source)
}

// payloadTooSmall is about a Lambda function of which no invocation takes a record.
func (s *Sizing) payloadTooSmall(o *obstacle, _ int) model.Infeasibility {
	name := string(s.Workload.Consumers[o.consumer].Name)
	l := s.Limits
	return infeasible(
		notice.RecordAbovePayload(name, s.Workload.Producer.RecordSize, l.LambdaPayload.Value, l.LambdaEnvelope.Value),
		l.LambdaPayload.Source,
	)
}

// latencyTooShort is about a consumer that no record reaches within its delay bound.
func (s *Sizing) latencyTooShort(o *obstacle, _ int) model.Infeasibility {
	c := &s.Workload.Consumers[o.consumer]
	source := s.Limits.ShardReadCalls.Source
	if c.Type == model.EnhancedFanOut {
		source = s.Limits.FanOutDelay.Source
	}
	return infeasible(
		notice.DelayBelowFloor(string(c.Name), s.Floor(c), s.FloorText(c), c.Latency, s.FloorRemedy(c)),
		source,
	)
}
