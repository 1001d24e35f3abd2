package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model/samplefile"
)

// secret is a payload that no output may have.
const secret = "SECRETSECRET"

// sampledAWS returns an account with a stream of records: 300 of hot-key and 100 of others, whose
// time is now.
func sampledAWS(t *testing.T, shards int32) *awsOf {
	t.Helper()
	a := newAWS(t, shards)
	t.Setenv("SOURCE_DATE_EPOCH", "")
	var list []types.PutRecordsRequestEntry
	for i := range 400 {
		key := "hot-key"
		if i%4 == 0 {
			key = fmt.Sprintf("other-%d", i)
		}
		list = append(list, types.PutRecordsRequestEntry{PartitionKey: &key, Data: []byte(secret)})
	}
	if _, err := kinesisClient(t).PutRecords(t.Context(), &kinesis.PutRecordsInput{StreamName: aws.String(a.stream), Records: list}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2500 * time.Millisecond) // a sample ends a second ago
	return a
}

func TestSampleOfAStream(t *testing.T) {
	a := sampledAWS(t, 2)
	file := filepath.Join(t.TempDir(), "sample.json")
	code, out, complaints := session(t.Context(), "sample", "--stream", a.stream, "--save", file)
	for _, want := range []string{"The largest key has 75% of the load", "400 Kinesis records", "101 keys", "Reading took"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if code != 0 || t.Failed() {
		t.Fatalf("exit code %d\n%s%s", code, out, complaints)
	}
	if want := "up to 1,500 calls, 20% of the read limits of 2 shards"; !strings.Contains(complaints, want) {
		t.Errorf("no plan in %q", complaints)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{secret, "hot-key"} {
		if strings.Contains(string(written)+out+complaints, never) {
			t.Errorf("%s is told", never)
		}
	}
	s, err := samplefile.Read(file, strings.NewReader(string(written)))
	if err != nil || s.Traffic.Records != 400 || s.Stream.Value.String() != a.stream || s.Region.Value != "us-east-1" ||
		s.UnreadShards() != 0 || s.Over() != 300e9 {
		t.Errorf("%+v, %v", s, err)
	}
	if code, out, _ = session(t.Context(), "keys", file, "--shards", "4"); code != 0 || !strings.Contains(out, "75%") {
		t.Errorf("keys: exit code %d\n%s", code, out)
	}
	// Where nothing came nothing is known, and that is all.
	code, out, _ = session(t.Context(), "sample", "--stream", a.stream, "--from", "10m", "--for", "1m")
	if code != 0 || !strings.HasPrefix(out, "No records: nothing is known of the keys\n▸  None came from ") ||
		strings.Count(out, "\n") > 2 {
		t.Errorf("nothing: exit code %d\n%s", code, out)
	}
	// Of one shard the others' keys are not known.
	code, out, _ = session(t.Context(), "sample", "--stream", a.stream, "--shards", "1", "--keep-keys")
	if code != 0 || !strings.Contains(out, "nothing of 1 open shard") {
		t.Errorf("a shard: exit code %d\n%s", code, out)
	}
}

// What nothing is read for: a plan, a share that nobody agreed to, and what cannot be.
func TestSampleReadsNothing(t *testing.T) {
	a := sampledAWS(t, 2)
	for want, args := range map[string][]string{
		"Up to 1,500 calls of GetRecords, at most 1 a second to a shard: 20% of": {"--dry-run"},
		"up to 60% of each shard's read limits":                                  {"--max-calls-per-second", "3"},
		`"7": no shard of the time`:                                              {"--shards", "7"},
		"before what the stream keeps (allowed: the last 1d)":                    {"--from", "2d"},
		"nothing lies between it and now":                                        {"--from", "2100-01-01"},
	} {
		code, out, complaints := session(t.Context(), append([]string{"sample", "--stream", a.stream}, args...)...)
		if all := strings.Join(strings.Fields(out+complaints), " "); !strings.Contains(all, want) || code != 0 && code != exitUsage {
			t.Errorf("%v: exit code %d, no %q:\n%s", args, code, want, all)
		}
	}
	if calls := a.streams.Requests(); calls["GetRecords"]+calls["GetShardIterator"] > 0 {
		t.Errorf("%v", calls)
	}
	term := newTerminal(t)
	code := term.run(t.Context(), "sample", "--stream", a.stream, "--max-calls-per-second", "3")
	if !term.shows("Go on? [y/N] ") {
		t.Fatal("it does not ask")
	}
	term.person.WriteString("n\n")
	if got := <-code; got != 1 || !term.shows("not read: the answer was no") || a.streams.Requests()["GetRecords"] > 0 {
		t.Errorf("exit code %d, %v", got, a.streams.Requests())
	}
	if code, _, complaints := session(t.Context(), "sample", "--stream", a.stream, "--max-calls-per-second", "5", "--yes"); code != 0 {
		t.Errorf("agreed to: exit code %d: %s", code, complaints)
	}
}

// What was read until an interrupt, or a failure, is kept and said to be a part.
func TestSampleKeepsAPart(t *testing.T) {
	a := sampledAWS(t, 1)
	file := filepath.Join(t.TempDir(), "part.json.gz")
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		for a.streams.Requests()["GetRecords"] < 2 {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(100 * time.Millisecond)
		interrupt()
	}()
	code, out, complaints := session(ctx, "sample", "--stream", a.stream, "--from", "1m", "--for", "1h", "--save", file)
	if code != exitInterrupted || !strings.Contains(out, "Reading ended early") || !strings.Contains(complaints, "the sample of") {
		t.Errorf("interrupted: exit code %d\n%s%s", code, out, complaints)
	}
	if code, out, complaints := session(t.Context(), "keys", file, "--shards", "4"); code != 0 {
		t.Errorf("the part: exit code %d\n%s%s", code, out, complaints)
	}
	a.streams.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "GetRecords", From: 2})
	code, out, complaints = session(t.Context(), "sample", "--stream", a.stream)
	if code != exitFailed || !strings.Contains(out, "Reading ended early") ||
		!strings.Contains(complaints, "allow kinesis:GetRecords to who runs kcalc") {
		t.Errorf("denied: exit code %d\n%s%s", code, out, complaints)
	}
	a.streams.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "GetShardIterator"})
	code, out, complaints = session(t.Context(), "sample", "--stream", a.stream)
	if code != exitFailed || out != "" || !strings.Contains(complaints, "kinesis:GetShardIterator: access denied") {
		t.Errorf("denied at once: exit code %d\n%s%s", code, out, complaints)
	}
}
