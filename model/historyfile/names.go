package historyfile

import (
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/kcalc/kcalc/model"
)

// seriesOf returns the series that a result of CloudWatch is of, by the id of its
// query or else by its label.
func seriesOf(id, label string) (model.SeriesID, bool) {
	named := metricsNamed(id)
	byLabel, ok := labelled(label)
	switch {
	case len(named) == 0:
		return byLabel, ok
	case ok && byLabel.Metric == named[0].Name: // and the label may say which consumer
		return byLabel, true
	case named[0].Level == model.StreamLevel:
		return model.SeriesID{Level: model.StreamLevel, Metric: named[0].Name}, true
	}
	return model.SeriesID{}, false
}

// metricsNamed returns the metrics that have a name, those of the stream first. An
// id can have neither dots nor, at its beginning, a capital: incoming_bytes,
// incomingBytes and IncomingBytes are the same.
func metricsNamed(name string) (found []model.Metric) {
	plain := plainName(name)
	for _, m := range model.Metrics() {
		key := model.SeriesID{Level: m.Level, Metric: m.Name}.String()
		if plain == plainName(m.Name) || plain == plainName(key) {
			found = append(found, m)
		}
	}
	return found
}

var joints = strings.NewReplacer("_", "", ".", "")

// plainName returns a name without what the ways of writing it differ in.
func plainName(name string) string { return strings.ToLower(joints.Replace(name)) }

// labelled returns the series that a label names: by the name of the metric alone, behind
// what it is of ("orders audit SubscribeToShardEvent.Bytes"), or with that in
// brackets ("IncomingBytes[shardId-000000000000]").
func labelled(label string) (model.SeriesID, bool) {
	words := strings.Fields(label)
	if len(words) == 0 {
		return model.SeriesID{}, false
	}
	name, of, bracketed := strings.Cut(words[len(words)-1], "[")
	of, closed := strings.CutSuffix(of, "]")
	if bracketed != closed {
		return model.SeriesID{}, false
	}
	if !bracketed && len(words) > 1 {
		of = words[len(words)-2]
	}
	for _, m := range metricsNamed(name) {
		id := model.SeriesID{Level: m.Level, Metric: m.Name, Owner: of}
		if !bracketed && m.Level == model.StreamLevel && !isShard(of) {
			id.Owner = "" // the name of the stream
		}
		if isSeries(id) && (m.Level != model.ShardLevel || bracketed || isShard(of)) {
			return id, true
		}
	}
	return model.SeriesID{}, false
}

// isShard reports whether a word is the id of a shard.
func isShard(word string) bool { return strings.HasPrefix(word, "shardId-") }

// wordBreaks is what parts the words of a column's head. Dots and dashes are parts of
// names.
var wordBreaks = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// amongWords returns the series that one of a name's words names, where the words around
// it say no more than the stream, or the shard: "AWS/Kinesis • IncomingBytes • orders".
func amongWords(name string) (found model.SeriesID, ok bool) {
	words := wordBreaks.Split(name, -1)
	shard := slices.IndexFunc(words, isShard)
	for _, word := range words {
		for _, m := range metricsNamed(word) {
			id := model.SeriesID{Level: m.Level, Metric: m.Name}
			if shard >= 0 {
				id.Owner = words[shard]
			}
			if isSeries(id) && (m.Level == model.ShardLevel) == (shard >= 0) {
				return id, true
			}
		}
	}
	return model.SeriesID{}, false
}

// otherMetrics are those of AWS/Kinesis and AWS/Lambda that a history has no use for.
// (https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html,
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html)
var otherMetrics = []string{
	"GetRecords.Latency", "GetRecords.Success", "PutRecord.Bytes", "PutRecord.Latency", "PutRecord.Success",
	"PutRecords.Bytes", "PutRecords.Latency", "PutRecords.Records", "PutRecords.Success", "PutRecords.TotalRecords",
	"PutRecords.SuccessfulRecords", "PutRecords.FailedRecords", "SubscribeToShard.RateExceeded",
	"SubscribeToShard.Success", "SubscribeToShardEvent.Success", "SubscribeToShardEvent.Records", "Invocations",
	"Throttles", "ConcurrentExecutions", "ProvisionedConcurrencyUtilization",
}

// isOtherMetric reports whether a name is that of a metric that a history has no use for.
func isOtherMetric(name string) bool {
	name, _ = withoutStatistic(strings.TrimSpace(name))
	return slices.ContainsFunc(wordBreaks.Split(name, -1), func(word string) bool {
		return slices.ContainsFunc(otherMetrics, func(m string) bool { return plainName(m) == plainName(word) })
	})
}

// nearestSeries returns the series whose name is nearest to another name, and how to
// write it. It reports false where none is near: where more than half of it differs.
func nearestSeries(name string) (key string, ok bool) {
	name, _ = withoutStatistic(clipped(name))
	plain := plainName(name)
	best := len(plain)/2 + 1
	for _, m := range model.Metrics() {
		id := model.SeriesID{Level: m.Level, Metric: m.Name}
		if m.Level != model.StreamLevel {
			id.Owner = strings.ToUpper(string(m.Level))
		}
		written, _, _ := strings.Cut(id.String(), "[")
		for _, known := range [...]string{plainName(m.Name), plainName(written)} {
			if d := levenshtein.ComputeDistance(plain, known); d < best {
				best, key = d, id.String()
			}
		}
	}
	return key, key != ""
}

// didYouMean returns what to say of a name that no series has: the nearest that one has,
// and what to do.
func didYouMean(name string) string {
	if key, ok := nearestSeries(name); ok {
		return "; the nearest is " + key + ": rename the head to it, if it is that"
	}
	return ""
}
