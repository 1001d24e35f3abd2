package notice

import (
	"fmt"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

var (
	historyGaps          = declare("history-gaps", "history", Weakens)
	historyDuplicates    = declare("history-duplicates", "history", Note)
	historyOrder         = declare("history-order", "history", Note)
	historyPeriod        = declare("history-period", "history", Weakens)
	historyUnknownSeries = declare("history-unknown-series", "history", Weakens)
	historyOtherMetric   = declare("history-other-metric", "history", Note)
	historyIncomplete    = declare("history-incomplete", "history", Changes)
	historyMessage       = declare("history-message", "history", Weakens)
	historyMore          = declare("history-more", "history", Note)
)

// Line is a line of a file that a notice is about.
type Line struct {
	File   string
	Number int // 1 is the first
}

// about returns a notice of the kind about the line. The message has no full stop
// yet.
func (l Line) about(k Kind, message, remedy string) Notice {
	place := fmt.Sprintf("%s:%d: ", Literal(l.File), l.Number)
	return k.notice(place+strings.TrimSuffix(message, ".")+".", remedy)
}

const gapsRemedy = "Fetch the window again, if something was written then; " +
	"CloudWatch has no point of a period without traffic."

// HistoryGaps says how many points of a series are missing, and when the period of
// the first of them begins.
func HistoryGaps(l Line, series string, points int, first time.Time) Notice {
	at := unit.Stamp(first)
	if points == 1 {
		return l.about(historyGaps, fmt.Sprintf("%s: 1 point is missing, at %s", series, at), gapsRemedy)
	}
	return l.about(historyGaps, fmt.Sprintf("%s: %s are missing, the first at %s", series, unit.Plural(points, "point"),
		at), gapsRemedy)
}

// HistoryEmptySeries says that a series has no point at all.
func HistoryEmptySeries(l Line, series string) Notice {
	return l.about(historyGaps, series+": no point at all", gapsRemedy)
}

// HistoryDuplicates says how many times the table that what names has twice, with
// the same values, and which is the first.
func HistoryDuplicates(l Line, what string, times int, first time.Time) Notice {
	return l.about(historyDuplicates, fmt.Sprintf("%s: %s given twice with the same values, the first %s",
		what, unit.Plural(times, "time"), unit.Stamp(first)), "Export each point once.")
}

// HistoryOrder says that the times of the table that what names are in no order,
// and from which time on.
func HistoryOrder(l Line, what string, from time.Time) Notice {
	return l.about(historyOrder, fmt.Sprintf("%s: not in the order of time, from %s on; sorted", what,
		unit.Stamp(from)),
		"Export the points in the order of time.")
}

// HistoryPeriod says that a file has too few points to infer a period from, and
// which period is assumed.
func HistoryPeriod(l Line, assumed unit.Duration) Notice {
	return l.about(historyPeriod, fmt.Sprintf("too few points to tell how long a period is: %s is assumed",
		assumed),
		"Export a longer window.")
}

// HistoryUnknownSeries says that a result of CloudWatch is of no metric that a
// history has. Both texts are the file's.
func HistoryUnknownSeries(l Line, id, label string) Notice {
	return l.about(historyUnknownSeries,
		fmt.Sprintf("result %q, labelled %q, is of no known series and is left out",
			Literal(id), Literal(label)), "Give the query an Id such as incoming_bytes, or a Label such as IncomingBytes.")
}

// HistoryOtherMetric says that a column is of a metric of Kinesis or Lambda that a
// history has no use for. The name is the file's.
func HistoryOtherMetric(l Line, name string) Notice {
	return l.about(historyOtherMetric, fmt.Sprintf("column %q is of a metric that tells nothing of the traffic, and is "+
		"left out", Literal(name)), "Leave the column as it is.")
}

// HistoryIncomplete says that CloudWatch did not answer a query as a whole, and the
// status that it gave.
func HistoryIncomplete(l Line, id, status string) Notice {
	return l.about(historyIncomplete, fmt.Sprintf("result %q is not whole: %s", Literal(id), Literal(status)),
		"Ask again, for a shorter window if it stays so.")
}

// HistoryMessage repeats a message that CloudWatch sent with its answer.
func HistoryMessage(l Line, code, text string) Notice {
	return l.about(historyMessage, fmt.Sprintf("CloudWatch says %s: %s", Literal(code), Literal(text)),
		"Ask for less at once.")
}

// HistoryMore says that a file has more such notices than are listed.
func HistoryMore(l Line) Notice {
	return l.about(historyMore, "from here on there is more like this", "Do what the other warnings say.")
}
