package replay

import "sort"

// flow is what moves a second: user records, the Kinesis records that hold them,
// and their bytes.
type flow struct{ users, records, bytes float64 }

func (f flow) times(x float64) flow { return flow{f.users * x, f.records * x, f.bytes * x} }

func (f flow) min(o flow) flow {
	return flow{min(f.users, o.users), min(f.records, o.records), min(f.bytes, o.bytes)}
}

// piece is a time in which the flow was constant. It ends where the next one
// starts.
type piece struct {
	flow
	start  float64
	before float64 // records written before it
}

// written returns how many records were written before a time within the piece.
func (p *piece) written(at float64) float64 { return p.before + p.records*(at-p.start) }

// flowLog is what was written, in the order of time. Its last piece is still being
// written.
type flowLog struct{ pieces []piece }

func (l *flowLog) reset() { l.pieces = l.pieces[:0] }

// append starts a piece of another flow at a time.
func (l *flowLog) append(at float64, f flow) {
	before := 0.0
	if n := len(l.pieces); n > 0 {
		last := &l.pieces[n-1]
		if last.start == at {
			last.flow = f
			return
		}
		before = last.written(at)
	}
	l.pieces = append(l.pieces, piece{f, at, before})
}

// split ends the last piece at a time, and goes on with the same flow.
func (l *flowLog) split(at float64) {
	if last := l.pieces[len(l.pieces)-1]; last.start < at {
		l.append(at, last.flow)
	}
}

// total returns how many records were written until now.
func (l *flowLog) total(now float64) float64 { return l.pieces[len(l.pieces)-1].written(now) }

// isLast reports whether a piece is the one that is still being written.
func (l *flowLog) isLast(index int) bool { return index == len(l.pieces)-1 }

// end returns where a piece ends: at the next one, or now.
func (l *flowLog) end(index int, now float64) float64 {
	if l.isLast(index) {
		return now
	}
	return l.pieces[index+1].start
}

// pieceAt returns the piece that was being written at a time.
func (l *flowLog) pieceAt(at float64) int {
	return max(0, sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].start > at })-1)
}

// forget drops the pieces before one.
func (l *flowLog) forget(index int) {
	l.pieces = l.pieces[:copy(l.pieces, l.pieces[index:])]
}

// cursor is a place in a log: that of the next record to take from it.
type cursor struct {
	piece int
	at    float64 // when that record was written
}

// skipEmpty moves a cursor over pieces in which nothing was written, and reports
// whether nothing is left.
func (l *flowLog) skipEmpty(c *cursor, now float64) (nothingLeft bool) {
	for l.pieces[c.piece].records == 0 {
		if l.isLast(c.piece) {
			c.at = now
			return true
		}
		c.piece++
		c.at = l.pieces[c.piece].start
	}
	return false
}
