package review_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// run is a part of a series from some minutes after the window's begin on, in
// periods of so many minutes.
func run(begin time.Time, after, period int, values ...float64) model.Run {
	return model.Run{
		Start:  begin.Add(time.Duration(after) * time.Minute),
		Period: unit.Duration(time.Duration(period) * time.Minute),
		Values: values,
	}
}

// in is a history of so many minutes. Points are given in records and bytes a
// minute.
func in(minutes int, list func(begin time.Time) []model.Series) *model.History {
	begin := end.Add(-time.Duration(minutes) * time.Minute)
	return &model.History{From: begin, To: end, Series: list(begin)}
}

// ofShard is a series of a shard, minute for minute.
func ofShard(id, metric string, begin time.Time, values ...float64) model.Series {
	s := measured(metric, begin, values...)
	s.Level, s.Owner = model.ShardLevel, id
	return s
}

// byMinute is what is offered in each minute of a history, and the load of the
// hottest of some shards, as a share of what it takes. A part of a series is so
// short that each minute has whole ones.
func byMinute(
	t *testing.T,
	h *model.History,
	e *fit.Evidence,
	declared input.Declaration,
	shards int,
) (records, load []float64) {
	t.Helper()
	r, err := replayOf(t, h, e, declared, ask(shards))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Candidates[0].Series.Value
	each := len(s.Offered) * int(time.Minute) / int(h.To.Sub(h.From))
	for i := 0; i < len(s.Offered); i += each {
		records = append(records, sum(s.Offered[i:i+each]))
		load = append(load, s.Write[i])
	}
	return records, load
}

// kib makes numbers of kibibytes numbers of bytes.
func kib(values ...float64) []float64 {
	for i := range values {
		values[i] *= 1024
	}
	return values
}

// A minute offers what was accepted and what was throttled, which has the mean size
// of what was accepted in that minute: 60 records of 100 KiB and 30 more are 150 KiB
// a second. Where nothing was accepted, it is the usual size: of 240 records with
// 24,000 KiB, 100 KiB.
func TestOfferedIsAcceptedAndThrottled(t *testing.T) {
	h := in(4, func(begin time.Time) []model.Series {
		return []model.Series{
			measured(model.IncomingRecords, begin, 60, 60, 0, 120),
			measured(model.IncomingBytes, begin, kib(6000, 3000, 0, 15_000)...),
			measured(model.WriteThrottled, begin, 30, 120, 60, 0),
		}
	})
	records, load := byMinute(t, h, orders(), input.Declaration{}, 1)
	nearAll(t, "records of minute", records, 90, 180, 60, 120)
	nearAll(t, "load in minute", load, 150.0/1024, 150.0/1024, 100.0/1024, 250.0/1024)
}

// Where nothing is known of what was written the traffic before it goes on, with
// what was throttled: over a minute without points, and over two that no run has.
// Before the first point there is none.
func TestTrafficGoesOnThroughGaps(t *testing.T) {
	none := model.MissingValue()
	h := in(8, func(begin time.Time) []model.Series {
		runs := func(first, second, third, fourth, sixth, eighth float64) []model.Run {
			return []model.Run{run(begin, 0, 1, first, second, third, fourth), run(begin, 6, 1, sixth, eighth)}
		}
		return []model.Series{
			{
				SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords},
				Runs:     runs(none, 60, none, 120, 0, none),
			},
			{
				SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingBytes},
				Runs:     runs(none, 6000*1024, none, 12_000*1024, 0, none),
			},
			{
				SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.WriteThrottled},
				Runs:     runs(none, 60, none, none, 0, none),
			},
		}
	})
	records, load := byMinute(t, h, orders(), input.Declaration{}, 1)
	nearAll(t, "records of minute", records, 0, 120, 120, 120, 120, 120, 0, 0)
	nearAll(t, "load in minute", load, 0, 200.0/1024, 200.0/1024, 200.0/1024, 200.0/1024, 200.0/1024, 0, 0)
}

