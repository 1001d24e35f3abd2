package historyfile

import (
	"regexp"
	"strings"
)

// datadogQuery matches a query of Datadog, which it writes above what it exports:
//
//	sum:aws.kinesis.incoming_bytes{streamname:orders}.as_count().rollup(sum, 3600)
//
// What stands before the name joins the tags; over time Datadog takes the average of the points
// of a period, unless the query is rolled up in another way
// (https://docs.datadoghq.com/dashboards/functions/rollup/).
var (
	datadogQuery  = regexp.MustCompile(`^(?:sum|avg|max|min):aws\.kinesis\.([a-z_.]+)\{[^}]*\}(.*)$`)
	datadogRollup = regexp.MustCompile(`\.rollup\((sum|avg|max|min)\b`)
)

// withoutDatadog returns a name that is a query of Datadog as the metric's, and the statistic
// over time.
func withoutDatadog(name string) (metric, statistic string, ok bool) {
	query := datadogQuery.FindStringSubmatch(strings.TrimSpace(name))
	if query == nil {
		return "", "", false
	}
	word := "avg"
	if rollup := datadogRollup.FindStringSubmatch(query[2]); rollup != nil {
		word = rollup[1]
	}
	return query[1], nameOfStatistic(word), true
}
