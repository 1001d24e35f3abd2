// Package unit has the quantities of a capacity plan as types: sizes, rates,
// durations, shares and money. A number without a unit is a rate of what? The type
// says it, and conversions are methods that name the physics.
//
// Each quantity has one text that parses back to it, and one for people:
//
//	size, err := unit.ParseBytes("50KiB")
//	size.String()                    // "50KiB", which parses back
//	size.Prose()                     // "50 KiB", in a sentence
//	size.Short()                     // "50 KiB", to three digits, in a column
//
// Parsers take no sign, no infinity and nothing that a float64 cannot hold. Sizes
// are counted in powers of two, as AWS counts its limits and its bills: 1 KB is 1
// KiB is 1,024 B. Money is an integer of 1e-10 dollars, so that sums are exact.
//
// No other package formats a number for people: [Grouped], [Percent], [Plural] and
// [Exact] are for numbers that have no type here.
package unit
