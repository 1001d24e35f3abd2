package cloudwatch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// A journal is made of sealed lines: JSON, a blank, and the checksum of the JSON,
// so that what a disk or a hand has changed is not taken for what AWS said.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(text []byte) []byte {
	return fmt.Appendf(nil, "%08x", crc32.Checksum(text, castagnoli))
}

// writeSealed writes a value as a line.
func writeSealed(w io.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s %s\n", text, checksum(text))
	return err
}

var errBroken = errors.New("the line is not what was written")

// readSealed reads a line into a value, if it is what was written.
func readSealed(line []byte, value any) error {
	at := bytes.LastIndexByte(line, ' ')
	if at < 0 || !bytes.Equal(bytes.TrimSuffix(line[at+1:], []byte("\n")), checksum(line[:at])) {
		return errBroken
	}
	return json.Unmarshal(line[:at], value)
}

// longestLine is far above what a call brings, 100,800 points, and what names the
// series of a stream with all shards that it can have.
const longestLine = 16 << 20

// readLine reads a line with its end. What is longer than a line can be is not read
// further.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > longestLine:
			return nil, errBroken
		case err != bufio.ErrBufferFull:
			return line, err
		}
	}
}
