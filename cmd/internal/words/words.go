// Package words puts the flags and commands of kcalc where a text of the libraries
// names an input, an option or an action.
package words

import (
	"regexp"
	"strings"

	"github.com/kcalc/kcalc/model/notice"
)

// Flag is a flag that sets one input.
type Flag struct{ Name, Key, Kind string }

// Flags returns the flags that set one input of a workload each, in the order of
// the help.
func Flags() []Flag {
	return []Flag{
		{"record-size", "producer.record_size", "size"},
		{"partition-key-size", "producer.partition_key_size", "size"},
		{"average", "producer.average", "rate"},
		{"peak", "producer.peak", "rate"},
		{"surge", "producer.surge.throughput", "rate"},
		{"surge-duration", "producer.surge.duration", "duration"},
		{"skew", "producer.skew", "factor"},
		{"burst", "producer.burst", "factor"},
		{"compression", "producer.compression", "factor"},
		{"sample", "sample", "file"},
		{"keys", "producer.keys", "count"},
		{"largest-key", "producer.largest_key", "rate or share"},
		{"retention", "retention", "duration"},
		{"target-utilization", "target_utilization", "fraction"},
		{"size-reads-for", "size_reads_for", "traffic"},
		{"region", "region", "region"},
		{"current-shards", "current_shards", "count"},
		{"lambda-concurrency", "account.lambda_concurrency", "count"},
		{"lambda-used", "account.lambda_used", "count"},
		{"for", "horizon", "duration"},
		{"confidence", "confidence", "fraction"},
		{"growth", "growth", "growth"},
	}
}

// Expand returns a text with the words of kcalc for what it names in braces. Braces
// around anything else stay: they are of the text of others, such as a file's name.
func Expand(text string) string { return notice.Expand(text, say) }

// referencePattern is what stands between braces that a library wrote.
var referencePattern = regexp.MustCompile(`^(?:run:[a-z].*|(?:option:)?[a-z][a-z_.-]*)$`)

// say returns the word for a reference: the flag of an input, or its key where it
// has none; {consumer.KEY} is that of a consumer, {option:NAME} a flag that is no
// input, {run:COMMAND} a command.
func say(reference string) string {
	if !referencePattern.MatchString(reference) {
		return "{" + reference + "}"
	}
	if command, ok := strings.CutPrefix(reference, "run:"); ok {
		return "'kcalc " + command + "'"
	}
	if option, ok := strings.CutPrefix(reference, "option:"); ok {
		return "--" + option
	}
	if key, ok := strings.CutPrefix(reference, "consumer."); ok {
		key = strings.TrimPrefix(key, "lambda.")
		return "--consumer NAME," + strings.ReplaceAll(key, "_", "-") + "=…"
	}
	for _, f := range Flags() {
		if f.Key == reference {
			return "--" + f.Name
		}
	}
	return reference
}
