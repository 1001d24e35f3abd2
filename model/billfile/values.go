package billfile

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// number reads a quantity; nothing is 0.
func number(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
		return 0, bad(text, "a quantity such as 744 or 9515.972")
	}
	return x, nil
}

// dollars reads an amount as it is written, of any precision and in scientific notation as well, and
// rounds it to a ten-billionth of a dollar.
func dollars(text string) (unit.USD, error) {
	if text == "" {
		return 0, nil
	}
	const longest = 64
	exact, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > longest || strings.ContainsAny(text, "/_xXpP") {
		return 0, bad(text, "an amount in dollars such as 142.74")
	}
	exact.Mul(exact, big.NewRat(int64(unit.Dollar), 1))
	rounded, ok := new(big.Int).SetString(exact.FloatString(0), 10)
	if !ok || !rounded.IsInt64() {
		return 0, bad(text, "an amount in dollars such as 142.74")
	}
	return unit.USD(rounded.Int64()), nil
}

// moment reads a time as AWS writes them, with and without a T and a zone.
func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999", "2006-01-02T15:04:05.999", "2006-01-02 15:04:05 UTC",
		"2006-01-02"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, bad(text, "a time such as 2026-11-01T00:00:00Z")
}
