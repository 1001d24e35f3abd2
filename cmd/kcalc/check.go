package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/check"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

// checkOptions are the flags of check.
type checkOptions struct {
	source           sourceFlags
	output           outputFlag
	policy, baseline string
}

func newCheck(s streams) *cobra.Command {
	o := checkOptions{output: outputFlag{formats: report.CheckFormats()}}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Passes or fails: do streams carry their workloads, within a policy? For CI",
		Long: `Check passes or fails streams as they are declared, planned or running: whether
their shards carry the workload, whether an update will be refused, what starts a
bill, which settings of mappings lose data or block a shard, which alarms are
missing, and what a policy allows.

Streams are those of a Terraform plan (--plan), a template (--template) or a change
set (--changeset), each matched with the workload file (-f) that names its address
('resource') or its name ('stream'); -f takes a folder too. Without infrastructure
as code they are those of the workload files. With --history or --stream the traffic
is what was measured. Without any traffic, what a plan alone shows is checked, and
what is not known is named as a finding, never guessed. It passes by itself, and
fails with 'deny_unknown: true' in the policy; a rule of the policy that needs it
fails without it.

Rules of your own go into a policy (--policy); 'kcalc help policy' lists its keys.

With --baseline, a plan or template of before, a finding that it has as well does
not fail, and the increase is that against it.

The exit code is 0 when nothing fails, 3 when something does; the answer is printed
all the same.`,
		Example: `  terraform show -json plan.out | kcalc check --plan -
  kcalc check --plan plan.json -f streams/ --policy kcalc-policy.yaml -o markdown
  kcalc check --template template.yaml -f stream.yaml -o sarif --out kcalc.sarif
  kcalc check -f streams/ -o junit`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runCheck(cmd, s, &o) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "What is held to what", func() {
		cmd.Flags().StringVar(&o.policy, "policy", "", "policy `file`, in YAML: limits, modes, exceptions ('kcalc help policy')")
		cmd.Flags().StringVar(&o.baseline, "baseline", "", "`file` of a plan, template or change set of before: what it has "+
			"as well does not fail")
		must(cmd.MarkFlagFilename("policy", "yaml", "yml", "json"))
		must(cmd.MarkFlagFilename("baseline", "yaml", "yml", "json"))
	})
	o.source.bind(cmd)
	groupFlags(cmd, answerHeading, func() { o.output.bind(cmd) })
	return cmd
}

func runCheck(cmd *cobra.Command, s streams, o *checkOptions) error {
	format, formatErr := o.output.parse()
	policy, policyErr := o.readPolicy(cmd)
	tariff, tariffErr := o.source.tariff.tariff(cmd)
	r := checkReader{options: o, sideReader: sideReader{cmd: cmd, streams: s, tariff: tariff,
		options: &diffOptions{stream: o.source.history.streamFlags, input: o.source.input}}}
	err := joinUsageErrors(joinUsageErrors(formatErr, policyErr), tariffErr)
	if err == nil {
		err = r.files()
	}
	if err != nil {
		return err
	}
	q, err := r.request(r.stack, r.stackFile)
	if err != nil {
		return err
	}
	if o.baseline != "" {
		if q.Baseline, err = r.baseline(&policy); err != nil {
			return err
		}
	}
	q.Policy, q.Now = policy, now()
	answer, err := check.For(cmd.Context(), q)
	if err != nil {
		return err
	}
	answer.Notices = append(answer.Notices, r.notices...)
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteCheck(w, &answer, format, t)
	}); err != nil {
		return err
	}
	return fitsError(answer.Passed)
}

// readPolicy reads the policy; without a file nothing but AWS's limits is checked.
func (o *checkOptions) readPolicy(cmd *cobra.Command) (check.Policy, error) {
	if !cmd.Flags().Changed("policy") {
		return check.Policy{}, nil
	}
	data, err := readInput(cmd.Context(), cmd.InOrStdin(), o.policy)
	if err != nil {
		return check.Policy{}, err
	}
	p, err := check.ReadPolicy(inputName(o.policy), data)
	return p, policyError(err)
}

// policyError returns what is wrong with a policy, with the key that was meant where one is near.
func policyError(err error) error {
	var faults input.Errors
	if !errors.As(err, &faults) {
		return err
	}
	for i := range faults {
		if f := &faults[i]; f.Problem == check.UnknownKey {
			f.Problem += didYouMean(f.Value, policyKeys())
		}
	}
	return usageError{faults, []string{"'kcalc help policy' lists the keys of a policy and what each takes"}}
}

// checkReader reads what is checked.
type checkReader struct {
	sideReader
	options   *checkOptions
	workloads []namedWorkload
	others    []review.Side // that are no workloads and not of infrastructure as code
	stack     *iac.Stack
	stackFile string
}

// namedWorkload is what a workload file declares, with the flags over it.
type namedWorkload struct {
	file        string
	declaration input.Declaration
	used        bool
}

func (w *namedWorkload) name() string {
	s := w.declaration.Settings
	if resource := s["resource"].Text; resource != "" {
		return resource
	}
	return s["stream"].Text
}

