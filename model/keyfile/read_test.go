package keyfile_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/keyfile"
)

var (
	hashA = model.HashOf("a") // 0cc175b9c0f1b6a831c399e269772661, the lowest of the three
	hashB = model.HashOf("b")
)

// aggregate has records of a with 10 and 30 bytes and one of b with 20; AWS's library for Node
// made it.
const aggregate = "84mawgoBYQoBYhoOCAAaCnNlY3JldHNlY3IaGAgBGhRzZWNyZXRzZWNyZXRzZWNyZXRzZRoiCAAaHnNlY3JldHNlY3JldHNlY3JldHNlY3Jl" +
	"dHNlY3JldEOyg4HpyQ6orV5cpBl+77g="

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want model.KeyCounts
	}{
		"keys": {"key,records,bytes\nb,2,20\na,1,10\n", model.KeyCounts{HasRecords: true, HasBytes: true,
			Keys: []model.KeyCount{{Hash: hashA, Name: "a", Records: 1, Bytes: 10}, {Hash: hashB, Name: "b", Records: 2, Bytes: 20}}}},
		"twice, and the rest": {"key;records\na;1\n;7\na;2.5\n;1\n\n", model.KeyCounts{HasRecords: true,
			Rest: model.KeyCount{Records: 8}, Keys: []model.KeyCount{{Hash: hashA, Name: "a", Records: 3.5}}}},
		"hashes": {"Hash\tBytes\n16955237001963240173058271559858726497\t5\n", model.KeyCounts{HasBytes: true,
			Keys: []model.KeyCount{{Hash: hashA, Bytes: 5}}}},
		"md5": {"md5,records\n0CC175b9c0f1b6a831c399e269772661,5\n", model.KeyCounts{HasRecords: true,
			Keys: []model.KeyCount{{Hash: hashA, Records: 5}}}},
		"a hash goes before its key": {"key,hash,records\nx,7,1\nx,,1\n", model.KeyCounts{HasRecords: true,
			Keys: []model.KeyCount{{Hash: model.Hash{Lo: 7}, Name: "x", Records: 1}, {Hash: model.HashOf("x"), Name: "x", Records: 1}}}},
		"quotes and other columns": {"\r\n\"key\",when,records\r\n\"a\",\"x,y\",3\r\n", model.KeyCounts{HasRecords: true,
			Keys: []model.KeyCount{{Hash: hashA, Name: "a", Records: 3}}}},
		"an aggregate of the KPL": {`{"PartitionKey":"x","Data":"` + aggregate + `"}`, model.KeyCounts{HasRecords: true, HasBytes: true,
			Keys: []model.KeyCount{{Hash: hashA, Name: "a", Records: 2. / 3, Bytes: 42}, {Hash: hashB, Name: "b", Records: 1. / 3, Bytes: 21}}}},
		"what the AWS CLI prints": {"{\n\"Records\": [\n{\"PartitionKey\":\"a\",\n\"Data\":\"aGVsbG8=\"}]}\n",
			model.KeyCounts{HasRecords: true, HasBytes: true, Keys: []model.KeyCount{{Hash: hashA, Name: "a", Records: 1, Bytes: 6}}}},
		"records": {`{"PartitionKey":"a","Data":"aGVsbG8=","SequenceNumber":"1"}` + "\n\n" +
			`{"kinesis":{"partitionKey":"a","data":"aGVsbG8h"}}` + "\n" +
			`{"PartitionKey":"b","bytes":100,"ExplicitHashKey":"7"}`,
			model.KeyCounts{HasRecords: true, HasBytes: true, Keys: []model.KeyCount{
				{Hash: model.Hash{Lo: 7}, Name: "b", Records: 1, Bytes: 100},
				{Hash: hashA, Name: "a", Records: 2, Bytes: 6 + 7}}}}, // "hello" and "hello!", with the key
	} {
		got, err := keyfile.Read(name, strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "f:1:1: no keys",
		"key,records\n":                 "f:1:1: no keys",
		"user,records\na,1\n":           `f:1:1: "user,records": no header`,
		"key\na\n":                      "no header",
		"a,1,2\n":                       "no header",
		"key,records,key\n":             "there twice",
		"key,records\na,1\nb,-2\n":      `f:3:1: "-2": not a count`,
		"key,records\na,NaN\n":          "not a count",
		"key,records\na,Inf\n":          "not a count",
		"key,records\na,0x10\n":         "not a count",
		"key,records\na,1_0\n":          "not a count",
		"key,records\na,\n":             "not a count",
		"key,records\na\n":              "f:2:1: 1 columns",
		"key,records\n\"a,1\n":          "CSV table",
		"key,records\na,0\n":            "all counts are 0",
		"key,records\na,1e308\nb,1e308": "more than a number can be",
		"hash,records\n1.5,1\n":         "not a whole number",
		"hash,records\n" + strings.Repeat("9", 40) + ",1\n":    "not below 2^128",
		"md5,records\n0cc1,1\n":                                "not an MD5",
		"md5,records\n" + strings.Repeat("0", 33) + ",1\n":     "not an MD5",
		"{\n  \"Records\": []\n}":                              "f:1:1: no keys",
		`{"Data":"aGVsbG8="}`:                                  "without a PartitionKey",
		`{"PartitionKey":"a"}`:                                 "without Data or bytes",
		`{"PartitionKey":"a","Data":"abc"}`:                    "not base64",
		`{"PartitionKey":"a","bytes":-1}`:                      "without Data or bytes",
		`{"PartitionKey":"a","bytes":1}` + "\nx":               "f:2:1: not a record",
		`{"PartitionKey":"a","ExplicitHashKey":"z","bytes":1}`: "ExplicitHashKey: not a whole number",
	} {
		counts, err := keyfile.Read("f", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %s", text, counts, err, want)
		}
	}
	_, err := keyfile.Read("f", strings.NewReader("key,records\n"+strings.Repeat("a,b\n", 1000)))
	if lines := strings.Count(err.Error(), "\n"); lines > 30 {
		t.Errorf("%d faults of one file", lines)
	}
	_, err = keyfile.Read("f", strings.NewReader(strings.Repeat("{\n", 1000)))
	if lines := strings.Count(err.Error(), "\n"); lines > 0 {
		t.Errorf("%d faults of a file of something else", lines+1)
	}
	broken := errors.New("broken")
	if _, err := keyfile.Read("f", failing{broken}); err != broken {
		t.Errorf("%v, want that of the source", err)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// What is read is in order, each hash key once, with counts that are numbers.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"key,records,bytes\na,1,2\n,3,4\n", "hash;bytes\n0;1\n", "md5\tcount\n0cc175b9c0f1b6a831c399e269772661\t1e3\n",
		`{"PartitionKey":"a","Data":"aGVsbG8="}`, `{"kinesis":{"partitionKey":"a","bytes":1}}`, "key,records\n\"a\n", "\n\n{", "key,records\na,1e999\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		counts, err := keyfile.Read("f", strings.NewReader(text))
		if err != nil {
			if strings.ContainsAny(strings.ReplaceAll(err.Error(), "\n", ""), "\x00\x1b") {
				t.Errorf("%q: the fault could steer a terminal", text)
			}
			return
		}
		if len(counts.Keys) == 0 {
			t.Errorf("%q: no keys, and no fault", text)
		}
		for i, k := range counts.Keys {
			if i > 0 && !counts.Keys[i-1].Hash.Less(k.Hash) {
				t.Errorf("%q: out of order", text)
			}
			if !(k.Records >= 0) || !(k.Bytes >= 0) || math.IsInf(k.Records+k.Bytes, 0) {
				t.Errorf("%q: %v", text, k)
			}
		}
	})
}
