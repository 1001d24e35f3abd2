package sample_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/samplefile"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func record(key string, size int, at time.Time) model.Record {
	return model.Record{PartitionKey: key, Data: bytes.Repeat([]byte("s"), size), Size: int64(size), Arrival: at}
}

// aggregate returns the first aggregate of the fixtures: records of a with 10 and 30 bytes, and
// one of b with 20.
func aggregate(t testing.TB, at time.Time) model.Record {
	t.Helper()
	text, err := os.ReadFile("../../model/recordfile/testdata/kpl.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Data []byte }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return model.Record{PartitionKey: "a", Data: list[0].Data, Size: int64(len(list[0].Data)), Arrival: at}
}

func text(t testing.TB, s *model.Sample) string {
	t.Helper()
	var b strings.Builder
	if err := samplefile.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// By hand: an aggregate of 106 bytes under the key a, with a twice (10 and 30 bytes) and b once
// (20); and records of c with 100 bytes, 3 of them in second 5 and one in second 65.
func TestTally(t *testing.T) {
	a := aggregate(t, noon.Add(5*time.Second))
	size := a.Size
	tally := sample.New(sample.Options{KeepKeys: true})
	tally.Add(nil, a, record("c", 100, noon.Add(5100*time.Millisecond)), record("c", 100, noon.Add(5900*time.Millisecond)),
		record("c", 100, noon.Add(5*time.Second)), record("c", 100, noon.Add(65*time.Second)))
	s := tally.Sample()
	if want := (model.Traffic{Records: 5, PayloadBytes: size + 400, KeyBytes: 5, Aggregates: 1, UserRecords: 7,
		UserPayloadBytes: 460, UserKeyBytes: 7}); s.Traffic != want {
		t.Errorf("%+v, want %+v", s.Traffic, want)
	}
	second := model.Second{At: noon.Add(5 * time.Second), Records: 4, Bytes: size + 1 + 303, MinuteRecords: 4,
		MinuteBytes: size + 1 + 303, MinuteSeconds: 55}
	if diff := cmp.Diff(model.Known(model.Busiest{ByRecords: second, ByBytes: second}), s.Busiest); diff != "" {
		t.Error(diff)
	}
	if s.From.Value != noon.Add(5*time.Second) || s.To.Value != noon.Add(66*time.Second) {
		t.Errorf("from %v to %v", s.From, s.To)
	}
	want := []model.SampledKey{
		{Hash: model.HashOf("a"), Name: "a", KeyTraffic: model.KeyTraffic{UserRecords: 2, Bytes: 42, Records: 0.666666666}},
		{Hash: model.HashOf("c"), Name: "c", KeyTraffic: model.KeyTraffic{UserRecords: 4, Bytes: 404, Records: 4}},
		{Hash: model.HashOf("b"), Name: "b", KeyTraffic: model.KeyTraffic{UserRecords: 1, Bytes: 21, Records: 0.333333333}}}
	if diff := cmp.Diff(want, s.Keys); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]model.SizeCount{{Largest: 10, Records: 1, Bytes: 10}, {Largest: 21, Records: 1, Bytes: 20},
		{Largest: 31, Records: 1, Bytes: 30}, {Largest: 103, Records: 4, Bytes: 400}}, s.UserSizes); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text(t, s), "secret") || strings.Contains(text(t, s), "ssss") {
		t.Error("the file has a payload")
	}
	names := sample.New(sample.Options{})
	names.Add(nil, record("customer-4711", 9, noon))
	if strings.Contains(text(t, names.Sample()), "4711") {
		t.Error("the file has a key that was not to be kept")
	}
}

// A record that is on another shard than its key is of an explicit hash key that nobody tells.
func TestTallyOfAShard(t *testing.T) {
	half := model.UniformStart(1, 2)
	tally := sample.New(sample.Options{})
	low := tally.Shard("0", model.HashRange{Last: half.Before()})
	low.From, low.To = model.Known(noon), model.Known(noon.Add(time.Minute))
	tally.Add(low, record("a", 10, noon), record("b", 20, noon.Add(time.Second))) // a is below the half, b above
	s := tally.Between(noon, noon.Add(time.Minute))
	if s.Traffic.ExplicitHashKeys != 1 || len(s.Keys) != 1 || s.Rest.UserRecords != 1 || s.Rest.Bytes != 21 {
		t.Errorf("%+v, %+v, %+v", s.Traffic, s.Keys, s.Rest)
	}
	if sh := s.Shards[0]; sh.Records != 2 || sh.Bytes != 32 || sh.Busiest.Value.ByBytes.Bytes != 21 {
		t.Errorf("%+v", sh)
	}
	text(t, s)
}

// Records that say no time leave the time of the sample unknown.
func TestTallyWithoutArrivals(t *testing.T) {
	tally := sample.New(sample.Options{})
	tally.Add(nil, record("a", 1, time.Time{}), record("b", 1, noon))
	s := tally.Sample()
	if s.From.Known || s.Busiest.Known {
		t.Errorf("%v, %v", s.From, s.Busiest)
	}
	text(t, s)
}

// Whatever the order and the goroutine in which records are added, the file is the same.
func TestTallyIsDeterministic(t *testing.T) {
	var records []model.Record
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		records = append(records, record(fmt.Sprint("k", i%97), r.IntN(500), noon.Add(time.Duration(r.IntN(200_000))*time.Millisecond)))
		if i%50 == 0 {
			records = append(records, aggregate(t, noon.Add(time.Duration(i)*time.Millisecond)))
		}
	}
	tally := sample.New(sample.Options{KeepKeys: true})
	tally.Add(nil, records...)
	want := text(t, tally.Sample())
	r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	again := sample.New(sample.Options{KeepKeys: true})
	var group sync.WaitGroup
	for part := range 4 {
		group.Go(func() { again.Add(nil, records[part*len(records)/4:(part+1)*len(records)/4]...) })
	}
	group.Wait()
	if got := text(t, again.Sample()); got != want {
		t.Error(cmp.Diff(want, got))
	}
}

