package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// scaling is how AWS scales an on-demand stream: to what takes twice the highest
// minute of the last 30 days, within 15 minutes, and never below what a new stream
// takes, nor above the Region's quota. It is taken to need the whole 15 minutes.
//
// (https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html,
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html)
type scaling struct {
	multiple, lag, memory float64
	shardLimits           [2]float64 // records and bytes that a shard takes a second
	least                 float64    // shards of a new stream
	most                  float64    // shards that take the quota

	minuteSum   [2]float64 // records and bytes of the current minute
	minuteStart float64    // when it did
	flow        flow       // what is written now
	steady      bool       // a whole minute of it is remembered

	pending []peakMinutes // minutes that AWS has not scaled for yet, in order
	peaks   []peakMinutes // those that it has, higher than all that came after them
	due     float64
}

// peakMinutes is how many shards minutes filled, and when the first and the last of
// them ended.
type peakMinutes struct{ shards, first, last float64 }

const minute = 60

func newScaling(l *model.Limits, region model.Region, shards float64) *scaling {
	g := &scaling{
		multiple: l.OnDemandGrowth.Value, lag: l.OnDemandLag.Value.Seconds(), memory: l.OnDemandMemory.Value.Seconds(),
		shardLimits: [2]float64{float64(l.ShardWriteRecords.Value), float64(l.ShardWriteBytes.Value)},
	}
	g.least = max(float64(l.OnDemandRecords.Value)/g.shardLimits[0], float64(l.OnDemandWrite.Value)/g.shardLimits[1])
	g.most = max(g.least, float64(l.OnDemandQuota(region).Write.Value)/g.shardLimits[1])
	g.peaks = []peakMinutes{{shards: shards / g.multiple}}
	g.schedule()
	return g
}

// setFlow sets what is written from now on.
func (g *scaling) setFlow(f flow) {
	if f != g.flow {
		g.flow, g.steady = f, false
		g.schedule()
	}
}

// observe takes note of what was written between two times.
func (g *scaling) observe(from, to float64, f flow) {
	for from < to {
		minutes := 1.0
		if from == g.minuteStart { // those that lie within are all the same
			minutes = max(1, math.Floor((to-from)/minute))
		}
		whole := g.minuteStart + minutes*minute
		end := min(to, whole)
		g.addToMinute(f, min(end-from, minute))
		if end < whole {
			break
		}
		g.steady = from == g.minuteStart
		g.remember(peakMinutes{g.filled(), g.minuteStart + minute, end})
		g.minuteStart, from, g.minuteSum = end, end, [2]float64{}
	}
	g.schedule()
}

func (g *scaling) addToMinute(f flow, seconds float64) {
	g.minuteSum[0] += f.records * seconds
	g.minuteSum[1] += f.bytes * seconds
}

// filled is how many shards the minute filled.
func (g *scaling) filled() float64 {
	return max(g.minuteSum[0]/g.shardLimits[0], g.minuteSum[1]/g.shardLimits[1]) / minute
}

// remember keeps a height that the stream may be scaled for.
func (g *scaling) remember(h peakMinutes) {
	if g.multiple*h.shards > g.least {
		g.pending = append(g.pending, h)
	}
}

// shardsAt is how many there are at a time.
func (g *scaling) shardsAt(now float64) float64 {
	for len(g.pending) > 0 && g.pending[0].first+g.lag <= now {
		h := g.pending[0]
		g.pending = g.pending[1:]
		for n := len(g.peaks); n > 0 && g.peaks[n-1].shards <= h.shards; n-- {
			g.peaks = g.peaks[:n-1]
		}
		g.peaks = append(g.peaks, h)
	}
	for len(g.peaks) > 0 && g.peaks[0].last+g.memory <= now {
		g.peaks = g.peaks[1:]
	}
	g.schedule()
	if len(g.peaks) == 0 {
		return g.least
	}
	return min(max(g.least, g.multiple*g.peaks[0].shards), g.most)
}

// schedule finds when the number of shards may change, or a minute has to be looked
// at: the one that goes on, and the first whole one of the same flow.
func (g *scaling) schedule() {
	if g.due = inf; !g.steady {
		g.due = g.minuteStart + minute
	}
	if len(g.pending) > 0 {
		g.due = min(g.due, g.pending[0].first+g.lag)
	}
	if len(g.peaks) > 0 {
		g.due = min(g.due, g.peaks[0].last+g.memory)
	}
}
