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

// Stream is what a made-up stream does. The zero value of what is not needed
// leaves it out.
type Stream struct {
	Seed  uint64
	Start time.Time
	Parts []Part // of the window, oldest first

	Rate     float64       // records a second, around which the day goes
	Size     float64       // bytes of a record
	Waves    []Wave        // course of the day; none is an even one
	Weekend  []Wave        // course of Saturdays and Sundays, where it is another
	Weekdays [7]float64    // times the rate, Sunday first; all 0 is all 1
	Open     Hours         // there is traffic at these times of the day alone
	Zone     time.Duration // how far the clocks that people go by are ahead of UTC
	Clock    Clock         // they are changed
	Growth   float64       // of the rate, a day: 0.01 is 1 %
	Steps    []Step
	Surges   []Surge
	Gaps     []Gap

	Noise    float64 // of a period, standard deviation, as a share of the rate
	DayNoise float64 // of a day
	Lasting  float64 // correlation of a period's noise with that of the one before

	Shards  Shards
	Readers Readers
}

// Part is a part of the window whose points are evenly spaced.
type Part struct {
	Length time.Duration
	Period time.Duration
}

// Wave is a part of the day's course: so many waves a day, one of which is
// highest at that hour. Amplitudes are shares of the rate.
type Wave struct {
	PerDay    int
	Amplitude float64
	Hour      float64
}

// Hours are a part of each day, from one hour to another.
type Hours struct{ From, To float64 }

// Clock says that from a moment on all that people do comes later, in UTC.
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

// End is when the surge is over.
func (s Surge) End() time.Time { return s.Start.Add(s.Length) }

// Gap is a time without points: of what was written alone, or of everything.
type Gap struct {
	Start  time.Time
	Length time.Duration
	Silent bool // no metric has points
}

// Readers are what reads the stream.
type Readers struct {
	Standard  int // each reads all that is written, within its period
	FanOut    []model.FanOutConsumer
	Functions []model.Function
	Duration  time.Duration // of the functions' invocations
}

// Curve is the rate at a moment, without noise and surges.
func (s *Stream) Curve(at time.Time) float64 { return s.curve(at, s.course) }

func (s *Stream) curve(at time.Time, course func(local time.Time) float64) float64 {
	local := s.local(at)
	if !s.open(local) {
		return 0
	}
	rate := s.Rate * course(local) * s.level(at)
	if s.Weekdays != ([7]float64{}) {
		rate *= s.Weekdays[local.Weekday()]
	}
	return rate
}

// level is what growth and steps make of the rate.
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

// local is a moment by the clocks that the stream goes by.
func (s *Stream) local(at time.Time) time.Time {
	if s.Clock.Later != 0 && !at.Before(s.Clock.Changed) {
		at = at.Add(-s.Clock.Later)
	}
	return at.Add(s.Zone)
}

// hour is the hour of the day, with its fraction.
func hour(local time.Time) float64 {
	const day = 24 * 3600
	second := local.Unix() % day // days of Unix time have no leap seconds
	return float64(second) / 3600
}

func (s *Stream) open(local time.Time) bool {
	at := hour(local)
	return s.Open == Hours{} || s.Open.From <= at && at < s.Open.To
}

func (s *Stream) course(local time.Time) float64 {
	waves := s.Waves
	if s.atWeekend(local) {
		waves = s.Weekend
	}
	course, at := 1.0, hour(local)
	for _, w := range waves {
		course += w.Amplitude * math.Cos(2*math.Pi*float64(w.PerDay)*(at-w.Hour)/24)
	}
	return course
}

// atWeekend tells whether the day has the weekend's course.
func (s *Stream) atWeekend(local time.Time) bool {
	day := local.Weekday()
	return s.Weekend != nil && (day == time.Saturday || day == time.Sunday)
}

// Peak is the highest that the curve gets within the window, or on its busiest
// weekday at the level that the window ends on.
func (s *Stream) Peak() float64 {
	end := s.end()
	week := slices.Max(s.Weekdays[:])
	if week == 0 {
		week = 1
	}
	top := 0.0
	if s.Weekend == nil {
		for at := s.Start; at.Before(s.Start.Add(24 * time.Hour)); at = at.Add(time.Minute) {
			if local := s.local(at); s.open(local) {
				top = max(top, s.Rate*s.course(local)*week*s.level(end))
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

// end is when the window ends.
func (s *Stream) end() time.Time {
	end := s.Start
	for _, p := range s.Parts {
		end = end.Add(p.Length)
	}
	return end
}

// surge is how many times its curve the rate is at a moment.
func (s *Stream) surge(at time.Time) float64 {
	times := 1.0
	for _, u := range s.Surges {
		if !at.Before(u.Start) && at.Before(u.End()) {
			times *= u.Times
		}
	}
	return times
}

// gap tells whether a moment lies in a gap of what was written, and in one of
// everything.
func (s *Stream) gap(at time.Time) (written, all bool) {
	for _, g := range s.Gaps {
		if !at.Before(g.Start) && at.Before(g.Start.Add(g.Length)) {
			written, all = true, all || g.Silent
		}
	}
	return written, all
}

// History is what CloudWatch has of the stream.
func (s *Stream) History() *model.History {
	r := &recorder{stream: s, random: rand.New(rand.NewPCG(s.Seed, 1))}
	r.run()
	return &model.History{
		Stream: "planted", Region: "eu-west-1",
		From: s.Start, To: s.end(), Fetched: s.end(),
		Series:        r.series(),
		Configuration: model.Known(s.configuration()),
	}
}

func (s *Stream) configuration() model.Configuration {
	return model.Configuration{
		Mode:       model.Known(model.Provisioned),
		OpenShards: model.Known(len(s.Shards.loads())),
		Shards:     model.Known(s.Shards.open()),
		Retention:  model.Known(unit.Day),
		Consumers:  model.Known(s.Readers.FanOut),
		Functions:  model.Known(s.Readers.Functions),
	}
}
