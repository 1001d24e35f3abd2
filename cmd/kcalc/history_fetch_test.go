package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/unit"
)

// awsOf is an AWS account with one stream, as far as fetching its history goes: a
// real Kinesis server, a CloudWatch and a Lambda of the tests. Its time is that
// of the documentation's sessions.
type awsOf struct {
	stream     string
	cloudwatch *fakeaws.Server
	metrics    *fakeaws.Proxy // before CloudWatch
	streams    *fakeaws.Proxy // before Kinesis
	planted    *model.History
}

// newAWS makes an account whose stream has shards, 70 days of history, a function
// that reads it, and makes the environment lead there.
func newAWS(t *testing.T, shards int32) *awsOf {
	t.Helper()
	server := fakeaws.Kinesis(t)
	seconds, _ := strconv.ParseInt(today, 10, 64)
	now := time.Unix(seconds, 0).UTC()
	a := &awsOf{stream: fmt.Sprintf("orders-%d", time.Now().UnixNano())}
	arn := createStream(t, a.stream, shards)
	a.planted = plantedHistory(model.Name(a.stream), now, 70)
	a.cloudwatch = fakeaws.Start(t, now, a.planted)
	a.metrics, a.streams = fakeaws.StartProxy(t, a.cloudwatch.URL()), fakeaws.StartProxy(t, server)
	lambda := fakeaws.Lambda(t, 10, lambdatypes.EventSourceMappingConfiguration{EventSourceArn: aws.String(arn),
		State:       aws.String("Enabled"),
		FunctionArn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:enrich"), BatchSize: aws.Int32(500),
		ParallelizationFactor: aws.Int32(2)})
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_CLOUDWATCH": a.metrics.URL(), "AWS_ENDPOINT_URL_KINESIS": a.streams.URL(),
		"AWS_ENDPOINT_URL_LAMBDA": lambda,
		"AWS_ACCESS_KEY_ID":       "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_REGION": "us-east-1", "SOURCE_DATE_EPOCH": today,
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	return a
}

func createStream(t *testing.T, name string, shards int32) (arn string) {
	t.Helper()
	client := kinesisClient(t)
	if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: aws.String(name),
		ShardCount: aws.Int32(shards)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: aws.String(name)})
	})
	for range 200 {
		out, err := client.DescribeStreamSummary(t.Context(),
			&kinesis.DescribeStreamSummaryInput{StreamName: aws.String(name)})
		if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
			return *out.StreamDescriptionSummary.StreamARN
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the stream does not become active")
	return ""
}

// plantedHistory has days of minutes, whose values are whole, so that sums are
// exact in any order.
func plantedHistory(stream model.Name, now time.Time, days int) *model.History {
	h := &model.History{Stream: stream}
	for n, id := range cloudwatch.SeriesOf(&model.Configuration{Functions: model.Known([]model.Function{{Name: "enrich"}})}, nil) {
		run := model.Run{Start: now.AddDate(0, 0, -days), Period: unit.Duration(time.Minute)}
		for i := range days * 24 * 60 {
			value := float64((i*7919+n*104729)%60_000 + 60*i%1440)
			if i%1440 < 5 {
				value = math.NaN()
			}
			run.Values = append(run.Values, value)
		}
		h.Series = append(h.Series, model.Series{SeriesID: id, Runs: []model.Run{run}})
	}
	return h
}

