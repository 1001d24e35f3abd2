package keys

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Measured says what the inputs are for which a sample is to be taken.
type Measured struct {
	// Today is where the stream's open shards begin; nil takes the shards that were read.
	Today Ranges

	// UserRecords is for a workload that counts user records, which the KPL packs: sizes and
	// shares are then those of user records. Without it they are those of Kinesis records, which
	// a history counts.
	UserRecords bool
}

// Declaration returns what a sample tells of a workload, as a layer of its inputs that were
// measured: where its keys land, burst, sizes, keys and the largest key. What it does not tell is
// left out: the keys of a stream of which some shards were not read, and what chance alone makes of
// so few records.
//
//	β = busiest second ÷ mean of its minute
//	largest key = fill of the key ÷ fill of all
func Declaration(s *model.Sample, limits *model.Limits, m Measured) input.Declaration {
	d := input.Declaration{Settings: input.Settings{}}
	set := func(key, text string) { d.Settings[key] = measured(text) }
	if s.Traffic.Records == 0 {
		return d
	}
	today := m.Today
	if today == nil {
		today = SampledRanges(s)
	}
	if set, ok := OfSample(s, limits); ok {
		d.Placed = set.Placement(limits, today)
	}
	if burst := s.Burst(); burst > 0 && float64(burst)-1 > chance(meanSecond(s), 60) {
		set("producer.burst", strconv.FormatFloat(math.Floor(float64(burst)*1000)/1000, 'f', -1, 64))
	}
	t, sizes := &s.Traffic, s.Sizes
	records, keyBytes := t.Records, t.KeyBytes
	if m.UserRecords {
		records, keyBytes = t.UserRecords, t.UserKeyBytes
		if len(s.UserSizes) > 0 {
			sizes = s.UserSizes
		}
	}
	set("producer.partition_key_size", sixDigits(float64(keyBytes)/float64(records)))
	d.Sizes = sizeSettings(sizes, records)
	if seen := s.DistinctKeys; seen.Known && complete(s) {
		set("producer.keys", strconv.Itoa(seen.Value))
	}
	if share, ok := largestShare(s, limits); ok {
		set("producer.largest_key", ShareText(share))
	}
	return d
}

// ShareText returns the share of the largest key as an input, to eight digits and not below what it is,
// so that it is no less than what each key has on average.
func ShareText(share unit.Fraction) string {
	const digits = 1e8
	up := min(math.Ceil(float64(share)*digits*(1-1e-12)), digits)
	return strconv.FormatFloat(100*up/digits, 'f', -1, 64) + "%"
}

func measured(text string) input.Setting {
	return input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: "the sample"}}
}