// Of up to an hour of which nothing is known the traffic before it is taken to go on.
// Longer ones are taken as time in which nothing was written; CloudWatch has no points
// of that. 600 records are written each minute for ten minutes before and ten after it.
func TestLongGapsOfTraffic(t *testing.T) {
	unknown := func(count int) []float64 { return slices.Repeat([]float64{model.MissingValue()}, count) }
	ten := slices.Repeat([]float64{600}, 10)
	for name, runs := range map[string]func(begin time.Time, gap int) []model.Run{
		"without points": func(begin time.Time, gap int) []model.Run {
			return []model.Run{run(begin, 0, 1, slices.Concat(ten, unknown(gap), ten)...)}
		},
		"between runs": func(begin time.Time, gap int) []model.Run {
			return []model.Run{run(begin, 0, 1, ten...), run(begin, 10+gap, 1, ten...)}
		},
		"one after the other": func(begin time.Time, gap int) []model.Run {
			return []model.Run{run(begin, 0, 1, slices.Concat(ten, unknown(20))...), run(begin, 10+gap-20, 1, slices.Concat(unknown(20), ten)...)}
		},
	} {
		for gap, want := range map[int]float64{59: (20 + 59) * 600, 60: (20 + 60) * 600, 61: 20 * 600} {
			h := in(20+gap, func(begin time.Time) []model.Series {
				return []model.Series{
					{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords}, Runs: runs(begin, gap)},
				}
			})
			r := replayed(t, h, input.Declaration{}, ask(1))
			near(t, fmt.Sprintf("%s, %d min: offered", name, gap), r.Candidates[0].Offered, want)
			if r.Window.Steps != 10+1+10 || r.Window.Seconds != float64(20+gap)*60 {
				t.Errorf("%s, %d min: %+v", name, gap, r.Window)
			}
		}
	}
}

// Each gap counts by itself, also at the end. After a long one it is the traffic before
// a short one that goes on. Before the first point there is no traffic.
func TestSeveralGapsOfTraffic(t *testing.T) {
	unknown := func(count int) []float64 { return slices.Repeat([]float64{model.MissingValue()}, count) }
	one, two := []float64{600}, []float64{1200}
	for name, c := range map[string]struct {
		values  []float64
		offered float64 // minutes of 600 records
		steps   int
	}{
		"two short ones":         {slices.Concat(one, unknown(40), two, unknown(40), one), 1 + 40 + 2 + 80 + 1, 5},
		"a long, a short one":    {slices.Concat(one, unknown(61), two, unknown(40), one), 1 + 2 + 80 + 1, 5},
		"a short one at the end": {slices.Concat(one, two, unknown(59)), 1 + 2 + 118, 3},
		"a long one at the end":  {slices.Concat(one, two, unknown(61)), 1 + 2, 3},
		"a short one at first":   {slices.Concat(unknown(59), one, two), 1 + 2, 3},
		"silence is no gap":      {slices.Concat(one, []float64{0}, unknown(59), two), 1 + 2, 4},
	} {
		h := in(len(c.values), func(begin time.Time) []model.Series {
			return []model.Series{measured(model.IncomingRecords, begin, c.values...)}
		})
		r := replayed(t, h, input.Declaration{}, ask(1))
		near(t, name+": offered", r.Candidates[0].Offered, 600*c.offered)
		if r.Window.Steps != c.steps || r.Window.Seconds != 60*float64(len(c.values)) {
			t.Errorf("%s: %+v", name, r.Window)
		}
	}
}

// Shards with too many points are replayed together, with the skew of the stream, which
// is told: 2,048 shards over 2,048 minutes are not too many, over 2,049 they are. The
// first shard gets twice what each of the others gets: of four the hottest has 513
// parts of 2,049, or 1.5 of four.
func TestShardsTogether(t *testing.T) {
	e := orders()
	e.Skew = model.Known(fit.Skew{Factor: 1.5})
	for minutes, want := range map[int]string{
		2048: "",
		2049: "The shards have too many points to replay each: on every count, the hottest gets its measured multiple of " +
			"the mean, and the others share the rest.",
	} {
		r, err := replayOf(t, crowded(2048, minutes), e, input.Declaration{}, ask(4))
		if err != nil {
			t.Fatal(err)
		}
		warned(t, fmt.Sprintf("%d minutes", minutes), &r, "shards-together", want)
		load := 1.5 / 4
		if want == "" {
			load = 513.0 / 2049
		}
		near(t, "highest load", r.Candidates[0].WriteUtilization, load)
		if uneven := slices.Contains(ids(r.Warnings), "uneven-keys"); uneven != (want == "") {
			t.Errorf("%d minutes: %v", minutes, ids(r.Warnings))
		}
	}
}

