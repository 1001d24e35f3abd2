package historyfile

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/modeltest"
)

// FuzzRead checks of any file that it is refused in printable lines, or that what
// is written of it is read back as the same history.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"aws-cli-1.json", "aws-cli-iso8601.json"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	own := string(file(f, complete()))
	for _, text := range []string{
		"", " ", "{", "{}", "[", "null", "\ufeff", "\x1f\x8b", "\xff\xfe", "PK\x03\x04", "timestamp", "timestamp,", "timestamp,incoming_bytes\n", "{\"schema\":",
		own, zipped(f, own), own[:len(own)-5], strings.ReplaceAll(own, "\n", ""), edited(f),
		result("0,60,120", "1,2,3"), result("",
			""), `{"MetricDataResults": [{"Label": "IncomingBytes", "Timestamps": [60, 60], "Value": "1"}`, result("60,60", "1"), result(`"2026-11-01T00:00:00Z",59`, "0,-0"), result("1e300,-1,1e-300", "1,1,1"),
		table12, zipped(f, table12), strings.ReplaceAll(table12, ",", ";"), lines("0,1", "60,", "60,2", "59,3",
			"7800000000,4"), lines("0,1", "1,", "2,5e-324", "253402300799,2"),
		"timestamp,incoming_bytes,incoming_bytes[shardId-000000000000],lambda_errors[a:b]\n0,1,,\n1,2,3,4\n",
	} {
		f.Add([]byte(text))
	}
	for _, value := range []string{"-1", "-0", "1e999", "1e-999", "NaN", "\"1\"", "[]", "{}", "true", "5e-324",
		"1.7976931348623157e308", "0.1e1", "9007199254740993"} {
		f.Add([]byte(edited(f, "55", value)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		modeltest.Deadline(t, data)
		h, warnings, err := Read("h", bytes.NewReader(data))
		for _, w := range warnings {
			if strings.ContainsFunc(w.Message+w.Remedy, unprintable) || !strings.HasPrefix(w.Message, "h:") ||
				strings.HasPrefix(w.Message, "h:0:") {
				t.Fatalf("%q", w)
			}
		}
		if err == nil {
			returns(t, h)
			return
		}
		faults, ok := err.(input.Errors)
		if !ok || len(faults) > mostNotes || h != nil || warnings != nil {
			t.Fatalf("%T, %v", err, err)
		}
		for _, f := range faults {
			if text := f.Error(); !strings.HasPrefix(text, "h:") || strings.ContainsFunc(text, unprintable) {
				t.Fatalf("%q is refused with %q", data, text)
			}
		}
	})
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
