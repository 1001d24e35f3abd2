package iac

import (
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
)

const orders = `
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Count: {Type: Number, Default: 4}
  Stage: {Type: String, Default: prod}
  Open: {Type: String}
Mappings:
  Sizes: {prod: {shards: 8}, test: {shards: 1}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Test: !Not [!Condition Prod]
  Late: !Equals [!Ref Open, x]
  Both: !And [!Condition Prod, !Condition Late]
Globals: {Function: {Timeout: 60}}
Resources:
  Plain:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: !Sub "${Stage}-orders"
      ShardCount: !Ref Count
      RetentionPeriodHours: "48"
      DesiredShardLevelMetrics: [IncomingBytes, OutgoingBytes]
  Mapped:
    Type: AWS::Kinesis::Stream
    Properties:
      ShardCount: !FindInMap [Sizes, !Ref Stage, shards]
      StreamEncryption: !If [Prod, {EncryptionType: KMS}, !Ref AWS::NoValue]
  Demand:
    Type: AWS::Kinesis::Stream
    Properties: {Name: demand, ShardCount: 1, StreamModeDetails: {StreamMode: ON_DEMAND}}
  Never:
    Type: AWS::Kinesis::Stream
    Condition: Test
    Properties: {ShardCount: 100}
  Maybe:
    Type: AWS::Kinesis::Stream
    Condition: Late
    Properties: {ShardCount: !Ref Open}
  Lane:
    Type: AWS::Kinesis::StreamConsumer
    Properties: {ConsumerName: lane, StreamARN: !GetAtt Plain.Arn}
  ByLane:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !Ref Lane, FunctionName: f}
  ByName:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !Sub "arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/prod-orders"
      FunctionName: f
      DestinationConfig: {OnFailure: {Destination: !GetAtt Queue.Arn}}
      FunctionResponseTypes: [ReportBatchItemFailures]
      MaximumRetryAttempts: 3
  Imported:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !ImportValue stream, FunctionName: f}
  Queue: {Type: AWS::SQS::Queue}
  OfQueue:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: f}
  Counter:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Clicks: {Type: Kinesis, Properties: {Stream: !GetAtt Demand.Arn, BatchSize: 500, StartingPosition: LATEST}}
        Timer: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  Age:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Kinesis
      MetricName: GetRecords.IteratorAgeMilliseconds
      Dimensions: [{Name: StreamName, Value: !Ref Plain}]
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x}}
`

func TestTemplate(t *testing.T) {
	s := mustRead(t, orders, Options{})
	byAddress := map[string]*StreamState{}
	for _, stream := range s.Streams {
		byAddress[stream.Address] = stream.After
	}
	plain := byAddress["Plain"]
	if plain.Name != declared("prod-orders") || plain.Shards != declared(4) || plain.RetentionHours != declared(48) ||
		plain.Mode != defaultOf(model.Provisioned, ofAWS) || !slices.Equal(plain.ShardMetrics.Value, []string{"IncomingBytes",
		"OutgoingBytes"}) || plain.Region.Known() {
		t.Errorf("%+v", plain)
	}
	if got := byAddress["Mapped"]; got.Shards != declared(8) || got.Name.Why != "CloudFormation chooses it" {
		t.Errorf("%+v", got)
	}
	if got := byAddress["Demand"]; got.Shards.Known() || got.Mode != declared(model.OnDemandStandard) {
		t.Errorf("%+v", got)
	}
	if _, there := byAddress["Never"]; there {
		t.Error("a stream whose condition is false")
	}
	if got := byAddress["Maybe"]; got.Shards.Origin != Unknown || got.Shards.Why != "the parameter Open has no default" {
		t.Errorf("%+v", got)
	}
	mappings := map[string]*MappingState{}
	for _, m := range s.Mappings {
		mappings[m.Address] = m.After
	}
	if got := mappings["ByLane"]; got.Consumer.Address != "Lane" || got.Source.Address != "Plain" {
		t.Errorf("%+v", got)
	}
	if got := mappings["ByName"]; got.Source.Address != "Plain" || got.OnFailure != declared(true) || got.Partial !=
		declared(true) || got.Retries != declared(3) || got.MaxAge != defaultOf(-1, ofAWS) {
		t.Errorf("%+v", got)
	}
	if got := mappings["Counter.Clicks"]; got.Source.Address != "Demand" || got.BatchSize != declared(500) ||
		got.Function != declared("Counter") {
		t.Errorf("%+v", got)
	}
	if len(mappings) != 4 || mappings["Imported"].Source.Known() {
		t.Errorf("%v", mappings)
	}
	if len(s.Alarms) != 1 || s.Alarms[0].After.Stream.Address != "Plain" ||
		!slices.Equal(s.Alarms[0].After.Metrics, []string{"GetRecords.IteratorAgeMilliseconds"}) {
		t.Errorf("%+v", s.Alarms)
	}
	if len(s.Functions) != 1 || s.Functions[0].After.TimeoutSeconds != declared(60) {
		t.Errorf("%+v", s.Functions)
	}
	var faults []string
	for _, f := range s.Faults {
		faults = append(faults, f.Address+": "+f.Problem)
	}
	want := []string{"Imported: unlinked: Fn::ImportValue is solved on deployment",
		"Maybe: Late is decided on deployment: the resource is taken to be there",
		"Nested: a nested stack is not read: give its template by itself"}
	if !slices.Equal(faults, want) {
		t.Errorf("%q", faults)
	}
}

