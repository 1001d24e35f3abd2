package model

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// Value is an input: text that a flag or a file key gave it, and the number or
// word that an answer shows.
type Value interface {
	UnmarshalText(text []byte) error
	String() string
	Measure() (value any, unit string)
}

// Name is the name of a stream or of a consumer, as AWS allows it.
type Name string

// NamePattern is what a Name matches.
const NamePattern = `^[A-Za-z0-9_.-]{1,128}$`

var NameExpr = regexp.MustCompile(NamePattern)

// UnmarshalText takes what NamePattern matches.
func (n *Name) UnmarshalText(text []byte) error {
	if !NameExpr.Match(text) {
		return errors.New("not a name")
	}
	*n = Name(text)
	return nil
}

func (n Name) String() string { return string(n) }

// Measure returns the name; it has no unit.
func (n Name) Measure() (value any, unit string) { return string(n), "" }

// Region is the code of an AWS Region.
type Region string

// RegionPattern is what a Region matches: us-east-1, us-gov-west-1, eusc-de-east-1.
const RegionPattern = `^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$`

var regionExpr = regexp.MustCompile(RegionPattern)

// UnmarshalText takes what RegionPattern matches. It does not ask whether the
// Region exists: new ones open every year.
func (r *Region) UnmarshalText(text []byte) error {
	if !regionExpr.Match(text) {
		return errors.New("not the code of a Region")
	}
	*r = Region(text)
	return nil
}

func (r Region) String() string { return string(r) }

// Measure returns the Region's code; it has no unit.
func (r Region) Measure() (value any, unit string) { return string(r), "" }

// Choice is a Value that is one of some words.
type Choice interface {
	Value
	Choices() []string
}

// chosen returns an error if text is none of the choices.
func chosen(c Choice, text []byte) error {
	if slices.Contains(c.Choices(), string(text)) {
		return nil
	}
	return errors.New("neither " + strings.Join(c.Choices(), " nor "))
}

// Choices returns the words that UnmarshalText takes.
func (b ReadBasis) Choices() []string { return []string{string(ReadPeak), string(ReadAverage)} }

// UnmarshalText takes one of Choices.
func (b *ReadBasis) UnmarshalText(text []byte) error {
	*b = ReadBasis(text)
	return chosen(b, text)
}

func (b ReadBasis) String() string { return string(b) }

// Measure returns the word; it has no unit.
func (b ReadBasis) Measure() (value any, unit string) { return string(b), "" }

// efo is the short word for enhanced fan-out.
const efo = "efo"

// Choices returns the words that UnmarshalText takes.
func (t ConsumerType) Choices() []string {
	return []string{string(Standard), string(EnhancedFanOut), efo}
}

// UnmarshalText takes one of Choices.
func (t *ConsumerType) UnmarshalText(text []byte) error {
	*t = ConsumerType(text)
	if string(text) == efo {
		*t = EnhancedFanOut
	}
	return chosen(t, text)
}

func (t ConsumerType) String() string { return string(t) }

// Measure returns the word; it has no unit.
func (t ConsumerType) Measure() (value any, unit string) { return string(t), "" }

// Choices returns the words that UnmarshalText takes.
func (b LatencyBound) Choices() []string { return []string{string(RecoveryBound), string(DelayBound)} }

// UnmarshalText takes one of Choices.
func (b *LatencyBound) UnmarshalText(text []byte) error {
	*b = LatencyBound(text)
	return chosen(b, text)
}

func (b LatencyBound) String() string { return string(b) }

// Measure returns the word; it has no unit.
func (b LatencyBound) Measure() (value any, unit string) { return string(b), "" }
