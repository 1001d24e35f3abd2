package historyfile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// returns writes a history and reads it again: the same, without complaint but
// of what it has no points of.
func returns(t testing.TB, h *model.History) {
	t.Helper()
	text := file(t, h)
	again, warnings, err := Read("h", bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%.3000s", err, text)
	}
	if diff := cmp.Diff(h, again, sameBits); diff != "" {
		t.Fatalf("%s\n%.3000s", diff, text)
	}
	for _, w := range warnings {
		if w.ID != "history-gaps" && w.ID != "history-more" {
			t.Fatal(w)
		}
	}
}

func TestReadOfWriteIsTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := anyHistory(r)
		text := file(t, h)
		again, _, err := Read("h", bytes.NewReader(text))
		if err != nil {
			r.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(h, again, sameBits); diff != "" {
			r.Fatalf("%s\n%s", diff, text)
		}
	})
}

// anyHistory draws from the histories that there can be.
func anyHistory(t *rapid.T) *model.History {
	from := anyTime.Draw(t, "from")
	h := &model.History{
		Stream: anyOptional(t, "stream", anyName), Region: anyOptional(t, "region",
			rapid.SampledFrom([]model.Region{"us-east-1", "us-gov-west-1"})),
		Account: anyOptional(t, "account", rapid.StringMatching(`[0-9]{12}`)),
		From:    from, To: from.Add(time.Duration(rapid.Int64Range(1, 1e18).Draw(t, "window"))), Fetched: anyOptional(t,
			"fetched", anyTime),
		Configuration: anyMaybe(t, "configuration", rapid.Custom(anyConfiguration)),
	}
	h.Warnings = anyOptional(t, "warnings", rapid.SliceOfN(rapid.Custom(func(t *rapid.T) notice.Notice {
		return notice.Kept(anyLabel.Draw(t, "id"), anyLabel.Draw(t, "message"), anyLabel.Draw(t, "remedy"))
	}), 1, 3))
	h.Series = anyOptional(t, "series", rapid.SliceOfNDistinct(rapid.Custom(anySeries), 1, 5,
		func(s model.Series) model.SeriesID { return s.SeriesID }))
	sortSeries(h.Series)
	return h
}

func anyConfiguration(t *rapid.T) model.Configuration {
	size := rapid.Float64Range(0, 1e15)
	return model.Configuration{
		Created:       anyMaybe(t, "created", anyTime),
		ClosedShards:  anyMaybe(t, "closed shards", rapid.IntRange(0, 20_000)),
		Mode:          anyMaybe(t, "mode", rapid.SampledFrom(model.Modes())),
		OpenShards:    anyMaybe(t, "open shards", rapid.IntRange(0, 20_000)),
		Shards:        anyMaybe(t, "shards", rapid.SliceOfN(rapid.Custom(anyShard), 0, 3)),
		Retention:     anyMaybe(t, "retention", anyDuration),
		MaxRecordSize: anyMaybe(t, "largest", rapid.Map(size, func(x float64) unit.Bytes { return unit.Bytes(x) })),
		WarmThroughput: anyMaybe(t, "warm", rapid.Map(size,
			func(x float64) unit.BytesPerSecond { return unit.BytesPerSecond(x) })),
		ShardMetrics: anyMaybe(t, "metrics", rapid.SliceOfN(anyLabel, 0, 7)),
		Consumers: anyMaybe(t, "consumers", rapid.SliceOfN(rapid.Custom(func(t *rapid.T) model.FanOutConsumer {
			return model.FanOutConsumer{Name: anyName.Draw(t, "name"), Status: anyLabel.Draw(t, "status"),
				Created: anyMaybe(t, "created", anyTime)}
		}), 0, 3)),
		Functions: anyMaybe(t, "functions", rapid.SliceOfN(rapid.Custom(anyFunction), 0, 3)),
	}
}

func anyShard(t *rapid.T) model.Shard {
	hash := rapid.SampledFrom([]string{"0", "170141183460469231731687303715884105728",
		"340282366920938463463374607431768211455"})
	return model.Shard{ID: anyLabel.Draw(t, "id"), FirstHash: hash.Draw(t, "first"), LastHash: hash.Draw(t, "last")}
}

