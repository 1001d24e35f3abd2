package historyfile

import (
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// File is the shape of kcalc's own file, kcalc.history/v1. A key that is absent
// is not known. Times are RFC 3339; durations, sizes and bandwidths are texts
// such as 1d, 1MiB and 4MiB/s, as package model reads them.
type File struct {
	Schema        string         `json:"schema" jsonschema:"enum=kcalc.history/v1" jsonschema_description:"version of this form"`
	Stream        string         `json:"stream,omitzero" jsonschema:"pattern=^[A-Za-z0-9_.-]{1\\,128}$" jsonschema_description:"name of the stream"`
	Region        string         `json:"region,omitzero" jsonschema:"pattern=^[a-z]{2\\,4}(-[a-z]+){1\\,3}-[0-9]{1\\,2}$" jsonschema_description:"code of the AWS Region"`
	From          time.Time      `json:"from" jsonschema_description:"when the window begins"`
	To            time.Time      `json:"to" jsonschema_description:"when the window ends, just before it"`
	Fetched       time.Time      `json:"fetched,omitzero" jsonschema_description:"when it was read from AWS"`
	Configuration *Configuration `json:"configuration,omitzero" jsonschema_description:"what the stream was set to when it was fetched"`
	Warnings      []Warning      `json:"warnings,omitzero" jsonschema_description:"what could not be read, and what else is to be known of it"`
	Series        []Series       `json:"series" jsonschema_description:"the metrics, each once"`
}

// Configuration is what a stream is set to. Numbers are pointers where 0 is not
// the same as not known.
type Configuration struct {
	Mode           string     `json:"mode,omitzero" jsonschema:"enum=provisioned,enum=on-demand,enum=on-demand-advantage" jsonschema_description:"how AWS bills the stream"`
	OpenShards     *int       `json:"open_shards,omitzero" jsonschema:"minimum=0" jsonschema_description:"number of open shards"`
	Shards         []Shard    `json:"shards,omitzero" jsonschema_description:"open shards, by where their hash range begins"`
	Retention      string     `json:"retention,omitzero" jsonschema_description:"how long the stream keeps a record, such as 1d"`
	MaxRecordSize  string     `json:"max_record_size,omitzero" jsonschema_description:"largest record with its partition key, such as 1MiB"`
	WarmThroughput string     `json:"warm_throughput,omitzero" jsonschema_description:"what an on-demand stream is kept warm for, such as 4MiB/s"`
	ShardMetrics   []string   `json:"shard_metrics,omitzero" jsonschema_description:"shard-level metrics that are on, by the names that AWS has for them"`
	Consumers      []Consumer `json:"consumers,omitzero" jsonschema_description:"enhanced fan-out consumers that are registered"`
	Functions      []Function `json:"functions,omitzero" jsonschema_description:"Lambda functions that read the stream"`
}

// Shard is an open shard.
type Shard struct {
	ID        string `json:"id" jsonschema_description:"such as shardId-000000000000"`
	FirstHash string `json:"first_hash" jsonschema:"pattern=^[0-9]{1\\,39}$" jsonschema_description:"first hash key that it takes, decimal, of 128 bits"`
	LastHash  string `json:"last_hash" jsonschema:"pattern=^[0-9]{1\\,39}$" jsonschema_description:"last hash key that it takes"`
}

// Consumer is an enhanced fan-out consumer.
type Consumer struct {
	Name   string `json:"name" jsonschema:"pattern=^[A-Za-z0-9_.-]{1\\,128}$" jsonschema_description:"name of the consumer"`
	Status string `json:"status" jsonschema_description:"such as ACTIVE"`
}

// Function is a Lambda function and its event source mapping.
type Function struct {
	Name                  string `json:"name" jsonschema_description:"name of the function"`
	State                 string `json:"state" jsonschema_description:"such as Enabled"`
	FanOut                string `json:"fan_out,omitzero" jsonschema:"pattern=^[A-Za-z0-9_.-]{1\\,128}$" jsonschema_description:"enhanced fan-out consumer that it reads as; else it polls"`
	BatchSize             int    `json:"batch_size" jsonschema:"minimum=0" jsonschema_description:"records of an invocation, at most"`
	BatchingWindow        string `json:"batching_window" jsonschema_description:"how long a batch is waited for, such as 1s"`
	ParallelizationFactor int    `json:"parallelization_factor" jsonschema:"minimum=0" jsonschema_description:"concurrent invocations of a shard"`
	MaximumRetries        *int   `json:"maximum_retries,omitzero" jsonschema:"minimum=0" jsonschema_description:"retries of a batch; else until the record expires"`
	MaximumRecordAge      string `json:"maximum_record_age,omitzero" jsonschema_description:"age beyond which a record is dropped, such as 1h; else until it expires"`
	BisectOnError         bool   `json:"bisect_on_error" jsonschema_description:"whether a batch that fails is halved"`
}

// Warning is what a reader of the history should know.
type Warning struct {
	ID      string `json:"id" jsonschema_description:"stable name of the warning"`
	Message string `json:"message" jsonschema_description:"what is so"`
	Remedy  string `json:"remedy" jsonschema_description:"what would change it"`
}

// Series is one metric over time. Below the level of the stream one of Consumer,
// Shard and Function says what it was measured of.
type Series struct {
	Metric    string `json:"metric" jsonschema_description:"the name that AWS has for it, such as IncomingBytes"`
	Statistic string `json:"statistic" jsonschema:"enum=Sum,enum=Maximum,enum=Average" jsonschema_description:"how CloudWatch summed up a period; each metric has one"`
	Unit      string `json:"unit" jsonschema:"enum=B,enum=records,enum=calls,enum=ms,enum=errors" jsonschema_description:"of the values"`
	Consumer  string `json:"consumer,omitzero" jsonschema_description:"enhanced fan-out consumer that it was measured of"`
	Shard     string `json:"shard,omitzero" jsonschema_description:"shard that it was measured of"`
	Function  string `json:"function,omitzero" jsonschema_description:"Lambda function that it was measured of"`
	Runs      []Run  `json:"runs" jsonschema_description:"parts of the window whose points are evenly spaced, in the order of time"`
}

// Run is a part of a series whose points are evenly spaced.
type Run struct {
	Start  time.Time `json:"start" jsonschema_description:"when the first period begins"`
	Period string    `json:"period" jsonschema_description:"length of a period, in whole seconds, such as 1m"`
	Values []Value   `json:"values" jsonschema:"minItems=1" jsonschema_description:"one for each period; null where there is no point"`
}

// Value is the value of a period: a number that is not negative, or null.
type Value float64

// fileOf is a history as its file has it, without the series.
func fileOf(h *model.History) File {
	f := File{
		Schema: model.HistorySchema, Stream: string(h.Stream), Region: string(h.Region),
		From: h.From.UTC(), To: h.To.UTC(), Configuration: configurationOf(h.Configuration),
	}
	if !h.Fetched.IsZero() {
		f.Fetched = h.Fetched.UTC()
	}
	for _, w := range h.Warnings {
		f.Warnings = append(f.Warnings, Warning{shown(w.ID), shown(w.Message), shown(w.Remedy)})
	}
	return f
}

// shown is a text without what does not show.
func shown(text string) string { return untrusted.Excerpt(text, len(text)) }

func configurationOf(known model.Maybe[model.Configuration]) *Configuration {
	if !known.Known {
		return nil
	}
	c := known.Value
	return &Configuration{
		Mode:           textOf(c.Mode, func(m model.Mode) string { return string(m) }),
		OpenShards:     pointer(c.OpenShards),
		Shards:         listOf(c.Shards, func(s model.Shard) Shard { return Shard{shown(s.ID), s.FirstHash, s.LastHash} }),
		Retention:      textOf(c.Retention, unit.Duration.String),
		MaxRecordSize:  textOf(c.MaxRecordSize, unit.Bytes.String),
		WarmThroughput: textOf(c.WarmThroughput, unit.BytesPerSecond.String),
		ShardMetrics:   listOf(c.ShardMetrics, shown),
		Consumers:      listOf(c.Consumers, func(c model.FanOutConsumer) Consumer { return Consumer{string(c.Name), shown(c.Status)} }),
		Functions:      listOf(c.Functions, functionOf),
	}
}

func functionOf(f model.Function) Function {
	return Function{
		Name: shown(f.Name), State: shown(f.State), FanOut: textOf(f.FanOut, model.Name.String),
		BatchSize: f.BatchSize, BatchingWindow: f.BatchingWindow.String(), ParallelizationFactor: f.ParallelizationFactor,
		MaximumRetries: pointer(f.MaximumRetries), MaximumRecordAge: textOf(f.MaximumRecordAge, unit.Duration.String),
		BisectOnError: f.BisectOnError,
	}
}

// textOf is the text of what is known, else "".
func textOf[T any](m model.Maybe[T], text func(T) string) string {
	if !m.Known {
		return ""
	}
	return text(m.Value)
}

func pointer[T any](m model.Maybe[T]) *T {
	if !m.Known {
		return nil
	}
	return &m.Value
}

// listOf is a list as a file has it: nil where it is not known, else not nil.
func listOf[T, F any](m model.Maybe[[]T], of func(T) F) []F {
	if !m.Known {
		return nil
	}
	list := make([]F, len(m.Value))
	for i, t := range m.Value {
		list[i] = of(t)
	}
	return list
}
