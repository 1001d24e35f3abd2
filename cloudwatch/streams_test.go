package cloudwatch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// account returns streams of different numbers of series, from seven to fifteen. Each has a
// function of its own, but the last two, which one function reads.
func account(days, streams int) []*model.History {
	var list []*model.History
	for i := range streams {
		function := fmt.Sprintf("f%d", min(i, streams-2))
		series := cloudwatch.SeriesOf(&model.Configuration{Consumers: model.Known([]model.FanOutConsumer{{Name: "audit"}}),
			Functions: model.Known([]model.Function{{Name: function}})}, nil)
		series = append(series[:4+2*(i%5)], series[len(series)-3:]...)
		list = append(list, planted(model.Name(fmt.Sprintf("s%02d", i)), days, uint64(i), series...))
	}
	last, before := list[streams-1], list[streams-2]
	for i := range 3 {
		last.Series[len(last.Series)-1-i] = before.Series[len(before.Series)-1-i]
	}
	return list
}

// asksOf asks for all of some streams.
func asksOf(streams []*model.History) []cloudwatch.Ask {
	var asks []cloudwatch.Ask
	for _, h := range streams {
		ask := cloudwatch.Ask{Stream: h.Stream}
		for i := range h.Series {
			ask.Series = append(ask.Series, h.Series[i].SeriesID)
		}
		asks = append(asks, ask)
	}
	return asks
}

// fewPoints are the published limits, with calls that bring little, so that there are many.
func fewPoints(points int) *cloudwatch.Limits {
	limits := cloudwatch.PublishedLimits()
	limits.Points.Value = points
	return &limits
}

func planOfAll(t testing.TB, limits *cloudwatch.Limits, streams []*model.History, days int) *cloudwatch.Plan {
	t.Helper()
	bands, err := limits.Bands(now.AddDate(0, 0, -days), now, now)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := limits.Plan(asksOf(streams), bands)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// fetched is what a fetch of many streams handed out.
type fetched struct {
	spent cloudwatch.Spent
	err   error
	all   []cloudwatch.Brought
}

func fetchStreams(ctx context.Context, address string, policy cloudwatch.RetryPolicy, plan *cloudwatch.Plan) (f fetched) {
	fetcher := cloudwatch.Fetcher{Client: client(address, policy), Policy: policy}
	f.spent, f.err = fetcher.FetchStreams(ctx, plan, func(b cloudwatch.Brought) error {
		f.all = append(f.all, b)
		return nil
	})
	return f
}

// whole holds that a fetch handed out all streams, in order and as they were planted, but those that
// failed.
func (f *fetched) whole(t *testing.T, plan *cloudwatch.Plan, streams []*model.History, failed ...int) {
	t.Helper()
	if f.err != nil || len(f.all) != len(streams) {
		t.Fatalf("%d of %d streams: %v", len(f.all), len(streams), f.err)
	}
	fails := map[int]bool{}
	for _, i := range failed {
		fails[i] = true
	}
	for i, b := range f.all {
		switch {
		case b.Ask != i || b.Stream != streams[i].Stream:
			t.Errorf("%s, ask %d, in the place of %s", b.Stream, b.Ask, streams[i].Stream)
		case (b.Failure != nil) != fails[i]:
			t.Errorf("%s: %v", b.Stream, b.Failure)
		case b.Failure != nil:
			if b.Series != nil {
				t.Errorf("%s failed, and has %d series", b.Stream, len(b.Series))
			}
		default:
			if diff := diff(within(streams[i], plan), b.Series); diff != "" {
				t.Errorf("%s: %s", b.Stream, diff)
			}
		}
	}
}

// A fleet comes back point for point, by the hour and by the minute, in the calls that were planned and
// whatever the order of an answer.
func TestFleetComesBackPointForPoint(t *testing.T) {
	streams := account(14, 7)
	server := fakeaws.Start(t, now, streams...)
	published := cloudwatch.PublishedLimits()
	hours := published.AtLeast(unit.Duration(time.Hour))
	for name, limits := range map[string]*cloudwatch.Limits{"hours": &hours, "minutes": &published, "cut": fewPoints(20_000)} {
		for how, behaviour := range map[string]fakeaws.Behaviour{
			"as AWS says":    {},
			"shuffled pages": {PagePoints: 7777, Order: fakeaws.Shuffled, Seed: 4, Repeats: true},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				server.Behave(behaviour)
				plan, before := planOfAll(t, limits, streams, 14), len(server.Calls())
				f := fetchStreams(t.Context(), server.URL(), hasty(), plan)
				f.whole(t, plan, streams)
				if f.spent != (cloudwatch.Spent{Calls: len(plan.Calls), Metrics: plan.Metrics}) {
					t.Errorf("%+v, planned were %d for %d", f.spent, len(plan.Calls), plan.Metrics)
				}
				if made := len(server.Calls()) - before; behaviour.PagePoints == 0 && made != len(plan.Calls) {
					t.Errorf("%d requests, planned were %d", made, len(plan.Calls))
				}
			})
		}
	}
}

