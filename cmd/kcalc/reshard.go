package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/calc/reshard"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/description"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// reshardOptions are the flags of reshard.
type reshardOptions struct {
	today           todayFlags
	to              textFlag
	targeted, merge bool
	keys            string
	load            keyLoadFlags
	output          outputFlag
}

func newReshard(s streams) *cobra.Command {
	var o reshardOptions
	cmd := &cobra.Command{
		Use:   "reshard",
		Short: "The operations that lead a stream to other shards, and a script of them",
		Long: `Reshard plans how a stream gets from its shards to others, in the fewest splits and
merges. It runs none of them: -o shell prints a script of AWS CLI commands, which
looks at the stream before each step, and can be stopped and run again.

--to N asks for N equal shards, by the calls of UpdateShardCount that lead there.
--targeted cuts hash ranges at the keys of --keys, by SplitShard and MergeShards:
with --to N into the N ranges whose hottest has the least; without it, only where
a shard is above the target utilization, which takes the fewest operations. With
--merge neighbours that stay below it together are merged. Without --to and
--targeted the keys say how many equal shards there have to be.

What the stream has today is read from AWS (--stream), from a history file
(--history), from what the AWS CLI printed (-f, list-shards), or is a number of
equal shards (--current-shards).

The exit code is 3 when a shard stays above the target.`,
		Example: `  kcalc reshard --current-shards 48 --to 50
  kcalc reshard --stream orders --to 12 -o shell > reshard.sh
  kcalc reshard -f shards.json --keys keys.csv --peak 9k --targeted
  kcalc reshard --history orders.json --keys keys.csv.gz --targeted --to 8 -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd, s) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "What the stream has", func() { o.today.bind(cmd) })
	groupFlags(cmd, "Where it goes", func() { o.bind(cmd) })
	groupFlags(cmd, answerHeading, func() {
		o.output.formats = append(report.Formats(), report.Shell)
		o.output.bind(cmd)
	})
	return cmd
}

func (o *reshardOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	o.to.kind = "count"
	flags.Var(&o.to, "to", "number of shards to get to")
	flags.BoolVar(&o.targeted, "targeted", false, "cut hash ranges at the keys, instead of equal ones")
	flags.BoolVar(&o.merge, "merge", false, "with --targeted: merge neighbours that stay below the target together")
	flags.StringVar(&o.keys, "keys", "", "`file` of what the keys brought, as 'kcalc keys' reads it; - is standard input")
	o.load.bind(cmd)
	must(cmd.RegisterFlagCompletionFunc("to", cobra.NoFileCompletions))
	must(cmd.MarkFlagFilename("keys", "csv", "gz", "jsonl"))
}

func (o *reshardOptions) run(cmd *cobra.Command, s streams) error {
	format, formatErr := o.output.parse()
	load, faults := o.load.request(cmd)
	q := reshard.Request{Targeted: o.targeted, Merge: o.merge}
	faults = append(append(faults, o.check(cmd, &q)...), o.today.check(cmd)...)
	if err := joinUsageErrors(flagFaults(cmd, faults), formatErr); err != nil {
		return err
	}
	limits := model.PublishedLimits()
	if o.keys != "" {
		if err := o.readKeys(cmd, &limits, &q, &load); err != nil {
			return err
		}
	}
	if err := o.readToday(cmd, s, &q); err != nil {
		return err
	}
	a, err := reshard.Plan(&limits, &q)
	if err != nil {
		return usageError{errors.New(words.Expand(err.Error())), nil}
	}
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteReshard(w, a, format, t)
	}); err != nil {
		return err
	}
	return fitsError(a.Fits)
}

// readToday reads what shards there are.
func (o *reshardOptions) readToday(cmd *cobra.Command, s streams, q *reshard.Request) error {
	have, err := o.today.read(cmd, s)
	if err == nil {
		q.Stream, q.Region, q.Today, q.Equal = have.stream, have.region, have.ranges, have.equal
		q.FanOut, q.Notices = have.fanOut, have.notes
	}
	return err
}

// readKeys reads the keys, and what a shard may have of them.
func (o *reshardOptions) readKeys(cmd *cobra.Command, limits *model.Limits, q *reshard.Request, load *keysRequest) error {
	counts, _, err := readKeys(cmd.Context(), cmd.InOrStdin(), o.keys)
	if err != nil {
		return err
	}
	if err := load.take(counts); err != nil {
		return err
	}
	q.Keys = keys.New(counts, limits)
	q.Limit, q.Seconds = load.Limit(q.Keys), load.Time(q.Keys)
	return nil
}

// check reads the flags of where the stream goes, and returns all that is wrong with them.
func (o *reshardOptions) check(cmd *cobra.Command, q *reshard.Request) (faults input.Errors) {
	fault := func(name, value, problem, allowed string) {
		faults = append(faults, input.Error{Where: input.Position{Name: "--" + name}, Value: value, Problem: problem, Allowed: allowed})
	}
	changed := cmd.Flags().Changed
	if changed("to") {
		n, err := unit.ParseCount(o.to.text)
		most := model.PublishedLimits().StreamShards.Value
		switch {
		case err != nil:
			fault("to", o.to.text, err.Error(), "a whole number of shards")
		case n < 1 || int(n) > most:
			fault("to", o.to.text, "out of range", "1 to "+strconv.Itoa(most))
		}
		q.To = int(n)
	}
	limited := changed("over") || changed("peak") || changed("max-share")
	switch {
	case o.targeted && o.keys == "":
		fault("targeted", "", "without keys", "with --keys FILE")
	case o.targeted && !changed("to") && !limited:
		fault("targeted", "", "nothing says what a shard may have", "with --to N, --peak, --over or --max-share")
	case !o.targeted && !changed("to") && (o.keys == "" || !limited):
		fault("to", "", "missing", "a number of shards; or --keys FILE with --peak, --over or --max-share")
	case o.merge && (!o.targeted || changed("to")):
		fault("merge", "", "neighbours are merged where hot shards are split", "with --targeted, and without --to")
	case o.keys == "" && limited:
		fault("keys", "", "missing", "the file that the rate is of")
	}
	return faults
}

// todayFlags say what shards a stream has.
type todayFlags struct {
	stream, region string
	aws            awsFlags
	histories      []string
	files          []string
	shards         textFlag
}

func (t *todayFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&t.stream, "stream", "", "`name` of the stream, which is read from AWS; beside another source its name alone")
	flags.StringArrayVar(&t.histories, "history", nil, "history `file` of the stream; - is standard input")
	flags.StringArrayVarP(&t.files, "file", "f", nil, "`file` that the AWS CLI printed: list-shards, describe-stream; repeats")
	t.shards.kind = "count"
	flags.Var(&t.shards, "current-shards", "number of shards that it has, of equal hash ranges")
	flags.StringVar(&t.region, "region", "", "`region` of the stream")
	t.aws.bind(cmd)
	for _, name := range []string{"stream", "current-shards"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	must(cmd.RegisterFlagCompletionFunc("region", completeRegions))
	must(cmd.MarkFlagFilename("history", "json", "yaml", "yml", "gz"))
	must(cmd.MarkFlagFilename("file", "json", "yaml", "yml"))
}

// given reports whether anything says what shards there are.
func (t *todayFlags) given(cmd *cobra.Command) bool {
	return slices.ContainsFunc([]string{"stream", "history", "file", "current-shards"}, cmd.Flags().Changed)
}

// check returns what is wrong with the flags.
func (t *todayFlags) check(cmd *cobra.Command) (faults input.Errors) {
	fault := func(name, value, problem, allowed string) {
		faults = append(faults, input.Error{Where: input.Position{Name: "--" + name}, Value: value, Problem: problem, Allowed: allowed})
	}
	given := slices.DeleteFunc([]string{"history", "file", "current-shards"}, func(name string) bool { return !cmd.Flags().Changed(name) })
	switch {
	case len(given) > 1:
		fault(given[0], "", "beside --"+given[1], "one of the two")
	case len(given) == 0 && t.stream == "":
		fault("stream", "", "missing: nothing says what shards there are", "or --history, --file or --current-shards")
	}
	var name model.Name
	if err := name.UnmarshalText([]byte(t.stream)); t.stream != "" && err != nil {
		fault("stream", t.stream, err.Error(), "the name of a stream: "+model.NamePattern)
	}
	var region model.Region
	if err := region.UnmarshalText([]byte(t.region)); t.region != "" && err != nil {
		fault("region", t.region, err.Error(), "the code of a Region such as us-east-1")
	}
	if cmd.Flags().Changed("current-shards") {
		n, err := unit.ParseCount(t.shards.text)
		if err != nil || n < 1 || n > maxReplayedShards {
			fault("current-shards", t.shards.text, "not a number of shards", "1 to "+strconv.Itoa(maxReplayedShards))
		}
	}
	return faults
}

// shardsToday are the shards that a stream has.
type shardsToday struct {
	stream model.Name
	region model.Region
	ranges keys.Ranges
	equal  bool // how many there are is all that is known
	fanOut model.Maybe[int]
	notes  []notice.Notice
}

// read reads what shards there are.
func (t *todayFlags) read(cmd *cobra.Command, s streams) (have shardsToday, err error) {
	var c model.Configuration
	have.stream, have.region = model.Name(t.stream), model.Region(t.region)
	switch {
	case cmd.Flags().Changed("current-shards"):
		n, _ := unit.ParseCount(t.shards.text)
		have.ranges, have.equal = keys.Uniform(int(n)), true
		return have, nil
	case len(t.histories) > 0:
		h, err := readHistory(cmd, s, t.histories, &zoneFlag{})
		if err != nil {
			return have, err
		}
		c, have.stream, have.region = h.Configuration.Value, cmp.Or(have.stream, h.Stream), cmp.Or(have.region, h.Region)
	case len(t.files) > 0:
		d, err := t.described(cmd)
		if err != nil {
			return have, err
		}
		c, have.stream, have.region = d.Configuration, cmp.Or(have.stream, d.Name), cmp.Or(have.region, d.Region)
	default:
		a, err := t.aws.open(cmd.Context(), t.region)
		if err != nil {
			return have, err
		}
		inv, err := a.inventory.ReadShards(cmd.Context(), have.stream)
		if err != nil {
			return have, awsError(err, have.stream, a)
		}
		if err := settled(inv.Status, have.stream); err != nil {
			return have, err
		}
		c, have.region, have.notes = inv.Configuration, a.region, inv.Warnings
		if !c.Shards.Known && !c.OpenShards.Known {
			return have, notReadable(inv.Warnings)
		}
	}
	if c.Consumers.Known {
		have.fanOut = model.Known(len(c.Consumers.Value))
	}
	have.ranges, have.equal, err = t.ranges(&c)
	return have, err
}

// settled returns an error where the shards of a stream are changing.
func settled(status string, stream model.Name) error {
	switch status {
	case "CREATING", "UPDATING", "DELETING":
		return hintedError{fmt.Errorf("%s is %s: its shards change", stream, status),
			[]string{"repeat the command when 'aws kinesis describe-stream-summary --stream-name " + string(stream) + "' says ACTIVE"}}
	}
	return nil
}

// notReadable returns the error of a stream of which no permission lets its shards be read.
func notReadable(warnings []notice.Notice) error {
	var hints []string
	for i := range warnings {
		hints = append(hints, words.Expand(warnings[i].Remedy))
	}
	return hintedError{errors.New("no permission to read the shards of the stream: neither DescribeStreamSummary nor ListShards"),
		hints}
}

// described reads what the AWS CLI printed.
func (t *todayFlags) described(cmd *cobra.Command) (*description.Stream, error) {
	var d description.Stream
	for _, file := range t.files {
		data, err := readInput(cmd.Context(), cmd.InOrStdin(), file)
		if err != nil {
			return nil, err
		}
		if faults := d.Read(inputName(file), data); len(faults) > 0 {
			return nil, usageError{faults, nil}
		}
	}
	return &d, nil
}

// ranges returns the hash ranges of a stream's shards, equal ones where their number is all that is
// known.
func (t *todayFlags) ranges(c *model.Configuration) (r keys.Ranges, equal bool, err error) {
	if c.Mode.Known && c.Mode.Value != model.Provisioned {
		return nil, false, usageError{errors.New("the stream is in " + string(c.Mode.Value) +
			" mode, in which AWS splits and merges: it takes neither UpdateShardCount nor SplitShard"), nil}
	}
	switch {
	case c.Shards.Known && len(c.Shards.Value) > 0:
		if r, err = keys.RangesOf(c.Shards.Value); err != nil {
			return nil, false, usageError{err, []string{"list the shards again, when the stream is ACTIVE"}}
		}
		return r, false, nil
	case c.OpenShards.Known && c.OpenShards.Value > 0:
		return keys.Uniform(c.OpenShards.Value), true, nil
	}
	return nil, false, usageError{errors.New(strings.Join(append(slices.Clone(t.histories), t.files...), ", ") +
		": says nothing of shards"), []string{"give what 'aws kinesis list-shards' prints with -f, or --current-shards"}}
}
