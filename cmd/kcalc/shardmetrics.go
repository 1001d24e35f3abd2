package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// metricsFlag says which shard-level metrics are on. By itself it is all of them.
const (
	metricsFlag = "shard-level-metrics"
	allMetrics  = "ALL" // as AWS names them
)

func bindMetrics(cmd *cobra.Command, f *textFlag) {
	f.kind = "metrics"
	cmd.Flags().Var(f, metricsFlag, "with the cost of shard-level metrics, provisioned: how many of a shard are on, or "+
		"their names; by itself all")
	cmd.Flags().Lookup(metricsFlag).NoOptDefVal = allMetrics
	must(cmd.RegisterFlagCompletionFunc(metricsFlag,
		cobra.FixedCompletions(metricWords(), cobra.ShellCompDirectiveNoFileComp)))
}

func metricWords() []string { return append([]string{allMetrics}, model.ShardMetrics()...) }

func allowedMetrics() string {
	return fmt.Sprintf("a number from 0 to %d, ALL, or names with commas between them: %s", len(model.ShardMetrics()),
		strings.Join(model.ShardMetrics(), ", "))
}

// parseMetrics returns how many shard-level metrics of a shard a text names: a number,
// all, or names, in any case.
func parseMetrics(text string) (int, error) {
	all := model.ShardMetrics()
	if strings.EqualFold(text, allMetrics) {
		return len(all), nil
	}
	if n, err := unit.ParseCount(text); err == nil {
		if n < 0 || int(n) > len(all) {
			return 0, errors.New("out of range")
		}
		return int(n), nil
	}
	var on []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		place := slices.IndexFunc(all, func(known string) bool { return strings.EqualFold(known, name) })
		switch {
		case place < 0 && strings.EqualFold(name, allMetrics):
			return 0, errors.New("ALL has every other metric in it")
		case place < 0:
			return 0, fmt.Errorf("unknown metric %q%s", name, didYouMean(name, all))
		case slices.Contains(on, all[place]):
			return 0, fmt.Errorf("%s is there twice", all[place])
		}
		on = append(on, all[place])
	}
	return len(on), nil
}

// measureMetrics takes the shard-level metrics that a stream has on, where its history says
// so and no flag says otherwise. It returns them as an input of the answer.
func (b *basis) measureMetrics(cmd *cobra.Command) []model.Input {
	if b.History == nil || cmd.Flags().Changed(metricsFlag) {
		return nil
	}
	on := len(b.History.Configuration.Value.ShardMetrics.Value)
	if on == 0 {
		return nil
	}
	b.Tariff.Metrics = on
	return []model.Input{{Name: "shard_level_metrics", Value: on, Source: model.Measured}}
}
