package fit

import (
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Readers are what is known of the consumers.
type Readers struct {
	// Standard is the effective fan-out of all standard consumers together: bytes
	// read ÷ bytes written. Usual is its median over hours, which a replay does not
	// raise.
	Standard model.Maybe[float64] `json:"standard_fan_out"`
	Usual    model.Maybe[float64] `json:"usual_standard_fan_out"`

	FanOut    []FanOutReader `json:"enhanced_fan_out"`
	Functions []Function     `json:"functions"`
}

// FanOutReader is an enhanced fan-out consumer.
type FanOutReader struct {
	Name   model.Name                       `json:"name"`
	Read   model.Maybe[unit.BytesPerSecond] `json:"read_bytes_per_second"` // on average
	FanOut model.Maybe[float64]             `json:"fan_out"`               // bytes read ÷ bytes written
	Behind model.Maybe[Age]                 `json:"worst_behind"`
}

// Function is a Lambda function that reads the stream.
type Function struct {
	Name                  string                             `json:"name"`
	FanOut                model.Maybe[model.Name]            `json:"enhanced_fan_out_consumer"` // that it reads as; else it polls
	Enabled               bool                               `json:"enabled"`
	BatchSize             int                                `json:"batch_size"`
	ParallelizationFactor int                                `json:"parallelization_factor"`
	Duration              model.Maybe[Seconds]               `json:"duration_seconds"` // of an invocation in busy periods
	Speed                 model.Maybe[unit.RecordsPerSecond] `json:"records_per_second_per_shard"`
	IteratorAge           model.Maybe[Age]                   `json:"worst_iterator_age"`
}

// readers answers what is known of the consumers.
func (t *timeline) readers(l *model.Limits) Readers {
	r := Readers{FanOut: []FanOutReader{}, Functions: []Function{}}
	read := t.rates(t.series[model.SeriesID{Level: model.StreamLevel, Metric: model.GetRecordsBytes}])
	r.Standard = t.fanOut(read)
	r.Usual = t.usualFanOut(read)
	for _, c := range t.history.Configuration.Value.Consumers.Value {
		r.FanOut = append(r.FanOut, t.fanOutReader(c.Name))
	}
	for _, f := range t.history.Configuration.Value.Functions.Value {
		r.Functions = append(r.Functions, t.function(f, l))
	}
	return r
}

// fanOut answers the bytes that were read ÷ those that were written, while both
// are known.
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

// usualFanOut answers the median over hours of the same ratio.
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

func (t *timeline) fanOutReader(name model.Name) FanOutReader {
	id := func(metric string) model.SeriesID {
		return model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Of: string(name)}
	}
	r := FanOutReader{Name: name, Behind: t.worstAge(id(model.SubscribedBehind))}
	read := t.rates(t.series[id(model.SubscribedBytes)])
	r.FanOut = t.fanOut(read)
	if len(points(read)) > 0 {
		r.Read = model.Known(unit.BytesPerSecond(meanRate(t, read)))
	}
	return r
}

// worstAge is the highest point of a series of milliseconds.
func (t *timeline) worstAge(id model.SeriesID) model.Maybe[Age] {
	s := t.series[id]
	if s == nil {
		return model.Maybe[Age]{}
	}
	e, ok := s.Extremes()
	if !ok {
		return model.Maybe[Age]{}
	}
	p := e.Highest
	behind := unit.Duration(min(p.Value*float64(time.Millisecond), math.MaxInt64/2))
	return model.Known(Age{Start: p.Time, Period: Seconds(p.Period), Behind: Seconds(behind)})
}

// busyShare is the share of the periods with the most traffic in which batches
// are taken to be as full as they get.
const busyShare = 0.1

// function answers the speed of a function from how long its invocations took
// when the stream was busy, as batches are the fullest then: C = parallelization
// factor × batch size ÷ duration, records a second per shard.
func (t *timeline) function(f model.Function, l *model.Limits) Function {
	out := Function{
		Name: f.Name, FanOut: f.FanOut, Enabled: f.State != "Disabled",
		BatchSize: f.BatchSize, ParallelizationFactor: max(1, f.ParallelizationFactor),
		IteratorAge: t.worstAge(model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionIteratorAge, Of: f.Name}),
	}
	s := t.series[model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration, Of: f.Name}]
	traffic, durations := make([]float64, 0, len(t.start)), make([]float64, 0, len(t.start))
	longest := 1000 * l.LambdaTimeout.Value.Seconds()
	t.each(s, func(slot int, milliseconds float64) {
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
