package account_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/account"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model"
)

func configuration(region, address string) aws.Config {
	cfg := aws.Config{Region: region, BaseEndpoint: aws.String(address), HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN")}
	hasty := cloudwatch.DefaultRetryPolicy()
	hasty.MostWait, hasty.PerAttempt, hasty.PerCall = time.Millisecond, time.Second, 15*time.Second
	hasty.Configure(&cfg)
	return cfg
}

// setup returns a client that makes what tests read: calls that change something have empty answers.
func setup(t *testing.T, region string) *kinesis.Client {
	return kinesis.NewFromConfig(aws.Config{Region: region, BaseEndpoint: aws.String(fakeaws.Kinesis(t)),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN")})
}

// place is a Region of the Kinesis server that one test has for itself, and what else an account has there.
type place struct {
	*testing.T
	region                   string
	kinesis, lambda, tagging *fakeaws.Proxy
}

// newPlace makes streams of a shard each, whose functions and tags are those that are given.
func newPlace(t *testing.T, region string, names []string, mappings []lambdatypes.EventSourceMappingConfiguration,
	tags []tagtypes.ResourceTagMapping) *place {
	t.Helper()
	p := &place{T: t, region: region}
	makeStreams(t, region, names)
	p.kinesis = fakeaws.StartProxy(t, fakeaws.Kinesis(t))
	p.lambda = fakeaws.StartProxy(t, fakeaws.Lambda(t, 2, mappings...))
	p.tagging = fakeaws.StartProxy(t, fakeaws.Tagging(t, 2, tags...))
	return p
}

// makeStreams makes streams on the server; they go with the test.
func makeStreams(t *testing.T, region string, names []string) {
	t.Helper()
	client := setup(t, region)
	t.Cleanup(func() { deleteStreams(client, names) })
	var all sync.WaitGroup
	free := make(chan struct{}, 2) // the server lets five be created at once, by all tests
	for _, name := range names {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			for {
				_, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: aws.String(name), ShardCount: aws.Int32(1)})
				var busy *types.LimitExceededException
				if !errors.As(err, &busy) {
					if err != nil {
						t.Error(err)
					}
					break
				}
			}
			for { // active
				out, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: aws.String(name)})
				if err != nil || out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	all.Wait()
}

func deleteStreams(client *kinesis.Client, names []string) {
	var all sync.WaitGroup
	free := make(chan struct{}, 10)
	for _, name := range names {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: aws.String(name),
				EnforceConsumerDeletion: aws.Bool(true)})
		})
	}
	all.Wait()
}

// reader reads with the real clients, over sockets, faster than AWS would let it.
func (p *place) reader() *account.Reader {
	limits := account.PublishedLimits()
	limits.Summaries.Value = 1000
	return &account.Reader{
		Reader: inventory.Reader{Kinesis: kinesis.NewFromConfig(configuration(p.region, p.kinesis.URL())),
			Lambda: lambda.NewFromConfig(configuration(p.region, p.lambda.URL()))},
		Tagging: resourcegroupstaggingapi.NewFromConfig(configuration(p.region, p.tagging.URL())),
		Limits:  limits,
	}
}

// requests counts the calls to all services.
func (p *place) requests() map[string]int {
	all := p.kinesis.Requests()
	maps.Copy(all, p.lambda.Requests())
	maps.Copy(all, p.tagging.Requests())
	return all
}

// inject makes something go wrong with all services.
func (p *place) inject(f fakeaws.Fault) {
	for _, proxy := range []*fakeaws.Proxy{p.kinesis, p.lambda, p.tagging} {
		proxy.Inject(f)
	}
}

func arnOf(region, stream string) string {
	return "arn:aws:kinesis:" + region + ":000000000000:stream/" + stream
}

func mapping(source, function string) lambdatypes.EventSourceMappingConfiguration {
	m := lambdatypes.EventSourceMappingConfiguration{State: aws.String("Enabled"),
		FunctionArn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:" + function)}
	if source != "" {
		m.EventSourceArn = aws.String(source)
	}
	return m
}

func numbered(prefix string, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("%s-%03d", prefix, i))
	}
	return names
}

