package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// WriteSample writes what was counted of a stream's records in a format.
func WriteSample(w io.Writer, s *model.Sample, format Format, terminal Terminal) error {
	return answer{s, func() *document { return sampleDocument(s) }, sampleRows(s).csv}.write(w, format, terminal)
}

// How much of a sample a table shows.
const (
	mostSampledKeys   = 10
	mostSampledShards = 8
	mostSampledSizes  = 8
)

func sampleDocument(s *model.Sample) *document {
	d := &document{headline: sampleHeadline(s), tone: color.FgGreen}
	if s.Partial {
		d.tone = color.FgYellow
	}
	d.lead = sampleLead(s)
	if len(s.Keys) > 0 {
		d.table("Largest keys", sampledKeysGrid(s))
	}
	if s.Busiest.Known {
		d.table("Busiest seconds", busiestGrid(s))
	}
	if len(s.Shards) > 0 && s.Traffic.Records > 0 {
		d.table("Shards", sampledShardsGrid(s))
	}
	if len(s.Sizes) > 0 {
		d.table("Payload of Kinesis records", sizesGrid(s.Sizes))
	}
	if len(s.UserSizes) > 0 {
		d.table("Payload of user records", sizesGrid(s.UserSizes))
	}
	warnings := sample.Notices(s)
	words.ExpandAll(&warnings)
	d.warn(warnings, allWarnings)
	return d
}

func sampleHeadline(s *model.Sample) string {
	if s.Traffic.Records == 0 {
		return "No records: nothing is known of the keys"
	}
	if len(s.Keys) == 0 {
		return "All records came by explicit hash keys: nothing is known of the keys"
	}
	set, key := largestOf(s)
	return fmt.Sprintf("The largest key has %s of the load: %s", set.Prose(), key)
}

// largestOf returns the share of the load that the largest key has, and its name.
func largestOf(s *model.Sample) (unit.Fraction, string) {
	limits := model.PublishedLimits()
	set := keys.New(s.KeyCounts(), &limits)
	k, load := set.Largest()
	return unit.Fraction(set.Fill(load) / set.Fill(set.Total())), keyName(&keys.Key{Name: k.Name, Hash: k.Hash})
}

func sampleLead(s *model.Sample) []item {
	t := &s.Traffic
	if t.Records == 0 {
		return []item{{"▸", color.Bold, "None came from " + stamp(s.From.Value) + " to " + stamp(s.To.Value) + "."}}
	}
	text := fmt.Sprintf("%s, %s", unit.Plural(int(t.Records), "Kinesis record"), unit.Bytes(t.PayloadBytes+t.KeyBytes).Prose())
	if t.Aggregates > 0 {
		text += fmt.Sprintf("; %s of the KPL among them, so that there were %s", unit.Plural(int(t.Aggregates), "aggregate"),
			unit.Plural(int(t.UserRecords), "user record"))
	}
	switch {
	case s.DistinctKeys.Known:
		text += "; " + unit.Plural(s.DistinctKeys.Value, "key")
	default:
		text += "; more than " + unit.Plural(len(s.Keys), "key")
	}
	items := []item{{"▸", color.Bold, text + "."}}
	if s.From.Known {
		text = "They came from " + stamp(s.From.Value) + " to " + stamp(s.To.Value)
		if s.Partial {
			text = "They are a part of those from " + stamp(s.From.Value) + " to " + stamp(s.To.Value)
		}
		if over := s.Over().Seconds(); over > 0 {
			text += fmt.Sprintf(": %s, %s", unit.RecordsPerSecond(float64(t.Records)/over).Prose(),
				unit.BytesPerSecond(float64(t.PayloadBytes+t.KeyBytes)/over).Prose())
		}
		items = append(items, item{" ", color.Reset, text + "."})
	}
	if r := s.Reading; r.Known {
		text = fmt.Sprintf("Reading took %s and %s of a shard's read limits at most", unit.Plural(r.Value.Calls, "call"),
			unit.Percent(r.Value.Share, 1))
		if r.Value.Throttled > 0 {
			text += ", and was throttled " + unit.Plural(r.Value.Throttled, "time")
		}
		items = append(items, item{" ", color.Reset, text + "."})
	}
	return items
}

// stamp returns a time to the second.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05Z") }

func sampledKeysGrid(s *model.Sample) grid {
	g := grid{header: []string{"key", "load", "user records", "bytes"}, right: []bool{false, true, true, true}}
	limits := model.PublishedLimits()
	set := keys.New(s.KeyCounts(), &limits)
	all := set.Fill(set.Total())
	for _, k := range set.Heavy(model.HashRange{Last: model.MaxHash}, mostSampledKeys) {
		at, _ := slices.BinarySearchFunc(s.Keys, k.Hash, func(e model.SampledKey, h model.Hash) int { return e.Hash.Compare(h) })
		g.row(false, keyName(&keys.Key{Name: k.Name, Hash: k.Hash}),
			unit.Fraction(set.Fill(keys.Load{Records: k.Records, Bytes: k.Bytes})/all).Prose(),
			unit.Grouped(float64(s.Keys[at].UserRecords), 0), unit.Bytes(k.Bytes).Prose())
	}
	if rest := set.Rest(); rest != (keys.Load{}) {
		g.row(false, "all others", unit.Fraction(set.Fill(rest)/all).Prose(), unit.Grouped(float64(s.Rest.UserRecords), 0),
			unit.Bytes(rest.Bytes).Prose())
	}
	return g
}

