package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// plannedFlags are what a file of infrastructure as code leaves open.
type plannedFlags struct {
	plan, template, changeSet string // files
	resource                  string
	parameters                map[string]string

	stack *iac.Stack // of the file that is one
	file  string     // its name
}

func (p *plannedFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&p.plan, "plan", "", "`file` of a Terraform or OpenTofu plan, as 'terraform show -json' prints it")
	flags.StringVar(&p.template, "template", "", "`file` of a CloudFormation or SAM template, in YAML or JSON")
	flags.StringVar(&p.changeSet, "changeset", "", "`file` of a change set, as 'aws cloudformation describe-change-set "+
		"--include-property-values' prints it")
	flags.StringVar(&p.resource, "resource", "", "`address` or name of the stream in a Terraform plan, template or "+
		"change set that has several")
	flags.StringToStringVar(&p.parameters, "parameter", nil, "`NAME=value` of a parameter of a CloudFormation "+
		"template; repeats")
	for _, name := range []string{"resource", "parameter"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	must(cmd.MarkFlagFilename("plan", "json"))
	must(cmd.MarkFlagFilename("changeset", "json"))
	must(cmd.MarkFlagFilename("template", "yaml", "yml", "json"))
}

// files reads the files of --plan, --template and --changeset, of which there is one at most.
func (p *plannedFlags) files(cmd *cobra.Command) error {
	for _, f := range []struct {
		flag, file string
		kind       input.FileKind
	}{{"plan", p.plan, input.TerraformPlan}, {"template", p.template, input.TemplateFile},
		{"changeset", p.changeSet, input.ChangeSetFile}} {
		if !cmd.Flags().Changed(f.flag) {
			continue
		}
		if f.file == "" {
			return usageError{fmt.Errorf("--%s: empty (allowed: the path of %s, or - for standard input)", f.flag, f.kind), nil}
		}
		data, err := readInput(cmd.Context(), cmd.InOrStdin(), f.file)
		if err != nil {
			return err
		}
		name := inputName(f.file)
		if kind := input.Recognize(data[:min(len(data), recognized)]); kind != f.kind {
			return usageError{input.Error{Where: input.Position{Name: name, Line: 1, Column: 1},
				Problem: fmt.Sprintf("%s, not %s", kind, f.kind), Allowed: planFlagOf(kind)}, nil}
		}
		if err := p.read(cmd, name, f.kind, data); err != nil {
			return err
		}
	}
	return nil
}

// planFlagOf says which flag takes a file that another one was given.
func planFlagOf(kind input.FileKind) string {
	switch kind {
	case input.TerraformPlan:
		return "with --plan"
	case input.TemplateFile:
		return "with --template"
	case input.ChangeSetFile:
		return "with --changeset"
	case input.WorkloadFile, input.DescriptionFile:
		return "with --file"
	case input.HistoryFile, input.TableFile:
		return "with --history"
	case input.KeysFile:
		return "with --sample"
	}
	return "what terraform show -json, a template of CloudFormation or describe-change-set has"
}

// read reads a Terraform plan, a template or a change set.
func (p *plannedFlags) read(cmd *cobra.Command, name string, kind input.FileKind, data []byte) error {
	if p.stack != nil {
		return usageError{fmt.Errorf("%s: a second file of infrastructure as code, besides %s", name, p.file), nil}
	}
	region, _ := environmentRegion(cmd.Context())
	if given := cmd.Flags().Lookup("region"); given != nil && given.Changed {
		region.Text = given.Value.String()
	}
	stack, err := iac.Read(kind, data, iac.Options{Region: region.Text, Parameters: p.parameters})
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", name, err), []string{"'kcalc explain files' lists the files that are read"}}
	}
	p.stack, p.file = stack, name
	return nil
}

// over lays what was declared over what the file plans for its stream. It returns nil where
// there is no such file.
func (p *plannedFlags) over(declared *input.Declaration) (*iac.Planned, error) {
	planned, err := p.of(declared, "")
	if planned != nil {
		*declared = overPlanned(planned.Declaration, *declared)
	}
	return planned, err
}

