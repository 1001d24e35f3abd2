package historyfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"

	"github.com/kcalc/kcalc/model/input"
)

// mostKept is how much gzipped data is kept in memory, to be looked over before it
// is read. A hundred bytes of it can hold fifty thousand values; what is larger than
// this is large in itself.
const mostKept = 8 << 20

// unzip returns what gzipped data hold, unless that is too much for a history.
func (n *notes) unzip(in io.Reader) (*bufio.Reader, bool) {
	kept, err := io.ReadAll(io.LimitReader(in, mostKept+1))
	if err != nil {
		n.unread(err, n.start())
		return nil, false
	}
	if len(kept) <= mostKept {
		text, f, tooMuch := tallied(kept)
		if tooMuch {
			f.Where = n.start()
			n.report(f)
			return nil, false
		}
		if text != nil {
			return bufio.NewReaderSize(bytes.NewReader(text), headSize), true
		}
	}
	z, err := gzip.NewReader(io.MultiReader(bytes.NewReader(kept), in))
	if err != nil {
		n.unread(err, n.start())
		return nil, false
	}
	return bufio.NewReaderSize(z, headSize), true
}

// tally counts what a file takes room for.
type tally struct {
	bytes, lines, parts int // parts are parted by commas and the like
	most                room
}

// room is how much there may be.
type room struct{ lines, parts int }

// mostText is how much of what gzipped data hold is kept in memory, so that it need not be unzipped
// twice: twice what a fortnight of minutes of a dozen series takes.
const mostText = 4 << 20

// tallied looks gzipped data over, and says whether a history can hold so much. It returns what they
// hold, unless that is large, or damaged, which is reported when it is read.
func tallied(data []byte) (all []byte, f input.Error, tooMuch bool) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, f, false
	}
	block, text := make([]byte, headSize), make([]byte, 0, min(mostText, told(data)))
	var t tally
	for {
		read, err := io.ReadFull(z, block)
		if t.bytes == 0 {
			t.most = mostOf(block[:read])
		}
		t.add(block[:read])
		if text = append(text, block[:read]...); t.bytes > mostText {
			text = text[:0]
		}
		if f, tooMuch = t.tooMuch(); tooMuch || err != nil {
			if _, err := z.Read(block); err == io.EOF && t.bytes <= mostText {
				all = text
			}
			return all, f, tooMuch
		}
	}
}

// told returns how much gzipped data say that they hold, which they need not: the last four bytes
// (RFC 1952, section 2.3.1).
func told(data []byte) (n int) {
	for _, b := range slices.Backward(data[max(0, len(data)-4):]) {
		n = n<<8 | int(b)
	}
	return n
}

// mostOf returns how much a history may have in the form that its head shows. A value has
// a comma behind it at the most, a point of the AWS CLI's output has two; the rest is
// for names and times.
func mostOf(head []byte) room {
	const rest = 1 << 20
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch m := firstKey.FindSubmatch(text); {
	case m != nil && isCLIKey(string(m[1])):
		return room{MaxSize, 2*mostTimes + rest}
	case bytes.HasPrefix(text, []byte("{")):
		return room{MaxSize, MaxPeriods + rest}
	}
	return room{mostTimes + rest, MaxPeriods + rest}
}

func (t *tally) add(block []byte) {
	t.bytes += len(block)
	t.lines += bytes.Count(block, []byte{'\n'})
	for _, separator := range []byte(",;\t") {
		t.parts += bytes.Count(block, []byte{separator})
	}
}

func (t *tally) tooMuch() (f input.Error, tooMuch bool) {
	switch {
	case t.bytes > MaxSize:
		return input.Error{Problem: errTooLarge.Error(), Allowed: "1 GiB, uncompressed"}, true
	case t.lines > t.most.lines:
		return input.Error{Problem: "too many rows for a history", Allowed: fmt.Sprint(mostTimes)}, true
	case t.parts > t.most.parts:
		return input.Error{Problem: "too many values for a history", Allowed: fmt.Sprint(MaxPeriods)}, true
	}
	return f, false
}
