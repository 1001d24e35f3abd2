package replay

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// naive is what AWS makes of a stream at a time, from every minute that was written:
// twice the highest that is old enough to be known and not forgotten.
func naive(l *model.Limits, first float64, minutes []float64, now float64) float64 {
	lag, memory := l.OnDemandLag.Value.Seconds(), l.OnDemandMemory.Value.Seconds()
	highest := 0.0
	if now < memory {
		highest = first / 2
	}
	for i, shards := range minutes {
		if ended := float64(i+1) * 60; ended+lag <= now && now < ended+memory {
			highest = max(highest, shards)
		}
	}
	return max(4, 2*highest)
}

// history is what was written, at one rate after the other.
type history struct{ minutes []float64 }

// write adds shards' worth of traffic between two times to the minutes of it.
func (h *history) write(from, to, shards float64) {
	for k := int(from / 60); float64(k)*60 < to; k++ {
		for len(h.minutes) <= k {
			h.minutes = append(h.minutes, 0)
		}
		h.minutes[k] += shards * (min(to, float64(k+1)*60) - max(from, float64(k)*60)) / 60
	}
}

// A stream that goes from event to event is scaled as all of its minutes say, at the
// events and between them.
func TestGrowthOfEveryMinute(t *testing.T) {
	l := model.PublishedLimits()
	l.OnDemandMemory.Value = 7200e9
	random := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		first := 4 + 30*random.Float64()
		g := newScaling(&l, "", first)
		var h history
		rate, now, shards := 0.0, 0.0, g.shardsAt(0)
		for range 60 {
			if random.IntN(3) > 0 { // else the next part of the same
				rate = 12_000 * random.Float64() * random.Float64()
			}
			g.setFlow(flow{rate, rate, rate})
			for end := now + 1500*random.Float64(); now < end; {
				from := now
				now = min(end, g.due)
				h.write(from, now, rate/1000)
				between := from + (now-from)*random.Float64()
				if want := naive(&l, first, h.minutes, between); math.Abs(shards-want) > 1e-9*want {
					t.Fatalf("at %v s, between %v and %v: %v shards, want %v", between, from, now, shards, want)
				}
				g.observe(from, now, flow{rate, rate, rate})
				shards = g.shardsAt(now)
				if now <= from || g.due <= now {
					t.Fatalf("from %v s to %v, then due at %v", from, now, g.due)
				}
			}
		}
	}
}