func anyFunction(t *rapid.T) model.Function {
	return model.Function{
		Name: anyLabel.Draw(t, "name"), State: anyLabel.Draw(t, "state"), FanOut: anyMaybe(t, "fan-out", anyName),
		BatchSize: rapid.IntRange(0, 10_000).Draw(t, "batch"), BatchingWindow: anyDuration.Draw(t, "window"),
		ParallelizationFactor: rapid.IntRange(0, 10).Draw(t, "factor"), MaximumRetries: anyMaybe(t, "retries",
			rapid.IntRange(0, 10_000)),
		MaximumRecordAge: anyMaybe(t, "age", anyDuration), BisectOnError: rapid.Bool().Draw(t, "bisect"),
		PartialResponses: rapid.Bool().Draw(t, "partial"), OnFailure: anyMaybe(t, "on failure", rapid.SampledFrom(
			[]model.Destination{model.ToSQS, model.ToSNS, model.ToS3, model.ToKafka})),
		Filters: rapid.IntRange(0, 5).Draw(t, "filters"),
	}
}

func anySeries(t *rapid.T) model.Series {
	m := rapid.SampledFrom(model.Metrics()).Draw(t, "metric")
	s := model.Series{SeriesID: model.SeriesID{Level: m.Level, Metric: m.Name}}
	if m.Level != model.StreamLevel {
		s.Owner = rapid.StringMatching(`[A-Za-z0-9_.:-]{1,8}`).Draw(t, "of")
	}
	next := anyTime.Draw(t, "start")
	for range rapid.IntRange(0, 3).Draw(t, "runs") {
		next = next.Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "pause")))
		r := model.Run{Start: next, Period: unit.Duration(rapid.Int64Range(1, 366*86_400).Draw(t,
			"period") * int64(time.Second)),
			Values: rapid.SliceOfN(anyValue, 1, 200).Draw(t, "values")}
		for i, v := range r.Values {
			if m.Statistic == model.Sum {
				r.Values[i] = math.Round(v) // sums are whole
			}
		}
		if next = r.End(); !next.Before(latest) ||
			next.Sub(r.Start)/time.Duration(len(r.Values)) != time.Duration(r.Period) {
			break
		}
		s.Runs = append(s.Runs, r)
	}
	return s
}

var (
	anyTime     = rapid.Map(rapid.Int64Range(0, 4_000_000_000_000_000_000), utc)
	anyDuration = rapid.Map(rapid.Int64Range(0, 1e18), func(n int64) unit.Duration { return unit.Duration(n) })
	anyName     = rapid.Map(rapid.StringMatching(`[A-Za-z0-9_.-]{1,12}`),
		func(s string) model.Name { return model.Name(s) })
	anyLabel = rapid.Map(rapid.StringN(1, 20, 60), func(s string) string { return shown(s) })
	anyValue = rapid.Custom(func(t *rapid.T) float64 {
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			return model.MissingValue()
		case 1:
			return rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 5e-324, maxFloat, 1 << 53, 1e21, 1e-7}).Draw(t,
				"special")
		case 2:
			return math.Float64frombits(rapid.Uint64Range(0, math.Float64bits(maxFloat)).Draw(t, "bits"))
		}
		return float64(rapid.IntRange(0, 1e9).Draw(t, "count"))
	})
)

// anyMaybe draws what may not be known.
func anyMaybe[T any](t *rapid.T, label string, g *rapid.Generator[T]) (m model.Maybe[T]) {
	if rapid.Bool().Draw(t, label+" is known") {
		m = model.Known(g.Draw(t, label))
	}
	return m
}

// anyOptional draws from a generator, or nothing.
func anyOptional[T any](t *rapid.T, label string, g *rapid.Generator[T]) (none T) {
	if rapid.Bool().Draw(t, "has "+label) {
		return g.Draw(t, label)
	}
	return none
}

