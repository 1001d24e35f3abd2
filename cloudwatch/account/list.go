package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// listStreams is a call as IAM names it.
const listStreams = "kinesis:ListStreams"

// mostPages is how many pages a list may have, far more than any account's.
const mostPages = 1000

// list lists the streams, page after page. What fails behind the first page is a fault: the streams
// before it are known.
func (r *Reader) list(ctx context.Context, region *Region) error {
	input := &kinesis.ListStreamsInput{Limit: aws.Int32(int32(r.Limits.Page.Value))}
	for pages := 1; ; pages++ {
		out, err := r.Kinesis.ListStreams(ctx, input)
		if err == nil && pages == 1 {
			region.Skew, _ = middleware.GetAttemptSkew(out.ResultMetadata)
		}
		if err == nil {
			err = region.take(out)
		}
		if err == nil && pages == mostPages {
			err = garbled(listStreams, "it goes on beyond %s", unit.Plural(pages, "page"))
		}
		switch {
		case err != nil && (len(region.Streams) == 0 || ctx.Err() != nil):
			return cloudwatch.Explain(err)
		case err != nil:
			region.fault(cloudwatch.Explain(err), fmt.Sprintf("the streams behind %s, by name",
				region.Streams[len(region.Streams)-1].Name), 0)
			return nil
		case !aws.ToBool(out.HasMoreStreams):
			slices.SortFunc(region.Streams, func(a, b Stream) int { return cmp.Compare(a.Name, b.Name) })
			return nil
		}
		input = r.after(region, out)
	}
}

// after asks for the page behind one. The page says that there is one even where it has no token to ask by:
// then the last name on it says where to go on.
func (r *Reader) after(region *Region, page *kinesis.ListStreamsOutput) *kinesis.ListStreamsInput {
	input := &kinesis.ListStreamsInput{Limit: aws.Int32(int32(r.Limits.Page.Value))}
	if aws.ToString(page.NextToken) != "" {
		input.NextToken = page.NextToken
		return input
	}
	last := region.Streams[len(region.Streams)-1]
	input.ExclusiveStartStreamName = aws.String(string(last.Name))
	return input
}

// take takes the streams of a page. A page that is not the last has some.
func (r *Region) take(page *kinesis.ListStreamsOutput) error {
	told := map[string]Stream{}
	for _, s := range page.StreamSummaries {
		told[aws.ToString(s.StreamName)] = Stream{ARN: aws.ToString(s.StreamARN), Status: string(s.StreamStatus)}
	}
	for _, text := range page.StreamNames {
		s := told[text]
		if err := s.Name.UnmarshalText([]byte(text)); err != nil {
			return garbled(listStreams, "the name of a stream is %q", text)
		}
		if slices.ContainsFunc(r.Streams, func(known Stream) bool { return known.Name == s.Name }) {
			return garbled(listStreams, "it lists %s twice", s.Name)
		}
		of := inventory.Inventory{ARN: s.ARN}
		r.Account = cmp.Or(r.Account, of.Account())
		r.Streams = append(r.Streams, s)
	}
	if len(page.StreamNames) == 0 && aws.ToBool(page.HasMoreStreams) {
		return garbled(listStreams, "a page without streams says that there are more")
	}
	return nil
}

// garbled returns the failure that an answer is none to what was asked.
func garbled(action, format string, args ...any) *cloudwatch.Failure {
	const most = 200
	return &cloudwatch.Failure{Action: action, Cause: cloudwatch.Garbled, Detail: untrusted.Excerpt(fmt.Sprintf(format, args...), most)}
}
