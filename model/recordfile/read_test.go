package recordfile_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/recordfile"
)

// read returns the records of a text, with their payload.
func read(text string) (list []model.Record, err error) {
	err = recordfile.Read("f", strings.NewReader(text), func(r *model.Record) {
		one := *r
		one.Data = append([]byte(nil), r.Data...)
		list = append(list, one)
	})
	return list, err
}

func TestRead(t *testing.T) {
	at := time.Date(2026, 11, 2, 12, 0, 0, 123e6, time.UTC)
	hello := model.Record{PartitionKey: "a", Data: []byte("hello"), Size: 5}
	timed := hello
	timed.Arrival = at
	for name, c := range map[string]struct {
		text string
		want []model.Record
	}{
		"lines": {`{"PartitionKey":"a","Data":"aGVsbG8=","SequenceNumber":"1"}` + "\n\n" + `{"partitionkey":"a","data":"aGVsbG8="}`, []model.Record{hello, hello}},
		"AWS CLI 2": {`{
    "Records": [
        {
            "SequenceNumber": "49",
            "ApproximateArrivalTimestamp": "2026-11-02T13:00:00.123000+01:00",
            "Data": "aGVsbG8=",
            "PartitionKey": "a"
        }
    ],
    "NextShardIterator": "AAAA",
    "MillisBehindLatest": 0,
    "ChildShards": [{"ShardId": "x", "PartitionKey": "no key"}]
}
{"Records": []}`, []model.Record{timed}},
		"AWS CLI 1": {`{"Records":[{"ApproximateArrivalTimestamp":1793620800.123,"Data":"aGVsbG8=","PartitionKey":"a"}]}`, []model.Record{timed}},
		"Lambda": {`{"Records":[{"kinesis":{"partitionKey":"a","data":"aGVsbG8=","approximateArrivalTimestamp":1793620800.123},` +
			`"eventID":"shardId-000000000006:49","eventSource":"aws:kinesis"}]}`, []model.Record{timed}},
		"bytes": {`{"PartitionKey":"a","bytes":100,"ExplicitHashKey":"7"}`,
			[]model.Record{{PartitionKey: "a", Size: 99, ExplicitHashKey: model.Known(model.Hash{Lo: 7})}}},
		"null": {`{"PartitionKey":"a","Data":null,"bytes":0,"ExplicitHashKey":null,"ApproximateArrivalTimestamp":null}`,
			[]model.Record{{PartitionKey: "a"}}},
		"no payload": {`{"PartitionKey":"a","Data":""}`, []model.Record{{PartitionKey: "a"}}},
		"nothing":    {" \n", nil},
	} {
		got, err := read(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := `{"PartitionKey":"a","bytes":1}` + "\n"
	for text, want := range map[string]string{
		`[{"PartitionKey":"a","bytes":1}]`:   "f:1:1: not a record",
		"key,records\na,1\n":                 "f:1:1: not a record",
		good + "x":                           "f:2:1: not a record",
		good + good + `{"PartitionKey":"a",`: "f:3:1: cut short",
		`{"Data":"aGVsbG8="}`:                "f:1:1: a record without a PartitionKey",
		`{"PartitionKey":""}`:                "without a PartitionKey",
		`{"PartitionKey":"` + strings.Repeat("é", 257) + `","bytes":1}`:    "more than 256 characters",
		`{"schema":"kcalc.sample/v1","keys":[]}`:                           "f:1:1: a file of kcalc, and not of records",
		`{"PartitionKey":1}`:                                               "PartitionKey that is no text",
		`{"PartitionKey":"a"}`:                                             "without Data or bytes",
		`{"PartitionKey":"a","Data":"abc"}`:                                "not base64",
		`{"PartitionKey":"a","Data":"ab!="}`:                               "not base64",
		`{"PartitionKey":"a","bytes":-1}`:                                  "without Data or bytes",
		`{"PartitionKey":"a","bytes":1e99}`:                                "without Data or bytes",
		`{"PartitionKey":"a","bytes":1,"ExplicitHashKey":"z"}`:             "ExplicitHashKey: not a whole number",
		`{"PartitionKey":"a","bytes":1,"ApproximateArrivalTimestamp":1}`:   "that is no time",
		`{"PartitionKey":"a","bytes":1,"ApproximateArrivalTimestamp":"1"}`: "that is no time",
		`{"Records":[1]}`:                                                  "not a record",
		strings.Repeat(`{"Records":[`, 5000):                               "not a record",
		strings.Repeat(`{"kinesis":`, 5000):                                "not a record",
		`{"PartitionKey":"` + strings.Repeat("a", 50<<20) + `"}`:           "does not end",
	} {
		list, err := read(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q: %d records, %v, want %s", text, len(list), err, want)
		}
	}
	_, err := read(good + strings.Repeat("{}\n", 1000))
	if n := strings.Count(err.Error(), "\n"); n > 30 {
		t.Errorf("%d faults of one file", n)
	}
	broken := errors.New("broken")
	err = recordfile.Read("f", io.MultiReader(strings.NewReader(good+"{"), failing{broken}), func(*model.Record) {})
	if err != broken {
		t.Errorf("%v, want that of the source", err)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// A text with faults tells the line of each, and the other records are read.
func TestReadGoesOn(t *testing.T) {
	good := `{"PartitionKey":"a","bytes":1}`
	list, err := read(good + "\n{}\n" + good + "\n" + `{"PartitionKey":"a"}` + "\n")
	if len(list) != 2 || err == nil || !strings.Contains(err.Error(), "f:2:1") || !strings.Contains(err.Error(), "f:4:1") {
		t.Errorf("%d records, %v", len(list), err)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{`{"PartitionKey":"a","Data":"aGVsbG8="}`, `{"Records":[{"kinesis":{"partitionKey":"a","bytes":1}}]}`,
		"{\n}", `{"Records":[{"Records":[]}]`, "{\"PartitionKey\":\"\\u001b\",\"bytes\":1}{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := read(text)
		if err != nil && strings.ContainsAny(strings.ReplaceAll(err.Error(), "\n", ""), "\x00\x1b") {
			t.Errorf("%q: the fault could steer a terminal", text)
		}
		for _, r := range list {
			if r.PartitionKey == "" || r.Size < 0 || r.Data != nil && int64(len(r.Data)) != r.Size {
				t.Errorf("%q: %+v", text, r)
			}
		}
	})
}

func ExampleRead() {
	text := `{"Records": [{"PartitionKey": "user-1", "Data": "aGVsbG8="}]}`
	err := recordfile.Read("records.json", strings.NewReader(text), func(r *model.Record) {
		fmt.Println(r.PartitionKey, r.Size)
	})
	fmt.Println(err)
	// Output:
	// user-1 5
	// <nil>
}
