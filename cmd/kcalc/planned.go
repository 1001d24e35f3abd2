package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// plannedFlags are what a file of infrastructure as code leaves open.
type plannedFlags struct {
	resource   string
	parameters map[string]string

	stack *iac.Stack // of the file of -f that is one
	file  string     // its name
}

func (p *plannedFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.resource, "resource", "", "`address` or name of the stream in a Terraform plan, template or "+
		"change set (-f) that has several")
	cmd.Flags().StringToStringVar(&p.parameters, "parameter", nil, "`NAME=value` of a parameter of a CloudFormation "+
		"template (-f); repeats")
	for _, name := range []string{"resource", "parameter"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
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
	if p.stack == nil {
		if p.resource != "" || len(p.parameters) > 0 {
			return nil, usageError{errors.New("--resource, --parameter: only with a Terraform plan, a template or a change set (-f)"), nil}
		}
		return nil, nil
	}
	stream, err := p.stack.Choose(cmp.Or(p.resource, declared.Settings["stream"].Text))
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", p.file, err), []string{"--resource names the stream"}}
	}
	planned := p.stack.Plan(stream, p.file)
	*declared = overPlanned(planned.Declaration, *declared)
	return &planned, nil
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
// others. They are no shards of today.
func (b *basis) pricePlanned(cmd *cobra.Command, q *review.CostRequest) {
	if b.planned == nil {
		return
	}
	if b.planned.Shards.Known() && !cmd.Flags().Changed("shards") {
		q.Shards = b.planned.Shards.Value
	}
	b.workload.CurrentShards = 0
}

// planMetrics prices the shard-level metrics that infrastructure as code turns on, where no
// flag says others.
func (b *basis) planMetrics(cmd *cobra.Command) {
	if b.Tariff != nil && b.planned.Metrics.Known() && !cmd.Flags().Changed(metricsFlag) {
		b.Tariff.Metrics = metricsOf(b.planned.Metrics.Value)
	}
}
