package main

import (
	"bytes"
	"context"
	"encoding/json"
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
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
)

// calledProxy passes calls on to a server, and notes them. What change makes of an answer is what the
// client gets.
type calledProxy struct {
	lock   sync.Mutex
	called []string
	url    string
}

func (p *calledProxy) calls() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return slices.Clone(p.called)
}

func noting(t *testing.T, server string, change func(operation, answer string) string) *calledProxy {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	p := &calledProxy{}
	// kinesis-local answers without a header that the test needs: the operation is that of the request.
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Del("Accept-Encoding")
			_, operation, _ := strings.Cut(r.In.Header.Get("X-Amz-Target"), ".")
			p.lock.Lock()
			p.called = append(p.called, operation)
			p.lock.Unlock()
		},
		ModifyResponse: func(r *http.Response) error {
			_, operation, _ := strings.Cut(r.Request.Header.Get("X-Amz-Target"), ".")
			data, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			if change != nil {
				data = []byte(change(operation, string(data)))
				r.Header.Del("X-Amz-Crc32")
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
			r.Header.Set("Content-Length", strconv.Itoa(len(data)))
			return nil
		},
	})
	t.Cleanup(proxy.Close)
	p.url = proxy.URL
	return p
}

// reshardTable is a table of ten keys of equal weight.
func reshardTable(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.csv")
	var b strings.Builder
	b.WriteString("key,records\n")
	for key := 'a'; key <= 'j'; key++ {
		b.WriteString(string(key) + ",1\n")
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A stream is read as far as a reshard needs it: its summary, its shards and its consumers, where there
// are any, in calls that read. Each fault is told by its name, and nothing is answered then.
func TestReshardOfAStream(t *testing.T) {
	server := fakeaws.Kinesis(t)
	for name, value := range map[string]string{"AWS_ENDPOINT_URL_KINESIS": server, "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:1",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, value)
	}
	stream := streamOf(t, 3)
	splitFirst(t, stream)
	open := openRanges(t, stream)
	answer := func(t *testing.T, args ...string) (code int, out, complaints string) {
		return session(t.Context(), append([]string{"reshard", "--stream", stream, "--to", "5", "-o", "json"}, args...)...)
	}

	t.Run("two calls", func(t *testing.T) {
		p := noting(t, server, nil)
		t.Setenv("AWS_ENDPOINT_URL_KINESIS", p.url)
		code, out, complaints := answer(t)
		var a struct {
			Before []model.HashRange `json:"ranges_before"`
			Equal  bool              `json:"equal_ranges_assumed"`
			Expect []string          `json:"expect"`
		}
		if err := json.Unmarshal([]byte(out), &a); err != nil || code != exitAnswered || a.Equal || !slices.Equal(a.Before, open) {
			t.Fatalf("%d, %v, ranges %v, open are %v: %s", code, err, a.Before, open, complaints)
		}
		if want := []string{"DescribeStreamSummary", "ListShards"}; !slices.Equal(p.calls(), want) {
			t.Errorf("it called %v, want %v", p.calls(), want)
		}
		if !slices.ContainsFunc(a.Expect, func(s string) bool { return strings.HasPrefix(s, "No consumer uses enhanced fan-out") }) {
			t.Errorf("%v", a.Expect)
		}
		_, listed, _ := session(t.Context(), "reshard", "--stream", stream, "--region", "us-east-1", "-f", listedShards(t, stream), "--to", "5", "-o", "json")
		if before, _, _ := strings.Cut(out, `"expect"`); !strings.HasPrefix(listed, before) {
			t.Errorf("of the live stream:\n%s\nof what list-shards printed:\n%s", before, listed)
		}
	})

	register(t, stream)
	t.Run("three calls where there is a consumer", func(t *testing.T) {
		p := noting(t, server, nil)
		t.Setenv("AWS_ENDPOINT_URL_KINESIS", p.url)
		code, out, complaints := answer(t)
		if code != exitAnswered || !strings.Contains(out, "The enhanced fan-out consumer is billed for the hours of 5 shards instead of 4.") {
			t.Errorf("%d: %s%s", code, out, complaints)
		}
		// kinesis-local lists consumers in pages of which the last is empty.
		if want := []string{"DescribeStreamSummary", "ListShards", "ListStreamConsumers"}; !slices.Equal(slices.Compact(p.calls()), want) {
			t.Errorf("it called %v, want %v", p.calls(), want)
		}
	})

	t.Run("keys", func(t *testing.T) {
		code, out, complaints := session(t.Context(), "keys", reshardTable(t), "--shards", "2", "--stream", stream)
		if code != exitAnswered || !strings.Contains(out, "Now the hottest of 4 shards has") {
			t.Errorf("%d: %s%s", code, out, complaints)
		}
	})

	for operation, want := range map[string]struct {
		code int
		text string
	}{
		"DescribeStreamSummary": {exitAnswered, "kinesis:DescribeStreamSummary"},
		"ListShards":            {exitAnswered, `"equal_ranges_assumed": true`},
		"ListStreamConsumers":   {exitAnswered, "kinesis:ListStreamConsumers"},
	} {
		t.Run("without "+operation, func(t *testing.T) {
			p := fakeaws.StartProxy(t, server)
			p.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: operation})
			t.Setenv("AWS_ENDPOINT_URL_KINESIS", p.URL())
			code, out, complaints := answer(t)
			if code != want.code || !strings.Contains(out, want.text) || !strings.Contains(out, `"id": "permission-missing"`) {
				t.Errorf("%d: %s%s", code, out, complaints)
			}
		})
	}

	fails := func(name string, code int, want string, change func(operation, answer string) string) {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_ENDPOINT_URL_KINESIS", noting(t, server, change).url)
			got, out, complaints := answer(t)
			if got != code || out != "" || !strings.Contains(complaints, want) {
				t.Errorf("%d: %s%s", got, out, complaints)
			}
		})
	}
	summary := func(old, by string) func(string, string) string {
		return func(operation, answer string) string {
			if operation == "DescribeStreamSummary" {
				return strings.ReplaceAll(answer, old, by)
			}
			return answer
		}
	}
	fails("while it is updated", exitFailed, "kcalc: "+stream+" is UPDATING: its shards change", summary(`"ACTIVE"`, `"UPDATING"`))
	fails("garbled", exitFailed, "kinesis:DescribeStreamSummary", summary(`"OpenShardCount"`, `"Open"`))
	fails("a gap in the ranges", exitUsage, "does not begin where the one before it ends", func(operation, answer string) string {
		if operation == "ListShards" {
			return strings.ReplaceAll(answer, `"StartingHashKey":"0"`, `"StartingHashKey":"7"`)
		}
		return answer
	})

	t.Run("neither summary nor shards", func(t *testing.T) {
		p := fakeaws.StartProxy(t, server)
		p.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "DescribeStreamSummary"})
		p.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "ListShards"})
		t.Setenv("AWS_ENDPOINT_URL_KINESIS", p.URL())
		if code, out, complaints := answer(t); code != exitFailed || out != "" || !strings.Contains(complaints, "kcalc: no permission to read the shards") ||
			!strings.Contains(complaints, "hint: ") {
			t.Errorf("%d: %s%s", code, out, complaints)
		}
	})
	t.Run("expired", func(t *testing.T) {
		p := fakeaws.StartProxy(t, server)
		p.Inject(fakeaws.Fault{Kind: fakeaws.Expired, Operation: "ListShards"})
		t.Setenv("AWS_ENDPOINT_URL_KINESIS", p.URL())
		if code, _, complaints := answer(t); code != exitFailed || !strings.Contains(complaints, "kinesis:ListShards") ||
			!strings.Contains(complaints, "sign in again") {
			t.Errorf("%d: %s", code, complaints)
		}
	})
	t.Run("none", func(t *testing.T) {
		code, _, complaints := session(t.Context(), "reshard", "--stream", "nowhere", "--to", "5")
		if code != exitFailed || !strings.Contains(complaints, "nowhere") || !strings.Contains(complaints, "list-streams") {
			t.Errorf("%d: %s", code, complaints)
		}
	})
	t.Run("on-demand", func(t *testing.T) {
		client := sdkClient(t)
		name := "on-demand-" + strconv.FormatInt(time.Now().UnixNano(), 10)
		_, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &name,
			StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeOnDemand}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: &name}) })
		waitActive(t, name)
		code, _, complaints := session(t.Context(), "reshard", "--stream", name, "--to", "5")
		if code != exitUsage || !strings.Contains(complaints, "mode, in which AWS splits and merges") {
			t.Errorf("%d: %s", code, complaints)
		}
	})
}

// splitFirst splits the first shard of a stream at a tenth of the hash keys.
func splitFirst(t *testing.T, stream string) {
	t.Helper()
	client := sdkClient(t)
	out, err := client.ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream})
	if err == nil {
		_, err = client.SplitShard(t.Context(), &kinesis.SplitShardInput{StreamName: &stream, ShardToSplit: out.Shards[0].ShardId,
			NewStartingHashKey: aws.String("34028236692093846346337460743176821146")})
	}
	if err != nil {
		t.Fatal(err)
	}
	waitActive(t, stream)
}

// register registers an enhanced fan-out consumer.
func register(t *testing.T, stream string) {
	t.Helper()
	client := sdkClient(t)
	out, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &stream})
	if err == nil {
		_, err = client.RegisterStreamConsumer(t.Context(), &kinesis.RegisterStreamConsumerInput{
			StreamARN: out.StreamDescriptionSummary.StreamARN, ConsumerName: aws.String("fraud")})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func waitActive(t *testing.T, stream string) {
	t.Helper()
	client := sdkClient(t)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		out, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &stream})
		if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
			return
		}
	}
	t.Fatal(stream + " did not become ACTIVE")
}
