package fakeaws

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// What go test keeps to itself, .ci/test says in its last line: how many tests were
// skipped, and what would run them.
func TestSkippedTestsAreTold(t *testing.T) {
	if out := runTests(t, ".", true, "-run", "^TestKinesis$", "."); out != "ok\n"+
		"skipped tests: 1 without a Kinesis server or a second CloudWatch client (.ci/servers .ci/test has both)\n" {
		t.Errorf("of a test that needs a server:\n%s", out)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/m\n", "m.go": "package m\n",
		"m_test.go": testsOfEveryEnd} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for run, want := range map[string]string{
		"^TestPasses$": "ok\n",
		"^TestNone$":   "ok\n",
		"^TestSkips$":  "ok\nskipped tests: 1 for other reasons (go test -v ./... says which)\n",
		"^TestLacks|^TestSkips$": "ok\nskipped tests: 2 without a Kinesis server or a second CloudWatch client " +
			"(.ci/servers .ci/test has both)" +
			", 1 for other reasons (go test -v ./... says which)\n",
		"^TestFails$": "m_test.go: seen\n--- FAIL: TestFails\nFAIL\nFAIL\n",
		"^TestFails|TestSkips": "m_test.go: seen\n--- FAIL: TestFails\nm_test.go: no\n--- SKIP: " +
			"TestSkips\nFAIL\nFAIL\nskipped tests: 1 for other reasons (go test -v ./... says which)\n",
	} {
		if out := runTests(t, dir, !strings.Contains(want, "FAIL"), "-run", run, "./..."); out != want {
			t.Errorf("%s:\n%s\nwant\n%s", run, out, want)
		}
	}
}

const testsOfEveryEnd = `package m
import "testing"
func TestPasses(t *testing.T) { t.Log("not seen") }
func TestFails(t *testing.T) { t.Error("seen") }
func TestSkips(t *testing.T) { t.Skip("no") }
func TestLacksA(t *testing.T) { t.Skip("KCALC_TEST_KINESIS is not set (a server)") }
func TestLacksB(t *testing.T) { t.Run("sub", func(t *testing.T) { t.Skip("KCALC_TEST_NODE_MODULES is not set (a folder)") }) }
`

// varying is what of the output is not the same each time: places, names and durations.
var varying = regexp.MustCompile(`(?m)^ +|(\.go):[0-9]+|\t.*| \([0-9.]+s\)`)

// runTests runs .ci/test in a folder without servers, and returns what it prints of the
// output. Passes is whether the exit code has to be 0.
func runTests(t *testing.T, dir string, passes bool, args ...string) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS == "windows" { // there it may be that of a Linux beside it
		t.Skip("no bash")
	}
	script, err := filepath.Abs("../../.ci/test")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bash, append([]string{script}, args...)...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "KCALC_TEST_") })
	out, err := cmd.Output()
	if (err == nil) != passes {
		t.Errorf("%v: %v", args, err)
	}
	return strings.ReplaceAll(varying.ReplaceAllString(string(out), "$1"), "ok  ", "ok")
}
