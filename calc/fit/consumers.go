package fit

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"gonum.org/v1/gonum/floats"
)

// Consumers is what the history says of the stream's consumers. Metrics do not name
// standard consumers: they show in the bytes that all of them read together.
type Consumers struct {
	// StandardFanOut is how often standard consumers read the stream, all together:
	// bytes read ÷ bytes written, or where bytes lack, records read ÷ records written.
	// UsualFanOut is the median of the same over hours, which a consumer that
	// reprocesses does not raise.
	StandardFanOut model.Maybe[float64] `json:"standard_fan_out"`
	UsualFanOut    model.Maybe[float64] `json:"usual_standard_fan_out"`

	// Asked reports whether the history has a series of what standard consumers read, be
	// it without a point. Otherwise it is not known how many there are.
	Asked bool `json:"reads_known"`

	// ReadsThrottled reports whether GetRecords calls were rejected in more than one
	// period of a hundred. Where hardly any was, the polls of today fit the shards of today.
	ReadsThrottled model.Maybe[bool] `json:"reads_throttled"`

	EnhancedFanOut []EnhancedFanOutConsumer `json:"enhanced_fan_out"`
	Functions      []Function               `json:"functions"`
}

// EnhancedFanOutConsumer is what the history says of an enhanced fan-out consumer.
type EnhancedFanOutConsumer struct {
	Name   model.Name                       `json:"name"`
	Read   model.Maybe[unit.BytesPerSecond] `json:"read_bytes_per_second"` // on average
	FanOut model.Maybe[float64]             `json:"fan_out"`               // bytes read ÷ bytes written

	// Idle reports whether it received nothing over the whole window: it is registered,
	// and costs, but is no consumer. One that was registered within the window may yet read.
	Idle        bool                   `json:"idle"`
	Registered  model.Maybe[time.Time] `json:"registered"`
	WorstBehind model.Maybe[WorstAge]  `json:"worst_behind"`
}

// Function is what the history says of a Lambda function that reads the stream.
type Function struct {
	Name string `json:"name"`

	// Consumer is the enhanced fan-out consumer that it reads as. If that is not known,
	// it polls.
	Consumer model.Maybe[model.Name] `json:"enhanced_fan_out_consumer"`

	Enabled               bool `json:"enabled"`
	BatchSize             int  `json:"batch_size"`
	ParallelizationFactor int  `json:"parallelization_factor"`
	Filters               int  `json:"filters"` // patterns of its mapping; what they keep from it is not known

	// Duration is the median duration of an invocation in busy periods. Speed follows
	// from it.
	Duration    model.Maybe[Seconds]               `json:"duration_seconds"`
	Speed       model.Maybe[unit.RecordsPerSecond] `json:"records_per_second_per_shard"`
	IteratorAge model.Maybe[WorstAge]              `json:"worst_iterator_age"`

	full    float64        // records of a batch of the stream's records, at most
	mapping model.Function // how its event source mapping is set
}

// polls reports whether the function is a standard consumer.
func (f *Function) polls() bool { return f.Enabled && !f.Consumer.Known }

// consumers returns what the history says of the consumers.
func (t *timeline) consumers(l *model.Limits) Consumers {
	r := Consumers{
		EnhancedFanOut: []EnhancedFanOutConsumer{}, Functions: []Function{},
		Asked:          t.ofStream(model.GetRecordsBytes) != nil || t.ofStream(model.GetRecordsRecords) != nil,
		ReadsThrottled: t.readsThrottled(),
	}
	reads := t.standardReads()
	r.StandardFanOut, r.UsualFanOut = reads.fanOut(t), reads.usualFanOut(t)
	for _, c := range t.history.Configuration.Value.Consumers.Value {
		r.EnhancedFanOut = append(r.EnhancedFanOut, t.enhancedFanOutConsumer(&c))
	}
	for _, f := range t.history.Configuration.Value.Functions.Value {
		r.Functions = append(r.Functions, t.function(f, l))
	}
	return r
}

// ofStream returns a metric's series of the stream, nil if there is none.
func (t *timeline) ofStream(metric string) *model.Series {
	return t.series[model.SeriesID{Level: model.StreamLevel, Metric: metric}]
}

// OftenShare is the share of the periods from which on rejected calls are no chance, such as a
// deployment.
const OftenShare = 0.01

// readsThrottled reports whether reads were rejected in more than a hundredth of the time that
// is known.
func (t *timeline) readsThrottled() model.Maybe[bool] {
	s := t.ofStream(model.ReadThrottled)
	return maybe(t.often(s), s != nil)
}

// often reports whether a series counts something in more than a hundredth of the window. s may
// be nil.
func (t *timeline) often(s *model.Series) bool {
	if s == nil {
		return false
	}
	var seconds float64
	for p := range s.Points() {
		if p.Value > 0 {
			seconds += p.Period.Seconds()
		}
	}
	return seconds > OftenShare*float64(t.to-t.from)
}

// reads is what consumers read and what was written in each period, a second: both in bytes,
// with the mean size of a record, or both in records, of size 1.
type reads struct {
	read, written []float64
	size          float64
}

// bytesRead returns the reads that a series counts in bytes.
func (t *timeline) bytesRead(s *model.Series) reads {
	return reads{t.rates(s), t.bytes, t.meanSize(t.flow, allPeriods)}
}

// standardReads returns what the standard consumers read together: in bytes, or in records
// where bytes lack.
func (t *timeline) standardReads() reads {
	bytes := t.bytesRead(t.ofStream(model.GetRecordsBytes))
	if bytes.fanOut(t).Known {
		return bytes
	}
	return reads{t.rates(t.ofStream(model.GetRecordsRecords)), t.records, 1}
}

