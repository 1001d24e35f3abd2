package cloudwatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
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
	if err := f.fill(ctx, g); err != nil {
		return nil, Explain(err)
	}
	if failure := g.failure(func(int) bool { return true }); failure != nil {
		return nil, failure
	}
	return g.values, nil
}

// fill asks for what a call lacks until nothing is pending, or it was asked for often enough.
func (f *Fetcher) fill(ctx context.Context, g *grid) error {
	for len(g.pending) > 0 && g.rounds < f.Policy.Rounds {
		if g.rounds > 0 {
			if err := f.rest(ctx, g.rounds); err != nil {
				return err
			}
		}
		g.rounds++
		g.asked += len(g.pending)
		if err := f.round(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// round asks for the series that are not complete yet, page after page.
func (f *Fetcher) round(ctx context.Context, g *grid) error {
	input := g.input()
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
		if s := g.status[i]; s != types.StatusCodeComplete && s != types.StatusCodeForbidden {
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

// action is the one call that this package makes, as IAM names it.
const action = "cloudwatch:GetMetricData"
