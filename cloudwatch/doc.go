// Package cloudwatch reads a stream's history from Amazon CloudWatch: it plans
// the fewest GetMetricData calls that bring every metric at the finest period
// that CloudWatch still has, makes them, and sees to it that every series comes
// back whole. It makes no other call, and keeps nothing: clients are handed in,
// and what a fetch has read so far goes to whoever asks for it.
package cloudwatch
