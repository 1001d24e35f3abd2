// Package fakeaws has what tests run the real AWS clients against: a
// CloudWatch and a Lambda to plant a stream's history in, a way to a Kinesis that
// somebody else wrote, and a proxy that breaks what passes between any of them
// and a client. It is to be imported by tests alone.
package fakeaws