// line returns where a file says how many shards there are, or else whose it is; 0 where it says neither.
func (w *namedWorkload) line() int {
	for _, key := range []string{"current_shards", "stream", "resource"} {
		if s, there := w.declaration.Settings[key]; there && s.Source == model.File {
			return s.Where.Line
		}
	}
	return 0
}

// files reads every file that is given, those of folders among them.
func (r *checkReader) files() error {
	in := &r.options.source.input
	if err := in.planned.files(r.cmd); err != nil {
		return err
	}
	for _, given := range in.files {
		list, err := expanded(given)
		if err != nil {
			return err
		}
		for _, name := range list {
			if err := r.file(name); err != nil {
				return err
			}
		}
	}
	r.stack, r.stackFile = in.planned.stack, in.planned.file
	history := &r.options.source.history
	if history.given(r.cmd) {
		if err := r.history(history); err != nil {
			return err
		}
	}
	if r.stack == nil && len(r.workloads)+len(r.others) == 0 {
		flags := in.flagDraft(r.cmd)
		if len(flags.Settings)+len(flags.Consumers) == 0 {
			return usageError{errors.New("nothing to check: --plan, --template, --changeset, --file, --history or --stream names it"),
				[]string{helpHint(r.cmd)}}
		}
		r.workloads = append(r.workloads, namedWorkload{file: "flags", declaration: flags})
	}
	return nil
}

// history reads what was measured, with the flags over it, and the workload file of its stream. In
// a check of infrastructure as code that file is of the planned stream too.
func (r *checkReader) history(flags *historyFlags) error {
	r.declared = r.options.source.input.flagDraft(r.cmd)
	h, source, err := flags.history(r.cmd, r.streams, r.declared)
	if err != nil {
		return err
	}
	for i := range r.workloads {
		if w := &r.workloads[i]; w.name() == string(h.Stream) || w.name() == "" && len(r.workloads) == 1 {
			r.declared = w.declaration
			if r.stack == nil {
				r.workloads = slices.Delete(r.workloads, i, i+1)
			}
			break
		}
	}
	sides, err := r.measured(source, h)
	if err == nil {
		r.others = append(r.others, sides.list...)
	}
	return err
}

// expanded returns a file, or the files of a folder that may be workloads, in order.
func expanded(name string) ([]string, error) {
	info, err := os.Stat(name)
	if name == "-" || name == "" || err != nil || !info.IsDir() {
		return []string{name}, nil // reading says what is wrong
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, fileError(name, err)
	}
	var list []string
	for _, e := range entries {
		if slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(e.Name()))) && !e.IsDir() {
			list = append(list, filepath.Join(name, e.Name()))
		}
	}
	if len(list) == 0 {
		return nil, usageError{fmt.Errorf("%s: no workload files in this folder (.yaml, .yml, .json)", name), nil}
	}
	return list, nil
}

// file reads a file of -f.
func (r *checkReader) file(name string) error {
	if name == "" {
		return usageError{errors.New("--file: empty (allowed: the path of a file or folder, or - for standard input)"), nil}
	}
	data, err := readInput(r.cmd.Context(), r.cmd.InOrStdin(), name)
	if err != nil {
		return err
	}
	file := name
	name = inputName(name)
	switch kind := input.Recognize(data[:min(len(data), recognized)]); kind {
	case input.KeysFile:
		return r.options.source.input.giveSample(file, data)
	case input.WorkloadFile, input.UnknownFile:
		d := input.Read(name, data)
		if len(d.Errors) > 0 {
			return usageError{d.Errors, nil}
		}
		d.Merge(r.options.source.input.flagDraft(r.cmd))
		r.workloads = append(r.workloads, namedWorkload{file: name, declaration: d})
		return nil
	case input.TerraformPlan, input.TemplateFile, input.ChangeSetFile:
		return r.options.source.input.planned.read(r.cmd, name, kind, data)
	case input.DescriptionFile:
		r.declared = r.options.source.input.flagDraft(r.cmd)
		sides, err := r.description(name, data)
		if err == nil {
			r.others = append(r.others, sides.list...)
		}
		return err
	default:
		return usageError{input.Error{Where: input.Position{Name: name, Line: 1, Column: 1}, Problem: kind.String() +
			", not a workload", Allowed: kind.WayOut()}, nil}
	}
}

// request returns what is checked: the streams of infrastructure as code, or else those of
// workloads and of what was read.
func (r *checkReader) request(stack *iac.Stack, file string) (*check.Request, error) {
	limits := model.PublishedLimits()
	q := &check.Request{Stack: stack, Limits: &limits, Source: file}
	if stack == nil {
		return q, r.declaredSubjects(q)
	}
	if err := r.plannedSubjects(q); err != nil {
		return nil, err
	}
	for i := range r.workloads {
		if w := &r.workloads[i]; !w.used {
			q.Unmatched = append(q.Unmatched, notice.CheckUnmatched(w.file, w.name()))
		}
	}
	return q, nil
}

