package main

import (
	"slices"
	"strings"
)

// keyValue is one key=value of a flag, as it was written.
type keyValue struct{ key, value string }

func (kv keyValue) String() string { return kv.key + "=" + kv.value }

// keyValueError is what is wrong with one part of a flag's key=value,key=value.
type keyValueError struct {
	part     string // as it was written
	key      string // what stands before the =
	problem  string
	repeated bool // the key is given, and given again
}

// parseKeyValues splits "key=value,key=value". It returns the pairs in the order of
// the text, each key once, and an error for each part that is no pair, has a key that
// is not allowed, or repeats one. A value may be empty, and has no comma.
func parseKeyValues(text string, allowed []string) (pairs []keyValue, wrong []keyValueError) {
	for part := range strings.SplitSeq(text, ",") {
		key, value, isPair := strings.Cut(part, "=")
		switch {
		case !isPair:
			wrong = append(wrong, keyValueError{part: part, key: key, problem: "not a key=value"})
		case !slices.Contains(allowed, key):
			wrong = append(wrong, keyValueError{part: part, key: key, problem: "unknown key" + didYouMean(key, allowed)})
		case slices.ContainsFunc(pairs, func(p keyValue) bool { return p.key == key }):
			wrong = append(wrong, keyValueError{part: part, key: key, problem: "given twice", repeated: true})
		default:
			pairs = append(pairs, keyValue{key, value})
		}
	}
	return pairs, wrong
}
