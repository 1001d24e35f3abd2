package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// fleetDefaults are inputs that hold for all streams.
type fleetDefaults struct {
	texts map[string]*textFlag
}

// fleetInputs are the flags of a workload that make sense for many streams at once.
func fleetInputs() []string {
	return []string{"region", "for", "confidence", "target-utilization", "lambda-concurrency"}
}

func (d *fleetDefaults) bind(cmd *cobra.Command) {
	d.texts = map[string]*textFlag{}
	for _, f := range words.Flags() {
		if !slices.Contains(fleetInputs(), f.Name) {
			continue
		}
		d.texts[f.Name] = &textFlag{kind: f.Kind}
		cmd.Flags().Var(d.texts[f.Name], f.Name, usageOfInput(f.Key))
		must(cmd.RegisterFlagCompletionFunc(f.Name, completions(f.Key)))
	}
}

// declaration returns what the flags declare of every stream.
func (d *fleetDefaults) declaration(cmd *cobra.Command) input.Declaration {
	declared := input.Declaration{Settings: input.Settings{}}
	for _, f := range words.Flags() {
		if t := d.texts[f.Name]; t != nil && cmd.Flags().Changed(f.Name) {
			declared.Settings[f.Key] = flagSetting("--"+f.Name, t.text)
		}
	}
	return declared
}

// check returns what is wrong with the flags by themselves.
func (d *fleetDefaults) check(cmd *cobra.Command) error {
	declared := d.declaration(cmd)
	declared.Settings["producer.average"] = flagSetting("", "1")
	declared.Settings["producer.record_size"] = flagSetting("", "1KiB")
	_, _, err := declared.Resolve()
	return inputError(cmd, err)
}

// fleetReader looks at the streams of a fleet, one after the other.
type fleetReader struct {
	cmd      *cobra.Command
	streams  streams
	limits   model.Limits
	tariff   *cost.Tariff
	common   input.Declaration // of every stream
	files    []string
	tags     tagFile
	owner    []string
	guards   guardFile
	ledger   *fleet.Ledger                   // nil without a bill
	declared map[model.Name][]declaredStream // by workload files
	samples  map[model.Name][]*streamSample  // of files that name their stream
	tables   []string                        // of keys, and of no stream that is known
	input    workloadFlags                   // which reads samples

	part, of int // which part of the files is looked at, of how many
	rows     []fleet.Row
	failed   []fleet.Failure
	quotas   []fleet.Quota            // that were read
	asked    model.Maybe[fleet.Asked] // of CloudWatch, by this run
}

// open reads what an answer rests on besides the streams. It returns all that is wrong with flags
// at once.
func (o *fleetOptions) open(cmd *cobra.Command, s streams, others error, args []string) (*fleetReader, error) {
	f := &fleetReader{cmd: cmd, streams: s, limits: model.PublishedLimits(), common: o.defaults.declaration(cmd),
		owner: o.owner, declared: map[model.Name][]declaredStream{}, samples: map[model.Name][]*streamSample{},
		input: workloadFlags{samples: &sampleFiles{read: map[string]*sampled{}}}, rows: []fleet.Row{}, failed: []fleet.Failure{}, quotas: []fleet.Quota{},
		part: 1, of: 1}
	tariff, err := o.tariff.tariff(cmd)
	if err := joinUsageErrors(joinUsageErrors(others, o.defaults.check(cmd)), err); err != nil {
		return nil, err
	}
	f.tariff = tariff
	if o.part.text != "" {
		if f.part, f.of, err = parsePart(o.part.text); err != nil {
			return nil, err
		}
		if err := errPartFlags(cmd); err != nil {
			return nil, err
		}
	}
	if f.tags, err = readTags(cmd, o.tags); err != nil {
		return nil, err
	}
	if f.guards, err = readGuards(cmd, o.guards); err != nil {
		return nil, err
	}
	if len(args) > 0 {
		if f.files, err = fleetFiles(args); err != nil {
			return nil, err
		}
	}
	f.ledger, err = readBill(cmd.Context(), s, o.bills, tariff.Discount)
	return f, err
}

// piece looks at every stream of the part. A file that cannot be read is among what failed.
func (f *fleetReader) piece(ctx context.Context) (*fleet.Piece, error) {
	histories, err := f.sort(ctx)
	if err != nil {
		return nil, err
	}
	bar := startProgress(f.streams.err, len(histories), "looking at streams")
	defer bar.stop()
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	for _, name := range histories {
		if err := f.history(ctx, name); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			f.fail(name, err)
		}
		bar.add()
	}
	if err := f.rest(ctx); err != nil {
		return nil, err
	}
	if len(f.rows) == 0 && len(f.failed) == 0 && f.of == 1 {
		return nil, usageError{errors.New("no history and no workload among the files"), []string{
			"'kcalc history fetch --stream NAME --save DIR/NAME.json' saves the history of a stream"}}
	}
	p := &fleet.Piece{Schema: fleet.PartSchema, Part: f.part, Of: f.of, Files: fleet.NamesHash(slashed(f.files)),
		Version: versionLine(buildVersion(debug.ReadBuildInfo())), Concurrency: f.concurrency(), Rows: f.rows, Failed: f.failed,
		Quotas: f.quotas}
	p.Floors = f.floors(p.Regions())
	return p, ctx.Err()
}

// garbage is how much may be allocated before it is looked for, in % of what is in use. All that a
// stream takes is garbage once its row is there: looking less often than Go does by itself, at 100, takes a
// tenth less CPU, and a few MB more.
const garbage = 150

// slashed returns names as they are on every system.
func slashed(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = filepath.ToSlash(name)
	}
	return list
}

