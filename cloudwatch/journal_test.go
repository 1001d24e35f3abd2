package cloudwatch_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

var request = cloudwatch.Request{ARN: "arn:aws:kinesis:us-east-1:000000000000:stream/orders", Stream: "orders",
	Region: "us-east-1", Endpoint: "http://127.0.0.1:1", Since: "2d", Until: "1h"}

// journal returns one of a fetch in four calls, two of which were made.
func journal(t testing.TB) (*cloudwatch.Journal, []byte) {
	limits := cloudwatch.PublishedLimits()
	limits.Points.Value = 2 * 24 * 60 // so that there are several calls
	bands, err := limits.Bands(now.AddDate(0, 0, -2), now.Add(-time.Hour), now)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := limits.Plan([]cloudwatch.Ask{{Stream: "orders", Series: twelve()[:4]}}, bands)
	if err != nil {
		t.Fatal(err)
	}
	j := cloudwatch.NewJournal(request, now, plan)
	var b bytes.Buffer
	if err := j.WriteHead(&b); err != nil {
		t.Fatal(err)
	}
	for _, call := range []int{0, 2} {
		values := cloudwatch.Values{make([]float64, plan.Calls[call].Points())}
		for i := range values[0] {
			values[0][i] = float64(i) / 3
		}
		values[0][7], values[0][8] = math.NaN(), math.MaxFloat64
		if err := j.WriteCall(&b, call, values); err != nil {
			t.Fatal(err)
		}
	}
	return j, b.Bytes()
}

// read reads with the limits that the journal was planned by.
func read(r io.Reader) (*cloudwatch.Journal, int64, error) {
	limits := cloudwatch.PublishedLimits()
	limits.Points.Value = 2 * 24 * 60
	return limits.ReadJournal(r)
}

func TestJournalIsReadAsItWasWritten(t *testing.T) {
	want, data := journal(t)
	got, end, err := read(bytes.NewReader(data))
	if err != nil || end != int64(len(data)) {
		t.Fatalf("%v at %d of %d", err, end, len(data))
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if got.Left() != 2 {
		t.Errorf("%d calls are left", got.Left())
	}
}

// Wherever a journal is cut, what is whole is read, and what follows is not.
func TestJournalThatIsCutShort(t *testing.T) {
	_, data := journal(t)
	lines := bytes.SplitAfter(data, []byte("\n"))
	head, first := len(lines[0]), len(lines[0])+len(lines[1])
	for _, cut := range []int{0, 1, head - 1, head, head + 1, first - 1, first, first + 1, len(data) - 1} {
		got, end, err := read(bytes.NewReader(data[:cut]))
		switch {
		case cut < head:
			if err == nil {
				t.Errorf("cut at %d, within the head: no error", cut)
			}
		case cut < first:
			if err != nil || end != int64(head) || got.Left() != 4 {
				t.Errorf("cut at %d: %v, %d", cut, err, end)
			}
		default:
			if err != nil || end != int64(first) || got.Left() != 3 || got.Done[0] == nil {
				t.Errorf("cut at %d: %v, %d", cut, err, end)
			}
		}
	}
}

func TestWhatAJournalServes(t *testing.T) {
	j, _ := journal(t)
	if !j.Matches(request, twelve()[:4], now.Add(59*time.Minute)) {
		t.Error("not the fetch that it is of")
	}
	other, account, place := request, request, request
	other.Since = "3d"
	account.ARN = "arn:aws:kinesis:us-east-1:111111111111:stream/orders"
	place.Endpoint = ""
	for name, serves := range map[string]bool{
		"another window":     j.Matches(other, twelve()[:4], now),
		"another account":    j.Matches(account, twelve()[:4], now),
		"another CloudWatch": j.Matches(place, twelve()[:4], now),
		"other series":       j.Matches(request, twelve()[:3], now),
		"too late":           j.Matches(request, twelve()[:4], now.Add(time.Hour)),
		"too early":          j.Matches(request, twelve()[:4], now.Add(-time.Second)),
	} {
		if serves {
			t.Errorf("serves %s", name)
		}
	}
}

// sealed puts the checksum behind a line that was edited.
func sealed(text string) string {
	return fmt.Sprintf("%s %08x\n", text, crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli)))
}

// open returns a line without its checksum.
func open(line []byte) string { return string(line[:bytes.LastIndexByte(line, ' ')]) }

// A line that is not what was written is one that was not: its call is made again,
// and what is behind it is kept.
func TestJournalThatWasChanged(t *testing.T) {
	_, data := journal(t)
	lines := bytes.SplitAfter(data, []byte("\n"))
	first := open(lines[1])
	withValue := func(v float64) string {
		begin := strings.Index(first, `"values":["`) + len(`"values":["`)
		group, err := base64.StdEncoding.DecodeString(first[begin : begin+12]) // of nine bytes, one more than a value
		if err != nil {
			t.Fatal(err)
		}
		binary.LittleEndian.PutUint64(group, math.Float64bits(v))
		return first[:begin] + base64.StdEncoding.EncodeToString(group) + first[begin+12:]
	}
	for name, line := range map[string]string{
		"a value":          strings.Replace(string(lines[1]), "AAAAA", "AAAAB", 1),
		"the call":         strings.Replace(string(lines[1]), `"call":0`, `"call":1`, 1),
		"the checksum":     first + " 00000000\n",
		"no checksum":      first + "\n",
		"an infinity":      sealed(withValue(math.Inf(1))),
		"a negative value": sealed(withValue(-1)),
		"no such call":     sealed(strings.Replace(first, `"call":0`, `"call":4`, 1)),
		"no values":        sealed(`{"call":0,"values":[]}`),
		"an empty line":    "\n",
	} {
		changed := string(lines[0]) + line + string(lines[2])
		got, end, err := read(strings.NewReader(changed))
		if err != nil || end != int64(len(changed)) || got.Damaged != 1 || got.Done[0] != nil || got.Done[2] == nil ||
			got.Left() != 3 {
			t.Errorf("%s: %v, to %d of %d, %d damaged", name, err, end, len(changed), got.Damaged)
		}
	}
	if got, _, err := read(strings.NewReader(string(lines[0]) + sealed(withValue(1)))); err != nil ||
		got.Damaged != 0 || got.Done[0][0][0] != 1 {
		t.Errorf("the test edits no value: %v", err)
	}
}

