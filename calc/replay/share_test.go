package replay

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// poured is what each gets of a shared amount that is poured in drops to those that
// still want more.
func poured(wants []float64, shared float64) []float64 {
	got := make([]float64, len(wants))
	for left := shared; ; {
		var hungry []int
		for i, w := range wants {
			if got[i] < w {
				hungry = append(hungry, i)
			}
		}
		if len(hungry) == 0 || left <= 1e-12*shared {
			return got
		}
		drop := left / float64(len(hungry))
		for _, i := range hungry {
			drop = min(drop, wants[i]-got[i])
		}
		for _, i := range hungry {
			if got[i] += drop; wants[i]-got[i] < 1e-12*shared {
				got[i] = wants[i]
			}
			left -= drop
		}
	}
}

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		name   string
		wants  []float64
		shared float64
		want   float64
	}{
		{"nobody", nil, 5, inf},
		{"enough", []float64{1, 2}, 5, inf},
		{"just enough", []float64{2, 3}, 5, inf},
		{"one of two", []float64{1, 9}, 5, 4},
		{"all the same", []float64{9, 9}, 5, 2.5},
		{"three different", []float64{1, 2, 9}, 5, 2},
		{"without limit", []float64{inf, 1, inf}, 5, 2},
		{"nothing to share", []float64{1, 2}, 0, 0},
		{"everything to share", []float64{1, inf}, inf, inf},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := fairShare(c.wants, c.shared)
			for _, w := range c.wants {
				if min(w, got) != min(w, c.want) {
					t.Errorf("%v gets %v, want %v", w, min(w, got), min(w, c.want))
				}
			}
		})
	}
}

// Level gives what pouring gives, whatever the order of the wants.
func TestLevelPours(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		wants := make([]float64, 1+random.IntN(8))
		for i := range wants {
			wants[i] = math.Exp(2 * random.NormFloat64())
		}
		shared := 10 * random.Float64()
		got := fairShare(wants, shared)
		for i, want := range poured(wants, shared) {
			if math.Abs(min(wants[i], got)-want) > 1e-9*shared {
				t.Fatalf("of %v, %v gets %v, want %v: %v", shared, wants[i], min(wants[i], got), want, wants)
			}
		}
		slices.Sort(wants)
		if again := fairShare(wants, shared); again != got && math.Abs(again-got) > 1e-9*got {
			t.Fatalf("of %v: %v, in order %v", shared, got, again)
		}
	}
}