// isMine reports whether a file is of the part that is looked at.
func (f *fleetReader) isMine(name string) bool {
	return fleet.PartOf(filepath.ToSlash(name), f.of) == f.part
}

// fail notes what could not be looked at: the first of its faults, and how many more there are.
func (f *fleetReader) fail(source string, err error) {
	lines := errorLines(err)
	if source = inputName(source); !strings.HasPrefix(lines[0], source+":") {
		lines[0] = source + ": " + lines[0]
	}
	if more := len(lines) - 1; more > 0 {
		lines[0] += fmt.Sprintf("; and %s", unit.Plural(more, "more fault"))
	}
	f.failed = append(f.failed, fleet.Failure{Source: source, Problem: lines[0]})
}

// floors returns what On-demand Advantage takes in each Region that there is.
func (f *fleetReader) floors(regions []model.Region) fleet.Floors {
	floors := fleet.Floors{}
	for _, region := range regions {
		if floor := fleet.FloorOf(&f.limits, f.tariff, region); floor.Known {
			floors[region] = floor.Value
		}
	}
	return floors
}

// concurrency returns how many invocations an account may have at once, 0 for AWS's default.
func (f *fleetReader) concurrency() int {
	var n unit.Count
	if s, ok := f.common.Settings["account.lambda_concurrency"]; ok && n.UnmarshalText([]byte(s.Text)) == nil {
		return int(n)
	}
	return 0
}

// history adds the row of the stream of a history file.
func (f *fleetReader) history(ctx context.Context, name string) error {
	s, err := f.subject(ctx, name)
	if err != nil {
		return err
	}
	return f.add(ctx, s)
}

// subject returns the stream of a history file, to be looked at.
func (f *fleetReader) subject(ctx context.Context, name string) (*fleet.Subject, error) {
	h, err := f.read(ctx, name)
	if err != nil {
		return nil, err
	}
	if h.Stream == "" {
		return nil, fmt.Errorf("%s: the history does not say of which stream it is (allowed: \"stream\" in the file)", name)
	}
	region := model.Region(cmp.Or(string(h.Region), f.common.Settings["region"].Text))
	if region == "" {
		return nil, fmt.Errorf("%s: the history does not say in which Region the stream is (allowed: \"region\" in the file, "+
			"or --region)", name)
	}
	evidence, err := fit.FitContext(ctx, h, &f.limits)
	if err != nil {
		return nil, err
	}
	declared, from := f.workloadOf(h.Stream, region)
	sample, err := f.laySample(h.Stream, region, &declared, &h.Configuration.Value, &evidence)
	if err != nil {
		return nil, err
	}
	w, inputs, err := review.Workload(&f.limits, &evidence, declared)
	if err != nil {
		return nil, inputError(f.cmd, err)
	}
	if w.Region == "" {
		w.Region = region
	}
	w.Stream = h.Stream
	b := review.Basis{Limits: &f.limits, History: h, Evidence: &evidence, Source: name + from + sample, Inputs: inputs,
		Tariff: f.tariff}
	return f.about(&b, &w, name, h.Account), nil
}

// read reads a history file. Its warnings are in the rows.
func (f *fleetReader) read(ctx context.Context, name string) (*model.History, error) {
	in := openInput(ctx, f.streams.in, name)
	defer in.Close()
	h, _, err := historyfile.Read(name, in)
	if err != nil {
		var faults input.Errors
		if !errors.As(err, &faults) {
			err = fileError(name, err)
		}
		return nil, err
	}
	return h, nil
}

// about returns a stream with what tags and guards say of it.
func (f *fleetReader) about(b *review.Basis, w *model.Workload, file, account string) *fleet.Subject {
	s := &fleet.Subject{Basis: b, Workload: w, File: file, Account: account}
	number, tags := f.tags.of(account, w.Region, w.Stream)
	s.Account, s.Tags = cmp.Or(account, number), tags
	s.Owner = f.ownerOf(tags)
	s.Guard = f.guards.of(w.Stream, tags)
	return s
}

// add adds the row of a stream.
func (f *fleetReader) add(ctx context.Context, s *fleet.Subject) error {
	row, err := fleet.Look(ctx, s)
	if err != nil {
		return err
	}
	f.rows = append(f.rows, row)
	return nil
}

// ownerOf returns the owner that the tags name.
func (f *fleetReader) ownerOf(tags []fleet.Tag) string {
	for _, key := range f.owner {
		for _, t := range tags {
			if strings.EqualFold(t.Key, key) {
				return t.Value
			}
		}
	}
	return ""
}

// rest looks at the streams that workload files declare, and of which there is no history.
func (f *fleetReader) rest(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(f.declared)) {
		for _, d := range f.declared[name] {
			if d.used || !f.isMine(d.file) {
				continue
			}
			if err := f.declaredAlone(ctx, &d); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				f.fail(d.file, err)
				last := &f.failed[len(f.failed)-1]
				last.Stream, last.Region = name, d.region
			}
		}
	}
	f.leaveSamples()
	return nil
}

// declaredAlone looks at a stream that is only declared.
func (f *fleetReader) declaredAlone(ctx context.Context, d *declaredStream) error {
	declared := d.declaration
	sample, err := f.laySample(model.Name(declared.Settings["stream"].Text), d.region, &declared, nil, nil)
	if err != nil {
		return err
	}
	w, inputs, err := declared.Resolve()
	if err != nil {
		return inputError(f.cmd, err)
	}
	if w.Region == "" {
		return errors.New("the workload does not say in which Region the stream is (allowed: region in the file, or --region)")
	}
	b := review.Basis{Limits: &f.limits, Source: d.file + sample, Inputs: inputs, Tariff: f.tariff}
	return f.add(ctx, f.about(&b, &w, d.file, ""))
}
