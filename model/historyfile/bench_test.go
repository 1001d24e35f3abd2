package historyfile

import (
	"bytes"
	"compress/gzip"
	"io"
	"runtime"
	"testing"
)

// The window that people look at: 14 days in minutes, 12 series, 241,920 points.
func BenchmarkRead(b *testing.B) {
	h := twoWeeks()
	own := file(b, h)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(own)
	z.Close()
	for name, text := range map[string][]byte{"own": own, "gzip": zipped.Bytes(), "aws": likeCLI(h),
		"csv": likeCSV(h)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, _, err := Read("h", bytes.NewReader(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	h := twoWeeks()
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, h); err != nil {
			b.Fatal(err)
		}
	}
}

// What reading takes from the memory, once and in all.
func TestReadAllocatesLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs short tests, allocates much more")
	}
	h := twoWeeks()
	for name, c := range map[string]struct {
		text []byte
		most uint64
	}{"own": {file(t, h), 16 << 20}, "aws": {likeCLI(h), 64 << 20}, "csv": {likeCSV(h), 32 << 20}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := Read("h", bytes.NewReader(c.text)); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > c.most {
			t.Errorf("%s: %d bytes, want at most %d", name, took, c.most)
		}
	}
}
