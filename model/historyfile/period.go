package historyfile

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// Neither the AWS CLI nor a table says how long the periods of its points are,
// and a file may have several: five minutes in its older part, where CloudWatch
// has no finer points any more, one minute in its newer one. The steps from one
// time to the next have to tell; and steps of five minutes may be those of a
// five-minute period, or of one minute on a stream that is written to seldom.
//
// The likeliest reading is the cheapest. By chance one step in k is a multiple of
// k periods, so a step over k periods costs ln k: whoever pays that over and over
// is better off with the longer period. That the period changes costs ln(100 n)
// in a file of n steps: one file in a hundred has a change, and it may be at any
// step. A step to a time off the grid costs as much beside what it costs in
// minutes: it neither passes for a change there and another one back, nor makes
// long periods cheap where all steps are long. The cheapest sequence of periods
// is found step by step (Viterbi, IEEE Trans. Inf. Theory 13, 1967).

const (
	second = int64(time.Second)
	minute = int64(time.Minute)
	hour   = int64(time.Hour)
	day    = 24 * hour // CloudWatch has no longer periods
)

// common are the periods that people ask CloudWatch for, usual are those that
// they may. Others than the first need evidence of usualOdds to one, others than
// the second of unusualOdds to one.
var common = []int64{second, minute, 5 * minute, hour}
var usual = []int64{
	second, 5 * second, 10 * second, 15 * second, 20 * second, 30 * second,
	minute, 2 * minute, 3 * minute, 5 * minute, 10 * minute, 15 * minute, 20 * minute, 30 * minute,
	hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 8 * hour, 12 * hour, day,
}

const mostUnusual = 4 // others that are tried

// step is the way from one time to the next, or several such in a row.
type step struct {
	length   int64 // nanoseconds
	count    int
	from, to int64 // what the whole file has for periods at its ends; 0 if this is the whole file
}

// steps returns the steps between times that are in order, equal ones together.
func steps(times []stamped, whole spans) []step {
	var list []step
	for i := 1; i < len(times); i++ {
		s := step{times[i].time - times[i-1].time, 1, whole.period(times[i-1].time), whole.period(times[i].time)}
		if last := len(list) - 1; last >= 0 && list[last].length == s.length && list[last].from == s.from &&
			list[last].to == s.to {
			list[last].count++
			continue
		}
		list = append(list, s)
	}
	return list
}

// apart parts equal steps into the first, the last and those between: among
// equal steps nothing but the first or the last is the cheapest place of a
// change.
func apart(list []step) []step {
	parted := make([]step, 0, len(list))
	for _, s := range list {
		one, rest := s, s
		one.count, rest.count = 1, s.count-2
		parted = append(parted, one)
		if rest.count > 0 {
			parted = append(parted, rest)
		}
		if s.count > 1 {
			parted = append(parted, one)
		}
	}
	return parted
}

// candidates returns the periods that there may be, a minute first, which is that of
// Kinesis' metrics.
func candidates(list []step, whole spans) []int64 {
	counts := map[int64]int{}
	short := 0
	for _, s := range list {
		counts[s.length] += s.count
		if s.length < minute {
			short += s.count
		}
	}
	// A period below a minute must be seen as such, or a single time that is off by
	// a second would make one.
	seen := func(p int64) bool { return p <= day && p%second == 0 && (p >= minute || counts[p]*10 > short) }
	found := slices.DeleteFunc(slices.Clone(usual), func(p int64) bool { return !seen(p) })
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(p int64) bool {
		return !seen(p) || slices.Contains(usual, p)
	})
	slices.SortStableFunc(others, func(a, b int64) int { return cmp.Compare(counts[b], counts[a]) })
	found = append(found, others[:min(len(others), mostUnusual)]...)
	for _, s := range whole {
		found = append(found, s.period)
	}
	slices.Sort(found)
	found = slices.DeleteFunc(slices.Compact(found), func(p int64) bool { return p == minute })
	return append([]int64{minute}, found...)
}

// reading is the search for the cheapest reading of some steps.
type reading struct {
	periods []int64
	change  float64   // what a change costs
	cost    []float64 // of the cheapest readings up to here, by the period that they end with
	spare   []float64 // for the next
	sources [][]uint8 // where those come from: for each step, by the period after it
}

// periodsOf returns the period of each time; the times are in order and differ.
func periodsOf(times []stamped, whole spans) []int64 {
	list := steps(times, whole)
	r := reading{periods: candidates(list, whole), change: math.Log(100 * float64(max(len(times)-1, 1)))}
	r.begin(whole.period(times[0].time))
	list = apart(list)
	for _, s := range list {
		r.pass(s)
	}
	return r.path(list, len(times))
}

// begin prices the period of the first time.
func (r *reading) begin(whole int64) {
	r.cost, r.spare = make([]float64, len(r.periods)), make([]float64, len(r.periods))
	for i, p := range r.periods {
		if whole != 0 && p != whole {
			r.cost[i] = r.change
		}
		r.cost[i] += strangeness(p, whole)
	}
}

// Evidence that a period needs which few ask for, and one that hardly anyone does,
// as so many to one.
const (
	usualOdds   = 30
	unusualOdds = 1000
)

// strangeness returns the cost of a period that few ask for.
func strangeness(p, whole int64) float64 {
	switch {
	case p == whole || slices.Contains(common, p):
		return 0
	case slices.Contains(usual, p):
		return math.Log(usualOdds)
	}
	return math.Log(unusualOdds)
}

// over returns what a step over periods costs, whole ones or not.
func over(length, period int64) float64 {
	if length < period {
		return 0
	}
	return math.Log(float64(length / period))
}

// stay returns what a step costs that stays with the period.
func (r *reading) stay(s step, period int64) float64 {
	if s.length%period != 0 {
		return (r.change + over(s.length, minute)) * float64(s.count)
	}
	return over(s.length, period) * float64(s.count)
}

// pass goes one step on.
func (r *reading) pass(s step) {
	leaving, source := r.leave(s)
	next, sources := r.spare, make([]uint8, len(r.periods))
	for i, p := range r.periods {
		next[i], sources[i] = r.cost[i]+r.stay(s, p), uint8(i)
		if changed := leaving + r.change + strangeness(p, s.to); s.count == 1 && changed < next[i] {
			next[i], sources[i] = changed, source
		}
		if s.from != s.to && p == s.to && s.length >= s.from { // the whole file changes here
			from := slices.Index(r.periods, s.from)
			if follow := r.cost[from] + over(s.length, s.from); follow < next[i] {
				next[i], sources[i] = follow, uint8(from)
			}
		}
	}
	r.cost, r.spare = next, r.cost
	r.sources = append(r.sources, sources)
}

// leave returns the cost of the cheapest way to the end of a step whose own period is over by
// then, and the period.
func (r *reading) leave(s step) (cost float64, source uint8) {
	cost = math.Inf(1)
	for i, p := range r.periods {
		if c := r.cost[i] + over(s.length, p); s.length >= p && c < cost {
			cost, source = c, uint8(i)
		}
	}
	return cost, source
}

// path goes back from the cheapest end.
func (r *reading) path(list []step, n int) []int64 {
	at := 0
	for i := range r.cost {
		if r.cost[i] < r.cost[at] {
			at = i
		}
	}
	periods := make([]int64, n)
	for i := len(list) - 1; i >= 0; i-- {
		for range list[i].count {
			n--
			periods[n] = r.periods[at]
		}
		at = int(r.sources[i][at])
	}
	periods[0] = r.periods[at]
	return periods
}
