// Package account reads which streams an account has in a Region, what each is set to and who reads it,
// and what the account may have there. It only makes calls that read. Clients are handed in.
//
// Streams come from ListStreams, which names those that nobody uses as well: CloudWatch forgets them.
// What all streams have in common is read once. What fails is named, and the rest is read without it.
package account

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model"
)

// Reader reads what an account has in a Region.
type Reader struct {
	inventory.Reader
	Tagging *resourcegroupstaggingapi.Client
	Limits  Limits

	// Progress is called, by one goroutine at a time, when so many of all streams have been looked at;
	// nil where nobody wants to know.
	Progress func(done, all int)
}

// Region is what an account has in a Region, as far as it could be read.
type Region struct {
	Account string   // its number, "" where there is no stream that has it in its ARN
	Streams []Stream // by name

	Shards      model.Maybe[int] // that the account may have
	Concurrency model.Maybe[int] // invocations of Lambda functions that it may have at once

	// Faults are what could not be read, each call once, in the order of the calls; what only one stream
	// lacks is with the stream.
	Faults []Fault

	// Skew is how far AWS's clock is ahead of this machine's.
	Skew time.Duration
}

// Stream is one of the streams of an account.
type Stream struct {
	Name model.Name
	ARN  string // "" where the list does not have it
	Tags map[string]string

	Status    string // AWS's, when it was listed: ACTIVE, UPDATING, CREATING, DELETING
	Inventory *inventory.Inventory
	Failure   *cloudwatch.Failure // why there is no inventory
}

// Fault is a call that failed, and what is not known without it.
type Fault struct {
	*cloudwatch.Failure
	Unknown string
	Streams int // of how many streams; 0 where it is about the account
}

// Read reads what the account has. The error is a cloudwatch.Failure: the streams could not be listed,
// or the context is done.
func (r *Reader) Read(ctx context.Context) (*Region, error) {
	region := &Region{}
	if err := r.list(ctx, region); err != nil {
		return nil, err
	}
	if len(region.Streams) == 0 {
		return region, nil
	}
	r.quotas(ctx, region)
	common := r.Common(ctx)
	for _, gap := range common.Gaps {
		region.fault(gap.Failure, gap.Unknown, 0)
	}
	r.describe(ctx, region, common)
	region.join()
	r.tags(ctx, region)
	if ctx.Err() != nil {
		return nil, cloudwatch.Explain(ctx.Err())
	}
	return region, nil
}

// join takes from the inventories what is about the account, and what the list did not have.
func (r *Region) join() {
	for i := range r.Streams {
		s := &r.Streams[i]
		if s.Inventory == nil {
			continue
		}
		s.ARN = cmp.Or(s.ARN, s.Inventory.ARN)
		r.Account = cmp.Or(r.Account, s.Inventory.Account())
		for _, gap := range s.Inventory.Gaps {
			r.fault(gap.Failure, gap.Unknown, 1)
		}
	}
}

// fault notes a call that failed, for some more streams.
func (r *Region) fault(f *cloudwatch.Failure, unknown string, streams int) {
	i := slices.IndexFunc(r.Faults, func(known Fault) bool {
		return known.Action == f.Action && known.Cause == f.Cause && known.Unknown == unknown
	})
	if i < 0 {
		i, r.Faults = len(r.Faults), append(r.Faults, Fault{Failure: f, Unknown: unknown})
	}
	r.Faults[i].Streams += streams
}
