package modeltest

import "testing"

// shortShare is the part of its draws that a long test makes under -short.
const shortShare = 20

// Draws returns how many random cases a long test draws of the n that it can: all, and
// a twentieth under -short, one at least.
func Draws(n int) int {
	if testing.Short() {
		return max(1, n/shortShare)
	}
	return n
}
