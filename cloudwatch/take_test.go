package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// three asks for three minutes of two series, from noon.
func three(t *testing.T) (*Plan, Call) {
	t.Helper()
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	limits := PublishedLimits()
	series := []model.SeriesID{{Level: model.StreamLevel, Metric: model.IncomingBytes},
		{Level: model.StreamLevel, Metric: model.IncomingRecords}}
	plan, err := limits.Plan([]Ask{{"orders", series}}, []Band{{noon, noon.Add(3 * time.Minute), unit.Duration(time.Minute)}})
	if err != nil || len(plan.Calls) != 1 {
		t.Fatalf("%v, %v", plan, err)
	}
	return plan, plan.Calls[0]
}

// points returns a result with these values, so many seconds after noon.
func points(call Call, id string, at []int, values ...float64) *types.MetricDataResult {
	r := &types.MetricDataResult{Id: aws.String(id), Label: aws.String("IncomingBytes"),
		StatusCode: types.StatusCodeComplete, Values: values}
	for _, s := range at {
		r.Timestamps = append(r.Timestamps, call.Start.Add(time.Duration(s)*time.Second))
	}
	return r
}

// garbledWith holds that an error says that an answer cannot be read, and why.
func garbledWith(t *testing.T, name string, err error, parts ...string) {
	t.Helper()
	var failure *Failure
	if !errors.As(err, &failure) || failure.Cause != Garbled || failure.Action != "cloudwatch:GetMetricData" {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s: no %q in %v", name, part, err)
		}
	}
}

