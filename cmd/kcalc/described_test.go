package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

// A file of -f is the same in UTF-16, as PowerShell saves what a program prints, and
// gzipped.
func TestFilesAsTheyCome(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, c := range utf16.Encode([]rune(string(text))) {
		wide = append(wide, byte(c), byte(c>>8))
	}
	zip := func(text []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var want string
	for i, data := range [][]byte{text, wide, zip(text), zip(wide)} {
		file := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, complaints := session(t.Context(), "recommend", "-f", file, "--record-size", "1KB", "--average", "900",
			"-o", "json")
		if code != 0 || complaints != "" || i > 0 && out != want {
			t.Errorf("%d: exit code %d, %s\n%s", i, code, complaints, out)
		}
		want = out
	}
	broken := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(broken, zip(text)[:40], 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, complaints := session(t.Context(), "recommend", "-f", broken); code != exitFailed || complaints == "" {
		t.Errorf("exit code %d, %s", code, complaints)
	}
}
