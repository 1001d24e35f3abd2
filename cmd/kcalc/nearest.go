package main

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest returns the word of a list that takes the fewest edits from what was
// written, in any case, the first of several. It reports false where each is another
// word rather than one that was misspelt: more than half of its letters differ, or more
// than four.
func nearest(written string, words []string) (word string, found bool) {
	fewest := mostEdits + 1
	for _, w := range words {
		edits := levenshtein.ComputeDistance(strings.ToLower(written), strings.ToLower(w))
		if edits < fewest && edits <= len(w)/2 {
			word, fewest = w, edits
		}
	}
	return word, fewest <= mostEdits
}

// mostEdits is how far a misspelling of a long word is from it at most.
const mostEdits = 4

// didYouMean returns what to say behind "unknown": the nearest of the words that are
// allowed, and nothing where none is near.
func didYouMean(written string, allowed []string) string {
	if word, near := nearest(written, allowed); near {
		return ", did you mean " + word + "?"
	}
	return ""
}
