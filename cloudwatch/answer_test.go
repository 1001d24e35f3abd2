package cloudwatch_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
)

// saying serves every request alike, and counts them.
type saying struct {
	status int
	body   []byte
	asked  int
}

func (s *saying) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.asked++
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor") // nothing to those who speak JSON
	w.WriteHeader(s.status)
	w.Write(s.body)
}

// bare returns a configuration as a machine has it on which nothing is set but who
// calls: without a client for HTTP.
func bare(address string, policy cloudwatch.RetryPolicy) aws.Config {
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(address),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")}
	policy.Configure(&cfg)
	return cfg
}

// ask asks a server for metrics, and another time for shards.
func (s *saying) ask(t *testing.T, policy cloudwatch.RetryPolicy) (metrics, shards error) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	cfg := bare(server.URL, policy)
	_, metrics = api.NewFromConfig(cfg).GetMetricData(t.Context(),
		&api.GetMetricDataInput{StartTime: aws.Time(now), EndTime: aws.Time(now),
			MetricDataQueries: []types.MetricDataQuery{}})
	_, shards = kinesis.NewFromConfig(cfg).ListShards(t.Context(),
		&kinesis.ListShardsInput{StreamName: aws.String("orders")})
	return metrics, shards
}

// Where a configuration has no client for HTTP, as on a machine without a CA
// bundle, calls are made all the same, and an attempt ends in time.
func TestWithoutHTTPClient(t *testing.T) {
	h, server := small(t)
	plan := planOf(t, h, 1)
	f := cloudwatch.Fetcher{Client: api.NewFromConfig(bare(server.URL(), hasty())), Policy: hasty()}
	if diff := diff(within(h, plan), fetchAll(t, &f, plan)); diff != "" {
		t.Errorf("%s", diff)
	}
	hang := fakeaws.StartProxy(t, server.URL())
	hang.Inject(fakeaws.Fault{Kind: fakeaws.Hang})
	policy := cloudwatch.DefaultRetryPolicy()
	policy.Attempts, policy.PerAttempt = 1, 50*time.Millisecond
	f.Client = api.NewFromConfig(bare(hang.URL(), policy))
	_, err := f.Fetch(t.Context(), plan, plan.Calls[0])
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) || failure.Cause != cloudwatch.TimedOut {
		t.Errorf("%v", err)
	}
}

// bodyOf returns a text between two others, over and over.
func bodyOf(before, text string, times int, after string) []byte {
	return []byte(before + strings.Repeat(text, times) + after)
}

// results begins an answer of GetMetricData: a map whose one member is a list
// without an end.
func results() string {
	return "\xa1" + string(cbor.Encode(cbor.String("MetricDataResults"))) + "\x9f"
}

// member begins a result with a list in it.
func member(name string) string {
	return results() + "\xa1" + string(cbor.Encode(cbor.String(name))) + "\x9f"
}

