package historyfile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

const table12 = "timestamp,incoming_bytes\n2026-11-01T00:00:00Z,1\n2026-11-01T00:01:00Z,2\n2026-11-01T00:02:00Z,3\n"

func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// All forms have the same history in them: in one piece or byte by byte, zipped
// or not, with a byte order mark or without.
func TestForms(t *testing.T) {
	whole := twoWeeks()
	for i := range whole.Series {
		whole.Series[i].Runs[0].Values = whole.Series[i].Runs[0].Values[:200]
	}
	whole.To = whole.Series[0].Runs[0].End()
	bare := *whole
	bare.Stream, bare.Region, bare.Fetched = "", "", bare.Fetched.AddDate(-9999, 0, 0)
	own := string(file(t, whole))
	for name, c := range map[string]struct {
		text string
		want *model.History
	}{
		"own": {own, whole}, "own in one line": {strings.ReplaceAll(own, "\n", ""),
			whole}, "own, CRLF": {strings.ReplaceAll(own, "\n", "\r\n"), whole},
		"aws": {string(likeCLI(whole)), &bare}, "csv": {string(likeCSV(whole)), &bare},
	} {
		for how, r := range map[string]io.Reader{
			"plain": strings.NewReader(c.text), "zipped": strings.NewReader(zipped(t,
				c.text)), "marked": strings.NewReader("\ufeff" + c.text),
			"zipped and marked": strings.NewReader(zipped(t,
				"\ufeff"+c.text)), "blank before it": strings.NewReader(" \n\n" + c.text),
			"byte by byte": iotest.OneByteReader(strings.NewReader(c.text)), "end with data": iotest.DataErrReader(strings.NewReader(c.text)),
		} {
			if name == "csv" && how == "blank before it" {
				continue
			}
			h, warnings, err := Read("h", r)
			if err != nil || len(warnings) > 0 {
				t.Errorf("%s, %s: %v %v", name, how, err, warnings)
				continue
			}
			if c.want == &bare {
				h.Fetched = bare.Fetched
			}
			if diff := cmp.Diff(c.want, h); diff != "" {
				t.Errorf("%s, %s: %s", name, how, diff)
			}
		}
	}
}

// What is no history at all is told by one line, which says what one looks like.
func TestNoHistory(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "h:1:1: the file is empty (allowed: " + looks + ")",
		" \n\n":                               "h:1:1: the file is empty",
		"\ufeff":                              "h:1:1: the file is empty",
		zipped(t, ""):                         "h:1:1: the file is empty",
		"null":                                `h:1:1: "null": not a history (allowed: ` + looks + ")",
		"[1]":                                 "h:1:1: JSON, but not a history (allowed: " + ownLook + ", or " + cliLook + ")",
		`"x"`:                                 `h:1:1: "x": not a history`,
		"\n" + `{"Datapoints":[]}`:            "h:1:1: Label: the metric is not said (allowed: a Label that is its name",
		"\n" + `{"Data":[]}`:                  "h:2:1: Data: JSON, but not a history (allowed: " + ownLook + ", or " + cliLook + ")",
		"stream: orders\n":                    "h:1:1: a workload, not a history (allowed: a history; a workload goes with {option:file})",
		"\xff\xfe{\x00":                       "h:1:2: cut short: the JSON ends early",
		"\xfe\xff\x00{":                       "h:1:2: cut short: the JSON ends early",
		"{\x00\"\x00":                         "h:1:2: cut short: the JSON ends early",
		"\x00{\x00\"":                         "h:1:2: cut short: the JSON ends early",
		"PK\x03\x04":                          "h:1:1: binary, neither text nor gzip",
		"\x00\x00\x00":                        "h:1:1: binary, neither text nor gzip",
		"timestamp\xff\xff\xff\xff":           `h:1:1: "timestampÿÿÿÿ": not a history`,
		"times\x01tamp\xff\xff\xff":           "h:1:1: binary, neither text nor gzip",
		zipped(t, zipped(t, small)):           "h:1:1: binary, neither text nor gzip",
		"{":                                   "h:1:2: cut short: the JSON ends early (allowed: the whole file)",
		"{'a':1}":                             "h:1:2: not JSON: invalid character '\\''",
		strings.Repeat(" ", headSize) + small: "h:1:1: nothing but white space at the beginning",
	} {
		refused(t, text, want)
	}
}