// crowded is a history of so many shards, of which the first gets twice what the others
// get, and of a stream that fills one.
func crowded(shards, minutes int) *model.History {
	each := slices.Repeat([]float64{100}, minutes)
	first := slices.Repeat([]float64{200}, minutes)
	h := in(minutes, func(begin time.Time) []model.Series {
		list := []model.Series{measured(model.IncomingRecords, begin, slices.Repeat([]float64{perShard}, minutes)...)}
		for i := range shards {
			values := each
			if i == 0 {
				values = first
			}
			list = append(list, ofShard(fmt.Sprintf("shard-%d", i), model.IncomingRecords, begin, values...))
		}
		return list
	})
	var list []model.Shard
	width := new(big.Int).Div(new(big.Int).Lsh(big.NewInt(1), 128), big.NewInt(int64(shards)))
	for i := range shards {
		from := new(big.Int).Mul(width, big.NewInt(int64(i)))
		to := new(big.Int).Add(from, width)
		list = append(
			list,
			model.Shard{ID: fmt.Sprintf("shard-%d", i), FirstHash: from.String(), LastHash: to.Sub(to, big.NewInt(1)).String()},
		)
	}
	h.Configuration = model.Known(model.Configuration{Shards: model.Known(list)})
	return h
}

// Without bytes a record has the declared size with its key, which says nothing where
// there are bytes.
func TestSizeOfTraffic(t *testing.T) {
	declared := flags("producer.record_size", "100KiB", "producer.partition_key_size", "24B")
	for name, c := range map[string]struct {
		bytes []float64
		load  []float64 // in KiB a second
	}{
		"no bytes":          {nil, []float64{100 + 24.0/1024, 200 + 48.0/1024}},
		"bytes":             {kib(60*7, 60*8), []float64{7, 8}},
		"bytes of a minute": {[]float64{model.MissingValue(), 60 * 8 * 1024}, []float64{100 + 24.0/1024, 8}},
	} {
		h := in(2, func(begin time.Time) []model.Series {
			list := []model.Series{measured(model.IncomingRecords, begin, 60, 120)}
			if c.bytes != nil {
				list = append(list, measured(model.IncomingBytes, begin, c.bytes...))
			}
			return list
		})
		_, load := byMinute(t, h, orders(), declared, 1)
		nearAll(t, name+": load in minute", load, c.load[0]/1024, c.load[1]/1024)
	}
}

// Points of an hour, of five minutes and of one are as long as they are.
func TestPeriodsOfTraffic(t *testing.T) {
	h := in(160, func(begin time.Time) []model.Series {
		values := make([]float64, 40)
		for i := range values {
			values[i] = 60 * float64(i)
		}
		return []model.Series{{SeriesID: model.SeriesID{Level: model.StreamLevel, Metric: model.IncomingRecords},
			Runs: []model.Run{
				run(begin, 0, 60, 36_000),
				run(begin, 60, 5, 300, 600, 900, 1200, 1500, 1800, 2100, 2400, 2700, 3000, 3300, 3600),
				run(begin, 120, 1, values...),
			}}}
	})
	var want []float64
	for i := range 160 {
		switch {
		case i < 60:
			want = append(want, 600)
		case i < 120:
			want = append(want, 60*float64(1+(i-60)/5))
		default:
			want = append(want, 60*float64(i-120))
		}
	}
	records, _ := byMinute(t, h, orders(), input.Declaration{}, 1)
	nearAll(t, "records of minute", records, want...)
	r := replayed(t, h, input.Declaration{}, ask(1))
	if r.Window.Steps != 1+12+40 || r.Window.Seconds != 9600 {
		t.Errorf("%+v", r.Window)
	}
}

// split is a history of shards that take so many sixteenths of the hash keys each.
func split(h *model.History, sixteenths ...int64) *model.History {
	var list []model.Shard
	key := func(sixteenth, less int64) string {
		x := new(big.Int).Lsh(big.NewInt(sixteenth), 124)
		return x.Sub(x, big.NewInt(less)).String()
	}
	from := int64(0)
	for i, n := range sixteenths {
		list = append(list, model.Shard{ID: [...]string{"a", "b", "c"}[i], FirstHash: key(from, 0), LastHash: key(from+n, 1)})
		from += n
	}
	h.Configuration = model.Known(model.Configuration{Shards: model.Known(list)})
	return h
}

