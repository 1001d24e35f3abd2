// Package fittest makes histories of streams that did what is known: every rate,
// surge, burst and gap in them was put there. The same specification makes the
// same history.
package fittest

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Stream specifies what a made-up stream does. A zero field leaves that out.
type Stream struct {
	Seed  uint64
	Start time.Time
	Parts []Part // of the window, oldest first

	Rate        float64       // mean records a second
	Size        float64       // bytes of a record
	Waves       []Wave        // daily curve; without any it is flat
	Weekend     []Wave        // daily curve of Saturdays and Sundays, if it is another
	Weekdays    [7]float64    // times the rate, Sunday first; all 0 is all 1
	ActiveHours Hours         // traffic comes only at these times of the day
	Zone        time.Duration // by how much the clocks of users are ahead of UTC
	Clock       Clock         // a change of these clocks
	Growth      float64       // of the rate, a day: 0.01 is 1 %
	Steps       []Step
	Surges      []Surge
	Gaps        []Gap

	Noise           float64 // of a period, standard deviation, as a share of the rate
	DayNoise        float64 // of a day
	Autocorrelation float64 // correlation of a period's noise with that of the one before

	Shards    Shards
	Consumers Consumers
}

// Part is a part of the window whose points are evenly spaced.
type Part struct {
	Length time.Duration
	Period time.Duration
}

// Wave is a part of the daily curve: so many waves a day, one of which is highest at
// Hour. Amplitude is a share of the rate.
type Wave struct {
	PerDay    int
	Amplitude float64
	Hour      float64
}

// Hours is a part of each day, from one hour to another.
type Hours struct{ From, To float64 }

// Clock says that from a moment on all that people do comes later in UTC.
type Clock struct {
	Changed time.Time
	Later   time.Duration
}

// Step says that from a moment on the rate is so many times what it was.
type Step struct {
	At    time.Time
	Times float64
}

// Surge is a time in which the rate is so many times what it would be.
type Surge struct {
	Start  time.Time
	Length time.Duration
	Times  float64
}

// End returns when the surge is over.
func (s Surge) End() time.Time { return s.Start.Add(s.Length) }

// Gap is a time without points of what was written, or of any metric.
type Gap struct {
	Start      time.Time
	Length     time.Duration
	AllMetrics bool // of all metrics, not only of what was written
}

// Consumers are the consumers of the stream.
type Consumers struct {
	Standard       int // each reads all that is written, within its period
	EnhancedFanOut []model.FanOutConsumer
	Functions      []model.Function
	Duration       time.Duration // of the functions' invocations
}

// Curve returns the rate at a moment, without noise and surges, in records a second.
func (s *Stream) Curve(at time.Time) float64 { return s.curve(at, s.dayCurve) }

func (s *Stream) curve(at time.Time, dayCurve func(local time.Time) float64) float64 {
	local := s.local(at)
	if !s.active(local) {
		return 0
	}
	rate := s.Rate * dayCurve(local) * s.level(at)
	if s.Weekdays != ([7]float64{}) {
		rate *= s.Weekdays[local.Weekday()]
	}
	return rate
}

// level returns how many times the rate growth and steps make it.
func (s *Stream) level(at time.Time) float64 {
	level := 1.0
	if s.Growth != 0 {
		level = math.Exp(math.Log1p(s.Growth) * at.Sub(s.Start).Hours() / 24)
	}
	for _, step := range s.Steps {
		if !at.Before(step.At) {
			level *= step.Times
		}
	}
	return level
}

// local returns a moment by the clocks that the stream's users go by.
func (s *Stream) local(at time.Time) time.Time {
	if s.Clock.Later != 0 && !at.Before(s.Clock.Changed) {
		at = at.Add(-s.Clock.Later)
	}
	return at.Add(s.Zone)
}

// hour returns the hour of the day, with its fraction.
func hour(local time.Time) float64 {
	const day = 24 * 3600
	second := local.Unix() % day // days of Unix time have no leap seconds
	return float64(second) / 3600
}

// active reports whether there is traffic at a time of the day.
func (s *Stream) active(local time.Time) bool {
	at := hour(local)
	return s.ActiveHours == Hours{} || s.ActiveHours.From <= at && at < s.ActiveHours.To
}

// dayCurve returns how many times the rate the waves make it.
func (s *Stream) dayCurve(local time.Time) float64 {
	waves := s.Waves
	if s.atWeekend(local) {
		waves = s.Weekend
	}
	curve, at := 1.0, hour(local)
	for _, w := range waves {
		curve += w.Amplitude * math.Cos(2*math.Pi*float64(w.PerDay)*(at-w.Hour)/24)
	}
	return curve
}

// atWeekend reports whether the day has the weekend's curve.
func (s *Stream) atWeekend(local time.Time) bool {
	day := local.Weekday()
	return s.Weekend != nil && (day == time.Saturday || day == time.Sunday)
}

// Peak returns the highest rate of the curve within the window, or on the busiest
// weekday at the level of its end.
func (s *Stream) Peak() float64 {
	end := s.end()
	week := slices.Max(s.Weekdays[:])
	if week == 0 {
		week = 1
	}
	top := 0.0
	if s.Weekend == nil {
		for at := s.Start; at.Before(s.Start.Add(24 * time.Hour)); at = at.Add(time.Minute) {
			if local := s.local(at); s.active(local) {
				top = max(top, s.Rate*s.dayCurve(local)*week*s.level(end))
			}
		}
		if s.Growth >= 0 && len(s.Steps) == 0 {
			return top // it is the end's
		}
	}
	for at := s.Start; at.Before(end); at = at.Add(time.Minute) {
		top = max(top, s.Curve(at))
	}
	return top
}

// end returns when the window ends.
func (s *Stream) end() time.Time {
	end := s.Start
	for _, p := range s.Parts {
		end = end.Add(p.Length)
	}
	return end
}

// surgeFactor returns how many times its curve the rate is at a moment.
func (s *Stream) surgeFactor(at time.Time) float64 {
	times := 1.0
	for _, u := range s.Surges {
		if !at.Before(u.Start) && at.Before(u.End()) {
			times *= u.Times
		}
	}
	return times
}

// gap reports whether a moment lies in a gap of what was written, and in one of all
// metrics.
func (s *Stream) gap(at time.Time) (written, all bool) {
	for _, g := range s.Gaps {
		if !at.Before(g.Start) && at.Before(g.Start.Add(g.Length)) {
			written, all = true, all || g.AllMetrics
		}
	}
	return written, all
}

// History returns what CloudWatch has of the stream.
func (s *Stream) History() *model.History {
	r := &recorder{stream: s, random: rand.New(rand.NewPCG(s.Seed, 1))}
	r.record()
	return &model.History{
		Stream: "planted", Region: "eu-west-1",
		From: s.Start, To: s.end(), Fetched: s.end(),
		Series:        r.series(),
		Configuration: model.Known(s.configuration()),
	}
}

// configuration returns what the APIs of AWS say of the stream.
func (s *Stream) configuration() model.Configuration {
	return model.Configuration{
		Mode:       model.Known(model.Provisioned),
		OpenShards: model.Known(len(s.Shards.loads())),
		Shards:     model.Known(s.Shards.open()),
		Retention:  model.Known(unit.Day),
		Consumers:  model.Known(s.Consumers.EnhancedFanOut),
		Functions:  model.Known(s.Consumers.Functions),
	}
}
