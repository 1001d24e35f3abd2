package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/kcalc/kcalc/calc/reshard"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
)

// awsStandIn is what the tests run as aws: the calls of the scripts that reshard prints, with
// the queries that these have, made by the AWS SDK.
func awsStandIn() {
	if err := standIn(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "aws:", err)
		os.Exit(255)
	}
}

func standIn(ctx context.Context, args []string) error {
	flags := map[string]string{}
	for i := 2; i+1 < len(args); i += 2 {
		flags[args[i]] = args[i+1]
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client, stream := kinesis.NewFromConfig(cfg), aws.String(flags["--stream-name"])
	text := func(name string) *string { return aws.String(flags[name]) }
	switch command := strings.Join(args[:2], " "); command {
	case "kinesis split-shard":
		_, err = client.SplitShard(ctx, &kinesis.SplitShardInput{StreamName: stream, ShardToSplit: text("--shard-to-split"),
			NewStartingHashKey: text("--new-starting-hash-key")})
	case "kinesis merge-shards":
		_, err = client.MergeShards(ctx, &kinesis.MergeShardsInput{StreamName: stream, ShardToMerge: text("--shard-to-merge"),
			AdjacentShardToMerge: text("--adjacent-shard-to-merge")})
	case "kinesis update-shard-count":
		n, _ := strconv.ParseInt(flags["--target-shard-count"], 10, 32)
		_, err = client.UpdateShardCount(ctx, &kinesis.UpdateShardCountInput{StreamName: stream, TargetShardCount: aws.Int32(int32(n)),
			ScalingType: types.ScalingType(flags["--scaling-type"])})
	case "kinesis describe-stream-summary":
		return printSummary(ctx, client, stream, flags["--query"])
	case "kinesis list-shards":
		return printShards(ctx, client, stream, flags["--query"])
	default:
		return fmt.Errorf("%s: not a call of the scripts", command)
	}
	return err
}

func printSummary(ctx context.Context, client *kinesis.Client, stream *string, query string) error {
	out, err := client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: stream})
	if err != nil {
		return err
	}
	switch query {
	case "StreamDescriptionSummary.StreamStatus":
		fmt.Println(out.StreamDescriptionSummary.StreamStatus)
	case "StreamDescriptionSummary.OpenShardCount":
		fmt.Println(*out.StreamDescriptionSummary.OpenShardCount)
	default:
		return fmt.Errorf("%s: not a query of the scripts", query)
	}
	return nil
}

func printShards(ctx context.Context, client *kinesis.Client, stream *string, query string) error {
	const open = "Shards[?SequenceNumberRange.EndingSequenceNumber==null].[HashKeyRange.StartingHashKey,HashKeyRange.EndingHashKey,ShardId]"
	if query != open {
		return fmt.Errorf("%s: not a query of the scripts", query)
	}
	out, err := client.ListShards(ctx, &kinesis.ListShardsInput{StreamName: stream})
	if err != nil {
		return err
	}
	for _, s := range out.Shards {
		if s.SequenceNumberRange.EndingSequenceNumber == nil {
			fmt.Printf("%s\t%s\t%s\n", *s.HashKeyRange.StartingHashKey, *s.HashKeyRange.EndingHashKey, *s.ShardId)
		}
	}
	return nil
}

// The printed script leads a stream to exactly the ranges that the answer promises; so it does
// when it is killed on the way, wherever that is, and run again.
func TestReshardScripts(t *testing.T) {
	address := fakeaws.Kinesis(t)
	if _, err := exec.LookPath("awk"); err != nil {
		t.Skip("the scripts need a shell with awk")
	}
	for name, value := range map[string]string{"AWS_ENDPOINT_URL_KINESIS": address, "AWS_ACCESS_KEY_ID": "test",
		"AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1", "POLL": "0.05",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, value)
	}
	table := filepath.Join(t.TempDir(), "keys.csv")
	var b strings.Builder
	b.WriteString("key,records\n")
	for i := range 300 {
		fmt.Fprintf(&b, "user-%d,%d\n", i, 100_000/(i+1))
	}
	if err := os.WriteFile(table, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		shards int
		kills  []int // behind how many lines of the script's runs
		args   []string
	}{
		"fewest splits":    {4, nil, []string{"--keys", table, "--targeted", "--max-share", "18%"}},
		"splits, merges":   {6, []int{1, 2}, []string{"--keys", table, "--targeted", "--to", "5"}},
		"cold are merged":  {8, []int{2}, []string{"--keys", table, "--targeted", "--max-share", "30%", "--merge"}},
		"equal, two calls": {3, []int{1}, []string{"--to", "7"}},
	} {
		t.Run(name, func(t *testing.T) {
			stream := streamOf(t, c.shards)
			args := append([]string{"reshard", "--stream", stream, "--region", "us-east-1", "-f", listedShards(t, stream)}, c.args...)
			code, out, complaints := session(t.Context(), append(args, "-o", "json")...)
			var a struct {
				Calls []reshard.Call    `json:"calls"`
				Steps []reshard.Step    `json:"steps"`
				After []model.HashRange `json:"ranges_after"`
			}
			if err := json.Unmarshal([]byte(out), &a); err != nil || code != exitAnswered {
				t.Fatalf("%d, %v: %s", code, err, complaints)
			}
			_, script, _ := session(t.Context(), append(args, "-o", "shell")...)
			for _, lines := range c.kills {
				runScript(t, stream, script, lines)
			}
			if printed := runScript(t, stream, script, -1); strings.Count(printed, "done before") < len(c.kills) {
				t.Errorf("after it was killed it began anew:\n%s", printed)
			}
			// kinesis-local's UpdateShardCount halves some shards; AWS's makes all equal.
			if got := openRanges(t, stream); len(got) != len(a.After) || len(a.Steps) > 0 && !slices.Equal(got, a.After) {
				t.Errorf("it leads to %v, promised were %v", got, a.After)
			}
			if again := runScript(t, stream, script, -1); strings.Count(again, "done before") != max(len(a.Calls), len(a.Steps)) {
				t.Errorf("run once more it did something:\n%s", again)
			}
		})
	}
}

