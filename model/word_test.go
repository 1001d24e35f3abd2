package model

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model/unit"
)

// accepts checks what a parser makes of texts.
func acceptsWord[T comparable](t *testing.T, parse func(string) (T, error), want map[string]T) {
	t.Helper()
	for text, value := range want {
		if got, err := parse(text); err != nil || got != value {
			t.Errorf("%q is %v, %v, want %v", text, got, err, value)
		}
	}
}

// refusesWord checks the errors that a parser returns for texts.
func refusesWord[T any](t *testing.T, parse func(string) (T, error), want map[string]string) {
	t.Helper()
	for text, complaint := range want {
		if _, err := parse(text); err == nil || err.Error() != complaint {
			t.Errorf("%q: error %v, want %q", text, err, complaint)
		}
	}
}

// word is the parser of a type that reads words.
func word[T any, P interface {
	*T
	UnmarshalText([]byte) error
}](text string) (t T, err error) {
	err = P(&t).UnmarshalText([]byte(text))
	return t, err
}

func TestWords(t *testing.T) {
	longest := Name(strings.Repeat("a", 128))
	acceptsWord(t, word[Name], map[string]Name{"fraud": "fraud", "A-z_0.9": "A-z_0.9", "-": "-",
		string(longest): longest})
	for _, text := range []string{"", " ", "a b", "a/b", "é", "a\n", "a,b", string(longest) + "a"} {
		refusesWord(t, word[Name], map[string]string{text: "not a name"})
	}

	acceptsWord(t, word[Region], map[string]Region{
		"us-east-1": "us-east-1", "us-gov-west-1": "us-gov-west-1", "ap-southeast-7": "ap-southeast-7",
		"eusc-de-east-1": "eusc-de-east-1", "us-isob-east-1": "us-isob-east-1", "mx-central-1": "mx-central-1",
	})
	for _, text := range []string{"", "us-east", "us-east-1a", "US-EAST-1", "us-east-1\n", "useast1", "us-east-1 ",
		"Frankfurt"} {
		refusesWord(t, word[Region], map[string]string{text: "not the code of a Region"})
	}

	acceptsWord(t, word[ReadBasis], map[string]ReadBasis{"peak": ReadPeak, "average": ReadAverage})
	refusesWord(t, word[ReadBasis], map[string]string{"Peak": "neither peak nor average",
		"": "neither peak nor average"})
	acceptsWord(t, word[ConsumerType], map[string]ConsumerType{"standard": Standard, "enhanced-fan-out": EnhancedFanOut,
		"efo": EnhancedFanOut})
	refusesWord(t, word[ConsumerType], map[string]string{"EFO": "neither standard nor enhanced-fan-out nor efo"})
	acceptsWord(t, word[LatencyBound], map[string]LatencyBound{"recovery": RecoveryBound, "delay": DelayBound})
	refusesWord(t, word[LatencyBound], map[string]string{"both": "neither recovery nor delay"})
}

func TestMeasures(t *testing.T) {
	type measure struct {
		value any
		unit  string
	}
	of := func(v Value) measure { value, unit := v.Measure(); return measure{value, unit} }
	size, rate, share, factor, count, time := unit.Bytes(
		200,
	), unit.RecordsPerSecond(
		5,
	), unit.Fraction(
		0.8,
	), unit.Factor(
		1.2,
	), unit.Count(
		12,
	), unit.Duration(
		1500e6,
	)
	name, region, basis, kind, bound := Name("a"), Region("us-east-1"), ReadPeak, EnhancedFanOut, DelayBound
	for _, c := range []struct {
		of   Value
		want measure
	}{
		{&size, measure{200.0, "B"}},
		{&rate, measure{5.0, "records/s"}},
		{&share, measure{0.8, ""}},
		{&factor, measure{1.2, ""}},
		{&count, measure{12, ""}},
		{&time, measure{1.5, "s"}},
		{&name, measure{"a", ""}},
		{&region, measure{"us-east-1", ""}},
		{&basis, measure{"peak", ""}},
		{&kind, measure{"enhanced-fan-out", ""}},
		{&bound, measure{"delay", ""}},
	} {
		if got := of(c.of); got != c.want {
			t.Errorf("%T: %v, want %v", c.of, got, c.want)
		}
	}
}
