package inventory_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/untrusted"
)

// account is one that says what it is told to, by operation.
type account map[string]object

// honest returns an account with a stream of a shard, a consumer and a function.
func honest() account {
	const functions = "arn:aws:lambda:us-east-1:000000000000:function:"
	return account{
		"DescribeStreamSummary": {
			"StreamDescriptionSummary": object{
				"StreamARN":            "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
				"StreamName":           "orders",
				"OpenShardCount":       1,
				"RetentionPeriodHours": 24,
				"MaxRecordSizeInKiB":   1024,
				"WarmThroughput":       object{"CurrentMiBps": 4},
				"EnhancedMonitoring":   []any{object{"ShardLevelMetrics": []any{"IncomingBytes"}}},
			},
		},
		"ListShards": {"Shards": []any{shard("shardId-000000000000", "0", "340282366920938463463374607431768211455",
			false)}},
		"ListStreamConsumers": {"Consumers": []any{object{"ConsumerName": "audit", "ConsumerStatus": "ACTIVE",
			"ConsumerARN": "arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/audit:1"}}},
		"ListEventSourceMappings": {"EventSourceMappings": []any{object{"FunctionArn": functions + "enrich",
			"State": "Enabled", "BatchSize": 100,
			"ParallelizationFactor": 1, "MaximumBatchingWindowInSeconds": 0, "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1}}},
	}
}

// read reads the inventory that an account gives. Each page leads to the next if
// there is a token.
func (a account) read(t *testing.T) (*inventoryOf, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		_, operation, kinesis := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if !kinesis {
			operation = "ListEventSourceMappings"
		}
		json.NewEncoder(w).Encode(a[operation])
	}))
	defer server.Close()
	r := reader(server.URL, server.URL)
	inv, err := r.Read(t.Context(), "orders")
	if err != nil {
		return nil, err
	}
	return &inventoryOf{inv.Configuration, inv.ClosedShards}, nil
}

// inventoryOf is what a history keeps of an inventory.
type inventoryOf struct {
	model.Configuration
	closed []string
}

// saved writes a history of the inventory, without values, and reads it.
func (i *inventoryOf) saved() error {
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	h := &model.History{Stream: "orders", Region: "us-east-1", From: from, To: from.Add(time.Hour),
		Configuration: model.Known(i.Configuration)}
	for _, id := range cloudwatch.SeriesOf(&i.Configuration, i.closed) {
		h.Series = append(h.Series, model.Series{SeriesID: id})
	}
	var file bytes.Buffer
	if err := historyfile.Write(&file, h); err != nil {
		return err
	}
	_, _, err := historyfile.Read("orders.json", &file)
	return err
}

// hostile returns texts and numbers that break what they reach.
func hostile() []any {
	return []any{"", " ", "\x1b[31mred", "a\nb", "\u202egnp", "\u0085", "a\x00b", "<script>alert(1)</script>", `"`,
		"a]b", "=1+1", "a b", "größe",
		strings.Repeat("x", 129), strings.Repeat("x", 300), strings.Repeat("x",
			100_000), "-1", "+1", "007", "340282366920938463463374607431768211456",
		-1, 0, 1, 1_000_000, 1_000_001, 2147483647, -2147483648}
}

// places returns where a text or a number stands in an answer, by a walk over it:
// each is a function that puts something else there.
func places(at any) (list []func(any)) {
	each := func(value any, set func(any)) {
		switch value.(type) {
		case object, []any:
			list = append(list, places(value)...)
		default:
			list = append(list, set)
		}
	}
	switch at := at.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(at)) {
			each(at[key], func(v any) { at[key] = v })
		}
	case []any:
		for i, value := range at {
			each(value, func(v any) { at[i] = v })
		}
	}
	return list
}

// Whatever AWS says, at any place of any answer: what is read can be saved and
// read again, and what cannot be is refused as long as nothing has been paid, with
// a message that steers no terminal.
func TestWhatIsReadCanBeSaved(t *testing.T) {
	if inv, err := honest().read(t); err != nil || inv.saved() != nil || len(inv.Functions.Value) != 2 {
		t.Fatalf("%v, %v", inv, err)
	}
	refused := 0
	for operation := range honest() {
		for n := range places(honest()[operation]) {
			for _, value := range hostile() {
				a := honest()
				places(a[operation])[n](value)
				inv, err := a.read(t)
				if err == nil {
					err = inv.saved()
					if err != nil {
						t.Errorf("%s is read and cannot be saved: %v", a[operation], err)
					}
					continue
				}
				refused++
				failure := cloudwatch.Explain(err)
				if failure.Cause != cloudwatch.Garbled || !strings.HasSuffix(failure.Action, ":"+operation) {
					t.Errorf("%s: %v", a[operation], err)
				}
				if text := err.Error(); len(text) > 600 || untrusted.Excerpt(text, len(text)) != text {
					t.Errorf("no message: %q", text)
				}
			}
		}
	}
	if refused < 100 {
		t.Errorf("%d refused", refused)
	}
}

// Names are there once, and lists end: a page that leads to itself does not go on
// for ever, nor pages that are always others.
func TestListsThatGoOn(t *testing.T) {
	for operation, list := range map[string]string{"ListShards": "Shards", "ListStreamConsumers": "Consumers"} {
		for name, change := range map[string]func(object){
			"twice on a page": func(o object) { o[list] = append(o[list].([]any), o[list].([]any)...) },
			"on two pages":    func(o object) { o["NextToken"] = "again" },
		} {
			a := honest()
			change(a[operation])
			_, err := a.read(t)
			if err == nil || cloudwatch.Explain(err).Cause != cloudwatch.Garbled ||
				!strings.Contains(err.Error(), "(allowed: each once)") {
				t.Errorf("%s, %s: %v", operation, name, err)
			}
		}
	}
	for operation, c := range map[string]struct{ list, token string }{
		"ListShards": {"Shards", "NextToken"}, "ListStreamConsumers": {"Consumers",
			"NextToken"}, "ListEventSourceMappings": {"EventSourceMappings", "NextMarker"},
	} {
		a := honest()
		a[operation][c.list], a[operation][c.token] = []any{}, "on"
		_, err := a.read(t)
		if err == nil || !strings.HasSuffix(err.Error(),
			":"+operation+": the answer cannot be read: it goes on beyond 1,000 pages") {
			t.Errorf("%s: %v", operation, err)
		}
	}
	a := honest()
	a["ListEventSourceMappings"]["NextMarker"] = "on" // and each page has a function
	if _, err := a.read(t); err == nil || !strings.Contains(err.Error(), "it goes on beyond 1,000 pages") {
		t.Errorf("%v", err)
	}
}