// of returns what the file plans of the stream that is declared, or else of that of a history.
// It returns nil where there is no such file.
func (p *plannedFlags) of(declared *input.Declaration, measured model.Name) (*iac.Planned, error) {
	if p.stack == nil {
		if p.resource != "" || len(p.parameters) > 0 {
			return nil, usageError{errors.New("--resource, --parameter: only with a Terraform plan, a template or a change set"),
				[]string{"--plan, --template and --changeset take one"}}
		}
		return nil, nil
	}
	which := cmp.Or(p.resource, declared.Settings["resource"].Text, declared.Settings["stream"].Text)
	if which == "" && len(p.stack.There()) > 1 {
		which = string(measured)
	}
	stream, err := p.stack.Choose(which)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", p.file, err), []string{"--resource names the stream"}}
	}
	planned := p.stack.Plan(stream, p.file)
	return &planned, nil
}

// shardsKey is the input of the shards that a stream has.
const shardsKey = "current_shards"

// beside adds to what is declared what a file plans and neither that nor the history has: what
// was measured of a stream counts before what is planned of it.
func beside(planned *iac.Planned, measured *fit.Evidence, declared input.Declaration) input.Declaration {
	known := measured.Declaration(nil)
	for key, s := range planned.Declaration.Settings {
		if before := planned.Stream.Before; key == shardsKey { // of which a plan has those to come
			if before == nil || !before.Shards.Known() {
				continue
			}
			s.Text = strconv.Itoa(before.Shards.Value)
		}
		_, said := declared.Settings[key]
		if _, seen := known.Settings[key]; !said && !seen {
			declared.Settings[key] = s
		}
	}
	named := func(list []input.Settings, name string) int {
		return slices.IndexFunc(list, func(c input.Settings) bool { return c["name"].Text == name })
	}
	for _, c := range planned.Declaration.Consumers {
		lacking := maps.Clone(c)
		if i := named(known.Consumers, c["name"].Text); i >= 0 {
			maps.DeleteFunc(lacking, func(key string, _ input.Setting) bool {
				_, seen := known.Consumers[i][key]
				return seen && key != "name"
			})
		}
		if i := named(declared.Consumers, c["name"].Text); i >= 0 {
			declared.Consumers[i] = input.JoinConsumer(lacking, declared.Consumers[i])
		} else {
			declared.Consumers = append(declared.Consumers, lacking)
		}
	}
	return declared
}

// overPlanned lays what was declared over what a file plans, key by key where both have a
// consumer.
func overPlanned(base, declared input.Declaration) input.Declaration {
	base.Settings = maps.Clone(base.Settings)
	declared.Consumers = slices.Clone(declared.Consumers)
	for i, c := range declared.Consumers {
		for _, of := range base.Consumers {
			if of["name"].Text == c["name"].Text {
				declared.Consumers[i] = input.JoinConsumer(of, c)
			}
		}
	}
	base.Merge(declared)
	return base
}

// plannedInputs returns what a plan says that is no input of a workload: the mode, and
// which shard-level metrics are on.
func plannedInputs(p *iac.Planned) []model.Input {
	if p == nil {
		return nil
	}
	var list []model.Input
	if p.Mode.Known() {
		list = append(list, model.Input{Name: "mode", Value: string(p.Mode.Value), Source: model.Planned})
	}
	if p.Metrics.Known() {
		list = append(list, model.Input{Name: "shard_level_metrics", Value: metricsOf(p.Metrics.Value), Source: model.Planned})
	}
	return list
}

// metricsOf returns how many shard-level metrics a list names; ALL is all of them.
func metricsOf(names []string) int {
	for _, name := range names {
		if name == allMetrics {
			return len(model.ShardMetrics())
		}
	}
	return len(names)
}

// pricePlanned prices the shards that infrastructure as code declares, where no flag says
// others. They are no shards of today, which a history alone knows.
func (b *basis) pricePlanned(cmd *cobra.Command, q *review.CostRequest) {
	if b.planned == nil {
		return
	}
	if b.planned.Shards.Known() && !cmd.Flags().Changed("shards") {
		q.Shards = b.planned.Shards.Value
	}
	if b.History == nil {
		b.workload.CurrentShards = 0
	}
}

// planMetrics prices the shard-level metrics that infrastructure as code turns on, where no
// flag says others.
func (b *basis) planMetrics(cmd *cobra.Command) {
	if b.Tariff != nil && b.planned.Metrics.Known() && !cmd.Flags().Changed(metricsFlag) {
		b.Tariff.Metrics = metricsOf(b.planned.Metrics.Value)
	}
}