// complete returns a history with everything that there can be.
func complete() *model.History {
	h := &model.History{Stream: "orders", Region: "us-east-1", Account: "123456789012",
		From: november, To: november.Add(2 * time.Hour), Fetched: november.Add(3*time.Hour + 1),
		Configuration: model.Known(model.Configuration{
			Created: model.Known(november), Mode: model.Known(model.Provisioned), OpenShards: model.Known(1),
			ClosedShards: model.Known(2), Retention: model.Known(unit.Day),
			Shards: model.Known([]model.Shard{{ID: "shardId-000000000000", FirstHash: "0",
				LastHash: "340282366920938463463374607431768211455"}}),
			MaxRecordSize: model.Known(
				unit.MiB,
			), WarmThroughput: model.Known(unit.BytesPerSecond(4 * unit.MiB)), ShardMetrics: model.Known([]string{"IncomingBytes"}),
			Consumers: model.Known([]model.FanOutConsumer{{Name: "audit", Status: "ACTIVE",
				Created: model.Known(november)}}),
			Functions: model.Known([]model.Function{{Name: "index", State: "Enabled",
				FanOut: model.Known(model.Name("audit")), BatchSize: 100, BatchingWindow: 1e9,
				ParallelizationFactor: 2, MaximumRetries: model.Known(0), MaximumRecordAge: model.Known(unit.Duration(time.Hour)), BisectOnError: true,
				PartialResponses: true, OnFailure: model.Known(model.ToS3), Filters: 2}}),
		}),
		Warnings: []notice.Notice{{ID: "not-read", Message: "no permission to list Lambda functions",
			Remedy: "allow lambda:ListEventSourceMappings"}},
	}
	for i, id := range []model.SeriesID{
		{Level: model.StreamLevel, Metric: model.IncomingBytes}, {Level: model.ConsumerLevel,
			Metric: model.SubscribedBytes, Owner: "audit"},
		{Level: model.ShardLevel, Metric: model.IncomingBytes,
			Owner: "shardId-000000000000"}, {Level: model.FunctionLevel, Metric: model.FunctionDuration, Owner: "index"},
	} {
		hour := model.Run{Start: november, Period: unit.Duration(time.Hour), Values: []float64{float64(i)}}
		minutes := model.Run{Start: november.Add(time.Hour), Period: unit.Duration(time.Minute),
			Values: []float64{5, model.MissingValue(), 1e300}}
		h.Series = append(h.Series, model.Series{SeriesID: id, Runs: []model.Run{hour, minutes}})
	}
	return h
}

// What the tables have a key for is written, read, and nothing else.
func TestEveryKeyIsWrittenAndRead(t *testing.T) {
	h := complete()
	returns(t, h)
	text := string(file(t, h))
	keys := map[string]bool{}
	for _, m := range regexp.MustCompile(`"([a-z_]+)":`).FindAllStringSubmatch(text, -1) {
		keys[m[1]] = true
	}
	for key, doc := range allKeys(Keys()) {
		if doc == "" {
			t.Errorf("%s is not described", key)
		}
		if !keys[key] {
			t.Errorf("%s is not written", key)
		}
		delete(keys, key)
		if broken := strings.Replace(text, `"`+key+`":`, `"`+key+`x":`, 1); !strings.Contains(readError(broken),
			key+"x: unknown key") && key != "schema" {
			t.Errorf("%sx is read", key)
		}
	}
	for key := range keys {
		t.Errorf("%s is written, but the file has no such key", key)
	}
	for _, key := range Keys() {
		if !isOwnKey(key.Name) {
			t.Errorf("a file that begins with %s is not known", key.Name)
		}
	}
}

// allKeys returns what keys, and those within them, are described as.
func allKeys(keys []Key) map[string]string {
	docs := map[string]string{}
	for _, k := range keys {
		docs[k.Name] = k.Doc
		within := &k.Schema
		if within.Items != nil {
			within = within.Items
		}
		maps.Copy(docs, allKeys(within.Keys))
	}
	return docs
}

// readError returns what is wrong with a text, "" if nothing is.
func readError(text string) string {
	if _, _, err := Read("h", strings.NewReader(text)); err != nil {
		return err.Error()
	}
	return ""
}

// A line has an hour, whenever the run begins: what two windows have in common
// looks the same.
func TestLinesPartAtHours(t *testing.T) {
	h := &model.History{From: november, To: november.Add(3 * time.Hour)}
	values := make([]float64, 150)
	for i := range values {
		values[i] = float64(i)
	}
	run := func(from int) *model.History {
		h.Series = []model.Series{{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes},
			Runs: []model.Run{{Start: november.Add(time.Duration(from) * time.Minute),
				Period: unit.Duration(time.Minute), Values: values[from:]}}}}
		return h
	}
	all, later := strings.Split(string(file(t, run(0))), "\n"), strings.Split(string(file(t, run(37))), "\n")
	if len(all) != len(later) || all[0] != later[0] {
		t.Fatalf("%q\n%q", all, later)
	}
	var differ []int
	for i := range all {
		if all[i] != later[i] {
			differ = append(differ, i)
		}
	}
	if diff := cmp.Diff([]int{6, 7}, differ); diff != "" { // the start, and the first hour
		t.Error(diff)
	}
	if first := strings.TrimSpace(later[7]); !strings.HasPrefix(first, "37,38,") || !strings.HasSuffix(first, ",59,") {
		t.Error(first)
	}
}

