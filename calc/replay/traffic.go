package replay

import "time"

// Traffic is what producers want to write over time, in steps of constant rates.
type Traffic struct {
	Start time.Time // zero where it is no time in the past
	Steps []float64 // how long each lasts, in seconds
	Parts []Part
}

// Part is the traffic of a part of the hash keys. Parts cover the range of hash
// keys from 0 to 1 and do not overlap; a stream of whose shards nothing is known
// has one.
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

// Seconds is how long the traffic lasts.
func (t *Traffic) Seconds() float64 {
	var total float64
	for _, s := range t.Steps {
		total += s
	}
	return total
}

// Total is the traffic of the whole stream in a step.
func (t *Traffic) Total(step int) Flow {
	var sum Flow
	for i := range t.Parts {
		f := t.Parts[i].Flows[step]
		sum.Records += f.Records
		sum.Bytes += f.Bytes
	}
	return sum
}

// size is the mean size of a record.
func (t *Traffic) size() float64 {
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
