package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// sameFlags returns another command with the flags of this one, as a shell takes it. Flags of
// how the answer is written are left out.
func sameFlags(cmd *cobra.Command, name string) string {
	words := []string{cmd.Root().Name(), name}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains([]string{"output", "out", "plot", "all", "shards"}, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			switch {
			case value == f.NoOptDefVal:
				words = append(words, "--"+f.Name)
			case f.NoOptDefVal != "":
				words = append(words, "--"+f.Name+"="+shellQuote(value))
			default:
				words = append(words, "--"+f.Name, shellQuote(value))
			}
		}
	})
	return strings.Join(words, " ")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellQuote returns a word as a shell takes it, in printable text: what does not show becomes
// an escape, which the shells that people use have (POSIX.1-2024, 2.2.4).
func shellQuote(word string) string {
	switch {
	case plainWord.MatchString(word):
		return word
	case untrusted.Printable(word) == word:
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for part := range strings.SplitSeq(word, "") {
		switch {
		case part == "'" || part == `\`:
			b.WriteString(`\` + part)
		case untrusted.Printable(part) == part:
			b.WriteString(part)
		default:
			for _, c := range []byte(part) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
	}
	return "$'" + b.String() + "'"
}
