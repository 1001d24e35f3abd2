package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/description"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

// sideReader reads the sides of a diff.
type sideReader struct {
	cmd      *cobra.Command
	streams  streams
	options  *diffOptions
	declared input.Declaration // laid over each
	tariff   *cost.Tariff
	notices  []notice.Notice
}

// streamPrefix begins the name of a side that is a running stream.
const streamPrefix = "stream:"

// declared returns what flags and workload files say of both sides.
func (o *diffOptions) declared(cmd *cobra.Command) (input.Declaration, error) {
	d, err := o.input.declared(cmd)
	if err == nil && (o.input.planned.stack != nil || o.input.described.Known()) {
		err = usageError{errors.New("--file: no workload: what is compared stands behind the command"),
			[]string{"kcalc diff BEFORE AFTER"}}
	}
	return d, err
}

// read reads a side.
func (r *sideReader) read(name string) (*sides, error) {
	if stream, live := strings.CutPrefix(name, streamPrefix); live {
		return r.running(name, stream)
	}
	data, err := readInput(r.cmd.Context(), r.streams.in, name)
	if err != nil {
		return nil, err
	}
	name = inputName(name)
	switch kind := input.Recognize(data[:min(len(data), recognized)]); kind {
	case input.WorkloadFile, input.UnknownFile:
		d := input.Read(name, data)
		return r.workload(name, d, nil)
	case input.DescriptionFile:
		return r.description(name, data)
	case input.HistoryFile, input.TableFile:
		return r.history(name, data)
	case input.TerraformPlan, input.TemplateFile, input.ChangeSetFile:
		return r.infrastructure(name, kind, data)
	default:
		return nil, usageError{input.Error{Where: input.Position{Name: name, Line: 1, Column: 1}, Problem: kind.String(),
			Allowed: "a workload, a history, a description, a Terraform plan, a template or a change set"}, nil}
	}
}

// workload returns the side of a declaration.
func (r *sideReader) workload(name string, d input.Declaration, mode *model.Mode) (*sides, error) {
	side, err := r.side(name, overPlanned(d, r.declared))
	if err != nil {
		return nil, err
	}
	if mode != nil {
		side.Mode, side.Shards = model.Known(*mode), shardsOf(&side.Workload)
	}
	return &sides{name: name, list: []review.Side{side}}, nil
}

// side resolves what is declared of a stream. Where nothing says what is written, nothing is.
func (r *sideReader) side(name string, d input.Declaration) (review.Side, error) {
	limits := model.PublishedLimits()
	if err := r.laySample(&d, nil, nil); err != nil {
		return review.Side{}, err
	}
	if n := assumeRegion(r.cmd.Context(), &d); n != nil {
		r.addNotices(*n)
	}
	s := review.Side{Basis: review.Basis{Limits: &limits, Tariff: r.tariff, Source: name}, Name: name}
	_, average := d.Settings["producer.average"]
	_, peak := d.Settings["producer.peak"]
	if s.Traffic = average || peak; !s.Traffic {
		d.Settings["producer.average"] = input.Setting{Text: "0", Source: model.Default}
		if _, sized := d.Settings["producer.record_size"]; !sized && len(d.Sizes) == 0 {
			d.Settings["producer.record_size"] = input.Setting{Text: "1KiB", Source: model.Default}
		}
	}
	var err error
	s.Workload, s.Inputs, err = d.Resolve()
	s.Name = cmp.Or(string(s.Workload.Stream), name)
	return s, inputError(r.cmd, err)
}

// laySample lays a sample that is declared below what else is, beside what was measured, if there is
// evidence of that.
func (r *sideReader) laySample(d *input.Declaration, today *model.Configuration, e *fit.Evidence) error {
	notices, err := r.options.input.laySample(r.cmd, d, today, e == nil)
	if err == nil && e != nil {
		notices = append(notices, besideHistory(d, e)...)
	}
	r.addNotices(notices...)
	return err
}

// description returns the side of what the AWS CLI printed.
func (r *sideReader) description(name string, data []byte) (*sides, error) {
	var d description.Stream
	if faults := d.Read(name, data); len(faults) > 0 {
		return nil, usageError{faults, nil}
	}
	base, notices := d.Declaration()
	r.addNotices(notices...)
	mode := cmp.Or(d.Mode.Value, model.Provisioned)
	return r.workload(name, base, &mode)
}

