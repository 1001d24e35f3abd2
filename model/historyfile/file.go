package historyfile

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// The tables below are kcalc's own file, kcalc.history/v1: each key stands in one
// of them, and nowhere else. The reader, the writer and the JSON schema range over
// them. A key that is absent is not known. Times are RFC 3339; durations, sizes and
// bandwidths are texts such as 1d, 1MiB and 4MiB/s, as package unit reads them.

// document is the file as a whole.
type document struct {
	model.History
	schema string
	end    input.Position // where To stands in a file that was read
}

var documentFields = []field[document]{
	required("schema", schemaForm, func(d *document) *string { return &d.schema }, "version of this form"),
	optional("stream", nameForm, func(d *document) *model.Name { return &d.Stream }, "name of the stream"),
	optional("region", regionForm, func(d *document) *model.Region { return &d.Region }, "code of the AWS Region"),
	optional("account", accountForm, func(d *document) *string { return &d.Account }, "number of the AWS account"),
	required("from", timeForm, func(d *document) *time.Time { return &d.From }, "when the window begins"),
	located(required("to", timeForm, func(d *document) *time.Time { return &d.To },
		"when the window ends, just before it"), func(d *document) *input.Position { return &d.end }),
	optional("fetched", timeForm, func(d *document) *time.Time { return &d.Fetched }, "when it was read from AWS"),
	maybe("configuration", configurationForm,
		func(d *document) *model.Maybe[model.Configuration] { return &d.Configuration },
		"what the stream was set to when it was fetched"),
	filled("warnings", listOf("warnings", keptForm), func(d *document) *[]notice.Notice { return &d.Warnings },
		"what could not be read, and what else is to be known of it"),
	required("series", seriesListForm, func(d *document) *document { return d }, "the metrics, each once"),
}

// Keys returns the keys of kcalc's own file, in their order.
func Keys() []Key { return object(documentFields).schema.Keys }

// isOwnKey reports whether kcalc's own file has a key.
func isOwnKey(key string) bool {
	return slices.ContainsFunc(documentFields, func(f field[document]) bool { return f.Name == key })
}

// located returns a field that notes where its value stands in the file.
func located[T any](f field[T], at func(*T) *input.Position) field[T] {
	read := f.read
	f.read = func(r *fileReader, t *T) func(string) {
		*at(t) = r.at()
		return read(r, t)
	}
	return f
}

// filled returns the field for a key that is left out where its list is empty.
func filled[T, V any](key string, f form[[]V], at func(*T) *[]V, doc string) field[T] {
	made := required(key, f, at, doc)
	made.Required, made.given = false, func(t *T) bool { return len(*at(t)) > 0 }
	return made
}

const nameAllowed = "1 to 128 of A-Z a-z 0-9 _ . -"

var (
	nameForm     = parsed[model.Name](nameAllowed).matching(model.NamePattern)
	regionForm   = parsed[model.Region]("the code of a Region such as us-east-1").matching(model.RegionPattern)
	durationForm = parsed[unit.Duration]("a duration such as 10s, 1h30m or 7d")
	labelForm    = printable("1 to 256 bytes of printable text", 1, 256)      // a text that AWS has chosen
	proseForm    = printable("at most 4096 bytes of printable text", 0, 4096) // of a warning
)

// shown returns a text without what does not show.
func shown(text string) string { return untrusted.Excerpt(text, len(text)) }

// keptForm is that of a notice. Its texts stand in the file as a user reads them.
var keptForm = form[notice.Notice]{
	schema: object(warningFields).schema,
	read: func(r *fileReader, n *notice.Notice) func(string) {
		return func(path string) {
			object(warningFields).read(r, n)(path)
			*n = notice.Kept(n.ID, n.Message, n.Remedy)
		}
	},
	write: func(w *fileWriter, n *notice.Notice) {
		object(warningFields).write(w, &notice.Notice{ID: n.ID, Message: notice.Plain(n.Message),
			Remedy: notice.Plain(n.Remedy)})
	},
}

var warningFields = []field[notice.Notice]{
	required("id", labelForm, func(n *notice.Notice) *string { return &n.ID }, "stable name of the warning"),
	required("message", proseForm, func(n *notice.Notice) *string { return &n.Message }, "what is so"),
	required("remedy", proseForm, func(n *notice.Notice) *string { return &n.Remedy }, "what would change it"),
}

