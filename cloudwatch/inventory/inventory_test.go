package inventory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func hasty() cloudwatch.RetryPolicy {
	p := cloudwatch.DefaultRetryPolicy()
	p.MostWait, p.PerAttempt, p.PerCall = time.Millisecond, time.Second, 15*time.Second
	return p
}

func configuration(address string) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(address), HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN")}
}

// reader reads with the real clients, over sockets.
func reader(kinesisAddress, lambdaAddress string) inventory.Reader {
	streams, functions := configuration(kinesisAddress), configuration(lambdaAddress)
	hasty().Configure(&streams)
	hasty().Configure(&functions)
	return inventory.Reader{Kinesis: kinesis.NewFromConfig(streams), Lambda: lambda.NewFromConfig(functions)}
}

// stream makes one on the server and answers its ARN; it goes with the test.
type stream struct {
	*testing.T
	client *kinesis.Client
	name   string
	arn    string
}

func newStream(t *testing.T, server string, shards int, mode types.StreamMode) *stream {
	t.Helper()
	s := &stream{T: t, client: kinesis.NewFromConfig(configuration(server)),
		name: fmt.Sprintf("inventory-%d", time.Now().UnixNano())}
	input := &kinesis.CreateStreamInput{StreamName: aws.String(s.name),
		StreamModeDetails: &types.StreamModeDetails{StreamMode: mode}}
	if mode == types.StreamModeProvisioned {
		input.ShardCount = aws.Int32(int32(shards))
	}
	s.do(s.client.CreateStream(t.Context(), input))
	t.Cleanup(func() {
		s.client.DeleteStream(context.Background(),
			&kinesis.DeleteStreamInput{StreamName: aws.String(s.name), EnforceConsumerDeletion: aws.Bool(true)})
	})
	s.active()
	return s
}

