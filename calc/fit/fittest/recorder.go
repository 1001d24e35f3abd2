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
	stream *Stream
	random *rand.Rand
	days   []float64 // what each day is busier by chance
	noise  float64   // of the period at hand
	shards []counter
	known  [2][24 * 60]float64 // course of a weekday and of a weekend's day, by minutes; 0 is not known yet

	records, rejected []model.Run // of the stream
	alive             []model.Run // 1 where anything has a point
	ofShards          []runsOfShard
}

// runsOfShard are the points of a shard.
type runsOfShard struct{ records, rejected []model.Run }

func (r *recorder) run() {
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
		r.part(start, p)
		start = start.Add(p.Length)
	}
}

// part counts a part of the window.
func (r *recorder) part(start time.Time, p Part) {
	blank := func() model.Run {
		return model.Run{Start: start, Period: unit.Duration(p.Period), Values: make([]float64, p.Length/p.Period)}
	}
	records, rejected, alive := blank(), blank(), blank()
	r.records, r.rejected, r.alive = append(r.records, records), append(r.rejected, rejected), append(r.alive, alive)
	for k := range r.ofShards {
		o := &r.ofShards[k]
		o.records, o.rejected = append(o.records, blank()), append(o.rejected, blank())
	}
	for i := range records.Values {
		at := records.Time(i)
		r.count(at, p.Period)
		for k := range r.shards {
			c, o := &r.shards[k], &r.ofShards[k]
			records.Values[i] += c.accepted
			rejected.Values[i] += c.rejected
			o.records[len(o.records)-1].Values[i], o.rejected[len(o.rejected)-1].Values[i] = c.accepted, c.rejected
			c.accepted, c.rejected = 0, 0
		}
		alive.Values[i] = 1
		r.forget(at, &records.Values[i], &rejected.Values[i], &alive.Values[i])
	}
}

// count lets a period pass. Without shards all is accepted.
func (r *recorder) count(at time.Time, period time.Duration) {
	s := r.stream
	r.noise = s.Lasting*r.noise + math.Sqrt(1-s.Lasting*s.Lasting)*r.random.NormFloat64()
	day := int(at.Sub(s.Start).Hours() / 24)
	rate := r.mean(at, period) * r.days[day] * max(0, 1+s.Noise*r.noise)
	if s.Shards.Count == 0 && len(s.Shards.Loads) == 0 {
		r.shards[0].accepted = math.Round(rate * period.Seconds())
		return
	}
	s.Shards.pass(r.random, r.shards, rate, s.Size, int(period.Seconds()))
}

// mean is the rate of a period without noise: that of its minute, or of six
// moments of a longer one.
func (r *recorder) mean(at time.Time, period time.Duration) float64 {
	var sum, n float64
	for since := time.Duration(0); since < period; since += max(time.Minute, period/6) {
		moment := at.Add(since)
		sum += r.stream.curve(moment, r.course) * r.stream.surge(moment)
		n++
	}
	return sum / n
}

// course is the stream's, looked up by the minute.
func (r *recorder) course(local time.Time) float64 {
	kind := 0
	if r.stream.atWeekend(local) {
		kind = 1
	}
	known := &r.known[kind][local.Unix()/60%(24*60)]
	if *known == 0 {
		*known = r.stream.course(local)
	}
	return *known
}

// forget leaves out the points of a period that lies in a gap, and those that
// CloudWatch does not publish because nothing was written.
func (r *recorder) forget(at time.Time, records, rejected, alive *float64) {
	written, all := r.stream.gap(at)
	idle := !r.stream.open(r.stream.local(at))
	if written || idle {
		*records, *rejected = model.MissingValue(), model.MissingValue()
	}
	if all || idle && r.stream.Readers.Standard == 0 {
		*alive = model.MissingValue()
	}
}

// scaled answers runs times a number.
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

// read is what a number of readers reads: as often as it is written, and 0 where
// nothing is.
func (r *recorder) read(by float64) []model.Run {
	out := scaled(r.records, by)
	for i := range out {
		for k, v := range out[i].Values {
			if !model.IsPoint(v) {
				v = 0
			}
			out[i].Values[k] = v * r.alive[i].Values[k]
		}
	}
	return out
}

// series are what was counted, in the order of a history.
func (r *recorder) series() []model.Series {
	s := r.stream
	var list []model.Series
	add := func(level model.Level, metric, of string, runs []model.Run) {
		list = append(list, model.Series{SeriesID: model.SeriesID{Level: level, Metric: metric, Of: of}, Runs: runs})
	}
	add(model.StreamLevel, model.IncomingBytes, "", scaled(r.records, s.Size))
	add(model.StreamLevel, model.IncomingRecords, "", r.records)
	add(model.StreamLevel, model.WriteThrottled, "", r.rejected)
	if n := float64(s.Readers.Standard); n > 0 {
		add(model.StreamLevel, model.GetRecordsBytes, "", r.read(n*s.Size))
		add(model.StreamLevel, model.GetRecordsRecords, "", r.read(n))
		add(model.StreamLevel, model.IteratorAge, "", scaled(r.alive, usualAge))
	}
	for _, c := range s.Readers.FanOut {
		add(model.ConsumerLevel, model.SubscribedBytes, string(c.Name), r.read(s.Size))
		add(model.ConsumerLevel, model.SubscribedBehind, string(c.Name), scaled(r.alive, usualDelay))
	}
	if s.Shards.Metrics {
		for i, o := range r.ofShards {
			add(model.ShardLevel, model.IncomingBytes, s.Shards.id(i), scaled(o.records, s.Size))
			add(model.ShardLevel, model.IncomingRecords, s.Shards.id(i), o.records)
			add(model.ShardLevel, model.WriteThrottled, s.Shards.id(i), o.rejected)
		}
	}
	for _, f := range s.Readers.Functions {
		add(model.FunctionLevel, model.FunctionDuration, f.Name, scaled(r.alive, float64(s.Readers.Duration.Milliseconds())))
	}
	return list
}

// How far readers are behind, in milliseconds: between two polls, and with
// enhanced fan-out.
const (
	usualAge   = 500
	usualDelay = 70
)