// A stream is handed out before a call is made that asks for nothing of it: no more is kept than what
// calls have a part of. There are bands of three periods here, of different widths.
func TestStreamsAreHandedOutAtOnce(t *testing.T) {
	streams := account(70, 7)
	server := fakeaws.Start(t, now, streams...)
	limits := fewPoints(50_000)
	plan := planOfAll(t, limits, streams, 69)
	if len(plan.Bands) != 3 {
		t.Fatalf("%d bands", len(plan.Bands))
	}
	fetcher := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	end, handed := 0, 0
	_, err := fetcher.FetchStreams(t.Context(), plan, func(b cloudwatch.Brought) error {
		end += len(plan.Asks[b.Ask].Series)
		needed := 0 // calls, up to the last that asks for a series before the end
		for i, c := range plan.Calls {
			if c.First < end {
				needed = i + 1
			}
		}
		if made := len(server.Calls()); made != needed {
			t.Errorf("%s is handed out after %d calls, not %d", b.Stream, made, needed)
		}
		if diff := diff(within(streams[b.Ask], plan), b.Series); diff != "" {
			t.Errorf("%s: %s", b.Stream, diff)
		}
		handed++
		return nil
	})
	if err != nil || handed != len(streams) {
		t.Errorf("%d streams: %v", handed, err)
	}
}

// batch returns quick streams in calls that begin and end within streams, and which stream each call
// asks for something of.
func batch(t *testing.T) ([]*model.History, *fakeaws.Server, *cloudwatch.Plan, [][]int) {
	streams := account(1, 5)
	plan := planOfAll(t, fewPoints(10*1436), streams, 1)
	var of [][]int
	for _, c := range plan.Calls {
		var list []int
		first := 0
		for i, ask := range plan.Asks {
			if c.First < first+len(ask.Series) && first < c.Last {
				list = append(list, i)
			}
			first += len(ask.Series)
		}
		of = append(of, list)
	}
	if len(of) < 5 {
		t.Fatalf("%v", of)
	}
	return streams, fakeaws.Start(t, now, streams...), plan, of
}

// What passes loses nothing of any stream, and counts nothing twice, at whichever call it comes.
func TestFaultsOfAFleetThatPass(t *testing.T) {
	streams, server, plan, of := batch(t)
	for _, kind := range []fakeaws.Kind{fakeaws.Throttling, fakeaws.Error500, fakeaws.Unavailable503, fakeaws.Reset,
		fakeaws.CutShort, fakeaws.Hang} {
		for call := range of {
			t.Run(fmt.Sprintf("%s at call %d", kind, call), func(t *testing.T) {
				t.Parallel()
				proxy := fakeaws.StartProxy(t, server.URL())
				proxy.Inject(fakeaws.Fault{Kind: kind, From: call + 1, Times: 2})
				policy := hasty()
				if kind == fakeaws.Hang {
					policy.PerAttempt = time.Second
				}
				f := fetchStreams(t.Context(), proxy.URL(), policy, plan)
				f.whole(t, plan, streams)
				made := proxy.Requests()["GetMetricData"]
				slow := kind == fakeaws.Hang && made > len(plan.Calls)+2 // a busy machine is taken for one that hangs
				if made != len(plan.Calls)+2 && !slow {
					t.Errorf("%d requests, not %d", made, len(plan.Calls)+2)
				}
			})
		}
	}
}

