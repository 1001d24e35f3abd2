package historyfile

import (
	"strings"

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
