package main

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// tariffFlags say what a cost rests on besides the workload.
type tariffFlags struct {
	prices                     string
	discount                   textFlag
	ingest, retrieval, streams textFlag
	metrics, region            textFlag
}

func (f *tariffFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	bindPrices(cmd, &f.prices)
	f.bindDiscount(cmd)
	f.ingest.kind, f.retrieval.kind, f.streams.kind = "bandwidth", "bandwidth", "count"
	flags.Var(&f.ingest, "account-ingest", "what the account's other on-demand streams in the Region take in, on "+
		"average, such as 40MiB/s")
	flags.Var(&f.retrieval, "account-retrieval", "what is read from them, on average")
	flags.Var(&f.streams, "account-streams", "how many they are")
	bindMetrics(cmd, &f.metrics)
	f.bindRegion(cmd)
	for _, name := range []string{"account-ingest", "account-retrieval", "account-streams"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
}

// bindPrices binds what prices rest on alone: of a whole account, the other streams are known.
func (f *tariffFlags) bindPrices(cmd *cobra.Command) {
	bindPrices(cmd, &f.prices)
	f.bindDiscount(cmd)
	f.bindRegion(cmd)
}

func (f *tariffFlags) bindDiscount(cmd *cobra.Command) {
	f.discount.kind = "fraction"
	cmd.Flags().Var(&f.discount, "discount", "negotiated discount on every price (0% to 100%)")
	must(cmd.RegisterFlagCompletionFunc("discount", cobra.NoFileCompletions))
}

func (f *tariffFlags) bindRegion(cmd *cobra.Command) {
	f.region.kind = "region"
	cmd.Flags().Var(&f.region, "price-region", "price by the prices of another Region, which the answer says")
	must(cmd.RegisterFlagCompletionFunc("price-region", completeRegions))
}

// tariff reads the flags and the prices. It returns all that is wrong with the flags at once.
func (f *tariffFlags) tariff(cmd *cobra.Command) (*cost.Tariff, error) {
	t := &cost.Tariff{Hours: cost.HoursPerMonth}
	var faults input.Errors
	read := func(name string, flag *textFlag, allowed string, parse func(string) error) {
		if !cmd.Flags().Changed(name) {
			return
		}
		if err := parse(flag.text); err != nil {
			faults = append(faults, input.Error{Where: input.Position{Name: "--" + name}, Value: flag.text, Problem: err.Error(),
				Allowed: allowed})
		}
	}
	const bandwidth = "a bandwidth such as 40MiB/s"
	read("discount", &f.discount, "0% to 100%, as 12% or 0.12", func(text string) (err error) {
		t.Discount, err = unit.ParseDiscount(text)
		return err
	})
	read("account-ingest", &f.ingest, bandwidth,
		func(text string) error { return t.Account.Ingest.UnmarshalText([]byte(text)) })
	read("account-retrieval", &f.retrieval, bandwidth,
		func(text string) error { return t.Account.Retrieval.UnmarshalText([]byte(text)) })
	read("account-streams", &f.streams, "a whole number", func(text string) error {
		n, err := unit.ParseCount(text)
		t.Account.Streams = int(n)
		return err
	})
	read("price-region", &f.region, "the code of a Region such as us-east-1",
		func(text string) error { return t.Region.UnmarshalText([]byte(text)) })
	read(metricsFlag, &f.metrics, allowedMetrics(), func(text string) (err error) {
		t.Metrics, err = parseMetrics(text)
		return err
	})
	if len(faults) > 0 {
		return nil, usageError{faults, []string{helpHint(cmd)}}
	}
	catalogue, err := loadPrices(f.prices)
	t.Catalogue = catalogue
	return t, err
}

// inputs returns the flags that were set, as inputs of the answer.
func (f *tariffFlags) inputs(cmd *cobra.Command, t *cost.Tariff) []model.Input {
	var list []model.Input
	add := func(flag, name string, value any, unit string) {
		if cmd.Flags().Changed(flag) {
			list = append(list, model.Input{Name: name, Value: value, Unit: unit, Source: model.Flag})
		}
	}
	add("discount", "discount", t.Discount.String(), "")
	add("account-ingest", "account.ingest", float64(t.Account.Ingest), "B/s")
	add("account-retrieval", "account.retrieval", float64(t.Account.Retrieval), "B/s")
	add("account-streams", "account.streams", t.Account.Streams, "")
	add("price-region", "price_region", t.Region, "")
	add(metricsFlag, "shard_level_metrics", t.Metrics, "")
	return list
}

// now returns the time at which prices are old or new: that of SOURCE_DATE_EPOCH, which makes
// answers reproducible (https://reproducible-builds.org/specs/source-date-epoch), else the
// clock's.
func now() time.Time {
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0)
	}
	return time.Now()
}

// staleness returns a warning where prices that an answer rests on are old.
func staleness(region model.Region, bills ...[]model.CostLine) []notice.Notice {
	var dates []string
	for _, lines := range bills {
		for _, l := range lines {
			dates = append(dates, l.AsOf)
		}
	}
	if w, stale := price.Aged(region, dates, now()); stale {
		return []notice.Notice{w}
	}
	return nil
}

// joinUsageErrors joins what is wrong with the workload and with other flags into one error of
// usage. Of other errors it returns the first.
func joinUsageErrors(a, b error) error {
	var x, y usageError
	if errors.As(a, &x) && errors.As(b, &y) {
		return usageError{errors.Join(x.error, y.error), slices.Compact(append(x.hints, y.hints...))}
	}
	if a != nil {
		return a
	}
	return b
}
