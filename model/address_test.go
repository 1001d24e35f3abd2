package model

import (
	"strings"
	"testing"
)

// An address is printable text of at most 2,048 bytes, brackets and quotes among it.
func TestAddress(t *testing.T) {
	var a Address
	if err := a.UnmarshalText([]byte(`module.a["x"].aws_kinesis_stream.b[0]`)); err != nil || a != `module.a["x"].aws_kinesis_stream.b[0]` {
		t.Errorf("%q, %v", a, err)
	}
	if err := a.UnmarshalText([]byte(strings.Repeat("x", 2048))); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{strings.Repeat("x", 2049), "a\x1b[1m", "a\u202eb"} {
		if err := a.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%.20q is taken", bad)
		}
	}
}
