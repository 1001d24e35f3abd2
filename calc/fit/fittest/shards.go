package fittest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// Shards are the shards of the stream. Without any, nothing is ever rejected.
type Shards struct {
	Count   int
	Loads   []float64 // of each against the mean one, instead of Count even ones
	Metrics bool      // shard-level metrics are on
	First   int       // number of the first shard

	Burst float64 // busiest second ÷ mean of its minute; 0 is 1
	Retry float64 // share of the rejected records that are sent again a second later
}

// What a shard takes in a second.
const (
	shardRecords = 1000
	shardBytes   = 1 << 20
)

// loads returns the load of each shard against the mean one.
func (s *Shards) loads() []float64 {
	if len(s.Loads) > 0 {
		return s.Loads
	}
	return slices.Repeat([]float64{1}, max(1, s.Count))
}

// id returns the id of a shard.
func (s *Shards) id(i int) string { return fmt.Sprintf("shardId-%012d", s.First+i) }

// open returns the shards as ListShards does.
func (s *Shards) open() []model.Shard {
	var list []model.Shard
	for i := range s.loads() {
		list = append(list, model.Shard{ID: s.id(i)})
	}
	return list
}

// counter is what a shard counts within a period.
type counter struct {
	accepted, rejected float64
	retries            float64 // to be sent again
}

// offer offers so many records to a shard in one second, in which it takes at most
// most. A share of the rejected ones is offered again in the next second.
func (c *counter) offer(records, most, retry float64) {
	offered := records + c.retries
	taken := min(offered, most)
	c.accepted += taken
	c.rejected += offered - taken
	c.retries = retry * (offered - taken)
}

// offer spreads so many records a second over the shards for some seconds. One second
// of each minute is as much busier as Burst says.
func (s *Shards) offer(random *rand.Rand, shards []counter, rate, size float64, seconds int) {
	const minute = 60
	most := min(shardRecords, shardBytes/size)
	loads := s.loads()
	var total float64
	for _, load := range loads {
		total += load
	}
	burst := max(1, s.Burst)
	busiest := random.IntN(minute)
	for second := range seconds {
		times := (minute - burst) / (minute - 1)
		if second%minute == busiest {
			times = burst
		}
		for i, load := range loads {
			shards[i].offer(rate*times*load/total, most, s.Retry)
		}
	}
}
