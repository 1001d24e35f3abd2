package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
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
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

func kinesisClient(t *testing.T) *kinesis.Client {
	t.Helper()
	return kinesis.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(fakeaws.Kinesis(t)),
		HTTPClient:  awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")})
}

// monitor turns shard-level metrics of the stream on.
func (a *awsOf) monitor(t *testing.T, metrics ...types.MetricsName) {
	t.Helper()
	if _, err := kinesisClient(t).EnableEnhancedMonitoring(t.Context(),
		&kinesis.EnableEnhancedMonitoringInput{StreamName: aws.String(a.stream), ShardLevelMetrics: metrics}); err != nil {
		t.Fatal(err)
	}
}

// newExpensive makes an account whose stream has 720 shards with all of their
// metrics on. A window that has points of one minute and of five costs more than $0.10: 720 × 7 and 12 more
// series, twice, are 10,104 metrics at $0.01 for 1,000.
func newExpensive(t *testing.T) (a *awsOf, fetch []string) {
	t.Helper()
	a = newAWS(t, 720)
	a.monitor(t, types.MetricsNameAll)
	return a, []string{"history", "fetch", "--stream", a.stream, "--since", "15d6h", "--until", "14d18h"}
}

// --yes is the leave for what is asked about without it: the calls are made,
// here until the third, and nobody is asked, not on a terminal either.
func TestHistoryFetchYes(t *testing.T) {
	a, fetch := newExpensive(t)
	if code, _, complaints := session(t.Context(), fetch...); code != 2 ||
		!strings.Contains(complaints, "which costs $0.10104\n") || !strings.Contains(complaints, "hint: --yes makes it") {
		t.Fatalf("the fetch is not an expensive one: exit code %d\n%s", code, complaints)
	}
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Expired, From: 3})
	code, out, complaints := session(t.Context(), append(fetch, "--yes")...)
	if code != 1 || out != "" || !strings.Contains(complaints,
		"kcalc: cloudwatch:GetMetricData: the credentials have expired") || strings.Contains(complaints, "costs") ||
		len(a.cloudwatch.Calls()) != 2 {
		t.Errorf("exit code %d, %d calls\n%s", code, len(a.cloudwatch.Calls()), complaints)
	}
	term := newTerminal(t)
	if code := <-term.run(t.Context(), append(fetch, "--yes")...); code != 1 ||
		!term.shows("the credentials have expired") || strings.Contains(term.text(), "Go on?") {
		t.Errorf("on a terminal: exit code %d\n%s", code, term.text())
	}
}

