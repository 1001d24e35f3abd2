package odds

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
)

// whole returns days that are known to the end.
func whole(needs ...float64) []Day {
	days := make([]Day, len(needs))
	for i, x := range needs {
		days[i] = Day{Need: x, Known: 1}
	}
	return days
}

// Of whole numbers of days above N the formula is a product of fractions, here with
// math/big: (T+j)/(T+H+j), for j from 0 to a − 1.
func TestHoldsAgainstProduct(t *testing.T) {
	past := Of(whole(9, 3, 5, 7, 1, 2, 4, 6, 8, 2.5))
	for _, horizon := range []int64{1, 7, 28, 365, 3650} {
		for above := range int64(9) {
			want := big.NewRat(1, 1)
			for j := range above + 1 {
				want.Mul(want, big.NewRat(10+j, 10+horizon+j))
			}
			shards := past.Highest(10)[above]
			got, ok := past.Holds(shards, Days(float64(horizon)))
			if exact, _ := want.Float64(); !ok || math.Abs(got/exact-1) > 1e-9 {
				t.Errorf("%d days above %v for %d days: %v, want %v", above, shards, horizon, got, exact)
			}
		}
	}
}

// Above the highest need the formula is the mean of (1 − p)^H over the beta
// distribution of the share p of days above, by a quadrature of it.
func TestHoldsAgainstQuadrature(t *testing.T) {
	past := Of(whole(10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1))
	// α by hand: 9/(1 + ln(10·9·8·7·6/5⁵)) = 9/(1 + ln 9.6768) = 2.7525
	if alpha := 9 / (1 + math.Log(30240.0/3125)); math.Abs(past.tail-alpha) > 1e-12 || math.Abs(alpha-2.7525) > 1e-4 {
		t.Fatalf("the tail is %v, want %v", past.tail, alpha)
	}
	for _, shards := range []float64{10.5, 12, 15, 20} {
		for _, days := range []float64{7, 28} {
			a := math.Pow(shards/10, -past.tail)
			// In u = p^a the density of p loses its pole.
			mean := func(power float64) float64 {
				return quad.Fixed(func(u float64) float64 {
					return math.Pow(1-math.Pow(u, 1/a), 14-1+power)
				}, 0, 1, 400, nil, 0)
			}
			want := mean(days) / mean(0)
			if got, ok := past.Holds(shards, Days(days)); !ok || math.Abs(got-want) > 1e-4 {
				t.Errorf("%v shards for %v days: %v, want %v", shards, days, got, want)
			}
		}
	}
}

// draws are distributions of days that are exchangeable.
var draws = map[string]func(r *rand.Rand) float64{
	"Pareto 2":  func(r *rand.Rand) float64 { return math.Pow(1-r.Float64(), -1./2) },
	"Pareto 4":  func(r *rand.Rand) float64 { return math.Pow(1-r.Float64(), -1./4) },
	"Pareto 8":  func(r *rand.Rand) float64 { return math.Pow(1-r.Float64(), -1./8) },
	"lognormal": func(r *rand.Rand) float64 { return math.Exp(0.4 * r.NormFloat64()) },
	"uniform":   func(r *rand.Rand) float64 { return r.Float64() },
}

// Of exchangeable days, whatever their distribution, the highest of T days is not
// exceeded within H days with the probability T/(T+H). What is beyond it depends on their
// tail, of which a few days show little: the count for 80 % holds in 61 of 100 cases
// where the tail is as heavy as x⁻² and two weeks are seen, and in all where it ends.
func TestExchangeableDays(t *testing.T) {
	const n = 10_000
	for name, draw := range draws {
		for _, c := range []struct{ seen, ahead int }{{14, 28}, {28, 28}, {7, 14}, {90, 28}} {
			r := rand.New(rand.NewPCG(uint64(c.seen), uint64(len(name))))
			held, kept, said := 0.0, 0.0, 0.0
			for range n {
				needs := make([]float64, c.seen)
				for i := range needs {
					needs[i] = draw(r)
				}
				past := Of(whole(needs...))
				most := 0.0
				for range c.ahead {
					most = max(most, draw(r))
				}
				h := Days(float64(c.ahead))
				p, _ := past.Holds(slices.Max(needs), h)
				said = p
				if most <= slices.Max(needs) {
					held++
				}
				if least, ok := past.Least(0.8, h); ok && most <= least {
					kept++
				}
			}
			want := float64(c.seen) / float64(c.seen+c.ahead)
			if math.Abs(said-want) > 1e-12 {
				t.Errorf("%s, %+v: %v is said, want %v", name, c, said, want)
			}
			if sigma := math.Sqrt(want * (1 - want) / n); math.Abs(held/n-want) > 4*sigma {
				t.Errorf("%s, %+v: the highest held in %v, want %v", name, c, held/n, want)
			}
			if kept/n < 0.6 {
				t.Errorf("%s, %+v: the count for 80 %% held in %v", name, c, kept/n)
			}
		}
	}
}

