package iac

import (
	"strings"
	"testing"
)

// Each stream has what reads and watches it; what is not linked is told for the file.
func TestParts(t *testing.T) {
	const arn = `"arn:aws:kinesis:us-east-1:123456789012:stream/b"`
	s := mustRead(t, plan(strings.Join([]string{
		created("aws_kinesis_stream.a", `{"name": "a", "shard_count": 1}`, `{}`),
		created("aws_kinesis_stream.b", `{"name": "b", "shard_count": 0}`, `{}`),
		created("aws_kinesis_stream_consumer.c", `{"name": "c", "stream_arn": `+arn+`}`, `{}`),
		created("aws_lambda_event_source_mapping.m", `{"function_name": "f", "event_source_arn": `+arn+`}`, `{}`),
		created("aws_lambda_event_source_mapping.loose", `{"function_name": "f"}`, `{"event_source_arn": true}`),
		created("aws_lambda_function.f", `{"function_name": "f"}`, `{}`),
		created("aws_cloudwatch_metric_alarm.w", `{"namespace": "AWS/Kinesis", "metric_name": "IncomingBytes", "dimensions": {"StreamName": "b"}}`, `{}`),
	}, ","), noConfiguration), Options{})
	parts := s.Parts()
	if a := parts[0]; len(a.Consumers)+len(a.Mappings)+len(a.Alarms)+len(a.Functions)+len(a.Faults) != 0 {
		t.Errorf("%+v", a)
	}
	if b := parts[1]; len(b.Consumers) != 1 || len(b.Mappings) != 1 || len(b.Alarms) != 1 || len(b.Functions) != 1 || len(b.Faults) != 1 {
		t.Errorf("%+v", b)
	}
	if loose := s.Loose(); len(loose) != 1 || loose[0].Address != "aws_lambda_event_source_mapping.loose" {
		t.Errorf("%+v", loose)
	}
}
