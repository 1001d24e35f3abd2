package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// fleetOptions are the flags of fleet.
type fleetOptions struct {
	defaults fleetDefaults
	live     accountFlags
	tariff   tariffFlags
	tags     []string
	owner    []string
	guards   string
	bills    []string
	part     textFlag
	filters  []string
	saves    textFlag
	order    string
	top      int
	output   outputFlag
}

func newFleet(s streams) *cobra.Command {
	o := fleetOptions{output: outputFlag{formats: report.FleetFormats()}}
	cmd := &cobra.Command{
		Use:   "fleet [DIR]",
		Short: "All streams: what is too small, what is idle, what saves money",
		Long: `Fleet answers for all streams of an account, or of several, in one table: which
are too small, which are larger than they have to be, which enhanced fan-out
consumers and which streams nobody uses, which mode is the cheapest of each, and
whether a Region should commit to On-demand Advantage. What is too small comes
first, then what saves the most.

Without DIR it reads the streams of an account from AWS: those of a Region or of
several, of one account or of several. All of its calls read and change nothing.
CloudWatch is asked for the hours of all streams, and for the minutes of those that
their hours do not decide; --dry-run shows what that costs, and what costs more than
$0.10 is asked about, or needs --yes. --save keeps what was read: the command goes
on there, and 'kcalc fleet DIR' answers from it without AWS.

DIR is a folder of history files, of 'kcalc fleet --save' or 'kcalc history fetch',
one of each stream, and of workload files that say more of a stream (which 'stream:'
names) or declare one that has no history. A sample (kcalc sample) goes to the stream
and Region that it names, a table of keys to the workload file that names it
('sample:'). Files of other kinds are left alone. Several folders and files can be
given. A file that cannot be read is named, the rest is answered, and the exit code
is 1.

The savings are those of one plan: alternatives are shown and not added up. A
stream whose number of shards changed within the window gets no verdict, and one
that is guarded, by the tag kcalc:guard or a line of --guard, stays as it is, with
what that costs.`,
		Example: `  kcalc fleet --regions us-east-1,eu-west-1 --save histories
  kcalc fleet --accounts accounts.txt --role kcalc-read --regions all --dry-run
  kcalc fleet histories/
  kcalc fleet histories/ --tags tags.json --filter tag=team=payments
  kcalc fleet histories/ --min-savings '$5' --sort savings --top 20
  kcalc fleet histories/ --bill cur.csv.gz
  kcalc fleet histories/ -o html --out fleet.html
  kcalc fleet histories/ -o aws-cli > steps.sh`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFleet(cmd, s, &o, args)
		},
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "The streams", func() { o.bindStreams(cmd) })
	groupFlags(cmd, "The accounts, without DIR", func() { o.live.bind(cmd) })
	groupFlags(cmd, tariffHeading, func() { o.bindBill(cmd) })
	groupFlags(cmd, answerHeading, func() { o.bindAnswer(cmd) })
	cmd.AddCommand(newFleetMerge(s))
	return cmd
}

func (o *fleetOptions) bindStreams(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&o.tags, "tags", nil, "`file` with the tags of streams: what 'aws resourcegroupstaggingapi "+
		"get-resources --resource-type-filters kinesis:stream' printed; repeats")
	flags.StringArrayVar(&o.owner, "owner-tag", []string{"owner", "team"}, "`key` of the tag that names the owner; repeats")
	flags.StringVar(&o.guards, "guard", "", "`file` of streams that stay as they are: a name and a reason a line; * and ? "+
		"stand for anything")
	must(cmd.MarkFlagFilename("tags", "json"))
	must(cmd.RegisterFlagCompletionFunc("owner-tag", cobra.NoFileCompletions))
	o.defaults.bind(cmd)
	o.part.kind = "i/n"
	flags.Var(&o.part, "part", "look at one part of the files alone, such as 3/16, and write its rows for "+
		"'kcalc fleet merge'; array/16 is the part of an array job's index")
	must(cmd.RegisterFlagCompletionFunc("part", cobra.NoFileCompletions))
}

func (o *fleetOptions) bindBill(cmd *cobra.Command) {
	o.tariff.bindPrices(cmd)
	cmd.Flags().StringArrayVar(&o.bills, "bill", nil, "`file` of what AWS billed, to hold against: CUR 2.0, legacy CUR or "+
		"FOCUS 1.2 as CSV, gzipped or not; repeats")
	must(cmd.MarkFlagFilename("bill", "csv", "gz"))
}