// More shards hold as likely or more, longer horizons less, and longer pasts whose
// days are alike more; a higher level takes as many times the shards.
func TestMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 15))
	for range 300 {
		needs := make([]float64, 7+r.IntN(60))
		for i := range needs {
			needs[i] = math.Round(4*math.Exp(r.NormFloat64())) / 4 // with ties, and some zeros
		}
		past := Of(whole(needs...))
		twice := Of(whole(slices.Concat(needs, needs)...))
		before := 0.0
		for shards := 0.25; shards < 60; shards *= 1.1 {
			p, ok := past.Holds(shards, Days(28))
			if !ok {
				break
			}
			longer, _ := past.Holds(shards, Days(29))
			seen, _ := past.Holds(shards, Days(27))
			scaled, _ := past.Holds(shards*1.5, Horizon{{Days: 28, Times: 1.5}})
			if p < before-1e-12 || longer > p+1e-12 || seen < p-1e-12 || math.Abs(scaled-p) > 1e-9 || p < 0 || p > 1 {
				t.Fatalf("%v: %v shards hold with %v after %v; %v a day longer, %v a day less, %v scaled",
					needs, shards, p, before, longer, seen, scaled)
			}
			if high := slices.Max(needs); shards >= high && high > 0 {
				if q, _ := twice.Holds(high, Days(28)); q <= float64(len(needs))/float64(len(needs)+28) {
					t.Fatalf("twice the days: %v", q)
				}
			}
			before = p
		}
	}
}

// The least count holds with the confidence, and less does not, with one level or
// several.
func TestLeast(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 15))
	for range 500 {
		needs := make([]float64, 7+r.IntN(80))
		for i := range needs {
			needs[i] = 0.2 + math.Exp(0.5*r.NormFloat64())
		}
		past := Of(whole(needs...))
		h := Horizon{{Days: 1 + 60*r.Float64(), Times: 0.5 + 2*r.Float64()}}
		if r.IntN(2) == 0 {
			h = append(h, Level{Days: 10 * r.Float64(), Times: 0.5 + 2*r.Float64()})
		}
		confidence := 0.05 + 0.94*r.Float64()
		least, ok := past.Least(confidence, h)
		if !ok {
			t.Fatalf("%v: no count", needs)
		}
		p, _ := past.Holds(least*(1+1e-9), h)
		fewer, _ := past.Holds(least*(1-1e-9), h)
		if p < confidence-1e-9 || fewer >= confidence+1e-9 && least > 3*slices.Min(needs) {
			t.Errorf("%v for %v: %v holds with %v, less with %v", confidence, h, least, p, fewer)
		}
	}
}

