package inventory

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
)

// What a mapping filters, and where it sends what it gives up, is read from what Lambda says on
// the wire.
func TestMappingFilters(t *testing.T) {
	const source, function = "arn:aws:kinesis:us-east-1:000000000000:stream/orders", "arn:aws:lambda:us-east-1:000000000000:function:f"
	filtered := types.EventSourceMappingConfiguration{EventSourceArn: aws.String(source), FunctionArn: aws.String(function),
		State:                 aws.String("Enabled"),
		FilterCriteria:        &types.FilterCriteria{Filters: []types.Filter{{Pattern: aws.String(`{"data":{"kind":["a"]}}`)}, {Pattern: aws.String(`{}`)}}},
		FunctionResponseTypes: []types.FunctionResponseType{types.FunctionResponseTypeReportBatchItemFailures},
		DestinationConfig:     &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: aws.String("kafka://given-up")}}}
	bare := filtered
	bare.FilterCriteria, bare.FunctionResponseTypes = &types.FilterCriteria{}, nil
	bare.DestinationConfig = &types.DestinationConfig{OnSuccess: &types.OnSuccess{}}
	url := fakeaws.Lambda(t, 1, filtered, bare)
	r := Reader{Lambda: lambda.New(lambda.Options{BaseEndpoint: aws.String(url), Region: "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
		})})}
	inv := Inventory{ARN: source}
	if err := r.functions(t.Context(), &inv, r.mappings); err != nil {
		t.Fatal(err)
	}
	want := []model.Function{
		{Name: "f", State: "Enabled", BatchSize: 100, ParallelizationFactor: 1, Filters: 2, PartialResponses: true,
			OnFailure: model.Known(model.ToKafka)},
		{Name: "f", State: "Enabled", BatchSize: 100, ParallelizationFactor: 1},
	}
	if diff := cmp.Diff(want, inv.Functions.Value); diff != "" {
		t.Error(diff)
	}
}

// A time of registration is that of AWS, in UTC; one that AWS does not say is not known.
func TestRegistered(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.FixedZone("", 3600))
	if got := createdAt(&at); got != model.Known(time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
	if got := createdAt(nil); got.Known {
		t.Error(got)
	}
	if got := createdAt(&time.Time{}); got.Known {
		t.Error(got)
	}
}

// The number of an account is the fifth part of an ARN, and nothing else is.
func TestAccountOfARN(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:kinesis:us-east-1:123456789012:stream/a:b":          "123456789012",
		"arn:aws-us-gov:kinesis:us-gov-west-1:000000000001:stream/a": "000000000001",
		"arn:aws:kinesis:us-east-1::stream/a":                        "",
		"arn:aws:kinesis:us-east-1:12345678901x:stream/a":            "",
		"arn:aws:kinesis:us-east-1:123456789012":                     "",
		"":                                                           "",
	} {
		inv := Inventory{ARN: arn}
		if got := inv.Account(); got != want {
			t.Errorf("%s: %q", arn, got)
		}
	}
}
