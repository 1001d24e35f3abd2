package cloudwatch

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Values are what a call brought: for each of its series the values of its
// periods, NaN where CloudWatch has no point.
type Values [][]float64

// Fetcher makes the calls of a plan.
type Fetcher struct {
	Client *api.Client // configured by the same policy
	Policy RetryPolicy
}

// Fetch makes one call of a plan and returns once every series is complete. What
// an answer lacks, or marks as partial or failed, is asked for again. The error
// is a Failure.
func (f *Fetcher) Fetch(ctx context.Context, p *Plan, c Call) (Values, error) {
	g := newGrid(p, c)
	for round := 1; ; round++ {
		err := f.round(ctx, p, g)
		if err != nil {
			return nil, Explain(err)
		}
		if len(g.pending) == 0 {
			return g.values, nil
		}
		if round == f.Policy.Rounds {
			return nil, g.incomplete(p, round)
		}
		if err := f.rest(ctx, round); err != nil {
			return nil, Explain(err)
		}
	}
}

// round asks for the series that are not complete yet, page after page.
func (f *Fetcher) round(ctx context.Context, p *Plan, g *grid) error {
	input := g.input(p)
	asked := g.pending
	seen := map[string]bool{}
	for {
		page, err := f.Client.GetMetricData(ctx, input)
		if err != nil {
			return err
		}
		for i := range page.MetricDataResults {
			if err := g.take(&page.MetricDataResults[i]); err != nil {
				return err
			}
		}
		token := aws.ToString(page.NextToken)
		if token == "" {
			break
		}
		if seen[token] {
			g.note("its pages do not end")
			break
		}
		seen[token] = true
		if len(seen) > mostPages {
			g.note(fmt.Sprintf("it has more than %d pages", mostPages))
			break
		}
		input.NextToken = page.NextToken
	}
	g.pending = g.pending[:0:0]
	for _, i := range asked {
		if g.status[i] != types.StatusCodeComplete {
			g.pending = append(g.pending, i)
		}
	}
	return nil
}

// mostPages is how many pages one question may have. A page has 500 points at
// the very least that was ever seen, and a call asks for 100,800.
const mostPages = 1000

// rest waits before what is lacking is asked for again: up to twice as long each
// time, at random.
func (f *Fetcher) rest(ctx context.Context, round int) error {
	most := min(time.Second<<round, f.Policy.MostWait)
	timer := time.NewTimer(time.Duration(rand.Int64N(int64(most) + 1)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// grid is what a call has brought so far. Points have one place each, so that
// neither their order nor a page that comes twice matters; a place that is given
// two values has none.
type grid struct {
	call    Call
	values  Values
	status  []types.StatusCode // of each series, the last that AWS gave
	pending []int              // series that are not complete, by their place in the call
	notes   []string           // why not, as far as AWS says
}

func newGrid(p *Plan, c Call) *grid {
	n := c.Last - c.First
	g := &grid{call: c, values: make(Values, n), status: make([]types.StatusCode, n), pending: make([]int, n)}
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
func (g *grid) input(p *Plan) *api.GetMetricDataInput {
	input := &api.GetMetricDataInput{
		StartTime: aws.Time(g.call.Start),
		EndTime:   aws.Time(g.call.End),
		ScanBy:    types.ScanByTimestampAscending,
	}
	for _, i := range g.pending {
		g.forget(i)
		input.MetricDataQueries = append(input.MetricDataQueries,
			query(i, p.Stream, p.Series[g.call.First+i], g.call.Period))
	}
	return input
}

// queryPrefix and a number make the id of a query.
const queryPrefix = "q"

func query(i int, stream model.Name, id model.SeriesID, period unit.Duration) types.MetricDataQuery {
	m, _ := id.Describe()
	return types.MetricDataQuery{
		Id: aws.String(queryPrefix + strconv.Itoa(i)),
		MetricStat: &types.MetricStat{
			Metric: metric(stream, id),
			Period: aws.Int32(int32(period.Seconds())),
			Stat:   aws.String(string(m.Statistic)),
		},
	}
}

// metric returns how CloudWatch names what a series is of.
func metric(stream model.Name, id model.SeriesID) *types.Metric {
	dimension := func(name, value string) types.Dimension {
		return types.Dimension{Name: aws.String(name), Value: aws.String(value)}
	}
	m := &types.Metric{Namespace: aws.String("AWS/Kinesis"), MetricName: aws.String(id.Metric),
		Dimensions: []types.Dimension{dimension("StreamName", string(stream))}}
	switch id.Level {
	case model.ConsumerLevel:
		m.Dimensions = append(m.Dimensions, dimension("ConsumerName", id.Owner))
	case model.ShardLevel:
		m.Dimensions = append(m.Dimensions, dimension("ShardId", id.Owner))
	case model.FunctionLevel:
		m.Namespace, m.Dimensions = aws.String("AWS/Lambda"), []types.Dimension{dimension("FunctionName", id.Owner)}
	}
	return m
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
	g.status[i] = r.StatusCode
	for _, m := range r.Messages {
		g.note(oneLine(aws.ToString(m.Code) + ": " + aws.ToString(m.Value)))
	}
	if r.StatusCode == types.StatusCodeForbidden {
		return &Failure{Action: action, Cause: Denied, Detail: "of " + strconv.Quote(aws.ToString(r.Label))}
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

// incomplete returns the failure that series stay incomplete.
func (g *grid) incomplete(p *Plan, rounds int) *Failure {
	var names []string
	for _, i := range g.pending {
		status := g.status[i]
		if status == "" {
			status = "not answered"
		}
		names = append(names, fmt.Sprintf("%s (%s)", p.Series[g.call.First+i], status))
	}
	detail := strings.Join(names, ", ")
	if len(g.notes) > 0 {
		detail += ": " + g.notes[len(g.notes)-1]
	}
	return &Failure{Action: action, Cause: Incomplete,
		Detail: oneLine(fmt.Sprintf("after asking %d times: %s", rounds, detail))}
}

// garbled returns the failure that an answer is none to what was asked.
func garbled(format string, args ...any) *Failure {
	return &Failure{Action: action, Cause: Garbled, Detail: oneLine(fmt.Sprintf(format, args...))}
}

// action is the one call that this package makes, as IAM names it.
const action = "cloudwatch:GetMetricData"
