package fit

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Lag is how a consumer was behind over the window: by the iterator age of all standard
// consumers together, by how far an enhanced fan-out consumer was behind, or by the iterator
// age of a function.
type Lag struct {
	Consumer string   `json:"consumer"` // "" for all standard consumers together
	Worst    WorstAge `json:"worst"`

	// First and Last are the median ages in the first and in the last quarter of the
	// points, 0 where there are too few points.
	First Seconds `json:"first_quarter_seconds"`
	Last  Seconds `json:"last_quarter_seconds"`
	Rises bool    `json:"rises"` // it falls further and further behind

	// Read is what the consumer read of the whole stream, a second, while it was behind:
	// as fast as it could. It is not known where it was behind for less than a day.
	Read model.Maybe[unit.RecordsPerSecond] `json:"records_per_second"`

	of model.SeriesID
}

// Bounds of what is taken for a lag. An age within a fiftieth of the retention is at it, since
// ages are sampled; consumers that are less than five minutes behind are not told to fall
// behind.
const (
	atRetention  = 0.98
	leastBehind  = 5 * 60.0 // seconds
	risingFactor = 2.0      // last quarter of the window against the first
	apartShare   = 0.1      // of a quarter's ages that lie on the wrong side of another's
	minBehind    = secondsPerDay / 2
)

// AtRetention reports whether the consumer was as far behind as the stream keeps records: what
// it had not read by then expired.
func (l *Lag) AtRetention(kept unit.Duration) bool {
	return unit.Duration(l.Worst.Behind).Seconds() >= atRetention*kept.Seconds()
}

// High reports whether the consumer was further behind than half of the retention.
func (l *Lag) High(kept unit.Duration) bool { return unit.Duration(l.Worst.Behind) > kept/2 }

// Lags reports whether the consumer does not keep up.
func (l *Lag) Lags(kept unit.Duration) bool { return l.Rises || l.High(kept) }

// lagMetrics are the metrics of how far consumers are behind, in milliseconds.
var lagMetrics = []string{model.IteratorAge, model.SubscribedBehind, model.FunctionIteratorAge}

// lags returns how far behind the consumers were, without what they read: standard consumers
// first, then those of enhanced fan-out, then functions.
func (t *timeline) lags() []Lag {
	list := []Lag{}
	for _, metric := range lagMetrics {
		for i := range t.history.Series {
			s := &t.history.Series[i]
			if s.Metric != metric || s.Level == model.ShardLevel {
				continue
			}
			if worst := t.worstAge(s.SeriesID); worst.Known {
				l := Lag{Consumer: s.Owner, Worst: worst.Value, of: s.SeriesID}
				l.First, l.Last, l.Rises = rising(s)
				list = append(list, l)
			}
		}
	}
	return list
}

// rising returns the median ages in the first and in the last quarter of the points of a
// series, and reports whether ages rise: each quarter's median is no lower than the one
// before, and the last is five minutes above the first at least. Beside that it must be twice
// the first, or nearly all ages of the last quarter above nearly all of the first.
func rising(s *model.Series) (from, to Seconds, rises bool) {
	const quarters = 4
	var ages []float64
	for p := range s.Points() {
		ages = append(ages, min(p.Value/1000, math.MaxInt64/2e9))
	}
	if len(ages) < 3*quarters {
		return 0, 0, false
	}
	var parts [quarters][]float64
	var medians [quarters]float64
	for i := range parts {
		parts[i] = slices.Clone(ages[i*len(ages)/quarters : (i+1)*len(ages)/quarters])
		slices.Sort(parts[i])
		medians[i] = parts[i][len(parts[i])/2]
	}
	first, last := parts[0], parts[quarters-1]
	apart := quantile(apartShare, last) > quantile(1-apartShare, first)
	low, high := medians[0], medians[quarters-1]
	rises = slices.IsSorted(medians[:]) && high-low >= leastBehind && (high >= risingFactor*low || apart)
	return seconds(low), seconds(high), rises
}

// seconds returns a number of seconds as a duration.
func seconds(s float64) Seconds { return Seconds(s * float64(time.Second)) }

// fitLags sets how far behind the consumers were, and what they read then.
func (f *fitter) fitLags() {
	t, e := f.timeline, f.evidence
	e.Lags, e.StuckShards = t.lags(), t.stuckShards()
	standard := t.standardReads()
	for i := range e.Lags {
		l := &e.Lags[i]
		read, others := standard, e.Consumers.othersBeside(l)
		if name, dedicated := e.Consumers.fanOutOf(l); dedicated {
			id := model.SeriesID{Level: model.ConsumerLevel, Metric: model.SubscribedBytes, Owner: string(name)}
			read, others = t.bytesRead(t.series[id]), 0
		}
		l.Read = t.readBehind(l.of, read.without(t, others))
	}
}

// fanOutOf returns the enhanced fan-out consumer that a lag is of. dedicated is false where it
// is that of standard consumers.
func (r *Consumers) fanOutOf(l *Lag) (name model.Name, dedicated bool) {
	if l.of.Level == model.ConsumerLevel {
		return model.Name(l.Consumer), true
	}
	for i := range r.Functions {
		if fn := &r.Functions[i]; l.of.Level == model.FunctionLevel && fn.Name == l.Consumer && fn.Consumer.Known {
			return fn.Consumer.Value, true
		}
	}
	return "", false
}

