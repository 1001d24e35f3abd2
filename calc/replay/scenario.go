package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// Scenario turns a declared workload into traffic and incidents: days of which
// each begins with its quiet part. Half of a day's records are written at the peak
// P, which so lasts 24 h·A/2P (a minute at least), and the other half evenly over
// the rest of the day, so that the mean is the average A. A last quiet part shows
// what was not read in time.
//
// With the peak begins what the workload has to get through, each on a day of its
// own: replays, outages, the surge. The peak then lasts until the time that is
// allowed for it is over, because that is how the formulas look at it. Before a
// replay there are enough days to read again.
func Scenario(w *model.Workload) (*Traffic, []Incident) {
	s := newScenario(w)
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Reprocess > 0 {
			s.days(c.Reprocess.Seconds() - s.quiet)
			s.stress(Incident{Kind: Reprocess, Consumer: c.Name, Last: c.Reprocess.Seconds()}, c.TimeToCatchUp().Seconds())
		}
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Outage > 0 {
			s.stress(Incident{Kind: Stop, Consumer: c.Name, For: c.Outage.Seconds()}, c.TimeToCatchUp().Seconds())
		}
	}
	if surge := &w.Producer.Surge; surge.Duration > 0 {
		s.stress(Incident{Kind: Surge, For: surge.Duration.Seconds(), Rate: surge.Throughput}, longestLatency(w))
	}
	if len(s.incidents) == 0 {
		s.days(s.quiet)
	}
	s.step(s.quiet, s.low)
	return s.traffic, s.incidents
}

func longestLatency(w *model.Workload) (seconds float64) {
	for i := range w.Consumers {
		seconds = max(seconds, w.Consumers[i].Latency.Seconds())
	}
	return seconds
}

// scenario is one in the making.
type scenario struct {
	traffic     *Traffic
	incidents   []Incident
	now         float64
	low, high   Flow    // of the quiet part of a day, and of the peak
	quiet, peak float64 // how long they are, in seconds
}

func newScenario(w *model.Workload) *scenario {
	const day, least = 86_400, 60
	average, peak := float64(w.Producer.Average), float64(w.Producer.Peak)
	s := &scenario{traffic: &Traffic{Parts: []Part{{To: 1}}}, peak: least}
	if peak > 0 {
		s.peak = max(least, day*average/(2*peak))
	}
	s.quiet = day - s.peak
	size := float64(w.Producer.RecordSize + w.Producer.PartitionKeySize)
	low := max(0, average*day-peak*s.peak) / s.quiet
	s.low, s.high = Flow{low, low * size}, Flow{peak, peak * size}
	return s
}

func (s *scenario) step(seconds float64, f Flow) {
	s.traffic.Steps = append(s.traffic.Steps, seconds)
	s.traffic.Parts[0].Flows = append(s.traffic.Parts[0].Flows, f)
	s.now += seconds
}

// days appends ordinary days for at least so long.
func (s *scenario) days(seconds float64) {
	for range int(math.Ceil(seconds / (s.quiet + s.peak))) {
		s.step(s.quiet, s.low)
		s.step(s.peak, s.high)
	}
}

// stress appends a day with an incident, from which consumers have so long to
// recover.
func (s *scenario) stress(i Incident, allowed float64) {
	s.step(s.quiet, s.low)
	i.At = s.now
	s.incidents = append(s.incidents, i)
	s.step(max(s.peak, i.For+allowed), s.high)
}
