package fleet

import (
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// verdict says what the stream is, and why.
func (l *look) verdict() {
	row := &l.row
	row.Notices = []notice.Notice{}
	if l.r != nil {
		row.Notices = append(row.Notices, l.r.Undecided...)
	}
	for _, n := range l.plan.Warnings {
		if n.Severity == notice.Changes {
			row.Notices = append(row.Notices, n)
		}
	}
	if why, changed := l.resharded(); changed {
		row.Verdict, row.Why = Resharded, why
		return
	}
	if l.quiet() {
		row.Verdict, row.Why = l.unused()
		return
	}
	row.Verdict = l.sized()
	row.Why = l.why()
}

// sized returns the verdict on the shards that there are.
func (l *look) sized() Verdict {
	s := &l.plan.Scaling
	switch {
	case !l.plan.Feasible:
		return DoesNotFit
	case l.r != nil && l.onDemand():
		return OnDemand
	case l.r != nil && !s.Known && len(l.r.Undecided) == 0: // nobody knows how many there are
		return Undecided
	case l.r != nil && len(l.r.Undecided) > 0, s.Known && s.Value.Verdict == model.Undecided, !s.Known:
		return Undecided
	case slices.ContainsFunc(l.plan.Warnings, func(n notice.Notice) bool { return n.ID == notice.FewerNotSureID }):
		return Undecided // too few days to take shards away
	}
	return Verdict(s.Value.Verdict)
}

// onDemand reports whether the stream is on-demand.
func (l *look) onDemand() bool {
	return l.row.Now.Mode.Known && l.row.Now.Mode.Value != model.Provisioned
}

// resharded reports whether the number of shards changed within the window, as far as that shows,
// and by what. What a stream did with more shards than it has says nothing of those that it has: a
// stream whose shards follow the traffic would be cut to the fewest that it ever had.
func (l *look) resharded() (why string, changed bool) {
	if l.r == nil || l.onDemand() {
		return "", false
	}
	if shown := l.row.Shown; shown.Known && shown.Value > 1 {
		return "more was accepted than its shards take: it had more within the window", true
	}
	c := &l.History.Configuration.Value
	if n := c.ClosedShards; n.Known && n.Value > 0 && l.closedWithin() {
		return unit.Plural(n.Value, "shard") + " closed within its retention: the number of shards changed", true
	}
	if since := l.Evidence.Skew.Value.Since; l.Evidence.Skew.Known && since.Sub(l.History.From) > shortly {
		return "a shard appeared on " + unit.Stamp(since) + ": the number of shards changed", true
	}
	return "", false
}

// shortly is how late the first point of a shard may be that was there from the beginning.
const shortly = time.Hour

// closedWithin reports whether a shard that is closed, and whose data has not expired, was closed
// within the window: the retention is no longer than that.
func (l *look) closedWithin() bool {
	kept := l.History.Configuration.Value.Retention
	return kept.Known && time.Duration(kept.Value) <= l.History.To.Sub(l.History.From)
}

// quiet reports whether nothing was written to the stream in the whole of a window that is long
// enough, and in which it was there.
func (l *look) quiet() bool {
	if l.History == nil || l.declaredRate() {
		return false
	}
	for _, metric := range []string{model.IncomingRecords, model.IncomingBytes} {
		s := l.History.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric})
		if s == nil || total(s) > 0 {
			return false
		}
	}
	return true
}

// declaredRate reports whether somebody said what is written.
func (l *look) declaredRate() bool {
	for _, in := range l.Inputs {
		declared := in.Source == model.File || in.Source == model.Flag
		if declared && (in.Name == "producer.average" || in.Name == "producer.peak") {
			return true
		}
	}
	return false
}

// total returns the sum of the points of a series.
func total(s *model.Series) (sum float64) {
	for _, r := range s.Runs {
		for _, v := range r.Values {
			if model.IsPoint(v) {
				sum += v
			}
		}
	}
	return sum
}

// unused returns the verdict on a stream to which nothing was written: idle only where nothing
// read it either, and it is older than a window that is long enough.
func (l *look) unused() (Verdict, string) {
	window := unit.Duration(l.History.To.Sub(l.History.From))
	created := l.History.Configuration.Value.Created
	switch {
	case window < leastWindow:
		return Undecided, "nothing was written, but the window of " + window.Prose() + " is too short to call it idle"
	case !created.Known:
		return Undecided, "nothing was written, but it is not known when the stream was created"
	case created.Value.After(l.History.From):
		return Undecided, "nothing was written, but the stream was created within the window"
	}
	reads := l.readers()
	if len(reads) > 0 {
		return Unwritten, "nothing was written in " + window.Prose() + ", though " + strings.Join(reads, " and ")
	}
	polls := l.History.Find(model.SeriesID{Level: model.StreamLevel, Metric: model.GetRecordsRecords})
	if polls == nil || !l.History.Configuration.Value.Consumers.Known || !l.History.Configuration.Value.Functions.Known {
		return Undecided, "nothing was written, but it is not known what reads the stream"
	}
	return Idle, "nothing was written or read in " + window.Prose()
}

