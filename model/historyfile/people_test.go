package historyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// twoDays returns 48 hours of a stream that is written to by day, without a name.
func twoDays() *model.History {
	h := &model.History{From: november, To: november.Add(48 * time.Hour)}
	for _, m := range []struct {
		name string
		mean float64
	}{{model.IncomingBytes, 1.5e9}, {model.IncomingRecords, 480_000}} {
		values := make([]float64, 48)
		for i := range values {
			values[i] = math.Round(m.mean * (1 + 0.2*math.Sin(float64(i)*math.Pi/12)))
		}
		h.Series = append(h.Series, model.Series{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: m.name},
			Runs: []model.Run{{Start: november, Period: unit.Duration(time.Hour), Values: values}}})
	}
	return h
}

// statisticsOf returns a series as get-metric-statistics prints it, in no order, as JSON
// and as YAML.
func statisticsOf(s *model.Series, statistic string) (asJSON, asYAML string) {
	var points, lines []string
	for p := range s.Points() {
		at := p.Time.Format("2006-01-02T15:04:05") + "+00:00"
		points = append(points, fmt.Sprintf(`{"Timestamp": %q, %q: %.1f, "Unit": "Count"}`, at, statistic, p.Value))
		lines = append(lines, fmt.Sprintf("- %s: %.1f\n  Timestamp: '%s'\n  Unit: Count\n", statistic, p.Value, at))
	}
	shuffle := rand.New(rand.NewPCG(1, 2))
	shuffle.Shuffle(len(points), func(i, j int) {
		points[i], points[j], lines[i], lines[j] = points[j], points[i], lines[j], lines[i]
	})
	return fmt.Sprintf("{\"Label\": %q, \"Datapoints\": [%s]}", s.Metric, strings.Join(points, ",\n")),
		"Datapoints:\n" + strings.Join(lines, "") + "Label: " + s.Metric + "\n"
}

// asYAML returns what get-metric-data prints of a history with --output yaml.
func asYAML(h *model.History) string {
	var b strings.Builder
	b.WriteString("MetricDataResults:\n")
	for i, s := range h.Series {
		fmt.Fprintf(&b, "- Id: m%d\n  Label: %s\n  StatusCode: Complete\n  Timestamps:\n", i, s.Metric)
		for p := range s.Points() {
			fmt.Fprintf(&b, "  - '%s+00:00'\n", p.Time.Format("2006-01-02T15:04:05"))
		}
		b.WriteString("  Values:\n")
		for p := range s.Points() {
			fmt.Fprintf(&b, "  - %.1f\n", p.Value)
		}
	}
	return b.String() + "Messages: []\n"
}

// asTable returns a history as a table, by how it writes a head, a time and a value.
func asTable(h *model.History, head, separator string, at func(time.Time) string, value func(float64) string) string {
	text := head + "\n"
	for i, v := range h.Series[0].Runs[0].Values {
		text += at(h.Series[0].Runs[0].Time(i)) + separator + value(v) + separator +
			value(h.Series[1].Runs[0].Values[i]) + "\n"
	}
	return text
}

// inUTF16 returns a text in UTF-16 with a mark, the low byte first if little.
func inUTF16(text string, little bool) string {
	var b strings.Builder
	for _, c := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
		if high, low := byte(c>>8), byte(c); little {
			b.Write([]byte{low, high})
		} else {
			b.Write([]byte{high, low})
		}
	}
	return b.String()
}

