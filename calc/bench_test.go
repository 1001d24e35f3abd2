package calc

import (
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
)

// BenchmarkSolve is the numbers alone, into a buffer that is used again.
func BenchmarkSolve(b *testing.B) {
	var buffer []Need
	calctest.EachWorkload(b, func(w *model.Workload) { buffer = Solve(&limits, w, buffer[:0]) })
}

// Solving is what reverse mode, advice, fair shares and the choice of enhanced
// fan-out do thousands of times: it allocates nothing.
func TestSolveAllocatesNothing(t *testing.T) {
	for _, packed := range []bool{false, true} {
		w := calctest.Benchmarked(packed)
		buffer := Solve(&limits, &w, nil)
		if n := testing.AllocsPerRun(10, func() { buffer = Solve(&limits, &w, buffer[:0]) }); n > 0 {
			t.Errorf("packed %v: %v allocations", packed, n)
		}
	}
}