// Parameters change what is declared; one that the template does not have is named.
func TestTemplateParameters(t *testing.T) {
	s := mustRead(t, orders, Options{Region: "eu-west-1", Parameters: map[string]string{"Count": "12", "Stage": "test",
		"Open": "7", "Cuont": "1"}})
	byAddress := map[string]*StreamState{}
	for _, stream := range s.Streams {
		byAddress[stream.Address] = stream.After
	}
	if byAddress["Plain"].Shards != declared(12) || byAddress["Plain"].Name != declared("test-orders") ||
		byAddress["Never"].Shards != declared(100) || byAddress["Mapped"].Shards != declared(1) ||
		byAddress["Plain"].Region != declared("eu-west-1") {
		t.Errorf("%+v", byAddress)
	}
	if _, there := byAddress["Maybe"]; there {
		t.Error("Late is false")
	}
	if s.Faults[0].Problem != "the parameter Cuont is not in the template" {
		t.Errorf("%v", s.Faults)
	}
}

// The same template in JSON, with functions written out, declares the same.
func TestTemplateJSON(t *testing.T) {
	const text = `{"Parameters": {"N": {"Type": "Number", "Default": 3}}, "Resources": {
		"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": {"Fn::Join": ["-", ["a", {"Ref": "N"}]]},
			"ShardCount": {"Fn::Select": [1, {"Fn::Split": [",", "9,5"]}]}}},
		"C": {"Type": "AWS::Kinesis::StreamConsumer", "Properties": {"ConsumerName": "c", "StreamARN": {"Fn::GetAtt": ["S", "Arn"]}}}}}`
	s := mustRead(t, text, Options{})
	if got := s.Streams[0].After; got.Name != declared("a-3") || got.Shards != declared(5) {
		t.Errorf("%+v", got)
	}
	if got := s.Consumers[0].After; got.Stream.Address != "S" {
		t.Errorf("%+v", got)
	}
}