// declaredSubjects adds the streams of workload files and of what was measured.
func (r *checkReader) declaredSubjects(q *check.Request) error {
	var names []string
	for i := range r.workloads {
		w := &r.workloads[i]
		side, err := r.side(w.file, w.declaration)
		if err != nil {
			return err
		}
		side.Shards = shardsOf(&side.Workload)
		q.Subjects = append(q.Subjects, check.Subject{Pair: unchanged(&side), Address: side.Name, File: w.file, Line: w.line()})
		names = append(names, w.file)
	}
	for i := range r.others {
		side := &r.others[i]
		q.Subjects = append(q.Subjects, check.Subject{Pair: unchanged(side), Address: side.Name, File: side.Source})
		names = append(names, side.Source)
	}
	q.Source = strings.Join(names, ", ")
	return nil
}

// unchanged returns the states of a stream that nothing changes.
func unchanged(s *review.Side) review.Pair { return review.Pair{Before: s, After: s} }

// plannedSubjects adds the streams of infrastructure as code, before and after.
func (r *checkReader) plannedSubjects(q *check.Request) error {
	before := q.Stack.Before()
	were := map[string]*iac.Stream{}
	for _, stream := range before.There() {
		were[stream.Address] = stream
	}
	parts, which, found := q.Stack.Parts(), r.options.source.input.planned.resource, false
	var left []string
	for i := range parts {
		stream := parts[i].Stream
		if which != "" && which != stream.Address && !(stream.After != nil && stream.After.Name.Value == which) {
			left = append(left, r.leave(stream)...)
			continue
		}
		found = true
		if err := r.plannedSubject(q, &parts[i], before, were[stream.Address]); err != nil {
			return err
		}
	}
	if which != "" && !found {
		return usageError{fmt.Errorf("%s: no stream %q", q.Source, which), nil}
	}
	if len(left) > 0 {
		r.notices = append(r.notices, notice.CheckLeft(which, left))
	}
	return nil
}

// leave takes the workloads of a stream that is not checked for used, and returns their files.
func (r *checkReader) leave(stream *iac.Stream) []string {
	var files []string
	for i := range r.workloads {
		if w := &r.workloads[i]; !w.used && w.isOf(stream) {
			w.used = true
			files = append(files, w.file)
		}
	}
	return files
}

// isOf reports whether a workload names a stream, by its address or else by its name.
func (w *namedWorkload) isOf(stream *iac.Stream) bool {
	state := stream.After
	if state == nil {
		state = stream.Before
	}
	resource, name := w.declaration.Settings["resource"].Text, w.declaration.Settings["stream"].Text
	if resource != "" {
		return resource == stream.Address
	}
	return name != "" && state.Name.Known() && name == state.Name.Value
}

// plannedSubject adds a stream of infrastructure as code.
func (r *checkReader) plannedSubject(q *check.Request, p *iac.Parts, before *iac.Stack, was *iac.Stream) error {
	declared := r.workloadOf(p.Stream, len(q.Stack.Streams) == 1)
	s := check.Subject{Address: p.Stream.Address, Parts: p}
	if p.Stream.After != nil && p.Stream.Action != iac.Delete {
		side, err := r.plannedStream(q.Source, q.Stack, p.Stream, declared)
		if err != nil {
			return err
		}
		s.After = &side
	}
	if was != nil {
		side, err := r.plannedStream(q.Source, before, was, declared)
		if err != nil {
			return err
		}
		s.Before = &side
	}
	for i := range r.others {
		if other := &r.others[i]; s.After != nil && (len(q.Stack.Streams) == 1 || other.Workload.Stream == s.After.Workload.Stream) {
			s.Before = other
		}
	}
	q.Subjects = append(q.Subjects, s)
	return nil
}

// workloadOf returns what is declared of a stream: by its address, by its name, or where there is
// one stream alone, by a file that names none.
func (r *checkReader) workloadOf(stream *iac.Stream, only bool) input.Declaration {
	for i := range r.workloads {
		if w := &r.workloads[i]; w.isOf(stream) || w.name() == "" && only {
			w.used = true
			return w.declaration
		}
	}
	return r.options.source.input.flagDraft(r.cmd)
}

// baseline checks the file of before by the same policy.
func (r *checkReader) baseline(policy *check.Policy) (*check.Answer, error) {
	data, err := readInput(r.cmd.Context(), r.cmd.InOrStdin(), r.options.baseline)
	if err != nil {
		return nil, err
	}
	name := inputName(r.options.baseline)
	kind := input.Recognize(data[:min(len(data), recognized)])
	p := r.options.source.input.planned
	p.stack = nil
	if err := p.read(r.cmd, name, kind, data); err != nil {
		return nil, err
	}
	told := len(r.notices)
	q, err := r.request(p.stack, name)
	if err != nil {
		return nil, err
	}
	r.notices = r.notices[:told]
	q.Policy, q.Now = *policy, now()
	answer, err := check.For(r.cmd.Context(), q)
	return &answer, err
}
