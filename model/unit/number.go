package unit

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// errNotNumber is the error of every quantity for text that does not begin with
// a plain decimal number.
var errNotNumber = errors.New("not a decimal number")

var (
	errWhiteSpace = errors.New("white space at the end")
	errTooLarge   = errors.New("too large")
)

// splitNumber cuts text into its leading decimal number and the unit behind it.
// A number is digits, at most one point, and an optional decimal exponent.
// Signs, hexadecimal, octal (a leading zero), digit separators, Inf, NaN and
// digits outside ASCII are not numbers here: a size or a rate has no use for
// them, and each of them is a typing error that some parser lets through.
func splitNumber(text string) (number, unit string, err error) {
	end := 0
	digits := 0
	point := false
	for end < len(text) && (isDigit(text[end]) || text[end] == '.' && !point) {
		if text[end] == '.' {
			point = true
		} else {
			digits++
		}
		end++
	}
	if digits == 0 {
		return "", "", notNumber(text)
	}
	if len(text) > 1 && text[0] == '0' && (isDigit(text[1]) || strings.ContainsRune("xXoO", rune(text[1]))) {
		return "", "", errors.New("not decimal: no leading zero, hexadecimal or octal number")
	}
	end += exponentLength(text[end:])
	unit = strings.TrimLeft(text[end:], " ")
	if unit == "" && end < len(text) {
		return "", "", errWhiteSpace
	}
	return text[:end], unit, nil
}

// notNumber returns why text does not begin with a number.
func notNumber(text string) error {
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(text, "-"):
		return errors.New("negative, or not a number")
	case strings.Contains(lower, "inf") || strings.Contains(lower, "nan"):
		return errors.New("not a finite number")
	}
	return errNotNumber
}

// exponentLength returns how many bytes at the head of text are a decimal
// exponent: "e3", "E-7". A letter without digits behind it belongs to the unit.
func exponentLength(text string) int {
	if text == "" || text[0] != 'e' && text[0] != 'E' {
		return 0
	}
	i := 1
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	start := i
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// scaled parses number × 10^exponent, rounded once: "1.1" with exponent 3 is
// 1100 and not 1.1 × 1000.
func scaled(number string, exponent int) (float64, error) {
	if exponent != 0 {
		if strings.ContainsAny(number, "eE") {
			return 0, errors.New("an exponent and a multiplier exclude each other")
		}
		number += "e" + strconv.Itoa(exponent)
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, errTooLarge
	}
	return value, nil
}

// plain parses a number that has no unit.
func plain(text string) (float64, error) {
	number, unit, err := splitNumber(text)
	if err != nil {
		return 0, err
	}
	if unit != "" {
		return 0, fmt.Errorf("unknown unit %q", unit)
	}
	return scaled(number, 0)
}

// Exact returns the shortest decimal text that parses back to the same float64,
// without an exponent: "0.015".
func Exact(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Percent returns a share of a whole as a percentage with so many decimals at
// most: "80%".
func Percent(share float64, decimals int) string { return Grouped(100*share, decimals) + "%" }

// Plural writes a number of things for people: "1 shard", "20 shards", "3
// processes".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if strings.HasSuffix(what, "s") {
		what += "e"
	}
	return Grouped(float64(n), 0) + " " + what + "s"
}

// prose writes a number for a formula: with three decimals, or more where it is
// so small that those would not show it.
func prose(x float64) string {
	decimals := 3
	if 0 < x && x < 0.1 {
		decimals = min(2-int(math.Floor(math.Log10(x))), 30)
	}
	return Grouped(x, decimals)
}

// Grouped writes a number for people: rounded to the given decimals, without
// zeros at the end of them, the thousands parted by commas. It is for prose;
// the text form of a quantity, which parses back, has no commas.
func Grouped(x float64, decimals int) string {
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	var b strings.Builder
	b.Grow(len(text) + len(whole)/3 + 1)
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}
