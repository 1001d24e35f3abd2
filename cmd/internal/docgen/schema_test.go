package docgen

import (
	"regexp"
	"slices"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/kcalc/kcalc/model/input"
)

// takesText reports whether a schema allows a text.
func takesText(s *jsonschema.Schema, text string) bool {
	if slices.ContainsFunc(s.AnyOf, func(one *jsonschema.Schema) bool { return takesText(one, text) }) {
		return true
	}
	if s.Type != "string" {
		return false
	}
	return (s.Pattern == "" || regexp.MustCompile(s.Pattern).MatchString(text)) &&
		(s.Enum == nil || slices.Contains(s.Enum, any(text)))
}

// written are values as people write them, numbers in quotes among them.
var written = []string{
	"1", "12", "0.5", "1.5", "1e3", "2.5E2", "1000000", "80%", "80 %", "12.5%", "200B", "1KB", "1 KiB", "1.5MiB", "10k", "3M",
	"10k/s", "5MiB/s", "5 MiB/s", "12 records/s", "1000/s", "2k records/s", "60000/min", "5M/d", "2 GB/day", "10Mbit/s",
	"1k records/h", "80Mbps", "3 events per second", "1.5 million records / day", "900/1h30m", "100ms", "1h30m", "1.5s", "7d", "2w", "30µs", "peak", "efo", "delay", "a-name", "us-east-1",
}

// The schema takes every text that the program takes, so that no editor marks what is right.
func TestSchemaTakesWhatTheProgramTakes(t *testing.T) {
	wantTexts(t, input.WorkloadFields())
	wantTexts(t, input.ConsumerFields())
	wantTexts(t, input.SizeFields())
}

func wantTexts[T any](t *testing.T, fields []input.Field[T]) {
	t.Helper()
	for i := range fields {
		f, taken := &fields[i], 0
		s := property(f)
		for _, text := range append([]string{f.Example}, written...) {
			var into T
			if f.At(&into).UnmarshalText([]byte(text)) != nil {
				continue
			}
			taken++
			if !takesText(s, text) {
				t.Errorf("%s: %q is taken by the program, and not by its schema", f.Key, text)
			}
		}
		if taken == 0 {
			t.Errorf("%s: the program takes none of the texts, %q among them", f.Key, f.Example)
		}
	}
}
