package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// backlogNow is the constraint of what a consumer has not read yet. Where today's shards
// are known the backlog lies in them, and a consumer reads a parent shard to its end before
// its children: shards that are added do not drain it.
//
// Source: Developer Guide, "Strategies for resharding" and the KCL's lease management.
var backlogNow = &Constraint{
	Topic: "acceptable-latency.backlog", Family: "acceptable-latency", PerConsumer: true,
	Reads:   Reads{Consumer: []string{"backlog", "behind", "catch_up"}},
	applies: func(_ Sizing, c *model.Consumer) bool { return c.Backlog > 0 || c.Behind > 0 },
	terms: func(s Sizing, c *model.Consumer) terms {
		backlog, now := s.BacklogOf(c), s.Workload.CurrentShards
		if now == 0 {
			return s.backlogTerms(c, backlog, s.Peak)
		}
		within := c.TimeToCatchUp().Seconds()
		current := s.currentRate(c.TimeToCatchUp())
		drained := math.Inf(1)
		if left := within - s.parentSeconds(c, backlog); left > within*Tolerance {
			drained = current * within / left
		}
		return s.drainTerms(c, drained, (s.Standard-1)*current, s.Peak)
	},
	moved: func(s *Sizing, c *model.Consumer, t *term) string { return s.backlogNowText(c, t) },
	lever: catchUpLever,
}

// BacklogOf returns what a consumer has not read now, in user records: as declared, or what
// was written within the time that it is behind.
func (s *Sizing) BacklogOf(c *model.Consumer) float64 {
	if c.Backlog > 0 {
		return float64(c.Backlog)
	}
	return s.BacklogRate() * s.kept(c.Behind).Seconds()
}

// BacklogRate returns the user records a second that a backlog of now came with: the peak, or
// what today's shards take of it, where they are known.
func (s *Sizing) BacklogRate() float64 {
	if s.Workload.CurrentShards == 0 {
		return s.Peak
	}
	even := s.Skew.Even(float64(s.Workload.CurrentShards))
	return math.Min(s.Peak, even*s.takes(s.Peak/even))
}

// parentSeconds returns how long a consumer takes to read a backlog in today's shards,
// those that it lies in: backlog/(N₀·D). It is 0 where nothing bounds how fast it reads, and
// +Inf where the other consumers leave it nothing to read with.
func (s *Sizing) parentSeconds(c *model.Consumer, backlog float64) float64 {
	even := s.Skew.Even(float64(s.Workload.CurrentShards))
	return backlog / (even * s.reads(c, even))
}

// reads returns D: the user records a second that a consumer reads of a shard, of so many
// that all get the same, while the other consumers are current. It is 0 where those leave
// it no bandwidth.
func (s *Sizing) reads(c *model.Consumer, even float64) float64 {
	wire := s.Packing.Wire(s.Peak, even)
	bandwidth := float64(s.Limits.FanOutBytes.Value) / wire
	if c.Type == model.Standard {
		bandwidth = max(0, float64(s.Limits.ShardReadBytes.Value)/wire-(s.Standard-1)*s.Peak/even)
		returned := math.Min(float64(s.Limits.PollRecords.Value)*s.Packing.PerRecord(s.Peak, even),
			float64(s.Limits.PollBytes.Value)/wire)
		bandwidth = math.Min(bandwidth, returned/c.PollInterval.Seconds())
	}
	if speed := s.processed(c, even); speed > 0 && speed < bandwidth {
		return speed
	}
	return bandwidth
}

// CaughtUp returns after how long a consumer has read a backlog that it has now, and what
// comes meanwhile, where today's shards become another number of them at once. It is
// +Inf where it never does, and where today's shards are not known it counts only the new.
func (s *Sizing) CaughtUp(c *model.Consumer, backlog, shards float64) (seconds float64) {
	first, now := 0.0, float64(s.Workload.CurrentShards)
	if now > 0 && now != shards {
		first = s.parentSeconds(c, backlog)
		backlog = s.Peak * first
	}
	even := s.Skew.Even(shards)
	gains := even*s.reads(c, even) - s.Peak
	if gains <= s.Peak*Tolerance {
		return math.Inf(1)
	}
	return first + backlog/gains
}

// DurationOf returns a time in seconds as a duration, at most a quarter of the longest: what is
// added to it or subtracted from it does not overflow. That is 73 years.
func DurationOf(seconds float64) unit.Duration {
	return unit.Duration(math.Min(seconds*1e9, math.MaxInt64/4))
}

// PastBacklogs returns the backlogs that the outage and the reprocessing of a consumer
// leave, each with what made it, as a noun.
func (s *Sizing) PastBacklogs(c *model.Consumer) (list []PastBacklog) {
	if c.Outage > 0 {
		list = append(list, PastBacklog{"outage", s.Peak * s.kept(c.Outage).Seconds()})
	}
	if c.Reprocess > 0 {
		list = append(list, PastBacklog{"reprocessing", s.Average * s.kept(c.Reprocess).Seconds()})
	}
	return list
}

// PastBacklog is a backlog in user records, and what made it.
type PastBacklog struct {
	Of      string
	Records float64
}

// backlogNowText writes what is drained of a backlog while traffic goes on. Where it lies
// in today's shards, those are read first.
func (s *Sizing) backlogNowText(c *model.Consumer, t *term) string {
	backlog, within := unit.Records(s.BacklogOf(c)), c.TimeToCatchUp()
	if s.Workload.CurrentShards == 0 {
		return s.backlogText(c, t, backlog.Prose())
	}
	parents := DurationOf(s.parentSeconds(c, float64(backlog)))
	if math.IsInf(t.moved, 1) {
		return "what it has not read takes " + parents.Prose() + " in today's shards, of " + within.String()
	}
	text := s.Workload.Producer.Peak.Prose() + " × " + s.timeText(within, s.ahead()) + " ÷ (" + within.String() + " − " +
		parents.Prose() + " in today's shards)"
	if others := s.Standard - 1; t.counts == bytesWritten && t.every == 0 && c.Type == model.Standard && others > 0 {
		text = "(" + text + " + " + unit.Grouped(others, 0) + " × " + s.Workload.Producer.Peak.Prose() + ")"
	}
	return text
}
