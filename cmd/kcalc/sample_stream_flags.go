package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/cloudwatch/records"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// sampleStreamFlags say which records of a stream are read, and how slowly.
type sampleStreamFlags struct {
	stream, region string
	from, length   string
	shards         []string
	calls          textFlag
	yes, dryRun    bool
	aws            awsFlags
}

// tip is the end of a stream, from which on records are read as they come.
const tip = "tip"

// defaultSample is how much of a stream is sampled.
const defaultSample = 5 * time.Minute

func (f *sampleStreamFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.stream, "stream", "", "`name` of the stream whose records are read")
	flags.StringVar(&f.region, "region", "",
		"`region` of the stream (default AWS_REGION, AWS_DEFAULT_REGION, else the profile's)")
	flags.StringVar(&f.from, "from", "5m",
		"begin: how long ago, a `time` such as 2026-11-01T18:00Z, or tip for what comes from now on")
	flags.StringVar(&f.length, "for", "", "`duration` that is read of (default up to now, and 5m from the tip)")
	flags.StringSliceVar(&f.shards, "shards", nil, "`ids` of the shards to read, or their numbers as 0,3 (default all)")
	f.calls = textFlag{"1", "number"}
	flags.Var(&f.calls, "max-calls-per-second", "GetRecords calls a second that a shard gets at most (above 0, at most 5)")
	flags.BoolVar(&f.yes, "yes", false, "take more than 20% of the read limits without asking")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would be read, and read no record")
	f.aws.bind(cmd)
	must(cmd.RegisterFlagCompletionFunc("stream", completeStreams))
	must(cmd.RegisterFlagCompletionFunc("region", completeRegions))
	must(cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions([]string{tip}, cobra.ShellCompDirectiveNoFileComp)))
	for _, name := range []string{"for", "shards", "max-calls-per-second"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
}

// sampleRequest is what is read of a stream, as far as flags alone say it.
type sampleRequest struct {
	records.Request
	length time.Duration // 0 up to now
}

// check reads the flags, and returns all that is wrong with them.
func (f *sampleStreamFlags) check(q *sampleRequest) (faults input.Errors) {
	fault := func(name, value, problem, allowed string) {
		faults = append(faults, flagFault(name, value, problem, allowed))
	}
	if err := q.Stream.UnmarshalText([]byte(f.stream)); err != nil {
		fault("stream", f.stream, err.Error(), "the name of a stream: "+model.NamePattern)
	}
	const longest = unit.Day
	if f.length != "" {
		d, err := unit.ParseDuration(f.length)
		switch {
		case err != nil:
			fault("for", f.length, err.Error(), "a duration such as 5m")
		case d < unit.Duration(time.Second) || d > longest:
			fault("for", f.length, "out of range", "1s to 24h")
		}
		q.length = time.Duration(d)
	}
	if _, err := parseWindowEnd(f.from, now()); err != nil && f.from != tip {
		fault("from", f.from, err.Error(), "how long ago, as 5m, a time such as 2026-11-01T18:00Z, or tip")
	}
	if f.shards != nil && len(f.shards) == 0 { // as an empty variable of a shell gives: not all shards
		fault("shards", "", "no shard", "ids of shards, or their numbers as 0,3; all without the flag")
	}
	most := model.PublishedLimits().ShardReadCalls.Value
	const least = 0.01
	rate, err := strconv.ParseFloat(f.calls.text, 64)
	if err != nil || !(rate >= least && rate <= most) {
		fault("max-calls-per-second", f.calls.text, "out of range", "a number from 0.01 to "+unit.Exact(most))
	}
	q.CallsPerSecond = rate
	return faults
}

// window gives a request its time, by AWS's clock: whole seconds, up to the one before now.
func (f *sampleStreamFlags) window(q *sampleRequest, now time.Time) error {
	end := now.Add(-time.Second).Truncate(time.Second)
	q.From, q.To = end, end
	if f.from != tip {
		from, err := parseWindowEnd(f.from, end)
		if err != nil {
			return usageError{err, nil}
		}
		q.From = from.Truncate(time.Second)
	} else if q.length == 0 {
		q.length = defaultSample
	}
	if q.length > 0 {
		q.To = q.From.Add(q.length)
	}
	if !q.From.Before(q.To) || q.From.After(now) {
		return usageError{flagFault("from", f.from, "nothing lies between it and now",
			"a time before now, or tip"), nil}
	}
	return nil
}

// keptSince returns an error where the stream does not keep records since a time.
func keptSince(flag string, from, now time.Time, inv *inventory.Inventory) error {
	if !inv.Retention.Known || now.Sub(from) <= time.Duration(inv.Retention.Value) {
		return nil
	}
	return usageError{flagFault("from", flag, "before what the stream keeps",
		"the last "+inv.Retention.Value.String()), nil}
}

// chosen returns the shards that --shards names.
func (f *sampleStreamFlags) chosen(list []records.Shard) ([]records.Shard, error) {
	if len(f.shards) == 0 {
		return list, nil
	}
	var chosen []records.Shard
	var faults input.Errors
	for _, name := range f.shards {
		name = strings.TrimSpace(name)
		at := slices.IndexFunc(list, func(sh records.Shard) bool { return sh.ID == name || shardNumber(sh.ID) == name })
		switch {
		case at < 0:
			faults = append(faults, flagFault("shards", name, "no shard of the time", shardNames(list)))
		case !slices.Contains(chosen, list[at]):
			chosen = append(chosen, list[at])
		}
	}
	if len(faults) > 0 {
		return nil, usageError{faults, nil}
	}
	return chosen, nil
}

// shardNumber returns the number of a shard's id: 3 of shardId-000000000003.
func shardNumber(id string) string {
	number := strings.TrimLeft(strings.TrimPrefix(id, "shardId-"), "0")
	if number == "" {
		return "0"
	}
	return number
}

func shardNames(list []records.Shard) string {
	const most = 8
	var names []string
	for _, sh := range list[:min(most, len(list))] {
		names = append(names, sh.ID)
	}
	if len(list) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
