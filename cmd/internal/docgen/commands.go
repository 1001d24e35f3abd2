package docgen

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// Commands returns a Markdown page for each command of a tree, by file name. It changes
// the tree, which is of no use for anything but pages from then on.
func Commands(root *cobra.Command) (map[string][]byte, error) {
	return commandPages(root, "_", ".md", func(cmd *cobra.Command, b *bytes.Buffer) error {
		return doc.GenMarkdown(cmd, b)
	})
}

// ManPages returns a man page of section 1 for each command of a tree, by file name, with
// the version and the date that its foot shows. It changes the tree as [Commands] does.
func ManPages(root *cobra.Command, version string, date time.Time) (map[string][]byte, error) {
	return commandPages(root, "-", ".1", func(cmd *cobra.Command, b *bytes.Buffer) error {
		date := date.UTC()
		header := doc.GenManHeader{Section: "1", Source: strings.TrimSpace("kcalc " + version), Manual: "kcalc", Date: &date}
		header.Title = strings.ToUpper(strings.ReplaceAll(cmd.CommandPath(), " ", "-"))
		return doc.GenMan(cmd, &header, b)
	})
}

// commandPages calls write for a command and all below it. Separator stands between the
// words of a command in the name of its file.
func commandPages(root *cobra.Command, separator, suffix string,
	write func(*cobra.Command, *bytes.Buffer) error) (map[string][]byte, error) {
	pages := map[string][]byte{}
	var add func(cmd *cobra.Command) error
	add = func(cmd *cobra.Command) error {
		prepare(cmd)
		var b bytes.Buffer
		if err := write(cmd, &b); err != nil {
			return err
		}
		pages[strings.ReplaceAll(cmd.CommandPath(), " ", separator)+suffix] = b.Bytes()
		for _, c := range cmd.Commands() {
			if !c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
				continue
			}
			if err := add(c); err != nil {
				return err
			}
		}
		return nil
	}
	return pages, add(root)
}

// prepare makes a command say the same on a page as on a terminal, with the flags that
// cobra adds last.
func prepare(cmd *cobra.Command) {
	cmd.DisableAutoGenTag = true
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	cmd.Long = codeBlocks(cmd.Long)
}

// indented is lines that help shows two columns in, as examples and lists are.
var indented = regexp.MustCompile(`\n+((?:  .*(?:\n|$))+)`)

// codeBlocks returns a text whose indented lines are Markdown's code: four columns in,
// and with an empty line before and behind them.
func codeBlocks(text string) string {
	return strings.TrimRight(indented.ReplaceAllStringFunc(text, func(block string) string {
		return "\n\n  " + strings.ReplaceAll(strings.Trim(block, "\n"), "\n", "\n  ") + "\n\n"
	}), "\n")
}
