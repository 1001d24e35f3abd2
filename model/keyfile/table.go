package keyfile

import (
	"bufio"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"encoding/binary"

	"github.com/kcalc/kcalc/model"
)

const (
	allowedHeader = "a first line such as key,records,bytes: key, hash or md5, and records, bytes or both"
	allowedCount  = "a number from 0"
	allowedHash   = "a whole number from 0 to 2^128 - 1"
	allowedMD5    = "32 hexadecimal digits"
)

// columns are where a table has what, -1 where it does not have it.
type columns struct{ key, hash, md5, records, bytes int }

// readTable reads a table.
func (r *reader) readTable(body *bufio.Reader) error {
	line, err := body.ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	skipped := 1
	for err == nil && strings.TrimSpace(line) == "" {
		line, err = body.ReadString('\n')
		skipped++
	}
	separator := separatorOf(line)
	at, ok := r.header(strings.TrimSpace(line), separator, skipped)
	if !ok {
		return nil
	}
	rows := csv.NewReader(body)
	rows.Comma, rows.ReuseRecord, rows.FieldsPerRecord = separator, true, -1
	for !r.tired() {
		row, err := rows.Read()
		var malformed *csv.ParseError
		switch {
		case errors.As(err, &malformed):
			r.fault(malformed.Line+skipped, "", malformed.Err.Error(), "a row of a CSV table")
			return nil // where the next row begins is not known
		case err != nil:
			return err
		}
		line, _ := rows.FieldPos(0)
		r.row(row, &at, line+skipped)
	}
	return nil
}

// separatorOf returns what stands between the columns of a header.
func separatorOf(header string) rune {
	for _, separator := range ",;\t" {
		if strings.ContainsRune(header, separator) {
			return separator
		}
	}
	return ','
}

// header reads the names of columns, and reports whether they are those of a table of keys.
func (r *reader) header(line string, separator rune, number int) (columns, bool) {
	at := columns{-1, -1, -1, -1, -1}
	places := map[string]*int{"key": &at.key, "partition_key": &at.key, "partitionkey": &at.key, "hash": &at.hash,
		"explicit_hash_key": &at.hash, "md5": &at.md5, "records": &at.records, "count": &at.records, "bytes": &at.bytes}
	for i, name := range strings.Split(line, string(separator)) {
		name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`))
		if place, ok := places[name]; ok && *place >= 0 {
			r.fault(number, name, "a column that is there twice", allowedHeader)
			return at, false
		} else if ok {
			*place = i
		}
	}
	if at.key < 0 && at.hash < 0 && at.md5 < 0 || at.records < 0 && at.bytes < 0 {
		r.fault(number, line, "no header of a table of keys", allowedHeader)
		return at, false
	}
	r.counts.HasRecords, r.counts.HasBytes = at.records >= 0, at.bytes >= 0
	return at, true
}

// row adds a row of the table.
func (r *reader) row(row []string, at *columns, line int) {
	if len(row) == 1 && strings.TrimSpace(row[0]) == "" {
		return
	}
	if most := max(at.key, at.hash, at.md5, at.records, at.bytes); len(row) <= most {
		r.fault(line, "", strconv.Itoa(len(row))+" columns, fewer than the header", "a value in each column")
		return
	}
	k, named, ok := r.keyOf(row, at, line)
	ok = r.count(&k.Records, row, at.records, line) && ok
	ok = r.count(&k.Bytes, row, at.bytes, line) && ok
	switch {
	case !ok:
	case named:
		r.counts.Keys = append(r.counts.Keys, k)
	default:
		r.counts.Rest.Records += k.Records
		r.counts.Rest.Bytes += k.Bytes
	}
}

// keyOf returns the key of a row. It is not named where the row is of all other keys.
func (r *reader) keyOf(row []string, at *columns, line int) (k model.KeyCount, named, ok bool) {
	if at.key >= 0 && row[at.key] != "" {
		k.Name, named = strings.Clone(row[at.key]), true
		k.Hash = model.HashOf(k.Name)
	}
	if at.md5 >= 0 && row[at.md5] != "" {
		var sum [16]byte
		if n, err := hex.Decode(sum[:], []byte(clip(row[at.md5], 2*len(sum)))); err != nil || n != len(sum) || len(row[at.md5]) != 2*n {
			r.fault(line, row[at.md5], "not an MD5", allowedMD5)
			return k, named, false
		}
		k.Hash, named = model.Hash{Hi: binary.BigEndian.Uint64(sum[:8]), Lo: binary.BigEndian.Uint64(sum[8:])}, true
	}
	if at.hash >= 0 && row[at.hash] != "" {
		hash, err := model.ParseHash(strings.TrimSpace(row[at.hash]))
		if err != nil {
			r.fault(line, row[at.hash], err.Error(), allowedHash)
			return k, named, false
		}
		k.Hash, named = hash, true
	}
	return k, named, true
}

func clip(text string, most int) string { return text[:min(len(text), most)] }

// count reads the count of a column, if the table has it.
func (r *reader) count(to *float64, row []string, column, line int) bool {
	if column < 0 {
		return true
	}
	text := strings.TrimSpace(row[column])
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0) || math.IsInf(x, 0) || strings.ContainsAny(text, "xX_+") {
		r.fault(line, row[column], "not a count", allowedCount)
		return false
	}
	*to = x
	return true
}
