package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// recommendOptions are the flags of recommend.
type recommendOptions struct {
	source sourceFlags
	plot   plotFlag
	output outputFlag
	shards textFlag
	all    bool
}

func newRecommend(s streams) *cobra.Command {
	var o recommendOptions
	cmd := &cobra.Command{
		Use:   "recommend",
		Short: "How many shards a stream needs, and which constraint decides",
		Long: `Recommend answers how many shards a stream needs, which constraint decides,
what each of the others would need, and what would make the stream smaller.

The workload comes from what the stream did, read from AWS (--stream) or from a
file of 'kcalc history fetch' (--history); from a workload file (-f); and from
flags. Flags override the file, and the file what was measured. With a history
the answer has the evidence: the busiest minute, surges, throttles, growth.

The exit code is 3 when no shard count fits; the answer is printed all the same.`,
		Example: `  kcalc recommend --record-size 200 --average 10k --peak 20k
  kcalc recommend --record-size 1KB --average 5MiB/s --consumer fraud,speed=1000,latency=30s
  kcalc recommend --record-size 200 --peak 20k --surge 50k --surge-duration 10s --consumers 3 -o json
  kcalc recommend -f stream.yaml --current-shards 12
  kcalc recommend --stream orders --since 14d
  kcalc recommend --history orders.json --consumer fraud,speed=1000,latency=30s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return recommend(cmd, s, &o)
		},
	}
	cmd.Flags().SortFlags = false
	o.source.bind(cmd)
	groupFlags(cmd, answerHeading, func() {
		o.shards.kind = "counts"
		cmd.Flags().Var(&o.shards, "shards", "say what these shard counts carry as well, such as 8,12 or 4..8")
		must(cmd.RegisterFlagCompletionFunc("shards", cobra.NoFileCompletions))
		o.plot.bind(cmd, "what the traffic does to the recommended shards")
		o.output.bind(cmd)
		cmd.Flags().BoolVar(&o.all, "all", false, "show everything in the table: constraints, chart, evidence, cost, notes")
	})
	return cmd
}

func recommend(cmd *cobra.Command, s streams, o *recommendOptions) error {
	format, formatErr := o.output.parse()
	counts, faults := o.counts(cmd)
	b, err := o.source.read(cmd, s, joinUsageErrors(questionError(cmd, append(faults, o.plot.check(cmd)...)), formatErr),
		&o.plot)
	if err != nil {
		return err
	}
	if b.History != nil {
		return o.review(cmd, s, b, format, counts)
	}
	p, err := review.Plan(cmd.Context(), &b.Basis, &b.workload)
	if err != nil {
		return err
	}
	plan.AddRoom(b.Limits, &b.workload, b.Tariff, &p, counts)
	p.Inputs = b.Inputs
	p.Warnings = append(p.Warnings, plan.UsesOf(b.Limits, &b.workload, b.Tariff != nil).WithAdvice().Unused(b.Inputs)...)
	p.Warnings = misspeltFirst(append(p.Warnings, b.warnings(p.Cost.Value.Lines)...))
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		t.All = o.all
		return report.WritePlan(w, &p, format, t)
	}); err != nil {
		return err
	}
	return joinUsageErrors(o.picture(cmd, b, &p, nil), fitsError(p.Feasible))
}

// decision returns what recommend decides, to open the answer of another command in a format for
// people; nil in the others.
func (b *basis) decision(ctx context.Context, format report.Format) (*report.Decision, error) {
	if format != report.Table && format != report.Markdown {
		return nil, nil
	}
	monthly, tariff := b.Basis, *b.Tariff
	tariff.Hours = model.Month.Hours()
	monthly.Tariff = &tariff
	if b.History == nil {
		p, err := review.Plan(ctx, &monthly, &b.workload)
		return report.DecisionOf(&p, nil), err
	}
	r, err := review.New(ctx, &monthly, &b.workload)
	return report.DecisionOf(r.Plan, &r), err
}

// counts reads the shard counts that the answer is to say something of as well.
func (o *recommendOptions) counts(cmd *cobra.Command) (counts []int, faults input.Errors) {
	if !cmd.Flags().Changed("shards") {
		return nil, nil
	}
	counts, auto, faults := parseShards(o.shards.text)
	if auto {
		faults = append(faults, input.Error{Where: input.Position{Name: "--shards"}, Value: o.shards.text,
			Problem: "the fewest that carry the workload are the answer anyway", Allowed: "counts such as 8,12 or 4..8"})
	}
	return counts, faults
}

// review recommends from what the stream did, and shows the evidence.
func (o *recommendOptions) review(cmd *cobra.Command, s streams, b *basis, format report.Format, counts []int) error {
	r, err := review.New(cmd.Context(), &b.Basis, &b.workload)
	if err != nil {
		return err
	}
	if b.planned != nil && b.planned.Shards.Known() && !slices.Contains(counts, b.planned.Shards.Value) {
		counts = append(counts, b.planned.Shards.Value)
	}
	plan.AddRoom(b.Limits, &b.workload, b.Tariff, r.Plan, counts)
	r.Warnings = misspeltFirst(append(r.Warnings, b.warnings(r.Cost.Value.Lines)...))
	r.Next = words.Next(&r)
	if r.Replay.Known && !o.source.standardInput() {
		r.Next = append(r.Next, sameFlags(cmd, "replay"))
	}
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		t.All = o.all
		return report.WriteReview(w, &r, format, t)
	}); err != nil {
		return err
	}
	return joinUsageErrors(o.picture(cmd, b, r.Plan, &r), fitsError(r.Feasible))
}

// picture draws what the traffic does to the recommended shards, if --plot asks for it, below the
// decision of a plan or of a review.
func (o *recommendOptions) picture(cmd *cobra.Command, b *basis, p *model.Plan, r *review.Review) error {
	if !o.plot.given(cmd) {
		return nil
	}
	drawn, err := drawPlan(cmd.Context(), b, p, r)
	if err != nil {
		return err
	}
	return o.plot.write(cmd.Context(), drawn)
}

// drawPlan returns the picture of a plan, or of the review that it is part of.
func drawPlan(ctx context.Context, b *basis, p *model.Plan, r *review.Review) (*report.Picture, error) {
	q := review.ReplayRequest{Shards: []int{p.Shards.Recommended}, Mode: model.Provisioned, Writes: review.Wait}
	if b.History != nil {
		q.MaxThrottled = review.DefaultMaxThrottled
	}
	replayed, err := review.Replay(ctx, &b.Basis, &b.workload, &q)
	return &report.Picture{Replay: &replayed, Plan: p, Review: r, Prices: p.Cost.Value.Lines}, err
}

// fitsError returns the error that sets the exit code of an answer that says that nothing
// fits.
func fitsError(feasible bool) error {
	if !feasible {
		return errDoesNotFit
	}
	return nil
}

// sourceFlags are the flags that say what an answer rests on: what a stream did, what
// is declared, and what things cost.
type sourceFlags struct {
	history historyFlags
	input   workloadFlags
	tariff  tariffFlags
}

func (g *sourceFlags) bind(cmd *cobra.Command) {
	groupFlags(cmd, historyHeading, func() { g.history.bind(cmd) })
	groupFlags(cmd, workloadHeading, func() { g.input.bind(cmd) })
	groupFlags(cmd, tariffHeading, func() { g.tariff.bind(cmd) })
}

// given reports whether anything is said of a workload.
func (g *sourceFlags) given(cmd *cobra.Command) bool {
	given := g.history.given(cmd)
	cmd.Flags().Visit(func(f *pflag.Flag) {
		group := f.Annotations[flagGroup]
		given = given || len(group) > 0 && group[0] == workloadHeading
	})
	return given
}

// standardInput reports whether an input is standard input, which cannot be read again.
func (g *sourceFlags) standardInput() bool {
	return slices.Contains(g.history.files, "-") || slices.Contains(g.input.names(), "-")
}

// basis is what an answer rests on. It has a history, and evidence, if one was
// asked for.
type basis struct {
	planned *iac.Planned // what infrastructure as code declares of the stream, nil without it
	review.Basis
	workload    model.Workload
	declaration input.Declaration // over what was measured
	region      *notice.Notice    // that one was assumed
	notices     []notice.Notice   // of what descriptions say
}

// read reads what an answer rests on. It reports what is wrong with other flags together with
// what is wrong with these, and before it reads a history. It tries the file of the picture
// before it asks AWS.
func (g *sourceFlags) read(cmd *cobra.Command, s streams, others error, picture *plotFlag) (*basis, error) {
	declared, err := g.input.declared(cmd)
	if err != nil {
		return nil, err
	}
	limits := model.PublishedLimits()
	tariff, tariffErr := g.tariff.tariff(cmd)
	b := &basis{Basis: review.Basis{Limits: &limits, Tariff: tariff}}
	if !g.history.given(cmd) {
		others = joinUsageErrors(others, g.declared(cmd, b, declared))
	}
	if err := joinUsageErrors(others, tariffErr); err != nil {
		return nil, err
	}
	if g.history.given(cmd) {
		if err := picture.prepareBeforeFetch(cmd); err != nil {
			return nil, err
		}
		if err := g.measured(cmd, s, b, declared); err != nil {
			return nil, err
		}
	}
	b.Inputs = append(b.Inputs, g.tariff.inputs(cmd, tariff)...)
	b.Inputs = append(b.Inputs, b.measureMetrics(cmd)...)
	return b, nil
}

// declared resolves the workload of a file and flags alone.
func (g *sourceFlags) declared(cmd *cobra.Command, b *basis, declared input.Declaration) (err error) {
	b.Source = "flags"
	if files := g.input.names(); len(files) > 0 {
		b.Source = inputNames(files)
	}
	b.notices = append(replacedConsumers(&declared), overDescribed(&g.input.described, &declared)...)
	if b.planned, err = g.input.planned.over(&declared); err != nil {
		return err
	}
	if b.planned != nil {
		b.notices = append(b.notices, b.planned.Notices...)
		b.planMetrics(cmd)
	}
	sampled, err := g.input.laySample(cmd, &declared, &g.input.described.Configuration, true)
	if err != nil {
		return err
	}
	b.notices = append(slices.DeleteFunc(b.notices, func(n notice.Notice) bool { return isAnswered(&n, &declared) }), sampled...)
	b.region = assumeRegion(cmd.Context(), &declared)
	b.workload, b.Inputs, err = declared.Resolve()
	b.Inputs = slices.Concat(b.Inputs, describedInputs(&g.input.described), plannedInputs(b.planned))
	b.measureRanges(&g.input.described.Configuration)
	return inputError(cmd, err)
}

// measured reads the history, and resolves the workload that it measures with what is declared
// over it.
func (g *sourceFlags) measured(cmd *cobra.Command, s streams, b *basis, declared input.Declaration) (err error) {
	if b.History, b.Source, err = g.history.history(cmd, s, declared); err != nil {
		return err
	}
	described := &g.input.described
	describe(b.History, described)
	if b.Zone, err = g.history.zone.location(cmd); err != nil {
		return err
	}
	evidence, err := fit.FitContext(cmd.Context(), b.History, b.Limits)
	if err != nil {
		return err
	}
	b.Evidence = &evidence
	if b.notices, err = g.input.laySample(cmd, &declared, &b.History.Configuration.Value, false); err != nil {
		return err
	}
	b.notices = slices.Concat(b.notices, besideHistory(&declared, &evidence), replacedConsumers(&declared),
		skewDescribed(described, &evidence, &declared))
	if b.planned, err = g.input.planned.of(&declared, b.History.Stream); err != nil {
		return err
	}
	if b.planned != nil {
		declared = beside(b.planned, &evidence, declared)
		b.notices = append(b.notices, b.planned.Notices...)
		b.planMetrics(cmd)
	}
	if evidence.Region == "" {
		b.region = assumeRegion(cmd.Context(), &declared)
	}
	b.declaration = declared
	b.workload, b.Inputs, err = review.Workload(b.Limits, &evidence, declared)
	if err != nil {
		return measuredError(cmd, &evidence, err)
	}
	b.measureRanges(&b.History.Configuration.Value)
	return nil
}

// measureRanges notes how much of a skew that was measured the hash ranges of today's shards
// make. On-demand, AWS moves them.
func (b *basis) measureRanges(c *model.Configuration) {
	measured := slices.ContainsFunc(b.Inputs, func(in model.Input) bool {
		return in.Name == "producer.skew" && in.Source == model.Measured
	})
	if !measured || c.Mode.Known && c.Mode.Value != model.Provisioned {
		return
	}
	b.workload.Producer.HashSkew, _ = model.HashSkew(c.Shards.Value)
}

// warnings returns those of an answer with lines of bills: that prices are old, or that a
// Region was assumed.
func (b *basis) warnings(bills ...[]model.CostLine) []notice.Notice {
	list := append(b.regionWarnings(), staleness(b.Tariff.PricesOf(b.workload.Region), bills...)...)
	list = append(list, b.notices...)
	if b.region != nil {
		list = append(list, *b.region)
	}
	return list
}

// measuredError returns what is wrong with a workload that was measured in part, with hints at
// what the history lacks.
func measuredError(cmd *cobra.Command, e *fit.Evidence, err error) error {
	err = inputError(cmd, err)
	var usage usageError
	if !errors.As(err, &usage) {
		return err
	}
	for _, reason := range slices.Concat(e.Undecided, e.Unknown) {
		if reason.ID == "record-size-unknown" || reason.ID == "history-without-records" {
			usage.hints = append(usage.hints, words.Expand(reason.Message+" "+reason.Remedy))
		}
	}
	usage.hints = append(usage.hints, "flags and a workload file (-f) override what the history says: --average, "+
		"--peak, --surge and so on")
	return usage
}

// inputError makes what is wrong with a workload an error of usage, with a hint for each input
// that is missing.
func inputError(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	var faults input.Errors
	if !errors.As(err, &faults) {
		return err
	}
	var hints []string
	for _, f := range faults {
		if hint := cmp.Or(missingHint(f), keysHint(f)); hint != "" && !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	if len(hints) == 0 {
		hints = []string{helpHint(cmd)}
	}
	return usageError{faults, hints}
}

// helpHint returns where the flags of a command are explained.
func helpHint(cmd *cobra.Command) string {
	return "'" + cmd.CommandPath() + " --help' lists the flags and what they allow; the keys of a workload file allow " +
		"the same"
}

// keysHint returns where a table of keys goes that was given for their number.
func keysHint(f input.Error) string {
	if f.Path == "producer.keys" && looksLikeFile(f.Value) {
		return "a table of keys, or a sample of a stream, goes with --sample; --keys is how many keys there are"
	}
	return ""
}

// missingHint returns how to give an input that is missing.
func missingHint(f input.Error) string {
	if !strings.HasPrefix(f.Problem, "missing") {
		return ""
	}
	for _, flag := range words.Flags() {
		if flag.Key == f.Path {
			return fmt.Sprintf("give it with --%s, or as %s in a workload file (-f)", flag.Name, f.Path)
		}
	}
	return ""
}
