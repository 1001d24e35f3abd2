package samplefile

import (
	"fmt"
	"math"
	"time"

	"github.com/kcalc/kcalc/model"
)

// problem is what is wrong with a sample, and where: a member, and one of its elements.
type problem struct {
	member  string
	element int // -1 for the member itself
	text    string
}

func (p problem) Error() string {
	if p.element < 0 {
		return p.member + ": " + p.text
	}
	return fmt.Sprintf("%s[%d]: %s", p.member, p.element, p.text)
}

// checker finds what no sample has.
type checker struct{ problems []problem }

func (c *checker) add(bad bool, member string, element int, text string) {
	if bad && len(c.problems) < mostFaults {
		c.problems = append(c.problems, problem{member, element, text})
	}
}

func (c *checker) sample(s *model.Sample) {
	c.add(s.Schema != model.SampleSchema, "schema", -1, "not "+model.SampleSchema)
	c.add(s.Source != model.SampleOfStream && s.Source != model.SampleOfFiles, "source", -1,
		"not "+model.SampleOfStream+" or "+model.SampleOfFiles)
	c.add(s.From.Known != s.To.Known || s.From.Known && !s.To.Value.After(s.From.Value), "to", -1, "not after from")
	c.add(s.From.Known && (wild(s.From.Value) || wild(s.To.Value)), "from", -1, "no time of a stream")
	c.add(s.OpenShards.Known && s.OpenShards.Value < 1, "open_shards", -1, "below 1")
	c.add(s.Unread < 0, "unread_shards", -1, "below 0")
	t := &s.Traffic
	c.add(negative(t.Records, t.PayloadBytes, t.KeyBytes, t.Aggregates, t.UserRecords, t.UserPayloadBytes, t.UserKeyBytes,
		t.ExplicitHashKeys) || t.Aggregates > t.Records || t.ExplicitHashKeys > t.Records, "traffic", -1, "no counts of records")
	c.busiest(s.Busiest, "busiest", -1)
	c.shards(s)
	c.sizes(s.Sizes, "sizes", t.Records, t.PayloadBytes)
	if len(s.UserSizes) > 0 || t.Aggregates > 0 {
		c.sizes(s.UserSizes, "user_sizes", t.UserRecords, t.UserPayloadBytes)
	}
	c.keys(s)
	c.add(s.Sketch.Known && (s.Sketch.Value.Counted < 1 || negative(s.Sketch.Value.UserRecords, s.Sketch.Value.Bytes)),
		"sketch", -1, "no error of a count")
	r := s.Reading.Value
	c.add(negative(int64(r.Calls), int64(r.Throttled), r.Bytes) || !(r.Share >= 0 && r.Share <= 1), "reading", -1,
		"no count of calls")
}

// wild reports whether a time is before there was Kinesis, or one that JSON cannot have.
func wild(t time.Time) bool { return t.Year() < 2013 || t.Year() > 9999 }

func negative(counts ...int64) bool {
	for _, n := range counts {
		if n < 0 {
			return true
		}
	}
	return false
}

func (c *checker) busiest(b model.Maybe[model.Busiest], member string, element int) {
	for _, s := range [...]model.Second{b.Value.ByRecords, b.Value.ByBytes} {
		bad := negative(s.Records, s.Bytes) || s.Records > s.MinuteRecords || s.Bytes > s.MinuteBytes ||
			s.MinuteSeconds < 1 || s.MinuteSeconds > 60 || wild(s.At)
		c.add(b.Known && bad, member, element, "no second of a minute")
	}
}

func (c *checker) shards(s *model.Sample) {
	var records, bytes int64
	for i := range s.Shards {
		sh := &s.Shards[i]
		c.add(sh.ID == "" || i > 0 && sh.ID <= s.Shards[i-1].ID, "shards", i, "not in the order of their ids, each once")
		c.add(sh.Last.Less(sh.First), "shards", i, "no hash range")
		c.add(negative(sh.Records, sh.Bytes), "shards", i, "no counts of records")
		c.add(sh.From.Known && sh.To.Known && sh.To.Value.Before(sh.From.Value), "shards", i, "to is before from")
		c.busiest(sh.Busiest, "shards", i)
		records, bytes = records+sh.Records, bytes+sh.Bytes
	}
	c.add(len(s.Shards) > 0 && (records != s.Traffic.Records || bytes != s.Traffic.PayloadBytes+s.Traffic.KeyBytes), "shards", -1,
		"do not add up to the traffic")
}

func (c *checker) sizes(sizes []model.SizeCount, member string, wantRecords, wantBytes int64) {
	var records, bytes, before int64 = 0, 0, -1
	for i, z := range sizes {
		c.add(z.Largest <= before, member, i, "not in ascending order")
		c.add(z.Records < 1 || z.Bytes < 0 || float64(z.Bytes) > float64(z.Largest)*float64(z.Records), member, i,
			"no count of records of a size")
		before, records, bytes = z.Largest, records+z.Records, bytes+z.Bytes
	}
	c.add(records != wantRecords || bytes != wantBytes, member, -1, "do not add up to the traffic")
}

func (c *checker) keys(s *model.Sample) {
	sum := s.Rest
	c.add(wrongKey(&s.Rest), "rest", -1, "no counts of records")
	for i := range s.Keys {
		k := &s.Keys[i]
		c.add(i > 0 && !s.Keys[i-1].Hash.Less(k.Hash), "keys", i, "not in the order of their hash keys, each once")
		c.add(wrongKey(&k.KeyTraffic), "keys", i, "no counts of records")
		sum.UserRecords, sum.Bytes, sum.Records = sum.UserRecords+k.UserRecords, sum.Bytes+k.Bytes, sum.Records+k.Records
	}
	t := &s.Traffic
	c.add(sum.UserRecords != t.UserRecords || sum.Bytes != t.UserPayloadBytes+t.UserKeyBytes, "keys", -1, "do not add up to the traffic")
	const near = 1e-6 // a record in parts is rounded
	c.add(math.Abs(sum.Records-float64(t.Records)) > near*float64(t.UserRecords+1), "keys", -1, "do not add up to the records")
	c.add(s.DistinctKeys.Known && s.DistinctKeys.Value != len(s.Keys), "distinct_keys", -1, "not how many keys there are")
}

func wrongKey(k *model.KeyTraffic) bool {
	return negative(k.UserRecords, k.Bytes) || !(k.Records >= 0) || k.Records > float64(k.UserRecords)*(1+1e-9)
}
