package iac

import (
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
)

// Defaults of AWS and of the Terraform provider. Sources: CloudFormation's resource
// reference of AWS::Kinesis::Stream and AWS::Lambda::EventSourceMapping, and the
// documentation of the provider's aws_kinesis_stream and
// aws_lambda_event_source_mapping (both read 2026-11).
const (
	defaultRetentionHours = 24
	defaultRecordKiB      = 1024
	defaultBatchSize      = 100
	defaultFactor         = 1
	forEver               = -1
	defaultTimeout        = 3 // seconds
)

// streamState reads a stream. A shard count on an on-demand stream says nothing.
func streamState(p *properties) *StreamState {
	s := StreamState{
		Name:           p.text(names{"name", "Name"}),
		Region:         p.text(names{"region", ""}),
		Mode:           mode(p),
		Shards:         p.whole(names{"shard_count", "ShardCount"}),
		RetentionHours: p.whole(names{"retention_period", "RetentionPeriodHours"}).or(defaultRetentionHours, ofAWS),
		ShardMetrics:   p.list(names{"shard_level_metrics", "DesiredShardLevelMetrics"}),
		MaxRecordKiB:   p.whole(names{"max_record_size_in_kib", "MaxRecordSizeInKiB"}).or(defaultRecordKiB, ofAWS),
		WarmMiB:        p.number(names{"warm_throughput_mib_ps", "WarmThroughputMiBps"}),
	}
	if s.MaxRecordKiB.Origin == Unknown { // the provider takes what AWS has
		s.MaxRecordKiB = defaultOf(defaultRecordKiB, ofAWS)
	}
	switch {
	case s.Mode.Known() && s.Mode.Value != model.Provisioned:
		s.Shards = Setting[int]{}
	case s.Shards.Origin == Absent && s.Mode.Known():
		p.fault(names{"shard_count", "ShardCount"}, "missing: a provisioned stream needs one")
		s.Shards = Setting[int]{Origin: Unknown, Why: "it is not set"}
	case s.Shards.Known() && s.Shards.Value < 1:
		p.fault(names{"shard_count", "ShardCount"}, "%d shards: at least 1 is needed", s.Shards.Value)
		s.Shards = Setting[int]{Origin: Unknown, Why: "it is below 1"}
	}
	return &s
}

// mode reads the billing mode. Left out, it is provisioned: in Terraform the provider's
// default, which a plan to create shows as unknown.
func mode(p *properties) Setting[model.Mode] {
	path := names{"stream_mode_details.stream_mode", "StreamModeDetails.StreamMode"}
	text := p.text(path)
	owner := ofAWS
	if p.dialect == terraform {
		owner = ofTerraform
	}
	switch {
	case text.Origin == Absent, p.dialect == terraform && text.Origin == Unknown:
		return defaultOf(model.Provisioned, owner)
	case text.Origin == Unknown:
		return Setting[model.Mode]{Origin: Unknown, Why: text.Why}
	case text.Value == "PROVISIONED":
		return declared(model.Provisioned)
	case text.Value == "ON_DEMAND":
		return declared(model.OnDemandStandard)
	}
	p.fault(path, "%q: neither PROVISIONED nor ON_DEMAND", text.Value)
	return Setting[model.Mode]{Origin: Unknown, Why: "it cannot be read"}
}

// consumerState reads an enhanced fan-out registration, without its link.
func consumerState(p *properties) *ConsumerState {
	return &ConsumerState{Name: p.text(names{"name", "ConsumerName"})}
}

// mappingState reads an event source mapping, without its links.
func mappingState(p *properties) *MappingState {
	partial := p.list(names{"function_response_types", "FunctionResponseTypes"})
	return &MappingState{
		Function:  p.text(names{"function_name", "FunctionName"}),
		BatchSize: p.whole(names{"batch_size", "BatchSize"}).or(defaultBatchSize, ofAWS),
		Factor:    p.whole(names{"parallelization_factor", "ParallelizationFactor"}).or(defaultFactor, ofAWS),
		Window: p.whole(names{"maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"}).
			or(0, ofAWS),
		Tumbling:  p.whole(names{"tumbling_window_in_seconds", "TumblingWindowInSeconds"}).or(0, ofAWS),
		Retries:   p.whole(names{"maximum_retry_attempts", "MaximumRetryAttempts"}).or(forEver, ofAWS),
		MaxAge:    p.whole(names{"maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds"}).or(forEver, ofAWS),
		Bisect:    p.flag(names{"bisect_batch_on_function_error", "BisectBatchOnFunctionError"}).or(false, ofAWS),
		OnFailure: p.present(names{"destination_config.on_failure.destination_arn", "DestinationConfig.OnFailure.Destination"}).or(false, ofAWS),
		Partial:   Setting[bool]{slices.Contains(partial.Value, "ReportBatchItemFailures"), partial.Origin, "", partial.Why}.or(false, ofAWS),
		Enabled:   p.flag(names{"enabled", "Enabled"}).or(true, ofAWS),
		Filters:   p.count(names{"filter_criteria.filter", "FilterCriteria.Filters"}).or(0, ofAWS),
	}
}

// functionState reads a Lambda function. Terraform writes -1 for no reservation.
func functionState(p *properties) *FunctionState {
	f := FunctionState{
		Name:           p.text(names{"function_name", "FunctionName"}),
		TimeoutSeconds: p.whole(names{"timeout", "Timeout"}).or(defaultTimeout, ofAWS),
		ReservedConcurrency: p.whole(names{"reserved_concurrent_executions",
			"ReservedConcurrentExecutions"}),
	}
	if f.ReservedConcurrency.Known() && f.ReservedConcurrency.Value < 0 {
		f.ReservedConcurrency = Setting[int]{}
	}
	return &f
}

// alarmState reads what an alarm watches, without its link. It reports false for an alarm
// on something else than Kinesis and Lambda.
func alarmState(p *properties) (*AlarmState, bool) {
	var a AlarmState
	watched := false
	one := func(namespace, metric Setting[string]) {
		if namespace.Known() && namespace.Value != "AWS/Kinesis" && namespace.Value != "AWS/Lambda" {
			return
		}
		if metric.Known() {
			watched = watched || namespace.Known()
			a.Metrics = append(a.Metrics, metric.Value)
		}
	}
	one(p.text(names{"namespace", "Namespace"}), p.text(names{"metric_name", "MetricName"}))
	queries, _ := p.find(names{"metric_query", "Metrics"}).([]any)
	for _, q := range queries {
		inner := properties{tree: q, dialect: p.dialect, address: p.address, faults: p.faults}
		one(inner.text(names{"metric.namespace", "MetricStat.Metric.Namespace"}),
			inner.text(names{"metric.metric_name", "MetricStat.Metric.MetricName"}))
	}
	return &a, watched
}

// arn is what of an ARN says which stream, registration or function it names.
type arn struct{ service, region, kind, name, consumer string }

// parseARN reads arn:partition:service:region:account:kind/name, and for Lambda
// function:name.
func parseARN(text string) (arn, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return arn{}, false
	}
	a := arn{service: parts[2], region: parts[3]}
	if a.service == "lambda" {
		kind, rest, _ := strings.Cut(parts[5], ":")
		a.kind = kind
		a.name, _, _ = strings.Cut(rest, ":")
		return a, true
	}
	path := strings.Split(parts[5], "/")
	a.kind = path[0]
	if len(path) > 1 {
		a.name = path[1]
	}
	if len(path) > 3 && path[2] == "consumer" {
		a.consumer, _, _ = strings.Cut(path[3], ":")
	}
	return a, true
}
