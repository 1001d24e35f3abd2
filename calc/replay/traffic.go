package replay

import "time"

// Traffic is what producers want to write over time, in steps of constant rates.
type Traffic struct {
	Start time.Time // zero where the traffic has no date
	Steps []float64 // how long each lasts, in seconds
	Parts []Part
}

// Part is the traffic of a part of the hash keys. Parts cover the range of hash
// keys from 0 to 1 and do not overlap. A stream has one part where nothing is known
// of its shards.
type Part struct {
	From, To float64
	Flows    []Flow // in each step
}

// Flow is a throughput and a bandwidth. Records are user records where the
// workload aggregates, else Kinesis records.
type Flow struct {
	Records float64 // a second
	Bytes   float64 // a second
}

func (f Flow) times(x float64) Flow { return Flow{f.Records * x, f.Bytes * x} }

// Seconds returns how long the traffic lasts.
func (t *Traffic) Seconds() float64 {
	var total float64
	for _, s := range t.Steps {
		total += s
	}
	return total
}

// Total returns the traffic of the whole stream in a step.
func (t *Traffic) Total(step int) Flow {
	var sum Flow
	for i := range t.Parts {
		f := t.Parts[i].Flows[step]
		sum.Records += f.Records
		sum.Bytes += f.Bytes
	}
	return sum
}

// recordSize returns the mean size of a record in bytes; 0 if nothing is written.
func (t *Traffic) recordSize() float64 {
	var records, bytes float64
	for step, seconds := range t.Steps {
		f := t.Total(step)
		records += f.Records * seconds
		bytes += f.Bytes * seconds
	}
	if records == 0 {
		return 0
	}
	return bytes / records
}
