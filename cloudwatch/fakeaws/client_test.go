package fakeaws

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// now is the clock of every CloudWatch here.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var gap = model.MissingValue()

// config returns that of real clients whose retries do not wait. They fail after so
// many attempts.
func config(address string, attempts int) aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(address),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "token"),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = attempts
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) {
					return time.Millisecond,
						nil
				})
			})
		},
	}
}

// client tries again once in a while without need: it closes the body of a
// request when the answer begins, which can look like a write that failed.
func client(address string) *api.Client { return api.NewFromConfig(config(address, 3)) }

// minutes returns a series of one-minute points.
func minutes(id model.SeriesID, start time.Time, values ...float64) model.Series {
	return model.Series{SeriesID: id, Runs: []model.Run{{Start: start, Period: unit.Duration(time.Minute),
		Values: values}}}
}

var (
	records  = model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}
	size     = model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes}
	behind   = model.SeriesID{Level: model.ConsumerLevel, Metric: model.SubscribedBehind, Owner: "fraud"}
	shard    = model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingRecords, Owner: "shardId-000000000000"}
	duration = model.SeriesID{Level: model.FunctionLevel, Metric: model.FunctionDuration, Owner: "archive"}
)

// morning is when the planted series of orders begin.
var morning = now.Add(-3 * time.Hour)

// orders has a series of every level, with gaps, all with different values.
func orders() *model.History {
	return &model.History{Stream: "orders", Series: []model.Series{
		minutes(records, morning, 1, 2, 4, 8, gap, 16, 32, gap, 64, 128, 256),
		minutes(size, morning, 0.1, 1e300, 5e-324, 1e15+0.5, 1.0/3),
		minutes(behind, morning, 3, 1, 2),
		minutes(shard, morning, 7),
		minutes(duration, morning, 2, 1, 6),
	}}
}

// query asks for a series of a stream.
func query(id string, stream model.Name, series model.SeriesID, period time.Duration) types.MetricDataQuery {
	m, _ := series.Describe()
	return types.MetricDataQuery{Id: aws.String(id), MetricStat: &types.MetricStat{
		Metric: metricOf(stream, series),
		Period: aws.Int32(int32(period.Seconds())),
		Stat:   aws.String(string(m.Statistic)),
	}}
}

// ask asks for an hour from morning on, by the minute.
func ask(series ...model.SeriesID) *api.GetMetricDataInput {
	in := &api.GetMetricDataInput{StartTime: aws.Time(morning), EndTime: aws.Time(morning.Add(time.Hour))}
	for i, id := range series {
		in.MetricDataQueries = append(in.MetricDataQueries, query(fmt.Sprintf("q%d", i), "orders", id, time.Minute))
	}
	return in
}

// answered are points by time.
type answered map[time.Time]float64

// fetch follows the pages of a request to their end and answers the points and
// the last status of each id.
func fetch(t *testing.T, c *api.Client, in *api.GetMetricDataInput) (map[string]answered, map[string]types.StatusCode) {
	t.Helper()
	points, status := map[string]answered{}, map[string]types.StatusCode{}
	pages := api.NewGetMetricDataPaginator(c, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.MetricDataResults {
			collect(t, points, r)
			status[*r.Id] = r.StatusCode
		}
	}
	return points, status
}

func collect(t *testing.T, points map[string]answered, r types.MetricDataResult) {
	t.Helper()
	if points[*r.Id] == nil {
		points[*r.Id] = answered{}
	}
	for i, at := range r.Timestamps {
		if _, twice := points[*r.Id][at.UTC()]; twice {
			t.Fatalf("%s has %v twice", *r.Id, at)
		}
		points[*r.Id][at.UTC()] = r.Values[i]
	}
}

// values returns those of points in the order of time, with NaN in place of periods
// without one, from the first point on.
func (a answered) values(period time.Duration) []float64 {
	var values []float64
	times := slices.SortedFunc(maps.Keys(a), time.Time.Compare)
	for i, at := range times {
		if i > 0 {
			for gap := times[i-1].Add(period); gap.Before(at); gap = gap.Add(period) {
				values = append(values, math.NaN())
			}
		}
		values = append(values, a[at])
	}
	return values
}

// same reports whether values are the same, bit by bit for all that are points.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
}
