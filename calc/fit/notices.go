package fit

import (
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

const (
	// minKnown is how many seconds of traffic must be known for a decision.
	minKnown = secondsPerDay

	// minKnownShare is the share of the window that must be known for a decision.
	minKnownShare = 0.8

	// noticeableRatio is the ratio from which on two values differ too much to pass
	// over.
	noticeableRatio = 1.1

	// trendDays is how many days in a row have the six pairs of the same weekday
	// that a trend takes.
	trendDays = 2*daysPerWeek - 1
)

// notices is a list of notices in the making.
type notices []notice.Notice

// addIf appends a notice if a condition holds.
func (n *notices) addIf(holds bool, one notice.Notice) {
	if holds {
		*n = append(*n, one)
	}
}

// addNotices sets why no decision should rest on the evidence, which estimates are
// missing, and what else there is to know. The lists are never nil.
func (f *fitter) addNotices() {
	f.evidence.Undecided = f.undecided()
	f.evidence.Unknown = f.unknown()
	f.evidence.Warnings = append(append(notices{}, f.timeline.history.Warnings...), f.warnings()...)
}

// undecided returns why no decision should rest on the evidence.
func (f *fitter) undecided() notices {
	e, t := f.evidence, f.timeline
	known := unit.Duration(e.Window.Known)
	switch {
	case t.series[incomingRecords] == nil:
		return notices{notice.HistoryWithoutRecords()}
	case known == 0:
		return notices{notice.HistoryEmpty()}
	case e.Average.Value.Most == 0:
		return notices{notice.NoRecords(known)}
	}
	list := notices{}
	list.addIf(known.Seconds() < minKnown, notice.HistoryShort(known, minKnown*unit.Duration(time.Second), t.enoughAt()))
	list.addIf(e.Window.Share < minKnownShare, notice.CoverageLow(1-e.Window.Share, 1-minKnownShare))
	return list
}

// enoughAt returns when minKnown will be known, if points keep coming.
func (t *timeline) enoughAt() time.Time {
	return time.Unix(t.to, 0).UTC().Add(time.Duration((minKnown - t.secondsKnown()) * float64(time.Second)))
}

// unknown returns which estimates are missing, and why.
func (f *fitter) unknown() notices {
	e, c := f.evidence, &f.timeline.history.Configuration.Value
	list := notices{}
	list.addIf(e.Average.Value.Most > 0 && !e.RecordSize.Known, notice.RecordSizeUnknown())
	list.addIf(!e.Growth.Known, notice.GrowthUnknown(trendDays))
	list.addIf(!e.Burst.Known, notice.BurstUnknown(f.whyNoBurst(c)))
	list.addIf(!e.Skew.Known, notice.SkewUnknown())
	list.addIf(!c.OpenShards.Known, notice.ShardsUnknown())
	list.addIf(!f.timeline.knowsRejected(), notice.ThrottlesUnknown())
	return list
}

// knowsRejected reports whether the history has the metric of rejected records.
func (t *timeline) knowsRejected() bool {
	return t.series[model.SeriesID{Level: model.StreamLevel, Metric: t.throttledMetric(model.StreamLevel)}] != nil
}

// whyNoBurst returns why the burst factor is not known.
func (f *fitter) whyNoBurst(c *model.Configuration) string {
	b := &f.provenBurst
	switch {
	case f.evidence.ThrottledRecords.Total == 0 && !f.timeline.knowsRejected():
		return notice.RejectsUnknown
	case f.evidence.ThrottledRecords.Total == 0:
		return notice.NothingThrottled
	case b.Shards == 0:
		return notice.ThrottledShardCount
	case f.evidence.onDemand():
		return notice.ThrottledOnDemand
	case b.Minutes > 0:
		return notice.ThrottledBeforeReshard(b.Minutes, c.OpenShards.Value, b.Factor)
	}
	return notice.ThrottledAtLimitsOnly
}

// warnings returns what makes the estimates less sure than they look.
func (f *fitter) warnings() (list notices) {
	e, p, b, size := f.evidence, &f.evidence.Peak.Value, &f.evidence.Burst.Value, f.evidence.RecordSize
	finest, days := f.timeline.finest(), len(knownValues(f.levels.smooth))
	busiest := unit.Duration(e.Busiest.Value.Demanded.Period)
	list.addIf(e.Average.Known, notice.KinesisRecords())
	quiet := f.timeline.quietTime
	list.addIf(quiet != QuietTime{}, notice.QuietTime(quiet.Hours, quiet.Days))
	list.addIf(finest.Seconds() > maxMinute, notice.CoarsePeriods(finest))
	list.addIf(e.Busiest.Known && finest < busiest, notice.CoarsePeak(busiest))
	list.addIf(e.Peak.Known && p.Most > noticeableRatio*p.Least, notice.DemandRange(p.Least, p.Most))
	list.addIf(p.RecordSize.Known && size.Known && noticeable(p.RecordSize.Value, size.Value),
		notice.RecordSizeVaries(p.RecordSize.Value, size.Value))
	list.addIf(f.noCurve, notice.FewDays(minDays, localWindow*unit.Duration(time.Second)))
	list.addIf(!f.noCurve && e.Peak.Known && days < trendDays, notice.OneWeek(days))
	list.addIf(f.levels.step, notice.LevelStep())
	list.addIf(e.Burst.Known && !e.Skew.Known, notice.BurstOrHotShard(b.Minutes, b.Shards, b.Factor))
	list.addIf(f.timeline.often(f.timeline.ofStream(model.PutRecordsFailed)),
		notice.RecordsFailed(e.FailedRecords.Total, e.FailedRecords.Periods))
	list.addIf(e.sharedPoll().Known, notice.PollsShared(e.standard(), usualPoll(), e.sharedPoll().Value))
	list.addIf(slices.ContainsFunc(e.Consumers.Functions, func(fn Function) bool { return fn.Speed.Known && fn.Enabled }),
		notice.FunctionBatches())
	return list
}

// finest returns the shortest period, 0 where there is none.
func (t *timeline) finest() unit.Duration {
	if len(t.period) == 0 {
		return 0
	}
	return unit.Duration(slices.Min(t.period) * float64(time.Second))
}

// noticeable reports whether two sizes differ by more than noticeableRatio.
func noticeable(a, b unit.Bytes) bool { return max(a/b, b/a) > noticeableRatio }