// 250 streams come on three pages that carry no token: all are found, each once, and each is described
// once.
func TestAllStreamsAreFound(t *testing.T) {
	n, listed := 250, 3
	if testing.Short() {
		n, listed = 120, 2
	}
	names := numbered("fleet", n)
	p := newPlace(t, "eu-north-1", names, nil, nil)
	r, shown := p.reader(), 0
	r.Progress = func(done, all int) {
		if shown++; done != shown || all != n {
			t.Errorf("%d of %d, where %d are done", done, all, shown)
		}
	}
	region, err := r.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range region.Streams {
		s := &region.Streams[i]
		got = append(got, string(s.Name))
		if s.Failure != nil || s.Inventory.OpenShards != model.Known(1) || s.Inventory.ARN != arnOf(p.region, string(s.Name)) {
			t.Errorf("%s: %v, %v", s.Name, s.Failure, s.Inventory)
		}
	}
	if diff := cmp.Diff(names, got); diff != "" || shown != n || len(region.Faults) > 0 {
		t.Errorf("%d shown, %v\n%s", shown, region.Faults, diff)
	}
	want := map[string]int{"ListStreams": listed, "DescribeStreamSummary": n, "ListShards": n, "DescribeAccountSettings": 1,
		"DescribeLimits": 1, "GetAccountSettings": 1, "ListEventSourceMappings": 1, "GetResources": 1}
	if diff := cmp.Diff(want, p.requests()); diff != "" {
		t.Error(diff)
	}
}

