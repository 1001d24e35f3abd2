package keyfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"github.com/kcalc/kcalc/model"
)

const allowedRecord = `a record on each line, such as {"PartitionKey": "user-1", "Data": "aGVsbG8="}; ` +
	`"jq -c '.Records[]'" makes lines of what the AWS CLI and Lambda have`

// record is a record in JSON: as GetRecords returns it, as Lambda passes it on, or with the
// size of its payload in place of the payload. Names are read in any case.
type record struct {
	PartitionKey    *string
	ExplicitHashKey *string
	Data            *string  // in base64
	Bytes           *float64 // of the payload and the key, where there are no data
	Kinesis         *record  // of Lambda
}

// readRecords reads records, one on a line.
func (r *reader) readRecords(body *bufio.Reader) error {
	r.counts.HasRecords, r.counts.HasBytes = true, true
	places := map[model.Hash]int{}
	for number := 1; !r.tired(); number++ {
		line, err := body.ReadBytes('\n')
		if text := bytes.TrimSpace(line); len(text) > 0 {
			r.record(text, number, places)
			if len(r.faults) > 0 && len(places) == 0 {
				return nil // a file of something else
			}
		}
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
	return nil
}

// record adds a record to the counts, which are at the places of their hash keys.
func (r *reader) record(text []byte, line int, places map[model.Hash]int) {
	var rec record
	if err := json.Unmarshal(text, &rec); err != nil {
		r.fault(line, "", "not a record in JSON", allowedRecord)
		return
	}
	if rec.Kinesis != nil {
		rec = *rec.Kinesis
	}
	k, problem := rec.count()
	if problem != "" {
		r.fault(line, "", problem, allowedRecord)
		return
	}
	place, ok := places[k.Hash]
	if !ok {
		places[k.Hash] = len(r.counts.Keys)
		r.counts.Keys = append(r.counts.Keys, k)
		return
	}
	r.counts.Keys[place].Records++
	r.counts.Keys[place].Bytes += k.Bytes
}

// aggregated is how the payload of an aggregate of the KPL begins in base64: F3 89 9A C2.
const aggregated = "84mawg"

// count returns a record as one of its key, or what is wrong with it.
func (rec *record) count() (k model.KeyCount, problem string) {
	if rec.PartitionKey == nil || *rec.PartitionKey == "" {
		return k, "a record without a PartitionKey"
	}
	k = model.KeyCount{Name: *rec.PartitionKey, Hash: model.HashOf(*rec.PartitionKey), Records: 1}
	if rec.ExplicitHashKey != nil && *rec.ExplicitHashKey != "" {
		hash, err := model.ParseHash(*rec.ExplicitHashKey)
		if err != nil {
			return k, "ExplicitHashKey: " + err.Error()
		}
		k.Hash = hash
	}
	switch {
	case rec.Data != nil && strings.HasPrefix(*rec.Data, aggregated[:5]):
		return k, "an aggregate of the KPL, whose records have keys of their own: take it apart before"
	case rec.Data != nil && len(*rec.Data)%4 != 0:
		return k, "Data that is not base64"
	case rec.Data != nil:
		k.Bytes = float64(len(strings.TrimRight(*rec.Data, "="))*6/8) + float64(len(k.Name))
	case rec.Bytes != nil && *rec.Bytes >= 0:
		k.Bytes = *rec.Bytes
	default:
		return k, "a record without Data or bytes"
	}
	return k, ""
}
