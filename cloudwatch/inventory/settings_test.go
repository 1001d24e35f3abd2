package inventory_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// object is one of a JSON answer.
type object = map[string]any

// answering passes a Kinesis server's answers on with changed bodies: what AWS
// tells and the server does not know of.
func answering(t *testing.T, server string, change func(operation string, answer object)) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: func(r *http.Response) error {
			if r.StatusCode != http.StatusOK {
				return nil
			}
			answer := object{}
			if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
				t.Error(err)
			}
			r.Body.Close()
			_, operation, _ := strings.Cut(r.Request.Header.Get("X-Amz-Target"), ".")
			change(operation, answer)
			body, err := json.Marshal(answer)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return err
		},
	})
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// told returns the inventory of a stream of which the server's answers to one
// operation are changed.
func (s *stream) told(server, operation string, change func(answer object)) (*inventory.Inventory, error) {
	s.Helper()
	changed := false
	r := reader(answering(s.T, server, func(of string, answer object) {
		if of == operation {
			changed = true
			change(answer)
		}
	}), fakeaws.Lambda(s.T, 10))
	inv, err := r.Read(s.Context(), model.Name(s.name))
	if !changed {
		s.Errorf("%s was not called", operation)
	}
	return inv, err
}

// summarized returns the inventory of a stream whose summary has other members; one
// that is nil is left out.
func (s *stream) summarized(server string, members object) (*inventory.Inventory, error) {
	s.Helper()
	return s.told(server, "DescribeStreamSummary", func(answer object) {
		summary := answer["StreamDescriptionSummary"].(object)
		for name, value := range members {
			summary[name] = value
			if value == nil {
				delete(summary, name)
			}
		}
	})
}

// An on-demand stream is in On-demand Advantage where the account commits to it,
// and as long as it cannot end that.
func TestOnDemandAdvantage(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 0, types.StreamModeOnDemand)
	for status, want := range map[string]model.Mode{
		"ENABLED": model.OnDemandAdvantage, "ENABLED_UNTIL_EARLIEST_ALLOWED_END": model.OnDemandAdvantage,
		"DISABLED": model.OnDemandStandard, "": model.OnDemandStandard,
	} {
		inv, err := s.told(server, "DescribeAccountSettings", func(answer object) {
			delete(answer, "MinimumThroughputBillingCommitment")
			if status != "" {
				answer["MinimumThroughputBillingCommitment"] = object{"Status": status}
			}
		})
		if err != nil || inv.Mode != model.Known(want) || len(inv.Warnings) > 0 {
			t.Errorf("%q: %v, want %v; %v", status, inv, want, err)
		}
	}
}

// The account's settings do not change what a provisioned stream is: they are not
// asked for, and the permission to is not missed.
func TestProvisionedStreamNeedsNoAccountSettings(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	proxy := fakeaws.StartProxy(t, server)
	proxy.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "DescribeAccountSettings"})
	r := reader(proxy.URL(), fakeaws.Lambda(t, 10))
	inv, err := r.Read(t.Context(), model.Name(s.name))
	if err != nil || inv.Mode != model.Known(model.Provisioned) || len(inv.Warnings) > 0 ||
		proxy.Requests()["DescribeAccountSettings"] > 0 {
		t.Errorf("%v, %v, %v", inv, err, proxy.Requests())
	}
}

