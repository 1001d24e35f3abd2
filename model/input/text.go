package input

import (
	"bufio"
	"bytes"
	"io"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	wide "golang.org/x/text/encoding/unicode"
)

// Marks at the beginning of a file that say how its text is encoded.
var (
	utf8Mark = []byte("\xef\xbb\xbf")
	bigMark  = []byte("\xfe\xff")
	lessMark = []byte("\xff\xfe")
)

// headSize is how much of a file is looked at to tell how its text is encoded.
const headSize = 4 << 10

// Decoded returns the text of a file as UTF-8 without a mark. Spreadsheets save
// UTF-16, and PowerShell writes what a program prints in it; what is not UTF-8 and has
// no zeros is Windows-1252, which has all of Latin-1's letters.
func Decoded(in io.Reader) io.Reader {
	body := bufio.NewReaderSize(in, headSize)
	head, _ := body.Peek(headSize)
	if bytes.HasPrefix(head, utf8Mark) {
		body.Discard(len(utf8Mark))
		return body
	}
	if code := encodingOf(head); code != nil {
		return code.NewDecoder().Reader(body)
	}
	return body
}

// encodingOf returns the encoding of a text that is not UTF-8, nil if it is, or if it is
// no text at all.
func encodingOf(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, bigMark):
		return wide.UTF16(wide.BigEndian, wide.UseBOM)
	case bytes.HasPrefix(head, lessMark):
		return wide.UTF16(wide.LittleEndian, wide.UseBOM)
	case len(head) > 1 && head[0] == 0 && unicode.IsPrint(rune(head[1])):
		return wide.UTF16(wide.BigEndian, wide.IgnoreBOM)
	case len(head) > 1 && head[1] == 0 && unicode.IsPrint(rune(head[0])):
		return wide.UTF16(wide.LittleEndian, wide.IgnoreBOM)
	case !validHead(head) && isPlain(head):
		return charmap.Windows1252
	}
	return nil
}

// validHead reports whether the beginning of a text is UTF-8. Its last character may be
// cut.
func validHead(head []byte) bool {
	for cut := range min(utf8.UTFMax, len(head)+1) {
		if utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return false
}

// isPlain reports whether the beginning of a file has no byte that no text has.
func isPlain(head []byte) bool {
	return !bytes.ContainsFunc(head, func(c rune) bool { return c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f })
}
