package review_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// Of 64 shards one gets 400 records/s and the others 3 each, which one shard takes
// together at 58.9%: the skew that was measured does not make it more.
func TestOneHotShardOfMany(t *testing.T) {
	const shards, minutes, hot, cold = 64, 5 * 1440, 400.0, 3.0
	h := crowded(shards, minutes)
	begin := h.From
	h.Series = []model.Series{
		measured(model.IncomingRecords, begin, slices.Repeat([]float64{60 * (hot + (shards-1)*cold)}, minutes)...),
		measured(model.IncomingBytes, begin, slices.Repeat([]float64{60 * 100 * (hot + (shards-1)*cold)}, minutes)...),
		measured(model.GetRecordsBytes, begin), // nobody polls
	}
	for i := range shards {
		rate := cold
		if i == 0 {
			rate = hot
		}
		h.Series = append(
			h.Series,
			ofShard(fmt.Sprintf("shard-%d", i), model.IncomingRecords, begin, slices.Repeat([]float64{60 * rate}, minutes)...),
		)
	}
	h.Configuration.Value.OpenShards = model.Known(shards)
	r := reviewedHistory(t, h)
	if !r.Evidence.Skew.Known || r.Evidence.Skew.Value.Factor < 43 {
		t.Fatalf("skew %+v", r.Evidence.Skew)
	}
	if r.Shards.Minimum != 1 || r.Shards.Recommended != 1 {
		t.Errorf("%+v", r.Shards)
	}
	if s := r.Replay.Value; r.Replay.Known && !s.Holds {
		t.Errorf("does not hold: %+v", s.Breaches)
	}
}
