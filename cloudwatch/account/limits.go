package account

import "github.com/kcalc/kcalc/model"

// Limits are how often an account may ask.
type Limits struct {
	Summaries model.Limit[int] // DescribeStreamSummary calls a second, in a Region
	Page      model.Limit[int] // streams on a page of ListStreams
}

// Pages that the limits were read from.
const (
	describeSummaryPage = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html"
	listStreamsPage     = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html"
)

// PublishedLimits returns what AWS publishes.
func PublishedLimits() Limits {
	const reference = "2026-11-10"
	return Limits{
		Summaries: model.Limit[int]{Value: 20, What: "DescribeStreamSummary calls a second of an account",
			Source: describeSummaryPage, AsOf: reference},
		Page: model.Limit[int]{Value: 100, What: "streams that a ListStreams call answers",
			Source: listStreamsPage, AsOf: reference},
	}
}

// List returns every limit, as lines of a list.
func (l *Limits) List() []model.Published {
	return []model.Published{l.Summaries.Published(), l.Page.Published()}
}
