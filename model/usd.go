package model

import (
	"errors"
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

// String is the exact amount with two decimals at least: "547.50", "0.015". An
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

// MarshalText is String.
func (u USD) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText is ParseUSD.
func (u *USD) UnmarshalText(text []byte) (err error) {
	*u, err = ParseUSD(string(text))
	return err
}
