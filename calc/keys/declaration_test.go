package keys_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// sampled returns a sample of two shards of equal ranges: so many records each of n keys, each
// with a payload of 94 bytes and a key of 6. key-0000 has extra ones besides.
func sampled(n int, each, extra int64) *model.Sample {
	s := &model.Sample{Schema: model.SampleSchema, OpenShards: model.Known(2), DistinctKeys: model.Known(n)}
	half := model.UniformStart(1, 2)
	s.Shards = []model.SampledShard{
		{ID: "0", HashRange: model.HashRange{Last: half.Before()}}, {ID: "1", HashRange: model.HashRange{First: half, Last: model.MaxHash}}}
	for i := range n {
		name := fmt.Sprintf("k-%04d", i)
		k := model.SampledKey{Hash: model.HashOf(name), KeyTraffic: model.KeyTraffic{UserRecords: each}}
		if i == 0 {
			k.UserRecords += extra
		}
		k.Bytes, k.Records = 100*k.UserRecords, float64(k.UserRecords)
		s.Keys = append(s.Keys, k)
		s.Traffic.Records += k.UserRecords
		sh := &s.Shards[0]
		if !k.Hash.Less(half) {
			sh = &s.Shards[1]
		}
		sh.Records, sh.Bytes = sh.Records+k.UserRecords, sh.Bytes+k.Bytes
	}
	slices.SortFunc(s.Keys, func(a, b model.SampledKey) int { return a.Hash.Compare(b.Hash) })
	t := &s.Traffic
	t.PayloadBytes, t.KeyBytes, t.UserRecords = 94*t.Records, 6*t.Records, t.Records
	s.Sizes = []model.SizeCount{{Largest: 94, Records: t.Records, Bytes: t.PayloadBytes}}
	return s
}

// texts returns the settings of a declaration by key.
func texts(d input.Declaration) map[string]string {
	m := map[string]string{}
	for key, s := range d.Settings {
		m[key] = s.Text
	}
	return m
}

// 100 keys bring 100 records each and k-0000 10,000 more: of 20,000 records it has 10,100, which
// is 50.5%. The busiest second has 500 of a minute's 12,000 records, 200 a second: 2.5.
func TestDeclaration(t *testing.T) {
	s := sampled(100, 100, 10_000)
	second := model.Second{Records: 500, Bytes: 50_000, MinuteRecords: 12_000, MinuteBytes: 1_200_000, MinuteSeconds: 60}
	s.Busiest = model.Known(model.Busiest{ByRecords: second, ByBytes: second})
	d := keys.Declaration(s, &limits, keys.Measured{})
	want := map[string]string{"producer.keys": "100", "producer.largest_key": "50.5%", "producer.partition_key_size": "6",
		"producer.burst": "2.5"}
	got := texts(d)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if skew := 2 * d.Placed.Hottest(2).Records; math.Abs(skew-hottest(s)) > 1e-9 {
		t.Errorf("skew %v, want %v", skew, hottest(s))
	}
	if len(d.Sizes) != 1 || d.Sizes[0]["size"].Text != "94" || d.Sizes[0]["share"].Text != "1" {
		t.Errorf("sizes %v", d.Sizes)
	}
	d.Settings["producer.peak"] = input.Setting{Text: "100", Source: model.File}
	w, _, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	if w.Producer.RecordSize != 94 || w.Producer.Placed != d.Placed {
		t.Errorf("%+v", w.Producer)
	}
}

// hottest returns the skew of the sample's two shards.
func hottest(s *model.Sample) float64 {
	a, b := float64(s.Shards[0].Records), float64(s.Shards[1].Records)
	return max(a, b) * 2 / (a + b)
}

// What a sample does not tell is left out.
func TestDeclarationLeavesOut(t *testing.T) {
	second := model.Second{Records: 3, Bytes: 300, MinuteRecords: 60, MinuteBytes: 6000, MinuteSeconds: 60}
	for name, c := range map[string]struct {
		sample *model.Sample
		edit   func(*model.Sample)
		not    []string
	}{
		"nothing": {&model.Sample{}, func(*model.Sample) {}, []string{"producer.partition_key_size", "producer.skew"}},
		"an unread shard": {sampled(100, 100, 10_000), func(s *model.Sample) { s.Unread = 1 },
			[]string{"producer.skew", "producer.keys", "producer.largest_key"}},
		"a sketch":       {sampled(100, 100, 10_000), func(s *model.Sample) { s.DistinctKeys = model.Maybe[int]{} }, []string{"producer.keys"}},
		"keys seen once": {sampled(1000, 1, 0), func(*model.Sample) {}, []string{"producer.keys", "producer.largest_key", "producer.skew"}},
		"a burst of chance": {sampled(100, 100, 0), func(s *model.Sample) {
			s.Busiest = model.Known(model.Busiest{ByRecords: second, ByBytes: second})
		}, []string{"producer.burst"}}, // 3 of a mean of 1
		"a burst of half a minute": {sampled(100, 100, 0), func(s *model.Sample) {
			few := model.Second{Records: 500, MinuteRecords: 1000, MinuteSeconds: 29}
			s.Busiest = model.Known(model.Busiest{ByRecords: few, ByBytes: few})
		}, []string{"producer.burst"}},
	} {
		c.edit(c.sample)
		d := keys.Declaration(c.sample, &limits, keys.Measured{})
		got := texts(d)
		for _, key := range c.not {
			if text, there := got[key]; there || key == "producer.skew" && d.Placed != nil {
				t.Errorf("%s: %s is %s", name, key, text)
			}
		}
	}
}

