package fakeaws

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// What was planted comes back, by the minute as it is and in longer periods as
// the statistic of the points that there are.
func TestStatistics(t *testing.T) {
	c := client(Start(t, now, orders()).URL())
	for _, test := range []struct {
		series model.SeriesID
		stat   model.Statistic
		period time.Duration
		want   []float64
	}{
		{records, model.Sum, time.Minute, []float64{1, 2, 4, 8, gap, 16, 32, gap, 64, 128, 256}},
		{records, model.Sum, 5 * time.Minute, []float64{15, 240, 256}},
		{records, model.Maximum, 5 * time.Minute, []float64{8, 128, 256}},
		{records, model.Average, 5 * time.Minute, []float64{3.75, 60, 256}},
		{records, model.Sum, time.Hour, []float64{511}},
		{records, model.Sum, 24 * time.Hour, nil}, // the day began before the window
		{size, model.Sum, time.Minute, []float64{0.1, 1e300, 5e-324, 1e15 + 0.5, 1.0 / 3}},
		{behind, model.Maximum, time.Hour, []float64{3}},
		{shard, model.Sum, time.Hour, []float64{7}},
		{duration, model.Average, time.Hour, []float64{3}},
	} {
		in := ask(test.series)
		in.MetricDataQueries[0].MetricStat.Stat = aws.String(string(test.stat))
		in.MetricDataQueries[0].MetricStat.Period = aws.Int32(int32(test.period.Seconds()))
		points, status := fetch(t, c, in)
		if got := points["q0"].values(test.period); !same(got, test.want) || status["q0"] != types.StatusCodeComplete {
			t.Errorf("%s of %s over %v: %v, %s, want %v", test.stat, test.series, test.period, got, status["q0"],
				test.want)
		}
	}
}

// Runs of longer periods, and series of several runs, are answered at their own
// times.
func TestRunsOfSeveralPeriods(t *testing.T) {
	old := now.Add(-40 * day)
	h := &model.History{Stream: "orders", Series: []model.Series{{SeriesID: records, Runs: []model.Run{
		{Start: old, Period: unit.Duration(time.Hour), Values: []float64{60, 61}},
		{Start: old.Add(2 * time.Hour), Period: unit.Duration(5 * time.Minute), Values: []float64{5, 6, 7}},
	}}}}
	in := &api.GetMetricDataInput{StartTime: aws.Time(old), EndTime: aws.Time(now),
		MetricDataQueries: []types.MetricDataQuery{query("a", "orders", records, 5*time.Minute)}}
	points, _ := fetch(t, client(Start(t, now, h).URL()), in)
	for at, want := range map[time.Duration]float64{0: 60, time.Hour: 61, 2 * time.Hour: 5,
		2*time.Hour + 5*time.Minute: 6, 2*time.Hour + 10*time.Minute: 7} {
		if points["a"][old.Add(at)] != want || len(points["a"]) != 5 {
			t.Errorf("after %v: %v", at, points["a"])
		}
	}
}

// What is planted has the names that AWS gives it.
func TestMetricNames(t *testing.T) {
	c := client(Start(t, now, orders()).URL())
	for _, test := range []struct {
		namespace, name string
		dimensions      []string
		want            float64 // at morning
	}{
		{"AWS/Kinesis", "IncomingRecords", []string{"StreamName", "orders"}, 1},
		{"AWS/Kinesis", "SubscribeToShardEvent.MillisBehindLatest",
			[]string{"StreamName", "orders", "ConsumerName", "fraud"}, 3},
		{"AWS/Kinesis", "IncomingRecords", []string{"StreamName", "orders", "ShardId", "shardId-000000000000"}, 7},
		{"AWS/Lambda", "Duration", []string{"FunctionName", "archive"}, 2},
	} {
		m := &types.Metric{Namespace: &test.namespace, MetricName: &test.name}
		for pair := range slices.Chunk(test.dimensions, 2) {
			m.Dimensions = append(m.Dimensions, types.Dimension{Name: &pair[0], Value: &pair[1]})
		}
		in := ask(records)
		in.EndTime = aws.Time(morning.Add(time.Minute))
		in.MetricDataQueries[0].MetricStat.Metric = m
		r := fetchPage(t, c, in).MetricDataResults[0]
		if !slices.Equal(r.Values, []float64{test.want}) || *r.Label != test.name {
			t.Errorf("%s %s: %v, labelled %s", test.namespace, test.name, r.Values, *r.Label)
		}
	}
}