func readSaved(t *testing.T, file string) *model.History {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, _, err := historyfile.Read(file, f)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// same holds that what was saved is what was planted, minute for minute.
func (a *awsOf) same(t *testing.T, h *model.History) {
	t.Helper()
	if len(h.Series) != len(a.planted.Series) {
		t.Fatalf("%d series, not %d", len(h.Series), len(a.planted.Series))
	}
	for i := range h.Series {
		got, want := &h.Series[i], &a.planted.Series[i]
		if got.SeriesID != want.SeriesID || len(got.Runs) != 1 || !got.Runs[0].Start.Equal(h.From) ||
			!got.Runs[0].End().Equal(h.To) {
			t.Fatalf("%v: %d runs", got.SeriesID, len(got.Runs))
		}
		first := int(h.From.Sub(want.Runs[0].Start) / time.Minute)
		if diff := cmp.Diff(want.Runs[0].Values[first:first+len(got.Runs[0].Values)], got.Runs[0].Values,
			cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%v: %.500s", got.SeriesID, diff)
		}
	}
}

func files(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestHistoryFetch(t *testing.T) {
	a := newAWS(t, 3)
	folder := t.TempDir()
	file := filepath.Join(folder, "orders.json")
	code, out, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file)
	if code != 0 || complaints != "" || out != file+": 12 series of "+a.stream+" from 2026-11-07T23:55:00Z to "+
		"2026-11-21T23:55:00Z, for $0.00012\n" {
		t.Fatalf("exit code %d\n%s%s", code, out, complaints)
	}
	h := readSaved(t, file)
	a.same(t, h)
	c := h.Configuration.Value
	if h.Stream != model.Name(a.stream) || h.Region != "us-east-1" || c.OpenShards.Value != 3 ||
		len(c.Shards.Value) != 3 || c.Retention.Value != unit.Day || c.Mode.Value != model.Provisioned ||
		len(c.Functions.Value) != 1 || c.Functions.Value[0].BatchSize != 500 ||
		h.Fetched.Format(time.RFC3339) != "2026-11-22T00:00:00Z" {
		t.Errorf("%+v", h.Configuration)
	}
	if got := files(t, folder); got != "orders.json" {
		t.Errorf("left behind: %s", got)
	}
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if code, out, _ := session(t.Context(), "history", "fetch", "--stream", a.stream); code != 0 || out != string(saved) {
		t.Errorf("exit code %d; standard output has not what was saved", code)
	}
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save",
		file+".gz"); code != 0 {
		t.Fatal(complaints)
	}
	zipped, err := os.Open(file + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer zipped.Close()
	z, err := gzip.NewReader(zipped)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != string(saved) {
		t.Errorf("%v: the zipped file is another one", err)
	}
	for _, name := range []string{file, file + ".gz"} {
		if code, out, complaints := session(t.Context(), "history", "show", name); code != 0 ||
			!strings.Contains(out, "History of "+a.stream+" in us-east-1: 12 series") {
			t.Errorf("exit code %d\n%s%s", code, out, complaints)
		}
	}
}

// A plan is shown without a call to CloudWatch.
func TestHistoryFetchDryRun(t *testing.T) {
	a := newAWS(t, 1)
	code, out, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--since", "65d", "--until",
		"2026-11-20T12:00+02:00", "--dry-run")
	for _, want := range []string{"6 calls to CloudWatch for 36 metrics, $0.00036",
		"2026-09-20T01:00:00Z 2026-11-07T01:00:00Z 5m 13,824", "2026-11-20T10:00:00Z", "lambda_iterator_age[enrich]"} {
		if code != 0 || !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Fatalf("exit code %d, no %q:\n%s%s", code, want, out, complaints)
		}
	}
	if calls := a.cloudwatch.Calls(); len(calls) > 0 {
		t.Errorf("%d calls", len(calls))
	}
}