// What is cut short, damaged or without an end is told by its line.
func TestDamage(t *testing.T) {
	whole := edited(t)
	for cut := 1; cut < len(whole)-1; cut++ {
		if got := readError(whole[:cut]); !strings.HasPrefix(got, "h:") {
			t.Fatalf("%d: %s", cut, got)
		}
	}
	packed := zipped(t, string(file(t, complete())))
	for cut := 2; cut < len(packed)-1; cut++ {
		if got := readError(packed[:cut]); !strings.HasSuffix(got,
			"cut short: the gzip data ends early (allowed: the whole file)") {
			t.Fatalf("%d: %s", cut, got)
		}
	}
	if got := readError(zipped(t, table12)[:50]); !strings.Contains(got, "cut short: the gzip") {
		t.Error(got)
	}
	wrong := []byte(packed)
	wrong[len(wrong)-6] ^= 1 // in the checksum
	if got := readError(string(wrong)); !strings.Contains(got,
		"damaged gzip data: gzip: invalid checksum (allowed: the file as it was written)") {
		t.Error(got)
	}
	wrong = []byte(packed)
	wrong[len(wrong)/2] ^= 0xff
	if got := readError(string(wrong)); !strings.HasPrefix(got, "h:") {
		t.Error(got)
	}
	if got := readError(packed + "x"); !strings.Contains(got, "gzip") {
		t.Error(got)
	}
}

// No value, line or blank is waited for without end.
func TestEndless(t *testing.T) {
	blank, digits := strings.Repeat("\n", 3*longest), strings.Repeat("1", 3*longest)
	const want = "a value, a line or a blank that does not end (allowed: 1 MiB)"
	for _, text := range []string{
		edited(t, "55", blank+"55"), edited(t, "55", digits), edited(t, `"orders"`, `"`+digits+`"`),
		edited(t, `"orders"`, `"orders", "x": "`+digits+`"`),
		digits, "timestamp" + digits, table12 + digits, table12 + blank + "x", table12 + `"` + strings.Repeat("1,\n",
			longest),
	} {
		if got := readError(zipped(t, text)); !strings.Contains(got, want) {
			t.Errorf("%.200s: %s", text, got)
		}
	}
	for _, text := range []string{ // long, but not for want of an end
		edited(t, "[7", "[7"+strings.Repeat(",null\n", longest)), edited(t, "[7", "[7"+strings.Repeat(",1", longest)),
		lines("0,1", strings.Repeat("60,2\n", longest/4), "120,3"),
		result("0"+strings.Repeat(", 60", longest/4), "0"+strings.Repeat(", 60", longest/4)),
		`{"MetricDataResults": [{"Id": "incoming_bytes", "Timestamps": [0], "Values": [1], "x": [` + strings.Repeat("[1],", longest) + `1]}]}`,
	} {
		if got := readError(text); got != "" {
			t.Error(got)
		}
	}
}

// A file that is too large is not read to its end.
func TestTooLarge(t *testing.T) {
	s := &source{in: strings.NewReader(strings.Repeat("x", 1000)), most: 100}
	text, err := io.ReadAll(s)
	if !errors.Is(err, errTooLarge) || len(text) > 1000 || s.err != err {
		t.Errorf("%d, %v", len(text), err)
	}
	n := &notes{name: "h"}
	n.unread(err, n.start())
	if got := n.errs.Error(); got != "h:1:1: too large for a history (allowed: 1 GiB, uncompressed)" {
		t.Error(got)
	}
}

// A reader that fails is no fault of the file.
func TestReaderFails(t *testing.T) {
	broken := errors.New("the line is dead")
	text := string(file(t, twoWeeks()))
	for _, sent := range []string{"", "{", text[:len(text)/2], zipped(t, text)[:20_000], table12} {
		_, _, err := Read("h", io.MultiReader(strings.NewReader(sent), iotest.ErrReader(broken)))
		var faults input.Errors
		if !errors.Is(err, broken) || errors.As(err, &faults) || err.Error() != "h: the line is dead" {
			t.Errorf("%.20q: %v", sent, err)
		}
	}
	folder, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if _, _, err := Read("h", folder); !errors.Is(err, syscall.EISDIR) || err.Error() != "h: is a directory" {
		t.Error(err)
	}
}

// Lines and columns are those of the text, wherever the reads part it.
func TestSourceLines(t *testing.T) {
	text := "ab\n\ncde\nf"
	for size := 1; size < 12; size++ {
		s := &source{in: strings.NewReader(text), most: MaxSize}
		if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{s},
			make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		var got []int
		for offset := range text {
			line, column := s.at(int64(offset))
			got = append(got, line*10+column)
		}
		if diff := cmp.Diff([]int{11, 12, 13, 21, 31, 32, 33, 34, 41}, got); diff != "" {
			t.Errorf("%d: %s", size, diff)
		}
	}
}