// pair is a history of two shards, a and b, with what the stream got and what they
// did: 60,000 records a minute fill a shard.
func pair(stream, a, b []float64) *model.History {
	return split(in(len(stream), func(begin time.Time) []model.Series {
		return []model.Series{
			measured(model.IncomingRecords, begin, stream...),
			ofShard("a", model.IncomingRecords, begin, a...),
			ofShard("b", model.IncomingRecords, begin, b...),
		}
	}), 8, 8)
}

// A shard gets of each minute the share that it had of what was written to all: of
// 100,000 three quarters, and then a quarter. What the stream got counts, not what
// its shards add up to.
func TestSharesOfShards(t *testing.T) {
	h := pair([]float64{100_000, 100_000}, []float64{60_000, 10_000}, []float64{20_000, 30_000})
	records, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "records of minute", records, 100_000, 100_000)
	nearAll(t, "load in minute", load, 1.25, 1.25)
	// Of three shards the second takes a third of each half.
	_, load = byMinute(t, h, orders(), input.Declaration{}, 3)
	nearAll(t, "load of three shards in minute", load, 0.75/1.5/0.6, 0.75/1.5/0.6)
	_, load = byMinute(t, h, orders(), input.Declaration{}, 1)
	nearAll(t, "load of one shard in minute", load, 1/0.6, 1/0.6)
}

// A shard's part is its range of hash keys: half of the records go to a quarter of
// the keys, and of two equal shards the first gets those and a third of the others.
func TestHashRangesOfShards(t *testing.T) {
	h := split(pair([]float64{120_000, 120_000}, []float64{60_000, 60_000}, []float64{60_000, 60_000}), 4, 12)
	_, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load in minute", load, 4.0/3, 4.0/3)
	_, load = byMinute(t, h, orders(), input.Declaration{}, 4)
	nearAll(t, "load of four shards in minute", load, 1, 1)
}

// Where nothing was written to the shards in a minute, and before all of them were
// there, each has its usual share of the time since: 3 of 4, and not 5 of 6, which
// the first two minutes would make it.
func TestUsualSharesOfShards(t *testing.T) {
	none := model.MissingValue()
	h := pair([]float64{100_000, 100_000, 80_000, 100_000, 80_000},
		[]float64{100_000, 100_000, 80_000, none, 40_000}, []float64{none, none, 0, none, 40_000})
	_, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(
		t,
		"load in minute",
		load,
		75_000.0/perShard,
		75_000.0/perShard,
		80_000.0/perShard,
		75_000.0/perShard,
		40_000.0/perShard,
	)
}

// Usual shares are those of all that was written, not of periods: for an hour a gets
// 800 of 1,000 a second, and for ten minutes nothing. Of what comes after that it has
// 800·60/(1,000·70).
func TestUsualSharesOfPeriods(t *testing.T) {
	h := split(in(80, func(begin time.Time) []model.Series {
		of := func(s model.Series, hour, minute float64, minutes int) model.Series {
			s.Runs = []model.Run{run(begin, 0, 60, 60*hour), run(begin, 60, 1, slices.Repeat([]float64{minute}, minutes)...)}
			return s
		}
		return []model.Series{
			of(measured(model.IncomingRecords, begin), 60_000, 60_000, 20),
			of(ofShard("a", model.IncomingRecords, begin), 48_000, 0, 10),
			of(ofShard("b", model.IncomingRecords, begin), 12_000, 60_000, 10),
		}
	}), 8, 8)
	_, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	near(t, "load in the hour", load[0], 0.8)
	near(t, "load after it", load[60], 1)
	near(t, "load in the end", load[70], 48.0/70)
}

// Through a gap of the stream each shard has its usual share, too.
func TestSharesThroughGap(t *testing.T) {
	h := split(in(4, func(begin time.Time) []model.Series {
		of := func(s model.Series, first, last float64) model.Series {
			s.Runs = []model.Run{run(begin, 0, 1, first), run(begin, 3, 1, last)}
			return s
		}
		return []model.Series{
			of(measured(model.IncomingRecords, begin), 60_000, 60_000),
			of(ofShard("a", model.IncomingRecords, begin), 45_000, 15_000),
			of(ofShard("b", model.IncomingRecords, begin), 15_000, 45_000),
		}
	}), 8, 8)
	_, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load in minute", load, 0.75, 0.5, 0.5, 0.75)
}