// What is interrupted leaves no half file, and goes on where it was.
func TestHistoryFetchGoesOn(t *testing.T) {
	a := newAWS(t, 1)
	folder := t.TempDir()
	file := filepath.Join(folder, "orders.json")
	fetch := []string{"history", "fetch", "--stream", a.stream, "--save", file}
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Hang, From: 3, Times: 1})
	ctx, interrupt := context.WithCancel(t.Context())
	go func() { // as Ctrl-C does, in the third call
		for a.metrics.Requests()["GetMetricData"] < 3 {
			time.Sleep(5 * time.Millisecond)
		}
		interrupt()
	}()
	code, out, complaints := session(ctx, fetch...)
	want := "kcalc: cloudwatch:GetMetricData: interrupted\nhint: 2 of 3 calls are kept in " + file +
		".partial; the same command goes on from there within 1h\n"
	if code != exitInterrupted || out != "" || complaints != want {
		t.Fatalf("exit code %d\n%s%s", code, out, complaints)
	}
	if got := files(t, folder); got != "orders.json.partial" {
		t.Fatalf("left behind: %s", got)
	}
	// The last line is cut short, as by a full disk.
	partial, err := os.ReadFile(file + ".partial")
	if err == nil {
		err = os.WriteFile(file+".partial", partial[:len(partial)-10], 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	before := len(a.cloudwatch.Calls())
	code, _, complaints = session(t.Context(), fetch...)
	if code != 0 || complaints != "note: going on with the fetch that was interrupted: 1 of 3 calls made\n" {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	if made := len(a.cloudwatch.Calls()) - before; made != 2 {
		t.Errorf("%d calls, where 2 were left", made)
	}
	a.same(t, readSaved(t, file))
	if got := files(t, folder); got != "orders.json" {
		t.Errorf("left behind: %s", got)
	}
}

// Another request begins anew, over what an interrupted one has left.
func TestHistoryFetchBeginsAnew(t *testing.T) {
	a := newAWS(t, 1)
	file := filepath.Join(t.TempDir(), "orders.json")
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Expired, From: 3, Times: 1})
	t.Setenv("AWS_MAX_ATTEMPTS", "2")
	code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file)
	if code != 1 || !strings.Contains(complaints, "the credentials have expired") ||
		!strings.Contains(complaints, "2 of 3 calls are kept") || !strings.Contains(complaints, "hint: sign in again") {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	code, _, complaints = session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file, "--since", "60d",
		"--until", "59d", "--endpoint-url", "http://127.0.0.1:1")
	if code != 1 || files(t, filepath.Dir(file)) != "orders.json.partial" {
		t.Errorf("exit code %d, left behind: %s\n%s", code, files(t, filepath.Dir(file)), complaints)
	}
	for _, other := range [][]string{{"--since", "13d"}, {"--region", "eu-west-1"}} {
		if _, _, complaints := session(t.Context(),
			append([]string{"history", "fetch", "--stream", a.stream, "--save", file, "--dry-run"},
				other...)...); strings.Contains(complaints, "going on") {
			t.Errorf("%v goes on with another fetch", other)
		}
	}
	code, _, complaints = session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file, "--since", "13d")
	if code != 0 || complaints != "" {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	a.same(t, readSaved(t, file))
}

// Nothing is fetched without leave that costs more than $0.10.
func TestHistoryFetchAsks(t *testing.T) {
	a, fetch := newExpensive(t)
	folder := t.TempDir()
	code, _, complaints := session(t.Context(), append(fetch, "--save", filepath.Join(folder, "o.json"))...)
	if code != 2 || !strings.Contains(complaints, "10,104 metrics, which costs $0.10104\n") ||
		!strings.Contains(complaints, "hint: --yes makes it") {
		t.Errorf("exit code %d\n%s", code, complaints)
	}
	if calls := a.cloudwatch.Calls(); len(calls) > 0 || files(t, folder) != "" {
		t.Errorf("%d calls, left behind: %s", len(calls), files(t, folder))
	}
}

// What an expensive fetch would overwrite stays until there is leave for it.
func TestHistoryFetchKeepsAnotherUntilAgreed(t *testing.T) {
	a := newAWS(t, 720)
	file := filepath.Join(t.TempDir(), "o.json")
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Expired, From: 2, Times: 1})
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file); code != 1 ||
		!strings.Contains(complaints, "1 of 3 calls are kept") {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	a.monitor(t, types.MetricsNameAll)
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--since", "15d6h", "--until",
		"14d18h", "--save", file); code != 2 || files(t, filepath.Dir(file)) != "o.json.partial" {
		t.Errorf("exit code %d, left behind: %q\n%s", code, files(t, filepath.Dir(file)), complaints)
	}
	code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--since", "400d", "--dry-run")
	if code != 2 || !strings.Contains(complaints, "more than the 67,108,864 that a history holds") {
		t.Errorf("exit code %d\n%s", code, complaints)
	}
}

// A window of which CloudWatch has no beginning any more is told, and the file
// keeps it.
func TestHistoryFetchClipped(t *testing.T) {
	a := newAWS(t, 1)
	file := filepath.Join(t.TempDir(), "o.json")
	code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--since", "2020-01-01",
		"--until", "2026-01-01", "--save", file)
	if code != 0 || !strings.Contains(complaints,
		"warning: The window begins at 2025-08-24T01:00:00Z and not at 2020-01-01T00:00:00Z") {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	if h := readSaved(t, file); len(h.Warnings) != 1 || h.Warnings[0].ID != "window-clipped" {
		t.Errorf("%v", h.Warnings)
	}
}

