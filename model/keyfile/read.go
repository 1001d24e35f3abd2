package keyfile

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/samplefile"
)

// mostFaults is how many faults of a file are told. A file that is of something else has one
// on each line.
const mostFaults = 20

// Read reads a file, as UTF-8. Name is what faults call it, which are input.Errors with the
// line of each. What the source of the text returns as an error is returned as it is.
func Read(name string, text io.Reader) (*model.KeyCounts, error) {
	r := reader{name: name, counts: &model.KeyCounts{}}
	body := bufio.NewReaderSize(text, 1<<16)
	if head, _ := body.Peek(samplefile.HeadBytes); samplefile.IsSample(head) {
		s, err := samplefile.Read(name, body)
		if err != nil {
			return nil, err
		}
		return r.sampled(s)
	}
	head, err := firstByte(body)
	if err == nil && head == '{' {
		err = r.readRecords(body)
	} else if err == nil {
		err = r.readTable(body)
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	if len(r.faults) == 0 && len(r.counts.Keys) == 0 {
		r.fault(1, "", "no keys", allowedHeader+", and a row for each key; or records in JSON, one on a line")
	}
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	r.counts.Keys = joined(r.counts.Keys)
	return r.checked()
}

// OfSample returns what the keys of a sample brought. Name is what faults call its file.
func OfSample(name string, s *model.Sample) (*model.KeyCounts, error) {
	r := reader{name: name}
	return r.sampled(s)
}

// sampled returns the counts of a sample.
func (r *reader) sampled(s *model.Sample) (*model.KeyCounts, error) {
	r.counts = s.KeyCounts()
	if len(r.counts.Keys) == 0 {
		r.fault(1, "", "a sample without records", "a sample of a time in which there were some")
		return nil, r.faults
	}
	return r.checked()
}

// checked returns the counts, unless they are nothing.
func (r *reader) checked() (*model.KeyCounts, error) {
	r.checkSums()
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return r.counts, nil
}

// reader is a file that is being read.
type reader struct {
	name   string
	counts *model.KeyCounts
	faults input.Errors
}

func (r *reader) fault(line int, value, problem, allowed string) {
	r.faults = append(r.faults, input.Error{Where: input.Position{Name: r.name, Line: line, Column: 1}, Value: value,
		Problem: problem, Allowed: allowed})
}

// tired reports whether enough faults are known.
func (r *reader) tired() bool { return len(r.faults) >= mostFaults }

// firstByte returns the first byte that is no space, and leaves it to be read.
func firstByte(body *bufio.Reader) (byte, error) {
	for n := 1; ; n++ {
		head, err := body.Peek(n)
		if len(head) < n {
			if err == bufio.ErrBufferFull {
				return ' ', nil
			}
			return 0, err
		}
		if len(bytes.TrimSpace(head)) > 0 {
			return head[n-1], nil
		}
	}
}

// joined returns keys ordered by their hash keys, those of one hash key added up.
func joined(keys []model.KeyCount) []model.KeyCount {
	slices.SortStableFunc(keys, func(a, b model.KeyCount) int { return a.Hash.Compare(b.Hash) })
	last := 0
	for _, k := range keys[min(1, len(keys)):] {
		if at := &keys[last]; at.Hash == k.Hash {
			at.Records, at.Bytes = at.Records+k.Records, at.Bytes+k.Bytes
			continue
		}
		last++
		keys[last] = k
	}
	return slices.Clip(keys[:min(last+1, len(keys))])
}

// checkSums finds files whose counts are nothing, or more than a number can be.
func (r *reader) checkSums() {
	all := r.counts.Rest
	for i := range r.counts.Keys {
		all.Records += r.counts.Keys[i].Records
		all.Bytes += r.counts.Keys[i].Bytes
	}
	switch {
	case math.IsInf(all.Records, 0) || math.IsInf(all.Bytes, 0):
		r.fault(1, "", "the counts add up to more than a number can be", "counts of records and bytes")
	case all.Records == 0 && all.Bytes == 0:
		r.fault(1, "", "all counts are 0", "keys with records or bytes")
	}
}
