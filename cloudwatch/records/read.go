package records

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
)

// Reader reads records.
type Reader struct {
	Client *kinesis.Client
	Now    func() time.Time // by AWS's clock
	Policy cloudwatch.RetryPolicy

	// Progress, where it is not nil, is told after each call which share of the time was read, of
	// all shards. It is called by one goroutine at a time.
	Progress func(share float64)
}

// atOnce is how many calls are made at once, whatever the shards: each may bring 10 MiB.
const atOnce = 8

// Read reads what a plan says into a tally, and returns the sample. Where it ends early, as when
// the context does, the sample is of what was read until then, and says so. The error is the
// context's, or a cloudwatch.Failure.
func (r *Reader) Read(ctx context.Context, p *Plan, t *sample.Tally) (*model.Sample, error) {
	within, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	run := &run{Reader: r, plan: p, tally: t, slots: make(chan struct{}, atOnce), seen: map[string]bool{}, stop: stop}
	for _, sh := range p.Shards {
		run.begin(within, sh, p.From)
	}
	run.group.Wait()
	err := context.Cause(within)
	s := t.Between(p.From, p.To)
	s.Source, s.Stream = model.SampleOfStream, model.Known(p.Stream)
	s.Partial = err != nil
	s.Reading = model.Known(run.reading)
	return s, err
}

// run is reading that has begun.
type run struct {
	*Reader
	plan  *Plan
	tally *sample.Tally
	slots chan struct{} // of calls that are made
	stop  context.CancelCauseFunc
	group sync.WaitGroup

	mu      sync.Mutex
	seen    map[string]bool // shards that are read, by id
	done    float64         // shards, in parts
	reading model.Reading
}

// begin begins to read a shard, unless it is being read.
func (r *run) begin(ctx context.Context, sh Shard, from time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[sh.ID] {
		return
	}
	r.seen[sh.ID] = true
	one := &shard{run: r, Shard: sh, counted: r.tally.Shard(sh.ID, sh.HashRange), child: from != r.plan.From}
	one.counted.From, one.counted.To = model.Known(from.UTC()), model.Known(from.UTC())
	r.group.Go(func() {
		if err := one.read(ctx); err != nil {
			r.stop(err)
		}
		r.took(one)
	})
}

// advanced notes that a shard was read further, by a share of the time.
func (r *run) advanced(by float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += by
	if r.Progress != nil {
		r.Progress(r.done / float64(len(r.seen)))
	}
}

// took adds what reading a shard took.
func (r *run) took(s *shard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading.Calls += s.calls
	r.reading.Throttled += s.throttled
	r.reading.Bytes += s.bytes
	if s.calls == 0 {
		return
	}
	seconds := s.last.Sub(s.first).Seconds() + r.plan.interval().Seconds()
	limits := r.plan.limits
	share := max(float64(s.calls)/seconds/limits.ShardReadCalls.Value, float64(s.bytes)/seconds/float64(limits.ShardReadBytes.Value))
	r.reading.Share = min(1, max(r.reading.Share, share))
}