func (s *stream) do(_ any, err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// active waits until what was asked for is done.
func (s *stream) active() {
	s.Helper()
	for range 200 {
		out, err := s.client.DescribeStreamSummary(s.Context(),
			&kinesis.DescribeStreamSummaryInput{StreamName: aws.String(s.name)})
		if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
			s.arn = *out.StreamDescriptionSummary.StreamARN
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.Fatal("the stream does not become active")
}

// consumer registers an enhanced fan-out consumer and answers its ARN.
func (s *stream) consumer(name string) string {
	s.Helper()
	out, err := s.client.RegisterStreamConsumer(s.Context(),
		&kinesis.RegisterStreamConsumerInput{StreamARN: aws.String(s.arn), ConsumerName: aws.String(name)})
	if err != nil {
		s.Fatal(err)
	}
	for range 200 {
		c, err := s.client.DescribeStreamConsumer(s.Context(),
			&kinesis.DescribeStreamConsumerInput{ConsumerARN: out.Consumer.ConsumerARN})
		if err == nil && c.ConsumerDescription.ConsumerStatus == types.ConsumerStatusActive {
			return *out.Consumer.ConsumerARN
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.Fatal("the consumer does not become active")
	return ""
}

// mapping returns an event source mapping as Lambda tells of it.
func mapping(source, function string,
	change func(*lambdatypes.EventSourceMappingConfiguration)) lambdatypes.EventSourceMappingConfiguration {
	m := lambdatypes.EventSourceMappingConfiguration{EventSourceArn: aws.String(source),
		FunctionArn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:" + function),
		State: aws.String(
			"Enabled",
		), BatchSize: aws.Int32(100), ParallelizationFactor: aws.Int32(1), MaximumBatchingWindowInSeconds: aws.Int32(0),
		MaximumRetryAttempts: aws.Int32(
			-1,
		), MaximumRecordAgeInSeconds: aws.Int32(-1), BisectBatchOnFunctionError: aws.Bool(false)}
	change(&m)
	return m
}

func TestProvisionedStream(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 4, types.StreamModeProvisioned)
	audit := s.consumer("audit")
	s.consumer("billing")
	s.do(s.client.IncreaseStreamRetentionPeriod(t.Context(),
		&kinesis.IncreaseStreamRetentionPeriodInput{StreamName: aws.String(s.name),
			RetentionPeriodHours: aws.Int32(72)}))
	s.active()
	s.do(s.client.EnableEnhancedMonitoring(t.Context(),
		&kinesis.EnableEnhancedMonitoringInput{StreamName: aws.String(s.name),
			ShardLevelMetrics: []types.MetricsName{types.MetricsNameIncomingRecords, types.MetricsNameIncomingBytes}}))
	s.active()
	mappings := []lambdatypes.EventSourceMappingConfiguration{
		mapping(s.arn, "enrich:live", func(m *lambdatypes.EventSourceMappingConfiguration) {
			m.BatchSize, m.ParallelizationFactor, m.MaximumBatchingWindowInSeconds = aws.Int32(500), aws.Int32(10), aws.Int32(5)
			m.MaximumRetryAttempts, m.MaximumRecordAgeInSeconds, m.BisectBatchOnFunctionError = aws.Int32(
				3,
			), aws.Int32(
				3600,
			), aws.Bool(
				true,
			)
			m.FunctionResponseTypes = []lambdatypes.FunctionResponseType{lambdatypes.FunctionResponseTypeReportBatchItemFailures}
			m.FilterCriteria = &lambdatypes.FilterCriteria{Filters: []lambdatypes.Filter{{Pattern: aws.String(`{"data":{"a":[1]}}`)}, {}}}
			m.DestinationConfig = &lambdatypes.DestinationConfig{OnFailure: &lambdatypes.OnFailure{
				Destination: aws.String("arn:aws:sqs:us-east-1:000000000000:given-up")}}
		}),
		mapping(audit, "audit-trail",
			func(m *lambdatypes.EventSourceMappingConfiguration) { m.State = aws.String("Disabled") }),
		mapping("arn:aws:kinesis:us-east-1:000000000000:stream/other", "other",
			func(*lambdatypes.EventSourceMappingConfiguration) {}),
	}
	for i := range 7 { // more than a page
		mappings = append(mappings, mapping(s.arn, "reader-"+strconv.Itoa(i),
			func(*lambdatypes.EventSourceMappingConfiguration) {}))
	}
	r := reader(server, fakeaws.Lambda(t, 3, mappings...))
	inv, err := r.Read(t.Context(), model.Name(s.name))
	if err != nil {
		t.Fatal(err)
	}
	want := model.Configuration{
		Mode:          model.Known(model.Provisioned),
		OpenShards:    model.Known(4),
		Retention:     model.Known(3 * unit.Day),
		MaxRecordSize: inv.MaxRecordSize, // the server does not know of it
		ShardMetrics:  model.Known([]string{"IncomingBytes", "IncomingRecords"}),
		Consumers: model.Known([]model.FanOutConsumer{{Name: "audit", Status: "ACTIVE"},
			{Name: "billing", Status: "ACTIVE"}}),
	}
	want.Shards = inv.Shards
	tiles(t, inv, "shardId-000000000000", "shardId-000000000001", "shardId-000000000002", "shardId-000000000003")
	want.Functions = model.Known([]model.Function{
		{Name: "audit-trail", State: "Disabled", FanOut: model.Known(model.Name("audit")), BatchSize: 100,
			ParallelizationFactor: 1},
		{Name: "enrich", State: "Enabled", BatchSize: 500, BatchingWindow: unit.Duration(5 * time.Second),
			ParallelizationFactor: 10,
			MaximumRetries:        model.Known(3), MaximumRecordAge: model.Known(unit.Duration(time.Hour)), BisectOnError: true,
			PartialResponses: true, OnFailure: model.Known(model.ToSQS), Filters: 2},
	})
	for i := range 7 {
		want.Functions.Value = append(want.Functions.Value,
			model.Function{Name: "reader-" + strconv.Itoa(i), State: "Enabled", BatchSize: 100,
				ParallelizationFactor: 1})
	}
	slices.SortFunc(inv.Consumers.Value, func(a, b model.FanOutConsumer) int {
		return strings.Compare(string(a.Name),
			string(b.Name))
	})
	for i := range inv.Consumers.Value {
		c := &inv.Consumers.Value[i]
		if ago := time.Since(c.Created.Value); !c.Created.Known || ago.Abs() > time.Hour || c.Created.Value.Location() != time.UTC {
			t.Errorf("%s was registered at %v", c.Name, c.Created)
		}
		c.Created = model.Maybe[time.Time]{}
	}
	if at := inv.Created; !at.Known || time.Since(at.Value).Abs() > time.Hour || at.Value.Location() != time.UTC {
		t.Errorf("created at %v", at)
	}
	want.Created, want.ClosedShards = inv.Created, model.Known(0)
	if diff := cmp.Diff(want, inv.Configuration); diff != "" {
		t.Error(diff)
	}
	if len(inv.Warnings) > 0 || len(inv.ClosedShards) > 0 {
		t.Errorf("%v, %v", inv.Warnings, inv.ClosedShards)
	}
	if inv.Skew.Abs() > 5*time.Second {
		t.Errorf("a server of this machine is off by %v", inv.Skew)
	}
}

// tiles holds that the open shards are these, in the order of their hash ranges,
// which follow each other from 0 to the largest hash key, 2^128 − 1.
func tiles(t *testing.T, inv *inventory.Inventory, ids ...string) {
	t.Helper()
	next := big.NewInt(0)
	var got []string
	for _, s := range inv.Shards.Value {
		if s.FirstHash != next.String() {
			t.Errorf("%s begins at %s, not at %s", s.ID, s.FirstHash, next)
		}
		last, _ := new(big.Int).SetString(s.LastHash, 10)
		next = last.Add(last, big.NewInt(1))
		got = append(got, s.ID)
	}
	if next.Cmp(new(big.Int).Lsh(big.NewInt(1), 128)) != 0 || !slices.Equal(got, ids) {
		t.Errorf("the shards %v end before %s; want %v", got, next, ids)
	}
}

func TestReshardedStream(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 2, types.StreamModeProvisioned)
	s.do(s.client.UpdateShardCount(t.Context(), &kinesis.UpdateShardCountInput{StreamName: aws.String(s.name),
		TargetShardCount: aws.Int32(4), ScalingType: types.ScalingTypeUniformScaling}))
	s.active()
	r := reader(server, fakeaws.Lambda(t, 100))
	inv, err := r.Read(t.Context(), model.Name(s.name))
	if err != nil {
		t.Fatal(err)
	}
	if inv.OpenShards.Value != 4 || len(inv.Shards.Value) != 4 {
		t.Errorf("%d open shards, %d listed", inv.OpenShards.Value, len(inv.Shards.Value))
	}
	if !slices.Equal(inv.ClosedShards, []string{"shardId-000000000000", "shardId-000000000001"}) ||
		inv.Configuration.ClosedShards != model.Known(2) {
		t.Errorf("closed are %v, %v", inv.ClosedShards, inv.Configuration.ClosedShards)
	}
	tiles(t, inv, "shardId-000000000002", "shardId-000000000003", "shardId-000000000004", "shardId-000000000005")
}

func TestOnDemandStream(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 0, types.StreamModeOnDemand)
	proxy := fakeaws.StartProxy(t, server)
	r := reader(proxy.URL(), fakeaws.Lambda(t, 100))
	inv, err := r.Read(t.Context(), model.Name(s.name))
	if err != nil {
		t.Fatal(err)
	}
	if inv.Mode.Value != model.OnDemandStandard || inv.OpenShards.Value != 4 {
		t.Errorf("%v of %v shards", inv.Mode, inv.OpenShards)
	}
	if !inv.Functions.Known || !inv.Consumers.Known || len(inv.Functions.Value)+len(inv.Consumers.Value) > 0 {
		t.Errorf("read by %v and %v", inv.Functions, inv.Consumers)
	}
	if requests := proxy.Requests(); requests["ListStreamConsumers"] > 0 {
		t.Errorf("consumers are listed where the summary says that there are none: %v", requests)
	}
}

// Pages of three shards: the server's own paging, asked for by what stands
// between.
func TestPagesOfShards(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 10, types.StreamModeProvisioned)
	pages := 0
	narrow := rewriting(t, server, func(operation string, body map[string]any) {
		if operation == "ListShards" {
			body["MaxResults"] = 3
			pages++
		}
	})
	r := reader(narrow, fakeaws.Lambda(t, 100))
	inv, err := r.Read(t.Context(), model.Name(s.name))
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Shards.Value) != 10 || pages != 4 {
		t.Errorf("%d shards on %d pages", len(inv.Shards.Value), pages)
	}
}

