package model

import "testing"

// Lambda names a destination by an ARN, or by the URI of a Kafka topic.
func TestDestinationOf(t *testing.T) {
	for name, want := range map[string]Maybe[Destination]{
		"arn:aws:sqs:us-east-1:111122223333:given-up":    Known(ToSQS),
		"arn:aws-cn:sns:cn-north-1:111122223333:topic":   Known(ToSNS),
		"arn:aws:s3:::bucket":                            Known(ToS3),
		"kafka://topic":                                  Known(ToKafka),
		"arn:aws:events:us-east-1:111122223333:bus/main": {},
		"arn:aws":         {},
		"arn:sqs:aws":     {},
		"sqs":             {},
		"":                {},
		"https://sqs.aws": {},
	} {
		if got := DestinationOf(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

// A function reads unless its mapping is switched off, or about to be.
func TestFunctionReads(t *testing.T) {
	for state, want := range map[string]bool{"Enabled": true, "Enabling": true, "Creating": true, "Updating": true, "": true,
		"Disabled": false, "Disabling": false, "Deleting": false} {
		if f := (Function{State: state}); f.Reads() != want {
			t.Errorf("%q: %v", state, f.Reads())
		}
	}
}
