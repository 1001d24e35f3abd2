package model

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// A number without its page and its day cannot be checked by anyone.
func TestEveryLimitSaysWhereItIsFrom(t *testing.T) {
	limits := PublishedLimits()
	list := limits.List()
	for _, l := range list {
		if len(l.What) < 10 || l.Text == "" || l.Text == "0" {
			t.Errorf("%+v does not say what is how much", l)
		}
		if !strings.HasPrefix(l.Source, "https://docs.aws.amazon.com/") &&
			!strings.HasPrefix(l.Source, "https://aws.amazon.com/") &&
			!strings.HasPrefix(l.Source, "https://github.com/awslabs/") {
			t.Errorf("%s: %q is no page of AWS", l.What, l.Source)
		}
		if day, err := time.Parse(time.DateOnly, l.AsOf); err != nil || day.Year() < 2013 {
			t.Errorf("%s: as of %q", l.What, l.AsOf)
		}
	}
	quotas := len(limits.shardQuotas) + 2*len(limits.onDemandQuotas)
	if fields := limitFields(limits); len(list) != fields+quotas {
		t.Errorf("%d limits are listed of %d, and %d quotas", len(list), fields, quotas)
	}
}

// limitFields counts the fields that are a limit, and are above 0.
func limitFields(limits Limits) int {
	n := 0
	v := reflect.ValueOf(limits)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Struct && !v.Field(i).FieldByName("Value").IsZero() {
			n++
		}
	}
	return n
}

// The numbers that AWS's page of quotas and limits gives.
func TestLimits(t *testing.T) {
	l := PublishedLimits()
	for what, ok := range map[string]bool{
		"write 1 MiB/s":      l.ShardWriteBytes.Value == 1<<20,
		"write 1,000/s":      l.ShardWriteRecords.Value == 1000,
		"read 2 MiB/s":       l.ShardReadBytes.Value == 2<<20,
		"read 5 calls/s":     l.ShardReadCalls.Value == 5,
		"fan-out 2 MiB/s":    l.FanOutBytes.Value == 2<<20,
		"fan-out 70 ms":      l.FanOutDelay.Value == unit.Duration(70*time.Millisecond),
		"20 fan-out":         l.FanOutConsumers.Value == 20,
		"50 fan-out":         l.FanOutConsumersMost.Value == 50,
		"10,000 per call":    l.PollRecords.Value == 10_000,
		"10 MiB per call":    l.PollBytes.Value == 10<<20,
		"1 MiB records":      l.RecordSize.Value == 1<<20,
		"10 MiB records":     l.RecordSizeMost.Value == 10<<20,
		"6 MiB Lambda":       l.LambdaPayload.Value == 6<<20,
		"10,000 shards":      l.StreamShards.Value == 10_000,
		"10 reshards":        l.ReshardsPerDay.Value == 10,
		"doubling":           l.ReshardFactor.Value == 2,
		"on-demand 4 MiB/s":  l.OnDemandWrite.Value == 4<<20,
		"on-demand doubling": l.OnDemandGrowth.Value == 2,
		"aggregate 20 B":     l.AggregateOverhead.Value == 20,
		"aggregated 10 B":    l.AggregatedOverhead.Value == 10,
		"envelope 300 B":     l.LambdaEnvelope.Value == 300,
		"base64":             l.LambdaEncoding.Value == 4.0/3,
		"1,000 invocations":  l.LambdaConcurrency.Value == 1000,
	} {
		if !ok {
			t.Errorf("not %s", what)
		}
	}
}

// Three Regions have a quota of their own; one that opens tomorrow has the
// smallest.
func TestShardQuota(t *testing.T) {
	limits := PublishedLimits()
	for region, want := range map[Region]int{
		"us-east-1": 20_000, "us-west-2": 20_000, "eu-west-1": 20_000,
		"us-east-2": 1000, "eu-central-1": 1000, "xx-new-1": 1000, "": 1000,
	} {
		if got := limits.ShardQuota(region); got.Value != want || got.Source == "" {
			t.Errorf("%s: %+v, want %d", region, got, want)
		}
	}
}

// An on-demand stream grows to 10 GB/s in three Regions, and to 200 MB/s in any other
// by default; readers get twice that.
func TestOnDemandQuota(t *testing.T) {
	limits := PublishedLimits()
	for region, want := range map[Region]unit.BytesPerSecond{
		"us-east-1": 10 << 30, "us-west-2": 10 << 30, "eu-west-1": 10 << 30, "": 10 << 30,
		"us-east-2": 200 << 20, "eu-central-1": 200 << 20, "eu-west-2": 200 << 20, "xx-new-1": 200 << 20,
	} {
		q := limits.OnDemandQuota(region)
		if q.Write.Value != want || q.Read.Value != 2*want || q.Write.Source != quotasPage ||
			q.Read.AsOf != "2026-10-09" {
			t.Errorf("%s: %+v, want %v", region, q, want)
		}
	}
}
