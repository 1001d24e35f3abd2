package recordfile

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"

	"github.com/kcalc/kcalc/model"
)

// magic is how an aggregate of the KPL begins; behind it come a message of protocol buffers and
// its MD5.
//
// (https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md)
var magic = []byte{0xF3, 0x89, 0x9A, 0xC2}

// UserRecord is a user record of an aggregate. Its key is in the aggregate's memory.
type UserRecord struct {
	Key  []byte
	Size int // of the payload

	hash []byte // explicit hash key, decimal; nil where it has none
}

// Unpack returns the user records of an aggregate, and nil for what is none: another payload,
// or one that is damaged, which consumers take as one record.
func Unpack(data []byte) []UserRecord {
	body, ok := bytes.CutPrefix(data, magic)
	if !ok || len(body) < md5.Size {
		return nil
	}
	body, sum := body[:len(body)-md5.Size], body[len(body)-md5.Size:]
	if actual := md5.Sum(body); !bytes.Equal(actual[:], sum) {
		return nil
	}
	a := aggregate{}
	if !eachField(body, a.field) {
		return nil
	}
	list := make([]UserRecord, 0, len(a.records))
	for _, text := range a.records {
		r, ok := a.record(text)
		if !ok {
			return nil
		}
		list = append(list, r)
	}
	return list
}

// aggregate is the message of an aggregate: two tables of keys, and records that refer to them.
type aggregate struct{ keys, hashes, records [][]byte }

func (a *aggregate) field(number, _ uint64, text []byte) bool {
	switch number {
	case 1:
		a.keys = append(a.keys, text)
	case 2:
		a.hashes = append(a.hashes, text)
	case 3:
		a.records = append(a.records, text)
	}
	return true
}

// record reads a record, whose key, hash and payload are fields 1 to 3.
func (a *aggregate) record(text []byte) (r UserRecord, ok bool) {
	hasKey := false
	read := eachField(text, func(number, value uint64, text []byte) bool {
		switch {
		case number == 1 && value < uint64(len(a.keys)):
			r.Key, hasKey = a.keys[value], true
		case number == 2 && value < uint64(len(a.hashes)):
			r.hash = a.hashes[value]
		case number == 3:
			r.Size = len(text)
		case number <= 2:
			return false // beyond the table
		}
		return true
	})
	return r, read && hasKey
}

// The wire types of protocol buffers that there are
// (https://protobuf.dev/programming-guides/encoding/).
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// eachField calls each with the fields of a message, up to the first for which that is false. It
// reports whether all were read.
func eachField(message []byte, each func(number, value uint64, text []byte) bool) bool {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 || tag>>3 == 0 {
			return false
		}
		message = message[n:]
		var value uint64
		var text []byte
		size := 0
		switch tag & 7 {
		case wireVarint:
			value, size = binary.Uvarint(message)
		case wireFixed64:
			size = 8
		case wireFixed32:
			size = 4
		case wireBytes:
			length, n := binary.Uvarint(message)
			if n <= 0 || length > uint64(len(message)-n) {
				return false
			}
			size = n + int(length)
			text = message[n:size]
		}
		if size <= 0 || size > len(message) || !each(tag>>3, value, text) {
			return false
		}
		message = message[size:]
	}
	return true
}

// Hash returns the hash key of a user record: its explicit one, if that is one, else that of
// its partition key.
func (u *UserRecord) Hash() model.Hash {
	if u.hash != nil {
		if hash, err := model.ParseHash(string(u.hash)); err == nil {
			return hash
		}
	}
	return model.HashOf(string(u.Key))
}
