package replay_test

import (
	"testing"

	"github.com/kcalc/kcalc/model/unit"
)

// What producers lose of what waits: 500 records/s of 100 B are in excess for 100 s, so that
// 5,000,000 B wait at worst, and the last of them for 50 s.
func TestProducersLose(t *testing.T) {
	for _, c := range []struct {
		giveUp    unit.Duration
		buffer    unit.Bytes
		producers unit.Count
		want      string
	}{
		{0, 0, 0, ""}, {50e9, 5e6, 0, ""}, {49e9, 0, 0, "writes-given-up"}, {0, 5e6 - 1, 1, "buffer-full"},
		{0, 5e5, 10, ""}, {0, 5e5, 9, "buffer-full"},
	} {
		s := written(stepsOf(100, 1500, 100, 500, 400, 100))
		p := &s.Workload.Producer.PutRecords
		p.GiveUp, p.Buffer, p.Producers = c.giveUp, c.buffer, c.producers
		r := runs(s, 1)
		got := ""
		for _, b := range s.Breaches(&r, 1) {
			got += b.ID
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
		if r := runs(s, 2); len(s.Breaches(&r, 0)) > 0 {
			t.Errorf("%+v: two shards take all", c)
		}
		s.DropThrottled = true
		r = runs(s, 1)
		if list := s.Breaches(&r, 1); len(list) != 1 || list[0].ID != "lost" {
			t.Errorf("%+v: dropped at once: %v", c, list)
		}
	}
}