func (o *fleetOptions) bindAnswer(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&o.filters, "filter", nil, "show streams that match, as tag=KEY, tag=KEY=`PATTERN` or "+
		strings.Join(fleet.FilterKeys()[1:], ", ")+" with a pattern; repeats. Totals stay those of all")
	o.saves.kind = "dollars"
	flags.Var(&o.saves, "min-savings", "show streams that save at least so much a month, and what is too small")
	orders := model.Words(fleet.Orders())
	flags.StringVar(&o.order, "sort", orders[0], "`order` of the streams: "+strings.Join(orders, ", "))
	flags.IntVar(&o.top, "top", 0, "show the first `n` streams")
	must(cmd.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(orders, cobra.ShellCompDirectiveNoFileComp)))
	for _, name := range []string{"filter", "min-savings", "top"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	o.output.bind(cmd)
}

// query reads which rows are asked for. It returns all that is wrong at once.
func (o *fleetOptions) query(cmd *cobra.Command) (q fleet.Query, err error) {
	var faults input.Errors
	fault := func(flag, value, problem, allowed string, choices ...string) {
		faults = append(faults, input.Error{Where: input.Position{Name: flag}, Value: value, Problem: problem,
			Allowed: allowed, Choices: choices})
	}
	for _, text := range o.filters {
		f, err := fleet.ParseFilter(text)
		if err != nil {
			fault("--filter", text, "no filter", "tag=KEY, tag=KEY=PATTERN, or one of "+
				strings.Join(fleet.FilterKeys()[1:], ", ")+" with =PATTERN")
			continue
		}
		q.Filters = append(q.Filters, f)
	}
	if cmd.Flags().Changed("min-savings") {
		text := strings.TrimPrefix(o.saves.text, "$")
		if q.Saves, err = unit.ParseUSD(text); err != nil || q.Saves < 0 {
			fault("--min-savings", o.saves.text, "no amount", "dollars a month such as 5 or $12.50")
		}
	}
	q.Order = fleet.Order(o.order)
	if orders := model.Words(fleet.Orders()); !slices.Contains(orders, o.order) {
		fault("--sort", o.order, "no order", model.OneOf(orders), orders...)
	}
	if q.Top = o.top; o.top < 0 || o.top == 0 && cmd.Flags().Changed("top") {
		fault("--top", fmt.Sprint(o.top), "no number of streams", "at least 1")
	}
	if len(faults) > 0 {
		return q, usageError{faults, []string{helpHint(cmd)}}
	}
	return q, nil
}

func runFleet(cmd *cobra.Command, s streams, o *fleetOptions, args []string) error {
	format, formatErr := o.output.parse()
	query, queryErr := o.query(cmd)
	f, err := o.open(cmd, s, joinUsageErrors(joinUsageErrors(queryErr, formatErr), o.live.check(cmd, args, o.part.text)), args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		remove, err := o.fetch(cmd, s, f)
		defer remove()
		if err != nil || o.live.dryRun {
			return err
		}
	}
	p, err := f.piece(cmd.Context())
	if err != nil {
		return err
	}
	if o.part.text != "" {
		return o.writePiece(cmd, s, p)
	}
	a := p.Answer(&f.limits)
	a.Asked = f.asked
	if f.ledger != nil {
		a.Bill = model.Known(f.ledger.Against(a.Streams, f.tariff))
	}
	return o.write(cmd, s, &a, &query, format)
}

// writePiece writes the rows of a part, for merge. A workload that does not suffice by itself may be that
// of a history in another part, which merge knows.
func (o *fleetOptions) writePiece(cmd *cobra.Command, s streams, p *fleet.Piece) error {
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, _ report.Terminal) error {
		return report.WriteFleetPart(w, p)
	}); err != nil {
		return err
	}
	return failures(slices.DeleteFunc(slices.Clone(p.Failed), func(f fleet.Failure) bool { return f.Stream != "" }))
}

// failures returns what could not be looked at, as an error.
func failures(list []fleet.Failure) error {
	var errs []error
	for _, f := range list {
		errs = append(errs, errors.New(f.Problem))
	}
	return errors.Join(errs...)
}