func sixDigits(x float64) string {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// OfSample returns the keys of a sample, for their placement. Of a sample that has seen a part of
// all keys it takes by themselves those of which it has enough records, and spreads the others
// evenly: which of many keys a sample has seen once is chance, and the shards that they are on too.
// It reports false where no key is left, or where some shards were not read.
func OfSample(s *model.Sample, limits *model.Limits) (*Set, bool) {
	if s.UnreadShards() > 0 {
		return nil, false
	}
	counts, kept := s.KeyCounts(), 0
	if !complete(s) {
		for i := range counts.Keys {
			if s.Keys[i].UserRecords < fewestOfKey {
				counts.Rest.Records += counts.Keys[i].Records
				counts.Rest.Bytes += counts.Keys[i].Bytes
				continue
			}
			counts.Keys[kept] = counts.Keys[i]
			kept++
		}
		counts.Keys = counts.Keys[:kept]
	}
	return New(counts, limits), len(counts.Keys) > 0
}

// SampledRanges returns the ranges of the shards that were read, nil where one was closed meanwhile or
// they are not all.
func SampledRanges(s *model.Sample) Ranges {
	if readLoads(s, nil) == nil {
		return nil
	}
	shards := slices.Clone(s.Shards)
	slices.SortFunc(shards, func(a, b model.SampledShard) int { return a.First.Compare(b.First) })
	r := make(Ranges, len(shards))
	for i := range shards {
		r[i] = shards[i].First
	}
	return r
}

// SampledSkew returns the load of the hottest shard ÷ the mean load of one, in records or in
// bytes, whichever is more. Where today's ranges are those that were read it is what the
// shards had, and else what they have of the keys that were counted. It reports false where
// that is not known, or where it is no more than chance makes of as many records that lie
// evenly.
func SampledSkew(s *model.Sample, limits *model.Limits, today Ranges) (skew float64, ok bool) {
	if s.UnreadShards() > 0 || s.Traffic.Records == 0 {
		return 0, false
	}
	loads := readLoads(s, today)
	switch {
	case loads == nil && today == nil:
		return 0, false
	case loads == nil:
		loads = New(s.KeyCounts(), limits).Place(today)
	}
	var all, most Load
	for _, l := range loads {
		all = all.plus(l)
		most = Load{max(most.Records, l.Records), max(most.Bytes, l.Bytes)}
	}
	n := float64(len(loads))
	skew = max(most.Records*n/all.Records, most.Bytes*n/all.Bytes, 1)
	return skew, n == 1 || skew-1 > chance(all.Records/n, n)
}

// readLoads returns what the open shards had that were read, in the order of their hash
// ranges; nil where there are none, where one was closed meanwhile, or where they are not
// today's.
func readLoads(s *model.Sample, today Ranges) []Load {
	shards := slices.Clone(s.Shards)
	slices.SortFunc(shards, func(a, b model.SampledShard) int { return a.First.Compare(b.First) })
	var loads []Load
	next := model.Hash{}
	for i := range shards {
		sh := &shards[i]
		if sh.Closed || sh.First != next || today != nil && (i >= len(today) || today[i] != sh.First) {
			return nil
		}
		next = sh.Last.Plus(1)
		loads = append(loads, Load{float64(sh.Records), float64(sh.Bytes)})
	}
	if next != (model.Hash{}) || today != nil && len(today) != len(loads) {
		return nil
	}
	return loads
}

// chance returns by how much of the mean the largest of n counts is above it by chance in one
// draw of a hundred or fewer, where events lie evenly, as many in each as the mean:
//
//	√(2·ln(100·n) ÷ mean)
//
// (the bound of Chernoff for each of n: S. Boucheron, G. Lugosi, P. Massart, Concentration
// Inequalities, 2.2)
func chance(mean, n float64) float64 { return math.Sqrt(2 * math.Log(100*n) / mean) }

// meanSecond returns the mean records of a second in the minute of the busiest.
func meanSecond(s *model.Sample) float64 {
	second := &s.Busiest.Value.ByRecords
	return float64(second.MinuteRecords) / float64(second.MinuteSeconds)
}

// complete reports whether the keys that were counted are about all that there are: keys that
// were seen once have so few of the records that hardly any record is of a key not seen.
//
// (I. J. Good, The population frequencies of species, Biometrika 40, 1953)
func complete(s *model.Sample) bool {
	const few = 0.05
	once := 0
	for i := range s.Keys {
		if s.Keys[i].UserRecords == 1 {
			once++
		}
	}
	return s.UnreadShards() == 0 && float64(once) <= few*float64(s.Traffic.UserRecords)
}

// fewestOfKey is how many records the largest key must have for its share to be told, which
// then is within a fifth.
const fewestOfKey = 30

// largestShare returns the share of the load that the largest key brings.
func largestShare(s *model.Sample, limits *model.Limits) (unit.Fraction, bool) {
	if s.UnreadShards() > 0 || len(s.Keys) == 0 {
		return 0, false
	}
	set := New(s.KeyCounts(), limits)
	key, load := set.Largest()
	at := sort.Search(len(s.Keys), func(i int) bool { return !s.Keys[i].Hash.Less(key.Hash) })
	return unit.Fraction(set.Fill(load) / set.Fill(set.Total())), s.Keys[at].UserRecords >= fewestOfKey
}

// mostSizes is how many sizes of records are told at most.
const mostSizes = 8

// sizeSettings returns sizes and their shares of all records: neighbours are put together, each
// part with about as many of the bytes, at their mean.
func sizeSettings(sizes []model.SizeCount, records int64) (list []input.Settings) {
	var all, bytes int64
	for _, z := range sizes {
		all += z.Bytes
	}
	var part model.SizeCount
	left := int64(shareParts)
	for i, z := range sizes {
		part.Records, part.Bytes, bytes = part.Records+z.Records, part.Bytes+z.Bytes, bytes+z.Bytes
		last := i == len(sizes)-1
		if !last && float64(bytes)*mostSizes < float64(all)*float64(len(list)+1) {
			continue
		}
		share := int64(math.Round(float64(part.Records) / float64(records) * shareParts))
		if last {
			share = left
		}
		if share = min(share, left); share > 0 {
			left -= share
			list = append(list, sizeSetting(&part, share))
			part = model.SizeCount{}
		}
	}
	return list
}

// shareParts is how many parts all records are for the shares of sizes, which so add up to all.
const shareParts = 1e6

func sizeSetting(part *model.SizeCount, share int64) input.Settings {
	const least = 1 // byte that an input is at least
	return input.Settings{
		"size":  measured(sixDigits(max(least, float64(part.Bytes)/float64(part.Records)))),
		"share": measured(strconv.FormatFloat(float64(share)/shareParts, 'f', -1, 64)),
	}
}