// rewriting passes requests on with changed bodies.
func rewriting(t *testing.T, server string, change func(operation string, body map[string]any)) string {
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		data, err := io.ReadAll(r.In.Body)
		body := map[string]any{}
		if err = errors.Join(err, json.Unmarshal(data, &body)); err != nil {
			t.Error(err)
		}
		_, operation, _ := strings.Cut(r.In.Header.Get("X-Amz-Target"), ".")
		change(operation, body)
		data, _ = json.Marshal(body)
		r.Out.Body, r.Out.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	}})
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// Every call, with every fault that passes: the same inventory, and nothing in
// it twice.
func TestFaultsThatPass(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 3, types.StreamModeOnDemand)
	s.consumer("audit")
	functions := fakeaws.Lambda(t, 1, mapping(s.arn, "one", func(*lambdatypes.EventSourceMappingConfiguration) {}),
		mapping(s.arn, "two", func(*lambdatypes.EventSourceMappingConfiguration) {}))
	plain := reader(server, functions)
	want, err := plain.Read(t.Context(), model.Name(s.name))
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range operations {
		for _, kind := range []fakeaws.Kind{fakeaws.Throttling, fakeaws.Error500, fakeaws.Unavailable503, fakeaws.Reset,
			fakeaws.CutShort, fakeaws.Hang} {
			t.Run(operation+"/"+string(kind), func(t *testing.T) {
				t.Parallel()
				kinesisProxy, lambdaProxy := fakeaws.StartProxy(t, server), fakeaws.StartProxy(t, functions)
				for _, p := range []*fakeaws.Proxy{kinesisProxy, lambdaProxy} {
					p.Inject(fakeaws.Fault{Kind: kind, Operation: operation, Times: 1})
				}
				r := reader(kinesisProxy.URL(), lambdaProxy.URL())
				got, err := r.Read(t.Context(), model.Name(s.name))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.Configuration, got.Configuration); diff != "" || len(got.Warnings) > 0 {
					t.Errorf("%s%v", diff, got.Warnings)
				}
				requests := kinesisProxy.Requests()
				maps.Copy(requests, lambdaProxy.Requests())
				if requests[operation] < 2 {
					t.Errorf("the fault never came: %v", requests)
				}
			})
		}
	}
}