func streamOf(t *testing.T, shards int) string {
	t.Helper()
	name := fmt.Sprintf("reshard-%d", time.Now().UnixNano())
	client := sdkClient(t)
	if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &name, ShardCount: aws.Int32(int32(shards))}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: &name}) })
	waiter := kinesis.NewStreamExistsWaiter(client, func(o *kinesis.StreamExistsWaiterOptions) {
		o.MinDelay = 50 * time.Millisecond
		o.MaxDelay = time.Second
	})
	if err := waiter.Wait(t.Context(), &kinesis.DescribeStreamInput{StreamName: &name}, time.Minute); err != nil {
		t.Fatal(err)
	}
	return name
}

// listedShards returns a file with what the AWS CLI prints of a stream's shards.
func listedShards(t *testing.T, stream string) string {
	t.Helper()
	out, err := sdkClient(t).ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"Shards": out.Shards})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "shards.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func sdkClient(t *testing.T) *kinesis.Client {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return kinesis.NewFromConfig(cfg)
}

func openRanges(t *testing.T, stream string) []model.HashRange {
	t.Helper()
	out, err := sdkClient(t).ListShards(t.Context(), &kinesis.ListShardsInput{StreamName: &stream})
	if err != nil {
		t.Fatal(err)
	}
	var ranges []model.HashRange
	for _, s := range out.Shards {
		if s.SequenceNumberRange.EndingSequenceNumber == nil {
			first, firstErr := model.ParseHash(*s.HashKeyRange.StartingHashKey)
			last, lastErr := model.ParseHash(*s.HashKeyRange.EndingHashKey)
			if err := cmp.Or(firstErr, lastErr); err != nil {
				t.Fatal(err)
			}
			ranges = append(ranges, model.HashRange{First: first, Last: last})
		}
	}
	slices.SortFunc(ranges, func(a, b model.HashRange) int { return a.First.Compare(b.First) })
	return ranges
}

// runScript runs a script, and kills it and all that it runs in the last of so many steps that it
// prints, as soon as the stream shows it; or lets it run to its end, where that is -1. It
// returns what it printed.
func runScript(t *testing.T, stream, script string, kill int) string {
	t.Helper()
	before := openRanges(t, stream)
	cmd := exec.CommandContext(t.Context(), "sh", "-s")
	cmd.Stdin = strings.NewReader(script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	lines := 0
	for s := bufio.NewScanner(out); s.Scan(); {
		fmt.Fprintln(&printed, s.Text())
		if !strings.HasSuffix(s.Text(), "done before") {
			if lines++; lines < kill {
				waitForStep(t, stream, before, true)
				before = openRanges(t, stream)
			}
		}
		if lines == kill {
			waitForStep(t, stream, before, false)
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			break
		}
	}
	if err := cmd.Wait(); err != nil && kill < 0 {
		t.Fatalf("%v: %s\n%s", err, complaints.String(), printed.String())
	}
	return printed.String()
}

// waitForStep waits until a step has reached the stream, whose open shards were those before;
// and until it is done, where that is asked.
func waitForStep(t *testing.T, stream string, before []model.HashRange, done bool) {
	t.Helper()
	client, reached := sdkClient(t), false
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		out, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &stream})
		if err != nil {
			t.Fatal(err)
		}
		active := out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive
		reached = reached || !active || !slices.Equal(openRanges(t, stream), before)
		if reached && (active || !done) {
			return
		}
	}
	t.Fatal("no step reached the stream")
}
