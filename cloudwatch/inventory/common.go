package inventory

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
)

// Common is what the streams of an account in a Region have in common, read once for all of them.
type Common struct {
	// Gaps are the parts that could not be read, for whatever reason.
	Gaps []Gap

	committed bool
	functions map[string][]types.EventSourceMappingConfiguration // by event source
	failed    struct{ advantage, functions *cloudwatch.Failure }
}

// Common reads what the streams of the account have in common: its settings, in a call, and all event
// source mappings, in one sweep.
func (r *Reader) Common(ctx context.Context) *Common {
	c := &Common{functions: map[string][]types.EventSourceMappingConfiguration{}}
	var err error
	if c.committed, err = r.isCommitted(ctx); err != nil {
		c.failed.advantage = cloudwatch.Explain(err)
		c.Gaps = append(c.Gaps, Gap{c.failed.advantage, unknownAdvantage})
	}
	all, err := r.mappings(ctx, "")
	if err != nil {
		c.failed.functions = cloudwatch.Explain(err)
		c.Gaps = append(c.Gaps, Gap{c.failed.functions, unknownFunctions})
	}
	for _, m := range all {
		source := aws.ToString(m.EventSourceArn)
		c.functions[source] = append(c.functions[source], m)
	}
	return c
}

// ReadAmong reads the inventory of one of the streams of an account, as Read does, without asking
// again for what they have in common. The ARN is the stream's.
func (r *Reader) ReadAmong(ctx context.Context, c *Common, stream model.Name, arn string) (*Inventory, error) {
	inv, err := r.parts(ctx, stream, &Inventory{ARN: arn}, ofStream(c.advantage, c.mappings))
	if inv != nil && c.failed.functions != nil {
		inv.Functions = model.Maybe[[]model.Function]{}
	}
	return inv, err
}

// advantage notes the mode of an on-demand stream. The error is a missing permission.
func (c *Common) advantage(_ context.Context, inv *Inventory) error {
	switch {
	case inv.Mode.Value != model.OnDemandStandard:
		return nil
	case c.failed.advantage != nil:
		return denied(c.failed.advantage)
	case c.committed:
		inv.Mode = model.Known(model.OnDemandAdvantage)
	}
	return nil
}

// mappings returns those of a stream or of a consumer. The error is a missing permission.
func (c *Common) mappings(_ context.Context, source string) ([]types.EventSourceMappingConfiguration, error) {
	if c.failed.functions != nil {
		return nil, denied(c.failed.functions)
	}
	return c.functions[source], nil
}

// denied returns a failure if a permission is missing: others are no fault of a stream.
func denied(f *cloudwatch.Failure) error {
	if f.Cause == cloudwatch.Denied {
		return f
	}
	return nil
}
