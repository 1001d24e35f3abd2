package calc

import (
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Function is a Lambda function as a consumer of one shard.
type Function struct {
	size     float64 // Kinesis records of an invocation, at most
	duration float64 // seconds of an invocation
	payload  float64 // bytes of an invocation, at most
	encoding float64 // bytes of payload per byte of record: base64's 4/3
	envelope float64 // bytes of payload per record besides
	reserved float64 // invocations at once, at most; 0 without a bound
	perUser  bool    // the duration is that of so many user records, however they are packed
}

// NewFunction returns a function with its settings. Without a duration it has no speed.
func NewFunction(l *model.Limits, fn *model.Lambda) Function {
	return Function{
		size:     float64(fn.BatchSize),
		duration: fn.Duration.Seconds(),
		payload:  float64(l.LambdaPayload.Value),
		encoding: l.LambdaEncoding.Value,
		envelope: float64(l.LambdaEnvelope.Value),
		reserved: float64(fn.ReservedConcurrency),
		perUser:  fn.PerUserRecord,
	}
}

// Batch returns how many Kinesis records of a size an invocation takes:
// min(batch size, ⌊6 MiB ÷ (4/3·size + 300 B)⌋). The envelope is an estimate.
func (f *Function) Batch(size float64) float64 {
	return math.Min(f.size, math.Floor(f.payload/(f.encoding*size+f.envelope)))
}

// speed returns C = factor × batch ÷ duration for records that are not packed.
func (f *Function) speed(size, factor float64) float64 {
	return factor * f.Batch(size) / f.duration
}

// total returns the records that are not packed which all of its invocations process
// together, whatever the shards: Z × batch ÷ duration; 0 where nothing bounds them.
func (f *Function) total(size float64) float64 { return f.reserved * f.Batch(size) / f.duration }

// atOnce returns how many of so many invocations run at once.
func (f *Function) atOnce(invocations float64) float64 {
	if f.reserved == 0 {
		return invocations
	}
	return math.Min(invocations, f.reserved)
}

// reservesLess reports whether fewer invocations may run at once than a number.
func (f *Function) reservesLess(invocations float64) bool {
	return f.atOnce(invocations) < invocations*(1-Tolerance)
}

// RecordSpeed returns batch ÷ duration for records of a size, in user records per second and
// shard: what a function does that was measured with records that were not packed. Its work
// is on user records, so that aggregates do not make it faster.
func (f *Function) RecordSpeed(size float64) unit.RecordsPerSecond {
	return unit.RecordsPerSecond(f.speed(size, 1))
}

// PackedSpeed returns what one invocation after another processes at a number of shards, in
// user records per second: C = batch·n/duration, or batch/duration of a function whose work
// is on user records. The parallelization factor has no effect on aggregates.
func (f *Function) PackedSpeed(p *Packing, rate, shards float64) float64 {
	if f.perUser {
		return f.speed(p.Bare, 1)
	}
	n := p.PerRecord(rate, shards)
	return f.Batch(p.Size(rate, shards)) * n / f.duration
}

// Takes returns the seconds of an invocation with a full batch, and how many Kinesis records
// that is, when user records come at a rate to a number of shards: the duration, or where the
// work is on user records, as many times that as an aggregate has.
func (f *Function) Takes(p *Packing, rate, shards float64) (seconds, records float64) {
	records = f.Batch(p.Size(rate, shards))
	if !f.perUser || !p.On() {
		return f.duration, records
	}
	return records * p.PerRecord(rate, shards) / f.speed(p.Bare, 1), records
}

// packedNeed returns the smallest N with moved ≤ N·C(N)·share. A batch of j
// aggregates fits from some N on, because aggregates get smaller with more
// shards; from that N on the need is that of a limit of j/duration aggregates a
// second. The first rises with j and the second falls, so the least of their
// maxima lies where they cross.
func (f *Function) packedNeed(p *Packing, moved, packed, share float64) float64 {
	at := func(j float64) (fits, carries float64) {
		return f.fitsFrom(p, packed, j), p.recordsNeed(moved, packed, j/f.duration*share)
	}
	low, high := 1.0, f.size
	for low < high {
		j := math.Floor((low + high) / 2)
		if fits, carries := at(j); fits >= carries {
			high = j
		} else {
			low = j + 1
		}
	}
	need := math.Max(at(low))
	if low > 1 {
		need = math.Min(need, math.Max(at(low-1)))
	}
	return need
}

// fitsFrom returns the smallest N at which j aggregates fit into a payload:
// n·b + 20 ≤ (payload/j − envelope)/encoding. It is +Inf where they never do.
func (f *Function) fitsFrom(p *Packing, rate, j float64) float64 {
	n := ((f.payload/j-f.envelope)/f.encoding - p.Overhead) / p.Record
	switch {
	case n >= p.full:
		return 0
	case n <= 1:
		return math.Inf(1)
	}
	return rate * p.buffer / (p.producers * (n - 1))
}