// infrastructure returns the streams that there will be by a file.
func (r *sideReader) infrastructure(name string, kind input.FileKind, data []byte) (*sides, error) {
	p := r.options.input.planned
	p.stack = nil
	if err := p.read(r.cmd, name, kind, data); err != nil {
		return nil, err
	}
	return r.planned(name, p.stack)
}

// planned returns the streams of a stack. What is declared of a stream of another name is not
// laid over them.
func (r *sideReader) planned(name string, stack *iac.Stack) (*sides, error) {
	out := &sides{name: name, stack: stack, previous: map[string]string{}}
	for _, stream := range stack.There() {
		side, err := r.plannedStream(name, stack, stream, r.declared)
		if err != nil {
			return nil, err
		}
		out.previous[stream.Address] = stream.Previous
		out.list = append(out.list, side)
	}
	return out, nil
}

// plannedStream returns the side of a stream of a stack, with what is declared of it.
func (r *sideReader) plannedStream(
	name string, stack *iac.Stack, stream *iac.Stream, declared input.Declaration,
) (review.Side, error) {
	planned := stack.Plan(stream, name)
	of, named := planned.Declaration.Settings["stream"], declared.Settings["stream"].Text
	resource := declared.Settings["resource"].Text
	if resource != "" && resource != stream.Address || resource == "" && named != "" && of.Text != named {
		declared = r.options.input.flagDraft(r.cmd)
	}
	side, err := r.side(stream.Address, overPlanned(planned.Declaration, declared))
	if err != nil {
		return side, fmt.Errorf("%s: %w", stream.Address, err)
	}
	side.Name = stream.Address
	side.Mode = model.Maybe[model.Mode]{Value: planned.Mode.Value, Known: planned.Mode.Known()}
	side.Shards = model.Maybe[int]{Value: planned.Shards.Value, Known: planned.Shards.Known()}
	if planned.Metrics.Known() && r.tariff != nil && !r.cmd.Flags().Changed(metricsFlag) {
		tariff := *r.tariff
		tariff.Metrics = metricsOf(planned.Metrics.Value)
		side.Tariff = &tariff
	}
	r.addNotices(planned.Notices...)
	return side, nil
}

// history returns the side of a history file.
func (r *sideReader) history(name string, data []byte) (*sides, error) {
	h, warnings, err := historyfile.ReadAll([]historyfile.File{{Name: name, In: bytes.NewReader(data)}}, historyfile.Options{})
	if err != nil {
		return nil, historyError(err)
	}
	printWarnings(r.streams.err, warnings)
	return r.measured(name, h)
}

// running returns the side of a stream that is read from AWS.
func (r *sideReader) running(name, stream string) (*sides, error) {
	flags := r.options.stream
	flags.stream, flags.region = stream, r.declared.Settings["region"].Text
	f, err := flags.prepare(r.cmd, r.streams, nil)
	if err != nil {
		return nil, err
	}
	h, err := f.run(r.cmd.Context())
	if err != nil {
		return nil, err
	}
	return r.measured(name, h)
}

// measured returns the side of a history.
func (r *sideReader) measured(name string, h *model.History) (*sides, error) {
	limits := model.PublishedLimits()
	evidence, err := fit.FitContext(r.cmd.Context(), h, &limits)
	if err != nil {
		return nil, err
	}
	declared := r.declared
	if err := r.laySample(&declared, &h.Configuration.Value, &evidence); err != nil {
		return nil, err
	}
	if evidence.Region == "" {
		if n := assumeRegion(r.cmd.Context(), &declared); n != nil {
			r.addNotices(*n)
		}
	}
	s := review.Side{Basis: review.Basis{Limits: &limits, Tariff: r.tariff, Source: name, History: h, Evidence: &evidence},
		Mode: evidence.Mode, Shards: evidence.Shards, Traffic: true}
	s.Workload, s.Inputs, err = review.Workload(&limits, &evidence, declared)
	if err != nil {
		return nil, measuredError(r.cmd, &evidence, err)
	}
	if declared := shardsOf(&s.Workload); declared.Known {
		s.Shards = declared
	}
	s.Name = cmp.Or(string(s.Workload.Stream), name)
	return &sides{name: name, list: []review.Side{s}}, nil
}
