package fakeaws

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
)

const (
	ordersARN   = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
	consumerARN = ordersARN + "/consumer/fraud:1700000000"
)

// mappings returns five of the stream and one of its consumer.
func mappings() []types.EventSourceMappingConfiguration {
	mapping := func(id, source string) types.EventSourceMappingConfiguration {
		return types.EventSourceMappingConfiguration{
			UUID: aws.String(id), EventSourceArn: aws.String(source), State: aws.String("Enabled"),
			FunctionArn: aws.String("arn:aws:lambda:us-east-1:123456789012:function:" + id),
			BatchSize:   aws.Int32(100), ParallelizationFactor: aws.Int32(10), MaximumRetryAttempts: aws.Int32(-1),
			BisectBatchOnFunctionError: aws.Bool(true),
		}
	}
	return []types.EventSourceMappingConfiguration{mapping("a", ordersARN), mapping("b", ordersARN),
		mapping("x", consumerARN),
		mapping("c", ordersARN), mapping("d", ordersARN), mapping("e", ordersARN)}
}

// The mappings of a source come page by page; those of its consumers are another
// source's.
func TestLambda(t *testing.T) {
	c := api.NewFromConfig(config(Lambda(t, 2, mappings()...), 1))
	for name, test := range map[string]struct {
		in    api.ListEventSourceMappingsInput
		pages [][]string
	}{
		"stream": {api.ListEventSourceMappingsInput{EventSourceArn: aws.String(ordersARN)},
			[][]string{{"a", "b"}, {"c", "d"}, {"e"}}},
		"one a page": {api.ListEventSourceMappingsInput{EventSourceArn: aws.String(consumerARN),
			MaxItems: aws.Int32(1)}, [][]string{{"x"}}},
		"many a page": {api.ListEventSourceMappingsInput{EventSourceArn: aws.String(ordersARN),
			MaxItems: aws.Int32(100)}, [][]string{{"a", "b"}, {"c", "d"}, {"e"}}},
		"part of it": {api.ListEventSourceMappingsInput{EventSourceArn: aws.String(ordersARN[:len(ordersARN)-1])},
			[][]string{{}}},
		"all": {api.ListEventSourceMappingsInput{}, [][]string{{"a", "b"}, {"x", "c"}, {"d", "e"}}},
	} {
		var got [][]string
		pages := api.NewListEventSourceMappingsPaginator(c, &test.in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			names := []string{}
			for _, m := range page.EventSourceMappings {
				names = append(names, *m.UUID)
				if *m.ParallelizationFactor != 10 || *m.MaximumRetryAttempts != -1 || !*m.BisectBatchOnFunctionError ||
					m.MaximumRecordAgeInSeconds != nil {
					t.Errorf("%s: %+v", name, m)
				}
			}
			got = append(got, names)
		}
		if !slices.EqualFunc(got, test.pages, slices.Equal) {
			t.Errorf("%s: %v, want %v", name, got, test.pages)
		}
	}
}

func TestLambdaRefuses(t *testing.T) {
	c := api.NewFromConfig(config(Lambda(t, 2, mappings()...), 1))
	for _, in := range []api.ListEventSourceMappingsInput{{FunctionName: aws.String("a")}, {Marker: aws.String("x")},
		{Marker: aws.String("-1")}, {Marker: aws.String("7")}} {
		_, err := c.ListEventSourceMappings(t.Context(), &in)
		var refusal *types.InvalidParameterValueException
		if !errors.As(err, &refusal) || smithy.APIError(refusal).ErrorMessage() == "" {
			t.Error(err)
		}
	}
}