// Whatever form people have a history in, it is the same to the byte as in kcalc's own.
func TestFormsOfPeople(t *testing.T) {
	h := twoDays()
	want := string(file(t, h))
	whole := func(v float64) string { return fmt.Sprintf("%.0f", v) }
	stamp := func(at time.Time) string { return unit.Stamp(at) }
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	bytesJSON, bytesYAML := statisticsOf(&h.Series[0], "Sum")
	recordsJSON, recordsYAML := statisticsOf(&h.Series[1], "Sum")
	plain := asTable(h, "timestamp,IncomingBytes,IncomingRecords", ",", stamp, whole)
	unlabelled := func(text, label string) string { return strings.Replace(text, label, "sum over all", 1) }
	for name, c := range map[string]struct {
		files []string // name, text, name, text
		zone  *time.Location
	}{
		"get-metric-data, YAML":          {[]string{"h", asYAML(h)}, nil},
		"get-metric-data, YAML, gzip":    {[]string{"h", zipped(t, asYAML(h))}, nil},
		"get-metric-statistics":          {[]string{"b", bytesJSON, "r", recordsJSON}, nil},
		"get-metric-statistics, YAML":    {[]string{"r", recordsYAML, "b", bytesYAML}, nil},
		"get-metric-statistics, by file": {[]string{"x/IncomingBytes.json", unlabelled(bytesJSON, "IncomingBytes"), `c:\incoming_records.json.gz`, zipped(t, unlabelled(recordsJSON, "IncomingRecords"))}, nil},
		"names of CloudWatch":            {[]string{"h", plain}, nil},
		"Time":                           {[]string{"h", asTable(h, "Time,incoming_bytes,incoming_records", ",", stamp, whole)}, nil},
		"STREAM before the name":         {[]string{"h", asTable(h, "timestamp;clicks IncomingBytes;clicks IncomingRecords", ";", stamp, whole)}, nil},
		"statistic behind the name":      {[]string{"h", asTable(h, "timestamp\tIncomingBytes (Sum)\tSum of IncomingRecords", "\t", stamp, whole)}, nil},
		"the time last": {[]string{"h", asTable(h, "incoming_bytes,incoming_records,date time", ",",
			func(at time.Time) string { return "" }, whole)}, nil},
		"decimal commas": {[]string{"h", asTable(h, "timestamp;IncomingBytes;IncomingRecords", ";", stamp,
			func(v float64) string { return fmt.Sprintf("%.0f,0", v) })}, nil},
		"seconds": {[]string{"h", asTable(h, "Timestamp,IncomingBytes,IncomingRecords", ",",
			func(at time.Time) string { return fmt.Sprint(at.Unix()) }, whole)}, nil},
		"milliseconds": {[]string{"h", asTable(h, "Timestamp,IncomingBytes,IncomingRecords", ",",
			func(at time.Time) string { return fmt.Sprint(at.UnixMilli()) }, whole)}, nil},
		"UTC in the head": {[]string{"h", asTable(h, "Time (UTC),IncomingBytes,IncomingRecords", ",",
			func(at time.Time) string { return at.Format("2006-01-02 15:04") }, whole)}, nil},
		"Berlin": {[]string{"h", asTable(h, "Time,IncomingBytes,IncomingRecords", ",",
			func(at time.Time) string { return at.In(berlin).Format("2006-01-02 15:04:05") }, whole)}, berlin},
		"a dashboard": {[]string{"h", asTable(h, "Writes, by hour\n\nTime,IncomingBytes,IncomingRecords", ",", stamp, whole)}, nil},
		"the console": {[]string{"h", asTable(h, "Full label,AWS/Kinesis • IncomingBytes • clicks,AWS/Kinesis • IncomingRecords • clicks\n"+
			"Statistic,Sum,Sum\nPeriod,3600,3600", ",", func(at time.Time) string { return at.Format("2006/01/02 15:04:05") },
			whole)}, time.UTC},
		"UTF-16, little":    {[]string{"h", inUTF16(plain, true)}, nil},
		"UTF-16, big":       {[]string{"h", inUTF16(plain, false)}, nil},
		"UTF-16, no mark":   {[]string{"h", inUTF16(plain, true)[2:]}, nil},
		"UTF-16, JSON":      {[]string{"b", inUTF16(bytesJSON, true), "r", inUTF16(recordsJSON, false)}, nil},
		"Latin-1":           {[]string{"h", "Zugriffe in M\xfcnchen\n" + plain}, nil},
		"own, in two parts": {[]string{"a", string(file(t, h.Between(november, november.Add(20*time.Hour)))), "b", string(file(t, h.Between(november.Add(20*time.Hour), h.To)))}, nil},
		"tables that overlap": {[]string{"a", plain[:strings.Index(plain, "2026-11-02T05")],
			"b", "timestamp,IncomingBytes,IncomingRecords\n" + plain[strings.Index(plain, "2026-11-02T01"):]}, nil},
		"own and a table": {[]string{"a", string(file(t, h)), "b", plain}, nil},
	} {
		if name == "the time last" {
			c.files[1] = timeLast(c.files[1], h)
		}
		var files []File
		for i := 0; i < len(c.files); i += 2 {
			files = append(files, File{c.files[i], strings.NewReader(c.files[i+1])})
		}
		got, warnings, err := ReadAll(files, Options{Zone: c.zone})
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", name, err, warnings)
			continue
		}
		if diff := cmp.Diff(want, string(file(t, got))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// timeLast moves the times of a table, which it does not have yet, behind the values.
func timeLast(text string, h *model.History) string {
	rows := strings.Split(strings.TrimSpace(text), "\n")
	for i := range rows[1:] {
		rows[i+1] = strings.TrimPrefix(rows[i+1], ",") + "," + unit.Stamp(h.Series[0].Runs[0].Time(i))
	}
	return strings.Join(rows, "\n")
}

// What the name of a file says of a metric that has no owner in its label.
func TestNamesOfFiles(t *testing.T) {
	for _, c := range []struct{ label, file, want string }{
		{"IncomingBytes", "IncomingBytes.shardId-000000000003.json", "incoming_bytes[shardId-000000000003]"},
		{"OutgoingBytes", "/tmp/shardId-000000000003 out.json", "outgoing_bytes[shardId-000000000003]"},
		{"SubscribeToShardEvent.Bytes", "SubscribeToShardEvent.Bytes[audit].json", "subscribe_to_shard_event_bytes[audit]"},
		{"SubscribeToShardEvent.MillisBehindLatest", "audit-SubscribeToShardEvent.MillisBehindLatest.json", "subscribe_to_shard_event_millis_behind_latest[audit]"},
		{"orders audit SubscribeToShardEvent.Bytes", "x.json", "subscribe_to_shard_event_bytes[audit]"},
		{"Duration", "Duration_enrich.json", "lambda_duration[enrich]"},
		{"", "lambda_errors-enrich.json", "lambda_errors[enrich]"},
		{"", "GetRecords.IteratorAgeMilliseconds.yaml", "get_records_iterator_age_milliseconds"},
		{"m1", "GetRecords.Records.json", "get_records_records"},
	} {
		id, fault := seriesNamed(c.label, c.file)
		if fault != nil || id.String() != c.want {
			t.Errorf("%s in %s: %s, %v", c.label, c.file, id, fault)
		}
	}
	for _, c := range []struct{ label, file, want string }{
		{"Duration", "Duration.json", `Label: "Duration": of which function is not said (allowed: a name of the file that says it, such as Duration[FUNCTION].json)`},
		{"SubscribeToShardEvent.Bytes", "standard input", `Label: "SubscribeToShardEvent.Bytes": of which consumer is not said`},
		{"IncomingByte", "x.json", `Label: "IncomingByte": not the name of a series; the nearest is incoming_bytes: give the file its name`},
		{"CPUUtilization", "x.json", `Label: "CPUUtilization": not the name of a series (allowed: incoming_bytes,`},
	} {
		if _, fault := seriesNamed(c.label, c.file); fault == nil || !strings.HasPrefix(fault.Error(), c.want) {
			t.Errorf("%s in %s: %v, want %s", c.label, c.file, fault, c.want)
		}
	}
}

// A history has one statistic of each metric. Others are refused by their names, whatever
// says what they are; where nothing does, by a fraction.
func TestOtherStatistics(t *testing.T) {
	h := twoDays()
	average, averageYAML := statisticsOf(&h.Series[1], "Average")
	largest, _ := statisticsOf(&h.Series[1], "Maximum")
	const toward = `from which the traffic does not follow (allowed: the Sum of each period: "Stat": "Sum" in get-metric-data, statistics Sum in get-metric-statistics, .rollup(sum, SECONDS) in Datadog)`
	fractions := func(text, from, to string) string {
		if !strings.Contains(text, from) {
			t.Fatalf("no %s", from)
		}
		return strings.Replace(text, from, to, 1)
	}
	own := string(file(t, h))
	for text, want := range map[string]string{
		average:     `h:1:11: Datapoints: "IncomingRecords": the statistic Average, ` + toward,
		largest:     `h:1:11: Datapoints: "IncomingRecords": the statistic Maximum, ` + toward,
		averageYAML: `h:146:9: Datapoints: "IncomingRecords": the statistic Average, ` + toward,
		`{"MetricDataResults": [{"Id": "m1", "Label": "IncomingRecords Average", "Timestamps": [0, 60], "Values": [1, 2]}]}`: `h:1:31: MetricDataResults[0]: "IncomingRecords": the statistic Average, ` + toward,
		"timestamp,Average IncomingBytes\n0,1\n":                        `h:1:11: column 2: "IncomingBytes": the statistic Average, ` + toward,
		"timestamp,incoming_bytes_avg\n0,1\n":                           `h:1:11: column 2: "IncomingBytes": the statistic Average, ` + toward,
		"timestamp,IncomingBytes (p99)\n0,1\n":                          `h:1:11: column 2: "IncomingBytes": the statistic p99, ` + toward,
		"timestamp,GetRecords.IteratorAgeMilliseconds (Average)\n0,1\n": `h:1:11: column 2: "GetRecords.IteratorAgeMilliseconds": the statistic Average, from which the traffic does not follow (allowed: the Maximum of each period:`,
		"Label,IncomingBytes\nStat,Average\n1793491200,1\n":             `h:1:7: column 2: "IncomingBytes": the statistic Average, ` + toward,
		"timestamp,incoming_bytes\n0,1\n60,209.857\n":                   `h:3:1: incoming_bytes: "209.857": a sum is whole: this is the statistic Average, or a rate, not Sum, at 1970-01-01T00:01:00Z (allowed: the Sum of each period, in whole bytes:`,
		result("0, 60, 120", "1, 2, 2.25"):                              `h:1:1: incoming_bytes: "2.25": a sum is whole: this is the statistic Average`,
		fractions(own, "480000", "480000.5"):                            `h:`,
		fractions(asYAML(h), "480000.0", "1.5"):                         `h:`,
	} {
		refused(t, text, want)
	}
	if got := readError(fractions(own, "480000", "480000.5")); !strings.Contains(got, `incoming_records: "480000.5": a sum is whole`) {
		t.Error(got)
	}
	h.Series[0].SeriesID = model.SeriesID{Level: model.StreamLevel, Metric: model.IteratorAge}
	h.Series[0].Runs[0].Values[7] = 0.5 // of an age it is none
	sortSeries(h.Series)
	returns(t, h)
}

func twoDaysOf() *model.Series { h := twoDays(); return &h.Series[0] }

// Times without a zone need one, and clocks that are set back show an hour twice.
func TestZones(t *testing.T) {
	refused(t, lines("2026-11-01 00:00,1", "2026-11-01 00:01,1"),
		`h:2:1: timestamp: "2026-11-01 00:00": a time without its zone (allowed: times in UTC such as 2026-11-01T00:00:00Z, a head that says so such as Time (UTC), or the zone that the times are in: {option:timezone} UTC`)
	refused(t, result(`"2026-11-01T00:00:00"`, "1"), `h:1:64: MetricDataResults[0].Timestamps: "2026-11-01T00:00:00": a time without its zone`)
	refused(t, lines("2026-11-01,1"), `h:2:1: timestamp: "2026-11-01": a time without its zone`)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	in := func(rows ...string) ([]time.Time, error) {
		h, _, err := ReadAll([]File{{"h", strings.NewReader(lines(rows...))}}, Options{Zone: berlin})
		if err != nil {
			return nil, err
		}
		var at []time.Time
		for p := range h.Series[0].Points() {
			at = append(at, p.Time)
		}
		return at, nil
	}
	// On 2026-10-25 at 01:00 UTC it is 03:00 in summer time, and then 02:00.
	back := time.Date(2026, 10, 24, 23, 0, 0, 0, time.UTC)
	up := []string{"2026-10-25 01:00,1", "2026-10-25 02:00,2", "2026-10-25 02:00,3", "2026-10-25 03:00,4"}
	down := []string{up[3], up[2], up[1], up[0]}
	for _, rows := range [][]string{up, down} {
		at, err := in(rows...)
		if err != nil || len(at) != 4 || !at[0].Equal(back) || !at[3].Equal(back.Add(3*time.Hour)) {
			t.Errorf("%s: %v %v", rows, at, err)
		}
	}
	var minutes []string
	for m := range 60 * 6 {
		minutes = append(minutes, back.Add(time.Duration(m)*time.Minute).In(berlin).Format("2006-01-02 15:04")+",7")
	}
	if at, err := in(minutes...); err != nil || len(at) != 360 || !at[359].Equal(back.Add(359*time.Minute)) {
		t.Errorf("%d, %v", len(at), err)
	}
	if at, err := in("2026-03-29 02:30,1"); err == nil ||
		!strings.Contains(err.Error(), `"2026-03-29 02:30": a time that clocks in Europe/Berlin do not show`) {
		t.Error(at, err)
	}
	if at, err := in("2026-07-01 12:00,1", "2026-07-01T11:00:00Z,1"); err != nil || !at[0].Equal(time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)) {
		t.Error(at, err)
	}
}

// Names that no series has lead to the nearest, and files of other kinds to where they
// belong.
func TestWaysOut(t *testing.T) {
	for text, want := range map[string]string{
		"timestamp,IncommingBytes\n0,1\n":          `h:1:11: column 2: "IncommingBytes": not the name of a series; the nearest is incoming_bytes: rename the head to it, if it is that (allowed: incoming_bytes,`,
		"timestamp,ShardId Incoming_Record\n0,1\n": `h:1:11: column 2: "ShardId Incoming_Record": not the name of a series; the nearest is incoming_records:`,
		"timestamp,total\n0,1\n":                   `h:1:11: column 2: "total": not the name of a series (allowed: incoming_bytes,`,
		"{'Label': 'IncomingBytes', 'Datapoints': [{'Timestamp': datetime.datetime(2026, 11, 2, 0, 0, tzinfo=tzutc()), 'Sum': 1.0}]}": `h:1:1: a dictionary as Python prints it, not a history (allowed: JSON: print it with print(json.dumps(response, default=str)))`,
		"IncomingRecords\nDATAPOINTS\t3600000.0\t2026-11-02T00:00:00Z\tCount\n":                                                       `h:1:1: the AWS CLI's output as text, table or yaml-stream (allowed: what it prints as JSON or as YAML)`,
		"METRICDATARESULTS\tm1\tIncomingBytes\tComplete\n":                                                                            `h:1:1: the AWS CLI's output as text, table or yaml-stream (allowed: what it prints as JSON or as YAML)`,
		"-----------------\n| GetMetricData |\n":                                                                                      `h:1:1: the AWS CLI's output as text, table or yaml-stream`,
		`{"StreamDescriptionSummary": {}}`:                                                                                            `h:1:1: a description of a stream, not a history (allowed: a history; a description goes with {option:file})`,
		"StreamDescriptionSummary:\n  StreamName: a\n":                                                                                `h:1:1: a description of a stream, not a history`,
		`{"format_version": "1.2", "planned_values": {}}`:                                                                             `h:1:1: a Terraform plan, not a history`,
		"MetricDataResults: &a []\n":                                                                                                  `h:1:20: anchors and aliases are not read (allowed: what the AWS CLI prints)`,
		"MetricDataResults: !x []\n":                                                                                                  `h:1:20: tags and merge keys are not read`,
		"MetricDataResults: [\n":                                                                                                      `h:2:1: not YAML:`,
		"MetricDataResults: []\n---\nMetricDataResults: []":                                                                           `h:1:1: a second document`,
		"MetricDataResults:\n- Id: incoming_bytes\n  Timestamps: [yesterday]\n  Values: [1]\n":                                        `h:3:17: MetricDataResults[0].Timestamps: "yesterday": not a time of a history`,
		"MetricDataResults:\n- Id: incoming_bytes\n  Timestamps: [0]\n  Values: [.nan]\n":                                             `h:4:13: MetricDataResults[0].Values: a text is not what belongs here`,
	} {
		refused(t, text, want)
	}
	_, warnings := readText(t, "timestamp,IncomingBytes,PutRecord.Latency\n0,1,3.5\n60,1,2.5\n120,1,0.5\n")
	if len(warnings) != 1 || warnings[0].ID != "history-other-metric" ||
		warnings[0].Message != `h:1: column "PutRecord.Latency" is of a metric that tells nothing of the traffic, and is left out.` {
		t.Error(warnings)
	}
}

// What Python makes of a response with the line that the error gives is read.
func TestPythonWayOut(t *testing.T) {
	text, err := json.Marshal(map[string]any{"MetricDataResults": []map[string]any{{"Id": "incoming_bytes",
		"Timestamps": []string{"2026-11-01 00:00:00+00:00", "2026-11-01 00:01:00+00:00"}, "Values": []float64{1, 2}}}})
	if err != nil {
		t.Fatal(err)
	}
	if h, _ := readText(t, string(text)); !h.From.Equal(november) {
		t.Error(h.From)
	}
}

// Files that do not make one history.
func TestFilesThatDisagree(t *testing.T) {
	h := twoDays()
	table := func(rows ...string) string { return lines(rows...) }
	for want, texts := range map[string][]string{
		`b:1:1: incoming_bytes: "1970-01-01T00:01:00Z": there twice with different values, 3 and 2 in another file`: {table("0,1", "60,2", "120,2"), table("60,3", "120,2", "180,2")},
		`a:1:1: incoming_bytes: "1970-01-01T00:02:00Z": overlaps with the points of another file, which have another period`: {
			table("0,1", "60,2", "120,2", "180,2", "240,2", "300,2", "360,2"), `{"schema":"kcalc.history/v1","from":"1970-01-01T00:00:00Z","to":"1970-01-01T02:00:00Z","series":[{"metric":"IncomingBytes","statistic":"Sum","unit":"B","runs":[{"start":"1970-01-01T00:02:00Z","period":"5m","values":[1]}]}]}`},
		`b:1:1: stream: "other": of another stream than the file before it, "orders"`: {named(t, h, "orders"), named(t, h, "other")},
	} {
		var files []File
		for i, text := range texts {
			files = append(files, File{string(rune('a' + i)), strings.NewReader(text)})
		}
		_, _, err := ReadAll(files, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	// A day between two files is missing, and told.
	got, warnings, err := ReadAll([]File{{"a", strings.NewReader(table("0,1", "60,2", "120,3"))},
		{"b", strings.NewReader(table("300,4", "360,5", "420,6"))}}, Options{})
	if err != nil || len(warnings) != 1 || warnings[0].Message != "b:1: incoming_bytes: 2 points are missing, the first at 1970-01-01T00:03:00Z." {
		t.Error(err, warnings)
	}
	if n := len(got.Series[0].Runs); n != 1 || len(got.Series[0].Runs[0].Values) != 8 {
		t.Error(got.Series)
	}
}

func named(t *testing.T, h *model.History, stream model.Name) string {
	other := *h
	other.Stream = stream
	return string(file(t, &other))
}

// FuzzYAML checks of any YAML that it is read as the JSON that says the same, or refused.
func FuzzYAML(f *testing.F) {
	h := twoDays()
	_, statistics := statisticsOf(&h.Series[0], "Sum")
	for _, text := range []string{asYAML(h), statistics, "MetricDataResults: []", "Label: a\nDatapoints: []",
		"Datapoints:\n- Timestamp: 2026-11-01 00:00:00+00:00\n  Sum: 1e3\nLabel: IncomingBytes\n",
		"MetricDataResults: {a: *b}", "MetricDataResults: [[[[[[]]]]]]", "Label: !!binary aGVsbG8=", "Label: \"\\uD800\"",
		"Datapoints: [{? a : b}]", "Label: |\n  a\n  b\n", "Datapoints:\n- {Timestamp: 0, Sum: .inf}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := &part{notes: &notes{name: "h"}}
		converted := p.yamlToJSON(&source{in: strings.NewReader(text), most: MaxSize})
		if converted == nil {
			if len(p.errs) == 0 {
				t.Fatalf("%q is refused without a word", text)
			}
			return
		}
		if !json.Valid(converted) {
			t.Fatalf("%q becomes %q", text, converted)
		}
		if n, most := bytes.Count(converted, []byte("\n")), strings.Count(text, "\n")+strings.Count(text, "\r"); n > most+10 {
			t.Fatalf("%d lines of %q become %d", most, text, n)
		}
	})
}

// FuzzFiles checks of two files that they are refused in printable lines, or make a history
// that is read back.
func FuzzFiles(f *testing.F) {
	h := twoDays()
	one, _ := statisticsOf(&h.Series[0], "Sum")
	other, _ := statisticsOf(&h.Series[1], "Sum")
	f.Add([]byte(one), []byte(other))
	f.Add([]byte(one), []byte(one))
	f.Add(file(f, h), []byte(lines("0,1", "60,2")))
	f.Add([]byte(asYAML(h)), []byte(inUTF16(lines("2026-11-01 00:00,1"), true)))
	f.Add([]byte("a\nFull label,IncomingBytes\n2026/11/01 00:00:00,1\n"), []byte("Time;x IncomingRecords\n0;1,5"))
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		h, _, err := ReadAll([]File{{"a", bytes.NewReader(a)}, {"b", bytes.NewReader(b)}}, Options{Zone: berlin})
		if err == nil {
			returns(t, h)
			return
		}
		faults, ok := err.(input.Errors)
		if !ok || len(faults) > 2*mostNotes || h != nil {
			t.Fatalf("%T, %v", err, err)
		}
		for _, f := range faults {
			if strings.ContainsFunc(f.Error(), unprintable) {
				t.Fatalf("%q", f.Error())
			}
		}
	})
}
