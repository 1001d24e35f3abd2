package recordfile

import (
	"crypto/md5"
	"encoding/json"
	"os"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// aggregated is an aggregate that AWS's library for Node made (testdata/kpl.js), and what was
// put into it.
type aggregated struct {
	Name         string
	PartitionKey string `json:"partition_key"`
	Data         []byte
	Records      []struct {
		Key, Hash string
		Size      int
	}
}

func aggregates(t testing.TB) (list []aggregated) {
	t.Helper()
	text, err := os.ReadFile("testdata/kpl.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &list); err != nil || len(list) < 5 {
		t.Fatal(len(list), err)
	}
	return list
}

func TestUnpack(t *testing.T) {
	for _, a := range aggregates(t) {
		got := Unpack(a.Data)
		if len(got) != len(a.Records) {
			t.Errorf("%s: %d records, want %d", a.Name, len(got), len(a.Records))
			continue
		}
		for i, want := range a.Records {
			if r := got[i]; string(r.Key) != want.Key || string(r.hash) != want.Hash || r.Size != want.Size {
				t.Errorf("%s[%d]: %s %s %d, want %+v", a.Name, i, r.Key, r.hash, r.Size, want)
			}
			hash := model.HashOf(want.Key)
			if want.Hash != "" {
				hash, _ = model.ParseHash(want.Hash)
			}
			if got[i].Hash() != hash {
				t.Errorf("%s[%d]: hash %v, want %v", a.Name, i, got[i].Hash(), hash)
			}
		}
	}
}

// signed returns an aggregate of a message.
func signed(message string) []byte {
	sum := md5.Sum([]byte(message))
	return append(append(append([]byte{}, magic...), message...), sum[:]...)
}

// What is no aggregate is one record, as consumers take it.
func TestUnpackNothing(t *testing.T) {
	good := aggregates(t)[0].Data
	damaged := append([]byte{}, good...)
	damaged[10]++
	for name, data := range map[string][]byte{
		"nothing":            nil,
		"the magic alone":    magic,
		"another payload":    []byte(`{"a": 1}`),
		"damaged":            damaged,
		"cut short":          good[:len(good)-1],
		"no records":         signed("\x0a\x01a"),
		"beyond the keys":    signed("\x0a\x01a\x1a\x04\x08\x01\x1a\x00"),
		"beyond the hashes":  signed("\x0a\x01a\x1a\x06\x08\x00\x10\x00\x1a\x00"),
		"no key":             signed("\x0a\x01a\x1a\x02\x1a\x00"),
		"longer than it is":  signed("\x0a\x7fa"),
		"field 0":            signed("\x02\x01a"),
		"a group":            signed("\x0a\x01a\x0b"),
		"no end of a number": signed("\x0a\x01a\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
		"a length of 2^63":   signed("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
	} {
		if list := Unpack(data); len(list) > 0 {
			t.Errorf("%s: %v", name, list)
		}
	}
	// Fields that a later version has are passed over: fixed64, fixed32 and a varint.
	later := "\x21\x01\x02\x03\x04\x05\x06\x07\x08\x2d\x01\x02\x03\x04\x30\x96\x01"
	if list := Unpack(signed("\x0a\x01a" + later + "\x1a\x05\x08\x00\x1a\x01x")); len(list) != 1 || list[0].Size != 1 {
		t.Errorf("with further fields: %v", list)
	}
}

// Sizes of all records are no more than the aggregate's, and keys are of its table.
func FuzzUnpack(f *testing.F) {
	for _, a := range aggregates(f) {
		f.Add(a.Data[4 : len(a.Data)-16])
	}
	f.Add([]byte("\x0a\x01a\x1a\x06\x08\x00\x10\x00\x1a\x00"))
	f.Fuzz(func(t *testing.T, message []byte) {
		sum := 0
		list := Unpack(signed(string(message)))
		for i := range list {
			sum += list[i].Size
			list[i].Hash()
		}
		if sum > len(message) || len(list) > len(message) {
			t.Errorf("%d bytes of %d records in %d", sum, len(list), len(message))
		}
		Unpack(message)
	})
}