// Of ten days at 1 to 10 the highest holds 10 days with 1/2, the next with
// 1/2·11/21 = 0.262, the third with 0.262·12/22 = 0.143.
func TestLeastBelowTheHighest(t *testing.T) {
	past := Of(whole(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
	for confidence, want := range map[float64]float64{0.49: 10, 0.27: 10, 0.26: 9, 0.15: 9, 0.142: 8} {
		if got, ok := past.Least(confidence, Days(10)); !ok || got != want {
			t.Errorf("%v: %v, want %v", confidence, got, want)
		}
	}
}

// What is missing is said, and what is known without it is known.
func TestMissing(t *testing.T) {
	for name, c := range map[string]struct {
		days    []Day
		missing Missing
		highest float64 // what the highest need holds a week with
	}{
		"no day":         {nil, NoDays, -1},
		"nothing known":  {[]Day{{Need: 3}}, NoDays, -1},
		"one day":        {whole(3), FewDays, 1. / 8},
		"six days":       {whole(3, 3, 3, 3, 3, 3), FewDays, 6. / 13},
		"seven days":     {whole(3, 1, 2, 3, 3, 3, 3), Nothing, 7. / 14},
		"all alike":      {whole(2, 2, 2, 2, 2, 2, 2), Nothing, 7. / 14},
		"idle":           {whole(0, 0, 0, 0, 0, 0, 0, 0), ManyIdle, 8. / 15},
		"five busy days": {whole(1, 2, 3, 4, 5, 0, 0, 0, 0), ManyIdle, 9. / 16},
		"six busy days":  {whole(1, 2, 3, 4, 5, 1, 0, 0, 0), Nothing, 9. / 16},
		"half days": {[]Day{{3, .5}, {2, 1}, {2, 1}, {2, 1}, {2, 1}, {2, 1}, {2, 1}, {1, .5}, {9, 0}}, Nothing,
			7. / 14},
	} {
		past := Of(c.days)
		if past.Missing() != c.missing {
			t.Errorf("%s: %q is missing, want %q", name, past.Missing(), c.missing)
		}
		highest := 0.0
		for _, d := range c.days {
			if d.Known > 0 {
				highest = max(highest, d.Need)
			}
		}
		got, ok := past.Holds(highest, Days(7))
		if ok != (c.highest >= 0) || ok && math.Abs(got-c.highest) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, c.highest)
		}
		bound, ok := past.Holds(highest+1, Days(7))
		if ok != (c.missing == Nothing) || !ok && bound != got {
			t.Errorf("%s: a count above the highest need is known: %v, at least %v", name, ok, bound)
		}
		if _, ok := past.Least(0.99, Days(7)); ok != (c.missing == Nothing) {
			t.Errorf("%s: a least count is known: %v", name, ok)
		}
		if p, ok := past.Holds(highest, Days(0)); !ok || p != 1 {
			t.Errorf("%s: no day at all is held with %v", name, p)
		}
	}
}

// Half of the days at twice the level: 20 shards are 10 in these days, above which there
// is none of the past, a = 1, and 20 in the others, a = 2^−α; the mean of the two holds.
func TestLevels(t *testing.T) {
	past := Of(whole(10, 9, 8, 7, 6, 5, 4, 3))
	h := Horizon{{Days: 14, Times: 2}, {Days: 14, Times: 1}}
	alpha := 9 / (1 + math.Log(30240.0/3125))
	a := (1 + math.Pow(2, -alpha)) / 2
	lg := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
	want := math.Exp(lg(36) + lg(8+a) - lg(8) - lg(36+a))
	if got, ok := past.Holds(20, h); !ok || math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
}

// Of needs e, e² and e³ the logarithms have a standard deviation of 1; idle days have none.
// Of twenty days two are above what nine of ten stay below.
func TestSpreadAndNineInTen(t *testing.T) {
	past := Of(whole(math.E, 0, math.Exp(2), math.Exp(3), 0))
	if got := past.Spread(); math.Abs(got-1) > 1e-12 {
		t.Errorf("the spread is %v, want 1", got)
	}
	one, none := Of(whole(3, 0)), Of(nil)
	if one.Spread() != 0 || none.Spread() != 0 || none.NineInTen() != 0 || one.NineInTen() != 3 {
		t.Errorf("of one day and none: %v, %v, %v, %v", one.Spread(), none.Spread(), none.NineInTen(), one.NineInTen())
	}
	for days, want := range map[int]float64{9: 9, 10: 9, 14: 13, 20: 18, 30: 27} {
		needs := make([]float64, days)
		for i := range needs {
			needs[i] = float64(i + 1)
		}
		past := Of(whole(needs...))
		if got := past.NineInTen(); got != want {
			t.Errorf("%d days: nine of ten stay below %v, want %v", days, got, want)
		}
	}
}

func BenchmarkOdds455Days(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 15))
	days := make([]Day, 455)
	for i := range days {
		days[i] = Day{Need: math.Exp(0.3 * r.NormFloat64()), Known: 1}
	}
	b.ReportAllocs()
	for b.Loop() {
		past := Of(days)
		for _, confidence := range []float64{0.8, 0.9, 0.95} {
			past.Least(confidence, Days(28))
		}
		past.Holds(2, Days(28))
	}
}
