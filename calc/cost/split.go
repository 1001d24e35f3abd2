package cost

import (
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// splitProducer splits the producer's part of a cost among the consumers, if that was
// asked for: in equal parts, or by the bytes that each reads in a month. The parts add
// up to it.
func (u *usage) splitProducer(how model.ProducerSplit, w *model.Workload, c *model.Cost) {
	n := len(c.Consumers)
	if how.OrNone() == model.SplitNone || n == 0 || !c.Producer.Known {
		return
	}
	weights := slices.Repeat([]float64{1}, n)
	if how == model.SplitByBytes {
		for i := range weights {
			weights[i] = u.readBy(&w.Consumers[i], w.Retention)
		}
	}
	var sum float64
	for _, weight := range weights {
		sum += weight
	}
	if sum == 0 { // nothing is read
		weights, sum = slices.Repeat([]float64{1}, n), float64(n)
	}
	for i := range weights {
		weights[i] = float64(c.Producer.Value) * (weights[i] / sum)
	}
	for i, part := range wholeParts(weights, c.Producer.Value) {
		c.Consumers[i].ProducerPart = model.Known(part)
	}
}

// readBy returns the bytes that a consumer reads in a month: every record once, and what
// it reprocesses.
func (u *usage) readBy(c *model.Consumer, retention unit.Duration) float64 {
	return u.bandwidth * (secondsPerMonth + min(c.Reprocess, retention).Seconds())
}

// utilization returns how much of what the shards take and give is used on average, by the
// declared traffic without skew and burst. Enhanced fan-out takes nothing of what standard
// consumers share.
func (u *usage) utilization() model.MeanUtilization {
	return model.MeanUtilization{
		WriteBytes:   u.bandwidth / (u.shards * float64(u.limits.ShardWriteBytes.Value)),
		WriteRecords: u.records / (u.shards * float64(u.limits.ShardWriteRecords.Value)),
		ReadBytes:    u.standard * u.bandwidth / (u.shards * float64(u.limits.ShardReadBytes.Value)),
	}
}