// busy has a stream with a consumer and two functions, one with a tag, and one that nobody knows.
func busy(t *testing.T, region string) *place {
	t.Helper()
	orders, clicks := arnOf(region, "orders"), arnOf(region, "clicks")
	p := newPlace(t, region, []string{"orders", "clicks", "idle"}, []lambdatypes.EventSourceMappingConfiguration{
		mapping("arn:aws:sqs:us-east-1:000000000000:queue", "of-a-queue"), mapping(orders, "enrich"), mapping(clicks, "count"),
		{}, // of Kafka, which has neither
		mapping(orders, "archive"),
	}, []tagtypes.ResourceTagMapping{
		{ResourceARN: aws.String(orders), Tags: []tagtypes.Tag{{Key: aws.String("owner"), Value: aws.String("payments")},
			{Key: aws.String("odd\x1b[31m"), Value: aws.String("a\nb")}}},
		{ResourceARN: aws.String(clicks)},
		{ResourceARN: aws.String(arnOf(region, "another"))},
	})
	client := setup(t, region)
	if _, err := client.RegisterStreamConsumer(t.Context(), &kinesis.RegisterStreamConsumerInput{StreamARN: aws.String(orders),
		ConsumerName: aws.String("audit")}); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		out, err := client.ListStreamConsumers(t.Context(), &kinesis.ListStreamConsumersInput{StreamARN: aws.String(orders)})
		if err == nil && len(out.Consumers) == 1 && out.Consumers[0].ConsumerStatus == types.ConsumerStatusActive {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return p
}

// What is read of an account, from one sweep over its functions and one over its tags; consumers are
// listed where there are some alone.
func TestAccount(t *testing.T) {
	p := busy(t, "eu-west-2")
	region, err := p.reader().Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if region.Account != "000000000000" || region.Concurrency != model.Known(fakeaws.Concurrency) || !region.Shards.Known ||
		len(region.Faults) > 0 || region.Skew.Abs() > 5*time.Second {
		t.Errorf("%+v", region)
	}
	if got := summary(region); got != "clicks count; idle ; orders archive,audit,enrich {odd?[31m: a?b, owner: payments}" {
		t.Errorf("%q", got)
	}
	c := region.Streams[2].Inventory.Consumers.Value[0]
	if !c.Created.Known || time.Since(c.Created.Value).Abs() > time.Hour {
		t.Errorf("registered at %v", c.Created)
	}
	requests := p.requests()
	// The server's list of one consumer has two pages.
	if requests["ListStreamConsumers"] != 2 || requests["ListEventSourceMappings"] != 3 || requests["GetResources"] != 2 {
		t.Errorf("%v", requests)
	}
	// What stands alone reads the same.
	alone, err := p.reader().Reader.Read(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(alone.Configuration, region.Streams[2].Inventory.Configuration); diff != "" {
		t.Error(diff)
	}
}

// summary returns what was read of each stream, as text.
func summary(region *account.Region) string {
	var list []string
	for i := range region.Streams {
		s := &region.Streams[i]
		var readers []string
		if s.Inventory == nil {
			list = append(list, string(s.Name)+" not read")
			continue
		}
		for _, f := range s.Inventory.Functions.Value {
			readers = append(readers, f.Name)
		}
		for _, c := range s.Inventory.Consumers.Value {
			readers = append(readers, string(c.Name))
		}
		text := string(s.Name) + " " + strings.Join(sorted(readers), ",")
		var tags []string
		for key, value := range s.Tags {
			tags = append(tags, key+": "+value)
		}
		if len(tags) > 0 {
			text += " {" + strings.Join(sorted(tags), ", ") + "}"
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

// What goes wrong once with any call is asked for again: the same is read, and nothing twice.
func TestFaultsThatPass(t *testing.T) {
	p := busy(t, "eu-west-3")
	want, err := p.reader().Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for operation, calls := range p.requests() {
		for _, kind := range []fakeaws.Kind{fakeaws.Throttling, fakeaws.Error500, fakeaws.Unavailable503, fakeaws.Reset,
			fakeaws.CutShort, fakeaws.Hang} {
			t.Run(operation+"/"+string(kind), func(t *testing.T) {
				t.Parallel()
				q := p.again(t)
				q.inject(fakeaws.Fault{Kind: kind, Operation: operation, Times: 1, From: calls})
				got, err := q.reader().Read(t.Context())
				if err != nil || len(got.Faults) > 0 {
					t.Fatal(err, got.Faults)
				}
				if diff := cmp.Diff(inventories(want), inventories(got)); diff != "" || summary(want) != summary(got) {
					t.Errorf("%s\n%s", diff, summary(got))
				}
				if q.requests()[operation] <= calls {
					t.Errorf("the fault never came: %v", q.requests())
				}
			})
		}
	}
}

// again returns the place behind proxies of its own.
func (p *place) again(t *testing.T) *place {
	return &place{T: t, region: p.region, kinesis: fakeaws.StartProxy(t, p.kinesis.URL()),
		lambda: fakeaws.StartProxy(t, p.lambda.URL()), tagging: fakeaws.StartProxy(t, p.tagging.URL())}
}

func inventories(r *account.Region) (list []model.Configuration) {
	for i := range r.Streams {
		list = append(list, r.Streams[i].Inventory.Configuration)
	}
	return list
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// What is refused or fails for good is named once, with how many streams it is about; the rest is read. Only
// without the list there is nothing.
func TestFaultsThatStay(t *testing.T) {
	p := busy(t, "us-west-1")
	for operation, c := range map[string]struct {
		streams int // that the fault is about
		summary string
	}{
		"DescribeLimits":          {0, "clicks count; idle ; orders archive,audit,enrich {odd?[31m: a?b, owner: payments}"},
		"GetAccountSettings":      {0, "clicks count; idle ; orders archive,audit,enrich {odd?[31m: a?b, owner: payments}"},
		"DescribeAccountSettings": {0, "clicks count; idle ; orders archive,audit,enrich {odd?[31m: a?b, owner: payments}"},
		"GetResources":            {0, "clicks count; idle ; orders archive,audit,enrich"},
		"ListEventSourceMappings": {3, "clicks ; idle ; orders audit {odd?[31m: a?b, owner: payments}"},
		"ListStreamConsumers":     {1, "clicks count; idle ; orders archive,enrich {odd?[31m: a?b, owner: payments}"},
		"ListShards":              {3, "clicks count; idle ; orders archive,audit,enrich {odd?[31m: a?b, owner: payments}"},
	} {
		t.Run(operation, func(t *testing.T) {
			q := p.again(t)
			q.inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: operation, Times: 1000})
			got, err := q.reader().Read(t.Context())
			if err != nil || len(got.Faults) == 0 {
				t.Fatal(err, got)
			}
			f := got.Faults[0]
			if f.Cause != cloudwatch.Denied || f.Streams != c.streams || f.Unknown == "" || !strings.HasSuffix(f.Action, operation) {
				t.Errorf("%+v", f)
			}
			if got := summary(got); got != c.summary {
				t.Errorf("%q", got)
			}
		})
	}
	for _, operation := range []string{"ListStreams"} {
		q := p.again(t)
		q.inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: operation, Times: 1000})
		if _, err := q.reader().Read(t.Context()); cloudwatch.Explain(err).Cause != cloudwatch.Denied {
			t.Errorf("%s: %v", operation, err)
		}
	}
}

// A stream of which AWS says nothing that can be read is named, and the others are read.
func TestStreamThatIsGarbled(t *testing.T) {
	p := busy(t, "us-west-2")
	q := p.again(t)
	q.kinesis.Inject(fakeaws.Fault{Kind: fakeaws.Garbage, Operation: "DescribeStreamSummary", Times: 1})
	got, err := q.reader().Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for i := range got.Streams {
		if f := got.Streams[i].Failure; f != nil {
			failed++
			if f.Cause != cloudwatch.Garbled || got.Streams[i].Inventory != nil {
				t.Errorf("%+v", f)
			}
		}
	}
	if failed != 1 || len(got.Streams) != 3 {
		t.Errorf("%d of %d failed", failed, len(got.Streams))
	}
}
