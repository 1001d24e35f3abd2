// Package iac reads what infrastructure as code declares of Kinesis streams: Terraform and
// OpenTofu plans, CloudFormation and SAM templates, and CloudFormation change sets. [Read]
// returns a [Stack]: streams, enhanced fan-out registrations, event source mappings and
// alarms, each with its address, as they are now and as they will be.
//
// A property that is declared, one that has a default, one that is not set, and one that is
// known only once it is applied are four things ([Origin]). What cannot be resolved is a
// [Fault] with its address, and is never guessed.
package iac

import "github.com/kcalc/kcalc/model"

// Format is what a file is.
type Format string

// The formats that [Read] takes.
const (
	TerraformPlan Format = "Terraform plan"
	Template      Format = "CloudFormation template"
	ChangeSet     Format = "CloudFormation change set"
)

// Stack is what a file declares.
type Stack struct {
	Format   Format
	Complete bool // false where the plan leaves resources out, as with -target

	Streams   []Stream
	Consumers []Consumer
	Mappings  []Mapping
	Alarms    []Alarm
	Functions []Function

	Faults []Fault // what could not be resolved, in the order of the file

	Lines map[string]int // of a template: where each resource begins, by its logical id
}

// Action is what happens to a resource.
type Action string

// The actions. A template says only what is there: its resources have Declare.
const (
	Create  Action = "create"
	Update  Action = "update"
	Delete  Action = "delete"
	Replace Action = "replace"
	Keep    Action = "no-op"
	Forget  Action = "forget" // stays, without being managed any more
	Declare Action = "declare"
)

// Resource is where a resource stands, and what happens to it.
type Resource struct {
	Address  string // aws_kinesis_stream.orders["eu"], or a logical id
	Previous string // the address before, where the resource moved
	Action   Action
}

// Stream is a Kinesis data stream. Before is nil where there is none yet, and where a
// template does not say; After is nil where it goes.
type Stream struct {
	Resource
	Before, After *StreamState
}

// StreamState is what is set of a stream.
type StreamState struct {
	Name           Setting[string]
	Region         Setting[string]
	Mode           Setting[model.Mode]
	Shards         Setting[int] // absent on demand, whatever the file says
	RetentionHours Setting[int]
	ShardMetrics   Setting[[]string] // shard-level metrics, by name
	MaxRecordKiB   Setting[int]
	WarmMiB        Setting[float64] // MiB/s
}

// Consumer is an enhanced fan-out registration.
type Consumer struct {
	Resource
	Before, After *ConsumerState
}

// ConsumerState is what is set of a registration.
type ConsumerState struct {
	Name   Setting[string]
	Stream Link
}

// Mapping is a Lambda event source mapping whose source is a Kinesis stream or a
// registration of one, or may be.
type Mapping struct {
	Resource
	Before, After *MappingState
}

// MappingState is what is set of a mapping.
type MappingState struct {
	Function  Setting[string]
	Source    Link // the stream
	Consumer  Link // the registration that it reads through, if it does
	BatchSize Setting[int]
	Factor    Setting[int] // parallelization factor
	Window    Setting[int] // batching window, seconds
	Tumbling  Setting[int] // tumbling window, seconds
	Retries   Setting[int] // -1 for ever
	MaxAge    Setting[int] // seconds; -1 for ever
	Bisect    Setting[bool]
	OnFailure Setting[bool] // has a destination for batches that failed
	Partial   Setting[bool] // reports which items of a batch failed
	Enabled   Setting[bool]
	Filters   Setting[int] // how many filter patterns
}

// Function is a Lambda function, as far as its mappings depend on it.
type Function struct {
	Resource
	Before, After *FunctionState
}

// FunctionState is what is set of a function.
type FunctionState struct {
	Name                Setting[string]
	TimeoutSeconds      Setting[int]
	ReservedConcurrency Setting[int]
}

// Alarm is a CloudWatch alarm on metrics of a stream or of a function.
type Alarm struct {
	Resource
	Before, After *AlarmState
}

// AlarmState is what an alarm watches.
type AlarmState struct {
	Metrics []string // names, such as GetRecords.IteratorAgeMilliseconds
	Stream  Link     // empty for an alarm on a function
	Owner   Setting[string]
}

// Link is what a resource belongs to: another of the file by its address, or one that is
// elsewhere by its name.
type Link struct {
	Address string // of a resource of the file
	Name    string // of a stream, a registration or a function that is not in the file
	Why     string // why neither is known; "" where one is, and where there is no link
}

// Known reports whether the link leads somewhere.
func (l Link) Known() bool { return l.Address != "" || l.Name != "" }

// Fault is something that could not be resolved.
type Fault struct {
	Address string // of the resource, "" for the file
	Path    string // of the property, "" for the resource
	Problem string
}

func (r *Stream) after() *StreamState     { return r.After }
func (r *Consumer) after() *ConsumerState { return r.After }
func (r *Mapping) after() *MappingState   { return r.After }
func (r *Function) after() *FunctionState { return r.After }
func (r *Alarm) after() *AlarmState       { return r.After }