// A metric is its namespace, its name and all of its dimensions, in any order.
// CloudWatch returns no points of those that it does not know.
func TestMetrics(t *testing.T) {
	second := &model.History{Stream: "clicks", Series: []model.Series{minutes(records, morning, 1000),
		minutes(duration, morning, 50)}}
	c := client(Start(t, now, orders(), second).URL())
	with := func(series model.SeriesID, change func(*types.Metric)) *types.Metric {
		m := metricOf("orders", series)
		change(m)
		return m
	}
	dimension := func(name, value string) types.Dimension {
		return types.Dimension{Name: aws.String(name), Value: aws.String(value)}
	}
	for name, test := range map[string]struct {
		metric *types.Metric
		want   float64 // at morning; 0 is no point
	}{
		"the stream's":                {metricOf("orders", records), 1},
		"another stream's":            {metricOf("clicks", records), 1000},
		"the consumer's":              {metricOf("orders", behind), 3},
		"dimensions in another order": {with(behind, func(m *types.Metric) { slices.Reverse(m.Dimensions) }), 3},
		"a function of two streams":   {metricOf("clicks", duration), 2},
		"an unknown stream":           {metricOf("order", records), 0},
		"an unknown metric": {with(records,
			func(m *types.Metric) { m.MetricName = aws.String("incomingRecords") }), 0},
		"another namespace": {with(records,
			func(m *types.Metric) { m.Namespace = aws.String("AWS/Lambda") }), 0},
		"the consumer's of the stream": {with(behind, func(m *types.Metric) { m.Dimensions = m.Dimensions[:1] }), 0},
		"a dimension too many": {with(records,
			func(m *types.Metric) { m.Dimensions = append(m.Dimensions, dimension("X", "y")) }), 0},
		"no dimension": {with(records, func(m *types.Metric) { m.Dimensions = nil }), 0},
		"another shard": {with(shard,
			func(m *types.Metric) { m.Dimensions[1].Value = aws.String("shardId-000000000001") }), 0},
	} {
		in := ask(records)
		in.MetricDataQueries[0].MetricStat.Metric = test.metric
		points, status := fetch(t, c, in)
		if points["q0"][morning] != test.want || status["q0"] != types.StatusCodeComplete || test.want == 0 &&
			len(points["q0"]) != 0 {
			t.Errorf("%s: %v, %s", name, points, status)
		}
	}
}

// The window begins at StartTime, rounded down by its age, and ends before
// EndTime.
func TestWindow(t *testing.T) {
	old := now.Add(-20 * day)
	h := orders()
	h.Series[0].Runs = append([]model.Run{{Start: old, Period: unit.Duration(5 * time.Minute),
		Values: []float64{50, 51}}}, h.Series[0].Runs...)
	c := client(Start(t, now, h).URL())
	for _, test := range []struct {
		start, end time.Time
		period     time.Duration
		want       []float64
	}{
		{morning.Add(time.Minute), morning.Add(3 * time.Minute), time.Minute, []float64{2, 4}},
		{morning.Add(time.Minute + 59*time.Second), morning.Add(3*time.Minute + time.Second), time.Minute,
			[]float64{2, 4, 8}},
		{morning.Add(10 * time.Minute), morning.Add(11 * time.Minute), time.Minute, []float64{256}},
		{morning.Add(11 * time.Minute), morning.Add(12 * time.Minute), time.Minute, nil},
		{morning.Add(time.Minute), morning.Add(6 * time.Minute), 5 * time.Minute, []float64{240}},
		{old.Add(4 * time.Minute), old.Add(6 * time.Minute), 5 * time.Minute, []float64{50, 51}},
		{old.Add(5 * time.Minute), old.Add(time.Hour), 5 * time.Minute, []float64{51}},
	} {
		in := &api.GetMetricDataInput{StartTime: &test.start, EndTime: &test.end,
			MetricDataQueries: []types.MetricDataQuery{query("a", "orders", records, test.period)}}
		points, _ := fetch(t, c, in)
		if got := points["a"].values(test.period); !same(got, test.want) {
			t.Errorf("%v to %v: %v, want %v", test.start, test.end, got, test.want)
		}
	}
}

