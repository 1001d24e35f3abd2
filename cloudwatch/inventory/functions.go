package inventory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// listMappingsOf lists the event source mappings of a stream or of a consumer.
type listMappingsOf func(ctx context.Context, source string) ([]types.EventSourceMappingConfiguration, error)

// functions lists the Lambda functions that read the stream, by polling or as
// one of its enhanced fan-out consumers.
func (r *Reader) functions(ctx context.Context, inv *Inventory, mappings listMappingsOf) error {
	if inv.ARN == "" {
		return nil
	}
	list := []model.Function{}
	read := func(source string, consumer model.Maybe[model.Name]) error {
		found, err := mappings(ctx, source)
		for i := range found {
			list = append(list, function(&found[i], consumer))
		}
		return err
	}
	if err := read(inv.ARN, model.Maybe[model.Name]{}); err != nil {
		return err
	}
	for i, consumer := range inv.Consumers.Value {
		if err := read(inv.arns[i], model.Known(consumer.Name)); err != nil {
			return err
		}
	}
	slices.SortStableFunc(list, func(a, b model.Function) int { return strings.Compare(a.Name, b.Name) })
	inv.Functions = model.Known(list)
	return nil
}

// mappings lists the event source mappings of a stream or of a consumer; of "", those of all
// streams and consumers of the account.
func (r *Reader) mappings(ctx context.Context, source string) (list []types.EventSourceMappingConfiguration, err error) {
	check, input := listing{action: listMappings, most: mostReaders}, &lambda.ListEventSourceMappingsInput{}
	if source == "" {
		check.most = mostMapped
	} else {
		input.EventSourceArn = aws.String(source)
	}
	pages := lambda.NewListEventSourceMappingsPaginator(r.Lambda, input)
	for pages.HasMorePages() {
		if err := check.turn(); err != nil {
			return nil, err
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.EventSourceMappings {
			m := &page.EventSourceMappings[i]
			if source == "" && !isKinesis(aws.ToString(m.EventSourceArn)) {
				continue // a queue, a table or whatever else has functions
			}
			if m.FunctionArn == nil || m.State == nil {
				return nil, missing(listMappings, "a mapping's function and state")
			}
			if err := check.mapping(m); err != nil {
				return nil, err
			}
			list = append(list, *m)
		}
	}
	return list, nil
}

// isKinesis reports whether an ARN is of a stream or of a consumer.
func isKinesis(arn string) bool {
	const service = 2 // arn:partition:service:region:account:resource
	parts := strings.Split(arn, ":")
	return len(parts) > service && parts[service] == "kinesis"
}

// Defaults of an event source mapping, for what one does not say
// (https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html).
const (
	defaultBatch  = 100
	defaultFactor = 1
)

func function(m *types.EventSourceMappingConfiguration, consumer model.Maybe[model.Name]) model.Function {
	f := model.Function{
		Name:                  functionName(*m.FunctionArn),
		State:                 aws.ToString(m.State),
		FanOut:                consumer,
		BatchSize:             defaultBatch,
		BatchingWindow:        unit.Duration(time.Duration(aws.ToInt32(m.MaximumBatchingWindowInSeconds)) * time.Second),
		ParallelizationFactor: defaultFactor,
		BisectOnError:         aws.ToBool(m.BisectBatchOnFunctionError),
		PartialResponses:      slices.Contains(m.FunctionResponseTypes, types.FunctionResponseTypeReportBatchItemFailures),
	}
	if c := m.FilterCriteria; c != nil {
		f.Filters = len(c.Filters)
	}
	if c := m.DestinationConfig; c != nil && c.OnFailure != nil {
		f.OnFailure = model.DestinationOf(aws.ToString(c.OnFailure.Destination))
	}
	if m.BatchSize != nil {
		f.BatchSize = int(*m.BatchSize)
	}
	if m.ParallelizationFactor != nil {
		f.ParallelizationFactor = int(*m.ParallelizationFactor)
	}
	if n := aws.ToInt32(m.MaximumRetryAttempts); m.MaximumRetryAttempts != nil && n >= 0 {
		f.MaximumRetries = model.Known(int(n))
	}
	if age := aws.ToInt32(m.MaximumRecordAgeInSeconds); age > 0 {
		f.MaximumRecordAge = model.Known(unit.Duration(time.Duration(age) * time.Second))
	}
	return f
}

// functionName returns the name in a function's ARN,
// arn:aws:lambda:REGION:ACCOUNT:function:NAME[:VERSION-OR-ALIAS].
func functionName(arn string) string {
	parts := strings.Split(arn, ":")
	const name = 6
	if len(parts) > name {
		return parts[name]
	}
	return arn
}
