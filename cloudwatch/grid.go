package cloudwatch

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/kcalc/kcalc/model"
)

// grid is what a call has brought so far. Points have one place each, so that
// neither their order nor a page that comes twice matters; a place that is given
// two values has none.
type grid struct {
	call    Call
	of      []target // what the call asks for
	values  Values
	status  []types.StatusCode // of each series, the last that AWS gave
	labels  []string           // as AWS names them
	pending []int              // series that are not complete, by their place in the call
	notes   []string           // why not, as far as AWS says
	rounds  int                // how often it was asked for
	asked   int                // series, over all rounds
}

// target is a series of a call: which of its ask's, and of which ask of the plan.
type target struct {
	ask, n int
	stream model.Name
	id     model.SeriesID
}

// targets returns what a call asks for.
func (p *Plan) targets(c Call) []target {
	list := make([]target, 0, c.Last-c.First)
	first := 0
	for i := range p.Asks {
		a := &p.Asks[i]
		for n := max(0, c.First-first); n < min(len(a.Series), c.Last-first); n++ {
			list = append(list, target{i, n, a.Stream, a.Series[n]})
		}
		if first += len(a.Series); first >= c.Last {
			break
		}
	}
	return list
}

func newGrid(p *Plan, c Call) *grid {
	n := c.Last - c.First
	g := &grid{call: c, of: p.targets(c), values: make(Values, n), status: make([]types.StatusCode, n),
		labels: make([]string, n), pending: make([]int, n)}
	for i := range g.values {
		g.pending[i] = i
		g.values[i] = make([]float64, c.Points())
		g.forget(i)
	}
	return g
}

// forget drops the points and the status of a series.
func (g *grid) forget(i int) {
	g.status[i] = ""
	for t := range g.values[i] {
		g.values[i][t] = model.MissingValue()
	}
}

// input asks for what is pending, and forgets what came of it: the whole of
// it comes again, and may have changed.
func (g *grid) input() *api.GetMetricDataInput {
	input := &api.GetMetricDataInput{
		StartTime: aws.Time(g.call.Start),
		EndTime:   aws.Time(g.call.End),
		ScanBy:    types.ScanByTimestampAscending,
	}
	for _, i := range g.pending {
		g.forget(i)
		input.MetricDataQueries = append(input.MetricDataQueries, query(i, g.of[i].stream, g.of[i].id, g.call.Period))
	}
	return input
}

// take puts the points of a result into their places.
func (g *grid) take(r *types.MetricDataResult) error {
	i, err := strconv.Atoi(strings.TrimPrefix(aws.ToString(r.Id), queryPrefix))
	if err != nil || i < 0 || i >= len(g.values) {
		return garbled("a result has the id %q, which was not asked for", aws.ToString(r.Id))
	}
	if len(r.Timestamps) != len(r.Values) {
		return garbled("%d times come with %d values", len(r.Timestamps), len(r.Values))
	}
	for n, at := range r.Timestamps {
		place, off := g.place(at)
		value, when := r.Values[n], at.Format(time.RFC3339)
		if impossible(value) || !model.IsPoint(value) {
			return garbled("the point at %s is %v", when, value)
		}
		if off {
			return garbled("the point %v at %s is none of the %s periods from %s to %s", value, when, g.call.Period,
				g.call.Start.Format(time.RFC3339), g.call.End.Format(time.RFC3339))
		}
		if told := g.values[i][place]; model.IsPoint(told) && told != value {
			return garbled("the point at %s is %v and then %v", when, told, value)
		}
		g.values[i][place] = value
	}
	g.status[i], g.labels[i] = r.StatusCode, aws.ToString(r.Label)
	for _, m := range r.Messages {
		g.note(oneLine(aws.ToString(m.Code) + ": " + aws.ToString(m.Value)))
	}
	return nil
}

// impossible reports whether CloudWatch has no such value of a metric of ours.
func impossible(v float64) bool { return v < 0 || math.IsInf(v, 0) }

// place returns which period of the call begins at a time. Off is a time at which
// none does.
func (g *grid) place(at time.Time) (i int, off bool) {
	since := at.Sub(g.call.Start)
	period := time.Duration(g.call.Period)
	return int(since / period), since < 0 || since%period != 0 || !at.Before(g.call.End)
}

func (g *grid) note(text string) { g.notes = append(g.notes, text) }

// failure returns why the series that are meant, by their place in the call, did not come; nil if
// they did.
func (g *grid) failure(meant func(i int) bool) *Failure {
	var names []string
	for i, status := range g.status {
		switch {
		case !meant(i) || status == types.StatusCodeComplete:
			continue
		case status == types.StatusCodeForbidden:
			return &Failure{Action: action, Cause: Denied, Detail: "of " + strconv.Quote(oneLine(g.labels[i]))}
		case status == "":
			status = "not answered"
		}
		names = append(names, fmt.Sprintf("%s (%s)", g.of[i].id, status))
	}
	if len(names) == 0 {
		return nil
	}
	detail := strings.Join(names, ", ")
	if len(g.notes) > 0 {
		detail += ": " + g.notes[len(g.notes)-1]
	}
	return &Failure{Action: action, Cause: Incomplete,
		Detail: oneLine(fmt.Sprintf("after asking %d times: %s", g.rounds, detail))}
}

// garbled returns the failure that an answer is none to what was asked.
func garbled(format string, args ...any) *Failure {
	return &Failure{Action: action, Cause: Garbled, Detail: oneLine(fmt.Sprintf(format, args...))}
}
