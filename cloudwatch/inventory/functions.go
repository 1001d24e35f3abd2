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

// functions lists the Lambda functions that read the stream, by polling or as
// one of its enhanced fan-out consumers.
func (r *Reader) functions(ctx context.Context, _ model.Name, inv *Inventory) error {
	if inv.ARN == "" {
		return nil
	}
	list, err := r.mappings(ctx, inv.ARN, model.Maybe[model.Name]{})
	if err != nil {
		return err
	}
	for i, consumer := range inv.Consumers.Value {
		more, err := r.mappings(ctx, inv.arns[i], model.Known(consumer.Name))
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	slices.SortStableFunc(list, func(a, b model.Function) int { return strings.Compare(a.Name, b.Name) })
	inv.Functions = model.Known(list)
	return nil
}

// mappings lists the functions that an event source feeds.
func (r *Reader) mappings(ctx context.Context, source string, consumer model.Maybe[model.Name]) ([]model.Function,
	error) {
	list, check := []model.Function{}, listing{action: listMappings, most: mostReaders}
	pages := lambda.NewListEventSourceMappingsPaginator(r.Lambda,
		&lambda.ListEventSourceMappingsInput{EventSourceArn: aws.String(source)})
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
			if m.FunctionArn == nil || m.State == nil {
				return nil, missing(listMappings, "a mapping's function and state")
			}
			if err := check.mapping(m); err != nil {
				return nil, err
			}
			list = append(list, function(m, consumer))
		}
	}
	return list, nil
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