// Configuration is what a stream is set to, with the JSON form that it has in the
// file.
type Configuration struct{ model.Configuration }

// MarshalJSON returns the configuration as the file has it.
func (c Configuration) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	w := newWriter(&b)
	configurationForm.write(w, &c.Configuration)
	err := w.out.Flush()
	return b.Bytes(), err
}

var configurationForm = object(configurationFields)

var configurationFields = []field[model.Configuration]{
	maybe("created", timeForm, func(c *model.Configuration) *model.Maybe[time.Time] { return &c.Created },
		"when the stream was created"),
	maybe("mode", modeForm, func(c *model.Configuration) *model.Maybe[model.Mode] { return &c.Mode },
		"how AWS bills the stream"),
	maybe("open_shards", countForm, func(c *model.Configuration) *model.Maybe[int] { return &c.OpenShards },
		"number of open shards"),
	maybe("closed_shards", countForm, func(c *model.Configuration) *model.Maybe[int] { return &c.ClosedShards },
		"number of shards that a split or merge closed, and whose data has not expired yet"),
	maybe("shards", listOf("shards", object(shardFields)),
		func(c *model.Configuration) *model.Maybe[[]model.Shard] { return &c.Shards },
		"open shards, by where their hash range begins"),
	maybe("retention", durationForm, func(c *model.Configuration) *model.Maybe[unit.Duration] { return &c.Retention },
		"how long the stream keeps a record, such as 1d"),
	maybe("max_record_size", parsed[unit.Bytes]("a size such as 1MiB"),
		func(c *model.Configuration) *model.Maybe[unit.Bytes] { return &c.MaxRecordSize },
		"largest record with its partition key, such as 1MiB"),
	maybe("warm_throughput", parsed[unit.BytesPerSecond]("a bandwidth such as 4MiB/s"),
		func(c *model.Configuration) *model.Maybe[unit.BytesPerSecond] { return &c.WarmThroughput },
		"what an on-demand stream is kept warm for, such as 4MiB/s"),
	maybe("shard_metrics", listOf("names of metrics", labelForm),
		func(c *model.Configuration) *model.Maybe[[]string] { return &c.ShardMetrics },
		"shard-level metrics that are on, by the names that AWS has for them"),
	maybe("consumers", listOf("consumers", object(consumerFields)),
		func(c *model.Configuration) *model.Maybe[[]model.FanOutConsumer] { return &c.Consumers },
		"enhanced fan-out consumers that are registered"),
	maybe("functions", listOf("functions", object(functionFields)),
		func(c *model.Configuration) *model.Maybe[[]model.Function] { return &c.Functions }, "Lambda functions that read "+
			"the stream"),
}

// accountForm is that of an account's number.
var accountForm = textForm("12 digits", func(into *string, text string) error {
	const digits = 12
	if len(text) != digits || strings.Trim(text, "0123456789") != "" {
		return errors.New("not the number of an account")
	}
	*into = text
	return nil
}, func(text string) string { return text }).matching(`^[0-9]{12}$`)

var modeForm = textForm(model.OneOf(model.Words(model.Modes())), func(into *model.Mode, text string) error {
	*into = model.Mode(text)
	if !slices.Contains(model.Modes(), *into) {
		return errors.New("not a mode")
	}
	return nil
}, func(m model.Mode) string { return string(m) }).among(model.Words(model.Modes())...)

var shardFields = []field[model.Shard]{
	required("id", labelForm, func(s *model.Shard) *string { return &s.ID }, "such as shardId-000000000000"),
	required("first_hash", hashForm, func(s *model.Shard) *string { return &s.FirstHash },
		"first hash key that it takes, decimal, of 128 bits"),
	required("last_hash", hashForm, func(s *model.Shard) *string { return &s.LastHash }, "last hash key that it takes"),
}

// hashForm is that of a hash key of a shard.
var hashForm = textForm("a whole number below 2^128, decimal", func(into *string, text string) error {
	const digits, bits = 39, 128
	*into = text
	n, ok := new(big.Int).SetString(text, 10)
	if len(text) > digits || !ok || n.Sign() < 0 || n.BitLen() > bits || n.String() != text {
		return errors.New("not a hash key")
	}
	return nil
}, func(text string) string { return text }).matching(`^[0-9]{1,39}$`)

