package odds

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Day is what is known of a day of the past.
type Day struct {
	// Need is the highest need of the day in shards, each used to its whole limit. It is
	// at least 0.
	Need float64

	// Known is the share of the day that is known. Days of which nothing is known do not
	// count.
	Known float64
}

const (
	// LeastDays is how many days the odds of counts above the highest need take: a week,
	// since a weekend may be another traffic.
	LeastDays = 7

	tailDays    = 5   // the highest days, whose tail is estimated
	usualTail   = 4.0 // the exponent that the estimate is drawn to
	tailsWeight = 4.0 // how many days that counts like
)

// Odds are the days of the past, ready to be asked.
type Odds struct {
	needs []float64 // of the days, the highest first
	seen  float64   // T, partly known days by their shares
	tail  float64   // α; NaN where Missing says why it is not known
	lacks Missing
}

// Missing is why the odds of counts above the highest need are not known.
type Missing string

// Reasons why something of the odds is missing.
const (
	Nothing  Missing = ""          // all is known
	NoDays   Missing = "no-days"   // nothing is known of any day
	FewDays  Missing = "few-days"  // less than LeastDays are known
	ManyIdle Missing = "idle-days" // so few days had any need that their tail is not known
)

// Of returns the odds after some days, whose order does not matter.
func Of(days []Day) Odds {
	var o Odds
	for _, d := range days {
		if d.Known > 0 {
			o.needs = append(o.needs, d.Need)
			o.seen += d.Known
		}
	}
	slices.SortFunc(o.needs, func(a, b float64) int { return cmp.Compare(b, a) })
	o.tail, o.lacks = o.estimateTail()
	return o
}

// estimateTail returns α, or NaN and why it is not known.
func (o *Odds) estimateTail() (tail float64, why Missing) {
	switch {
	case len(o.needs) == 0:
		return math.NaN(), NoDays
	case math.Round(o.seen) < LeastDays || len(o.needs) <= tailDays:
		return math.NaN(), FewDays
	case o.needs[tailDays] <= 0:
		return math.NaN(), ManyIdle
	}
	sum := tailsWeight / usualTail
	for _, x := range o.needs[:tailDays] {
		sum += math.Log(x / o.needs[tailDays])
	}
	return (tailsWeight + tailDays) / sum, Nothing
}

// Seen returns how many days were seen, partly known ones by their shares.
func (o *Odds) Seen() float64 { return o.seen }

// Highest returns the highest needs of days, the highest first, at most so many.
func (o *Odds) Highest(n int) []float64 { return slices.Clone(o.needs[:min(n, len(o.needs))]) }

// Spread returns the standard deviation of the logarithms of the needs of days, of those
// that have any; 0 of fewer than two.
func (o *Odds) Spread() float64 {
	busy, _ := slices.BinarySearchFunc(o.needs, 0, func(x, _ float64) int {
		if x > 0 {
			return -1
		}
		return 1
	})
	if busy < 2 {
		return 0
	}
	logs := make([]float64, busy)
	for i, x := range o.needs[:busy] {
		logs[i] = math.Log(x)
	}
	return stat.StdDev(logs, nil)
}

// NineInTen returns the need that nine of ten days stay below, or at: the least of them of
// which no more than a tenth of the days are above. It is 0 if there are none.
func (o *Odds) NineInTen() float64 {
	if len(o.needs) == 0 {
		return 0
	}
	return o.needs[len(o.needs)/10]
}

// Missing returns why the odds of counts above the highest need are not known, or
// Nothing.
func (o *Odds) Missing() Missing { return o.lacks }

// above returns a: how many days above a need the past tells of. ok is false for a
// need above the highest of the past, if their tail is not known: a is at most 1 then.
func (o *Odds) above(need float64) (a float64, ok bool) {
	switch {
	case need < o.needs[0]:
		days, _ := slices.BinarySearchFunc(o.needs, need, func(x, n float64) int {
			if x > n {
				return -1
			}
			return 1
		})
		return 1 + float64(days), true
	case need == o.needs[0]:
		return 1, true
	case o.lacks != Nothing:
		return 1, false
	}
	return math.Pow(need/o.needs[0], -o.tail), true
}
