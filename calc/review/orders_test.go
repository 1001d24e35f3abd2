package review_test

import (
	"context"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// limits are what AWS publishes; no test changes them.
var limits = model.PublishedLimits()

// prices are those that are built in, of a month.
func prices() *cost.Tariff {
	return &cost.Tariff{Catalogue: price.Embedded(), Hours: cost.HoursPerMonth}
}

// end is when the windows of the tests end.
var end = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// orders is the evidence of a stream with 20 shards whose peak needs 10 of them,
// and 13 at 80 % utilization: 10,000 records/s of 512 B are 10 times the
// records, and 4.9 times the bytes, that a shard takes.
func orders() *fit.Evidence {
	return &fit.Evidence{
		Stream: "orders", Region: "us-east-1",
		Window:     fit.Window{From: end.Add(-2 * week), To: end, Known: fit.Seconds(2 * week), Share: 1},
		RecordSize: model.Known(unit.Bytes(512)),
		Average:    model.Known(fit.Range{Least: 5000, Most: 5000}),
		Peak:       model.Known(fit.Peak{Range: fit.Range{Least: 10_000, Most: 10_000}, Plan: 10_000}),
		Retention:  model.Known(fit.Seconds(unit.Day)),
		Consumers:  fit.Consumers{Asked: true},
		Shards:     model.Known(20),
		Mode:       model.Known(model.Provisioned),
	}
}

// surge is one that was seen.
func surge(records unit.RecordsPerSecond, length time.Duration) fit.Surge {
	return fit.Surge{Start: end.Add(-week), Length: fit.Seconds(length), Records: records, Plan: records}
}

// function is a Lambda function that reads 500 records in 100 ms, twice at a
// time: 10,000 records/s a shard.
func function(name string) fit.Function {
	return fit.Function{Name: name, Enabled: true, BatchSize: 500, ParallelizationFactor: 2,
		Duration: model.Known(fit.Seconds(100 * time.Millisecond)), Speed: model.Known(unit.RecordsPerSecond(10_000))}
}

// layer declares inputs from a source: key, text, key, text.
func layer(source model.Source, pairs ...string) input.Declaration {
	return input.Declaration{Settings: settings(source, pairs...)}
}

func settings(source model.Source, pairs ...string) input.Settings {
	s := input.Settings{}
	for i := 0; i < len(pairs); i += 2 {
		s[pairs[i]] = input.Setting{Text: pairs[i+1], Source: source}
	}
	return s
}

// flags declares inputs by flags.
func flags(pairs ...string) input.Declaration { return layer(model.Flag, pairs...) }

// consumers declares consumers by flags.
func consumers(list ...input.Settings) input.Declaration { return input.Declaration{Consumers: list} }

// consumer is one that a flag declares.
func consumer(name string, pairs ...string) input.Settings {
	return settings(model.Flag, append([]string{"name", name}, pairs...)...)
}

// workload lays what was declared over what was measured.
func workload(t *testing.T, e *fit.Evidence, declared input.Declaration) (model.Workload, []model.Input) {
	t.Helper()
	w, inputs, err := review.Workload(&limits, e, declared)
	if err != nil {
		t.Fatal(err)
	}
	return w, inputs
}

// reviewed reviews a stream by its evidence and what was declared.
func reviewed(t *testing.T, e *fit.Evidence, declared input.Declaration) review.Review {
	t.Helper()
	w, inputs := workload(t, e, declared)
	h := &model.History{Stream: e.Stream, Region: e.Region, From: e.Window.From, To: e.Window.To}
	return must(
		review.New(
			context.Background(),
			&review.Basis{Limits: &limits, History: h, Evidence: e, Source: "orders.json", Inputs: inputs, Tariff: prices()},
			&w,
		),
	)
}

// must is a value that comes without an error.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
