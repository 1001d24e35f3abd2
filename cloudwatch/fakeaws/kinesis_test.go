package fakeaws

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// The Kinesis server makes streams, and lists what they are made of.
func TestKinesis(t *testing.T) {
	p := StartProxy(t, Kinesis(t))
	c := api.NewFromConfig(config(p.URL(), 3))
	name := aws.String("fakeaws-kinesis")
	if _, err := c.CreateStream(t.Context(), &api.CreateStreamInput{StreamName: name,
		ShardCount: aws.Int32(4)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := c.DeleteStream(context.WithoutCancel(t.Context()),
			&api.DeleteStreamInput{StreamName: name}); err != nil {
			t.Error(err)
		}
	})
	active := api.NewStreamExistsWaiter(c, func(o *api.StreamExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 100*time.Millisecond
	})
	if err := active.Wait(t.Context(), &api.DescribeStreamInput{StreamName: name}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	summary, err := c.DescribeStreamSummary(t.Context(), &api.DescribeStreamSummaryInput{StreamName: name})
	if err != nil || *summary.StreamDescriptionSummary.OpenShardCount != 4 ||
		summary.StreamDescriptionSummary.StreamStatus != types.StreamStatusActive {
		t.Fatalf("%+v, %v", summary, err)
	}
	shards, err := c.ListShards(t.Context(), &api.ListShardsInput{StreamName: name})
	if err != nil || len(shards.Shards) != 4 || *shards.Shards[0].HashKeyRange.StartingHashKey != "0" {
		t.Fatalf("%+v, %v", shards, err)
	}
	requests := p.Requests()
	if requests["CreateStream"] != 1 || requests["DescribeStream"] == 0 || requests["DescribeStreamSummary"] != 1 ||
		requests["ListShards"] != 1 {
		t.Errorf("%v", requests)
	}
}
