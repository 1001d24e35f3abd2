package model

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/untrusted"
)

// Value is an input: it takes the text of a flag or of a key of the workload file,
// and has the number or word that an answer shows.
type Value interface {
	UnmarshalText(text []byte) error
	String() string
	Measure() (value any, unit string)
}

// Name is the name of a stream or of a consumer, as AWS allows it.
type Name string

// NamePattern is what a Name matches.
const NamePattern = `^[A-Za-z0-9_.-]{1,128}$`

// NameExpr matches what is a Name.
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

// Address is the address of a resource in a Terraform plan, or its logical id in a template.
type Address string

// AddressPattern is what every Address matches.
const AddressPattern = `^\S(.*\S)?$`

// mostAddress is longer than any address: a module a level of ten, each with a name and a key.
const mostAddress = 2048

// UnmarshalText takes printable text.
func (a *Address) UnmarshalText(text []byte) error {
	switch {
	case len(text) > mostAddress:
		return errors.New("too long")
	case untrusted.Printable(string(text)) != string(text):
		return errors.New("not printable")
	}
	*a = Address(text)
	return nil
}

func (a Address) String() string { return string(a) }

// Measure returns the address; it has no unit.
func (a Address) Measure() (value any, unit string) { return string(a), "" }

// FilePath is the path of a file.
type FilePath string

// UnmarshalText takes printable text.
func (f *FilePath) UnmarshalText(text []byte) error {
	switch {
	case len(text) == 0:
		return errors.New("empty")
	case len(text) > mostPath:
		return errors.New("too long")
	case untrusted.Printable(string(text)) != string(text):
		return errors.New("not printable")
	}
	*f = FilePath(text)
	return nil
}

// mostPath is the longest path of Linux.
const mostPath = 4096

func (f FilePath) String() string { return string(f) }

// Measure returns the path; it has no unit.
func (f FilePath) Measure() (value any, unit string) { return string(f), "" }

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
	Choices() []string // that UnmarshalText takes
}

// The words of each choice, in the order in which texts list them. They stand
// nowhere else: flags, messages and the JSON schema have them from here.
var (
	readBases     = []ReadBasis{ReadPeak, ReadAverage}
	consumerTypes = []ConsumerType{Standard, EnhancedFanOut, efo}
	latencyBounds = []LatencyBound{RecoveryBound, DelayBound}
	destinations  = []Destination{ToSQS, ToSNS, ToS3, ToKafka}
)

// efo is the short word for EnhancedFanOut, which UnmarshalText takes for it.
const efo ConsumerType = "efo"

// Words returns the texts of some words of a type.
func Words[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, w := range list {
		texts[i] = string(w)
	}
	return texts
}

// OneOf returns words as a sentence lists them: "standard, enhanced-fan-out or efo".
func OneOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// choose sets a choice to a text that is one of its words.
func choose[T ~string](into *T, text []byte, list []T) error {
	*into = T(text)
	if slices.Contains(list, *into) {
		return nil
	}
	return errors.New("neither " + strings.Join(Words(list), " nor "))
}

// Choices returns the words that UnmarshalText takes.
func (b ReadBasis) Choices() []string { return Words(readBases) }

// UnmarshalText takes one of Choices.
func (b *ReadBasis) UnmarshalText(text []byte) error { return choose(b, text, readBases) }

func (b ReadBasis) String() string { return string(b) }

// Measure returns the word; it has no unit.
func (b ReadBasis) Measure() (value any, unit string) { return string(b), "" }

// Choices returns the words that UnmarshalText takes.
func (t ConsumerType) Choices() []string { return Words(consumerTypes) }

// UnmarshalText takes one of Choices. The short word becomes the long one.
func (t *ConsumerType) UnmarshalText(text []byte) error {
	err := choose(t, text, consumerTypes)
	if *t == efo {
		*t = EnhancedFanOut
	}
	return err
}

func (t ConsumerType) String() string { return string(t) }

// Measure returns the word; it has no unit.
func (t ConsumerType) Measure() (value any, unit string) { return string(t), "" }

// Choices returns the words that UnmarshalText takes.
func (b LatencyBound) Choices() []string { return Words(latencyBounds) }

// UnmarshalText takes one of Choices.
func (b *LatencyBound) UnmarshalText(text []byte) error { return choose(b, text, latencyBounds) }

func (b LatencyBound) String() string { return string(b) }

// Measure returns the word; it has no unit.
func (b LatencyBound) Measure() (value any, unit string) { return string(b), "" }

// Destination is where an event source mapping sends what it gives up.
type Destination string

// The destinations that Lambda has. S3 gets the records; the others get where in the
// stream those are (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html).
const (
	ToSQS   Destination = "sqs"
	ToSNS   Destination = "sns"
	ToS3    Destination = "s3"
	ToKafka Destination = "kafka"
)

// DestinationOf returns the destination that Lambda names by an ARN, or by the URI of a
// Kafka topic. It is not known of what Lambda does not have.
func DestinationOf(name string) Maybe[Destination] {
	const service = 2 // of arn:PARTITION:SERVICE:…
	parts := strings.Split(name, ":")
	kind := parts[0]
	if kind == "arn" && len(parts) > service {
		kind = parts[service]
	}
	if d := Destination(kind); len(parts) > 1 && slices.Contains(destinations, d) {
		return Known(d)
	}
	return Maybe[Destination]{}
}

// Choices returns the words that UnmarshalText takes.
func (d Destination) Choices() []string { return Words(destinations) }

// UnmarshalText takes one of Choices.
func (d *Destination) UnmarshalText(text []byte) error { return choose(d, text, destinations) }

func (d Destination) String() string { return string(d) }

// Measure returns the word; it has no unit.
func (d Destination) Measure() (value any, unit string) { return string(d), "" }
