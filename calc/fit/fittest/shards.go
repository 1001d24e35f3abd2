package fittest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// Shards are what the stream is made of. Without any, nothing is ever rejected.
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

func (s *Shards) loads() []float64 {
	if len(s.Loads) > 0 {
		return s.Loads
	}
	return slices.Repeat([]float64{1}, max(1, s.Count))
}

// id is the name of a shard.
func (s *Shards) id(i int) string { return fmt.Sprintf("shardId-%012d", s.First+i) }

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
	waiting            float64 // to be sent again
}

// second offers records to a shard.
func (c *counter) second(records, most, retry float64) {
	offered := records + c.waiting
	taken := min(offered, most)
	c.accepted += taken
	c.rejected += offered - taken
	c.waiting = retry * (offered - taken)
}

// pass lets so many records a second arrive for some seconds, one of which in
// each minute is as much busier as the burst says.
func (s *Shards) pass(random *rand.Rand, shards []counter, rate, size float64, seconds int) {
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
			shards[i].second(rate*times*load/total, most, s.Retry)
		}
	}
}