// fanOut returns what was read ÷ what was written, over the periods in which both are
// known. It is not known where nothing was written.
func (r reads) fanOut(t *timeline) model.Maybe[float64] {
	var in, out float64
	for i := range r.read {
		if model.IsPoint(r.read[i]) && model.IsPoint(r.written[i]) {
			in += r.written[i] * t.period[i]
			out += r.read[i] * t.period[i]
		}
	}
	if in == 0 {
		return model.Maybe[float64]{}
	}
	return model.Known(out / in)
}

// usualFanOut returns the median over hours of what was read ÷ what was written.
func (r reads) usualFanOut(t *timeline) model.Maybe[float64] {
	type hour struct{ in, out float64 }
	hours := map[int64]hour{}
	for i := range r.read {
		if model.IsPoint(r.read[i]) && model.IsPoint(r.written[i]) {
			h := hours[t.start[i]/secondsPerHour]
			h.in += r.written[i] * t.period[i]
			h.out += r.read[i] * t.period[i]
			hours[t.start[i]/secondsPerHour] = h
		}
	}
	var ratios []float64
	for _, h := range hours {
		if h.in > 0 {
			ratios = append(ratios, h.out/h.in)
		}
	}
	if len(ratios) == 0 {
		return model.Maybe[float64]{}
	}
	return model.Known(median(ratios))
}

// without returns the records a second that are left to one consumer in each period if others
// read everything; where that leaves hardly anything, an equal share.
func (r reads) without(t *timeline, others float64) []float64 {
	left := r.fanOut(t).Value-others > partialConsumer
	rest := make([]float64, len(r.read))
	for i := range rest {
		if rest[i] = r.read[i] / r.size; left {
			rest[i] -= others * t.records[i]
		} else {
			rest[i] /= 1 + others
		}
	}
	return rest
}

// enhancedFanOutConsumer returns what the history says of an enhanced fan-out consumer.
func (t *timeline) enhancedFanOutConsumer(c *model.FanOutConsumer) EnhancedFanOutConsumer {
	id := func(metric string) model.SeriesID {
		return model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: string(c.Name)}
	}
	r := EnhancedFanOutConsumer{Name: c.Name, Registered: c.Created, WorstBehind: t.worstAge(id(model.SubscribedBehind))}
	s := t.series[id(model.SubscribedBytes)]
	reads := t.bytesRead(s)
	read := reads.read
	r.FanOut = reads.fanOut(t)
	late := c.Created.Known && c.Created.Value.Unix() > t.from
	r.Idle = s != nil && floats.Sum(knownValues(read)) == 0 && meanRate(t, t.records) > 0 && !late
	if len(knownValues(read)) > 0 {
		r.Read = model.Known(unit.BytesPerSecond(meanRate(t, read)))
	}
	return r
}

// worstAge returns the highest point of a series in milliseconds, such as the
// iterator age.
func (t *timeline) worstAge(id model.SeriesID) model.Maybe[WorstAge] {
	s := t.series[id]
	if s == nil {
		return model.Maybe[WorstAge]{}
	}
	e, ok := s.Extremes()
	if !ok {
		return model.Maybe[WorstAge]{}
	}
	p := e.Highest
	behind := unit.Duration(min(p.Value*float64(time.Millisecond), math.MaxInt64/2))
	return model.Known(WorstAge{Start: p.Time, Period: Seconds(p.Period), Behind: Seconds(behind)})
}

// busyShare is the share of the periods, those with the most traffic, in which the
// batches of a function count as full.
const busyShare = 0.1

// function returns the speed of a function from the median duration of its
// invocations in busy periods, as batches are fullest then:
//
//	C = parallelization factor × batch ÷ duration
//
// in records a second per shard. A batch has its size, unless the payload of an invocation
// takes fewer. Durations above the longest that Lambda allows are
// left out. The speed is not known without a duration or a batch size.
func (t *timeline) function(f model.Function, l *model.Limits) Function {
	out := Function{
		Name: f.Name, Consumer: f.FanOut, Enabled: f.Reads(),
		mapping:   f,
		BatchSize: f.BatchSize, ParallelizationFactor: max(1, f.ParallelizationFactor), Filters: f.Filters,
		IteratorAge: t.worstAge(model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionIteratorAge, Owner: f.Name}),
	}
	out.full = fullBatch(l, float64(f.BatchSize), t.meanSize(t.flow, allPeriods))
	s := t.series[model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration, Owner: f.Name}]
	traffic, durations := make([]float64, 0, len(t.start)), make([]float64, 0, len(t.start))
	longest := 1000 * l.LambdaTimeout.Value.Seconds()
	t.eachPoint(s, func(slot int, milliseconds float64) {
		if t.known(slot) && milliseconds > 0 && milliseconds <= longest {
			traffic, durations = append(traffic, t.records[slot]), append(durations, milliseconds)
		}
	})
	if len(durations) == 0 {
		return out
	}
	busy := quantile(1-busyShare, slices.Clone(traffic))
	var long []float64
	for i, rate := range traffic {
		if rate >= busy {
			long = append(long, durations[i])
		}
	}
	seconds := median(long) / 1000
	out.Duration = model.Known(Seconds(seconds * float64(time.Second)))
	if f.BatchSize > 0 {
		out.Speed = model.Known(unit.RecordsPerSecond(float64(out.ParallelizationFactor) * out.full / seconds))
	}
	return out
}

// fullBatch returns how many records of a size in bytes a batch has at most: its size, unless
// the payload of an invocation takes fewer.
func fullBatch(l *model.Limits, batch, size float64) float64 {
	takes := math.Floor(float64(l.LambdaPayload.Value) / (l.LambdaEncoding.Value*size + float64(l.LambdaEnvelope.Value)))
	if takes < batch { // not where no size is known
		return takes
	}
	return batch
}
