package fit

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Consumers is what the history says of the stream's consumers. Metrics do not name
// standard consumers: they show in the bytes that all of them read together.
type Consumers struct {
	// StandardFanOut is how often standard consumers read the stream, all together:
	// bytes read ÷ bytes written. UsualFanOut is the median of the same over hours,
	// which a consumer that reprocesses does not raise.
	StandardFanOut model.Maybe[float64] `json:"standard_fan_out"`
	UsualFanOut    model.Maybe[float64] `json:"usual_standard_fan_out"`

	EnhancedFanOut []EnhancedFanOutConsumer `json:"enhanced_fan_out"`
	Functions      []Function               `json:"functions"`
}

// EnhancedFanOutConsumer is what the history says of an enhanced fan-out consumer.
type EnhancedFanOutConsumer struct {
	Name        model.Name                       `json:"name"`
	Read        model.Maybe[unit.BytesPerSecond] `json:"read_bytes_per_second"` // on average
	FanOut      model.Maybe[float64]             `json:"fan_out"`               // bytes read ÷ bytes written
	WorstBehind model.Maybe[WorstAge]            `json:"worst_behind"`
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

	// Duration is the median duration of an invocation in busy periods. Speed follows
	// from it.
	Duration    model.Maybe[Seconds]               `json:"duration_seconds"`
	Speed       model.Maybe[unit.RecordsPerSecond] `json:"records_per_second_per_shard"`
	IteratorAge model.Maybe[WorstAge]              `json:"worst_iterator_age"`
}

// consumers returns what the history says of the consumers.
func (t *timeline) consumers(l *model.Limits) Consumers {
	r := Consumers{EnhancedFanOut: []EnhancedFanOutConsumer{}, Functions: []Function{}}
	read := t.rates(t.series[model.SeriesID{Level: model.StreamLevel, Metric: model.GetRecordsBytes}])
	r.StandardFanOut = t.fanOut(read)
	r.UsualFanOut = t.usualFanOut(read)
	for _, c := range t.history.Configuration.Value.Consumers.Value {
		r.EnhancedFanOut = append(r.EnhancedFanOut, t.enhancedFanOutConsumer(c.Name))
	}
	for _, f := range t.history.Configuration.Value.Functions.Value {
		r.Functions = append(r.Functions, t.function(f, l))
	}
	return r
}

// fanOut returns bytes read ÷ bytes written, over the periods in which both are
// known. read is in bytes a second. It is not known where nothing was written.
func (t *timeline) fanOut(read []float64) model.Maybe[float64] {
	var in, out float64
	for i := range read {
		if model.IsPoint(read[i]) && model.IsPoint(t.bytes[i]) {
			in += t.bytes[i] * t.period[i]
			out += read[i] * t.period[i]
		}
	}
	if in == 0 {
		return model.Maybe[float64]{}
	}
	return model.Known(out / in)
}

// usualFanOut returns the median over hours of bytes read ÷ bytes written.
func (t *timeline) usualFanOut(read []float64) model.Maybe[float64] {
	type hour struct{ in, out float64 }
	hours := map[int64]hour{}
	for i := range read {
		if model.IsPoint(read[i]) && model.IsPoint(t.bytes[i]) {
			h := hours[t.start[i]/secondsPerHour]
			h.in += t.bytes[i] * t.period[i]
			h.out += read[i] * t.period[i]
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

// enhancedFanOutConsumer returns what the history says of the enhanced fan-out
// consumer of a name.
func (t *timeline) enhancedFanOutConsumer(name model.Name) EnhancedFanOutConsumer {
	id := func(metric string) model.SeriesID {
		return model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: string(name)}
	}
	r := EnhancedFanOutConsumer{Name: name, WorstBehind: t.worstAge(id(model.SubscribedBehind))}
	read := t.rates(t.series[id(model.SubscribedBytes)])
	r.FanOut = t.fanOut(read)
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
//	C = parallelization factor × batch size ÷ duration
//
// in records a second per shard. Durations above the longest that Lambda allows are
// left out. The speed is not known without a duration or a batch size.
func (t *timeline) function(f model.Function, l *model.Limits) Function {
	out := Function{
		Name: f.Name, Consumer: f.FanOut, Enabled: f.State != "Disabled",
		BatchSize: f.BatchSize, ParallelizationFactor: max(1, f.ParallelizationFactor),
		IteratorAge: t.worstAge(model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionIteratorAge, Owner: f.Name}),
	}
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
		out.Speed = model.Known(unit.RecordsPerSecond(float64(out.ParallelizationFactor*f.BatchSize) / seconds))
	}
	return out
}
