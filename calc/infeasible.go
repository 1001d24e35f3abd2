package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// obstacle is one reason for which no number of shards makes a workload fit.
type obstacle struct {
	consumer int   // the one that it is about; -1 for none
	need     *Need // that no count satisfies, where it is that
	describe func(s *Sizing, o *obstacle, minimum int) model.Infeasibility

	polls *notice.PollRemedy // what helps against too many polls, where it is known
}

// obstacles returns every reason for which no number of shards makes the workload
// fit, given what its constraints need. What fits is decided here alone.
func (s *Sizing) obstacles(needs []Need) (list []obstacle) {
	if minimum, _ := Counts(needs); minimum > s.Limits.StreamShards.Value {
		list = append(list, obstacle{consumer: -1, describe: (*Sizing).tooManyShards})
	}
	if s.TooManyCalls() {
		list = append(list, obstacle{consumer: -1, describe: (*Sizing).tooManyCalls})
	}
	if s.Enhanced > float64(s.Limits.FanOutConsumers.Value) {
		list = append(list, obstacle{consumer: -1, describe: (*Sizing).tooManyFanOut})
	}
	if s.keyTooLarge() {
		list = append(list, obstacle{consumer: -1, describe: (*Sizing).describeKey})
	}
	for i := range needs {
		if describe := s.endless(&needs[i]); describe != nil {
			list = append(list, obstacle{consumer: needs[i].Consumer, need: &needs[i], describe: describe})
		}
	}
	for i := range s.Workload.Consumers {
		if c := &s.Workload.Consumers[i]; c.LatencyBound == model.DelayBound && s.BelowFloor(c) {
			list = append(list, obstacle{consumer: i, describe: (*Sizing).latencyTooShort})
		}
	}
	return list
}

// endless returns what describes why no count satisfies a need; nil where one does, or where
// that is said of another need.
func (s *Sizing) endless(n *Need) func(s *Sizing, o *obstacle, minimum int) model.Infeasibility {
	switch {
	case !n.Constraint.countsShards() || !math.IsInf(n.Full, 1):
		return nil
	case s.beyondEqual(n):
		return (*Sizing).equalShards
	case s.beyondOneKey(n):
		if n.Constraint.Family == "producer-limit" {
			return nil // of which the key has a limit of its own
		}
		return (*Sizing).beyondKey
	case s.holdsNoRecord(n.Consumer):
		if n.Constraint == consumptionSpeed[0] {
			return (*Sizing).payloadTooSmall
		}
		return nil
	case math.IsInf(n.decisive(s).moved, 1):
		return (*Sizing).backlogTooLarge
	}
	return (*Sizing).tooSlowInAll
}

// beyondOneKey reports whether a number of even shards would do, but none with the largest
// partition key on one of them.
func (s *Sizing) beyondOneKey(n *Need) bool {
	fn := s.function(n.Consumer)
	return s.Skew.keys != nil && !math.IsInf(n.even(s, &fn, 1), 1)
}

// beyondEqual reports whether no number of equal shards would do, though the largest key fits
// one: keys lie too close together.
func (s *Sizing) beyondEqual(n *Need) bool {
	if !s.Skew.placed() {
		return false
	}
	fn := s.function(n.Consumer)
	even := n.even(s, &fn, 1)
	return !math.IsInf(even, 1) && even*s.largestShare()*(1-Tolerance) <= 1
}

// equalShards is about keys that lie too close together for equal shards.
func (s *Sizing) equalShards(o *obstacle, _ int) model.Infeasibility {
	most := &s.Limits.StreamShards
	return infeasible(notice.EqualShards(o.need.ID(s.Workload), most.Value), most.Source)
}

// holdsNoRecord reports whether no invocation of a consumer's function takes a record.
func (s *Sizing) holdsNoRecord(consumer int) bool {
	c := &s.Workload.Consumers[consumer]
	if c.Lambda.Duration == 0 {
		return false
	}
	fn := NewFunction(s.Limits, &c.Lambda)
	return fn.Batch(s.Packing.Size(0, 1)) < 1
}

// Fits reports whether some number of shards carries the workload.
func (s *Sizing) Fits(needs []Need) bool { return len(s.obstacles(needs)) == 0 }

// Infeasible returns why no number of shards carries the workload, with what would
// help. It is empty where the workload fits.
func (s *Sizing) Infeasible(needs []Need) []model.Infeasibility {
	r := s.PollRemedy()
	return s.InfeasibleWith(needs, &r)
}

