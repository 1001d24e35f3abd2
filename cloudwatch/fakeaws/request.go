package fakeaws

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
	"github.com/kcalc/kcalc/model"
)

// request is an input that can be read from the wire. The SDK only writes inputs,
// but it can read all that they are made of.
type request api.GetMetricDataInput

// decodeRequest reads what a client asks for.
func decodeRequest(r *http.Request) (*api.GetMetricDataInput, error) {
	var in request
	err := cloudWatch.decode(r.Body, schemas.GetMetricData, schemas.GetMetricDataInput, &in)
	return (*api.GetMetricDataInput)(&in), err
}

// Deserialize reads a GetMetricDataInput.
func (in *request) Deserialize(d smithy.ShapeDeserializer) error {
	return smithy.ReadStruct(d, schemas.GetMetricDataInput, func(member *smithy.Schema) error {
		switch member {
		case schemas.GetMetricDataInput_MetricDataQueries:
			return smithy.ReadList(d, member, func() error {
				in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{})
				return in.MetricDataQueries[len(in.MetricDataQueries)-1].Deserialize(d)
			})
		case schemas.GetMetricDataInput_StartTime:
			in.StartTime = new(time.Time)
			return readTime(d, member, in.StartTime)
		case schemas.GetMetricDataInput_EndTime:
			in.EndTime = new(time.Time)
			return readTime(d, member, in.EndTime)
		case schemas.GetMetricDataInput_NextToken:
			in.NextToken = new(string)
			return d.ReadString(member, in.NextToken)
		case schemas.GetMetricDataInput_ScanBy:
			return d.ReadString(member, (*string)(&in.ScanBy))
		case schemas.GetMetricDataInput_MaxDatapoints:
			in.MaxDatapoints = new(int32)
			return d.ReadInt32(member, in.MaxDatapoints)
		case schemas.GetMetricDataInput_LabelOptions:
			in.LabelOptions = new(types.LabelOptions)
			return in.LabelOptions.Deserialize(d)
		}
		return fmt.Errorf("%s cannot be read", member.MemberName())
	})
}

func readTime(d smithy.ShapeDeserializer, member *smithy.Schema, t *time.Time) error {
	err := d.ReadTime(member, t)
	*t = t.UTC()
	return err
}

// Limits of GetMetricData
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
const (
	mostQueries = 500
	mostPoints  = 100_800

	day        = 24 * time.Hour
	minuteKept = 15 * day
	fiveKept   = 63 * day
	hourKept   = 455 * day
)

// finest returns the shortest period that CloudWatch still has of an age. Periods are
// its multiples, and StartTime is rounded down to one.
func finest(age time.Duration) time.Duration {
	switch {
	case age < minuteKept:
		return time.Minute
	case age <= fiveKept:
		return 5 * time.Minute
	}
	return time.Hour
}

var idExpr = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)

// validate refuses what AWS refuses, and what this server cannot do.
func validate(in *api.GetMetricDataInput, now time.Time) *apiError {
	if n := len(in.MetricDataQueries); n == 0 || n > mostQueries {
		return invalid("The collection MetricDataQueries must have a size from 1 to %d, it has %d.", mostQueries, n)
	}
	if in.StartTime == nil || in.EndTime == nil || !in.StartTime.Before(*in.EndTime) {
		return invalid("The parameter StartTime must be less than the parameter EndTime.")
	}
	if n := in.MaxDatapoints; n != nil && (*n < 1 || *n > mostPoints) {
		return invalid("The parameter MaxDatapoints must be from 1 to %d, it is %d.", mostPoints, *n)
	}
	seen := map[string]bool{}
	for i := range in.MetricDataQueries {
		q := &in.MetricDataQueries[i]
		if refusal := validateQuery(q, i+1, finest(now.Sub(*in.StartTime))); refusal != nil {
			return refusal
		}
		if seen[*q.Id] {
			return invalid("The values for parameter id in MetricDataQueries are not unique: %s.", *q.Id)
		}
		seen[*q.Id] = true
	}
	return nil
}

func validateQuery(q *types.MetricDataQuery, n int, unit time.Duration) *apiError {
	if id := aws.ToString(q.Id); !idExpr.MatchString(id) {
		return invalid(
			"The value %s for parameter MetricDataQueries.member.%d.Id is not matching the expected pattern %s.",
			id,
			n,
			idExpr,
		)
	}
	s := q.MetricStat
	if q.Expression != nil || s == nil || s.Metric == nil {
		return invalid("The parameter MetricDataQueries.member.%d is not a MetricStat of a Metric. This server does no "+
			"metric math.", n)
	}
	if period := seconds(s.Period); period <= 0 || period%unit != 0 {
		return invalid("The parameter MetricDataQueries.member.%d.MetricStat.Period must be a multiple of %d for a "+
			"StartTime of this age, it is %d.", n, int(unit.Seconds()), aws.ToInt32(s.Period))
	}
	if !slices.Contains(statistics, model.Statistic(aws.ToString(s.Stat))) {
		return invalid("The parameter MetricDataQueries.member.%d.MetricStat.Stat is %q. This server does %v.", n,
			aws.ToString(s.Stat), statistics)
	}
	return nil
}

func seconds(n *int32) time.Duration { return time.Duration(aws.ToInt32(n)) * time.Second }

func invalid(format string, args ...any) *apiError {
	return &apiError{http.StatusBadRequest, "ValidationError", "ValidationException", fmt.Sprintf(format, args...)}
}