var consumerFields = []field[model.FanOutConsumer]{
	required("name", nameForm, func(c *model.FanOutConsumer) *model.Name { return &c.Name }, "name of the consumer"),
	required("status", labelForm, func(c *model.FanOutConsumer) *string { return &c.Status }, "such as ACTIVE"),
	maybe("created", timeForm, func(c *model.FanOutConsumer) *model.Maybe[time.Time] { return &c.Created },
		"when it was registered"),
}

var functionFields = []field[model.Function]{
	required("name", labelForm, func(f *model.Function) *string { return &f.Name }, "name of the function"),
	required("state", labelForm, func(f *model.Function) *string { return &f.State }, "such as Enabled"),
	maybe("fan_out", nameForm, func(f *model.Function) *model.Maybe[model.Name] { return &f.FanOut },
		"enhanced fan-out consumer that it reads as; else it polls"),
	required("batch_size", countForm, func(f *model.Function) *int { return &f.BatchSize },
		"records of an invocation, at most"),
	required("batching_window", durationForm, func(f *model.Function) *unit.Duration { return &f.BatchingWindow },
		"how long a batch is waited for, such as 1s"),
	required("parallelization_factor", countForm, func(f *model.Function) *int { return &f.ParallelizationFactor },
		"concurrent invocations of a shard"),
	maybe("maximum_retries", countForm, func(f *model.Function) *model.Maybe[int] { return &f.MaximumRetries },
		"retries of a batch; else until the record expires"),
	maybe("maximum_record_age", durationForm,
		func(f *model.Function) *model.Maybe[unit.Duration] { return &f.MaximumRecordAge },
		"age beyond which a record is dropped, such as 1h; else until it expires"),
	required("bisect_on_error", booleanForm, func(f *model.Function) *bool { return &f.BisectOnError },
		"whether a batch that fails is halved"),
	optional("partial_responses", booleanForm, func(f *model.Function) *bool { return &f.PartialResponses },
		"whether the function says which record of a batch has failed"),
	maybe("on_failure", destinationForm,
		func(f *model.Function) *model.Maybe[model.Destination] { return &f.OnFailure },
		"where that goes which is given up; else it is dropped"),
	optional("filters", countForm, func(f *model.Function) *int { return &f.Filters },
		"patterns of its filter, of which a record has to match one to reach the function"),
}

var destinationForm = parsed[model.Destination](model.OneOf(model.Destination("").Choices())).
	among(model.Destination("").Choices()...)

// seriesRecord is a series as the file has it. Below the level of the stream one of
// consumer, shard and function says what it was measured of.
type seriesRecord struct {
	metric, statistic, unit   written
	consumer, shard, function written
	runs                      runList
}

var seriesFields = []field[seriesRecord]{
	required("metric", asWritten("the name of a metric such as IncomingBytes"),
		func(s *seriesRecord) *written { return &s.metric },
		"the name that AWS has for it, such as IncomingBytes"),
	required("statistic", asWritten(model.OneOf(model.Words(model.Statistics()))).among(model.Words(model.Statistics())...),
		func(s *seriesRecord) *written { return &s.statistic }, "how CloudWatch summed up a period; each metric has one"),
	required("unit", asWritten("the unit of the metric such as B").among(model.MetricUnits()...),
		func(s *seriesRecord) *written { return &s.unit }, "of the values"),
	optional("consumer", asWritten(nameAllowed), func(s *seriesRecord) *written { return &s.consumer },
		"enhanced fan-out consumer that it was measured of"),
	optional("shard", asWritten("the id of a shard"), func(s *seriesRecord) *written { return &s.shard },
		"shard that it was measured of"),
	optional("function", asWritten("the name of a function"), func(s *seriesRecord) *written { return &s.function },
		"Lambda function that it was measured of"),
	required("runs", runListForm, func(s *seriesRecord) *runList { return &s.runs },
		"parts of the window whose points are evenly spaced, in the order of time"),
}

var runFields = []field[runRecord]{
	required("start", timeForm, func(r *runRecord) *time.Time { return &r.Start }, "when the first period begins"),
	required("period", periodForm, func(r *runRecord) *unit.Duration { return &r.Period },
		"length of a period, in whole seconds, such as 1m"),
	required("values", valuesForm, func(r *runRecord) *runRecord { return r },
		"one for each period; null where there is no point"),
}
