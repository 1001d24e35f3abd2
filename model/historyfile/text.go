package historyfile

import (
	"bufio"
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
)

// Marks at the beginning of a file that say how its text is encoded.
var (
	utf8Mark = []byte("\xef\xbb\xbf")
	bigMark  = []byte("\xfe\xff")
	lessMark = []byte("\xff\xfe")
)

// decoded returns the text of a file as UTF-8 without a mark. Spreadsheets save
// UTF-16, and PowerShell writes what a program prints in it; what is not UTF-8 and has
// no zeros is Windows-1252, which has all of Latin-1's letters.
func decoded(body *bufio.Reader) *bufio.Reader {
	head, _ := body.Peek(headSize)
	if bytes.HasPrefix(head, utf8Mark) {
		body.Discard(len(utf8Mark))
		return body
	}
	if code := encodingOf(head); code != nil {
		return bufio.NewReaderSize(code.NewDecoder().Reader(body), headSize)
	}
	return body
}

// encodingOf returns the encoding of a text that is not UTF-8, nil if it is, or if it is
// no text at all.
func encodingOf(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, bigMark):
		return utf16.UTF16(utf16.BigEndian, utf16.UseBOM)
	case bytes.HasPrefix(head, lessMark):
		return utf16.UTF16(utf16.LittleEndian, utf16.UseBOM)
	case len(head) > 1 && head[0] == 0 && unicode.IsPrint(rune(head[1])):
		return utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
	case len(head) > 1 && head[1] == 0 && unicode.IsPrint(rune(head[0])):
		return utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM)
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
