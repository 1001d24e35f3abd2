package input

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// A text is the same in whatever way it is encoded, in one piece or byte by byte.
func TestDecoded(t *testing.T) {
	long := strings.Repeat("a€", headSize) // whose characters are cut at the end of the head
	for in, want := range map[string]string{
		"":                                "",
		"a":                               "a",
		"stream: b€":                      "stream: b€",
		"\ufeffab":                        "ab",
		"\xff\xfea\x00\xac\x20":           "a€",
		"\xfe\xff\x00a\x20\xac":           "a€",
		"a\x00b\x00":                      "ab",
		"\x00a\x00b":                      "ab",
		"M\xfcnchen, 5 \x80":              "München, 5 €",
		"\xff\xfe":                        "",
		"PK\x03\x04\xff":                  "PK\x03\x04\xff", // no text
		long:                              long,
		"\xff\xfe" + utf16Of(long, false): long,
	} {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			got, err := io.ReadAll(Decoded(r))
			if err != nil || string(got) != want {
				t.Errorf("%.50q: %.50q, %v", in, got, err)
			}
		}
	}
	if _, err := io.ReadAll(Decoded(iotest.ErrReader(io.ErrClosedPipe))); err != io.ErrClosedPipe {
		t.Error(err)
	}
}

// utf16Of returns a text without characters beyond 16 bits in UTF-16.
func utf16Of(text string, big bool) string {
	var b strings.Builder
	for _, c := range text {
		if big {
			b.Write([]byte{byte(c >> 8), byte(c)})
		} else {
			b.Write([]byte{byte(c), byte(c >> 8)})
		}
	}
	return b.String()
}
