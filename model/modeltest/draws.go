package modeltest

import (
	"os"
	"testing"
)

// shortShare is the part of its draws that a long test makes under -short.
const shortShare = 20

// NightlyVariable makes the longest tests draw all that they can.
const NightlyVariable = "KCALC_TEST_NIGHTLY"

// NightlyDraws returns how many random cases one of the longest tests draws of the n that it
// can, which takes minutes: all where [NightlyVariable] is set, else a twentieth.
func NightlyDraws(n int) int {
	if os.Getenv(NightlyVariable) == "" {
		return max(1, n/shortShare)
	}
	return Draws(n)
}

// Draws returns how many random cases a long test draws of the n that it can: all, and
// a twentieth under -short, one at least.
func Draws(n int) int {
	if testing.Short() {
		return max(1, n/shortShare)
	}
	return n
}
