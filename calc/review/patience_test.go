package review_test

import (
	"testing"

	"github.com/kcalc/kcalc/model/input"
)

// For a minute a day ten shards' worth is written, on n shards 60·(10 − n) shard-seconds of it
// are in excess, and the last of them waits that ÷ n: 25.7 s on seven shards, 40 s on six. The
// KPL gives up after 30 s; another producer may after 10 s: 6.7 s on nine shards, 15 s on
// eight. On one shard less nothing but patience is asked for.
func TestPatience(t *testing.T) {
	h := filling(14*1440, func(minute int) float64 {
		if minute%1440 == 600 {
			return 10
		}
		return 0.5
	})
	for name, c := range map[string]struct {
		declared input.Declaration
		shards   int // 0 if none is told
		wait     float64
	}{
		"the KPL":             {input.Declaration{}, 7, 180.0 / 7},
		"gives up after 10 s": {flags("producer.put_records.give_up", "10s"), 9, 60.0 / 9},
		"traffic declared":    {flags("producer.average", "20000", "producer.peak", "20000"), 0, 0},
		"cannot wait":         {flags("producer.put_records.give_up", "1s"), 0, 0},
	} {
		r := likely(t, h, small(), c.declared)
		p := r.Patience
		if p.Known != (c.shards > 0) || p.Known && (p.Value.Shards != c.shards || p.Value.Wait < c.wait-0.5 || p.Value.Wait > c.wait+0.5) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
