package main

import (
	"slices"
	"strings"
	"testing"
)

// Counts come in ascending order, each once, however they are written.
func TestParseShards(t *testing.T) {
	var every []int
	for n := 4; n <= 64; n++ {
		every = append(every, n)
	}
	for text, want := range map[string]struct {
		counts []int
		auto   bool
	}{
		"8,12,16":            {[]int{8, 12, 16}, false},
		"16,8,12,8":          {[]int{8, 12, 16}, false},
		"8,12..16":           {[]int{8, 12, 13, 14, 15, 16}, false},
		"12..14,13..16":      {[]int{12, 13, 14, 15, 16}, false},
		"7..7":               {[]int{7}, false},
		"4..64":              {every, false},
		"auto":               {nil, true},
		"AUTO, 12 .. 13, 12": {[]int{12, 13}, true},
		"12, auto ":          {[]int{12}, true},
		"1,100000":           {[]int{1, 100_000}, false},
	} {
		counts, auto, faults := parseShards(text)
		if !slices.Equal(counts, want.counts) || auto != want.auto || faults != nil {
			t.Errorf("%q: %v, %v, %v", text, counts, auto, faults)
		}
	}
}

// As many counts as a replay takes are read, and one more is not, whether they are
// of one range or of several.
func TestMostShardCounts(t *testing.T) {
	for text, ok := range map[string]bool{
		"101..300": true, "101..301": false, "1..100,201..300": true, "1..101,201..300": false, "1..150,101..200": true,
		"1..100000": false,
	} {
		counts, _, faults := parseShards(text)
		if ok != (faults == nil) || ok && len(counts) != maxCounts {
			t.Errorf("%q: %d counts, %v", text, len(counts), faults)
		}
		if !ok && (len(faults) != 1 || !strings.Contains(faults[0].Error(),
			" counts (allowed: auto, whole numbers from 1 to 100000")) {
			t.Errorf("%q: %v", text, faults)
		}
	}
}

// Each piece that is wrong is told, with what is wrong and what is allowed.
func TestWrongShards(t *testing.T) {
	for text, problem := range map[string]string{
		"0": `"0": out of range`, "100001": `"100001": out of range`, "-3": `"-3": negative`, "1.5": "not a whole number",
		"1e3": "not a whole number",
		"10k": "not a whole number", "012": "not decimal", "ten": "not a decimal number", "": "a count is missing",
		"8,,9": "a count is missing",
		"8,":   "a count is missing", "4..": `"4..": a count is missing`, "..4": `"..4": a count is missing`,
		"9..8": `"9..8": ends before it begins`,
		"0..4": `"0..4": out of range`, "1..200000": `"1..200000": out of range`, "1..2..3": `"1..2..3": `,
		"1-3": `"1-3": not a whole number`, "autos": "not a decimal number",
	} {
		_, _, faults := parseShards(text)
		if len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), "--shards: ") ||
			!strings.Contains(faults[0].Error(), problem) ||
			!strings.HasSuffix(faults[0].Error(), "(allowed: "+allowedCounts+")") {
			t.Errorf("%q: %v", text, faults)
		}
	}
	if _, _, faults := parseShards("0,8,x,9..8,auto"); len(faults) != 3 {
		t.Errorf("%v", faults)
	}
}
