package cloudwatch_test

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
)

var request = cloudwatch.Request{ARN: "arn:aws:kinesis:us-east-1:000000000000:stream/orders", Stream: "orders", Region: "us-east-1", Endpoint: "http://127.0.0.1:1", Since: "2d", Until: "1h"}

// journal is one of a fetch in four calls, two of which were made.
func journal(t testing.TB) (*cloudwatch.Journal, []byte) {
	limits := cloudwatch.PublishedLimits()
	limits.Points.Value = 2 * 24 * 60 // so that there are several calls
	bands, err := limits.Bands(now.AddDate(0, 0, -2), now.Add(-time.Hour), now)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := limits.Plan("orders", twelve()[:4], bands)
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
	if !j.Serves(request, twelve()[:4], now.Add(59*time.Minute)) {
		t.Error("not the fetch that it is of")
	}
	other, account, place := request, request, request
	other.Since = "3d"
	account.ARN = "arn:aws:kinesis:us-east-1:111111111111:stream/orders"
	place.Endpoint = ""
	for name, serves := range map[string]bool{
		"another window":     j.Serves(other, twelve()[:4], now),
		"another account":    j.Serves(account, twelve()[:4], now),
		"another CloudWatch": j.Serves(place, twelve()[:4], now),
		"other series":       j.Serves(request, twelve()[:3], now),
		"too late":           j.Serves(request, twelve()[:4], now.Add(time.Hour)),
		"too early":          j.Serves(request, twelve()[:4], now.Add(-time.Second)),
	} {
		if serves {
			t.Errorf("serves %s", name)
		}
	}
}

func TestWhatIsNoJournal(t *testing.T) {
	_, data := journal(t)
	head, _, _ := strings.Cut(string(data), "\n")
	for _, text := range []string{"", "\n", "{}\n", "[]\n", "null\n", "PK\x03\x04\n",
		strings.Replace(head, "fetch/v1", "fetch/v2", 1) + "\n",
		strings.Replace(head, "incoming_bytes", "outgoing_joy", 1) + "\n",
		strings.Replace(head, `"period_seconds":60`, `"period_seconds":0`, 1) + "\n",
		strings.Replace(head, `"period_seconds":60`, `"period_seconds":1e-9`, 1) + "\n",
		strings.Replace(head, `"period_seconds":60`, `"period_seconds":7`, 1) + "\n",
		strings.Replace(head, `"start":"2026`, `"start":"2027`, 1) + "\n",
		strings.Replace(head, `"start":"2026`, `"start":"1026`, 1) + "\n",
	} {
		if j, _, err := read(strings.NewReader(text)); err == nil {
			t.Errorf("%.80q: %v", text, j)
		}
	}
}

// Whatever a file has, reading it ends, without a panic, and what it answers can
// be made into series.
func FuzzReadJournal(f *testing.F) {
	_, data := journal(f)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
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
	plan, _ := limits.Plan("orders", twelve()[:2], bands)
	done := make([]cloudwatch.Values, len(plan.Calls))
	for i, c := range plan.Calls {
		for s := c.First; s < c.Last; s++ {
			values := make([]float64, c.Points())
			for n := range values {
				values[n] = model.NoPoint()
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
