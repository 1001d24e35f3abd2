package unit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
)

// exactly computes an amount with rational numbers: the printed quantity times
// the price less the discount, rounded once, half away from zero.
func exactly(t *testing.T, price USD, quantity float64, less Discount) *big.Int {
	t.Helper()
	x, ok := new(big.Rat).SetString(strconv.FormatFloat(quantity, 'f', -1, 64))
	if !ok {
		t.Fatal(quantity)
	}
	x.Mul(x, big.NewRat(int64(price), 1))
	x.Mul(x, big.NewRat(int64(wholeDiscount-less), int64(wholeDiscount)))
	x.Add(x, big.NewRat(1, 2)) // nothing is negative here
	return new(big.Int).Quo(x.Num(), x.Denom())
}

// A hundred thousand random quantities, prices and discounts, over all
// magnitudes, come out as they do in rational numbers; what does not fit is an
// error, and only that.
func TestTimesIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	refused := 0
	for range 100_000 {
		price := USD(math.Exp(random.Float64() * 43))
		quantity := math.Exp(random.Float64()*90 - 45)
		if random.IntN(3) == 0 {
			quantity = float64(random.Int64N(1e12)) / 8 // ties
		}
		var less Discount
		if random.IntN(2) == 0 {
			less = Discount(random.Int64N(1_000_001))
		}
		want := exactly(t, price, quantity, less)
		got, err := price.Times(quantity, less)
		if err != nil {
			refused++
			// A discounted price must fit 64 bits before the discount.
			if want.IsInt64() && (less == 0 || price < math.MaxInt64/1_000_000) {
				t.Fatalf("%d × %v less %v is refused, want %v", price, quantity, less, want)
			}
			continue
		}
		if big.NewInt(int64(got)).Cmp(want) != 0 {
			t.Fatalf("%d × %v less %v = %d, want %v", price, quantity, less, got, want)
		}
	}
	if refused == 0 || refused > 50_000 {
		t.Errorf("%d of 100,000 were refused", refused)
	}
}

// Half a unit is rounded away from zero, anything below it is not; the origin is
// the sentence of the rule itself.
func TestTimesRounds(t *testing.T) {
	for _, c := range []struct {
		price    USD
		quantity float64
		less     Discount
		want     USD
	}{
		{1, 0.5, 0, 1}, {1, 0.49999999999999994, 0, 0}, {3, 0.5, 0, 2}, {1, 2.5, 0, 3}, {1, 1.5e-30, 0, 0}, {0, 1e300,
			0, 0},
		{10, 1, 50_000, 10}, // 9.5
		{10, 1, 60_000, 9},  // 9.4
		{Dollar, 1, 120_000, 8_800_000_000},
		{Dollar, 7, 1_000_000, 0},
		{150_000_000, 9515.972, 0,
			1_427_395_800_000}, // an invoice line: 9,515.972 shard-hours at 0.015 dollars, 142.74
		{1, math.MaxInt64 / 2, 0, 4611686018427388000},
	} {
		if got, err := c.price.Times(c.quantity, c.less); err != nil || got != c.want {
			t.Errorf("%d × %v less %v = %d, %v, want %d", c.price, c.quantity, c.less, got, err, c.want)
		}
	}
}

// Money never wraps: ten million shards for a year cost more than it holds.
func TestTooMuch(t *testing.T) {
	for _, quantity := range []float64{1e7 * 8760, 1e300, math.MaxFloat64} {
		if got, err := USD(150_000_000).Times(quantity, 0); err != ErrTooMuch {
			t.Errorf("%v shard-hours cost %v, %v", quantity, got, err)
		}
	}
	for _, c := range []struct {
		a, b USD
		ok   bool
	}{{math.MaxInt64, 1, false}, {math.MaxInt64, 0, true}, {math.MaxInt64, -1, true}, {math.MinInt64, -1, false}, {5, 7,
		true}, {-5, 5, true}} {
		if sum, err := c.a.Plus(c.b); (err == nil) != c.ok || c.ok && sum != c.a+c.b {
			t.Errorf("%d + %d = %d, %v", c.a, c.b, sum, err)
		}
	}
}

func TestParseDiscount(t *testing.T) {
	for text, want := range map[string]Discount{"12%": 120_000, "0.125": 125_000, "0": 0, "100%": 1_000_000,
		"1": 1_000_000, "7.1234%": 71_234} {
		got, err := ParseDiscount(text)
		if err != nil || got != want {
			t.Errorf("%q = %d, %v, want %d", text, got, err, want)
		}
		if again, err := ParseDiscount(got.String()); err != nil || again != got {
			t.Errorf("%q prints as %q", text, got)
		}
	}
	for _, text := range []string{"", "101%", "1.5", "-3%", "12.34567%", "NaN", "a"} {
		if got, err := ParseDiscount(text); err == nil {
			t.Errorf("%q is taken as %v", text, got)
		}
	}
}

func BenchmarkTimes(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := USD(150_000_000).Times(9515.972, 0); err != nil {
			b.Fatal(err)
		}
	}
}

// Half a cent goes away from zero, a unit less towards it; the largest amounts stay.
func TestCents(t *testing.T) {
	for in, want := range map[string]string{"0.005": "0.01", "0.0049999999": "0.00", "1.2349999999": "1.23", "1.235": "1.24", "7": "7.00"} {
		u, err := ParseUSD(in)
		if err != nil || u.Cents().String() != want || (-u).Cents() != -u.Cents() {
			t.Errorf("%s: %v, want %s (%v)", in, u.Cents(), want, err)
		}
	}
	for _, u := range []USD{math.MaxInt64, math.MinInt64} {
		if got := u.Cents(); got-u > Dollar || u-got > Dollar || (got < 0) != (u < 0) {
			t.Errorf("%d: %d", u, got)
		}
	}
}