// A line without an end is read no further than a line can be long.
func TestJournalWithAnEndlessLine(t *testing.T) {
	_, data := journal(t)
	endless := &counted{r: io.MultiReader(bytes.NewReader(data), repeated('7'))}
	got, end, err := read(endless)
	if err != nil || end != int64(len(data)) || got.Left() != 2 || endless.n > 20<<20 {
		t.Errorf("%v, to %d of %d, after %d bytes", err, end, len(data), endless.n)
	}
	endless = &counted{r: repeated('{')}
	if _, _, err := read(endless); err == nil || endless.n > 20<<20 {
		t.Errorf("a head without an end: %v after %d bytes", err, endless.n)
	}
}

// repeated is one byte, over and over.
type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// counted counts what is read.
type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestWhatIsNoJournal(t *testing.T) {
	_, data := journal(t)
	line, _, _ := bytes.Cut(data, []byte("\n"))
	head := open(line)
	without := func(key string) string { return regexp.MustCompile(`,"`+key+`":\[[^]]*\]`).ReplaceAllString(head, "") }
	if _, _, err := read(strings.NewReader(sealed(head))); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "\n", "{}\n", "[]\n", "null\n", "PK\x03\x04\n", head + "\n", head + " 00000000\n",
		sealed("{}"), sealed("[]"), sealed("null"), sealed(head + "}"),
		sealed(without("series")), sealed(without("bands")), sealed(strings.ReplaceAll(without("series"), "}]}",
			`}],"series":[]}`)),
		sealed(strings.Replace(head, `"start":"2026-11-`, `"start":"2026-10-`, 1)),
		sealed(strings.Replace(head, "fetch/v3", "fetch/v2", 1)),
		sealed(strings.Replace(head, "incoming_bytes", "outgoing_joy", 1)),
		sealed(strings.Replace(head, `"period_seconds":60`, `"period_seconds":0`, 1)),
		sealed(strings.Replace(head, `"period_seconds":60`, `"period_seconds":1e-9`, 1)),
		sealed(strings.Replace(head, `"period_seconds":60`, `"period_seconds":7`, 1)),
		sealed(strings.Replace(head, `"start":"2026`, `"start":"2027`, 1)),
		sealed(strings.Replace(head, `"start":"2026`, `"start":"1026`, 1)),
	} {
		if j, _, err := read(strings.NewReader(text)); err == nil {
			t.Errorf("%.80q: %v", text, j)
		}
	}
}

// Whatever a file has, reading it ends, without a panic, and what it answers can
// be made into series. Checksums that fit are put to lines on demand: few would
// come by themselves.
func FuzzReadJournal(f *testing.F) {
	_, data := journal(f)
	var bare strings.Builder
	for line := range bytes.Lines(data) {
		bare.WriteString(open(line) + "\n")
	}
	for _, seal := range []bool{false, true} {
		f.Add(data, seal)
		f.Add(data[:len(data)/2], seal)
		f.Add([]byte("{}\n"), seal)
		f.Add([]byte(bare.String()), seal)
		f.Add(
			[]byte(
				`{"schema":"kcalc.fetch/v3","bands":[{"start":"2026-11-20T12:34:00Z","end":"2026-11-22T11:34:00Z","period_seconds":60}]}`+"\n",
			),
			seal,
		)
	}
	f.Fuzz(func(t *testing.T, data []byte, seal bool) {
		modeltest.Deadline(t, data)
		if seal {
			var b strings.Builder
			for line := range bytes.Lines(data) {
				b.WriteString(sealed(string(bytes.TrimSuffix(line, []byte("\n")))))
			}
			data = []byte(b.String())
		}
		j, end, err := read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if end > int64(len(data)) {
			t.Fatalf("whole to %d of %d", end, len(data))
		}
		cloudwatch.Assemble(j.Plan, j.Done)
	})
}

func TestAssembleLeavesOutWhatHasNoPoints(t *testing.T) {
	limits := cloudwatch.PublishedLimits()
	bands, _ := limits.Bands(now.AddDate(0, 0, -16), now, now)
	plan, _ := limits.Plan([]cloudwatch.Ask{{Stream: "orders", Series: twelve()[:2]}}, bands)
	done := make([]cloudwatch.Values, len(plan.Calls))
	for i, c := range plan.Calls {
		for s := c.First; s < c.Last; s++ {
			values := make([]float64, c.Points())
			for n := range values {
				values[n] = model.MissingValue()
			}
			if s == 1 {
				values[0] = 7
			}
			done[i] = append(done[i], values)
		}
	}
	series := cloudwatch.Assemble(plan, done)
	if len(series) != 2 || series[0].Runs != nil || len(series[1].Runs) != 2 {
		t.Errorf("%d series", len(series))
	}
	if points, periods := series[1].Count(); points != 2 || periods != bands[0].Points()+bands[1].Points() {
		t.Errorf("%d points of %d", points, periods)
	}
}