// Each member of the summary, where AWS tells it and where it does not.
func TestStreamSettings(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	all := model.Known([]string{"IncomingBytes", "IncomingRecords", "IteratorAgeMilliseconds", "OutgoingBytes",
		"OutgoingRecords",
		"ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"})
	monitoring := func(metrics ...string) object { return object{"ShardLevelMetrics": metrics} }
	type member = func(*model.Configuration) any
	var (
		mode    member = func(c *model.Configuration) any { return c.Mode }
		size    member = func(c *model.Configuration) any { return c.MaxRecordSize }
		warm    member = func(c *model.Configuration) any { return c.WarmThroughput }
		metrics member = func(c *model.Configuration) any { return c.ShardMetrics }
		kept    member = func(c *model.Configuration) any { return c.Retention }
		open    member = func(c *model.Configuration) any { return c.OpenShards }
	)
	for name, c := range map[string]struct {
		told object
		of   member
		want any
	}{
		"all metrics": {object{"EnhancedMonitoring": []any{monitoring("ALL")}}, metrics, all},
		"all metrics and one of them": {object{"EnhancedMonitoring": []any{monitoring("OutgoingBytes", "ALL"),
			monitoring("IncomingBytes")}}, metrics, all},
		"metrics of two entries": {object{"EnhancedMonitoring": []any{monitoring("OutgoingBytes"),
			monitoring("IncomingBytes", "OutgoingBytes")}}, metrics,
			model.Known([]string{"IncomingBytes", "OutgoingBytes"})},
		"no metrics": {object{"EnhancedMonitoring": []any{monitoring()}}, metrics,
			model.Known([]string{})},
		"no monitoring": {object{"EnhancedMonitoring": nil}, metrics, model.Known([]string{})},
		"warm throughput": {object{"WarmThroughput": object{"CurrentMiBps": 12, "TargetMiBps": 20}}, warm,
			model.Known(12 * unit.BytesPerSecond(unit.MiB))},
		"warm throughput that is to be": {object{"WarmThroughput": object{"TargetMiBps": 20}}, warm,
			model.Maybe[unit.BytesPerSecond]{}},
		"no warm throughput":         {object{"WarmThroughput": nil}, warm, model.Maybe[unit.BytesPerSecond]{}},
		"records of 10 MiB":          {object{"MaxRecordSizeInKiB": 10_240}, size, model.Known(10 * unit.MiB)},
		"records of 1 MiB and a KiB": {object{"MaxRecordSizeInKiB": 1025}, size, model.Known(unit.MiB + unit.KiB)},
		"no limit of records":        {object{"MaxRecordSizeInKiB": nil}, size, model.Maybe[unit.Bytes]{}},
		"on-demand": {object{"StreamModeDetails": object{"StreamMode": "ON_DEMAND"}}, mode,
			model.Known(model.OnDemandStandard)},
		"provisioned": {object{"StreamModeDetails": object{"StreamMode": "PROVISIONED"}}, mode,
			model.Known(model.Provisioned)},
		"no mode":            {object{"StreamModeDetails": nil}, mode, model.Known(model.Provisioned)},
		"a year's retention": {object{"RetentionPeriodHours": 8760}, kept, model.Known(365 * unit.Day)},
		"shards":             {object{"OpenShardCount": 7}, open, model.Known(7)},
	} {
		inv, err := s.summarized(server, c.told)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, c.of(&inv.Configuration)); diff != "" || len(inv.Warnings) > 0 {
			t.Errorf("%s: %v\n%s", name, inv.Warnings, diff)
		}
	}
}

// lacks holds that an inventory failed for what an answer is without.
func lacks(t *testing.T, name string, inv *inventory.Inventory, err error, action, what string) {
	t.Helper()
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) || failure.Cause != cloudwatch.Garbled || failure.Action != action ||
		failure.Detail != "it lacks "+what || inv != nil {
		t.Errorf("%s: %v, %v", name, inv, err)
	}
}

// What every summary has is not made up where one has it not.
func TestSummaryThatLacks(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	for _, member := range []string{"StreamARN", "OpenShardCount", "RetentionPeriodHours"} {
		inv, err := s.summarized(server, object{member: nil})
		lacks(t, member, inv, err, "kinesis:DescribeStreamSummary", "the stream's ARN, shard count and retention")
	}
}

// shard returns one as ListShards tells of it.
func shard(id, first, last string, closed bool) object {
	numbers := object{"StartingSequenceNumber": "1"}
	if closed {
		numbers["EndingSequenceNumber"] = "2"
	}
	return object{"ShardId": id, "HashKeyRange": object{"StartingHashKey": first, "EndingHashKey": last},
		"SequenceNumberRange": numbers}
}

