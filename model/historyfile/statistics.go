package historyfile

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// isStatisticsKey reports whether the AWS CLI prints a key of the answer to
// get-metric-statistics.
func isStatisticsKey(key string) bool { return key == "Label" || key == "Datapoints" }

// statisticKeys are the statistics that a datapoint may have.
var statisticKeys = [...]string{"Sum", "Maximum", "Average", "Minimum", "SampleCount"}

// datapoints reads what "aws cloudwatch get-metric-statistics" prints: the points of one
// metric, in no order, each with the statistics that were asked for. It has neither the
// stream nor the Region, nor what the metric is of: a shard, a consumer or a function may
// stand in the name of the file.
type datapoints struct {
	*walker
	label  written
	times  []stamped
	values map[string][]float64 // by the statistic, as many as times
}

// readStatistics reads the output of get-metric-statistics.
func (p *part) readStatistics(w *walker) {
	d := datapoints{walker: w, values: map[string][]float64{}}
	d.object("",
		member{"Label", false, d.text(&d.label, "the name of a metric")},
		member{"Datapoints", true, func(path string) { d.array(path, "datapoints", d.point) }},
		member{anyOther, false, d.skip},
	)
	d.end()
	if d.stopped() || len(d.errs) > 0 {
		return
	}
	label, statistic := withoutStatistic(d.label.text)
	id, fault := seriesNamed(label, p.name)
	where := d.label.where
	if where.Line == 0 {
		where = d.start()
	}
	if fault != nil {
		fault.Where = where
		d.report(*fault)
		return
	}
	if values := d.statistic(id, statistic, where); values != nil {
		p.tables = append(p.tables, &table{notes: p.notes, what: id.String(), begin: where.Line,
			columns: []model.SeriesID{id}, times: d.times, cells: values, unordered: true})
	}
}

// point reads a datapoint.
func (d *datapoints) point(path string) {
	if len(d.times) >= mostTimes {
		d.report(input.Error{Where: d.at(), Path: path,
			Problem: "too many points for a history that does not say their period", Allowed: fmt.Sprint(mostTimes)})
		d.broken = true
		return
	}
	var ns int64
	found := map[string]float64{}
	members := []member{{"Timestamp", true, func(path string) { ns = d.timestamp(path) }}}
	for _, key := range statisticKeys {
		members = append(members, member{key, false, func(path string) {
			if d.dec.PeekKind() == jsontext.KindNull {
				d.wrongKind(path, "a number that is not negative")
				return
			}
			found[key], _ = d.value(path)
		}})
	}
	d.object(path, append(members, member{anyOther, false, d.skip})...)
	line := d.passed()
	d.times = append(d.times, stamped{ns, int32(line), int32(len(d.times))})
	for key, v := range found {
		list := d.values[key]
		for len(list) < len(d.times)-1 {
			list = append(list, model.MissingValue())
		}
		d.values[key] = append(list, v)
	}
}

// statistic returns the values of the statistic that a history has of a series, nil if the
// points have others alone, which it reports. Named is what the label says of it.
func (d *datapoints) statistic(id model.SeriesID, named string, where input.Position) []float64 {
	m, _ := id.Describe()
	values := d.values[string(m.Statistic)]
	switch {
	case len(d.times) == 0:
		return []float64{}
	case len(values) == 0:
		others := slices.Sorted(maps.Keys(d.values))
		if len(others) == 0 {
			others = []string{"none"}
		}
		d.wrongStatistic(id, strings.Join(others, " and "), where, "Datapoints")
		return nil
	case d.wrongStatistic(id, named, where, "Label"):
		return nil
	}
	for len(values) < len(d.times) {
		values = append(values, model.MissingValue())
	}
	return values
}

// fileEnding matches what the name of a file ends in.
var fileEnding = regexp.MustCompile(`(?i)(\.(json|ya?ml|gz|txt|out))+$`)

// shardID matches the id of a shard.
var shardID = regexp.MustCompile(`shardId-[0-9]{12}`)

// seriesNamed returns the series that a label and the name of its file name: the metric is
// the label's, or the file's where the label is none; what it is of is the label's or the
// file's. The fault has no place yet.
func seriesNamed(label, file string) (model.SeriesID, *input.Error) {
	file = fileEnding.ReplaceAllString(path.Base(strings.ReplaceAll(file, `\`, "/")), "")
	shard := shardID.FindString(file)
	if id, ok := labelled(label); ok && (id.Level != model.StreamLevel || shard == "") {
		return id, nil
	}
	name := label
	if words := strings.Fields(label); len(words) > 0 {
		name = words[len(words)-1]
	}
	metrics := metricsNamed(name)
	if len(metrics) == 0 {
		name, metrics = metricIn(file)
	}
	for _, m := range metrics {
		id := model.SeriesID{Level: m.Level, Metric: m.Name, Owner: shard}
		if m.Level == model.ConsumerLevel || m.Level == model.FunctionLevel {
			id.Owner = ownerIn(file, name)
		}
		if isSeries(id) && (m.Level == model.ShardLevel) == (shard != "" && m.Level != model.ConsumerLevel) {
			return id, nil
		}
	}
	if len(metrics) > 0 {
		m := metrics[0]
		return model.SeriesID{}, &input.Error{Path: "Label", Value: label,
			Problem: fmt.Sprintf("of which %s is not said", m.Level),
			Allowed: fmt.Sprintf("a name of the file that says it, such as %s[%s].json", m.Name,
				strings.ToUpper(string(m.Level)))}
	}
	if label == "" {
		return model.SeriesID{}, &input.Error{Path: "Label", Problem: "the metric is not said",
			Allowed: "a Label that is its name, or a name of the file such as IncomingBytes.json"}
	}
	return model.SeriesID{}, &input.Error{Path: "Label", Value: label,
		Problem: "not the name of a series" + nearestFile(label), Allowed: columnsAllowed}
}

// nearestFile returns what to say of a label that no metric has.
func nearestFile(label string) string {
	if key, ok := nearestSeries(label); ok {
		return "; the nearest is " + key + ": give the file its name, if it is that"
	}
	return ""
}

// metricIn returns the metrics that the name of a file names, and how it writes them: the
// longest, since names stand in others.
func metricIn(file string) (name string, metrics []model.Metric) {
	low := unit.LowerASCII(file)
	for _, m := range model.Metrics() {
		key, _, _ := strings.Cut(model.SeriesID{Level: m.Level, Metric: m.Name}.String(), "[")
		for _, known := range [...]string{m.Name, key} {
			if at := strings.Index(low, strings.ToLower(known)); at >= 0 && len(known) > len(name) {
				name = file[at : at+len(known)]
			}
		}
	}
	if name == "" {
		return "", nil
	}
	return name, metricsNamed(name)
}

// ownerIn returns what stands behind the name of a metric in the name of a file, or before
// it.
func ownerIn(file, metric string) string {
	at := strings.Index(unit.LowerASCII(file), unit.LowerASCII(metric))
	if at < 0 {
		return ""
	}
	const joint = " -_.=[](),:+"
	if behind := strings.Trim(file[at+len(metric):], joint); behind != "" {
		return behind
	}
	return strings.Trim(file[:at], joint)
}
