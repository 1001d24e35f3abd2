package model

// ConsumerUse is what a consumer gets of the recommended shards, and how it runs on them.
type ConsumerUse struct {
	Name Name         `json:"name"`
	Type ConsumerType `json:"type"`

	// ReadShare is what it gets of a shard: of a standard consumer an even share of what all
	// of them read.
	ReadShare float64 `json:"read_bytes_per_second_per_shard"`

	Speed      Maybe[float64]     `json:"records_per_second_per_shard"` // of its processors, where it is known
	TotalSpeed Maybe[float64]     `json:"records_per_second_in_all"`    // of all of them, whatever the shards
	Processors Maybe[Processors]  `json:"processors"`                   // of an application with threads or workers
	Function   Maybe[FunctionUse] `json:"function"`                     // of a Lambda function
}

// PutUse is how producers call PutRecords, on average and at the peak.
type PutUse struct {
	Average PutCalls `json:"average"`
	Peak    PutCalls `json:"peak"`
}

// PutCalls are how many calls producers make a second, and the Kinesis records in each.
type PutCalls struct {
	PerSecond float64 `json:"per_second"`
	Records   float64 `json:"records"`
}

// Processors are those of an application: each shard has one.
type Processors struct {
	Shards    int        `json:"processors"`
	Threads   int        `json:"threads_per_processor"`
	Workers   Maybe[int] `json:"workers"`
	PerWorker Maybe[int] `json:"most_processors_per_worker"`
	Idle      Maybe[int] `json:"idle_workers"`
}

// FunctionUse is how often a Lambda function runs. Invocations are estimates.
type FunctionUse struct {
	Concurrency Concurrency        `json:"concurrency"`
	Now         Maybe[Concurrency] `json:"concurrency_now"` // on today's shards
	Average     Invocations        `json:"average"`
	Peak        Invocations        `json:"peak"`
}

// Concurrency is how many invocations of a function may run at once on some shards.
type Concurrency struct {
	Shards   int        `json:"shards"`
	Factor   int        `json:"parallelization_factor"` // 1 where records are aggregated
	Reserved Maybe[int] `json:"reserved"`
	AtOnce   int        `json:"at_once"`
}

// Invocations are how many begin a second, and the Kinesis records in each.
type Invocations struct {
	PerSecond float64 `json:"per_second"`
	Records   float64 `json:"records"`
}
