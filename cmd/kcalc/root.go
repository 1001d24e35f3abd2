package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot builds the tree of commands.
func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "kcalc",
		Short: "Capacity planner for Amazon Kinesis Data Streams",
		Long: `kcalc answers how many shards an Amazon Kinesis data stream needs, which
constraint decides, what each of the others would need, and what would make
the stream smaller.

  kcalc recommend --record-size 2KB --average 3k --peak 9k --consumers 2
  kcalc recommend -f stream.yaml
  kcalc recommend --stream orders
  kcalc explain acceptable-latency`,
		Version:       versionLine(buildVersion(debug.ReadBuildInfo())),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newRecommend(s), newReview(s), newDiff(s), newCheck(s), newCost(s), newReplay(s), newBacktest(s), newFleet(s),
		newHistory(s), newPrices(s), newInit(s), newExplain(s), newVersion(s))
	root.AddCommand(newSample(s), newKeys(s), newReshard(s))
	root.AddCommand(helpTopics()...)
	root.SetHelpCommand(newHelp())
	root.InitDefaultCompletionCmd("recommend")
	refuseUnknownSubcommands(root, "completion")
	usageArgs(root)
	return root
}

// flagError returns what is wrong with the flags of a command as an error of usage, with
// the nearest flag for one that does not exist.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	switch args := cmd.Flags().Args(); {
	case cmd.HasSubCommands() && len(args) > 0 && cmd.Args(cmd, args) != nil: // whose flags these may be
		err = fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), suggestCommand(cmd, args))
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if name, found := nearest(unknown.GetSpecifiedName(), names); found {
			err = fmt.Errorf("%w, did you mean --%s?", err, name)
		}
	}
	return usageError{err, []string{fmt.Sprintf("'%s --help' lists the flags", cmd.CommandPath())}}
}

// newHelp returns cobra's help command, but that an unknown command is an error.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				unknown := fmt.Errorf("help: unknown command %q%s", strings.Join(args, " "), suggestHelp(target, rest))
				return usageError{unknown, []string{"'kcalc --help' lists the commands"}}
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
	}
}

// refuseUnknownSubcommands makes a command that only has others below it refuse what is none
// of them. Cobra would print the help and succeed.
func refuseUnknownSubcommands(root *cobra.Command, name string) {
	for _, c := range root.Commands() {
		if c.Name() == name {
			c.Args = cobra.NoArgs
			c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// usageArgs makes what a command and those below it say of their arguments an error of
// usage, with the nearest command where one is misspelt.
func usageArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			if err == nil {
				return nil
			}
			err = fmt.Errorf("%w%s", err, suggestCommand(cmd, args))
			return usageError{err, []string{fmt.Sprintf("'%s --help' shows the usage", cmd.CommandPath())}}
		}
	}
	for _, c := range cmd.Commands() {
		usageArgs(c)
	}
}

// suggestCommand returns what to say behind an unknown command below another: the one
// that is nearest, and nothing where none is near.
func suggestCommand(cmd *cobra.Command, args []string) string {
	if len(args) == 0 {
		return ""
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if name, found := nearest(args[0], names); found {
		return fmt.Sprintf(", did you mean '%s %s'?", cmd.CommandPath(), name)
	}
	return ""
}

// suggestHelp returns what to say behind what there is no help for: the help of what is nearest.
func suggestHelp(cmd *cobra.Command, args []string) string {
	return strings.Replace(suggestCommand(cmd, args), "'"+cmd.Root().Name()+" ", "'"+cmd.Root().Name()+" help ", 1)
}

// suggestChoice returns what to say behind a word that is none of those that are possible.
func suggestChoice(f *input.Error) string {
	written := f.Value
	if written == "" {
		written = f.Path[strings.LastIndexByte(f.Path, '.')+1:]
	}
	return didYouMean(written, f.Choices)
}

// errorLines returns a line for each of the errors that an error is made of.
func errorLines(err error) []string {
	var failure *cloudwatch.Failure // says so itself
	if errors.Is(err, context.Canceled) && !errors.As(err, &failure) {
		return []string{"interrupted"}
	}
	var list []string
	switch e := err.(type) {
	case usageError:
		return errorLines(e.error)
	case hintedError:
		return errorLines(e.error)
	case input.Errors:
		for _, f := range e {
			f.Problem, f.Allowed = words.Expand(f.Problem)+suggestChoice(&f), words.Expand(f.Allowed)
			list = append(list, f.Error())
		}
	case interface{ Unwrap() []error }: // that errors.Join made
		for _, part := range e.Unwrap() {
			list = append(list, errorLines(part)...)
		}
	default:
		list = append(list, err.Error())
	}
	return list
}
