package fittest

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// recorder counts what CloudWatch would.
type recorder struct {
	stream     *Stream
	random     *rand.Rand
	days       []float64 // how many times the rate each day is, by DayNoise
	noise      float64   // of the current period
	shards     []counter
	curveCache [2][24 * 60]float64 // of a weekday and of a weekend, by the minute; 0 is not known yet

	records, rejected []model.Run // of the stream
	observed          []model.Run // 1 where any metric has a point
	ofShards          []runsOfShard
}

// runsOfShard are the points of a shard.
type runsOfShard struct{ records, rejected []model.Run }

// record counts all parts of the window.
func (r *recorder) record() {
	s := r.stream
	r.days = make([]float64, int(s.end().Sub(s.Start).Hours()/24)+1)
	for d := range r.days {
		r.days[d] = max(0, 1+s.DayNoise*r.random.NormFloat64())
	}
	r.noise = r.random.NormFloat64()
	r.shards = make([]counter, len(s.Shards.loads()))
	r.ofShards = make([]runsOfShard, len(r.shards))
	start := s.Start
	for _, p := range s.Parts {
		r.recordPart(start, p)
		start = start.Add(p.Length)
	}
}

// recordPart counts a part of the window.
func (r *recorder) recordPart(start time.Time, p Part) {
	blank := func() model.Run {
		return model.Run{Start: start, Period: unit.Duration(p.Period), Values: make([]float64, p.Length/p.Period)}
	}
	records, rejected, alive := blank(), blank(), blank()
	r.records, r.rejected, r.observed = append(r.records, records), append(r.rejected, rejected), append(r.observed, alive)
	for k := range r.ofShards {
		o := &r.ofShards[k]
		o.records, o.rejected = append(o.records, blank()), append(o.rejected, blank())
	}
	for i := range records.Values {
		at := records.Time(i)
		r.countPeriod(at, p.Period)
		for k := range r.shards {
			c, o := &r.shards[k], &r.ofShards[k]
			c.accepted, c.rejected = math.Round(c.accepted), math.Round(c.rejected) // a sum of records is whole
			records.Values[i] += c.accepted
			rejected.Values[i] += c.rejected
			o.records[len(o.records)-1].Values[i], o.rejected[len(o.rejected)-1].Values[i] = c.accepted, c.rejected
			c.accepted, c.rejected = 0, 0
		}
		alive.Values[i] = 1
		r.dropMissing(at, &records.Values[i], &rejected.Values[i], &alive.Values[i])
	}
}

// countPeriod counts a period. Without shards everything is accepted.
func (r *recorder) countPeriod(at time.Time, period time.Duration) {
	s := r.stream
	r.noise = s.Autocorrelation*r.noise + math.Sqrt(1-s.Autocorrelation*s.Autocorrelation)*r.random.NormFloat64()
	day := int(at.Sub(s.Start).Hours() / 24)
	rate := r.mean(at, period) * r.days[day] * max(0, 1+s.Noise*r.noise)
	if s.Shards.Count == 0 && len(s.Shards.Loads) == 0 {
		r.shards[0].accepted = math.Round(rate * period.Seconds())
		return
	}
	s.Shards.offer(r.random, r.shards, rate, s.Size, int(period.Seconds()))
}

// mean returns the rate of a period without noise: that of its minute, or the mean of
// six moments of a longer one.
func (r *recorder) mean(at time.Time, period time.Duration) float64 {
	var sum, n float64
	for since := time.Duration(0); since < period; since += max(time.Minute, period/6) {
		moment := at.Add(since)
		sum += r.stream.curve(moment, r.cachedCurve) * r.stream.surgeFactor(moment)
		n++
	}
	return sum / n
}

// cachedCurve returns the daily curve of the stream, looked up by the minute.
func (r *recorder) cachedCurve(local time.Time) float64 {
	kind := 0
	if r.stream.atWeekend(local) {
		kind = 1
	}
	known := &r.curveCache[kind][local.Unix()/60%(24*60)]
	if *known == 0 {
		*known = r.stream.dayCurve(local)
	}
	return *known
}

// dropMissing removes the points of a period in a gap, and those that CloudWatch does
// not publish because nothing was written.
func (r *recorder) dropMissing(at time.Time, records, rejected, alive *float64) {
	written, all := r.stream.gap(at)
	idle := !r.stream.active(r.stream.local(at))
	if written || idle {
		*records, *rejected = model.MissingValue(), model.MissingValue()
	}
	if all || idle && r.stream.Consumers.Standard == 0 {
		*alive = model.MissingValue()
	}
}

// scaled returns runs with all values multiplied.
func scaled(runs []model.Run, by float64) []model.Run {
	out := make([]model.Run, len(runs))
	for i, r := range runs {
		out[i] = model.Run{Start: r.Start, Period: r.Period, Values: make([]float64, len(r.Values))}
		for k, v := range r.Values {
			out[i].Values[k] = v * by
		}
	}
	return out
}

// readBytesOf returns what consumers read: the records written times a number, 0
// where nothing was written.
func (r *recorder) readBytesOf(by float64) []model.Run {
	out := scaled(r.records, by)
	for i := range out {
		for k, v := range out[i].Values {
			if !model.IsPoint(v) {
				v = 0
			}
			out[i].Values[k] = v * r.observed[i].Values[k]
		}
	}
	return out
}

// series returns the series of a history.
func (r *recorder) series() []model.Series {
	s := r.stream
	var list []model.Series
	add := func(level model.Level, metric, of string, runs []model.Run) {
		list = append(list, model.Series{SeriesID: model.SeriesID{Level: level, Metric: metric, Owner: of}, Runs: runs})
	}
	add(model.StreamLevel, model.IncomingBytes, "", scaled(r.records, s.Size))
	add(model.StreamLevel, model.IncomingRecords, "", r.records)
	add(model.StreamLevel, model.WriteThrottled, "", r.rejected)
	if n := float64(s.Consumers.Standard); n > 0 {
		add(model.StreamLevel, model.GetRecordsBytes, "", r.readBytesOf(n*s.Size))
		add(model.StreamLevel, model.GetRecordsRecords, "", r.readBytesOf(n))
		add(model.StreamLevel, model.IteratorAge, "", scaled(r.observed, usualAge))
	}
	if s.Consumers.Standard == 0 { // asked for, without a point
		add(model.StreamLevel, model.GetRecordsBytes, "", nil)
		add(model.StreamLevel, model.GetRecordsRecords, "", nil)
	}
	for _, c := range s.Consumers.EnhancedFanOut {
		add(model.ConsumerLevel, model.SubscribedBytes, string(c.Name), r.readBytesOf(s.Size))
		add(model.ConsumerLevel, model.SubscribedBehind, string(c.Name), scaled(r.observed, usualDelay))
	}
	if s.Shards.Metrics {
		for i, o := range r.ofShards {
			add(model.ShardLevel, model.IncomingBytes, s.Shards.id(i), scaled(o.records, s.Size))
			add(model.ShardLevel, model.IncomingRecords, s.Shards.id(i), o.records)
			add(model.ShardLevel, model.WriteThrottled, s.Shards.id(i), o.rejected)
		}
	}
	for _, f := range s.Consumers.Functions {
		duration := scaled(r.observed, float64(s.Consumers.Duration.Milliseconds()))
		add(model.FunctionLevel, model.FunctionDuration, f.Name, duration)
	}
	return list
}

// How far consumers are behind, in milliseconds: between two polls, and with
// enhanced fan-out.
const (
	usualAge   = 500
	usualDelay = 70
)