// Neither a clock that is off nor pages that do not end lose anything.
func TestOddAnswersOfAFleet(t *testing.T) {
	streams, server, plan, _ := batch(t)
	proxy := fakeaws.StartProxy(t, server.URL())
	proxy.Inject(fakeaws.Fault{Kind: fakeaws.ClockOff, Off: 26 * time.Hour})
	f := fetchStreams(t.Context(), proxy.URL(), hasty(), plan)
	f.whole(t, plan, streams)
	endless := planOfAll(t, fewPoints(60_000), streams[:2], 1)
	server.Behave(fakeaws.Behaviour{Endless: true})
	f = fetchStreams(t.Context(), server.URL(), hasty(), endless)
	f.whole(t, endless, streams[:2])
}

// What an answer lacks is asked for again, alone; what stays away fails its stream, alone, and nothing more
// of that is asked for.
func TestSpoiledSeriesOfAFleet(t *testing.T) {
	streams, _, plan, _ := batch(t)
	spoiled := model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration, Owner: "f1"}
	for how, cause := range map[fakeaws.Spoiling]cloudwatch.Cause{fakeaws.Missing: cloudwatch.Incomplete,
		fakeaws.InternalError: cloudwatch.Incomplete, fakeaws.PartialData: cloudwatch.Incomplete,
		fakeaws.Forbidden: cloudwatch.Denied} {
		server := fakeaws.Start(t, now, streams...)
		if how != fakeaws.Forbidden {
			server.Spoil(spoiled, how, 2)
			f := fetchStreams(t.Context(), server.URL(), hasty(), plan)
			f.whole(t, plan, streams)
			if f.spent != (cloudwatch.Spent{Calls: len(plan.Calls) + 2, Metrics: plan.Metrics + 2}) {
				t.Errorf("%s: %+v, planned were %d for %d", how, f.spent, len(plan.Calls), plan.Metrics)
			}
		}
		server.Spoil(spoiled, how, 0)
		f := fetchStreams(t.Context(), server.URL(), hasty(), plan)
		f.whole(t, plan, streams, 1)
		if failure := f.all[1].Failure; failure.Cause != cause || cause == cloudwatch.Incomplete &&
			!strings.Contains(failure.Error(), "lambda_duration[f1]") {
			t.Errorf("%s: %v", how, failure)
		}
	}
}

// A call that fails for good fails the streams of which it asks for something, and no more of them is paid for.
func TestACallThatFails(t *testing.T) {
	streams, server, plan, of := batch(t)
	for _, kind := range []fakeaws.Kind{fakeaws.Denied, fakeaws.Garbage, fakeaws.Empty, fakeaws.Bomb, fakeaws.Throttling} {
		for call := range of {
			proxy := fakeaws.StartProxy(t, server.URL())
			policy := hasty()
			policy.Attempts = 2
			fault := fakeaws.Fault{Kind: kind, From: call + 1, Times: 1}
			if kind == fakeaws.Throttling {
				fault.Times = 2
			}
			proxy.Inject(fault)
			f := fetchStreams(t.Context(), proxy.URL(), policy, plan)
			f.whole(t, plan, streams, of[call]...)
			lost := 0 // series of streams that failed, in later calls
			for k := call + 1; k < len(of); k++ {
				first := 0
				for i, ask := range plan.Asks {
					if i >= of[call][0] && i <= of[call][len(of[call])-1] {
						lost += max(0, min(plan.Calls[k].Last, first+len(ask.Series))-max(plan.Calls[k].First, first))
					}
					first += len(ask.Series)
				}
			}
			if f.spent.Metrics != plan.Metrics-lost {
				t.Errorf("%s at call %d: %d metrics, not %d - %d", kind, call, f.spent.Metrics, plan.Metrics, lost)
			}
		}
	}
}

