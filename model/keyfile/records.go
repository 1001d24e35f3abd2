package keyfile

import (
	"bufio"
	"errors"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/recordfile"
)

// readRecords reads records in JSON. Aggregates of the KPL are taken apart: each of n user
// records brings 1/n of the Kinesis record, and its own bytes.
func (r *reader) readRecords(body *bufio.Reader) error {
	r.counts.HasRecords, r.counts.HasBytes = true, true
	places := map[model.Hash]int{}
	err := recordfile.Read(r.name, body, func(rec *model.Record) {
		users := recordfile.Unpack(rec.Data)
		for i := range users {
			u := &users[i]
			r.add(places, model.KeyCount{Hash: u.Hash(), Name: string(u.Key), Records: 1 / float64(len(users)),
				Bytes: float64(u.Size + len(u.Key))})
		}
		if len(users) > 0 {
			return
		}
		hash := rec.ExplicitHashKey.Value
		if !rec.ExplicitHashKey.Known {
			hash = model.HashOf(rec.PartitionKey)
		}
		r.add(places, model.KeyCount{Hash: hash, Name: rec.PartitionKey, Records: 1,
			Bytes: float64(rec.Size) + float64(len(rec.PartitionKey))})
	})
	if errors.As(err, &r.faults) {
		return nil
	}
	return err
}

// add adds a record to the counts, which are at the places of their hash keys.
func (r *reader) add(places map[model.Hash]int, k model.KeyCount) {
	place, ok := places[k.Hash]
	if !ok {
		places[k.Hash] = len(r.counts.Keys)
		r.counts.Keys = append(r.counts.Keys, k)
		return
	}
	r.counts.Keys[place].Records += k.Records
	r.counts.Keys[place].Bytes += k.Bytes
}
