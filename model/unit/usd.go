package unit

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// USD is an amount of money in 1e-10 dollars, because AWS publishes its prices
// with ten decimals. It is an integer so that a sum of lines is exact; it ends
// at about 922 million dollars.
type USD int64

// Dollar is one dollar.
const Dollar USD = 1e10

// usdDecimals is how many decimals of a dollar a USD holds.
const usdDecimals = 10

// ParseUSD reads an amount in dollars such as "0.015", with at most ten
// decimals. It takes neither a sign nor an exponent.
func ParseUSD(text string) (USD, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	if unit != "" || strings.ContainsAny(number, "eE") {
		return 0, errors.New("not an amount of dollars such as 0.015")
	}
	whole, decimals, _ := strings.Cut(number, ".")
	decimals = strings.TrimRight(decimals, "0")
	if len(decimals) > usdDecimals {
		return 0, errors.New("more than ten decimals")
	}
	units, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", usdDecimals-len(decimals)), 10, 64)
	if err != nil {
		return 0, errors.New("too large")
	}
	return USD(units), nil
}

// String returns the exact amount with two decimals at least: "547.50", "0.015". An
// amount that is not negative parses back to itself.
func (u USD) String() string {
	sign, units := "", uint64(u)
	if u < 0 {
		sign, units = "-", -uint64(u) // holds for math.MinInt64 as well
	}
	digits := strconv.FormatUint(units, 10)
	if len(digits) <= usdDecimals {
		digits = strings.Repeat("0", usdDecimals+1-len(digits)) + digits
	}
	point := len(digits) - usdDecimals
	decimals := strings.TrimRight(digits[point+2:], "0")
	return sign + digits[:point] + "." + digits[point:point+2] + decimals
}

// Cents returns the amount rounded to cents, half away from zero. One within half a cent of
// what a USD holds stays as it is.
func (u USD) Cents() USD {
	const cent = Dollar / 100
	rest := u % cent
	switch {
	case rest >= cent/2 && u-rest <= math.MaxInt64-cent:
		return u - rest + cent
	case rest <= -cent/2 && u-rest >= math.MinInt64+cent:
		return u - rest - cent
	case rest >= cent/2 || rest <= -cent/2:
		return u
	}
	return u - rest
}

// Prose returns the amount as a sentence shows it, rounded to cents: "$1,234.50", "−$0.05".
func (u USD) Prose() string {
	const cent = Dollar / 100
	sign := ""
	if u <= -cent/2 {
		sign = "−"
	}
	u = max(u, -u)
	cents := u / cent
	if u%cent >= cent/2 {
		cents++
	}
	return fmt.Sprintf("%s$%s.%02d", sign, Grouped(float64(cents/100), 0), cents%100)
}

// MarshalText returns String.
func (u USD) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads the text as ParseUSD does.
func (u *USD) UnmarshalText(text []byte) (err error) {
	*u, err = ParseUSD(string(text))
	return err
}

// ErrTooMuch is the error of arithmetic whose result a USD cannot hold.
var ErrTooMuch = errors.New("more than 922 million dollars")

// Plus returns the sum, or ErrTooMuch.
func (u USD) Plus(v USD) (USD, error) {
	sum := u + v
	if (sum > u) != (v > 0) && v != 0 {
		return 0, ErrTooMuch
	}
	return sum, nil
}

// Times returns quantity × u less a discount, rounded once, half away from
// zero; or ErrTooMuch. The quantity counts as the shortest decimal that prints
// it, so that whoever multiplies what is printed comes to the same amount.
// Neither may be negative.
func (u USD) Times(quantity float64, less Discount) (USD, error) {
	digits, exponent := shortest(quantity)
	price := uint64(u)
	if less != 0 {
		high, low := bits.Mul64(price, uint64(wholeDiscount-less))
		if high != 0 {
			return 0, ErrTooMuch
		}
		price, exponent = low, exponent-discountDecimals
	}
	high, low := bits.Mul64(digits, price)
	amount, ok := shift(high, low, exponent)
	if !ok || amount > math.MaxInt64 {
		return 0, ErrTooMuch
	}
	return USD(amount), nil
}

// shortest returns the shortest decimal that a number prints as, at most 17
// digits and a power of ten.
func shortest(x float64) (digits uint64, exponent int) {
	var buffer [32]byte
	text := strconv.AppendFloat(buffer[:0], x, 'e', -1, 64)
	for i, c := range text {
		switch {
		case c == '.':
		case c == 'e':
			power, _ := strconv.Atoi(string(text[i+1:]))
			return digits, exponent + power
		default:
			digits = 10*digits + uint64(c-'0')
			if i > 0 {
				exponent--
			}
		}
	}
	return digits, exponent
}

// pow10 returns 10^n for n up to 19, the last that 64 bits hold.
func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// shift returns a 128-bit number times a power of ten, rounded half up; ok is
// false where 64 bits do not hold it.
func shift(high, low uint64, exponent int) (value uint64, ok bool) {
	const most = 19 // 10^19 is the last power of ten in 64 bits
	switch {
	case high == 0 && low == 0:
		return 0, true
	case exponent >= 0:
		if high != 0 || exponent > most {
			return 0, false
		}
		high, low = bits.Mul64(low, pow10(exponent))
		return low, high == 0
	case exponent < -2*most:
		return 0, true // 2^128 is below 10^39, so this is below a half
	case exponent < -most:
		// What the first division drops cannot turn the second one's rounding:
		// a remainder of half or more rounds up whatever is behind it.
		high, low = divide(high, low, pow10(most))
		exponent += most
	}
	divisor := pow10(-exponent)
	quotientHigh, rest := high/divisor, high%divisor
	quotient, remainder := bits.Div64(rest, low, divisor)
	if quotientHigh != 0 {
		return 0, false
	}
	if remainder >= divisor-remainder {
		quotient++
		return quotient, quotient != 0
	}
	return quotient, true
}

// divide returns the 128-bit quotient, without remainder.
func divide(high, low, divisor uint64) (quotientHigh, quotientLow uint64) {
	quotientHigh = high / divisor
	quotientLow, _ = bits.Div64(high%divisor, low, divisor)
	return quotientHigh, quotientLow
}

// Discount is what is taken off a price, in millionths of it.
type Discount int64

const (
	wholeDiscount    = Discount(1_000_000)
	discountDecimals = 6
)

// ParseDiscount reads a discount from 0 to 100 %, with at most four decimals of
// a per cent: "12%", "0.125".
func ParseDiscount(text string) (Discount, error) {
	fraction, err := ParseFraction(text)
	if err != nil {
		return 0, err
	}
	millionths := math.Round(float64(fraction) * float64(wholeDiscount))
	switch {
	case fraction > 1:
		return 0, errors.New("out of range")
	case math.Abs(float64(fraction)*float64(wholeDiscount)-millionths) > 1e-6:
		return 0, errors.New("more than four decimals of a per cent")
	}
	return Discount(millionths), nil
}

// String returns the discount as a percentage: "12%".
func (d Discount) String() string { return Exact(float64(d)/1e4) + "%" }

// MarshalText returns String.
func (d Discount) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
