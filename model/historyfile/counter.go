package historyfile

import (
	"time"

	"github.com/kcalc/kcalc/model"
)

// A counter is told from traffic by what it never does: fall, but to almost nothing when it is
// restarted. Traffic that does so too is there: a daily job that takes up more and more and
// stops at a time of the day. A counter is therefore only what grows on beyond a day, or is
// restarted at other times than the day before. It has this many points at least, half of
// which are above the one before them, and a restart leaves less than a tenth.
const (
	leastCounted  = 24
	restartedFrom = 10
	wholeDay      = 24 * time.Hour
	dayAtLongest  = 26 * time.Hour // one on which clocks are set back, and a period
	sameTime      = time.Hour      // how far times of the day may be apart
)

// stretch is a part of a series between two falls.
type stretch struct {
	first, last   model.Point
	points, rises int
}

// add adds the next point.
func (s *stretch) add(p model.Point) {
	if s.points == 0 {
		s.first = p
	} else if p.Value > s.last.Value {
		s.rises++
	}
	s.last = p
	s.points++
}

// grows reports whether at least half of the points rise.
func (s *stretch) grows() bool { return 2*s.rises >= s.points }

// lasts returns how long the stretch lasts, its last period included.
func (s *stretch) lasts() time.Duration {
	return s.last.Time.Sub(s.first.Time) + time.Duration(s.last.Period)
}

// fromNothing reports whether the stretch begins with as little as a restart leaves.
func (s *stretch) fromNothing() bool { return s.first.Value*restartedFrom < s.last.Value }

// growing is a series as a counter would be: what it grows by between restarts.
type growing struct {
	stretch // that goes on
	whole   stretch
	falls   bool        // to more than a restart leaves
	beyond  bool        // a stretch grew on beyond a day
	starts  []time.Time // of the stretches after a restart
}

// add adds the next point. After a fall that is no restart there is nothing to find out.
func (g *growing) add(p model.Point) {
	if g.falls {
		return
	}
	if g.points > 0 && p.Value < g.last.Value {
		g.falls = p.Value*restartedFrom >= g.last.Value
		g.finish()
		g.starts = append(g.starts, p.Time)
	}
	g.stretch.add(p)
	g.whole.add(p)
}

// finish ends the stretch that goes on. One that was there from the beginning, and begins with
// more than a restart leaves, needs only a day: no day of traffic begins so and never falls.
func (g *growing) finish() {
	most := dayAtLongest
	if len(g.starts) == 0 && !g.fromNothing() {
		most = wholeDay
	}
	g.beyond = g.beyond || g.grows() && g.lasts() >= most
	g.stretch = stretch{}
}

// isCounter reports whether the points that were added are a counter's.
func (g *growing) isCounter() bool {
	whole := g.whole
	g.finish()
	g.last = whole.last
	if whole.points < leastCounted || g.falls || !whole.grows() {
		return false
	}
	return g.beyond || len(g.starts) > 0 && (whole.lasts() < wholeDay || !g.daily())
}

// daily reports whether all restarts were at one time of the day, or whether flat parts
// between them show something that has its hours: a counter of traffic grows in each period.
func (g *growing) daily() bool {
	const nearly = 0.9
	if float64(g.whole.rises) < nearly*float64(g.whole.points-1-len(g.starts)) {
		return true
	}
	for _, at := range g.starts {
		apart := at.Sub(g.starts[0]) % wholeDay
		if min(apart, wholeDay-apart) > sameTime {
			return false
		}
	}
	return true
}
