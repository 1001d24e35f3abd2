package review

import (
	"time"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// mostFlows is how many flows of shards are replayed one by one: two hundred shards
// over two weeks of minutes. Beyond that the hottest shard and the rest are replayed.
const mostFlows = 1 << 22

// longestGap is how long traffic is assumed to go on where nothing is known of it. A
// longer gap counts as idle: CloudWatch has no points of idle time.
const longestGap = time.Hour

// trafficBuilder makes the traffic of a replay from that of a history: all that was
// demanded. A record counts again each time it was throttled.
type trafficBuilder struct {
	measured *fit.Traffic
	size     float64 // of a record, where the history has no bytes, or no records
	shares   []share // usual ones of the shards; none where the stream is replayed as one
	last     replay.Flow
	unknown  time.Duration // since when nothing is known
	out      *replay.Traffic
}

// share is the part of the stream's records and bytes that a shard gets.
type share struct{ records, bytes float64 }

// replayTraffic returns what a history's producers wanted to write, with a part for
// each shard if the history has its flows and they are asked for. Where the history has
// no bytes, or no records, they follow from the size of a record.
func replayTraffic(t *fit.Traffic, size float64, each bool) *replay.Traffic {
	f := trafficBuilder{measured: t, size: size, out: &replay.Traffic{}}
	if each && f.knowsShards() {
		f.shares = f.usualShares()
	}
	for i := range f.shares {
		f.out.Parts = append(f.out.Parts, replay.Part{From: t.Shards[i].From, To: t.Shards[i].To})
	}
	if f.shares == nil {
		f.out.Parts = []replay.Part{{To: 1}}
	}
	f.grow(len(t.Periods))
	for i := range t.Periods {
		p := &t.Periods[i]
		if i == 0 {
			f.out.Start = p.Start
		} else {
			before := &t.Periods[i-1]
			f.unknown += p.Start.Sub(before.Start.Add(before.Length))
		}
		f.addPeriod(i)
	}
	f.addGap()
	return f.out
}

// grow makes room for so many steps.
func (f *trafficBuilder) grow(steps int) {
	f.out.Steps = make([]float64, 0, steps)
	for i := range f.out.Parts {
		f.out.Parts[i].Flows = make([]replay.Flow, 0, steps)
	}
}

// addPeriod adds what was written in a period, if it is known.
func (f *trafficBuilder) addPeriod(i int) {
	p := &f.measured.Periods[i]
	flow, ok := f.demanded(p.Demand)
	if !ok {
		f.unknown += p.Length
		return
	}
	f.addGap()
	f.last = flow
	f.addStep(p.Length, flow, f.sharesOf(i))
}

// addGap adds the time of which nothing is known.
func (f *trafficBuilder) addGap() {
	flow := f.last
	if f.unknown > longestGap {
		flow = replay.Flow{}
	}
	if f.unknown > 0 {
		f.addStep(f.unknown, flow, f.shares)
	}
	f.unknown = 0
}

// leastShared is how long all shards must have been there for their shares to count as
// usual; half of a shorter history is enough.
const leastShared = time.Hour

// knowsShards reports whether the flows of each shard are known, for long enough, and
// are not too many.
func (f *trafficBuilder) knowsShards() bool {
	t := f.measured
	if len(t.Shards) < 2 || tooMany(t) {
		return false
	}
	last := &t.Periods[len(t.Periods)-1]
	end := last.Start.Add(last.Length)
	return end.Sub(t.Periods[t.Since].Start) >= min(leastShared, end.Sub(t.Periods[0].Start)/2)
}

// tooMany reports whether there are too many flows of shards to replay each.
func tooMany(t *fit.Traffic) bool { return len(t.Shards)*len(t.Periods) > mostFlows }

// demanded returns the flow of a period, and reports whether it is known.
func (f *trafficBuilder) demanded(w fit.Demand) (flow replay.Flow, ok bool) {
	flow = replay.Flow(w)
	switch knows := model.IsPoint; {
	case knows(w.Records) && !knows(w.Bytes):
		flow.Bytes = w.Records * f.size
	case !knows(w.Records) && knows(w.Bytes) && f.size > 0:
		flow.Records = w.Bytes / f.size
	case !knows(w.Records):
		return flow, false
	}
	return flow, true
}

// addStep appends a step.
func (f *trafficBuilder) addStep(length time.Duration, flow replay.Flow, shares []share) {
	f.out.Steps = append(f.out.Steps, length.Seconds())
	for i := range f.out.Parts {
		part := flow
		if shares != nil {
			part = replay.Flow{Records: flow.Records * shares[i].records, Bytes: flow.Bytes * shares[i].bytes}
		}
		f.out.Parts[i].Flows = append(f.out.Parts[i].Flows, part)
	}
}

// sharesOf returns the shares of the shards in a period, or the usual ones where they
// are not known.
func (f *trafficBuilder) sharesOf(period int) []share {
	if f.shares == nil || period < f.measured.Since {
		return f.shares
	}
	return f.sharesOver(period, period+1, f.shares)
}

// usualShares returns the shares over the time in which all shards were there; nil where
// they are not known.
func (f *trafficBuilder) usualShares() []share {
	return f.sharesOver(f.measured.Since, len(f.measured.Periods), nil)
}

// sharesOver returns the shares over some periods, or others where nothing was written
// then.
func (f *trafficBuilder) sharesOver(from, to int, others []share) []share {
	list := make([]share, len(f.measured.Shards))
	var all share
	for i := range list {
		for k := from; k < to; k++ {
			w, seconds := &f.measured.Shards[i].Demand[k], f.measured.Periods[k].Length.Seconds()
			if model.IsPoint(w.Records) {
				list[i].records += w.Records * seconds
			}
			if model.IsPoint(w.Bytes) {
				list[i].bytes += w.Bytes * seconds
			}
		}
		all.records += list[i].records
		all.bytes += list[i].bytes
	}
	if all.records == 0 {
		return others
	}
	for i := range list {
		list[i].records /= all.records
		if list[i].bytes /= all.bytes; all.bytes == 0 {
			list[i].bytes = list[i].records
		}
	}
	return list
}