// Points go where their time says, in whatever order they come, and what comes
// twice is there once.
func TestTakePlacesPoints(t *testing.T) {
	plan, call := three(t)
	g := newGrid(plan, call)
	for _, r := range []*types.MetricDataResult{points(call, "q1", []int{120, 0}, 7, 0),
		points(call, "q1", []int{0}, 0), points(call, "q0", nil)} {
		if err := g.take(r); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(g.values); got != "[[NaN NaN NaN] [0 NaN 7]]" {
		t.Error(got)
	}
	if g.status[0] != types.StatusCodeComplete || g.status[1] != types.StatusCodeComplete {
		t.Errorf("%v", g.status)
	}
}

// A time that comes with two values has none that is known: neither the first nor
// the last wins, whether they are of one result, of two pages or zero.
func TestTakeRefusesTwoValues(t *testing.T) {
	plan, call := three(t)
	for name, c := range map[string]struct {
		results []*types.MetricDataResult
		says    string
	}{
		"in one result": {[]*types.MetricDataResult{points(call, "q0", []int{0, 60, 0}, 1, 2, 3)},
			"the point at 2026-11-22T12:00:00Z is 1 and then 3"},
		"on two pages": {[]*types.MetricDataResult{points(call, "q0", []int{60}, 5),
			points(call, "q0", []int{120, 60}, 7, 4)}, "the point at 2026-11-22T12:01:00Z is 5 and then 4"},
		"zero at first": {[]*types.MetricDataResult{points(call, "q1", []int{120, 120}, 0, 9)},
			"the point at 2026-11-22T12:02:00Z is 0 and then 9"},
		"zero in the end": {[]*types.MetricDataResult{points(call, "q1", []int{120, 0, 120}, 9, 0, 0)},
			"the point at 2026-11-22T12:02:00Z is 9 and then 0"},
		"by the least part": {[]*types.MetricDataResult{points(call, "q1", []int{0, 0}, 1, math.Nextafter(1, 2))},
			"the point at 2026-11-22T12:00:00Z is 1 and then 1.0000000000000002"},
	} {
		g := newGrid(plan, call)
		var err error
		for _, r := range c.results {
			err = errors.Join(err, g.take(r))
		}
		garbledWith(t, name, err, c.says)
	}
}

// A series that is asked for again comes whole: points of the last time do not
// stand beside those of this one, which may have changed.
func TestAskingAgainForgets(t *testing.T) {
	plan, call := three(t)
	g := newGrid(plan, call)
	part := points(call, "q0", []int{0, 60}, 1, 2)
	part.StatusCode = types.StatusCodePartialData
	for _, r := range []*types.MetricDataResult{part, points(call, "q1", []int{0}, 4)} {
		if err := g.take(r); err != nil {
			t.Fatal(err)
		}
	}
	g.pending = []int{0}
	if in := g.input(); len(in.MetricDataQueries) != 1 {
		t.Fatalf("%d queries", len(in.MetricDataQueries))
	}
	if err := g.take(points(call, "q0", []int{60, 120}, 8, 9)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(g.values); got != "[[NaN 8 9] [4 NaN NaN]]" {
		t.Error(got)
	}
}

// What is none of the points that were asked for is refused, and named.
func TestTakeRefusesPoints(t *testing.T) {
	plan, call := three(t)
	const window = "is none of the 1m periods from 2026-11-22T12:00:00Z to 2026-11-22T12:03:00Z"
	for name, c := range map[string]struct {
		result *types.MetricDataResult
		says   []string
	}{
		"a negative value": {points(call, "q0", []int{0, 60}, 1, -2.5),
			[]string{"the point at 2026-11-22T12:01:00Z is -2.5"}},
		"no number": {points(call, "q0", []int{120}, math.NaN()),
			[]string{"the point at 2026-11-22T12:02:00Z is NaN"}},
		"between two periods": {points(call, "q0", []int{61}, 3),
			[]string{"the point 3 at 2026-11-22T12:01:01Z", window}},
		"a period too early": {points(call, "q0", []int{-60}, 3),
			[]string{"the point 3 at 2026-11-22T11:59:00Z", window}},
		"just before the start": {points(call, "q0", []int{-1}, 3),
			[]string{"the point 3 at 2026-11-22T11:59:59Z", window}},
		"at the end": {points(call, "q0", []int{0, 60, 120, 180}, 1, 1, 1, 4),
			[]string{"the point 4 at 2026-11-22T12:03:00Z", window}},
		"past the end": {points(call, "q0", []int{86_400}, 4),
			[]string{"the point 4 at 2026-11-23T12:00:00Z", window}},
		"more times than values": {points(call, "q0", []int{0, 60, 120}, 1, 2), []string{"3 times come with 2 values"}},
		"more values than times": {points(call, "q0", []int{0}, 1, 2), []string{"1 times come with 2 values"}},
	} {
		garbledWith(t, name, newGrid(plan, call).take(c.result), c.says...)
	}
}

// A result has the id of a query, or it is the answer to another request.
func TestTakeRefusesIDs(t *testing.T) {
	plan, call := three(t)
	for _, id := range []string{"q2", "q-1", "q", "q0x", "m1", "", "q99999999999999999999"} {
		garbledWith(t, id, newGrid(plan, call).take(points(call, id, []int{0}, 1)),
			fmt.Sprintf("the id %q, which was not asked for", id))
	}
	without := points(call, "", []int{0}, 1)
	without.Id = nil
	garbledWith(t, "no id", newGrid(plan, call).take(without), `the id "", which was not asked for`)
}

// What AWS says about a result that stays incomplete stands in the failure, on
// one line that steers no terminal.
func TestLackingRepeatsMessages(t *testing.T) {
	plan, call := three(t)
	g := newGrid(plan, call)
	g.input()
	r := points(call, "q1", nil)
	r.StatusCode = types.StatusCodeInternalError
	r.Messages = []types.MessageData{{Code: aws.String("Overloaded"),
		Value: aws.String("try a\nshorter \x1b[31mwindow")}}
	if err := g.take(r); err != nil {
		t.Fatal(err)
	}
	g.pending, g.rounds = []int{0, 1}, 5
	want := "cloudwatch:GetMetricData: the answer stays incomplete: after asking 5 times: incoming_bytes (not " +
		"answered), incoming_records (InternalError): Overloaded: try a shorter ?[31mwindow"
	if got := g.failure(func(int) bool { return true }).Error(); got != want {
		t.Errorf("%s\nis not\n%s", got, want)
	}
}

// A series that CloudWatch forbids is a permission that is missing.
func TestTakeForbidden(t *testing.T) {
	plan, call := three(t)
	r := points(call, "q0", nil)
	r.StatusCode = types.StatusCodeForbidden
	g := newGrid(plan, call)
	if err := errors.Join(g.take(points(call, "q1", []int{0}, 1)), g.take(r)); err != nil {
		t.Fatal(err)
	}
	failure := g.failure(func(int) bool { return true })
	if failure == nil || failure.Cause != Denied || !strings.Contains(failure.Error(), `of "IncomingBytes"`) {
		t.Errorf("%v", failure)
	}
	if failure := g.failure(func(i int) bool { return i == 1 }); failure != nil {
		t.Errorf("the other: %v", failure)
	}
}

// answering returns a client that is answered with the same page, whatever it asks, and
// with an error once it has asked too often; it counts how often.
func answering(page *api.GetMetricDataOutput, asked *int) *api.Client {
	const id = "Answer"
	return api.New(api.Options{Region: "us-east-1",
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc(id,
				func(context.Context, middleware.InitializeInput,
					middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
					if *asked++; *asked > 10 {
						return middleware.InitializeOutput{}, middleware.Metadata{}, errors.New("asked too often")
					}
					return middleware.InitializeOutput{Result: page}, middleware.Metadata{}, nil
				}), middleware.Before)
		}}})
}

