package input

import (
	"maps"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

const (
	keysKey       = "producer.keys"
	largestKeyKey = "producer.largest_key"
	skewKey       = "producer.skew"
	shardsKey     = "current_shards"

	SampleKey = "sample" // the file that has the keys one by one
)

// KeyLoad is what the largest key brings, as an input: a share with a per cent sign, or a
// rate in any form.
type KeyLoad struct {
	rate
	share *unit.Fraction
}

func keyLoadOf(w *model.Workload) KeyLoad {
	k := &w.Producer.LargestKey
	return KeyLoad{rateOf(&k.Rate, &w.Producer.Written.LargestKey, w), &k.Share}
}

// UnmarshalText reads a share or a rate.
func (k KeyLoad) UnmarshalText(text []byte) error {
	*k.RecordsPerSecond, *k.written, *k.share = 0, unit.Rate{}, 0
	if !strings.HasSuffix(string(text), "%") {
		return k.rate.UnmarshalText(text)
	}
	return k.share.UnmarshalText(text)
}

// String returns the share as a percentage, or the rate as it was written.
func (k KeyLoad) String() string {
	if *k.share > 0 {
		return k.share.Percentage()
	}
	return k.rate.String()
}

// Measure returns the rate, or the share, which has no unit.
func (k KeyLoad) Measure() (value any, unit string) {
	if *k.share > 0 {
		return k.share.Measure()
	}
	return k.RecordsPerSecond.Measure()
}

// checkKeys sees to it that keys, their largest one and the rates fit together.
func (r *resolver) checkKeys() {
	p := &r.w.Producer
	largest, ok := r.declared.Settings[largestKeyKey]
	if !ok {
		return
	}
	f := Error{Path: largestKeyKey, With: []string{averageKey, peakKey, keysKey}}
	switch share := float64(p.LargestKey.Share); {
	case share > 1:
		f.Problem, f.Allowed = "more than all records", "at most 100%"
	case p.LargestKey.Rate > p.Peak:
		f.Problem, f.Allowed = "above the peak of "+p.Peak.Prose(), "the peak or less"
	case p.LargestShare()*float64(p.Keys)*(1+shareTolerance) < 1 && p.Keys > 0:
		f.Problem = "less than each of " + unit.Plural(int(p.Keys), "key") + " has on average"
		f.Allowed = unit.Percent(1/float64(p.Keys), 6) + " or more"
	default:
		return
	}
	r.reportAt(largest, f)
}

// skew notes whether the skew was measured. Where the keys are known one by one, a skew is that of
// where they land, unless something was declared of it.
func (r *resolver) skew() {
	if r.declared.Placed != nil && !r.declared.DeclaresKeys() {
		r.w.Producer.Placed, r.w.Producer.Skew = r.declared.Placed, 1
		without := *r.declared
		without.Settings = maps.Clone(without.Settings)
		delete(without.Settings, skewKey)
		r.declared = &without
	}
	r.w.Producer.MeasuredSkew = r.declared.Settings[skewKey].Source == model.Measured
}

// DeclaresKeys reports whether something was declared, not measured, of skew or keys, which goes
// before where keys land.
func (d *Declaration) DeclaresKeys() bool {
	for _, key := range [...]string{skewKey, keysKey, largestKeyKey} {
		if s, ok := d.Settings[key]; ok && (s.Source == model.File || s.Source == model.Flag) {
			return true
		}
	}
	return false
}
