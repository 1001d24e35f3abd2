package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/fleet/fleettest"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// madeFleet is a made fleet whose metrics a CloudWatch has, by the minute.
type madeFleet struct {
	histories []*model.History
	server    *fakeaws.Server
	proxy     *fakeaws.Proxy
	dir       string
	now       time.Time
}

func newMadeFleet(t *testing.T, streams int) *madeFleet {
	t.Helper()
	f := &madeFleet{dir: t.TempDir()}
	for i := range streams {
		_, h := fleettest.Stream(1, i, time.Minute)
		f.histories = append(f.histories, h)
	}
	f.now = f.histories[0].To.Add(5 * time.Minute)
	f.server = fakeaws.Start(t, f.now, f.histories...)
	f.proxy = fakeaws.StartProxy(t, f.server.URL())
	return f
}

// fetch returns a fetch of the fleet's metrics that began so long after the first could.
func (f *madeFleet) fetch(after time.Duration) *fleetFetch {
	policy := cloudwatch.DefaultRetryPolicy()
	policy.MostWait, policy.PerAttempt, policy.PerCall = time.Millisecond, 5*time.Second, 10*time.Second
	policy.Attempts = 2
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(f.proxy.URL()),
		HTTPClient:  awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN")}
	policy.Configure(&cfg)
	one := &fleetFetch{fetcher: cloudwatch.Fetcher{Client: api.NewFromConfig(cfg), Policy: policy},
		limits: cloudwatch.PublishedLimits(), reader: f.reader(), account: "123456789012", region: "us-east-1",
		now:    f.now.Add(after),
		window: func(known time.Time) (from, to time.Time, err error) { return known.AddDate(0, 0, -14), known, nil }}
	for _, h := range f.histories {
		one.streams = append(one.streams, fetchedStream{name: h.Stream,
			file:      filepath.Join(f.dir, string(h.Region), string(h.Stream)+".json.gz"),
			inventory: &inventory.Inventory{Configuration: h.Configuration.Value}})
	}
	return one
}

// reader returns one that looks at files as fleet does.
func (f *madeFleet) reader() *fleetReader {
	return &fleetReader{streams: streams{err: new(strings.Builder)}, limits: model.PublishedLimits(),
		tariff: &cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth},
		common: input.Declaration{Settings: input.Settings{}}, declared: map[model.Name][]declaredStream{}, part: 1, of: 1}
}

