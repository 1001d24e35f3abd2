package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// growth is how AWS scales an on-demand stream: to what takes twice the highest
// minute of the last 30 days, within 15 minutes, and never below what a new stream
// takes, nor above the Region's quota. It is taken to need the whole 15 minutes.
//
// (https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html,
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html)
type growth struct {
	times, lag, memory float64
	write              [2]float64 // records and bytes that a shard takes a second
	least              float64    // shards of a new stream
	most               float64    // shards that take the quota

	sum   [2]float64 // records and bytes of the current minute
	began float64    // when it did
	flow  flow       // what is written now
	whole bool       // a whole minute of it is remembered

	seen  []height // minutes that AWS has not scaled for yet, in order
	knows []height // those that it has, higher than all that came after them
	due   float64
}

// height is how many shards minutes filled, and when the first and the last of
// them ended.
type height struct{ shards, first, last float64 }

const minute = 60

func newGrowth(l *model.Limits, region model.Region, shards float64) *growth {
	g := &growth{
		times: l.OnDemandGrowth.Value, lag: l.OnDemandLag.Value.Seconds(), memory: l.OnDemandMemory.Value.Seconds(),
		write: [2]float64{float64(l.ShardWriteRecords.Value), float64(l.ShardWriteBytes.Value)},
	}
	g.least = max(float64(l.OnDemandRecords.Value)/g.write[0], float64(l.OnDemandWrite.Value)/g.write[1])
	g.most = max(g.least, float64(l.OnDemandQuota(region).Write.Value)/g.write[1])
	g.knows = []height{{shards: shards / g.times}}
	g.schedule()
	return g
}

// goesOn sets what is written from now on.
func (g *growth) goesOn(f flow) {
	if f != g.flow {
		g.flow, g.whole = f, false
		g.schedule()
	}
}

// saw takes note of what was written between two times.
func (g *growth) saw(from, to float64, f flow) {
	for from < to {
		minutes := 1.0
		if from == g.began { // those that lie within are all the same
			minutes = max(1, math.Floor((to-from)/minute))
		}
		whole := g.began + minutes*minute
		end := min(to, whole)
		g.add(f, min(end-from, minute))
		if end < whole {
			break
		}
		g.whole = from == g.began
		g.remember(height{g.filled(), g.began + minute, end})
		g.began, from, g.sum = end, end, [2]float64{}
	}
	g.schedule()
}

func (g *growth) add(f flow, seconds float64) {
	g.sum[0] += f.records * seconds
	g.sum[1] += f.bytes * seconds
}

// filled is how many shards the minute filled.
func (g *growth) filled() float64 {
	return max(g.sum[0]/g.write[0], g.sum[1]/g.write[1]) / minute
}

// remember keeps a height that the stream may be scaled for.
func (g *growth) remember(h height) {
	if g.times*h.shards > g.least {
		g.seen = append(g.seen, h)
	}
}

// shards is how many there are at a time.
func (g *growth) shards(now float64) float64 {
	for len(g.seen) > 0 && g.seen[0].first+g.lag <= now {
		h := g.seen[0]
		g.seen = g.seen[1:]
		for n := len(g.knows); n > 0 && g.knows[n-1].shards <= h.shards; n-- {
			g.knows = g.knows[:n-1]
		}
		g.knows = append(g.knows, h)
	}
	for len(g.knows) > 0 && g.knows[0].last+g.memory <= now {
		g.knows = g.knows[1:]
	}
	g.schedule()
	if len(g.knows) == 0 {
		return g.least
	}
	return min(max(g.least, g.times*g.knows[0].shards), g.most)
}

// schedule finds when the number of shards may change, or a minute has to be looked
// at: the one that goes on, and the first whole one of the same flow.
func (g *growth) schedule() {
	if g.due = inf; !g.whole {
		g.due = g.began + minute
	}
	if len(g.seen) > 0 {
		g.due = min(g.due, g.seen[0].first+g.lag)
	}
	if len(g.knows) > 0 {
		g.due = min(g.due, g.knows[0].last+g.memory)
	}
}
