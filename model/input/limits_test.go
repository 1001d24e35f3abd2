package input

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// allocated returns how many bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// What is too much is told in one line, and takes no more room than the largest
// workload does.
func TestTooMuchIsToldBeforeItIsRead(t *testing.T) {
	const values = "w: too many values for a workload (allowed: at most 150,000)"
	several := strconv.Itoa(MostConsumers * 2)
	consumers := func(n int, text string) string { return producer + "consumers:\n" + strings.Repeat(text, n) }
	named := strings.Builder{}
	for i := range 2 * MostConsumers {
		fmt.Fprintf(&named, "- {name: c%d}\n", i)
	}
	tooMany := fmt.Sprintf("w:%d:3: number of consumers: %q: more than a stream can serve (allowed: at most %d)",
		3+MostConsumers, several, MostConsumers)
	for name, c := range map[string]struct{ text, want string }{
		"consumers":            {producer + "consumers:\n" + named.String(), tooMany},
		"more consumers":       {consumers(50_000, "- {name: a}\n"), values},
		"consumers in a line":  {producer + "consumers: [" + strings.Repeat("{},", 300_000) + "]", values},
		"keys":                 {producer + strings.Repeat("x: 1\n", 200_000), values},
		"a list":               {"[" + strings.Repeat("a,", 520_000) + "]", values},
		"lists in lists":       {"stream: " + strings.Repeat("[", 500_000), values},
		"nested without signs": {strings.Repeat("- ", 500_000), values},
		"documents":            {strings.Repeat("--- 1\n", 150_000), values},
	} {
		var got []string
		if room := allocated(func() { got = readErrors(Read("w", []byte(c.text))) }); room > 64<<20 {
			t.Errorf("%s: %d MiB", name, room>>20)
		}
		if !cmp.Equal(got, []string{c.want}) {
			t.Errorf("%s: %.300q, want %q", name, got, c.want)
		}
	}
}

// A workload with all that it can have is read.
func TestTheLargestWorkloadIsNotTooMuch(t *testing.T) {
	var text strings.Builder
	text.WriteString(producer + "consumers:\n")
	for i := range MostConsumers {
		fmt.Fprintf(&text, "- # the reader of\n  name: c%d\n", i)
		for _, f := range ConsumerFields()[1:] {
			_, other := map[string]bool{"per_record": true, "threads": true, "backlog": true}[f.Key]
			if !strings.Contains(f.Key, ".") && !other {
				fmt.Fprintf(&text, "  %s: %s\n", f.Key, f.Example)
			}
		}
	}
	if got := readErrors(Read("w", []byte(text.String()))); len(got) > 0 {
		t.Errorf("%.300q", got)
	}
}