// othersBeside returns how many standard consumers read everything beside one that is behind:
// as many as there are besides a part of one. A consumer that catches up reads more than was
// written, so a part does not count then.
func (r *Consumers) othersBeside(l *Lag) float64 {
	all := math.Ceil(r.StandardFanOut.Value - partialConsumer)
	if l.Last < l.First {
		all = math.Floor(r.StandardFanOut.Value + partialConsumer)
	}
	return max(1, all, float64(r.polling())) - 1
}

// readBehind returns how many records a second a consumer read while it was behind, from what
// it read in each period: of each day through which it was behind the busiest hour, and of
// these days the least. An hour shows what it can do even if it stopped in others, and the
// least leaves out what others read again on a day. On a day on which it read less than a
// tenth of what is written it stood still.
func (t *timeline) readBehind(age model.SeriesID, read []float64) model.Maybe[unit.RecordsPerSecond] {
	behind, means := t.behind(age), t.hourlyMeans(read)
	least, still := math.Inf(1), partialConsumer*meanRate(t, t.records)
	for day := 0; day < len(behind); day += hoursPerDay {
		var known, busiest float64
		caughtUp := false
		for hour := day; hour < min(day+hoursPerDay, len(behind)); hour++ {
			h := behind[hour]
			caughtUp = caughtUp || h.known > 0 && h.least < leastBehind
			known += h.known
			busiest = max(busiest, means[hour])
		}
		if !caughtUp && known >= minBehind && busiest > still {
			least = min(least, busiest)
		}
	}
	if math.IsInf(least, 1) {
		return model.Maybe[unit.RecordsPerSecond]{}
	}
	return model.Known(unit.RecordsPerSecond(least))
}

// hourBehind is how far a consumer was behind in an hour at least, in seconds, and for how
// many of its seconds that is known.
type hourBehind struct{ least, known float64 }

// behind returns how far behind a consumer was in each hour of the window.
func (t *timeline) behind(age model.SeriesID) []hourBehind {
	hours := make([]hourBehind, t.hours())
	seen := make([]bool, len(t.start))
	t.eachPoint(t.series[age], func(slot int, milliseconds float64) {
		hour, ok := t.hourOf(slot)
		if !ok {
			return
		}
		h := &hours[hour]
		if h.known == 0 || milliseconds/1000 < h.least {
			h.least = milliseconds / 1000
		}
		if !seen[slot] {
			h.known, seen[slot] = h.known+t.period[slot], true
		}
	})
	return hours
}

// hours returns how many hours the window has, the last of which may be a part of one.
func (t *timeline) hours() int { return int((t.to - t.from + secondsPerHour - 1) / secondsPerHour) }

// hourOf returns the number of the hour of the window in which a period begins. ok is false
// where it begins outside of the window.
func (t *timeline) hourOf(slot int) (hour int, ok bool) {
	since := t.start[slot] - t.from
	return int(since / secondsPerHour), 0 <= since && t.start[slot] < t.to
}

// hourlyMeans returns the mean of rates over the periods that begin in each hour of the window,
// 0 where less than half of the hour is known.
func (t *timeline) hourlyMeans(rates []float64) []float64 {
	sums, known := make([]float64, t.hours()), make([]float64, t.hours())
	for i, rate := range rates {
		if hour, ok := t.hourOf(i); ok && model.IsPoint(rate) {
			sums[hour] += rate * t.period[i]
			known[hour] += t.period[i]
		}
	}
	for hour := range sums {
		if known[hour] < secondsPerHour/2 {
			sums[hour] = 0
		} else {
			sums[hour] /= known[hour]
		}
	}
	return sums
}

// findLag returns the lag by a series, nil where it is not known.
func (e *Evidence) findLag(level model.Level, metric, owner string) *Lag {
	id := model.SeriesID{Level: level, Metric: metric, Owner: owner}
	for i := range e.Lags {
		if e.Lags[i].of == id {
			return &e.Lags[i]
		}
	}
	return nil
}

// StuckShard is a shard whose consumer does not get on, while those of the others are current.
type StuckShard struct {
	Shard  string  `json:"shard"`
	Behind Seconds `json:"behind_seconds"` // median age in the last quarter of its points
	Others Seconds `json:"others_seconds"` // the median of that of all shards
}

// stuckShards returns the shards that are behind while most are current, the farthest first.
// Shards without a point in the last hour of the window are closed.
func (t *timeline) stuckShards() []StuckShard {
	list := []StuckShard{}
	var ages []float64
	for _, id := range t.shardIDs() {
		s := t.ofShard(id, model.ShardIteratorAge)
		if s == nil || !t.openLately(s) {
			continue
		}
		_, last, _ := rising(s)
		ages = append(ages, unit.Duration(last).Seconds())
		list = append(list, StuckShard{Shard: id, Behind: last})
	}
	usual := medianOr(ages, 0)
	list = slices.DeleteFunc(list, func(s StuckShard) bool {
		return usual >= leastBehind || unit.Duration(s.Behind).Seconds() < leastBehind
	})
	for i := range list {
		list[i].Others = seconds(usual)
	}
	slices.SortStableFunc(list, func(a, b StuckShard) int { return cmp.Compare(b.Behind, a.Behind) })
	return list
}

// openLately reports whether a series has a point in the last hour of the window.
func (t *timeline) openLately(s *model.Series) bool {
	for p := range s.Points() {
		if p.Time.Add(time.Duration(p.Period)).Unix() > t.to-secondsPerHour {
			return true
		}
	}
	return false
}

// Stuck returns the shards that are stuck behind half of the retention.
func (e *Evidence) Stuck(kept unit.Duration) (list []StuckShard) {
	for _, s := range e.StuckShards {
		if unit.Duration(s.Behind) > kept/2 {
			list = append(list, s)
		}
	}
	return list
}