// What cannot be read is an error with its place, and nothing hangs.
func TestTemplateErrors(t *testing.T) {
	deep := "Resources:\n  a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300)
	for text, want := range map[string]string{
		"Resources: []":                "Resources is no mapping",
		"Resources: {a: &x {}, b: *x}": "an alias",
		"Resources: {a: {}, a: {}}":    "",
		deep:                           "nested more than 200 deep",
		"Resources:\n\ta: 1":           "cannot be read",
	} {
		if _, err := readText(text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	var conditions strings.Builder // each twice the one before
	for i := range 60 {
		conditions.WriteString("  C" + string(rune('A'+i%26)) + strings.Repeat("x", i/26) + ": !And [!Condition C" +
			string(rune('A'+(i+1)%26)) + strings.Repeat("x", (i+1)/26) + ", !Condition C" + string(rune('A'+(i+1)%26)) +
			strings.Repeat("x", (i+1)/26) + "]\n")
	}
	s := mustRead(t, "Conditions:\n"+conditions.String()+"  Loop: !Not [!Condition Loop]\nResources:\n  S: {Type: "+
		"AWS::Kinesis::Stream, Condition: CA, Properties: {ShardCount: 1}}\n  L: {Type: AWS::Kinesis::Stream, Condition: "+
		"Loop, Properties: {ShardCount: 1}}\n", Options{})
	if len(s.Streams) != 2 || len(s.Faults) != 2 {
		t.Errorf("%+v", s)
	}
}

// A change set has values before and after; one without them says how to get them.
func TestChangeSet(t *testing.T) {
	const text = `{"StackName": "s", "Changes": [
		{"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "Orders", "ResourceType": "AWS::Kinesis::Stream",
			"Replacement": "False", "BeforeContext": "{\"Properties\":{\"Name\":\"orders\",\"ShardCount\":\"2\",\"RetentionPeriodHours\":\"24\"}}",
			"AfterContext": "{\"Properties\":{\"Name\":\"orders\",\"ShardCount\":\"16\",\"RetentionPeriodHours\":\"48\"}}"}},
		{"Type": "Resource", "ResourceChange": {"Action": "Add", "LogicalResourceId": "Lane", "ResourceType": "AWS::Kinesis::StreamConsumer",
			"AfterContext": "{\"Properties\":{\"ConsumerName\":\"lane\",\"StreamARN\":\"arn:aws:kinesis:us-east-1:1:stream/orders\"}}"}},
		{"Type": "Resource", "ResourceChange": {"Action": "Add", "LogicalResourceId": "M", "ResourceType": "AWS::Lambda::EventSourceMapping",
			"AfterContext": "{\"Properties\":{\"FunctionName\":\"f\",\"EventSourceArn\":\"{{changeSet:KNOWN_AFTER_APPLY}}\"}}"}},
		{"Type": "Resource", "ResourceChange": {"Action": "Remove", "LogicalResourceId": "Old", "ResourceType": "AWS::Kinesis::Stream",
			"BeforeContext": "{\"Properties\":{\"Name\":\"old\",\"ShardCount\":\"1\"}}"}}]}`
	s := mustRead(t, text, Options{Region: "us-east-1"})
	orders := s.Streams[0]
	if s.Complete || orders.Action != Update || orders.Before.Shards != declared(2) || orders.After.Shards != declared(16) ||
		orders.After.RetentionHours != declared(48) || orders.After.Region != declared("us-east-1") {
		t.Errorf("%+v", orders)
	}
	if s.Consumers[0].After.Stream.Address != "Orders" || s.Streams[1].Action != Delete || s.Streams[1].After != nil {
		t.Errorf("%+v", s)
	}
	if len(s.Faults) != 1 || s.Faults[0].Problem != "unlinked: it is known after the change set is applied" {
		t.Errorf("%v", s.Faults)
	}
	_, err := readText(`{"StackName": "s", "Changes": [{"ResourceChange": {"Action": "Add", "LogicalResourceId": "a",
		"ResourceType": "AWS::Kinesis::Stream"}}]}`, Options{})
	if err == nil || !strings.Contains(err.Error(), "IncludePropertyValues") {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(orders)
	f.Add(plan(created("aws_kinesis_stream.a", `{"name": "a"}`, `{"shard_count": true}`), noConfiguration))
	f.Add(`{"StackName": "s", "Changes": [{"ResourceChange": {"ResourceType": "AWS::Kinesis::Stream", "AfterContext": "{}"}}]}`)
	f.Add("Resources: {a: {Type: AWS::Kinesis::Stream, Properties: {Name: !Sub ['${x}', {x: !Ref a}], ShardCount: !If [a]}}}")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := readText(text, Options{})
		if err != nil {
			return
		}
		for _, stream := range s.Streams {
			if stream.After != nil && stream.After.Shards.Known() && stream.After.Shards.Value < 1 {
				t.Errorf("%+v", stream.After)
			}
		}
	})
}
