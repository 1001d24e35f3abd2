// Package fleettest makes the histories of a fleet of which it is known what is wrong with each
// stream: it was put there. The same seed makes the same fleet.
package fleettest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Kind is what was planted in a stream.
type Kind string

// The kinds.
const (
	Steady       Kind = "steady"        // as large as it should be
	Throttled    Kind = "throttled"     // it has half of the shards that its peak takes
	Oversized    Kind = "oversized"     // four times what it needs
	Growing      Kind = "growing"       // 4 % a day
	OnDemand     Kind = "on-demand"     // busy
	IdleConsumer Kind = "idle consumer" // registered, and nobody reads as it
	NewConsumer  Kind = "new consumer"  // registered within the window; nobody has read as it yet
	Subscriber   Kind = "subscriber"    // reads as an enhanced fan-out consumer, though nothing is written
	Idle         Kind = "idle stream"
	NewStream    Kind = "new stream" // created within the window; nothing was written yet
	Polled       Kind = "polled"     // nothing is written, and it is read
	Resharded    Kind = "resharded"
	Guarded      Kind = "guarded" // oversized, and to stay so
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{Steady, Throttled, Oversized, Growing, OnDemand, IdleConsumer, NewConsumer, Subscriber, Idle, NewStream,
		Polled, Resharded, Guarded}
}

// Days is how long the window is.
const Days = 14

// Begin is when the window begins.
var Begin = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// Stream returns the i-th stream of a fleet and what was planted in it. Its points are a period
// apart.
func Stream(seed uint64, i int, period time.Duration) (Kind, *model.History) {
	kinds := Kinds()
	kind := kinds[i%len(kinds)]
	random := rand.New(rand.NewPCG(seed, uint64(i)))
	right := 2 + random.IntN(4)
	peak := 800 * (float64(right) - 0.5 + 0.1*random.Float64()) // records a second: a fifth of each shard stays free
	s := fittest.Stream{Seed: seed + uint64(i), Start: Begin, Parts: []fittest.Part{{Length: Days * day, Period: period}},
		Rate: peak / 1.5, Size: 300, Noise: 0.02, DayNoise: 0.03, Autocorrelation: 0.5,
		Waves:     []fittest.Wave{{PerDay: 1, Amplitude: 0.5, Hour: 14}},
		Consumers: fittest.Consumers{Standard: 1}}
	s.Shards.Count = map[Kind]int{Throttled: max(1, right/2), Oversized: 4 * right, Guarded: 4 * right}[kind]
	if s.Shards.Count == 0 {
		s.Shards.Count = right
	}
	if kind == Growing {
		s.Growth = 0.04
	}
	if kind == IdleConsumer || kind == NewConsumer || kind == Subscriber {
		s.Consumers.EnhancedFanOut = []model.FanOutConsumer{{Name: "audit", Status: "ACTIVE",
			Created: model.Known(Begin.Add(-90 * day))}}
	}
	h := s.History()
	h.Stream, h.Region, h.Account = model.Name(fmt.Sprintf("stream-%05d", i)), "us-east-1", "123456789012"
	plant(kind, h)
	return kind, h
}

// plant puts into a history what its kind is.
func plant(kind Kind, h *model.History) {
	c := &h.Configuration.Value
	c.Shards = model.Maybe[[]model.Shard]{} // whose hash ranges are made up
	c.Created, c.ClosedShards = model.Known(Begin.Add(-400*day)), model.Known(0)
	if !c.Consumers.Known {
		c.Consumers = model.Known([]model.FanOutConsumer{})
	}
	c.Functions = model.Known([]model.Function{})
	for i := range c.Consumers.Value {
		subscribe(h, string(c.Consumers.Value[i].Name))
	}
	switch kind {
	case OnDemand:
		c.Mode = model.Known(model.OnDemandStandard)
	case IdleConsumer:
		silence(h, func(id model.SeriesID) bool { return id.Level == model.ConsumerLevel })
	case NewConsumer:
		silence(h, func(id model.SeriesID) bool { return id.Level == model.ConsumerLevel })
		c.Consumers.Value[0].Created = model.Known(h.To.Add(-3 * day))
	case Subscriber:
		silence(h, func(id model.SeriesID) bool {
			return id.Level == model.StreamLevel || id.Metric == model.SubscribedBytes
		})
	case Idle, NewStream:
		silence(h, func(model.SeriesID) bool { return true })
		if kind == NewStream {
			c.Created = model.Known(h.To.Add(-5 * day))
		}
	case Polled:
		silence(h, func(id model.SeriesID) bool {
			return id.Metric != model.GetRecordsBytes && id.Metric != model.GetRecordsRecords
		})
		zero(h)
	case Resharded:
		c.ClosedShards = model.Known(2)
	}
}

// subscribe adds the metrics of a consumer's subscriptions and events: one every five minutes, as
// long as it reads.
func subscribe(h *model.History, owner string) {
	bytes := h.Find(model.SeriesID{Level: model.ConsumerLevel, Metric: model.SubscribedBytes, Owner: owner})
	if bytes == nil {
		return
	}
	for _, metric := range []string{model.SubscribedEvents, model.Subscriptions} {
		s := model.Series{SeriesID: model.SeriesID{Level: model.ConsumerLevel, Metric: metric, Owner: owner}}
		for _, r := range bytes.Runs {
			values := make([]float64, len(r.Values))
			for i := range values {
				values[i] = 1
			}
			s.Runs = append(s.Runs, model.Run{Start: r.Start, Period: r.Period, Values: values})
		}
		h.Series = append(h.Series, s)
	}
}

// silence takes the points of some series, as CloudWatch has none of what does not happen.
func silence(h *model.History, which func(model.SeriesID) bool) {
	for i := range h.Series {
		s := &h.Series[i]
		if !which(s.SeriesID) {
			continue
		}
		for k := range s.Runs {
			for v := range s.Runs[k].Values {
				s.Runs[k].Values[v] = model.MissingValue()
			}
		}
	}
}

// zero makes what is read nothing, as of polls of an empty stream.
func zero(h *model.History) {
	for i := range h.Series {
		for k := range h.Series[i].Runs {
			r := &h.Series[i].Runs[k]
			for v := range r.Values {
				if model.IsPoint(r.Values[v]) {
					r.Values[v] = 0
				}
			}
		}
	}
}

// Retention makes a history keep records for so long.
func Retention(h *model.History, kept unit.Duration) {
	h.Configuration.Value.Retention = model.Known(kept)
}
