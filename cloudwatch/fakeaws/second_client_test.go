package fakeaws

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

// reply is what second-client.mjs writes.
type reply struct {
	Pages [][]reported
	Error struct {
		Code    string
		Status  int
		Message string
	}
}

// reported is a result as both clients can tell it.
type reported struct {
	ID, Label, Status string
	Times             []time.Time
	Values            []float64
}

// javaScript asks with the AWS SDK for JavaScript.
func javaScript(t *testing.T, address string, in *api.GetMetricDataInput) (r reply) {
	t.Helper()
	modules := NodeModules(t)
	asked, err := json.Marshal(map[string]any{"endpoint": address, "input": in})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "testdata/second-client.mjs")
	node.Env = append(node.Environ(), nodeModulesVariable+"="+modules)
	node.Stdin = bytes.NewReader(asked)
	var stderr bytes.Buffer
	node.Stderr = &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s%s", err, out, &stderr)
	}
	return r
}

// goPages asks with the AWS SDK for Go.
func goPages(t *testing.T, address string, in *api.GetMetricDataInput) (pages [][]reported) {
	t.Helper()
	list := api.NewGetMetricDataPaginator(client(address), in)
	for list.HasMorePages() {
		out, err := list.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		page := []reported{}
		for _, r := range out.MetricDataResults {
			times := make([]time.Time, len(r.Timestamps))
			for i, at := range r.Timestamps {
				times[i] = at.UTC()
			}
			page = append(page, reported{*r.Id, *r.Label, string(r.StatusCode), times, r.Values})
		}
		pages = append(pages, page)
	}
	return pages
}

// A client of other authors, in another language, understands the server just as
// AWS's for Go does: page for page and point for point.
func TestSecondClient(t *testing.T) {
	s := Start(t, now, orders())
	in := ask(records, size, behind, shard, duration)
	in.MetricDataQueries[4].Label = aws.String("how long")
	for _, b := range []Behaviour{{}, {Order: Shuffled, Seed: 4, PagePoints: 4, Repeats: true}} {
		s.Behave(b)
		want := goPages(t, s.URL(), in)
		got := javaScript(t, s.URL(), in)
		if len(want) == 0 || !reflect.DeepEqual(got.Pages, want) {
			t.Errorf("%+v: %v (%v)\nwant %v", b, got.Pages, got.Error, want)
		}
	}
	in.EndTime = in.StartTime
	got := javaScript(t, s.URL(), in).Error
	if got.Code != "ValidationError" || got.Status != 400 || got.Message == "" {
		t.Errorf("an impossible window: %+v", got)
	}
}