// Of keys that were seen in part, those that have few records are spread evenly: 2 with 100 of them each
// of 1,000 that 600 keys have once stay by themselves.
func TestOfSample(t *testing.T) {
	s := sampled(602, 1, 0)
	for _, i := range []int{7, 500} {
		s.Keys[i].UserRecords, s.Keys[i].Records, s.Keys[i].Bytes = 100, 100, 10_000
	}
	s.Traffic.Records, s.Traffic.UserRecords = 800, 800
	set, ok := keys.OfSample(s, &limits)
	if !ok || set.Keys() != 2 || set.Rest().Records != 600 || set.Total().Records != 800 {
		t.Errorf("%v: %d keys, %v of %v", ok, set.Keys(), set.Rest(), set.Total())
	}
	s = sampled(600, 2, 0) // none was seen once: these are all
	if set, ok := keys.OfSample(s, &limits); !ok || set.Keys() != 600 || set.Rest().Records != 0 {
		t.Errorf("%v: %d keys, %v", ok, set.Keys(), set.Rest())
	}
}

// Today's ranges are others than those that were read: the keys are placed on them.
func TestSampledSkewOfToday(t *testing.T) {
	s := sampled(100, 100, 10_000)
	read, _ := keys.SampledSkew(s, &limits, keys.Uniform(2))
	if read != hottest(s) {
		t.Errorf("the shards that were read: %v, want %v", read, hottest(s))
	}
	today := keys.Uniform(7)
	loads := make([]float64, len(today))
	for _, k := range s.Keys {
		i := 0
		for i+1 < len(today) && !k.Hash.Less(today[i+1]) {
			i++
		}
		loads[i] += k.Records
	}
	want := slices.Max(loads) * 7 / 20_000
	if got, ok := keys.SampledSkew(s, &limits, today); !ok || math.Abs(got-want) > 1e-9 {
		t.Errorf("%v, %v, want %v", got, ok, want)
	}
}

// Records that lie evenly have no skew: chance explains what they have in 99 of 100 draws.
func TestChanceIsNoSkew(t *testing.T) {
	told := 0
	for draw := range 200 {
		s := &model.Sample{}
		for i := range 500 {
			name := fmt.Sprintf("%d/%d", draw, i)
			s.Keys = append(s.Keys, model.SampledKey{Hash: model.HashOf(name), KeyTraffic: model.KeyTraffic{UserRecords: 1, Records: 1, Bytes: 100}})
		}
		slices.SortFunc(s.Keys, func(a, b model.SampledKey) int { return a.Hash.Compare(b.Hash) })
		s.Traffic.Records = 500
		if _, ok := keys.SampledSkew(s, &limits, keys.Uniform(8)); ok {
			told++
		}
	}
	if told > 6 {
		t.Errorf("%d of 200 are told", told)
	}
}

// Sizes are put together to a few, with all records and bytes.
func TestDeclaredSizes(t *testing.T) {
	s := sampled(10, 1000, 0)
	s.Sizes, s.Traffic.PayloadBytes = nil, 0
	for i := range int64(50) {
		z := model.SizeCount{Largest: 10 + 7*i, Records: 200, Bytes: 200 * (8 + 7*i)}
		s.Sizes = append(s.Sizes, z)
		s.Traffic.PayloadBytes += z.Bytes
	}
	d := keys.Declaration(s, &limits, keys.Measured{})
	if n := len(d.Sizes); n < 5 || n > 8 {
		t.Errorf("%d sizes", n)
	}
	var mean, shares float64
	for _, z := range d.Sizes {
		size, _ := strconv.ParseFloat(z["size"].Text, 64)
		share, _ := strconv.ParseFloat(z["share"].Text, 64)
		mean, shares = mean+size*share, shares+share
	}
	if want := float64(s.Traffic.PayloadBytes) / 10_000; math.Abs(mean/want-1) > 1e-4 || math.Abs(shares-1) > 1e-9 {
		t.Errorf("mean %v of shares %v, want %v", mean, shares, want)
	}
	s.UserSizes, s.Traffic.UserRecords, s.Traffic.UserKeyBytes = []model.SizeCount{{Largest: 5, Records: 20_000, Bytes: 80_000}}, 20_000, 40_000
	d = keys.Declaration(s, &limits, keys.Measured{UserRecords: true})
	if d.Sizes[0]["size"].Text != "4" || d.Settings["producer.partition_key_size"].Text != "2" {
		t.Errorf("of user records: %v, %v", d.Sizes, d.Settings)
	}
}

func TestShareText(t *testing.T) {
	for share, want := range map[unit.Fraction]string{0.1: "10%", 1: "100%", 1. / 3: "33.333334%", 0.133592130492: "13.359214%",
		1e-9: "0.000001%"} {
		if got := keys.ShareText(share); got != want {
			t.Errorf("%v: %s, want %s", float64(share), got, want)
		}
	}
}
