package cloudwatch_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

var now = time.Date(2026, 11, 22, 12, 34, 56, 0, time.UTC)

// hasty returns the default policy without its waits.
func hasty() cloudwatch.RetryPolicy {
	p := cloudwatch.DefaultRetryPolicy()
	p.MostWait, p.PerAttempt, p.PerCall = time.Millisecond, 10*time.Second, 30*time.Second
	return p
}

// client returns the real client, over a socket.
func client(address string, policy cloudwatch.RetryPolicy) *api.Client {
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(address), HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN")}
	policy.Configure(&cfg)
	return api.NewFromConfig(cfg)
}

// planted returns a stream with a daily curve, and on it what is easily lost: peaks
// of one minute, surges, throttles, gaps, a first and a last point. Every value
// is a different one, so that none can stand in for another.
func planted(name model.Name, days int, seed uint64, series ...model.SeriesID) *model.History {
	random := rand.New(rand.NewPCG(seed, 0))
	end := now.Truncate(time.Minute)
	h := &model.History{Stream: name, From: end.AddDate(0, 0, -days), To: end}
	for _, id := range series {
		run := model.Run{Start: h.From, Period: unit.Duration(time.Minute), Values: make([]float64, days*24*60)}
		for i := range run.Values {
			curve := 1000 + 500*math.Sin(2*math.Pi*float64(i)/1440)
			switch {
			case i%977 == 500: // a peak of a minute
				curve *= 40
			case i%5000 > 4900: // a surge
				curve *= 3
			case i%1440 < 7 || i%601 == 600: // a gap every night, and single ones
				curve = math.NaN()
			}
			run.Values[i] = math.Round(curve) + float64(i)/65536 + random.Float64()/1e6
		}
		h.Series = append(h.Series, model.Series{SeriesID: id, Runs: []model.Run{run}})
	}
	return h
}

// twelve returns the series of a stream with an enhanced fan-out consumer and a
// function less one.
func twelve() []model.SeriesID {
	return cloudwatch.SeriesOf(&model.Configuration{
		Consumers: model.Known([]model.FanOutConsumer{{Name: "audit"}}),
		Functions: model.Known([]model.Function{{Name: "alerts"}, {Name: "alerts"}}),
	}, nil)[:12]
}

// fetchAll makes all calls of a plan.
func fetchAll(t testing.TB, f *cloudwatch.Fetcher, plan *cloudwatch.Plan) []model.Series {
	t.Helper()
	var done []cloudwatch.Values
	for _, call := range plan.Calls {
		values, err := f.Fetch(t.Context(), plan, call)
		if err != nil {
			t.Fatal(err)
		}
		done = append(done, values)
	}
	return cloudwatch.Assemble(plan, done)
}

