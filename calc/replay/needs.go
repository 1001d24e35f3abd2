package replay

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Needs returns how many shards each step of the traffic needs at least, each used to
// its whole limits, as the traffic lies on a number of shards: so many that the hottest
// shard takes what is written in its busiest second, and that every consumer keeps up
// with it. A consumer has as long as its latency to do so, or a day where reads are
// sized for the average: it counts with its mean load over that time. Incidents do not
// count.
//
// The needs hold for that number of shards exactly. For another one they do not where
// the parts of the traffic differ, since its shards take other parts of them, nor where
// the producer aggregates.
func (s *Setup) Needs(shards float64) []float64 {
	needs := make([]float64, len(s.Traffic.Steps))
	load := make([]float64, len(needs))
	var r run
	for _, class := range s.classes(Capacity{Shards: shards}) {
		r.reset(s, class, Capacity{Shards: shards}, nil)
		flows, limits := make([]flow, len(needs)), &r.producers.limits
		for step := range flows {
			mean := class.flow(s.Traffic, step)
			flows[step] = r.producers.packing.pack(mean, class.shards)
			busy := r.producers.packing.pack(mean.times(s.busiestSecond(step)), class.shards)
			needs[step] = max(needs[step], shards*busy.records/limits[0], shards*busy.bytes/limits[1])
		}
		for i := range r.consumers {
			c := &r.consumers[i]
			for step, f := range flows {
				load[step] = 1 / r.speedFor(c, f)
			}
			for step, mean := range s.trailingMeans(load, s.patience(c.Consumer)) {
				needs[step] = max(needs[step], shards*mean)
			}
		}
	}
	return needs
}

// busiestSecond returns how many times the mean of a step its busiest second is.
func (s *Setup) busiestSecond(step int) float64 {
	seconds := min(minute, s.Traffic.Steps[step])
	if beta := float64(s.Workload.Producer.Burst); beta > 1 && seconds > 1 {
		return min(beta, seconds)
	}
	return 1
}

// speedFor returns how many seconds of a flow a consumer that has read all can read a
// second, by itself and of its even share of the bandwidth.
func (r *run) speedFor(c *consumerState, f flow) float64 {
	speed := r.speedOf(c, f)
	if !c.dedicated && f.bytes > 0 {
		speed = min(speed, r.shared.bytes/r.keepUp.pollers/f.bytes)
	}
	return speed
}

// patience returns over how many seconds a consumer's load counts with its mean.
func (s *Setup) patience(c *model.Consumer) float64 {
	if s.Workload.SizeReadsFor == model.ReadAverage && c.Type == model.Standard {
		return max(unit.Day.Seconds(), c.Latency.Seconds())
	}
	return c.Latency.Seconds()
}

// trailingMeans returns the mean of each step and of those before it, over so many
// seconds; at least that of the step itself.
func (s *Setup) trailingMeans(x []float64, seconds float64) []float64 {
	means := make([]float64, len(x))
	var sum, length float64
	first := 0
	for i, v := range x {
		sum, length = sum+v*s.Traffic.Steps[i], length+s.Traffic.Steps[i]
		for first < i && length > seconds {
			sum -= x[first] * s.Traffic.Steps[first]
			length -= s.Traffic.Steps[first]
			first++
		}
		means[i] = max(0, sum/length)
	}
	return means
}