// A missing permission is told, and kept in the file; without the one to
// CloudWatch's there is no history.
func TestHistoryFetchWithoutPermission(t *testing.T) {
	a := newAWS(t, 2)
	file := filepath.Join(t.TempDir(), "orders.json")
	a.streams.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "ListShards"})
	code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file, "--since", "1d")
	if code != 0 || !strings.Contains(complaints, "warning: kinesis:ListShards is not allowed. Not known: the shards") {
		t.Errorf("exit code %d\n%s", code, complaints)
	}
	h := readSaved(t, file)
	if len(h.Warnings) != 1 || h.Warnings[0].ID != "permission-missing" || h.Configuration.Value.Shards.Known {
		t.Errorf("%v, %v", h.Warnings, h.Configuration.Value.Shards)
	}
	folder := t.TempDir()
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Denied})
	code, out, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save",
		filepath.Join(folder, "o.json"))
	if code != 1 || out != "" || !strings.Contains(complaints, "kcalc: cloudwatch:GetMetricData: access denied: User: ") ||
		!strings.Contains(complaints, "hint: allow cloudwatch:GetMetricData") || files(t, folder) != "" {
		t.Errorf("exit code %d\n%s%s%s", code, out, complaints, files(t, folder))
	}
}

// A clock that is off would ask for the wrong window.
func TestHistoryFetchWithAClockThatIsOff(t *testing.T) {
	a := newAWS(t, 1)
	t.Setenv("SOURCE_DATE_EPOCH", "")
	off := 30 * time.Hour
	real := time.Now().Add(off)
	server := fakeaws.Start(t, real, plantedHistory(model.Name(a.stream), real.UTC().Truncate(time.Minute), 3))
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH", server.URL())
	a.streams.Inject(fakeaws.Fault{Kind: fakeaws.ClockOff, Off: off})
	file := filepath.Join(t.TempDir(), "orders.json")
	code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file, "--since", "1d")
	if code != 0 || !strings.Contains(complaints,
		"warning: This machine's clock is 1d6h behind AWS's; AWS's time is taken.") {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	if h := readSaved(t, file); real.Sub(h.To) > 8*time.Minute || h.To.After(real) {
		t.Errorf("the window ends at %v, it is %v", h.To, real)
	}
}