// With more keys than are counted no count is above the truth, none is below it by more than the
// error, every key above the error is there, and all adds up. The error is at most the weight of
// all records by the number of keys.
func TestSketch(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(r, 1.1, 1, 50_000)
	const most, records = 200, 100_000
	users, sizes := map[model.Hash]int64{}, map[model.Hash]int64{}
	tally := sample.New(sample.Options{MostKeys: most})
	var weight int64
	for range records {
		key, size := fmt.Sprint(zipf.Uint64()), 50+r.IntN(400)
		tally.Add(nil, record(key, size, noon))
		users[model.HashOf(key)]++
		sizes[model.HashOf(key)] += int64(size + len(key))
		weight += int64(size+len(key)) + 1049
	}
	s := tally.Sample()
	text(t, s) // which checks the sums
	e := s.Sketch.Value
	if !s.Sketch.Known || s.DistinctKeys.Known || len(s.Keys) != most || e.Bytes > weight/most {
		t.Fatalf("%+v of %d keys, the error is at most %d", s.Sketch, len(s.Keys), weight/most)
	}
	there := map[model.Hash]bool{}
	for _, k := range s.Keys {
		there[k.Hash] = true
		if k.UserRecords > users[k.Hash] || k.Bytes > sizes[k.Hash] ||
			k.UserRecords < users[k.Hash]-e.UserRecords || k.Bytes < sizes[k.Hash]-e.Bytes {
			t.Errorf("%+v, want %d and %d within %+v", k, users[k.Hash], sizes[k.Hash], e)
		}
	}
	for hash, n := range users {
		if (n > e.UserRecords || sizes[hash] > e.Bytes) && !there[hash] {
			t.Errorf("%v with %d records is missing", hash, n)
		}
	}
}

// Seconds are forgotten before they take more memory than they may, those of shards first.
func TestSecondsAreBounded(t *testing.T) {
	tally := sample.New(sample.Options{})
	sh := tally.Shard("0", model.HashRange{Last: model.MaxHash})
	sh.From, sh.To = model.Known(noon), model.Known(noon.Add(3_000_000*time.Second))
	r := record("a", 1, noon)
	for range 1_100_000 {
		r.Arrival = r.Arrival.Add(time.Second)
		tally.Add(sh, r)
	}
	s := tally.Between(noon, noon.Add(3_000_000*time.Second))
	if s.Busiest.Known || s.Shards[0].Busiest.Known {
		t.Error("all seconds are there")
	}
}

// A minute that the sample has a part of counts with that part: of 40 seconds with a record each and
// 10 more in one of them, up to second 50, the busiest is 11 ÷ (50/40) = 8.8 times the mean.
func TestBusiestOfAPartOfAMinute(t *testing.T) {
	tally := sample.New(sample.Options{})
	for i := range 40 {
		tally.Add(nil, record("a", 9, noon.Add(time.Duration(10+i)*time.Second)))
	}
	for range 10 {
		tally.Add(nil, record("a", 9, noon.Add(20*time.Second)))
	}
	s := tally.Between(noon.Add(10*time.Second), noon.Add(50*time.Second))
	if b := s.Busiest.Value.ByRecords; b.MinuteSeconds != 40 || s.Burst() != 8.8 {
		t.Errorf("%+v: burst %v", b, s.Burst())
	}
	if s = tally.Between(noon.Add(10*time.Second), noon.Add(39*time.Second)); s.Burst() != 0 {
		t.Errorf("29 seconds of a minute have a burst of %v", s.Burst())
	}
}

// Each notice is there for what it says, and for nothing else.
func TestNotices(t *testing.T) {
	whole := func() *model.Sample {
		s := &model.Sample{OpenShards: model.Known(1), Shards: []model.SampledShard{{ID: "0"}},
			Traffic: model.Traffic{Records: 10}, From: model.Known(noon), To: model.Known(noon.Add(24 * time.Hour))}
		s.Shards[0].From, s.Shards[0].To = s.From, s.To
		return s
	}
	nothing := whole()
	nothing.Traffic.Records, nothing.To.Value = 0, noon.Add(time.Minute)
	if list := sample.Notices(nothing); len(list) > 0 {
		t.Errorf("of nothing: %v", list)
	}
	for want, edit := range map[string]func(*model.Sample){
		"":                          func(*model.Sample) {},
		"sample-partial":            func(s *model.Sample) { s.Partial = true },
		"keys-unread":               func(s *model.Sample) { s.Unread = 1 },
		"sample-sketch":             func(s *model.Sample) { s.Sketch = model.Known(model.Sketch{Counted: 5, UserRecords: 1, Bytes: 2}) },
		"sample-explicit-hash-keys": func(s *model.Sample) { s.Traffic.ExplicitHashKeys = 1 },
		"sample-without-time":       func(s *model.Sample) { s.From.Known, s.To.Known = false, false },
		"sample-short":              func(s *model.Sample) { s.To.Value = noon.Add(time.Hour) },
	} {
		s := whole()
		edit(s)
		var got []string
		for _, n := range sample.Notices(s) {
			got = append(got, n.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v, want %q", got, want)
		}
	}
}
