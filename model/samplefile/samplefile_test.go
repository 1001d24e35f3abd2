package samplefile_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/keyfile"
	"github.com/kcalc/kcalc/model/samplefile"
	"github.com/kcalc/kcalc/model/unit"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// sampled returns five minutes of a stream of two shards: an aggregate of two user records and
// one other record.
func sampled() *model.Sample {
	second := model.Second{At: noon.Add(7 * time.Second), Records: 2, Bytes: 130, MinuteRecords: 2, MinuteBytes: 130, MinuteSeconds: 60}
	busiest := model.Known(model.Busiest{ByRecords: second, ByBytes: second})
	from, to := model.Known(noon), model.Known(noon.Add(5*time.Minute))
	a, b := model.HashOf("a"), model.HashOf("b") // a is the lower
	half := model.UniformStart(1, 2)
	return &model.Sample{
		Schema: model.SampleSchema, Stream: model.Known(model.Name("orders")), Region: model.Known(model.Region("eu-west-1")), Source: model.SampleOfStream,
		From: from, To: to, OpenShards: model.Known(2), Unread: 3,
		Shards: []model.SampledShard{
			{ID: "shardId-000000000000", HashRange: model.HashRange{Last: half.Before()}, From: from, To: to, Records: 2, Bytes: 130, Busiest: busiest},
			{ID: "shardId-000000000001", HashRange: model.HashRange{First: half, Last: model.MaxHash}, From: from, To: to},
		},
		Traffic:      model.Traffic{Records: 2, PayloadBytes: 128, KeyBytes: 2, Aggregates: 1, UserRecords: 3, UserPayloadBytes: 90, UserKeyBytes: 3},
		Busiest:      busiest,
		Sizes:        []model.SizeCount{{Largest: 30, Records: 1, Bytes: 30}, {Largest: 103, Records: 1, Bytes: 98}},
		UserSizes:    []model.SizeCount{{Largest: 30, Records: 3, Bytes: 90}},
		DistinctKeys: model.Known(2),
		Keys: []model.SampledKey{
			{Hash: a, Name: "a", KeyTraffic: model.KeyTraffic{UserRecords: 2, Bytes: 62, Records: 1.5}},
			{Hash: b, KeyTraffic: model.KeyTraffic{UserRecords: 1, Bytes: 31, Records: 0.5}},
		},
		Reading: model.Known(model.Reading{Calls: 12, Throttled: 1, Bytes: 128, Share: 0.2}),
	}
}

