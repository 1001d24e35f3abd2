package main

import (
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/description"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

// recognized is how much of a file is looked at to tell what it is.
const recognized = 64 << 10

// file adds a file of -f to what is declared: a workload, or a description of the stream,
// which is kept apart. What is neither is told where it belongs.
func (in *workloadFlags) file(cmd *cobra.Command, name string, draft *input.Declaration) error {
	data, err := readInput(cmd.Context(), cmd.InOrStdin(), name)
	if err != nil {
		return err
	}
	file := name
	name = inputName(name)
	switch kind := input.Recognize(data[:min(len(data), recognized)]); kind {
	case input.KeysFile:
		return in.giveSample(file, data)
	case input.WorkloadFile, input.UnknownFile:
		draft.Merge(input.Read(name, data))
	case input.DescriptionFile:
		draft.Errors = append(draft.Errors, in.described.Read(name, data)...)
	case input.TerraformPlan, input.TemplateFile, input.ChangeSetFile:
		return in.planned.read(cmd, name, kind, data)
	default:
		draft.Errors = append(draft.Errors, input.Error{Where: input.Position{Name: name, Line: 1, Column: 1},
			Problem: kind.String() + ", not a workload", Allowed: kind.WayOut()})
	}
	return nil
}

// overDescribed lays what was declared over what descriptions say of the stream, key by key
// where both have a consumer. It returns what is to be known of them.
func overDescribed(s *description.Stream, declared *input.Declaration) []notice.Notice {
	if !s.Known() {
		return nil
	}
	base, notices := s.Declaration()
	for i, c := range declared.Consumers {
		for _, measured := range base.Consumers {
			if measured["name"].Text == c["name"].Text {
				declared.Consumers[i] = input.JoinConsumer(measured, c)
			}
		}
	}
	base.Merge(*declared)
	*declared = base
	return slices.DeleteFunc(notices, func(n notice.Notice) bool { return isAnswered(&n, declared) })
}

// skewDescribed declares the skew of the hash ranges that descriptions show, where neither
// the metrics of shards nor what was declared has one. It returns what is to be known of it.
func skewDescribed(s *description.Stream, e *fit.Evidence, declared *input.Declaration) []notice.Notice {
	if !s.Known() {
		return nil
	}
	base, notices := s.Declaration()
	skew, ok := base.Settings["producer.skew"]
	if _, given := declared.Settings["producer.skew"]; ok && !given && !e.Skew.Known {
		declared.Settings["producer.skew"] = skew
	}
	return slices.DeleteFunc(notices, func(n notice.Notice) bool {
		kind, _ := notice.Find(n.ID)
		return isAnswered(&n, declared) || kind.ID == notice.FilterShareUnknownID // which the history has now, and tells
	})
}

// isAnswered reports whether what a notice asks for was declared.
func isAnswered(n *notice.Notice, declared *input.Declaration) bool {
	if n.ID == "hash-ranges-uneven" {
		return declared.Settings["producer.skew"].Source != model.Measured || declared.Placed != nil
	}
	name, about := strings.CutPrefix(n.ID, "filter-share-unknown.")
	for _, c := range declared.Consumers {
		if _, filter := c["filter"]; about && filter && c["name"].Text == name {
			return true
		}
	}
	return false
}

// describedInputs returns what descriptions say that is no input of a workload: the mode,
// and how many shards an on-demand stream has.
func describedInputs(s *description.Stream) []model.Input {
	var list []model.Input
	if s.Mode.Known {
		list = append(list, model.Input{Name: "mode", Value: string(s.Mode.Value), Source: model.Measured})
	}
	if s.OnDemand() && s.OpenShards.Known {
		list = append(list, model.Input{Name: "current_shards", Value: s.OpenShards.Value, Source: model.Measured})
	}
	return list
}

// describe puts what descriptions say of a stream into its history, where it goes before
// what the history says. The skew of the hash ranges is taken where no metrics of shards
// show the real one, which the caller knows.
func describe(h *model.History, s *description.Stream) {
	if !s.Known() {
		return
	}
	if h.Stream == "" {
		h.Stream = s.Name
	}
	if h.Region == "" {
		h.Region = s.Region
	}
	c := h.Configuration.Value
	replace(&c.Mode, s.Mode)
	replace(&c.OpenShards, s.OpenShards)
	replace(&c.Shards, s.Shards)
	replace(&c.Retention, s.Retention)
	replace(&c.MaxRecordSize, s.MaxRecordSize)
	replace(&c.WarmThroughput, s.WarmThroughput)
	replace(&c.ShardMetrics, s.ShardMetrics)
	replace(&c.Consumers, s.Consumers)
	replace(&c.Functions, s.Functions)
	h.Configuration = model.Known(c)
}

// replace takes what is known.
func replace[T any](old *model.Maybe[T], by model.Maybe[T]) {
	if by.Known {
		*old = by
	}
}
