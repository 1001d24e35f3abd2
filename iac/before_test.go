package iac

import (
	"testing"

	"github.com/kcalc/kcalc/model/input"
)

// Before has what there is, with what is set of it now, and links by the new addresses.
func TestBefore(t *testing.T) {
	const arn = `"arn:aws:kinesis:us-east-1:123456789012:stream/orders"`
	plan := `{"format_version":"1.2","resource_changes":[
	{"address":"aws_kinesis_stream.new","previous_address":"aws_kinesis_stream.old","mode":"managed","type":"aws_kinesis_stream","name":"new",
	 "change":{"actions":["update"],"before":{"name":"orders","shard_count":2,"retention_period":24},"after":{"name":"orders","shard_count":4,"retention_period":48}}},
	{"address":"aws_kinesis_stream.made","mode":"managed","type":"aws_kinesis_stream","name":"made",
	 "change":{"actions":["create"],"before":null,"after":{"name":"made","shard_count":1}}},
	{"address":"aws_kinesis_stream.gone","mode":"managed","type":"aws_kinesis_stream","name":"gone",
	 "change":{"actions":["delete"],"before":{"name":"gone","shard_count":7},"after":null}},
	{"address":"aws_kinesis_stream_consumer.was","mode":"managed","type":"aws_kinesis_stream_consumer","name":"was",
	 "change":{"actions":["delete"],"before":{"name":"fraud","stream_arn":` + arn + `},"after":null}}]}`
	stack, err := Read(input.TerraformPlan, []byte(plan), Options{Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	shards := func(s *Stack) map[string]int {
		list := map[string]int{}
		for _, r := range s.There() {
			list[r.Address] = r.After.Shards.Value
		}
		return list
	}
	after, before := shards(stack), shards(stack.Before())
	if len(after) != 2 || after["aws_kinesis_stream.new"] != 4 || after["aws_kinesis_stream.made"] != 1 {
		t.Errorf("after: %v", after)
	}
	if len(before) != 2 || before["aws_kinesis_stream.new"] != 2 || before["aws_kinesis_stream.gone"] != 7 {
		t.Errorf("before: %v", before)
	}
	for s, want := range map[*Stack]int{stack: 0, stack.Before(): 1} {
		stream, err := s.Choose("aws_kinesis_stream.new")
		if err != nil {
			t.Fatal(err)
		}
		if p := s.Plan(stream, "plan"); len(p.Declaration.Consumers) != want {
			t.Errorf("%d consumers, want %d", len(p.Declaration.Consumers), want)
		}
	}
}