func planOf(t testing.TB, h *model.History, days int) *cloudwatch.Plan {
	t.Helper()
	limits := cloudwatch.PublishedLimits()
	bands, err := limits.Bands(now.AddDate(0, 0, -days), now, now)
	if err != nil {
		t.Fatal(err)
	}
	var series []model.SeriesID
	for i := range h.Series {
		series = append(series, h.Series[i].SeriesID)
	}
	plan, err := limits.Plan([]cloudwatch.Ask{{Stream: h.Stream, Series: series}}, bands)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// within returns the part of what was planted that a plan asks for, summed up to the
// periods of its bands by the plainest way there is.
func within(h *model.History, plan *cloudwatch.Plan) []model.Series {
	var list []model.Series
	for i := range h.Series {
		s := model.Series{SeriesID: h.Series[i].SeriesID}
		m, _ := s.Describe()
		for _, b := range plan.Bands {
			run := model.Run{Start: b.Start, Period: b.Period, Values: make([]float64, b.Points())}
			counts := make([]float64, b.Points())
			for p := range h.Series[i].Points() {
				if p.Time.Before(b.Start) || !p.Time.Before(b.End) {
					continue
				}
				n := int(p.Time.Sub(b.Start) / time.Duration(b.Period))
				if counts[n]++; m.Statistic == model.Maximum {
					run.Values[n] = max(run.Values[n], p.Value)
				} else {
					run.Values[n] += p.Value
				}
			}
			for n, count := range counts {
				switch {
				case count == 0:
					run.Values[n] = math.NaN()
				case m.Statistic == model.Average:
					run.Values[n] /= count
				}
			}
			s.Runs = append(s.Runs, run)
		}
		list = append(list, s)
	}
	return list
}

// diff reports where the series are not the same: values to a part in 10^12,
// because sums depend on their order.
func diff(want, got []model.Series) string {
	if len(want) != len(got) {
		return fmt.Sprintf("%d series, not %d", len(got), len(want))
	}
	for i := range want {
		if want[i].SeriesID != got[i].SeriesID || len(want[i].Runs) != len(got[i].Runs) {
			return fmt.Sprintf("%v of %d runs, not %v of %d", got[i].SeriesID, len(got[i].Runs), want[i].SeriesID,
				len(want[i].Runs))
		}
		for r, w := range want[i].Runs {
			g := got[i].Runs[r]
			if !w.Start.Equal(g.Start) || w.Period != g.Period || len(w.Values) != len(g.Values) {
				return fmt.Sprintf("%v: a run from %v of %d × %v, not from %v of %d × %v", want[i].SeriesID, g.Start,
					len(g.Values), g.Period, w.Start, len(w.Values), w.Period)
			}
			for n, v := range w.Values {
				if math.IsNaN(v) != math.IsNaN(g.Values[n]) || math.Abs(v-g.Values[n]) > 1e-12*v {
					return fmt.Sprintf("%v at %v: %v, not %v", want[i].SeriesID, w.Time(n), g.Values[n], v)
				}
			}
		}
	}
	return ""
}

func TestFortnightComesBackPointForPoint(t *testing.T) {
	h := planted("orders", 14, 1, twelve()...)
	other := planted("clicks", 14, 2, twelve()[:8]...)
	server := fakeaws.Start(t, now, h, other)
	f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	for name, behaviour := range map[string]fakeaws.Behaviour{
		"as AWS says":           {},
		"newest first":          {Order: fakeaws.Descending},
		"shuffled":              {Order: fakeaws.Shuffled, Seed: 3},
		"pages":                 {PagePoints: 9999},
		"shuffled pages":        {PagePoints: 7777, Order: fakeaws.Shuffled, Seed: 4, Repeats: true},
		"pages that say little": {PagePoints: 12345, SilentCuts: true},
	} {
		t.Run(name, func(t *testing.T) {
			server.Behave(behaviour)
			for _, h := range []*model.History{h, other} {
				plan := planOf(t, h, 14)
				before := len(server.Calls())
				if diff := diff(within(h, plan), fetchAll(t, &f, plan)); diff != "" {
					t.Errorf("%s: %s", h.Stream, diff)
				}
				if behaviour.PagePoints == 0 {
					billed := 0
					for _, call := range server.Calls()[before:] {
						billed += call.Metrics
					}
					if made := len(server.Calls()) - before; made != len(plan.Calls) || billed != plan.Metrics {
						t.Errorf("%s: %d requests for %d metrics, planned were %d for %d", h.Stream, made, billed,
							len(plan.Calls), plan.Metrics)
					}
				}
			}
		})
	}
}

// The oldest part comes in hours, the next in five minutes, the newest in
// minutes; sums add up and maxima stay maxima.
func TestOldPartsComeInLongerPeriods(t *testing.T) {
	h := planted("orders", 70, 5, twelve()[:2]...)
	h.Series = append(h.Series, planted("orders", 70, 6,
		model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge}, model.SeriesID{Level: model.FunctionLevel,
			Metric: model.FunctionDuration, Owner: "alerts"}).Series...)
	server := fakeaws.Start(t, now, h)
	f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	plan := planOf(t, h, 69)
	if len(plan.Bands) != 3 {
		t.Fatalf("%d parts", len(plan.Bands))
	}
	if diff := diff(within(h, plan), fetchAll(t, &f, plan)); diff != "" {
		t.Errorf("%s", diff)
	}
}