func text(t testing.TB, s *model.Sample) string {
	t.Helper()
	var b strings.Builder
	if err := samplefile.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	want := sampled()
	written := text(t, want)
	got, err := samplefile.Read("f", strings.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if again := text(t, got); again != written {
		t.Error("not the same text again:", cmp.Diff(written, again))
	}
	if !samplefile.IsSample([]byte(written)[:samplefile.HeadBytes]) {
		t.Error("not known as a sample")
	}
	bad := sampled()
	bad.Keys[0].UserRecords = 7
	if err := samplefile.Write(io.Discard, bad); err == nil {
		t.Error("writes what Read refuses")
	}
}

func TestReadRefuses(t *testing.T) {
	good := text(t, sampled())
	edit := func(old, replacement string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s in %s", old, good)
		}
		return strings.Replace(good, old, replacement, 1)
	}
	for name, c := range map[string][2]string{
		"nothing":          {"", "f:1:1: cut short"},
		"a list":           {"[]", "f:1:1: not a sample"},
		"cut short":        {good[:len(good)-30], "cut short"},
		"another version":  {edit("sample/v1", "sample/v2"), "f:2:11: schema: this version of a sample is not read (allowed: kcalc.sample/v1)"},
		"no schema":        {edit(`"schema": "kcalc.sample/v1",`, ""), "a key that no sample has"},
		"unknown":          {edit(`"partial"`, `"payload"`), "payload: a key that no sample has"},
		"unknown in a key": {edit(`"key":"a"`, `"name":"a"`), "keys[0]: not what belongs here"},
		"twice":            {edit(`"partial": false`, `"partial": false, "partial": false`), "given twice"},
		"shards below 0":   {edit(`"unread_shards": 3`, `"unread_shards": -3`), "unread_shards: below 0"},
		"missing":          {edit(`"partial": false,`, ""), "partial: missing"},
		"no JSON":          {edit(`"partial": false`, `"partial": no`), "not JSON"},
		"behind":           {good + "{}", "something follows"},
		"no number":        {edit(`"user_records":3`, `"user_records":"3"`), "traffic"},
		"half a record":    {edit(`"user_records":3`, `"user_records":2.5`), "traffic"},
		"negative":         {edit(`"aggregates":1`, `"aggregates":-1`), "f:15:12: traffic: no counts of records"},
		"too many":         {edit(`"user_records":2`, `"user_records":3`), "keys: do not add up"},
		"a key's share":    {edit(`"records":1.5`, `"records":2.5`), "keys[0]: no counts"},
		"keys out of order": {edit(`"hash":"16955237001963240173058271559858726497"`, `"hash":"340282366920938463463374607431768211455"`),
			"f:27:1: keys[1]: not in the order"},
		"no hash":      {edit(`"hash":"16955237001963240173058271559858726497"`, `"hash":"0x10"`), "keys[0]: not what belongs here"},
		"window":       {edit("2026-11-02T12:05:00Z", "2026-11-02T12:00:00Z"), "to: not after from"},
		"year 1":       {edit(`"from": "2026-11-02T12:00:00Z"`, `"from": "0001-01-01T00:00:00Z"`), "no time of a stream"},
		"second":       {edit(`"minute_seconds":60`, `"minute_seconds":61`), "no second of a minute"},
		"shard twice":  {edit("shardId-000000000001", "shardId-000000000000"), "shards[1]: not in the order"},
		"sizes":        {edit(`"up_to":103`, `"up_to":30`), "sizes[1]: not in ascending order"},
		"no list":      {edit(`"user_sizes": [`, `"user_sizes": null, "x": [`), "user_sizes: not a list"},
		"distinct":     {edit(`"distinct_keys": 2`, `"distinct_keys": 3`), "distinct_keys: not how many"},
		"reading":      {edit(`"read_limit_share":0.2`, `"read_limit_share":2`), "reading: no count"},
		"does not end": {good[:20] + strings.Repeat("x", 3<<20), "does not end"},
		"terminal":     {edit(`"partial"`, "\"\\u001b[2Jx\""), "?[2Jx: a key"},
	} {
		s, err := samplefile.Read("f", strings.NewReader(c[0]))
		if err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: %v, %v, want %s", name, s, err, c[1])
		}
	}
	broken := errors.New("broken")
	if _, err := samplefile.Read("f", io.MultiReader(strings.NewReader(good[:50]), failing{broken})); err != broken {
		t.Errorf("%v, want that of the source", err)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// A sample is a file of keys too, whose records are Kinesis records.
func TestSampleIsAFileOfKeys(t *testing.T) {
	want := &model.KeyCounts{HasRecords: true, HasBytes: true, Over: 300e9, Burst: 60, UnreadShards: 3, Keys: []model.KeyCount{
		{Hash: model.HashOf("a"), Name: "a", Records: 1.5, Bytes: 62}, {Hash: model.HashOf("b"), Records: 0.5, Bytes: 31}}}
	got, err := keyfile.Read("f", strings.NewReader(text(t, sampled())))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	s := &model.Sample{Schema: model.SampleSchema, Source: model.SampleOfFiles, DistinctKeys: model.Known(0)}
	if _, err := keyfile.Read("f", strings.NewReader(text(t, s))); err == nil || !strings.Contains(err.Error(), "without records") {
		t.Errorf("a sample of nothing: %v", err)
	}
}

// Files of the first programs do not say how many shards were not read.
func TestReadOlder(t *testing.T) {
	want := sampled()
	want.Unread = 0
	got, err := samplefile.Read("f", strings.NewReader(strings.Replace(text(t, sampled()), `  "unread_shards": 3,`, "", 1)))
	if err != nil || !cmp.Equal(want, got) {
		t.Errorf("%v: %s", err, cmp.Diff(want, got))
	}
}

// What a part was read of each shard counts, where the shards were read about as long.
func TestOverOfAPart(t *testing.T) {
	s := sampled()
	s.Partial = true
	for i, c := range []struct {
		seconds [2]int
		want    unit.Duration
	}{{[2]int{100, 98}, 99e9}, {[2]int{100, 94}, 0}, {[2]int{0, 0}, 0}} {
		for j, n := range c.seconds {
			s.Shards[j].To = model.Known(noon.Add(time.Duration(n) * time.Second))
		}
		if got := s.Over(); got != c.want {
			t.Errorf("%d: %v, want %v", i, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	good := text(f, sampled())
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(strings.Replace(good, `"records":1.5`, `"records":1e999`, 1))
	f.Add(`{"schema": "kcalc.sample/v1", "stream": 1}`)
	f.Fuzz(func(t *testing.T, file string) {
		s, err := samplefile.Read("f", strings.NewReader(file))
		if err != nil {
			if strings.ContainsAny(strings.ReplaceAll(err.Error(), "\n", ""), "\x00\x1b") {
				t.Errorf("%q: the fault could steer a terminal", file)
			}
			return
		}
		again, err := samplefile.Read("f", strings.NewReader(text(t, s)))
		if err != nil {
			t.Fatalf("%q: is not read again: %v", file, err)
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Errorf("%q: %s", file, diff)
		}
		s.KeyCounts()
	})
}