// Profile, Region and address are found where the AWS CLI finds them.
func TestHistoryFetchFindsAWS(t *testing.T) {
	a := newAWS(t, 1)
	config := filepath.Join(t.TempDir(), "config")
	text := "[profile far]\nregion = eu-west-1\naws_access_key_id = AKID\naws_secret_access_key = SECRET\n[profile " +
		"nowhere]\naws_access_key_id = AKID\naws_secret_access_key = SECRET\n[profile bare]\nregion = us-east-1\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	dry := func(env map[string]string, args ...string) (int, string) {
		t.Helper()
		for name, value := range env {
			before := os.Getenv(name)
			os.Setenv(name, value)
			defer os.Setenv(name, before)
		}
		code, out, complaints := session(t.Context(),
			append([]string{"history", "fetch", "--stream", a.stream, "--dry-run"}, args...)...)
		return code, out + complaints
	}
	gone := "http://127.0.0.1:1"
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		code int
		says string
	}{
		"the variable":          {nil, nil, 0, "in us-east-1:"},
		"a flag goes before it": {nil, []string{"--region", "ap-south-1"}, 1, "has no stream"},
		// there is none in that Region
		"the other variable": {map[string]string{"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1"}, nil, 0,
			"in us-east-1:"},
		"a profile": {map[string]string{"AWS_REGION": ""}, []string{"--profile", "far"}, 1,
			"eu-west-1 has no stream"},
		"a profile by its variable": {map[string]string{"AWS_REGION": "", "AWS_PROFILE": "far"}, nil, 1,
			"eu-west-1 has no stream"},
		"a profile that there is not": {nil, []string{"--profile", "none"}, 2,
			`--profile, or AWS_PROFILE: "none" is not in the AWS configuration`},
		"no Region": {map[string]string{"AWS_REGION": ""}, []string{"--profile", "nowhere"}, 2,
			"--region: missing"},
		"no Region of that form": {nil, []string{"--region", "us east"}, 2,
			`--region: "us east": not the code of a Region`},
		"no credentials": {map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
			[]string{"--profile", "bare"}, 1, "kinesis:DescribeStreamSummary: no usable credentials"},
		"an address for everything": {map[string]string{"AWS_ENDPOINT_URL_KINESIS": "",
			"AWS_ENDPOINT_URL": a.streams.URL()}, nil, 0, "in us-east-1:"},
		"the flag goes before variables": {map[string]string{"AWS_ENDPOINT_URL_KINESIS": gone, "AWS_MAX_ATTEMPTS": "1"},
			[]string{"--endpoint-url", gone}, 1, "connection refused"},
		"an address that is none": {nil, []string{"--endpoint-url", "kinesis.local"}, 2,
			`--endpoint-url: "kinesis.local": not an address`},
	} {
		if code, text := dry(c.env, c.args...); code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%s: exit code %d, not %d with %q:\n%s", name, code, c.code, c.says, text)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL_KINESIS", gone)
	t.Setenv("AWS_ENDPOINT_URL_LAMBDA", gone)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--dry-run", "--endpoint-url",
		a.streams.URL()); code != 1 || !strings.Contains(complaints, "lambda:ListEventSourceMappings") {
		t.Errorf("the flag does not lead every call to one address: exit code %d\n%s", code, complaints)
	}
}

// A file that cannot be written is told before anything is fetched.
func TestHistoryFetchCannotWrite(t *testing.T) {
	a := newAWS(t, 1)
	folder := t.TempDir()
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save",
		folder); code != 2 || !strings.Contains(complaints, ": a folder (allowed: the name of a file)") {
		t.Errorf("a folder: exit code %d\n%s", code, complaints)
	}
	letter := filepath.Join(folder, "o.json.partial")
	if err := os.WriteFile(letter, []byte("Dear Anne,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save",
		filepath.Join(folder, "o.json"))
	if text, err := os.ReadFile(letter); code != 1 || !strings.Contains(complaints, "is no interrupted fetch") ||
		err != nil || string(text) != "Dear Anne,\n" {
		t.Errorf("somebody's file: exit code %d, %q, %v\n%s", code, text, err, complaints)
	}
	file := filepath.Join(t.TempDir(), "none", "orders.json")
	code, _, complaints = session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file)
	if code != 1 || !strings.Contains(complaints, "no such file or directory") || len(a.cloudwatch.Calls()) > 0 {
		t.Errorf("exit code %d, %d calls\n%s", code, len(a.cloudwatch.Calls()), complaints)
	}
	if _, err := os.Stat(filepath.Dir(file)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a folder was made")
	}
}

func TestHistoryFetchUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "--stream: "},
		{[]string{"--stream", "a b"}, `--stream: "a b": not a name`},
		{[]string{"--stream", "orders", "--since", "yesterday", "--until", "soon"}, `--since: "yesterday": not a time`},
		{[]string{"--stream", "orders", "--since", "yesterday", "--until", "soon"}, `--until: "soon": not a time`},
		{[]string{"--stream", "orders", "more"}, "unknown command"},
	} {
		if code, _, complaints := session(t.Context(), append([]string{"history", "fetch"}, c.args...)...); code != 2 ||
			!strings.Contains(complaints, c.says) {
			t.Errorf("%v: exit code %d\n%s", c.args, code, complaints)
		}
	}
	a := newAWS(t, 1)
	for _, c := range []struct{ since, until, says string }{
		{"1d", "2d", "the window is empty"},
		{"2026-11-30", "", "the window is empty"},
		{"2020-01-01", "2020-02-01", "CloudWatch has no points of this window"},
	} {
		args := []string{"history", "fetch", "--stream", a.stream, "--since", c.since}
		if c.until != "" {
			args = append(args, "--until", c.until)
		}
		if code, _, complaints := session(t.Context(), args...); code != 2 || !strings.Contains(complaints, c.says) {
			t.Errorf("%v: exit code %d\n%s", args, code, complaints)
		}
	}
}

