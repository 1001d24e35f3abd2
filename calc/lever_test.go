package calc

import (
	"testing"

	"pgregory.net/rapid"
)

// What a lever changes raises no need of its constraint, the more of it the less is
// needed. Without bursts: a bound of what bursts bring is not so fine.
func TestLeversLowerTheirNeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, false)
		w.Producer.Burst = 1
		s := NewSizing(&limits, &w)
		for _, n := range s.Solve(nil) {
			lever := n.Lever(&s)
			if lever.Apply == nil {
				continue
			}
			id, need := n.ID(&w), n.Target
			for _, share := range []float64{0.5, 1} {
				changed := clone(w)
				lever.Apply(&changed, 1+(lever.Most-1)*share)
				then := solved(&changed)[id].Target
				if then > need*(1+last) || lever.Describe(&changed) == "" {
					t.Fatalf("%s: %s (%s) needs %v instead of %v", id, lever.Describe(&changed), lever.ID, then, need)
				}
				need = then
			}
		}
	})
}
