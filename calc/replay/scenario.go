package replay

import (
	"math"

	"github.com/kcalc/kcalc/model"
)

// Scenario returns the traffic and the incidents that a declared workload stands
// for. Its days begin with their quiet part. Half of a day's records are written at
// the peak P, which so lasts 24 h·A/2P (a minute at least), and the other half
// evenly over the rest of the day, so that the mean is the average A. A last quiet
// part shows what was not read in time.
//
// Whatever the workload has to get through (reprocessing, outages, the surge)
// begins with the peak, each on a day of its own. The peak then lasts until the
// time that is allowed for it is over, because the formulas assume so. Before a
// consumer reprocesses there are enough days to read again.
func Scenario(w *model.Workload) (*Traffic, []Incident) {
	s := newScenario(w)
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Reprocess > 0 {
			s.addDays(c.Reprocess.Seconds() - s.quiet)
			s.addIncident(Incident{Kind: Reprocess, Consumer: c.Name, Last: c.Reprocess.Seconds()}, c.TimeToCatchUp().Seconds())
		}
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Outage > 0 {
			s.addIncident(Incident{Kind: Stop, Consumer: c.Name, For: c.Outage.Seconds()}, c.TimeToCatchUp().Seconds())
		}
	}
	for i := range w.Consumers {
		if c := &w.Consumers[i]; c.Backlog > 0 || c.Behind > 0 {
			s.addIncident(Incident{Kind: Stop, Consumer: c.Name, For: behindFor(w, c)}, c.TimeToCatchUp().Seconds())
		}
	}
	if surge := &w.Producer.Surge; surge.Duration > 0 {
		s.addIncident(Incident{Kind: Surge, For: surge.Duration.Seconds(), Rate: surge.Throughput}, longestLatency(w))
	}
	if len(s.incidents) == 0 {
		s.addDays(s.quiet)
	}
	s.addStep(s.quiet, s.low)
	return s.traffic, s.incidents
}

// BacklogScenario returns the traffic and the incidents of what consumers have not read now, all
// of them at once: it was written at a rate, each consumer was stopped for as long as what it
// has not read took to be written, and now the peak begins. Backlogs are in user records, 0 of
// a consumer that has read all. The time that is now is in seconds since the traffic begins.
func BacklogScenario(w *model.Workload, rate float64, backlogs []float64) (t *Traffic, list []Incident, now float64) {
	s := newScenario(w)
	var allowed float64
	for i, backlog := range backlogs {
		if now = max(now, backlog/rate); backlog > 0 {
			allowed = max(allowed, w.Consumers[i].TimeToCatchUp().Seconds())
		}
	}
	size := float64(w.Producer.RecordSize + w.Producer.PartitionKeySize)
	s.addStep(now, Flow{rate, rate * size})
	for i, backlog := range backlogs {
		if seconds := backlog / rate; backlog > 0 {
			s.incidents = append(s.incidents,
				Incident{Kind: Stop, Consumer: w.Consumers[i].Name, At: now - seconds, For: seconds})
		}
	}
	s.addStep(max(s.peak, allowed), s.high)
	s.addStep(s.quiet, s.low)
	return s.traffic, s.incidents, now
}

// behindFor returns how long a consumer was stopped that has what it has not read now, if
// that came at the peak.
func behindFor(w *model.Workload, c *model.Consumer) (seconds float64) {
	if c.Backlog > 0 && w.Producer.Peak > 0 {
		return float64(c.Backlog) / float64(w.Producer.Peak)
	}
	return c.Behind.Seconds()
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

// newScenario returns an empty scenario, with the two parts of a day that have the
// workload's average and peak.
func newScenario(w *model.Workload) *scenario {
	const leastPeak = 60
	average, peak := float64(w.Producer.Average), float64(w.Producer.Peak)
	s := &scenario{traffic: &Traffic{Parts: []Part{{To: 1}}}, peak: leastPeak}
	if peak > 0 {
		s.peak = max(leastPeak, day*average/(2*peak))
	}
	s.quiet = day - s.peak
	size := float64(w.Producer.RecordSize + w.Producer.PartitionKeySize)
	low := max(0, average*day-peak*s.peak) / s.quiet
	s.low, s.high = Flow{low, low * size}, Flow{peak, peak * size}
	return s
}

func (s *scenario) addStep(seconds float64, f Flow) {
	s.traffic.Steps = append(s.traffic.Steps, seconds)
	s.traffic.Parts[0].Flows = append(s.traffic.Parts[0].Flows, f)
	s.now += seconds
}

// addDays appends ordinary days for at least so many seconds.
func (s *scenario) addDays(seconds float64) {
	for range int(math.Ceil(seconds / (s.quiet + s.peak))) {
		s.addStep(s.quiet, s.low)
		s.addStep(s.peak, s.high)
	}
}

// addIncident appends a day with an incident, from which consumers may take so many
// seconds to recover.
func (s *scenario) addIncident(i Incident, allowed float64) {
	s.addStep(s.quiet, s.low)
	i.At = s.now
	s.incidents = append(s.incidents, i)
	s.addStep(max(s.peak, i.For+allowed), s.high)
}
