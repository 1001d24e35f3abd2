package fakeaws

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/kcalc/kcalc/model"
)

// answer is all that there is to say to one query.
type answer struct {
	id, label string
	of        model.SeriesID
	points    []point // in the order of sending
}

// position is where a page begins. It is not changed once it has been made.
type position struct {
	asked   *api.GetMetricDataInput // by the request for the first page
	answers []answer
	sent    []int  // points of each answer on the pages before
	done    []bool // which answers are complete
}

// first returns the position of the first page.
func (s *Server) first(in *api.GetMetricDataInput) position {
	at := position{asked: in}
	for i := range in.MetricDataQueries {
		if q := &in.MetricDataQueries[i]; q.ReturnData == nil || *q.ReturnData {
			at.answers = append(at.answers, s.answer(q, in))
		}
	}
	at.sent, at.done = make([]int, len(at.answers)), make([]bool, len(at.answers))
	return at
}

func (s *Server) answer(q *types.MetricDataQuery, in *api.GetMetricDataInput) answer {
	metric := q.MetricStat.Metric
	a := answer{id: *q.Id, label: aws.ToString(q.Label), of: seriesOf(metric)}
	if a.label == "" {
		a.label = aws.ToString(metric.MetricName)
	}
	if series := s.planted[metricKey(metric)]; series != nil {
		a.points = aggregate(series, model.Statistic(*q.MetricStat.Stat), seconds(q.MetricStat.Period),
			s.from(*in.StartTime), *in.EndTime)
	}
	s.behaviour.arrange(a.points, in.ScanBy)
	return a
}

// from returns where the points of a request begin: StartTime, rounded down, and
// nothing that CloudWatch has thrown away.
func (s *Server) from(start time.Time) time.Time {
	rounded := start.Truncate(finest(s.now.Sub(start)))
	if kept := s.now.Add(-hourKept); rounded.Before(kept) {
		return kept
	}
	return rounded
}

// page returns the page that begins at a position, and where the next one
// begins if there is one. Answers follow one another: the last one of a page may
// go on on the next, and the first pages do not have the last ids.
func (s *Server) page(at position, most int) (results []types.MetricDataResult, next position, more bool) {
	next = position{at.asked, at.answers, slices.Clone(at.sent), slices.Clone(at.done)}
	room := s.behaviour.room(most)
	for i := range at.answers {
		if at.done[i] {
			if s.behaviour.Repeats {
				results = append(results, at.answers[i].result(nil, types.StatusCodeComplete))
			}
			continue
		}
		if room == 0 {
			more = true
			continue
		}
		how := s.spoiling(at.answers[i].of)
		if how == Missing {
			continue
		}
		n, status := s.take(&next, i, room, how)
		room -= n
		more = more || how == "" && !next.done[i]
		results = append(results, at.answers[i].result(at.answers[i].points[at.sent[i]:next.sent[i]], status))
	}
	if s.behaviour.Order == Shuffled {
		shuffle(results, s.behaviour.Seed)
	}
	return results, next, more || s.behaviour.Endless
}

// take moves the position past the points of an answer that go on a page, and
// answers how many those are and the answer's status on the page.
func (s *Server) take(next *position, i, room int, how Spoiling) (n int, status types.StatusCode) {
	left := len(next.answers[i].points) - next.sent[i]
	switch how {
	case PartialData:
		n = min(left/2, room)
	case "":
		n = min(left, room)
		next.done[i] = n == left
	}
	next.sent[i] += n
	switch {
	case how != "":
		status = types.StatusCode(how)
	case next.done[i] || s.behaviour.SilentCuts:
		status = types.StatusCodeComplete
	default:
		status = types.StatusCodePartialData
	}
	return n, status
}

// result returns a part of an answer on a page.
func (a *answer) result(points []point, status types.StatusCode) types.MetricDataResult {
	r := types.MetricDataResult{Id: aws.String(a.id), Label: aws.String(a.label), StatusCode: status,
		Timestamps: make([]time.Time, len(points)), Values: make([]float64, len(points))}
	for i, p := range points {
		r.Timestamps[i], r.Values[i] = p.at, p.value
	}
	return r
}
