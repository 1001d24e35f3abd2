package fakeaws

import (
	"os"
	"testing"
)

// What .ci/servers sets for the command that it runs.
const (
	kinesisVariable     = "KCALC_TEST_KINESIS"
	nodeModulesVariable = "KCALC_TEST_NODE_MODULES"
	requireVariable     = "KCALC_TEST_REQUIRE"
)

// Kinesis returns the address of a Kinesis server that is not of this project. All tests
// share it: let each make streams of its own names, and delete them. As AWS's it
// makes five at a time and refuses more with a LimitExceededException, which the
// SDK tries again. Where there is none the test is skipped, or fails if
// KCALC_TEST_REQUIRE is set.
func Kinesis(tb testing.TB) string {
	tb.Helper()
	return provided(tb, kinesisVariable, "the address of a Kinesis server")
}

// NodeModules returns a folder that has the npm package @aws-sdk/client-cloudwatch, a
// second client of CloudWatch. Where there is none the test is skipped, or fails
// if KCALC_TEST_REQUIRE is set.
func NodeModules(tb testing.TB) string {
	tb.Helper()
	return provided(tb, nodeModulesVariable, "a folder with @aws-sdk/client-cloudwatch")
}

func provided(tb testing.TB, variable, what string) string {
	tb.Helper()
	value := os.Getenv(variable)
	switch {
	case value != "":
	case os.Getenv(requireVariable) != "":
		tb.Fatalf("%s is set, and %s is not (%s). Run: .ci/servers go test ./...", requireVariable, variable, what)
	default:
		tb.Skipf("%s is not set (%s). Run: .ci/servers go test ./...", variable, what)
	}
	return value
}