// CloudWatch keeps points for 455 days.
func TestForgotten(t *testing.T) {
	start := now.Add(-456 * day)
	values := make([]float64, 48)
	h := &model.History{Stream: "orders", Series: []model.Series{{SeriesID: records,
		Runs: []model.Run{{Start: start, Period: unit.Duration(time.Hour), Values: values}}}}}
	in := &api.GetMetricDataInput{StartTime: aws.Time(start), EndTime: aws.Time(now),
		MetricDataQueries: []types.MetricDataQuery{query("a", "orders", records, time.Hour)}}
	points, _ := fetch(t, client(Start(t, now, h).URL()), in)
	if n := len(points["a"]); n != 24 {
		t.Errorf("%d of the 24 hours that are kept", n)
	}
}

// What AWS refuses is refused, with AWS's code in the form that the SDK reads.
func TestRefusals(t *testing.T) {
	c := client(Start(t, now, orders()).URL())
	queries := func(n int) []types.MetricDataQuery {
		list := make([]types.MetricDataQuery, n)
		for i := range list {
			list[i] = query(fmt.Sprintf("q%d", i), "orders", records, time.Minute)
		}
		return list
	}
	aged := func(age time.Duration, period int32) func(*api.GetMetricDataInput) {
		return func(in *api.GetMetricDataInput) {
			in.StartTime, in.EndTime = aws.Time(now.Add(-age)), aws.Time(now)
			in.MetricDataQueries[0].MetricStat.Period = &period
		}
	}
	id := func(id string) func(*api.GetMetricDataInput) {
		return func(in *api.GetMetricDataInput) { in.MetricDataQueries[0].Id = &id }
	}
	for name, test := range map[string]struct {
		change func(*api.GetMetricDataInput)
		says   string // "": not refused
	}{
		"as it is":    {func(*api.GetMetricDataInput) {}, ""},
		"500 queries": {func(in *api.GetMetricDataInput) { in.MetricDataQueries = queries(500) }, ""},
		"501 queries": {func(in *api.GetMetricDataInput) { in.MetricDataQueries = queries(501) },
			"from 1 to 500, it has 501"},
		"no query": {func(in *api.GetMetricDataInput) { in.MetricDataQueries = []types.MetricDataQuery{} },
			"from 1 to 500, it has 0"},
		"all letters":   {id("q_Az09"), ""},
		"a capital":     {id("Q"), "expected pattern"},
		"a digit":       {id("1q"), "expected pattern"},
		"a hyphen":      {id("q-1"), "expected pattern"},
		"a second line": {id("q\n"), "expected pattern"},
		"no id":         {id(""), "expected pattern"},
		"an id twice": {func(in *api.GetMetricDataInput) {
			in.MetricDataQueries = append(queries(1),
				queries(1)...)
		}, "not unique: q0"},
		"an instant": {func(in *api.GetMetricDataInput) { in.EndTime = in.StartTime },
			"StartTime must be less"},
		"backwards": {func(in *api.GetMetricDataInput) {
			in.StartTime, in.EndTime = in.EndTime,
				in.StartTime
		}, "StartTime must be less"},
		"a page of nothing": {func(in *api.GetMetricDataInput) { in.MaxDatapoints = aws.Int32(0) }, "MaxDatapoints"},
		"the largest page":  {func(in *api.GetMetricDataInput) { in.MaxDatapoints = aws.Int32(100_800) }, ""},
		"a larger page": {func(in *api.GetMetricDataInput) { in.MaxDatapoints = aws.Int32(100_801) },
			"MaxDatapoints"},
		"metric math":         {func(in *api.GetMetricDataInput) { in.MetricDataQueries[0].Expression = aws.String("1+1") }, "no metric math"},
		"another statistic":   {func(in *api.GetMetricDataInput) { in.MetricDataQueries[0].MetricStat.Stat = aws.String("p99") }, "[Sum Maximum Average]"},
		"half a minute":       {aged(time.Hour, 30), "multiple of 60"},
		"no period":           {aged(time.Hour, 0), "multiple of 60"},
		"back in time":        {aged(time.Hour, -60), "multiple of 60"},
		"minutes, 15 days":    {aged(15*day-time.Second, 60), ""},
		"minutes, later":      {aged(15*day, 60), "multiple of 300"},
		"five, 15 days":       {aged(15*day, 300), ""},
		"five, 63 days":       {aged(63*day, 300), ""},
		"five, later":         {aged(63*day+time.Second, 300), "multiple of 3600"},
		"hours, 455 days":     {aged(455*day, 3600), ""},
		"two hours, 455 days": {aged(455*day, 7200), ""},
	} {
		in := ask(records)
		test.change(in)
		_, err := c.GetMetricData(t.Context(), in)
		var refusal smithy.APIError
		var modelled *types.ValidationException
		switch {
		case test.says == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.says != "" && (!errors.As(err, &refusal) || !errors.As(err, &modelled) ||
			refusal.ErrorCode() != "ValidationError" || refusal.ErrorFault() != smithy.FaultClient ||
			!strings.Contains(refusal.ErrorMessage(), test.says)):
			t.Errorf("%s: %v, want a ValidationError that says %q", name, err, test.says)
		}
	}
}