// Shards of hundreds, more than a call may ask for.
func TestManySeries(t *testing.T) {
	var ids []model.SeriesID
	for i := range 700 {
		ids = append(ids, model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingRecords,
			Owner: fmt.Sprintf("shardId-%012d", i)})
	}
	h := planted("orders", 1, 7, ids...)
	server := fakeaws.Start(t, now, h)
	f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	plan := planOf(t, h, 1)
	if diff := diff(within(h, plan), fetchAll(t, &f, plan)); diff != "" {
		t.Errorf("%s", diff)
	}
	if calls := server.Calls(); len(calls) != len(plan.Calls) {
		t.Errorf("%d requests, planned were %d", len(calls), len(plan.Calls))
	}
}

// small returns a quick stream: two series of a day, in one call.
func small(t *testing.T) (*model.History, *fakeaws.Server) {
	h := planted("orders", 1, 8, twelve()[:2]...)
	return h, fakeaws.Start(t, now, h)
}

// What passes loses nothing and counts nothing twice.
func TestFaultsThatPass(t *testing.T) {
	h, server := small(t)
	server.Behave(fakeaws.Behaviour{PagePoints: 900}) // four pages
	plan := planOf(t, h, 1)
	want := within(h, plan)
	for _, kind := range []fakeaws.Kind{fakeaws.Throttling, fakeaws.Error500, fakeaws.Unavailable503, fakeaws.Reset,
		fakeaws.CutShort, fakeaws.Hang} {
		for request := 1; request <= 4; request++ {
			for _, times := range []int{1, 3} {
				t.Run(fmt.Sprintf("%s at page %d, %d times", kind, request, times), func(t *testing.T) {
					t.Parallel()
					proxy := fakeaws.StartProxy(t, server.URL())
					proxy.Inject(fakeaws.Fault{Kind: kind, From: request, Times: times})
					policy := hasty()
					if kind == fakeaws.Hang {
						policy.PerAttempt = 100 * time.Millisecond
					}
					f := cloudwatch.Fetcher{Client: client(proxy.URL(), policy), Policy: policy}
					if diff := diff(want, fetchAll(t, &f, plan)); diff != "" {
						t.Errorf("%s", diff)
					}
					if made := proxy.Requests()["GetMetricData"]; made != 4+times {
						t.Errorf("%d requests, not %d", made, 4+times)
					}
				})
			}
		}
	}
	t.Run("a clock that is off", func(t *testing.T) {
		for _, off := range []time.Duration{-3 * time.Hour, 26 * time.Hour} {
			proxy := fakeaws.StartProxy(t, server.URL())
			proxy.Inject(fakeaws.Fault{Kind: fakeaws.ClockOff, Off: off})
			f := cloudwatch.Fetcher{Client: client(proxy.URL(), hasty()), Policy: hasty()}
			if diff := diff(want, fetchAll(t, &f, plan)); diff != "" {
				t.Errorf("%v: %s", off, diff)
			}
		}
	})
}

// Series that an answer spoils are asked for again, alone.
func TestSpoiledSeriesAreAskedForAgain(t *testing.T) {
	h, _ := small(t)
	plan := planOf(t, h, 1)
	want := within(h, plan)
	bytes, records := plan.Asks[0].Series[0], plan.Asks[0].Series[1]
	for _, how := range []fakeaws.Spoiling{fakeaws.Missing, fakeaws.InternalError, fakeaws.PartialData} {
		for _, points := range []int{0, 900} {
			t.Run(fmt.Sprintf("%s, pages of %d", how, points), func(t *testing.T) {
				server := fakeaws.Start(t, now, h)
				server.Behave(fakeaws.Behaviour{PagePoints: points})
				server.Spoil(bytes, how, 2)
				f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
				if diff := diff(want, fetchAll(t, &f, plan)); diff != "" {
					t.Errorf("%s", diff)
				}
			})
		}
	}
	server := fakeaws.Start(t, now, h)
	server.Spoil(records, fakeaws.Missing, 1)
	f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	fetchAll(t, &f, plan)
	calls := server.Calls()
	if len(calls) != 2 || calls[0].Queries != 2 || calls[1].Queries != 1 {
		t.Errorf("%+v: the series that came is asked for again", calls)
	}
}

