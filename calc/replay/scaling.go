package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// scaling is how AWS scales an on-demand stream: to what takes twice the highest
// minute of the last 30 days, within 15 minutes, and never below what a new stream
// takes, nor above the Region's quota. It is assumed to need the whole 15 minutes.
//
// (https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html,
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html)
type scaling struct {
	multiple, lag, memory float64    // of the highest minute; seconds until it counts, and while it does
	shardLimits           [2]float64 // records and bytes that a shard takes a second
	least                 float64    // shards of a new stream
	most                  float64    // shards that take the quota

	flow        flow       // what is written now
	minuteSum   [2]float64 // records and bytes of the current minute
	minuteStart float64
	steady      bool // a whole minute of the flow is remembered: more of them add nothing

	pending []peakMinutes // that AWS has not scaled for yet, in order
	peaks   []peakMinutes // that it has, each higher than all that came after it
	due     float64       // when the number of shards may change, or a minute ends
}

// peakMinutes are minutes of one height: how many shards they filled, and when the
// first and the last of them ended.
type peakMinutes struct{ shards, first, last float64 }

const minute = 60

// newScaling returns the scaling of a stream that has so many shards in the
// beginning.
func newScaling(l *model.Limits, region model.Region, shards float64) *scaling {
	s := &scaling{
		multiple: l.OnDemandGrowth.Value, lag: l.OnDemandLag.Value.Seconds(), memory: l.OnDemandMemory.Value.Seconds(),
		shardLimits: [2]float64{float64(l.ShardWriteRecords.Value), float64(l.ShardWriteBytes.Value)},
	}
	s.least = max(float64(l.OnDemandRecords.Value)/s.shardLimits[0], float64(l.OnDemandWrite.Value)/s.shardLimits[1])
	s.most = max(s.least, float64(l.OnDemandQuota(region).Write.Value)/s.shardLimits[1])
	s.peaks = []peakMinutes{{shards: shards / s.multiple}}
	s.schedule()
	return s
}

// setFlow sets what is written from now on.
func (s *scaling) setFlow(f flow) {
	if f != s.flow {
		s.flow, s.steady = f, false
		s.schedule()
	}
}

// observe notes what was written between two times.
func (s *scaling) observe(from, to float64, f flow) {
	for from < to {
		minutes := 1.0
		if from == s.minuteStart { // those that lie within are all the same
			minutes = max(1, math.Floor((to-from)/minute))
		}
		minuteEnd := s.minuteStart + minutes*minute
		end := min(to, minuteEnd)
		s.addToMinute(f, min(end-from, minute))
		if end < minuteEnd {
			break
		}
		s.steady = from == s.minuteStart
		s.remember(peakMinutes{s.filled(), s.minuteStart + minute, end})
		s.minuteStart, from, s.minuteSum = end, end, [2]float64{}
	}
	s.schedule()
}

func (s *scaling) addToMinute(f flow, seconds float64) {
	s.minuteSum[0] += f.records * seconds
	s.minuteSum[1] += f.bytes * seconds
}

// filled returns how many shards the minute filled.
func (s *scaling) filled() float64 {
	return max(s.minuteSum[0]/s.shardLimits[0], s.minuteSum[1]/s.shardLimits[1]) / minute
}

// remember keeps minutes that the stream may be scaled for.
func (s *scaling) remember(m peakMinutes) {
	if s.multiple*m.shards > s.least {
		s.pending = append(s.pending, m)
	}
}

// shardsAt returns how many shards there are at a time, which is now or later than
// before.
func (s *scaling) shardsAt(now float64) float64 {
	for len(s.pending) > 0 && s.pending[0].first+s.lag <= now {
		m := s.pending[0]
		s.pending = s.pending[1:]
		for n := len(s.peaks); n > 0 && s.peaks[n-1].shards <= m.shards; n-- {
			s.peaks = s.peaks[:n-1]
		}
		s.peaks = append(s.peaks, m)
	}
	for len(s.peaks) > 0 && s.peaks[0].last+s.memory <= now {
		s.peaks = s.peaks[1:]
	}
	s.schedule()
	if len(s.peaks) == 0 {
		return s.least
	}
	return min(max(s.least, s.multiple*s.peaks[0].shards), s.most)
}

// schedule finds when the number of shards may change, or a minute has to be looked
// at: the current one, until the first whole one of the same flow.
func (s *scaling) schedule() {
	if s.due = inf; !s.steady {
		s.due = s.minuteStart + minute
	}
	if len(s.pending) > 0 {
		s.due = min(s.due, s.pending[0].first+s.lag)
	}
	if len(s.peaks) > 0 {
		s.due = min(s.due, s.peaks[0].last+s.memory)
	}
}