// Three failures in a row end a fetch, and so does at once what no call outlasts. What was handed out stays.
func TestWhatEndsAFleet(t *testing.T) {
	_, server, plan, of := batch(t)
	for _, c := range []struct {
		kind     fakeaws.Kind
		cause    cloudwatch.Cause
		requests int
	}{
		{fakeaws.Denied, cloudwatch.Denied, 3}, {fakeaws.Throttling, cloudwatch.Throttled, 6},
		{fakeaws.Error500, cloudwatch.ServerFault, 6}, {fakeaws.Expired, cloudwatch.Expired, 1},
	} {
		proxy := fakeaws.StartProxy(t, server.URL())
		proxy.Inject(fakeaws.Fault{Kind: c.kind, From: 2})
		policy := hasty()
		policy.Attempts = 2
		f := fetchStreams(t.Context(), proxy.URL(), policy, plan)
		var failure *cloudwatch.Failure
		if !errors.As(f.err, &failure) || failure.Cause != c.cause {
			t.Errorf("%s: %v", c.kind, f.err)
		}
		if made := proxy.Requests()["GetMetricData"]; made != 1+c.requests {
			t.Errorf("%s: %d requests, not %d", c.kind, made, 1+c.requests)
		}
		for _, b := range f.all {
			if first := of[1][0]; (b.Failure == nil) != (b.Ask < first) {
				t.Errorf("%s: stream %d: %v", c.kind, b.Ask, b.Failure)
			}
		}
	}
	wrong := errors.New("the disk is full")
	fetcher := cloudwatch.Fetcher{Client: client(server.URL(), hasty()), Policy: hasty()}
	before := len(server.Calls())
	if _, err := fetcher.FetchStreams(t.Context(), plan, func(cloudwatch.Brought) error { return wrong }); err != wrong {
		t.Errorf("%v", err)
	}
	if made := len(server.Calls()) - before; made != 1 {
		t.Errorf("%d calls", made)
	}
}

// Failures with successes between them end nothing, however many.
func TestFailuresThatAreNotInARow(t *testing.T) {
	streams := account(1, 12)
	plan := planOfAll(t, fewPoints(10*1436), streams, 1)
	proxy := fakeaws.StartProxy(t, fakeaws.Start(t, now, streams...).URL())
	for _, request := range []int{2, 4, 6, 8} {
		proxy.Inject(fakeaws.Fault{Kind: fakeaws.Denied, From: request, Times: 1})
	}
	f := fetchStreams(t.Context(), proxy.URL(), hasty(), plan)
	failed := 0
	for _, b := range f.all {
		if b.Failure != nil {
			failed++
		}
	}
	if f.err != nil || len(f.all) != len(streams) || failed < 4 || failed == len(streams) {
		t.Errorf("%d of %d streams, %d failed: %v", len(f.all), len(streams), failed, f.err)
	}
}

// A fetch that is interrupted at any call goes on with the streams that were not handed out: together they
// are whole, and what was paid twice is what was on its way.
func TestAFleetGoesOn(t *testing.T) {
	streams, server, plan, of := batch(t)
	for call := range of {
		ctx, stop := context.WithCancel(t.Context())
		proxy := fakeaws.StartProxy(t, server.URL())
		proxy.Inject(fakeaws.Fault{Kind: fakeaws.Hang, From: call + 1})
		done := make(chan fetched)
		go func() { done <- fetchStreams(ctx, proxy.URL(), cloudwatch.DefaultRetryPolicy(), plan) }()
		for proxy.Requests()["GetMetricData"] <= call {
			time.Sleep(time.Millisecond)
		}
		stop()
		first := <-done
		var failure *cloudwatch.Failure
		if !errors.As(first.err, &failure) || failure.Cause != cloudwatch.Interrupted {
			t.Errorf("call %d: %v", call, first.err)
		}
		left := streams[len(first.all):]
		rest := planOfAll(t, fewPoints(10*1436), left, 1)
		second := fetchStreams(t.Context(), server.URL(), hasty(), rest)
		second.whole(t, rest, left)
		first.err = nil
		first.whole(t, plan, streams[:len(first.all)])
		cut := plan.Calls[call]
		twice := first.spent.Metrics + second.spent.Metrics - plan.Metrics
		if most := cut.Last - cut.First + len(plan.Asks[of[call][0]].Series); twice > most {
			t.Errorf("call %d: %d metrics are paid twice, more than %d", call, twice, most)
		}
	}
}