// What stays ends with an error that names the cause, and says what AWS said.
func TestFaultsThatStay(t *testing.T) {
	h, server := small(t)
	plan := planOf(t, h, 1)
	for _, c := range []struct {
		kind     fakeaws.Kind
		cause    cloudwatch.Cause
		says     string
		requests int
	}{
		{fakeaws.Throttling, cloudwatch.Throttled, "", 8},
		{fakeaws.Error500, cloudwatch.ServerFault, "500 Internal Server Error", 8},
		{fakeaws.Unavailable503, cloudwatch.ServerFault, "503 Service Unavailable", 8},
		{fakeaws.Reset, cloudwatch.Unreachable, "connection reset by peer", 8},
		{fakeaws.CutShort, cloudwatch.Garbled, "unexpected EOF", 8},
		{fakeaws.Empty, cloudwatch.Garbled, "empty", 1},
		{fakeaws.Garbage, cloudwatch.Garbled, "", 1},
		{fakeaws.Bomb, cloudwatch.Garbled, "it has more than 8MiB", 1},
		{fakeaws.Hang, cloudwatch.TimedOut, "", 8},
		{fakeaws.Expired, cloudwatch.Expired, "", 1},
		{fakeaws.Denied, cloudwatch.Denied, "user/kcalc is not authorized to perform: cloudwatch:GetMetricData", 1},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			proxy := fakeaws.StartProxy(t, server.URL())
			proxy.Inject(fakeaws.Fault{Kind: c.kind})
			policy := hasty()
			if c.kind == fakeaws.Hang {
				policy.PerAttempt = 100 * time.Millisecond
			}
			f := cloudwatch.Fetcher{Client: client(proxy.URL(), policy), Policy: policy}
			values, err := f.Fetch(t.Context(), plan, plan.Calls[0])
			var failure *cloudwatch.Failure
			if !errors.As(err, &failure) || failure.Cause != c.cause || failure.Action != "cloudwatch:GetMetricData" ||
				!strings.Contains(err.Error(), c.says) || values != nil {
				t.Errorf("%v, want %s with %q", err, c.cause, c.says)
			}
			if n := proxy.Requests()["GetMetricData"]; n != c.requests {
				t.Errorf("%d requests, not %d", n, c.requests)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x00") || len(err.Error()) > 500 {
				t.Errorf("no line: %q", err)
			}
		})
	}
}