// busiestGrid has the busiest seconds of the stream, and of the shards whose seconds were the
// busiest.
func busiestGrid(s *model.Sample) grid {
	g := grid{header: []string{"of", "second", "records", "× minute", "second", "bytes", "× minute"},
		right: []bool{false, false, true, true, false, true, true}}
	row := func(name string, b *model.Busiest) {
		r, y := &b.ByRecords, &b.ByBytes
		g.row(name == "all", name, r.At.Format("15:04:05Z"), unit.Grouped(float64(r.Records), 0),
			timesMinute(r.Records, r.MinuteRecords, r.MinuteSeconds), y.At.Format("15:04:05Z"), unit.Bytes(y.Bytes).Prose(),
			timesMinute(y.Bytes, y.MinuteBytes, y.MinuteSeconds))
	}
	row("all", &s.Busiest.Value)
	for _, i := range hottestShards(s) {
		if sh := &s.Shards[i]; sh.Busiest.Known {
			row(shortShard(sh.ID), &sh.Busiest.Value)
		}
	}
	return g
}

// shortShard returns what a shard is called in a table: shard 3 for shardId-000000000003.
func shortShard(id string) string {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "shardId-"))
	if err != nil {
		return id
	}
	return "shard " + strconv.Itoa(n)
}

// timesMinute returns how many times the mean of its minute a second has.
func timesMinute(second, minute int64, seconds int) string {
	if minute == 0 {
		return dash
	}
	return unit.Grouped(float64(second)*float64(seconds)/float64(minute), 2)
}

// hottestShards returns the shards with the most bytes or records, the hottest first, and not
// more than a table shows.
func hottestShards(s *model.Sample) []int {
	limits := model.PublishedLimits()
	fill := func(i int) float64 {
		return max(float64(s.Shards[i].Records)/float64(limits.ShardWriteRecords.Value),
			float64(s.Shards[i].Bytes)/float64(limits.ShardWriteBytes.Value))
	}
	list := make([]int, len(s.Shards))
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(a, b int) int {
		switch x, y := fill(a), fill(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return list[:min(len(list), mostSampledShards)]
}

func sampledShardsGrid(s *model.Sample) grid {
	g := grid{header: []string{"shard", "records", "bytes", "read to"}, right: []bool{false, true, true, false}}
	for _, i := range hottestShards(s) {
		sh := &s.Shards[i]
		to := dash
		if sh.To.Known {
			to = sh.To.Value.UTC().Format("15:04:05Z")
		}
		if sh.Closed {
			to += ", its end"
		}
		g.row(false, shortShard(sh.ID), unit.Grouped(float64(sh.Records), 0), unit.Bytes(sh.Bytes).Prose(), to)
	}
	if left := len(s.Shards) - mostSampledShards; left > 0 {
		g.row(false, "and "+unit.Plural(left, "cooler one"), "", "", "")
	}
	return g
}

// sizesGrid has the sizes of records in a few parts.
func sizesGrid(sizes []model.SizeCount) grid {
	g := grid{header: []string{"up to", "records", "share", "mean"}, right: []bool{true, true, true, true}}
	var all int64
	for _, z := range sizes {
		all += z.Records
	}
	var part model.SizeCount
	rows := 0
	for i, z := range sizes {
		part.Records, part.Bytes = part.Records+z.Records, part.Bytes+z.Bytes
		rest := len(sizes) - 1 - i
		if rest > 0 && (float64(part.Records)*mostSampledSizes < float64(all) && rest > mostSampledSizes-1-rows || rows == mostSampledSizes-1) {
			continue
		}
		g.row(false, unit.Bytes(z.Largest).Prose(), unit.Grouped(float64(part.Records), 0),
			unit.Percent(float64(part.Records)/float64(all), 1), unit.Bytes(float64(part.Bytes)/float64(part.Records)).Prose())
		part = model.SizeCount{}
		rows++
	}
	return g
}

// sampleRows returns the counts of keys as the table that is read as one of keys.
func sampleRows(s *model.Sample) records {
	rows := records{{"hash", "key", "records", "bytes", "user_records"}}
	row := func(hash, name string, k *model.KeyTraffic) {
		rows = append(rows, []string{hash, name, unit.Exact(k.Records), strconv.FormatInt(k.Bytes, 10),
			strconv.FormatInt(k.UserRecords, 10)})
	}
	for i := range s.Keys {
		row(s.Keys[i].Hash.String(), s.Keys[i].Name, &s.Keys[i].KeyTraffic)
	}
	if s.Rest.UserRecords > 0 {
		row("", "", &s.Rest)
	}
	return rows
}