// readers returns what reads the stream, or may.
func (l *look) readers() (list []string) {
	for _, metric := range []string{model.GetRecordsRecords, model.GetRecordsBytes, model.IteratorAge} {
		s := l.History.Find(model.SeriesID{Level: model.StreamLevel, Metric: metric})
		if s != nil && has(s) {
			list = append(list, "it is polled")
			break
		}
	}
	registered := 0
	for i := range l.row.FanOut {
		if l.row.FanOut[i].Verdict != UseIdle {
			registered++
		}
	}
	if registered > 0 {
		list = append(list, unit.Plural(registered, "enhanced fan-out consumer")+" may read it")
	}
	functions := 0
	for _, f := range l.History.Configuration.Value.Functions.Value {
		if f.Reads() {
			functions++
		}
	}
	if functions > 0 {
		list = append(list, unit.Plural(functions, "function")+" may read it")
	}
	return list
}

// has reports whether a series has a point.
func has(s *model.Series) bool {
	for range s.Points() {
		return true
	}
	return false
}

// why returns what the verdict rests on, in a few words.
func (l *look) why() string {
	switch {
	case !l.plan.Feasible:
		return l.plan.Infeasible[0].Message
	case l.r != nil && l.r.Because != "":
		return l.r.Because
	case l.row.Verdict == Undecided && len(l.row.Notices) > 0:
		return l.row.Notices[0].Message
	case l.row.Verdict == Undecided:
		return "it is not known how many shards there are"
	}
	var parts []string
	if l.r != nil && l.Evidence.ThrottledRecords.Total > 0 {
		parts = append(parts, "writes were throttled in "+unit.Plural(l.Evidence.ThrottledRecords.Periods, "period"))
	}
	if len(l.plan.Binding) > 0 {
		parts = append(parts, l.plan.Binding[0]+" asks for "+unit.Plural(l.plan.Shards.Recommended, "shard"))
	} else if l.plan.Shards.Recommended == 1 {
		parts = append(parts, "one shard is enough")
	}
	return strings.Join(parts, "; ")
}

// odds notes how likely the shards of today hold, and the recommended ones.
func (l *look) odds() {
	switch l.row.Verdict {
	case Resharded, Idle, Unwritten:
		return
	}
	if l.r == nil {
		return
	}
	for _, c := range l.r.Odds.Value.Counts {
		if model.Known(c.Shards) == l.row.Now.Shards && !l.onDemand() {
			l.row.Odds = model.Known(Odds{c.Holds, c.AtLeast})
		}
		if c.Shards == l.plan.Shards.Recommended {
			l.row.OddsThen = model.Known(Odds{c.Holds, c.AtLeast})
		}
	}
}

// confidence says how sure the row is, by how much is known.
func (l *look) confidence() {
	row := &l.row
	if l.r == nil {
		row.Confidence, row.Because = Low, "nothing was measured: it is as declared"
		return
	}
	known := unit.Duration(l.Evidence.Window.Known)
	coarse := false
	for _, p := range l.Evidence.Window.Periods {
		coarse = coarse || time.Duration(p.Period) > time.Minute
	}
	switch {
	case row.Verdict == Idle || row.Verdict == Unwritten:
		row.Confidence, row.Because = Medium, "what is written less often than in this window does not show"
		if unit.Duration(l.History.To.Sub(l.History.From)) >= 4*unit.Week {
			row.Confidence = High
		}
	case known < unit.Week:
		row.Confidence, row.Because = Low, known.Prose()+" are known"
	case coarse:
		row.Confidence, row.Because = Medium, "periods are longer than a minute: peaks of a minute do not show"
	case known < 2*unit.Week-unit.Day || l.weakened() != "":
		row.Confidence, row.Because = Medium, known.Prose()+" are known"
		if why := l.weakened(); why != "" {
			row.Because += "; " + why
		}
	default:
		row.Confidence, row.Because = High, known.Prose()+" of minutes are known"
	}
}

// weakened returns the id of what weakens the review the most; "" where nothing does.
func (l *look) weakened() string {
	for _, n := range l.plan.Warnings {
		if kind, _ := notice.Find(n.ID); n.Severity == notice.Weakens && kind.ID != notice.ConsumerIdleID {
			return kind.ID
		}
	}
	return ""
}
