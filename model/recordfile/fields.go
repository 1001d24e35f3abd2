package recordfile

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/kcalc/kcalc/model"
)

// fields are what a record's object has, as it was written; nil for what it has not.
type fields struct {
	key, hash, data *string
	arrival, bytes  jsontext.Value
	list            bool // it has a list of records
	problem         string
}

// take takes the value of a member.
func (f *fields) take(name string, value jsontext.Value) {
	switch name {
	case "partitionkey":
		f.key = f.text("PartitionKey", value)
	case "explicithashkey":
		f.hash = f.text("ExplicitHashKey", value)
	case "data":
		f.data = f.text("Data", value)
	case "bytes":
		f.bytes = value.Clone()
	case "approximatearrivaltimestamp":
		f.arrival = value.Clone()
	case "schema":
		if schema := f.text("schema", value); schema != nil && strings.HasPrefix(*schema, "kcalc.") {
			f.problem = "a file of kcalc, and not of records"
		}
	}
}

// text returns a text, and nil for null.
func (f *fields) text(name string, value jsontext.Value) *string {
	switch value.Kind() {
	case jsontext.KindNull:
		return nil
	case jsontext.KindString:
		plain, err := jsontext.AppendUnquote(nil, value)
		if err == nil {
			text := string(plain)
			return &text
		}
	}
	f.problem = name + " that is no text"
	return nil
}

// longestKey is how many characters a partition key has at most
// (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html).
const longestKey = 256

// record returns the record, or what is wrong with it. Its payload is in the memory of into.
func (f *fields) record(into *[]byte) (*model.Record, string) {
	switch {
	case f.problem != "":
		return nil, f.problem
	case f.key == nil || *f.key == "":
		return nil, "a record without a PartitionKey"
	case utf8.RuneCountInString(*f.key) > longestKey:
		return nil, "a PartitionKey of more than 256 characters"
	}
	r := &model.Record{PartitionKey: *f.key}
	if f.hash != nil && *f.hash != "" {
		hash, err := model.ParseHash(*f.hash)
		if err != nil {
			return nil, "ExplicitHashKey: " + err.Error()
		}
		r.ExplicitHashKey = model.Known(hash)
	}
	if f.arrival != nil && f.arrival.Kind() != jsontext.KindNull {
		at, ok := arrivalOf(f.arrival)
		if !ok {
			return nil, "ApproximateArrivalTimestamp that is no time"
		}
		r.Arrival = at
	}
	return r, f.payload(r, into)
}

// payload gives a record its payload, or its size where there is no more.
func (f *fields) payload(r *model.Record, into *[]byte) string {
	if f.data != nil {
		data, ok := decode([]byte(*f.data), into)
		if !ok {
			return "Data that is not base64"
		}
		r.Data, r.Size = data, int64(len(data))
		return ""
	}
	const most = 1 << 30 // far more than a record may have
	bytes, err := strconv.ParseFloat(string(f.bytes), 64)
	if f.bytes == nil || err != nil || !(bytes >= 0 && bytes <= most) || bytes != math.Trunc(bytes) {
		return "a record without Data or bytes"
	}
	r.Size = max(0, int64(bytes)-int64(len(r.PartitionKey)))
	return ""
}

// arrivalOf reads seconds since 1970, or a time as RFC 3339 has it.
func arrivalOf(value jsontext.Value) (time.Time, bool) {
	const least, most = 1.3e9, 2.5e11 // 2011 and 9892
	if value.Kind() == jsontext.KindNumber {
		seconds, err := strconv.ParseFloat(string(value), 64)
		if err != nil || !(seconds >= least && seconds <= most) {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), true
	}
	plain, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, string(plain))
	return at.UTC(), err == nil && at.Unix() >= least && at.Unix() <= most
}
