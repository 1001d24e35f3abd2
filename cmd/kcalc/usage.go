package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageWidth is how wide the help of flags is.
const usageWidth = 80

// flagGroup is the annotation of a flag with the heading that it stands below.
const flagGroup = "kcalc group"

// Headings of the flags that several commands have.
const (
	historyHeading  = "What the stream did"
	workloadHeading = "The workload"
	tariffHeading   = "What it costs"
	answerHeading   = "The answer"
)

// groupFlags puts the flags that a function binds to a command below a heading of its help.
func groupFlags(cmd *cobra.Command, heading string, bind func()) {
	bound := map[string]bool{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { bound[f.Name] = true })
	bind()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !bound[f.Name] && f.Annotations[flagGroup] == nil {
			must(cmd.Flags().SetAnnotation(f.Name, flagGroup, []string{heading}))
		}
	})
}

// writeTopics writes what help explains beside the commands.
func writeTopics(b *strings.Builder, cmd *cobra.Command) {
	heading := "\n\nAdditional help topics:"
	for _, c := range cmd.Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			fmt.Fprintf(b, "%s\n  %-*s %s", heading, c.NamePadding(), c.Name(), c.Short)
			heading = ""
		}
	}
}

// writeFlags writes the flags of a command, each group below its heading, in the order in
// which they were bound.
func writeFlags(b *strings.Builder, cmd *cobra.Command) {
	groups := map[string]*pflag.FlagSet{}
	var headings []string
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		heading := "Flags"
		if of := f.Annotations[flagGroup]; of != nil {
			heading = of[0]
		}
		if groups[heading] == nil {
			groups[heading] = pflag.NewFlagSet(heading, pflag.ContinueOnError)
			groups[heading].SortFlags = cmd.Flags().SortFlags
			headings = append(headings, heading)
		}
		groups[heading].AddFlag(f)
	})
	for _, h := range headings {
		if usages := groups[h].FlagUsagesWrapped(usageWidth); usages != "" {
			fmt.Fprintf(b, "\n\n%s:\n%s", h, strings.TrimRight(usages, " \n"))
		}
	}
}

// usage writes cobra's own usage, with the flags wrapped. A template would do the same, but
// the linker keeps every exported method of a program that can execute one, those of AWS's
// clients among them: a third of its size.
func usage(cmd *cobra.Command) error {
	var b strings.Builder
	b.WriteString("Usage:")
	if cmd.Runnable() {
		fmt.Fprintf(&b, "\n  %s", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n  %s [command]", cmd.CommandPath())
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\n\nExamples:\n%s", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\n\nAvailable Commands:")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() || c.Name() == "help" {
				fmt.Fprintf(&b, "\n  %-*s %s", c.NamePadding(), c.Name(), c.Short)
			}
		}
		writeTopics(&b, cmd)
	}
	writeFlags(&b, cmd)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n\nUse \"%s [command] --help\" for more information about a command.", cmd.CommandPath())
	}
	_, err := fmt.Fprintln(cmd.OutOrStderr(), b.String())
	return err
}