// Nobody is asked where nobody can answer, or see the question: a "y" that a file
// has is not an answer.
func TestHistoryFetchAsksNobody(t *testing.T) {
	a, fetch := newExpensive(t)
	file := filepath.Join(t.TempDir(), "answer")
	if err := os.WriteFile(file, []byte("y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	yes, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer yes.Close()
	term := newTerminal(t)
	term.person.WriteString("y\n")
	var complaints bytes.Buffer
	for name, s := range map[string]streams{
		"standard input is a file":           {yes, io.Discard, term.program},
		"standard input is a pipe":           {strings.NewReader("y\n"), io.Discard, term.program},
		"standard error is not the terminal": {term.program, io.Discard, &complaints},
	} {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		if code := run(ctx, s, fetch); code != 2 || len(a.cloudwatch.Calls()) > 0 {
			t.Errorf("%s: exit code %d, %d calls", name, code, len(a.cloudwatch.Calls()))
		}
		stop()
	}
	const hint = "hint: --yes makes it"
	if !term.shows(hint) || !strings.Contains(complaints.String(), hint) ||
		strings.Contains(term.text()+complaints.String(), "Go on?") {
		t.Errorf("%s%s", term.text(), complaints.String())
	}
}

// A shard that was split has metrics of when it was open. They are fetched, and
// shown, beside those of the shards that it became.
func TestHistoryFetchHasClosedShards(t *testing.T) {
	a := newAWS(t, 1)
	if _, err := kinesisClient(t).UpdateShardCount(t.Context(),
		&kinesis.UpdateShardCountInput{StreamName: aws.String(a.stream), TargetShardCount: aws.Int32(2),
			ScalingType: types.ScalingTypeUniformScaling}); err != nil {
		t.Fatal(err)
	}
	a.settles(t, 2)
	a.monitor(t, types.MetricsNameIncomingBytes)
	seconds, _ := strconv.ParseInt(today, 10, 64)
	now := time.Unix(seconds, 0).UTC()
	// The shard closed an hour ago.
	closed := model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingBytes, Owner: "shardId-000000000000"}
	planted := &model.History{Stream: model.Name(a.stream), Series: []model.Series{
		{SeriesID: closed, Runs: []model.Run{{Start: now.Add(-2 * time.Hour), Period: unit.Duration(time.Minute),
			Values: slices.Repeat([]float64{4096}, 60)}}}}}
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH", fakeaws.Start(t, now, planted).URL())

	file := filepath.Join(t.TempDir(), "orders.json")
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--since", "2h", "--save",
		file); code != 0 {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	h := readSaved(t, file)
	var shards []string
	for _, s := range h.Series {
		if s.Level == model.ShardLevel {
			shards = append(shards, s.SeriesID.String())
		}
	}
	if want := []string{"incoming_bytes[shardId-000000000000]", "incoming_bytes[shardId-000000000001]",
		"incoming_bytes[shardId-000000000002]"}; !slices.Equal(shards, want) {
		t.Fatalf("shard-level series are %v", shards)
	}
	if points, _ := h.Find(closed).Count(); points != 60 {
		t.Errorf("%d points of the closed shard", points)
	}
	c := h.Configuration.Value
	if open := c.Shards.Value; len(open) != 2 || open[0].ID != "shardId-000000000001" ||
		open[1].ID != "shardId-000000000002" || c.OpenShards.Value != 2 {
		t.Errorf("open are %v", open)
	}
}

// settles waits until the stream is active again and has so many open shards.
func (a *awsOf) settles(t *testing.T, shards int32) {
	t.Helper()
	client := kinesisClient(t)
	for range 200 {
		out, err := client.DescribeStreamSummary(t.Context(),
			&kinesis.DescribeStreamSummaryInput{StreamName: aws.String(a.stream)})
		if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive &&
			*out.StreamDescriptionSummary.OpenShardCount == shards {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the stream does not become active")
}

// passing passes requests on to the server at an address.
func passing(t *testing.T, address string) http.Handler {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
}

// --endpoint-url leads all three clients, CloudWatch's too, whatever the
// variables say.
func TestHistoryFetchFromOneAddress(t *testing.T) {
	a := newAWS(t, 1)
	metrics, streams, functions := passing(t, a.metrics.URL()), passing(t, a.streams.URL()),
		passing(t, os.Getenv("AWS_ENDPOINT_URL_LAMBDA"))
	all := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.Header.Get("X-Amz-Target"), "Kinesis_"):
			streams.ServeHTTP(w, r)
		case strings.HasSuffix(r.URL.Path, "/GetMetricData"):
			metrics.ServeHTTP(w, r)
		default:
			functions.ServeHTTP(w, r)
		}
	}))
	defer all.Close()
	for _, service := range []string{"", "_CLOUDWATCH", "_KINESIS", "_LAMBDA"} {
		t.Setenv("AWS_ENDPOINT_URL"+service, "http://127.0.0.1:1") // where nothing listens
	}
	file := filepath.Join(t.TempDir(), "orders.json")
	ctx, stop := context.WithTimeout(t.Context(),
		30*time.Second) // else an address where nothing listens is tried for minutes
	defer stop()
	code, _, complaints := session(ctx, "history", "fetch", "--stream", a.stream, "--save", file, "--endpoint-url",
		all.URL)
	if code != 0 || complaints != "" {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	h := readSaved(t, file)
	a.same(t, h)
	if f := h.Configuration.Value.Functions.Value; len(f) != 1 || f[0].Name != "enrich" || len(a.cloudwatch.Calls()) != 3 {
		t.Errorf("%v, %d calls", f, len(a.cloudwatch.Calls()))
	}
}
