package fakeaws

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/kcalc/kcalc/model"
)

// metricOf returns how CloudWatch names what a series is of
// (https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html,
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
func metricOf(stream model.Name, id model.SeriesID) *types.Metric {
	m := &types.Metric{Namespace: aws.String("AWS/Kinesis"), MetricName: aws.String(id.Metric)}
	dimension := func(name, value string) {
		m.Dimensions = append(m.Dimensions, types.Dimension{Name: aws.String(name), Value: aws.String(value)})
	}
	if id.Level == model.FunctionLevel {
		m.Namespace = aws.String("AWS/Lambda")
		dimension("FunctionName", id.Owner)
		return m
	}
	dimension("StreamName", string(stream))
	switch id.Level {
	case model.ConsumerLevel:
		dimension("ConsumerName", id.Owner)
	case model.ShardLevel:
		dimension("ShardId", id.Owner)
	}
	return m
}

// seriesOf returns what a metric is of, whether it is planted or not. A metric that is
// none of a stream's or a function's has a series that is none.
func seriesOf(m *types.Metric) model.SeriesID {
	id := model.SeriesID{Level: model.StreamLevel, Metric: aws.ToString(m.MetricName)}
	for _, d := range m.Dimensions {
		switch aws.ToString(d.Name) {
		case "ConsumerName":
			id.Level, id.Owner = model.ConsumerLevel, aws.ToString(d.Value)
		case "ShardId":
			id.Level, id.Owner = model.ShardLevel, aws.ToString(d.Value)
		case "FunctionName":
			id.Level, id.Owner = model.FunctionLevel, aws.ToString(d.Value)
		}
	}
	return id
}

// metricKey returns the same text for the same metric: to CloudWatch a metric is its
// namespace, its name and its set of dimensions.
func metricKey(m *types.Metric) string {
	var parts []string
	for _, d := range m.Dimensions {
		parts = append(parts, strconv.Quote(aws.ToString(d.Name))+"="+strconv.Quote(aws.ToString(d.Value)))
	}
	slices.Sort(parts)
	return aws.ToString(m.Namespace) + " " + aws.ToString(m.MetricName) + " " + strings.Join(parts, " ")
}

// statistics are those that the server can do.
var statistics = []model.Statistic{model.Sum, model.Maximum, model.Average}

// point is the statistic of one period.
type point struct {
	at    time.Time
	value float64
}

// aggregate returns the points of a series over the periods that begin at from
// or later and before to; periods begin at multiples of their length. A period
// holds all that was measured in it, the last one beyond to as well: AWS does not
// say what is in a period that a window cuts.
func aggregate(s *model.Series, stat model.Statistic, period time.Duration, from, to time.Time) []point {
	var points []point
	n := 0.0 // points of the series in the last one
	for p := range s.Points() {
		at := p.Time.Truncate(period).UTC()
		if at.Before(from) || !at.Before(to) {
			continue
		}
		if len(points) == 0 || !points[len(points)-1].at.Equal(at) {
			points, n = append(points, point{at, p.Value}), 1
			continue
		}
		last := &points[len(points)-1].value
		n++
		switch stat {
		case model.Sum:
			*last += p.Value
		case model.Maximum:
			*last = max(*last, p.Value)
		case model.Average:
			*last += (p.Value - *last) / n
		}
	}
	return points
}