// operations are the calls of the inventory of an on-demand stream, which are
// all that there are.
var operations = []string{"DescribeStreamSummary", "DescribeAccountSettings", "ListShards", "ListStreamConsumers",
	"ListEventSourceMappings"}

// Without a permission the rest is read, and the permission is named.
func TestMissingPermissions(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 2, types.StreamModeOnDemand)
	s.consumer("audit")
	functions := fakeaws.Lambda(t, 10, mapping(s.arn, "one", func(*lambdatypes.EventSourceMappingConfiguration) {}))
	known := func(c *model.Configuration) string {
		return fmt.Sprint(c.Mode.Known, c.OpenShards.Known, c.Shards.Known, c.Consumers.Known, c.Functions.Known)
	}
	for operation, want := range map[string]struct{ action, known string }{
		"DescribeStreamSummary":   {"kinesis:DescribeStreamSummary", "false false true false false"},
		"DescribeAccountSettings": {"kinesis:DescribeAccountSettings", "true true true true true"},
		"ListShards":              {"kinesis:ListShards", "true true false true true"},
		"ListStreamConsumers":     {"kinesis:ListStreamConsumers", "true true true false true"},
		"ListEventSourceMappings": {"lambda:ListEventSourceMappings", "true true true true false"},
	} {
		kinesisProxy, lambdaProxy := fakeaws.StartProxy(t, server), fakeaws.StartProxy(t, functions)
		for _, p := range []*fakeaws.Proxy{kinesisProxy, lambdaProxy} {
			p.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: operation})
		}
		r := reader(kinesisProxy.URL(), lambdaProxy.URL())
		inv, err := r.Read(t.Context(), model.Name(s.name))
		if err != nil {
			t.Errorf("%s: %v", operation, err)
			continue
		}
		if len(inv.Warnings) != 1 || inv.Warnings[0].ID != "permission-missing" ||
			!strings.Contains(inv.Warnings[0].Message, want.action) ||
			!strings.Contains(inv.Warnings[0].Remedy, want.action) {
			t.Errorf("%s: %v", operation, inv.Warnings)
		}
		if got := known(&inv.Configuration); got != want.known {
			t.Errorf("%s: known are %s, not %s", operation, got, want.known)
		}
	}
}

