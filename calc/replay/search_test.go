package replay_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
)

// search looks for the fewest shards when so many are needed, and sees to it that
// only counts that there can be are tried, and none twice.
func search(t *testing.T, guess, most, need int) (shards int, ok bool, tries int) {
	t.Helper()
	tried := map[int]bool{}
	shards, ok = replay.Fewest(guess, most, func(n int) bool {
		if n < 1 || n > most || tried[n] {
			t.Fatalf("from %d of %d with %d needed: tries %d after %v", guess, most, need, n, tried)
		}
		tried[n] = true
		return n >= need
	})
	return shards, ok, len(tried)
}

// tries is how many counts are tried at most: steps that double take log₂(d+1) of
// them to get over a distance d, and halving the last step takes one less.
func tries(guess, most, need int) int {
	guess = min(max(guess, 1), most)
	distance := need - guess // to one that holds
	if need <= guess {
		distance = guess - need + 1 // to one that does not
	}
	return 2 * int(math.Ceil(math.Log2(float64(distance+1))))
}

func wantFewest(t *testing.T, guess, most, need int) {
	t.Helper()
	got, ok, n := search(t, guess, most, need)
	if ok != (need <= most) || ok && got != need {
		t.Errorf("from %d of %d with %d needed: %d, %v", guess, most, need, got, ok)
	}
	if limit := tries(guess, most, need); n > limit {
		t.Errorf("from %d of %d with %d needed: %d tries, want at most %d", guess, most, need, n, limit)
	}
}

// Whatever is needed and wherever the search begins, it finds what is needed, or
// that the most do not hold.
func TestFewest(t *testing.T) {
	for most := 1; most <= 33; most++ {
		for need := 1; need <= most+1; need++ {
			for guess := -1; guess <= most+2; guess++ {
				wantFewest(t, guess, most, need)
			}
		}
	}
}

func TestFewestOfMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		most := 1 + random.IntN(100_000)
		wantFewest(t, random.IntN(most+1), most, 1+random.IntN(most+1))
	}
}

// A guess that is right takes two tries: it, and one fewer. From 501 they are 501,
// 500, 498 and 499.
func TestFewestOfRightGuess(t *testing.T) {
	for _, c := range []struct{ guess, need, tries int }{
		{500, 500, 2}, {1, 1, 1}, {499, 500, 2}, {501, 500, 4}, {10_000, 10_000, 2}, {10_000, 10_001, 1},
	} {
		if _, _, n := search(t, c.guess, 10_000, c.need); n != c.tries {
			t.Errorf("from %d with %d needed: %d tries, want %d", c.guess, c.need, n, c.tries)
		}
	}
}
