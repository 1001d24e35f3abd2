package account

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
)

// atOnce is how many streams are looked at at the same time: enough that the quota of calls, and not the
// way to AWS and back, sets the pace.
const atOnce = 8

// describe reads the inventory of each stream. Which one comes first does not matter to what is known
// of it.
func (r *Reader) describe(ctx context.Context, region *Region, common *inventory.Common) {
	pace := time.NewTicker(time.Second / time.Duration(r.Limits.Summaries.Value))
	defer pace.Stop()
	d := &descriptions{Reader: r, common: common, all: len(region.Streams)}
	next := make(chan *Stream)
	var workers sync.WaitGroup
	for range min(atOnce, len(region.Streams)) {
		workers.Go(func() {
			for s := range next {
				d.describe(ctx, s)
			}
		})
	}
	for i := range region.Streams {
		d.wait(ctx, pace.C)
		next <- &region.Streams[i]
	}
	close(next)
	workers.Wait()
}

// descriptions are what is known while streams are looked at.
type descriptions struct {
	*Reader
	common *inventory.Common
	all    int

	mu      sync.Mutex
	done    int
	failing int                 // streams in a row that failed for what may hit any of them
	over    *cloudwatch.Failure // why no further one is asked for
}

// wait waits until the quota has room for a call, where there will be one.
func (d *descriptions) wait(ctx context.Context, pace <-chan time.Time) {
	if d.stopped() != nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-pace:
	}
}

// stopped returns why no further stream is asked for, nil while streams are.
func (d *descriptions) stopped() *cloudwatch.Failure {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

// Causes why a stream has no inventory that AWS says before it is asked for one.
const (
	Coming cloudwatch.Cause = "the stream is being created"
	Going  cloudwatch.Cause = "the stream is being deleted"
)

// unasked returns why a stream is not asked for: the list says that there is not much of it.
func unasked(s *Stream) *cloudwatch.Failure {
	causes := map[string]cloudwatch.Cause{string(types.StreamStatusCreating): Coming, string(types.StreamStatusDeleting): Going}
	if cause, ok := causes[s.Status]; ok {
		return &cloudwatch.Failure{Action: listStreams, Cause: cause}
	}
	return nil
}

// describe reads the inventory of a stream.
func (d *descriptions) describe(ctx context.Context, s *Stream) {
	if s.Failure = cmp.Or(d.stopped(), unasked(s)); s.Failure == nil {
		var err error
		if s.Inventory, err = d.ReadAmong(ctx, d.common, s.Name, s.ARN); err != nil {
			s.Failure = cloudwatch.Explain(err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note(s.Failure)
	d.done++
	if d.Progress != nil {
		d.Progress(d.done, d.all)
	}
}

// patience is how many streams in a row may fail for what passes, each after all that was tried.
const patience = 3

// note counts a failure, and stops what would fail for every stream.
func (d *descriptions) note(f *cloudwatch.Failure) {
	ofTheStream := []cloudwatch.Cause{cloudwatch.NotFound, cloudwatch.Garbled, cloudwatch.Refused, Coming, Going}
	passing := []cloudwatch.Cause{cloudwatch.Throttled, cloudwatch.ServerFault, cloudwatch.TimedOut, cloudwatch.Incomplete}
	switch {
	case f == nil:
		d.failing = 0
		return
	case slices.Contains(ofTheStream, f.Cause):
		return
	}
	if d.failing++; d.over == nil && (d.failing == patience || !slices.Contains(passing, f.Cause)) {
		d.over = f
	}
}
