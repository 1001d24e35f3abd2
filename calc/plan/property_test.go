package plan

import (
	"cmp"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"pgregory.net/rapid"
)

// The order in which consumers are declared changes nothing.
func TestOrderOfConsumersDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawWorkload(t, rapid.Bool().Draw(t, "packed"))
		other := w
		other.Consumers = rapid.Permutation(w.Consumers).Draw(t, "order")
		a, b := planned(&w), planned(&other)
		for _, p := range []*model.Plan{&a, &b} {
			for i := range p.Constraints {
				if p.Constraints[i].ID == "consumer-limit.calls" {
					p.Constraints[i].Formula = "" // lists the intervals as declared
				}
			}
		}
		sorted := []gocmp.Option{
			cmpopts.SortSlices(func(a, b model.Constraint) bool { return a.ID < b.ID }),
			cmpopts.SortSlices(cmp.Less[string]),
			cmpopts.EquateApprox(1e-12, 0), // the last bits, of numbers in another order
		}
		for _, of := range [][2]any{{a.Shards, b.Shards}, {a.Feasible, b.Feasible}, {a.Binding, b.Binding}, {a.Constraints, b.Constraints}} {
			if d := gocmp.Diff(of[0], of[1], sorted...); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// A plan is what its constraints say.
func TestPlanFollowsFromItsNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawWorkload(t, rapid.Bool().Draw(t, "packed"))
		p := planned(&w)
		needs := calc.Solve(&limits, &w, nil)
		minimum, recommended := calc.Counts(needs)
		if p.Shards.Minimum != minimum || p.Shards.Recommended != recommended {
			t.Fatalf("shards %+v, want %d and %d", p.Shards, minimum, recommended)
		}
		if len(p.Constraints) != len(needs) {
			t.Fatalf("%d constraints of %d needs", len(p.Constraints), len(needs))
		}
		for i := range p.Constraints {
			c := &p.Constraints[i]
			checkConstraint(t, &w, c, &needs[i], recommended)
			if slices.Contains(p.Binding, c.ID) != c.Binding {
				t.Fatalf("%s binds: %v, but not in %v", c.ID, c.Binding, p.Binding)
			}
		}
	})
}

// peaks are the constraints that leave headroom.
var peaks = []string{
	"producer-limit.bytes.peak",
	"producer-limit.records.peak",
	"consumer-limit.bytes",
	"consumer-limit.get-records",
	"consumption-speed",
}

// checkConstraint checks what a plan says of a need.
func checkConstraint(t *rapid.T, w *model.Workload, c *model.Constraint, n *calc.Need, recommended int) {
	t.Helper()
	if c.ID != n.ID(w) || c.Headroom != slices.Contains(peaks, n.Constraint.Topic) {
		t.Fatalf("%s is not %s, or its headroom is not so: %v", c.ID, n.ID(w), c.Headroom)
	}
	if n.Target < n.Full {
		t.Fatalf("%s: %v at the target, %v at the limit", c.ID, n.Target, n.Full)
	}
	if c.Limit.Known || math.IsInf(n.Full, 1) {
		if c.Binding || c.Recommended.Known {
			t.Fatalf("%s counts shards: %+v", c.ID, c)
		}
		return
	}
	if c.Recommended.Value != calc.Shards(n.Target) || c.Minimum.Value != calc.Shards(n.Full) || c.Need.Value != n.Full {
		t.Fatalf("%s: %+v of %+v", c.ID, c, n)
	}
	if c.Binding != (c.Recommended.Value == recommended) {
		t.Fatalf("%s: binding %v at %d of %d", c.ID, c.Binding, c.Recommended.Value, recommended)
	}
	most := 1.0
	bounded := c.Recommended.Value == 0 || c.Consumer.Known &&
		(w.Consumers[n.Consumer].Lambda.ReservedConcurrency > 0 || w.Consumers[n.Consumer].TotalSpeed > 0)
	if slices.Contains(peaks, n.Constraint.Topic) && !bounded { // else shards leave no headroom
		most = float64(w.TargetUtilization)
	}
	if u := c.Utilization.Value; !c.Utilization.Known || u > most+1e-9 || u < 0 {
		t.Fatalf("%s: utilization %v, at most %v", c.ID, u, most)
	}
}

// Every advice lowers the shards or makes an infeasible plan feasible, and
// trying it leaves the workload as it was.
func TestAdviceIsWorthTaking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := calctest.DrawWorkload(t, rapid.Bool().Draw(t, "packed"))
		before := clone(w)
		p := planned(&w)
		if d := gocmp.Diff(before, w); d != "" {
			t.Fatalf("the workload was changed: %s", d)
		}
		for _, a := range p.Advice {
			mends := a.Plan.Feasible && !p.Feasible
			lowers := a.Shards < p.Shards.Recommended && (a.Plan.Feasible || !p.Feasible)
			if !mends && !lowers || a.Shards != a.Plan.Shards.Recommended || a.Change == "" {
				t.Fatalf(
					"%s: %d shards, feasible %v, instead of %d, %v",
					a.ID,
					a.Shards,
					a.Plan.Feasible,
					p.Shards.Recommended,
					p.Feasible,
				)
			}
		}
	})
}