// What came whole and is no answer is said at once, and takes no memory: not when
// it is large, nor when it becomes large only once it is decoded.
func TestUnreadableAnswers(t *testing.T) {
	const large, many = "it has more than 8MiB", "it has more than 400,000 items or 32,000 objects"
	for name, c := range map[string]struct {
		body   []byte
		shards bool // asked for; else metrics
		says   string
	}{
		"no JSON":                  {[]byte("<html>Welcome</html>"), true, ""},
		"half of a body that ends": {[]byte(`{"Shards":[{"ShardId":"shardId-0`), true, ""},
		"a number beyond any":      {[]byte(`{"Shards":[],"NextToken":184467440737095516160}`), true, ""},
		"nothing":                  {nil, true, "it is empty"},
		"spaces":                   {bodyOf("", " ", 9<<20, ""), true, large},
		"a long text":              {bodyOf(`{"NextToken":"`, "x", 9<<20, `"}`), true, large},
		"empty objects":            {bodyOf(`{"Shards":[`, "{},", 1_300_000, "{}]}"), true, many},
		"empty texts":              {bodyOf(`{"Shards":[{"ParentShardId":[`, `"",`, 1_300_000, `""]}]}`), true, many},
		"lists in lists":           {bodyOf("", "[", 4_000_000, ""), true, many},
		"no CBOR":                  {[]byte("<html>Welcome</html>"), false, ""},
		"no metrics":               {nil, false, "it is empty"},
		"zeros":                    {bodyOf("", "\x00", 9<<20, ""), false, large},
		"empty results":            {bodyOf(results(), "\xa0", 4_000_000, "\xff"), false, many},
		"empty messages":           {bodyOf(member("Messages"), "\xa0", 4_000_000, "\xff\xff"), false, many},
		"values without end":       {bodyOf(member("Values"), "\xf9\x00\x00", 1_300_000, "\xff\xff"), false, many},
		"times without end": {bodyOf(member("Timestamps"), "\xc1\xf9\x00\x00", 1_000_000, "\xff\xff"), false,
			many},
		"a map that says it is huge": {[]byte("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), false, ""},
		"a text that says so":        {[]byte("\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), false, ""},
	} {
		server := saying{status: http.StatusOK, body: c.body}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err, other := server.ask(t, hasty())
		runtime.ReadMemStats(&after)
		if c.shards {
			err, other = other, err
		}
		if failure := cloudwatch.Explain(err); err == nil || failure.Cause != cloudwatch.Garbled ||
			!strings.Contains(failure.Detail, c.says) || len(failure.Detail) > 500 {
			t.Errorf("%s: %v", name, err)
		}
		if server.asked != 2 {
			t.Errorf("%s: %d requests for two calls; the other said %v", name, server.asked, other)
		}
		if most := uint64(2 * 64 << 20); after.TotalAlloc-before.TotalAlloc > most {
			t.Errorf("%s: %d bytes of memory for two calls", name, after.TotalAlloc-before.TotalAlloc)
		}
	}
}

// An error that is large says as much as its status does, and takes no memory
// either: that of a service that failed is worth another attempt.
func TestLargeErrors(t *testing.T) {
	for status, c := range map[int]struct {
		cause cloudwatch.Cause
		asked int
	}{http.StatusServiceUnavailable: {cloudwatch.ServerFault, 3}, http.StatusForbidden: {cloudwatch.Garbled, 1}} {
		for _, text := range []string{"<p>", "\xa0", "[", "\x9f"} {
			server := saying{status: status, body: bytes.Repeat([]byte(text), 9<<20)}
			policy := hasty()
			policy.Attempts = 3
			metrics, shards := server.ask(t, policy)
			for _, err := range []error{metrics, shards} {
				if failure := cloudwatch.Explain(err); failure.Cause != c.cause {
					t.Errorf("%d, %q: %v", status, text, failure)
				}
			}
			if server.asked != 2*c.asked {
				t.Errorf("%d, %q: %d requests", status, text, server.asked)
			}
		}
	}
}

// The largest answers that AWS gives are none that are refused: here a page of
// 10,000 shards. A call's 100,800 points are in other tests.
func TestLargestAnswer(t *testing.T) {
	const id, key = "shardId-%012d", "340282366920938463463374607431768211455"
	var list []string
	for i := range 10_000 {
		list = append(
			list,
			fmt.Sprintf(
				`{"AdjacentParentShardId":"`+id+`","HashKeyRange":{"EndingHashKey":"`+key+`","StartingHashKey":"`+key+`"},"ParentShardId":"`+id+`",`+
					`"SequenceNumberRange":{"EndingSequenceNumber":"49%054d","StartingSequenceNumber":"49%054d"},"ShardId":"`+id+`"}`,
				i,
				i,
				i,
				i,
				i,
			),
		)
	}
	server := saying{status: http.StatusOK, body: []byte(`{"Shards":[` + strings.Join(list,
		",") + `],"NextToken":"` + strings.Repeat("A", 1<<10) + `"}`)}
	if _, err := server.ask(t, hasty()); err != nil {
		t.Error(err)
	}
}
