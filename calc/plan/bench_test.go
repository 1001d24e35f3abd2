package plan

import (
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
)

// BenchmarkAtLeast is the whole plan, with its text and advice.
func BenchmarkAtLeast(b *testing.B) {
	calctest.EachWorkload(b, func(w *model.Workload) { planned(w) })
}