// What an interrupted fetch has left and somebody has changed since is not saved:
// the calls that brought it are made again, and the file is named.
func TestHistoryFetchNoticesAChange(t *testing.T) {
	a := newAWS(t, 1)
	file := filepath.Join(t.TempDir(), "orders.json")
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Expired, From: 3, Times: 1})
	t.Setenv("AWS_MAX_ATTEMPTS", "2")
	fetch := []string{"history", "fetch", "--stream", a.stream, "--save", file}
	if code, _, complaints := session(t.Context(), fetch...); code != 1 ||
		!strings.Contains(complaints, "2 of 3 calls are kept") {
		t.Fatalf("exit code %d\n%s", code, complaints)
	}
	partial, err := os.ReadFile(file + ".partial")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(partial), "\n")
	middle := len(lines[1]) / 2
	lines[1] = lines[1][:middle] + strings.Map(func(r rune) rune { return r ^ 1 }, lines[1][middle:middle+1]) +
		lines[1][middle+1:]
	if err := os.WriteFile(file+".partial", []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	before := len(a.cloudwatch.Calls())
	code, _, complaints := session(t.Context(), fetch...)
	want := "note: " + file + ".partial: 1 line is not what was written; the calls that brought them are made again\n" +
		"note: going on with the fetch that was interrupted: 1 of 3 calls made\n"
	if code != 0 || complaints != want || len(a.cloudwatch.Calls())-before != 2 {
		t.Errorf("exit code %d, %d calls, where 2 were left\n%s", code, len(a.cloudwatch.Calls())-before, complaints)
	}
	a.same(t, readSaved(t, file))
}

// A head without series or bands, which nothing can be asked for with, is none of
// a fetch.
func TestHistoryFetchRefusesWhatIsNoJournal(t *testing.T) {
	a := newAWS(t, 1)
	file := filepath.Join(t.TempDir(), "orders.json")
	band := `{"start":"2026-11-20T12:34:00Z","end":"2026-11-22T11:34:00Z","period_seconds":60}`
	for _, head := range []string{
		`{"schema":"kcalc.fetch/v1","bands":[` + band + `]}`,
		`{"schema":"kcalc.fetch/v2","bands":[` + band + `]}`,
		`{"schema":"kcalc.fetch/v2","bands":[` + band + `],"series":[]}`,
		`{"schema":"kcalc.fetch/v2","series":["incoming_bytes"]}`,
	} {
		sum := fmt.Sprintf(" %08x", crc32.Checksum([]byte(head), crc32.MakeTable(crc32.Castagnoli)))
		for _, text := range []string{head + "\n", head + sum + "\n"} {
			if err := os.WriteFile(file+".partial", []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", file)
			want := "kcalc: " + file + ".partial: there is a file of this name that is no interrupted fetch; move it away, " +
				"or save under another name\n"
			if code != 1 || complaints != want {
				t.Errorf("%s: exit code %d\n%s", text, code, complaints)
			}
		}
	}
}

// A day is a whole one, although the last minutes have not settled: a history of less is
// too short for a decision. So is every other length of time, at any minute.
func TestSinceIsAsLongAsItSays(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 7, 0, time.UTC)
	for minute := range 24 * 60 {
		now := now.Add(time.Duration(minute) * time.Minute)
		for since, want := range map[string]time.Duration{"1d": 24 * time.Hour, "14d": 14 * 24 * time.Hour, "4m": 4 * time.Minute} {
			l := streamFlags{since: since}
			plan, err := l.planFetch("orders", cloudwatch.SeriesOf(&model.Configuration{}, nil), now)
			if err != nil {
				t.Fatal(err)
			}
			from, to := plan.Bands[0].Start, plan.Bands[len(plan.Bands)-1].End
			if to.Sub(from) != want || now.Sub(to) < 5*time.Minute || now.Sub(to) > 6*time.Minute {
				t.Fatalf("--since %s at %v: %v to %v", since, now, from, to)
			}
		}
	}
}
