package check

import (
	"errors"
	"testing"

	"github.com/kcalc/kcalc/model/input"
)

// Whatever a policy file has, it is a policy within its bounds, or refused with at least one reason, each on a line.
func FuzzReadPolicy(f *testing.F) {
	for _, seed := range []string{"max_monthly_usd: 500", "min_headroom: 20%", "deny: [check-unknown]", "allow: [{id: a}]", "a: &a [*a]",
		"? [1]\n: 2", "- a", "<<: {max_efo: 1}", "max_efo: !!int 3", "max_iterator_age: 5m\nmax_excess: 1e309", "\x00", "a: {", "max_efo: 1\n---\na: 1",
		"allow: [{id: check-unknown, resource: '*', reason: r, until: 9999-12-31}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ReadPolicy("p", data)
		var faults input.Errors
		if err != nil {
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("%v", err)
			}
			for _, fault := range faults {
				if fault.Where.Line < 1 || fault.Problem == "" {
					t.Errorf("%+v", fault)
				}
			}
			return
		}
		if p.MaxMonthly != nil && *p.MaxMonthly < 0 || p.MaxEach != nil && *p.MaxEach < 0 || p.MaxEFO != nil && (*p.MaxEFO < 0 || *p.MaxEFO > 20) ||
			p.MinHeadroom != nil && !(*p.MinHeadroom >= 0) {
			t.Errorf("%+v", p)
		}
		for _, a := range p.Allow {
			if !IsFinding(a.ID) || a.At == "" || a.Reason == "" || a.Until.IsZero() {
				t.Errorf("%+v", a)
			}
		}
	})
}
