package historyfile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// member is a text gzipped; such members in a row are the texts in a row.
func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What some kilobytes unzip to is refused before room is made for it.
func TestAGzipBombIsRefusedInLittleRoom(t *testing.T) {
	const million = 1_000_000
	begin := `{"schema":"kcalc.history/v1","series":[{"metric":"IncomingBytes","runs":[{"start":"2026-01-01T00:00:00Z","period":"1m","values":[`
	wide := "timestamp"
	for i := range 1000 {
		wide += fmt.Sprintf(",incoming_bytes[shardId-%012d]", i)
	}
	for name, c := range map[string]struct {
		head, part string
		times      int
		want       string
	}{
		"values": {begin, strings.Repeat("1,", million), 69,
			"h:1:1: too many values for a history (allowed: 67108864)"},
		"no points": {begin, strings.Repeat("null,", million), 69,
			"h:1:1: too many values for a history (allowed: 67108864)"},
		"blanks": {begin, strings.Repeat(" ", million), 1100,
			"h:1:1: too large for a history (allowed: 1 GiB, uncompressed)"},
		"rows": {"timestamp,incoming_bytes\n", strings.Repeat("0,1\n", million), 18,
			"h:1:1: too many rows for a history (allowed: 16777216)"},
		"cells": {wide + "\n", strings.Repeat("0"+strings.Repeat(",1", 1000)+"\n", 1000), 70,
			"h:1:1: too many values for a history (allowed: 67108864)"},
		"cells by tabs": {strings.ReplaceAll(wide, ",", "\t") + "\n",
			strings.Repeat("0"+strings.Repeat("\t1", 1000)+"\n",
				1000), 70, "h:1:1: too many values for a history (allowed: 67108864)"},
		"the CLI's times": {`{"MetricDataResults":[{"Id":"incoming_bytes","Timestamps":[`,
			strings.Repeat("1,", million), 36, "h:1:1: too many values for a history (allowed: 67108864)"},
	} {
		bomb := append(gzipped(t, c.head), bytes.Repeat(gzipped(t, c.part), c.times)...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := Read("h", bytes.NewReader(bomb))
		runtime.ReadMemStats(&after)
		if room := after.TotalAlloc - before.TotalAlloc; room > 64<<20 {
			t.Errorf("%s: %d KiB take %d MiB", name, len(bomb)>>10, room>>20)
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What is as well gzipped and no more than a history can have is read.
func TestALongQuietHistoryIsNoBomb(t *testing.T) {
	const minutes = 400_000
	begin := `{"schema":"kcalc.history/v1","from":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z","series":[{"metric":"IncomingBytes","statistic":"Sum","unit":"B","runs":[{"start":"2026-01-01T00:00:00Z","period":"1m","values":[0`
	quiet := gzipped(t, begin+strings.Repeat(",0", minutes)+"]}]}]}")
	h, _, err := Read("h", bytes.NewReader(quiet))
	if err != nil {
		t.Fatal(err)
	}
	if points, _ := h.Series[0].Count(); points != minutes+1 {
		t.Errorf("%d points of %d", points, minutes+1)
	}
}
