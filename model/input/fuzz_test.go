package input

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/kcalc/kcalc/model/modeltest"
)

// FuzzWorkload checks of any file that it is refused in printable lines, or that
// what is written of it is read back as the same workload.
func FuzzWorkload(f *testing.F) {
	for _, name := range []string{"complete.yaml", "complete.json", "faulty.yaml"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, value := range []string{
		"200", "Inf", "NaN", ".inf", ".nan", "InfB", "0x1p", "1e400", "1e-400", "''", "' '", "１２", "0755", "0o17", "~", "null", "!!int 5", "&x 5", "&x [*x]", "*x", "true",
		"1e-300", "2001-01-01", "[[[[", "{a: {b: {c: 1}}}", "|\n  5\n", "\"\\x00\\e\\u202e\"",
	} {
		f.Add([]byte("producer: {average: 5MiB/s, record_size: " + value + "}"))
	}
	for _, text := range []string{
		"", " ", "\ufeff", "\x00", "\x1b[2J: 1", "a: &x [*x]", "[", "{", "? ", "- - - -", "<<: *a", "\xff\xfe", "%YAML 1.1\n---\n", "--- {}\n--- {}\n",
		producer + "---\n" + producer,
		producer + "consumers: [{name: a}, 5, {name: a}, {}]",
		producer + "consumers: [{name: a, outage: 1h, latency: 1m}, {name: a.outage, latency: 1m}]",
		"producer: {average: 0, peak: 0, record_sizes: [{size: 1, share: 50%}, {size: 10MiB, share: 0.5}], surge: " +
			"{throughput: 0, duration: 1s}, aggregation: {}}",
		strings.Repeat("[", 2000), strings.Repeat("{a: ", 2000), strings.Repeat("- ", 2000),
	} {
		f.Add([]byte(text))
	}
	f.Add([]byte(producer + "consumers:\n" + strings.Repeat("- {name: a}\n", 500)))
	f.Fuzz(func(t *testing.T, data []byte) {
		modeltest.Deadline(t, data)
		d := Read("w", data)
		w, _, err := d.Resolve()
		if err == nil {
			returns(t, w)
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !strings.HasPrefix(line, "w:") && !strings.Contains(line, "missing") ||
				strings.ContainsFunc(line, unprintable) {
				t.Fatalf("%q is refused with %q", data, line)
			}
		}
	})
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