// rows returns what fleet says of the files that were written, by stream.
func (f *madeFleet) rows(t *testing.T, one *fleetFetch) map[model.Name]fleet.Row {
	t.Helper()
	r, rows := f.reader(), map[model.Name]fleet.Row{}
	for _, s := range one.streams {
		if err := r.history(t.Context(), s.file); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range r.rows {
		rows[row.Stream] = row
	}
	return rows
}

// Of a made fleet, a stream of each kind, the two passes bring files from which fleet says what it says
// of every minute; minutes are fetched of those alone that need them, in the calls that were planned.
func TestTwoPasses(t *testing.T) {
	f := newMadeFleet(t, 13)
	one := f.fetch(0)
	left, err := one.plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := one.run(t.Context()); err != nil || len(one.failed) > 0 {
		t.Fatal(err, one.failed)
	}
	minutes, metrics := 0, 0
	full, got := map[model.Name]fleet.Row{}, f.rows(t, one)
	r := f.reader()
	for i, h := range f.histories {
		s := &one.streams[i]
		file := filepath.Join(t.TempDir(), "whole.json")
		target, err := findTarget(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := target.write(t.Context(), func(w io.Writer) error { return writeHistory(w, h, false) }); err != nil {
			t.Fatal(err)
		}
		if err := r.history(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		full[h.Stream] = r.rows[len(r.rows)-1]
		if s.has == finest {
			minutes++
			metrics += len(one.asks([]int{i})[0].Series)
		}
	}
	for name, want := range full {
		row := got[name]
		if row.Verdict != want.Verdict || row.Provisioned.Shards != want.Provisioned.Shards ||
			len(row.FanOut) != len(want.FanOut) {
			t.Errorf("%s: %s, %d shards; of all minutes %s, %d", name, row.Verdict, row.Provisioned.Shards.Value,
				want.Verdict, want.Provisioned.Shards.Value)
		}
	}
	if minutes == 0 || minutes == len(f.histories) {
		t.Errorf("minutes of %d of %d streams", minutes, len(f.histories))
	}
	calls := len(left.Hours.Calls) + (metrics+4)/5
	if one.spent != (cloudwatch.Spent{Calls: calls, Metrics: left.Hours.Metrics + metrics}) || len(f.server.Calls()) != calls {
		t.Errorf("%+v in %d requests, not %d calls for %d metrics", one.spent, len(f.server.Calls()), calls,
			left.Hours.Metrics+metrics)
	}
	if metrics >= left.Most.Metrics || left.Most.Cost != unit.USD(left.Most.Metrics)*unit.Dollar/100_000 {
		t.Errorf("%d metrics, at most %d for %v", metrics, left.Most.Metrics, left.Most.Cost)
	}
	// Again: nothing is left but streams that their hours decide, and nothing is asked.
	before := len(f.server.Calls())
	again := f.fetch(20 * time.Minute)
	rest, err := again.plan(t.Context())
	if err != nil || rest.Hours != nil {
		t.Fatal(rest.Hours, err)
	}
	if err := again.run(t.Context()); err != nil || len(f.server.Calls()) != before {
		t.Errorf("%v after %d calls", err, len(f.server.Calls())-before)
	}
	// An hour later the window is another one.
	if rest, err := f.fetch(2 * time.Hour).plan(t.Context()); err != nil || rest.Hours == nil || len(rest.Hours.Asks) != 13 {
		t.Error(rest.Hours, err)
	}
}

// A run that is interrupted at any call goes on where it was: what was written is not asked for again.
func TestFleetFetchGoesOn(t *testing.T) {
	f := newMadeFleet(t, 5)
	ctx, stop := context.WithCancel(t.Context())
	f.proxy.Inject(fakeaws.Fault{Kind: fakeaws.Hang, From: 4, Times: 1})
	one := f.fetch(0)
	if _, err := one.plan(ctx); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- one.run(ctx) }()
	for f.proxy.Requests()["GetMetricData"] < 4 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	has := []pass{one.streams[0].has, one.streams[1].has}
	again := f.fetch(10 * time.Minute)
	left, err := again.plan(t.Context())
	if err != nil || left.Hours != nil || again.streams[0].has != has[0] || again.streams[1].has != has[1] || has[0] != finest {
		t.Fatalf("%v: %v, then %v", err, has, again.streams)
	}
	if err := again.run(t.Context()); err != nil || len(again.failed) > 0 {
		t.Fatal(err, again.failed)
	}
	for _, s := range again.streams {
		if s.has != finest {
			t.Errorf("%s: %d", s.name, s.has)
		}
	}
}

// What fails is named, and the rest goes on: a call that stays refused fails its streams alone, by the hour or at all.
func TestFleetFetchThatFails(t *testing.T) {
	f := newMadeFleet(t, 5)
	f.proxy.Inject(fakeaws.Fault{Kind: fakeaws.Denied, From: 2, Times: 1})
	one := f.fetch(0)
	if _, err := one.plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := one.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	const denied = "stream-00000 in us-east-1: cloudwatch:GetMetricData: access denied"
	if len(one.failed) != 1 || !strings.Contains(one.failed[0].Problem, denied) ||
		one.streams[0].has != hourly || one.streams[4].has != finest {
		t.Errorf("%+v, %+v", one.failed, one.streams)
	}
	all := newMadeFleet(t, 5)
	all.proxy.Inject(fakeaws.Fault{Kind: fakeaws.Expired, From: 3})
	one = all.fetch(0)
	if _, err := one.plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := one.run(t.Context()); err != nil || len(one.failed) != 1 ||
		!strings.HasSuffix(one.failed[0].Problem, "by the hour alone") {
		t.Errorf("%v, %+v", err, one.failed)
	}
}
