package fleet

import "github.com/kcalc/kcalc/calc"

// minutesOverHours is how many times the mean of its hour the busiest minute of a stream
// is taken for: all that an hour has in six minutes. What is burstier and reaches a limit shows by
// the hour as well, because it was throttled.
const minutesOverHours = 10

// WithinReach reports whether the minutes of a stream may decide what its hours leave open, and
// why. The row is what [Look] made of the subject, whose history is hourly.
//
// An hour hides how its minutes differ, and nothing else: sums add up, the age of what is read is
// the highest of the hour, and there is a point where any minute has one. So the hours decide
//
//   - what is idle, a stream or a consumer, and whether shards were split or merged: whether there is
//     a point at all;
//   - volumes, and so what the on-demand modes cost;
//   - a number of shards that is the one of today, and stays so if the busiest minute has ten times
//     the mean of the busiest hour: a stream of one shard far below its limits.
//
// Minutes are needed where something was throttled or lags, where the number of shards is not that
// of today or does not stay so at ten times the peak, where nothing is decided, and of an
// on-demand stream where shards would cost less: how many it takes is up to its minutes, which
// take as many as its hours at least, so that what costs no less by the hour does not by the minute.
func WithinReach(s *Subject, r *Row) (why string, within bool) {
	switch r.Verdict {
	case Idle, Unwritten, Resharded:
		return "", false
	case DoesNotFit, TooFew, TooMany:
		return "the number of shards would change", true
	}
	l := look{Subject: s}
	if s.History == nil || l.quiet() || !r.Now.Mode.Known || !r.Now.Shards.Known {
		return "", false
	}
	switch {
	case s.Evidence.ThrottledRecords.Total > 0:
		return "writes were throttled", true
	case s.Evidence.ThrottledReads.Total > 0:
		return "reads were throttled", true
	case l.lags():
		return "a consumer does not keep up", true
	case r.Verdict == Undecided:
		return "its hours do not suffice", true
	case r.isOnDemand():
		if cheaper(r) && !l.stays(r.Provisioned.Shards.Value) {
			return "shards would cost less", true
		}
	case r.Provisioned.Shards != r.Now.Shards:
		return "the number of shards would change", true
	case !l.stays(r.Now.Shards.Value):
		return "its minutes may come near a limit", true
	}
	return "", false
}

// lags reports whether a consumer does not keep up.
func (l *look) lags() bool {
	for i := range l.Evidence.Lags {
		if l.Evidence.Lags[i].Lags(l.Workload.Retention) {
			return true
		}
	}
	return false
}

// cheaper reports whether an on-demand stream would cost less on the shards that its hours take, with
// On-demand Advantage or without; also where one of the costs is not known.
func cheaper(r *Row) bool {
	provisioned, standard, advantage := r.Provisioned.Monthly, r.Standard.Monthly, r.Advantage.Monthly
	return !provisioned.Known || !standard.Known || !advantage.Known ||
		provisioned.Value < max(standard.Value, advantage.Value)
}

// stays reports whether a number of shards suffices for a peak that is so many times as high as the
// hours show.
func (l *look) stays(shards int) bool {
	w := *l.Workload
	w.Producer.Peak = max(w.Producer.Peak, w.Producer.Average) * minutesOverHours
	s := calc.NewSizing(l.Limits, &w)
	needs := s.Solve(nil)
	_, recommended := calc.Counts(needs)
	return s.Fits(needs) && recommended <= shards
}
