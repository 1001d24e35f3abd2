package historyfile

import (
	"errors"
	"math/big"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// mostCount bounds counts of things that AWS has far fewer of.
const mostCount = 1_000_000

const durationAllowed = "a duration such as 10s, 1h30m or 7d"

// configuration reads what a stream is set to.
func (o *own) configuration(c *model.Configuration) func(string) {
	count := func(into *int) func(string) { return o.whole(into, 0, mostCount) }
	return func(path string) {
		o.object(path,
			member{"mode", false, known(&c.Mode, o.mode)},
			member{"open_shards", false, known(&c.OpenShards, count)},
			member{"shards", false, known(&c.Shards, func(into *[]model.Shard) func(string) { return list(o.walker, into, "shards", o.shard) })},
			member{"retention", false, known(&c.Retention, o.duration)},
			member{"max_record_size", false, known(&c.MaxRecordSize, func(into *unit.Bytes) func(string) { return o.parsed(into, "a size such as 1MiB") })},
			member{"warm_throughput", false, known(&c.WarmThroughput, func(into *unit.BytesPerSecond) func(string) { return o.parsed(into, "a bandwidth such as 4MiB/s") })},
			member{"shard_metrics", false, known(&c.ShardMetrics, func(into *[]string) func(string) { return list(o.walker, into, "names of metrics", o.label) })},
			member{"consumers", false, known(&c.Consumers, func(into *[]model.FanOutConsumer) func(string) { return list(o.walker, into, "consumers", o.consumer) })},
			member{"functions", false, known(&c.Functions, func(into *[]model.Function) func(string) { return list(o.walker, into, "functions", o.function) })},
		)
	}
}

func (o *own) mode(into *model.Mode) func(string) {
	return o.checked("provisioned, on-demand or on-demand-advantage", func(text string) error {
		*into = model.Mode(text)
		if !slices.Contains(model.Modes(), *into) {
			return errors.New("not a mode")
		}
		return nil
	})
}

func (o *own) shard(s *model.Shard) func(string) {
	return func(path string) {
		o.object(path,
			member{"id", true, o.label(&s.ID)},
			member{"first_hash", true, o.hash(&s.FirstHash)},
			member{"last_hash", true, o.hash(&s.LastHash)},
		)
	}
}

// hash reads a hash key of a shard.
func (o *own) hash(into *string) func(string) {
	return o.checked("a whole number below 2^128, decimal", func(text string) error {
		*into = text
		n, ok := new(big.Int).SetString(text, 10)
		if len(text) > 39 || !ok || n.Sign() < 0 || n.BitLen() > 128 || n.String() != text {
			return errors.New("not a hash key")
		}
		return nil
	})
}

func (o *own) consumer(c *model.FanOutConsumer) func(string) {
	return func(path string) {
		o.object(path,
			member{"name", true, o.parsed(&c.Name, nameAllowed)},
			member{"status", true, o.label(&c.Status)},
		)
	}
}

func (o *own) function(f *model.Function) func(string) {
	count := func(into *int) func(string) { return o.whole(into, 0, mostCount) }
	return func(path string) {
		o.object(path,
			member{"name", true, o.label(&f.Name)},
			member{"state", true, o.label(&f.State)},
			member{"fan_out", false, known(&f.FanOut, func(into *model.Name) func(string) { return o.parsed(into, nameAllowed) })},
			member{"batch_size", true, count(&f.BatchSize)},
			member{"batching_window", true, o.duration(&f.BatchingWindow)},
			member{"parallelization_factor", true, count(&f.ParallelizationFactor)},
			member{"maximum_retries", false, known(&f.MaximumRetries, count)},
			member{"maximum_record_age", false, known(&f.MaximumRecordAge, o.duration)},
			member{"bisect_on_error", true, o.truth(&f.BisectOnError)},
		)
	}
}

func (o *own) duration(into *unit.Duration) func(string) { return o.parsed(into, durationAllowed) }
