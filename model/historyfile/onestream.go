package historyfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// A label such as "orders IncomingBytes" has the name of the stream before that of the metric.
// The bytes of one stream and the records of another make a history that no stream has, and
// records of a size that nobody writes.

// noStream are words that people write before a metric and that name no stream.
var noStream = []string{"kinesis", "aws", "stream", "total", "all", "read", "reads", "write", "writes", "in", "out",
	"incoming", "outgoing", "sum", "max", "producer", "producers", "consumer", "consumers"}

// streamIn returns the name of the stream that a label has before a metric of streams, "" where
// it has none.
func streamIn(label string, id model.SeriesID) string {
	words := strings.Fields(label)
	const both = 2
	if id.Level != model.StreamLevel || len(words) != both || len(metricsNamed(words[1])) == 0 ||
		!model.NameExpr.MatchString(words[0]) || slices.Contains(noStream, strings.ToLower(words[0])) {
		return ""
	}
	return words[0]
}

// otherStream reports a label that names another stream than the ones before, and whether it
// did.
func (n *notes) otherStream(label string, id model.SeriesID, where input.Position, path string) bool {
	label, _ = withoutStatistic(strings.TrimSpace(label))
	stream := streamIn(label, id)
	switch {
	case stream == "" || stream == n.stream:
		return false
	case n.stream == "":
		n.stream = stream
		return false
	}
	n.report(input.Error{Where: where, Path: path, Value: label,
		Problem: fmt.Sprintf("of another stream than %q, which the file has before", n.stream),
		Allowed: "a history of one stream: leave the other's out"})
	return true
}