// A token that was followed already leads to no new page.
func TestTheSameTokenEnds(t *testing.T) {
	plan, call := three(t)
	page := &api.GetMetricDataOutput{NextToken: aws.String("again")}
	for _, id := range []string{"q0", "q1"} {
		page.MetricDataResults = append(page.MetricDataResults, *points(call, id, []int{0, 60, 120}, 1, 2, 3))
	}
	asked := 0
	policy := RetryPolicy{Rounds: 3, MostWait: time.Millisecond}
	f := Fetcher{Client: answering(page, &asked), Policy: policy}
	values, err := f.Fetch(t.Context(), plan, call)
	if err != nil || fmt.Sprint(values) != "[[1 2 3] [1 2 3]]" || asked != 2 {
		t.Errorf("%v, %v after %d requests", values, err, asked)
	}
	page.MetricDataResults[1].StatusCode = types.StatusCodePartialData
	asked = 0
	_, err = f.Fetch(t.Context(), plan, call)
	var failure *Failure
	if !errors.As(err, &failure) || failure.Cause != Incomplete || asked != 2*policy.Rounds ||
		!strings.HasSuffix(err.Error(), "after asking 3 times: incoming_records (PartialData): its pages do not end") {
		t.Errorf("%v after %d requests", err, asked)
	}
}

// A page that cannot be read ends a fetch: it is not asked for again, nor are its
// points kept.
func TestFetchRefusesAPage(t *testing.T) {
	plan, call := three(t)
	asked := 0
	page := &api.GetMetricDataOutput{MetricDataResults: []types.MetricDataResult{*points(call, "q0", []int{180}, 1)}}
	f := Fetcher{Client: answering(page, &asked), Policy: RetryPolicy{Rounds: 3, MostWait: time.Millisecond}}
	values, err := f.Fetch(t.Context(), plan, call)
	garbledWith(t, "a page", err, "at 2026-11-22T12:03:00Z")
	if values != nil || asked != 1 {
		t.Errorf("%v after %d requests", values, asked)
	}
}

// An infinite value is none that a metric can have.
func TestInfiniteValue(t *testing.T) {
	band := Band{Start: now.Truncate(time.Hour), End: now.Truncate(time.Hour).Add(time.Hour),
		Period: unit.Duration(time.Minute)}
	limits := PublishedLimits()
	plan, err := limits.Plan(orders(1), []Band{band})
	if err != nil {
		t.Fatal(err)
	}
	g := newGrid(plan, plan.Calls[0])
	id := "q0"
	if err := g.take(&types.MetricDataResult{Id: &id, Timestamps: []time.Time{band.Start},
		Values: []float64{math.Inf(1)}, StatusCode: types.StatusCodeComplete}); err == nil ||
		!strings.Contains(err.Error(), "+Inf") {
		t.Errorf("%v", err)
	}
}