// A deadline ends it too, and the error still says what the last attempt was
// answered.
func TestDeadlineNamesTheCause(t *testing.T) {
	h, server := small(t)
	plan := planOf(t, h, 1)
	for kind, cause := range map[fakeaws.Kind]cloudwatch.Cause{fakeaws.Throttling: cloudwatch.Throttled,
		fakeaws.Hang: cloudwatch.TimedOut} {
		proxy := fakeaws.StartProxy(t, server.URL())
		proxy.Inject(fakeaws.Fault{Kind: kind})
		policy := cloudwatch.DefaultRetryPolicy()
		policy.PerCall, policy.Attempts = 300*time.Millisecond, 1000
		f := cloudwatch.Fetcher{Client: client(proxy.URL(), policy), Policy: policy}
		_, err := f.Fetch(t.Context(), plan, plan.Calls[0])
		var failure *cloudwatch.Failure
		if !errors.As(err, &failure) || failure.Cause != cause ||
			!strings.Contains(err.Error(), "given up after 300ms") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestSpoiledSeriesThatStay(t *testing.T) {
	h, _ := small(t)
	plan := planOf(t, h, 1)
	for how, cause := range map[fakeaws.Spoiling]cloudwatch.Cause{fakeaws.Missing: cloudwatch.Incomplete,
		fakeaws.InternalError: cloudwatch.Incomplete,
		fakeaws.PartialData:   cloudwatch.Incomplete, fakeaws.Forbidden: cloudwatch.Denied} {
		server := fakeaws.Start(t, now, h)
		server.Spoil(plan.Asks[0].Series[1], how, 0)
		f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
		_, err := f.Fetch(t.Context(), plan, plan.Calls[0])
		var failure *cloudwatch.Failure
		if !errors.As(err, &failure) || failure.Cause != cause {
			t.Errorf("%s: %v", how, err)
			continue
		}
		if cause == cloudwatch.Incomplete && (!strings.Contains(err.Error(), "incoming_records") ||
			strings.Contains(err.Error(), "incoming_bytes")) {
			t.Errorf("%s: %v does not name the series, and it alone", how, err)
		}
		if n := len(server.Calls()); n > 10 {
			t.Errorf("%s: %d requests", how, n)
		}
	}
}

// Pages without end are given up.
func TestEndlessPages(t *testing.T) {
	h, server := small(t)
	plan := planOf(t, h, 1)
	server.Behave(fakeaws.Behaviour{Endless: true})
	f := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	series := fetchAll(t, &f, plan) // all points are there long before the end
	if diff := diff(within(h, plan), series); diff != "" {
		t.Errorf("%s", diff)
	}
	if n := len(server.Calls()); n > 1100 {
		t.Errorf("%d requests", n)
	}
}

func TestInterruption(t *testing.T) {
	h, server := small(t)
	plan := planOf(t, h, 1)
	proxy := fakeaws.StartProxy(t, server.URL())
	proxy.Inject(fakeaws.Fault{Kind: fakeaws.Hang})
	f := cloudwatch.Fetcher{Client: client(proxy.URL(), cloudwatch.DefaultRetryPolicy()),
		Policy: cloudwatch.DefaultRetryPolicy()}
	stopped, stop := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, stop)
	_, err := f.Fetch(stopped, plan, plan.Calls[0])
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) || failure.Cause != cloudwatch.Interrupted {
		t.Errorf("%v", err)
	}
}

func TestSeriesOf(t *testing.T) {
	c := model.Configuration{
		Shards:       model.Known([]model.Shard{{ID: "shardId-2"}, {ID: "shardId-1"}}),
		ShardMetrics: model.Known([]string{model.IncomingBytes, model.ShardIteratorAge}),
		Consumers:    model.Known([]model.FanOutConsumer{{Name: "b"}, {Name: "a"}}),
		Functions:    model.Known([]model.Function{{Name: "f", FanOut: model.Known(model.Name("a"))}, {Name: "f"}}),
	}
	var got []string
	for _, id := range cloudwatch.SeriesOf(&c, []string{"shardId-0"}) {
		if _, ok := id.Describe(); !ok {
			t.Errorf("%v is no series", id)
		}
		got = append(got, id.String())
	}
	want := []string{"incoming_bytes", "incoming_records", "write_provisioned_throughput_exceeded",
		"read_provisioned_throughput_exceeded",
		"get_records_bytes", "get_records_records", "get_records_iterator_age_milliseconds", "put_records_throttled_records",
		"put_records_failed_records",
		"subscribe_to_shard_event_bytes[a]", "subscribe_to_shard_event_bytes[b]", "subscribe_to_shard_event_millis_behind_latest[a]", "subscribe_to_shard_event_millis_behind_latest[b]",
		"subscribe_to_shard_event_success[a]", "subscribe_to_shard_event_success[b]", "subscribe_to_shard_success[a]",
		"subscribe_to_shard_success[b]",
		"incoming_bytes[shardId-0]", "incoming_bytes[shardId-1]", "incoming_bytes[shardId-2]",
		"iterator_age_milliseconds[shardId-0]", "iterator_age_milliseconds[shardId-1]", "iterator_age_milliseconds[shardId-2]",
		"lambda_duration[f]", "lambda_errors[f]", "lambda_iterator_age[f]"}
	if !slices.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if got := cloudwatch.SeriesOf(&model.Configuration{}, nil); len(got) != 9 {
		t.Errorf("of a stream of which nothing else is known: %v", got)
	}
}
