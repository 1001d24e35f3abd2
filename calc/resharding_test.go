package calc_test

import (
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
)

// The numbers were counted by a script in another language, from the sets of boundaries.
func TestUniformOperations(t *testing.T) {
	for _, c := range [][3]int{{100, 101, 199}, {100, 125, 175}, {100, 150, 150}, {100, 175, 225}, {100, 200, 100},
		{48, 50, 94}, {40, 49, 87}, {40, 50, 70}, {48, 25, 71}, {48, 24, 24}, {4, 3, 5}, {7, 7, 0}} {
		if splits, merges := calc.UniformOperations(c[0], c[1]); splits+merges != c[2] {
			t.Errorf("%d to %d: %d + %d, want %d", c[0], c[1], splits, merges, c[2])
		}
	}
	if splits, merges := calc.CallOperations(12, []int{24, 48, 50}); splits+merges != 12+24+94 {
		t.Errorf("12 to 50 in three calls: %d + %d", splits, merges)
	}
}

// 48 to 50 are 94 operations, 48 to 60 is 48 - 12 + 60 - 12 = 84, and 48 to 64 is too far. 100
// to 101 are 199, and to 110 170, to 120 180, to 125 175: none is half. 40 to 49 are 87; to 50
// 70, to 56 80, to 60 60. 90 to 91 are 179, and to 105 165, to 108 162; 99 to 100 are 197.
// 60 to 79 are 137, to 80 100, to 90 90, to 96 132: none is half; 60 to 73 are 131, to 75 105,
// to 80 100, to 90 90. 10 to 19 are 27, to 20 10.
func TestCheaperTarget(t *testing.T) {
	limits := model.PublishedLimits()
	if n, operations, ok := calc.CheaperTarget(&limits, 10, 19); n != 20 || operations != 10 || !ok {
		t.Errorf("10 to 19: %d with %d, %v", n, operations, ok)
	}
	for _, c := range [][2]int{{48, 50}, {100, 101}, {10, 20}, {7, 7}, {48, 25}} {
		if n, operations, ok := calc.CheaperTarget(&limits, c[0], c[1]); ok {
			t.Errorf("%v: %d with %d", c, n, operations)
		}
	}
}
