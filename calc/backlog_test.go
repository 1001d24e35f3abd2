package calc

import (
	"math"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// A backlog in a shard whose bandwidth the other consumers take is never read: it does not
// vanish. One shard of 2 MiB/s, and 2 MiB/s of records that one more consumer reads.
func TestBacklogWithoutBandwidthNeverEnds(t *testing.T) {
	w := workload(unit.KiB, 2048, 2048, with("a", func(c *model.Consumer) { c.Backlog, c.CatchUp = 1000, 1000*second }))
	w.CurrentShards = 1
	alone := NewSizing(&limits, &w)
	if got := alone.parentSeconds(&w.Consumers[0], 1000); math.IsInf(got, 1) || got <= 0 {
		t.Errorf("alone it takes %v s", got)
	}
	w.Consumers = append(w.Consumers, with("b"))
	beside := NewSizing(&limits, &w)
	if got := beside.parentSeconds(&w.Consumers[0], 1000); !math.IsInf(got, 1) {
		t.Errorf("beside another it takes %v s", got)
	}
	if beside.Fits(beside.Solve(nil)) {
		t.Error("it fits")
	}
}