// Records and bytes have shares of their own. Of two shards one has the records, and
// the other the bytes; where no bytes are known of shards, they go with the records.
func TestSharesOfBytes(t *testing.T) {
	const mib = 1 << 20
	h := pair([]float64{60_000, 60_000}, []float64{54_000, 54_000}, []float64{6000, 6000})
	begin := h.From
	h.Series = append(h.Series, measured(model.IncomingBytes, begin, 60*mib, 120*mib))
	_, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "without bytes: load in minute", load, 0.9, 1.8)
	h.Series = append(
		h.Series,
		ofShard("a", model.IncomingBytes, begin, 6*mib, 12*mib),
		ofShard("b", model.IncomingBytes, begin, 54*mib, 108*mib),
	)
	_, load = byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load in minute", load, 0.9, 1.8)
	h = pair([]float64{6000, 6000}, []float64{5400, 5400}, []float64{600, 600})
	h.Series = append(h.Series, measured(model.IncomingBytes, begin, 60*mib, 120*mib),
		ofShard("a", model.IncomingBytes, begin, 15*mib, 30*mib), ofShard("b", model.IncomingBytes, begin, 45*mib, 90*mib))
	_, load = byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load of bytes in minute", load, 0.75, 1.5)
	h = pair([]float64{60_000}, []float64{42_000}, []float64{18_000})
	h.Series = append(h.Series, measured(model.IncomingBytes, h.From, 6*mib),
		ofShard("a", model.IncomingBytes, h.From, 0.5*mib), ofShard("b", model.IncomingBytes, h.From, 5.5*mib))
	_, load = byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load of records in minute", load, 0.7)
}

// Throttled records are a shard's demand, too: two thirds of the records, or of the
// bytes.
func TestSharesOfThrottled(t *testing.T) {
	const mib = 1 << 20
	h := pair([]float64{60_000}, []float64{30_000}, []float64{30_000})
	h.Series = append(h.Series, ofShard("a", model.WriteThrottled, h.From, 30_000))
	_, load := byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load in minute", load, 2.0/3)
	h = pair([]float64{6000}, []float64{3000}, []float64{3000})
	h.Series = append(
		h.Series,
		measured(model.IncomingBytes, h.From, 60*mib),
		ofShard("a", model.WriteThrottled, h.From, 3000),
		ofShard("a", model.IncomingBytes, h.From, 30*mib),
		ofShard("b", model.IncomingBytes, h.From, 30*mib),
	)
	_, load = byMinute(t, h, orders(), input.Declaration{}, 2)
	nearAll(t, "load of bytes in minute", load, 2.0/3)
}

// A skew that was declared takes the place of what the shards did; one that was
// measured does not, unless nothing is known of where a shard's keys are.
func TestSkewOfShards(t *testing.T) {
	e := orders()
	e.Skew = model.Known(fit.Skew{Factor: 1.5})
	shards := func() *model.History { return pair([]float64{60_000}, []float64{48_000}, []float64{12_000}) }
	keyless := shards()
	keyless.Configuration.Value.Shards.Value[0].LastHash = ""
	silent := shards()
	silent.Series = silent.Series[:2]
	for name, c := range map[string]struct {
		history  *model.History
		evidence *fit.Evidence
		declared input.Declaration
		load     float64 // of the hottest of two shards
	}{
		"its shards":             {shards(), orders(), input.Declaration{}, 0.8},
		"measured":               {shards(), e, input.Declaration{}, 0.8},
		"declared by a flag":     {shards(), e, flags("producer.skew", "1.2"), 0.6},
		"declared by a file":     {shards(), e, layer(model.File, "producer.skew", "1.2"), 0.6},
		"declared to be even":    {shards(), e, flags("producer.skew", "1"), 0.5},
		"of no hash keys":        {keyless, e, input.Declaration{}, 0.75},
		"of a shard not known":   {silent, e, input.Declaration{}, 0.75},
		"of nothing":             {silent, orders(), input.Declaration{}, 0.5},
		"something else by flag": {shards(), e, flags("producer.burst", "1"), 0.8},
	} {
		_, load := byMinute(t, c.history, c.evidence, c.declared, 2)
		nearAll(t, name, load, c.load)
	}
}

// A stream of one shard has one part, with the skew that it has.
func TestSkewOfOneShard(t *testing.T) {
	e := orders()
	e.Skew = model.Known(fit.Skew{Factor: 1.5})
	h := split(pair([]float64{60_000}, []float64{60_000}, nil), 16)
	h.Series = h.Series[:2]
	_, load := byMinute(t, h, e, input.Declaration{}, 2)
	nearAll(t, "load", load, 0.75)
}