// What is not GetMetricData in CBOR is refused too.
func TestOtherRequests(t *testing.T) {
	s := Start(t, now)
	_, err := client(s.URL()).ListMetrics(t.Context(), &api.ListMetricsInput{})
	if refusal := smithy.APIError(nil); !errors.As(err, &refusal) || refusal.ErrorCode() != "UnknownOperation" ||
		!strings.Contains(refusal.ErrorMessage(), "GetMetricData") {
		t.Error(err)
	}
	for body, path := range map[string]string{"noise": cloudWatchPath + "GetMetricData", "": "/"} {
		response, err := http.Post(s.URL()+path, "application/cbor", strings.NewReader(body))
		if err != nil || response.StatusCode < 400 {
			t.Errorf("%q to %s: %v, %v", body, path, response, err)
		}
		response.Body.Close()
	}
}

// The server tells what it was asked.
func TestCalls(t *testing.T) {
	s := Start(t, now, orders())
	in := ask(records, size, records)
	in.MetricDataQueries[2].MetricStat.Stat = aws.String("Maximum") // the same metric: billed once
	s.Behave(Behaviour{PagePoints: 20})
	fetch(t, client(s.URL()), in)
	if _, err := client(s.URL()).GetMetricData(t.Context(),
		&api.GetMetricDataInput{StartTime: &now, EndTime: &morning,
			MetricDataQueries: in.MetricDataQueries[:1]}); err == nil {
		t.Error("a window that ends before it begins has an answer")
	}
	want := []Call{
		{"GetMetricData", 3, 2, morning, morning.Add(time.Hour), false},
		{"GetMetricData", 3, 2, morning, morning.Add(time.Hour), true},
		{"GetMetricData", 1, 1, now, morning, false},
	}
	if got := s.Calls(); !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}
