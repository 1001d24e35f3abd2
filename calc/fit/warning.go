package fit

import (
	"fmt"
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

const (
	// leastKnown is how much must be known for a decision, in seconds, and
	// leastShare of the window.
	leastKnown = secondsPerDay
	leastShare = 0.8
)

// explain says why nothing should be decided, what is not known and what else a
// reader should know.
func (f *fitting) explain() {
	e := f.e
	e.Undecided = f.undecided()
	e.Unknown = f.unknown()
	e.Warnings = append([]notice.Notice{}, f.t.history.Warnings...)
	for _, w := range [...]func() (notice.Notice, bool){
		f.aggregates, f.coarse, f.coarsePeak, f.demandRange, f.sizes, f.fewDays, f.oneWeek, f.steps, f.hotOrBurst, f.batches,
	} {
		if warning, ok := w(); ok {
			e.Warnings = append(e.Warnings, warning)
		}
	}
}

func prose(s Seconds) string { return unit.Duration(s).Prose() }

func percent(share float64) string { return unit.Grouped(100*share, 2) + "%" }

// undecided is why nothing should be decided.
func (f *fitting) undecided() []notice.Notice {
	list := []notice.Notice{}
	e, t := f.e, f.t
	known := unit.Duration(e.Window.Known)
	switch s := t.series[written]; {
	case s == nil:
		return append(list, notice.Notice{ID: "history-without-records",
			Message: "The history has no IncomingRecords: it does not say what was written.",
			Remedy:  "Fetch it again with 'kcalc history fetch', or add a column incoming_records."})
	case known == 0:
		return append(list, notice.Notice{ID: "history-empty",
			Message: "No metric of the stream has a point in the window.",
			Remedy:  "Check the stream's name and Region and the window; CloudWatch has nothing of a stream that neither is written to nor read."})
	case e.Average.Value.Most == 0:
		return append(list, notice.Notice{ID: "no-records",
			Message: fmt.Sprintf("No record was written in the %s that are known: there is nothing to size.", known.Prose()),
			Remedy:  "Declare the traffic that you expect, or look at a window in which there was some."})
	}
	if known.Seconds() < leastKnown {
		list = append(list, notice.Notice{ID: "history-short",
			Message: fmt.Sprintf("It is known for %s what was written; one day is the least.", known.Prose()),
			Remedy:  fmt.Sprintf("Fetch a longer window with --since, or again after %s.", t.enoughAt().Format("2006-01-02 15:04 MST"))})
	}
	if e.Window.Share < leastShare {
		list = append(list, notice.Notice{ID: "coverage-low",
			Message: fmt.Sprintf("For %s of the window it is not known what was written: no metric of the stream has a point there; at most 20%% may be missing.%s", percent(1-e.Window.Share), t.dailyGap()),
			Remedy:  "Look at the part of the window that has points (--since). A time without traffic counts as known while a consumer polls the stream, as its metrics have points then; else declare average and peak."})
	}
	return list
}

// enoughAt is when a day will be known, if points go on to come.
func (t *timeline) enoughAt() time.Time {
	return time.Unix(t.to, 0).UTC().Add(time.Duration((leastKnown - t.secondsKnown()) * float64(time.Second)))
}

// dailyGap says at how many hours of the day nothing is known, day after day.
func (t *timeline) dailyGap() string {
	var known, all [hoursPerDay]float64
	for at := t.from; at < t.to; at += secondsPerHour {
		all[at%secondsPerDay/secondsPerHour] += float64(min(secondsPerHour, t.to-at))
	}
	for i := range t.start {
		if t.known(i) {
			known[t.start[i]%secondsPerDay/secondsPerHour] += t.period[i]
		}
	}
	missing := 0
	for hour, seconds := range known {
		if seconds < all[hour]/2 {
			missing++
		}
	}
	const habit = 2 * secondsPerDay // what is so on one day alone is none
	if missing == 0 || missing == hoursPerDay || t.to-t.from < habit {
		return ""
	}
	return fmt.Sprintf(" It is so at %s of the day again and again, as where a stream rests.", unit.Plural(missing, "hour"))
}

// unknown is which estimates are lacking, and why.
func (f *fitting) unknown() []notice.Notice {
	list := []notice.Notice{}
	e, c := f.e, &f.t.history.Configuration.Value
	add := func(id, message, remedy string) {
		list = append(list, notice.Notice{ID: id, Message: message, Remedy: remedy})
	}
	if e.Average.Known && e.Average.Value.Most > 0 && !e.RecordSize.Known {
		add("record-size-unknown", "The history has no IncomingBytes beside the records: the size of records is not known.", "Give it with --record-size.")
	}
	if !e.Growth.Known {
		message := "A trend that the course of the week takes no part in needs 13 days that are known."
		if f.season.step {
			message = "The level of traffic made a step within the window: what looks like a trend is that step."
		}
		add("growth-unknown", message, "Fetch a longer window with --since.")
	}
	if !e.Burst.Known {
		add("burst-unknown", f.noBurst(c), "Give it with --burst: a minute's busiest second ÷ its mean, from the producers' logs.")
	}
	if !e.Skew.Known {
		add("skew-unknown", "There are no shard-level metrics of the shards that are open.", "Give it with --skew, or turn on the shard-level metrics IncomingBytes and IncomingRecords (EnableEnhancedMonitoring).")
	}
	if !c.OpenShards.Known {
		add("shards-unknown", "The history does not say how many shards the stream has.", "Give it with --current-shards.")
	}
	if f.t.series[model.SeriesID{Level: model.StreamLevel, Metric: model.WriteThrottled}] == nil {
		add("throttles-unknown", "The history has no WriteProvisionedThroughputExceeded: it does not say what was rejected, and demand may have been higher.", "Fetch it again with 'kcalc history fetch'.")
	}
	return list
}

// noBurst is why the burst factor is not known.
func (f *fitting) noBurst(c *model.Configuration) string {
	minutes := unit.Plural(f.proven.Minutes, "minute")
	switch {
	case f.e.ThrottledRecords.Total == 0:
		return "No record was rejected, so nothing tells how busy the busiest second of a minute is."
	case f.proven.Shards == 0:
		return "Records were rejected, but it is not known of how many shards."
	case f.e.onDemand():
		return "Records were rejected, but AWS changes the number of shards of an on-demand stream, and no metric says what it was."
	case f.proven.Minutes > 0:
		return fmt.Sprintf("%s were throttled below the limits of the %s of today: a burst of %s, a hot shard, or fewer shards then. The stream was resharded, and CloudWatch does not say when.",
			minutes, unit.Plural(c.OpenShards.Value, "shard"), unit.Grouped(float64(f.proven.Factor), 2))
	}
	return "No minute was throttled while it was known to be below the limits, so nothing tells how busy the busiest second of a minute is."
}

func (f *fitting) aggregates() (notice.Notice, bool) {
	return notice.Notice{ID: "kinesis-records",
		Message: "CloudWatch counts Kinesis records: where the producer aggregates, rates and sizes are of aggregates, not of user records.",
		Remedy:  "Do not declare aggregation beside measured rates; or declare rates and size of user records with it."}, f.e.Average.Known
}

func (f *fitting) coarse() (notice.Notice, bool) {
	finest := math.Inf(1)
	for _, p := range f.t.period {
		finest = min(finest, p)
	}
	return notice.Notice{ID: "coarse-periods",
		Message: fmt.Sprintf("The finest points are of %s: peaks and surges that are shorter do not show.", unit.Duration(finest*float64(time.Second)).Prose()),
		Remedy:  "CloudWatch keeps points of one minute for 15 days: fetch the last two weeks."}, len(f.t.period) > 0 && finest > longestMinute
}

func (f *fitting) coarsePeak() (notice.Notice, bool) {
	if !f.e.Busiest.Known {
		return notice.Notice{}, false
	}
	period := f.e.Busiest.Value.Demanded.Period
	finest := true
	for _, p := range f.t.period {
		finest = finest && p >= unit.Duration(period).Seconds()
	}
	return notice.Notice{ID: "coarse-peak",
		Message: fmt.Sprintf("The busiest time of the window is known by %s alone: its minutes were busier.", prose(period)),
		Remedy:  "Fetch again within 15 days of the next such time, and keep the file."}, !finest
}

// wideRange is from which on the two ends of a range differ too much to pass over.
const wideRange = 1.1

func (f *fitting) demandRange() (notice.Notice, bool) {
	p := f.e.Peak.Value
	return notice.Notice{ID: "demand-range",
		Message: fmt.Sprintf("The peak lies between the %s that were accepted and the %s that were accepted or rejected: a record that is sent again counts again.", p.Least.Prose(), p.Most.Prose()),
		Remedy:  "The plan takes the upper end. Scale out until nothing is throttled and fetch again: then demand is what is accepted."}, f.e.Peak.Known && p.Most > wideRange*p.Least
}

func (f *fitting) sizes() (notice.Notice, bool) {
	p, size := f.e.Peak.Value, f.e.RecordSize.Value
	times := float64(p.RecordSize.Value / size)
	return notice.Notice{ID: "record-size-varies",
		Message: fmt.Sprintf("Records have %s at the peak and %s on average.", rounded(p.RecordSize.Value), rounded(size)),
		Remedy:  "The plan takes as many records of mean size as need the same shards; what consumers process is overstated by as much. Give --record-size and --peak for what you plan for."}, p.RecordSize.Known && f.e.RecordSize.Known && max(times, 1/times) > wideRange
}

func rounded(b unit.Bytes) string { return unit.Grouped(float64(b), 0) + " B" }

func (f *fitting) fewDays() (notice.Notice, bool) {
	return notice.Notice{ID: "few-days",
		Message: "Less than three days are known, so the course of the day is that of the two hours around each moment, and a surge of more than two hours counts as usual.",
		Remedy:  "Fetch a longer window with --since."}, f.few
}

func (f *fitting) oneWeek() (notice.Notice, bool) {
	days := len(points(f.season.levels))
	return notice.Notice{ID: "one-week",
		Message: fmt.Sprintf("With %s known, what is usual on a day of the week cannot be told from a surge.", unit.Plural(days, "day")),
		Remedy:  "Fetch two weeks with --since 14d."}, !f.few && f.e.Peak.Known && days < 2*daysPerWeek-1
}

func (f *fitting) steps() (notice.Notice, bool) {
	return notice.Notice{ID: "level-step",
		Message: "The level of traffic made a step within the window. The baseline follows it; no trend is taken from it.",
		Remedy:  "If the stream's use changed for good, look at the time since then (--since)."}, f.season.step
}

func (f *fitting) hotOrBurst() (notice.Notice, bool) {
	b := f.e.Burst.Value
	return notice.Notice{ID: "burst-or-hot-shard",
		Message: fmt.Sprintf("%s were throttled below the limits of %s: a burst of at least %s within them, or a hot shard, or both.", unit.Plural(b.Minutes, "minute"), unit.Plural(b.Shards, "shard"), unit.Grouped(float64(b.Factor), 2)),
		Remedy:  "Shard-level metrics tell the two apart (EnableEnhancedMonitoring); more shards do not help a hot key."}, f.e.Burst.Known && !f.e.Skew.Known
}

func (f *fitting) batches() (notice.Notice, bool) {
	for _, fn := range f.e.Readers.Functions {
		if fn.Speed.Known && fn.Enabled {
			return notice.Notice{ID: "function-batches",
				Message: "The speed of a function is taken from how long its invocations take when the stream is busy, as if their batches were full; where they were not, it is slower.",
				Remedy:  "Measure how long it takes with a full batch, and declare lambda.duration."}, true
		}
	}
	return notice.Notice{}, false
}
