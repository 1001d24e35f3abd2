package fakeaws

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// noted is a test that notes how it ended.
type noted struct {
	testing.TB
	skipped, failed string
}

func (n *noted) Helper() {}

func (n *noted) Skipf(format string, args ...any) {
	n.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (n *noted) Fatalf(format string, args ...any) {
	n.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// What the machine does not have skips a test, and fails it in the gate. Both
// say what to run.
func TestProvided(t *testing.T) {
	for variable, get := range map[string]func(testing.TB) string{kinesisVariable: Kinesis,
		nodeModulesVariable: NodeModules} {
		try := func(value, require string) (got string, n *noted) {
			t.Setenv(variable, value)
			t.Setenv(requireVariable, require)
			n = &noted{}
			done := make(chan bool)
			go func() {
				defer close(done)
				got = get(n)
			}()
			<-done
			return got, n
		}
		if got, n := try("there", "1"); got != "there" || n.skipped+n.failed != "" {
			t.Errorf("%s: %q, %v", variable, got, n)
		}
		if _, n := try("", ""); !strings.Contains(n.skipped, variable) ||
			!strings.Contains(n.skipped, ".ci/servers go test") || n.failed != "" {
			t.Errorf("%s: %v", variable, n)
		}
		if _, n := try("", "1"); !strings.Contains(n.failed, variable) ||
			!strings.Contains(n.failed, ".ci/servers go test") || n.skipped != "" {
			t.Errorf("%s: %v", variable, n)
		}
	}
}
