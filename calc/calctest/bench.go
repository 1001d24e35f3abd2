package calctest

import (
	"testing"

	"github.com/kcalc/kcalc/model"
)

// EachWorkload runs a benchmark on the workload of ten consumers, plain and
// aggregated.
func EachWorkload(b *testing.B, run func(*model.Workload)) {
	for _, name := range []string{"plain", "aggregated"} {
		b.Run(name, func(b *testing.B) {
			w := Benchmarked(name == "aggregated")
			b.ReportAllocs()
			for b.Loop() {
				run(&w)
			}
		})
	}
}
