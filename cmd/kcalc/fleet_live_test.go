package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
)

// liveFleet is an account with three streams in a Region of a test's own.
type liveFleet struct {
	region           string
	metrics, kinesis *fakeaws.Proxy
}

func newLiveFleet(t *testing.T, region string) *liveFleet {
	t.Helper()
	client := kinesis.NewFromConfig(aws.Config{Region: region, BaseEndpoint: aws.String(fakeaws.Kinesis(t)),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "")})
	seconds, _ := strconv.ParseInt(today, 10, 64)
	now := time.Unix(seconds, 0).UTC()
	var histories []*model.History
	for _, name := range []string{"audit", "clicks", "orders"} {
		if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &name, ShardCount: aws.Int32(2)}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: &name}) })
		for range 200 {
			out, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &name})
			if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if name != "audit" { // of which CloudWatch knows nothing
			histories = append(histories, plantedHistory(model.Name(name), now, 15))
		}
	}
	f := &liveFleet{region: region, metrics: fakeaws.StartProxy(t, fakeaws.Start(t, now, histories...).URL()),
		kinesis: fakeaws.StartProxy(t, fakeaws.Kinesis(t))}
	tagging := fakeaws.Tagging(t, 1, tagtypes.ResourceTagMapping{
		ResourceARN: aws.String("arn:aws:kinesis:" + region + ":000000000000:stream/orders"),
		Tags:        []tagtypes.Tag{{Key: aws.String("owner"), Value: aws.String("payments")}}})
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_CLOUDWATCH": f.metrics.URL(), "AWS_ENDPOINT_URL_KINESIS": f.kinesis.URL(),
		"AWS_ENDPOINT_URL_LAMBDA": fakeaws.Lambda(t, 10), "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API": tagging,
		"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_REGION": region, "SOURCE_DATE_EPOCH": today,
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	return f
}

// The streams of a Region are read, kept and looked at; the folder answers the same without AWS, and what was read is
// not asked for again.
func TestFleetOfARegion(t *testing.T) {
	f := newLiveFleet(t, "ca-central-1")
	dir := filepath.Join(t.TempDir(), "saved")
	code, planned, complaints := session(t.Context(), "fleet", "--save", dir, "--dry-run")
	if code != exitAnswered || !strings.Contains(planned, "Reading 3 streams: at most ") || f.metrics.Requests()["GetMetricData"] > 0 {
		t.Fatalf("%d: %s%s", code, planned, complaints)
	}
	code, live, complaints := session(t.Context(), "fleet", "--save", dir)
	calls := f.metrics.Requests()["GetMetricData"]
	asked := regexp.MustCompile(`CloudWatch was asked for \S+ metrics in ` + strconv.Itoa(calls) + ` calls, for \$0\.`)
	if code != exitAnswered || !strings.Contains(live, "orders") || !strings.Contains(live, "audit") || !strings.Contains(live, "payments") ||
		!asked.MatchString(strings.Join(strings.Fields(live), " ")) {
		t.Fatalf("%d after %d calls: %s%s", code, calls, live, complaints)
	}
	for _, name := range []string{"account", "audit", "clicks", "orders"} {
		if found, _ := filepath.Glob(filepath.Join(dir, "000000000000", f.region, name+".json*")); len(found) != 1 {
			t.Errorf("%s: %v", name, found)
		}
	}
	_, again, complaints := session(t.Context(), "fleet", "--save", dir, "-o", "json")
	if now := f.metrics.Requests()["GetMetricData"]; now != calls || !strings.Contains(again, `"asked": {`) {
		t.Errorf("%d calls, then %d more: %s", calls, now-calls, complaints)
	}
	code, saved, complaints := session(t.Context(), "fleet", dir, "-o", "json")
	asks := regexp.MustCompile(`(?s)"asked": (null|\{[^}]*\})`)
	if code != exitAnswered || asks.ReplaceAllString(saved, "") != asks.ReplaceAllString(again, "") || !strings.Contains(saved, "payments") {
		t.Errorf("%d: %s\nthe folder says\n%s\nand the account\n%s", code, complaints, saved, again)
	}
	if !strings.Contains(saved, fmt.Sprintf(`"lambda_concurrency_quota": %d`, fakeaws.Concurrency)) {
		t.Errorf("the quota of the account is not in\n%s", saved)
	}
}

// What fails is named, the rest is answered, and the exit code is 1.
func TestFleetThatFailsInPart(t *testing.T) {
	f := newLiveFleet(t, "ap-south-1")
	f.kinesis.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "DescribeLimits", Times: 100})
	code, answer, complaints := session(t.Context(), "fleet")
	if code != exitFailed || !strings.Contains(answer, "orders") ||
		!strings.Contains(complaints, "ap-south-1: kinesis:DescribeLimits: access denied") {
		t.Errorf("%d: %s%s", code, answer, complaints)
	}
	g := f.kinesis
	g.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "ListStreams", Times: 100})
	code, answer, complaints = session(t.Context(), "fleet")
	if code != exitFailed || answer != "" || !strings.Contains(complaints, "kinesis:ListStreams: access denied") {
		t.Errorf("%d: %s%s", code, answer, complaints)
	}
}

// Accounts are reached by a role: the one that lets nobody in is named, and the other is read.
func TestFleetOfAccounts(t *testing.T) {
	newLiveFleet(t, "ap-northeast-2")
	t.Setenv("AWS_ENDPOINT_URL_STS", fakeaws.STS(t, "222222222222"))
	file := filepath.Join(t.TempDir(), "accounts.txt")
	if err := os.WriteFile(file, []byte("# ours\n111111111111 production\n222222222222,closed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, answer, complaints := session(t.Context(), "fleet", "--accounts", file, "--role", "kcalc-read")
	if code != exitFailed || !strings.Contains(answer, "orders") || !strings.Contains(complaints, "222222222222") ||
		!strings.Contains(complaints, "sts:AssumeRole") || strings.Contains(complaints, "111111111111") {
		t.Errorf("%d: %s%s", code, answer, complaints)
	}
	// Those of the organization, on two pages; one that is suspended is left out.
	t.Setenv("AWS_ENDPOINT_URL_ORGANIZATIONS", fakeaws.Organizations(t, 1,
		orgtypes.Account{Id: aws.String("111111111111"), State: orgtypes.AccountStateActive},
		orgtypes.Account{Id: aws.String("222222222222"), State: orgtypes.AccountStateSuspended}))
	code, answer, complaints = session(t.Context(), "fleet", "--organization", "--role", "kcalc-read")
	if code != exitAnswered || !strings.Contains(answer, "orders") {
		t.Errorf("%d: %s%s", code, answer, complaints)
	}
}
