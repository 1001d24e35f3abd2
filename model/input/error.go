package input

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model/untrusted"
)

// Position is where an input was written: a file with line and column, or a flag.
type Position struct {
	Name         string // "orders.yaml", "--peak"
	Line, Column int    // 1 is the first; 0 for a flag
}

// String returns the position as compilers write it: "orders.yaml:3:9".
func (p Position) String() string {
	if p.Line == 0 {
		return p.Name
	}
	return p.Name + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Error is one thing that is wrong with an input: what, where, what is allowed.
type Error struct {
	Path    string   // key of the input: "producer.peak", "consumers.fraud.speed"
	Where   Position // zero when nothing was written
	Value   string   // as it was written
	Problem string
	Allowed string

	// Choices are the words that were possible, where the input is one of some, or where
	// a key is unknown: so that the nearest can be named.
	Choices []string

	// With names the other inputs that the fault is about. A fault about an
	// input that has a fault of its own is not worth reporting.
	With []string

	// Beside reports that the input is readable all the same, so that what else is
	// wrong with it is worth reporting: it is there twice.
	Beside bool
}

// Error returns the fault in one line, without what could steer a terminal: values,
// keys and names come from others.
func (f Error) Error() string {
	var b strings.Builder
	for _, part := range [...]string{untrusted.Clip(f.Where.String(), untrusted.LongestName),
		untrusted.Clip(f.Path, untrusted.LongestName), quoted(f.Value)} {
		if part != "" {
			b.WriteString(part)
			b.WriteString(": ")
		}
	}
	b.WriteString(f.Problem)
	if f.Allowed != "" {
		b.WriteString(" (allowed: " + f.Allowed + ")")
	}
	return untrusted.Printable(b.String())
}

func quoted(value string) string {
	if value == "" {
		return ""
	}
	return `"` + untrusted.Clip(value, untrusted.LongestValue) + `"`
}

// Errors are all that is wrong with the inputs.
type Errors []Error

// Sort puts the faults in the order of the file, what is in no file behind
// them.
func (f Errors) Sort() {
	slices.SortStableFunc(f, func(a, b Error) int {
		return cmp.Or(
			cmp.Compare(min(b.Where.Line, 1), min(a.Where.Line, 1)),
			cmp.Compare(a.Where.Line, b.Where.Line),
			cmp.Compare(a.Where.Column, b.Where.Column),
		)
	})
}

// Error returns a line for each fault.
func (f Errors) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}