// What stays is an error that names the call and the cause.
func TestFaultsThatStay(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 2, types.StreamModeOnDemand)
	s.consumer("audit")
	functions := fakeaws.Lambda(t, 10)
	for _, operation := range operations {
		for kind, cause := range map[fakeaws.Kind]cloudwatch.Cause{
			fakeaws.Throttling: cloudwatch.Throttled, fakeaws.Error500: cloudwatch.ServerFault, fakeaws.Unavailable503: cloudwatch.ServerFault,
			fakeaws.Reset: cloudwatch.Unreachable, fakeaws.CutShort: cloudwatch.Garbled, fakeaws.Empty: cloudwatch.Garbled,
			fakeaws.Garbage: cloudwatch.Garbled, fakeaws.Bomb: cloudwatch.Garbled, fakeaws.Expired: cloudwatch.Expired,
		} {
			kinesisProxy, lambdaProxy := fakeaws.StartProxy(t, server), fakeaws.StartProxy(t, functions)
			for _, p := range []*fakeaws.Proxy{kinesisProxy, lambdaProxy} {
				p.Inject(fakeaws.Fault{Kind: kind, Operation: operation})
			}
			r := reader(kinesisProxy.URL(), lambdaProxy.URL())
			inv, err := r.Read(t.Context(), model.Name(s.name))
			var failure *cloudwatch.Failure
			if !errors.As(err, &failure) || failure.Cause != cause ||
				!strings.HasSuffix(failure.Action, ":"+operation) || inv != nil {
				t.Errorf("%s, %s: %v, %v", operation, kind, inv, err)
			}
		}
	}
}

func TestNoSuchStream(t *testing.T) {
	r := reader(fakeaws.Kinesis(t), fakeaws.Lambda(t, 10))
	_, err := r.Read(t.Context(), "nowhere")
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) || failure.Cause != cloudwatch.NotFound || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("%v", err)
	}
}

// A clock that is off is corrected in signatures, and told.
func TestClockOff(t *testing.T) {
	server := fakeaws.Kinesis(t)
	s := newStream(t, server, 1, types.StreamModeProvisioned)
	for _, off := range []time.Duration{2 * time.Hour, -40 * time.Minute} {
		kinesisProxy := fakeaws.StartProxy(t, server)
		kinesisProxy.Inject(fakeaws.Fault{Kind: fakeaws.ClockOff, Off: off})
		r := reader(kinesisProxy.URL(), fakeaws.Lambda(t, 10))
		inv, err := r.Read(t.Context(), model.Name(s.name))
		if err != nil {
			t.Fatal(err)
		}
		if (inv.Skew - off).Abs() > 5*time.Second {
			t.Errorf("AWS's clock is ahead by %v, told is %v", off, inv.Skew)
		}
	}
}

// Nothing listens there.
func TestUnreachable(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	r := reader(gone.URL, gone.URL)
	_, err := r.Read(t.Context(), "orders")
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) || failure.Cause != cloudwatch.Unreachable ||
		!strings.Contains(err.Error(), "connection refused") {
		t.Errorf("%v", err)
	}
}