// Shards are in the order of their hash keys, which are numbers of up to 39
// digits: as text 10 comes before 9.
func TestShardsByHash(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	listed := []any{
		shard("e", "170141183460469231731687303715884105728", "340282366920938463463374607431768211455", false),
		shard("b", "9", "9", false),
		shard("closed", "0", "340282366920938463463374607431768211455", true),
		shard("d", "85070591730234615865843651857942052864", "170141183460469231731687303715884105727", false),
		shard("c", "10", "85070591730234615865843651857942052863", false),
		shard("a", "0", "8", false),
	}
	inv, err := s.told(server, "ListShards", func(answer object) { answer["Shards"] = listed })
	if err != nil {
		t.Fatal(err)
	}
	tiles(t, inv, "a", "b", "c", "d", "e")
	if !slices.Equal(inv.ClosedShards, []string{"closed"}) {
		t.Errorf("closed are %v", inv.ClosedShards)
	}
}

// A stream without an open shard there is not, nor a shard without its parts.
func TestShardsThatLack(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	const open, parts = "an open shard, of which every stream has one", "a shard's id and ranges"
	without := func(member string) []any {
		one := shard("one", "0", "340282366920938463463374607431768211455", false)
		delete(one, member)
		return []any{one}
	}
	for name, c := range map[string]struct {
		listed []any
		lacks  string
	}{
		"none at all":         {[]any{}, open},
		"closed ones":         {[]any{shard("one", "0", "1", true), shard("two", "2", "3", true)}, open},
		"no id":               {without("ShardId"), parts},
		"no hash range":       {without("HashKeyRange"), parts},
		"no sequence numbers": {without("SequenceNumberRange"), parts},
	} {
		inv, err := s.told(server, "ListShards", func(answer object) { answer["Shards"] = c.listed })
		lacks(t, name, inv, err, "kinesis:ListShards", c.lacks)
	}
}

// What an event source mapping does not say is Lambda's default, and what it says
// is taken, the least there is of each included.
func TestMappingDefaults(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	const functions = "arn:aws:lambda:us-east-1:000000000000:function:"
	bare := lambdatypes.EventSourceMappingConfiguration{EventSourceArn: aws.String(s.arn),
		FunctionArn: aws.String(functions + "bare"), State: aws.String("Enabled")}
	least := mapping(s.arn, "least", func(m *lambdatypes.EventSourceMappingConfiguration) {
		m.BatchSize, m.ParallelizationFactor, m.MaximumRetryAttempts, m.MaximumRecordAgeInSeconds = aws.Int32(
			1,
		), aws.Int32(
			1,
		), aws.Int32(
			0,
		), aws.Int32(
			60,
		)
	})
	odd := lambdatypes.EventSourceMappingConfiguration{EventSourceArn: aws.String(s.arn),
		FunctionArn: aws.String("odd"), State: aws.String("Creating")}
	r := reader(server, fakeaws.Lambda(t, 10, odd, least, bare))
	inv, err := r.Read(t.Context(), model.Name(s.name))
	if err != nil {
		t.Fatal(err)
	}
	want := []model.Function{
		{Name: "bare", State: "Enabled", BatchSize: 100, ParallelizationFactor: 1},
		{Name: "least", State: "Enabled", BatchSize: 1, ParallelizationFactor: 1, MaximumRetries: model.Known(0),
			MaximumRecordAge: model.Known(unit.Duration(60e9))},
		{Name: "odd", State: "Creating", BatchSize: 100, ParallelizationFactor: 1},
	}
	if diff := cmp.Diff(want, inv.Functions.Value); diff != "" {
		t.Error(diff)
	}
	// None of a stream that nothing reads is known to be none.
	other := newStream(t, server, 1, types.StreamModeProvisioned)
	if inv, err := r.Read(t.Context(), model.Name(other.name)); err != nil || !inv.Functions.Known ||
		len(inv.Functions.Value) > 0 {
		t.Errorf("%v, %v", inv, err)
	}
}

func TestMappingThatLacks(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	for name, lacking := range map[string]lambdatypes.EventSourceMappingConfiguration{
		"no function": {EventSourceArn: aws.String(s.arn), State: aws.String("Enabled")},
		"no state": {EventSourceArn: aws.String(s.arn),
			FunctionArn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:one")},
	} {
		r := reader(server, fakeaws.Lambda(t, 10, mapping(s.arn, "one",
			func(*lambdatypes.EventSourceMappingConfiguration) {}), lacking))
		inv, err := r.Read(t.Context(), model.Name(s.name))
		lacks(t, name, inv, err, "lambda:ListEventSourceMappings", "a mapping's function and state")
	}
}
