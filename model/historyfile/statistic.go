package historyfile

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// CloudWatch has several statistics of each metric, and a history has one: the sum of
// what is counted, the maximum of an age, the average of a duration. An average of
// IncomingRecords is the mean of what the calls of a period had, a number that says
// nothing of the traffic; it is what graphs and alarms show unless somebody asks for
// another. Where a file says which statistic it has, one that the history does not have
// is refused by its name.

// statisticNames are CloudWatch's statistics as people and programs write them.
var statisticNames = map[string]string{
	"sum": "Sum", "average": "Average", "avg": "Average", "mean": "Average", "minimum": "Minimum", "min": "Minimum",
	"maximum": "Maximum", "max": "Maximum", "samplecount": "SampleCount", "sample count": "SampleCount",
}

var (
	percentile    = regexp.MustCompile(`(?i)^(p|tm|wm|tc|ts)[0-9]{1,2}(\.[0-9]+)?$`)
	leadStatistic = regexp.MustCompile(`(?i)^(sum|average|avg|mean|minimum|min|maximum|max|sample ?count)(?:[ _:]+of[ _]+|[ _:(]+)(\S.*?)\)?$`)
	lastStatistic = regexp.MustCompile(`(?i)^(.*?\S)[ _.:,•|/([-]+(sum|average|avg|mean|minimum|min|maximum|max|sample ?count|p[0-9]{1,2})[)\]]?$`)
	bareStatistic = regexp.MustCompile(`(?i)^(sum|average|avg|mean|minimum|min|maximum|max|sample ?count)$`)
)

// withoutStatistic returns a name without the statistic that stands before or behind it,
// and the statistic: "IncomingBytes (Sum)", "Sum of IncomingBytes", "incoming_bytes_avg".
func withoutStatistic(name string) (rest, statistic string) {
	if metric, over, ok := withoutDatadog(name); ok {
		return metric, over
	}
	if bareStatistic.MatchString(name) {
		return "", nameOfStatistic(name)
	}
	if m := lastStatistic.FindStringSubmatch(name); m != nil {
		return m[1], nameOfStatistic(m[2])
	}
	if m := leadStatistic.FindStringSubmatch(name); m != nil {
		return m[2], nameOfStatistic(m[1])
	}
	return name, ""
}

// nameOfStatistic returns CloudWatch's name of a statistic.
func nameOfStatistic(word string) string {
	if percentile.MatchString(word) {
		return strings.ToLower(word)
	}
	return statisticNames[strings.ToLower(word)]
}

// wrongStatistic reports a statistic that a history does not have of a series, and
// whether it did. None is said to be the right one.
func (n *notes) wrongStatistic(id model.SeriesID, statistic string, where input.Position, path string) bool {
	m, _ := id.Describe()
	if statistic == "" || statistic == string(m.Statistic) {
		return false
	}
	n.report(input.Error{Where: where, Path: path, Value: id.Metric,
		Problem: fmt.Sprintf("the statistic %s, from which the traffic does not follow", statistic),
		Allowed: "the " + string(m.Statistic) + " of each period: " + askFor(m)})
	return true
}

// askFor returns how the AWS CLI is asked for the statistic that a history has.
func askFor(m model.Metric) string {
	return fmt.Sprintf(`"Stat": %q in get-metric-data, statistics %s in get-metric-statistics, .rollup(%s, SECONDS) in Datadog`,
		string(m.Statistic), m.Statistic, map[model.Statistic]string{model.Sum: "sum", model.Maximum: "max", model.Average: "avg"}[m.Statistic])
}