// InfeasibleWith is Infeasible with what helps against too many polls, and what that costs.
func (s *Sizing) InfeasibleWith(needs []Need, polls *notice.PollRemedy) []model.Infeasibility {
	minimum, _ := Counts(needs)
	list := []model.Infeasibility{}
	for _, o := range s.obstacles(needs) {
		o.polls = polls
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

func (s *Sizing) tooManyCalls(o *obstacle, _ int) model.Infeasibility {
	most := &s.Limits.ShardReadCalls
	return infeasible(notice.TooManyCalls(s.Calls, most.Value, *o.polls), most.Source)
}

func (s *Sizing) tooManyFanOut(o *obstacle, _ int) model.Infeasibility {
	most := &s.Limits.FanOutConsumers
	free := int(max(0, s.Limits.ShardReadCalls.Value-s.Calls) * (1 + Tolerance))
	return infeasible(notice.FanOutConsumers(free, *o.polls), most.Source)
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

// tooSlowInAll is about a consumer whose processors together are too slow, whatever their
// number.
func (s *Sizing) tooSlowInAll(o *obstacle, _ int) model.Infeasibility {
	c, t := &s.Workload.Consumers[o.consumer], o.need.decisive(s)
	within := ""
	if o.need.Constraint != consumptionSpeed[0] {
		within = " to be in time"
	}
	needs := unit.RecordsPerSecond(t.moved)
	total := s.TotalSpeed(c)
	z := c.Lambda.ReservedConcurrency
	if z == 0 || c.Lambda.Duration == 0 || total == c.TotalSpeed {
		return infeasible(notice.TotalSpeed(o.need.ID(s.Workload)[len(o.need.Constraint.Family)+1:],
			o.need.Constraint.Family, string(c.Name), total, needs, within), s.Limits.ShardReadCalls.Source)
	}
	enough := int(math.Ceil(t.moved / float64(total) * float64(z) * (1 - Tolerance)))
	return infeasible(notice.ReservedConcurrency(o.need.ID(s.Workload)[len(o.need.Constraint.Family)+1:],
		o.need.Constraint.Family, string(c.Name), int(z), enough, total, needs, within), s.Limits.LambdaConcurrency.Source)
}

// TotalSpeed returns the most that all processors of a consumer process together, whatever
// the shards; 0 where nothing bounds that.
func (s *Sizing) TotalSpeed(c *model.Consumer) unit.RecordsPerSecond {
	t := s.speedTerm(c, s.Peak, s.Peak)
	if t.counts == invocations && c.Lambda.ReservedConcurrency > 0 {
		fn := NewFunction(s.Limits, &c.Lambda)
		z := float64(c.Lambda.ReservedConcurrency)
		if packed := z * fn.PackedSpeed(&s.Packing, s.Peak, z); t.total == 0 || packed < t.total {
			return unit.RecordsPerSecond(packed)
		}
	}
	return unit.RecordsPerSecond(t.total)
}

// backlogTooLarge is about a consumer whose backlog takes longer to read in today's shards
// than it may take, however many are added.
func (s *Sizing) backlogTooLarge(o *obstacle, _ int) model.Infeasibility {
	c := &s.Workload.Consumers[o.consumer]
	backlog, within, now := s.BacklogOf(c), c.TimeToCatchUp(), float64(s.Workload.CurrentShards)
	even := s.Skew.Even(now)
	needs := (backlog/within.Seconds() + s.currentRate(within)) / even
	unbounded := model.Consumer{Type: c.Type, PollInterval: c.PollInterval}
	n := notice.BacklogInParents(string(c.Name), unit.Records(backlog), int(now),
		DurationOf(s.parentSeconds(c, backlog)), within, DurationOf(s.CaughtUp(c, backlog, now)))
	parents, most := DurationOf(s.parentSeconds(c, backlog)), s.reads(&unbounded, even)
	faster := math.Min(most, 1.5*backlog/within.Seconds()/even) // two thirds of the time in today's shards
	speed := func(reads float64) unit.RecordsPerSecond {
		return unit.RecordsPerSecond(roundUp(reads * c.Processed()))
	}
	switch least := DurationOf(s.parentSeconds(&unbounded, backlog)); {
	case needs <= most*(1+Tolerance):
		n.Remedy = notice.Faster(string(c.Name), speed(needs), parents)
	case least >= within:
		n.Remedy = notice.AllowToCatchUp(least)
	default:
		n.Remedy = notice.FasterOnMore(string(c.Name), speed(faster), parents)
	}
	return infeasible(n, s.Limits.ShardReadBytes.Source)
}