// A file that was published is written again as it was, to the byte.
func TestLayoutStays(t *testing.T) {
	for _, name := range []string{"clicks", "payments"} {
		zipped, err := os.ReadFile("../../docs/examples/" + name + ".json.gz")
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(zipped))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		h, _ := readText(t, string(text))
		if !bytes.Equal(file(t, h), text) {
			t.Errorf("%s is written in another way", name)
		}
	}
}

// What could steer a terminal does not get into the file, nor out of it.
func TestWriteReplacesWhatDoesNotShow(t *testing.T) {
	h := complete()
	h.Warnings[0].Message = "a\x1b[2Jb\nc\u202ed\xff"
	again, _ := readText(t, string(file(t, h)))
	if got := again.Warnings[0].Message; got != "a?[2Jb?c?d�" {
		t.Errorf("%q", got)
	}
}

// Times are written in UTC, wherever they are from.
func TestWriteInUTC(t *testing.T) {
	east := time.FixedZone("", 5*3600)
	h := complete()
	h.From, h.To, h.Fetched = h.From.In(east), h.To.In(east), h.Fetched.In(east)
	for _, s := range h.Series {
		s.Runs[0].Start = s.Runs[0].Start.In(east)
	}
	if diff := cmp.Diff(string(file(t, complete())), string(file(t, h))); diff != "" {
		t.Error(diff)
	}
}

// What Read would refuse is not written.
func TestWriteRefuses(t *testing.T) {
	for want, change := range map[string]func(h *model.History){
		"a history needs a window":                                                                   func(h *model.History) { h.To = h.From },
		"from a time of 1970 to 2199":                                                                func(h *model.History) { h.From = time.Time{} },
		"incoming_bytes: no series of a history, or there twice":                                     func(h *model.History) { h.Series = append(h.Series, h.Series[0]) },
		"Nonsense[]: no series of a history":                                                         func(h *model.History) { h.Series[0].Metric = "Nonsense" },
		"incoming_bytes[a b]: no series of a history":                                                func(h *model.History) { h.Series[2].Owner = "a b" },
		"incoming_bytes, run of 2026-11-01T00:00:00Z: 2026-11-01T00:00:00Z: negative value":          func(h *model.History) { h.Series[0].Runs[0].Values[0] = -1 },
		"2026-11-01T01:02:00Z: too large value":                                                      func(h *model.History) { h.Series[0].Runs[1].Values[2] = math.Inf(1) },
		"run of 2026-11-01T01:00:00Z: a run without values":                                          func(h *model.History) { h.Series[0].Runs[1].Values = nil },
		"not the period of a run":                                                                    func(h *model.History) { h.Series[0].Runs[0].Period = 1 },
		"run of 2026-11-01T01:00:00Z: begins before the run before it ends, at 2026-11-01T02:00:00Z": func(h *model.History) { h.Series[0].Runs[0].Values = []float64{1, 2} },
		"run of 2199-12-31T00:00:00Z: a run beyond the times of a history": func(h *model.History) {
			h.Series[0].Runs[1] = model.Run{Start: latest.AddDate(0, 0, -1), Period: 2 * unit.Day, Values: []float64{1}}
		},
		"incoming_bytes, run of 1969-12-31T23:59:59Z: a run beyond the times of a history": func(h *model.History) { h.Series[0].Runs[0].Start = earliest.Add(-time.Second) },
	} {
		h := complete()
		change(h)
		var b bytes.Buffer
		if err := Write(&b, h); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A disk that is full is told, wherever it gets full.
func TestWriteTellsFailure(t *testing.T) {
	h := twoWeeks()
	size := len(file(t, h))
	full := errors.New("full")
	for _, room := range []int{0, 100, 5000, size / 2, size - 1} {
		if err := Write(&limited{room, full}, h); !errors.Is(err, full) {
			t.Errorf("%d: %v", room, err)
		}
	}
	if err := Write(&limited{size, full}, h); err != nil {
		t.Error(err)
	}
}

// limited is a disk.
type limited struct {
	room int
	full error
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.room)
	l.room -= n
	if n < len(p) {
		return n, l.full
	}
	return n, nil
}

var _ io.Writer = (*limited)(nil)
