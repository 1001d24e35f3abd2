package historyfile

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// lines returns a table of IncomingBytes with those rows.
func lines(rows ...string) string {
	return "timestamp,incoming_bytes\n" + strings.Join(rows, "\n") + "\n"
}

// The same table, as different programs write it.
func TestTables(t *testing.T) {
	want := []model.Run{{Start: november, Period: unit.Duration(time.Minute), Values: []float64{1, 25, 3e6}}}
	for name, text := range map[string]string{
		"RFC 3339": lines("2026-11-01T00:00:00Z,1", "2026-11-01T00:01:00Z,25", "2026-11-01T00:02:00Z,3e6"),
		"zones": lines("2026-11-01T01:00:00+01:00,1", "2026-10-31T20:01:00.000-04:00,25",
			"2026-11-01 00:02:00Z,3e6"),
		"slashes":       lines("2026-11-01T00:00Z,1", "2026-11-01 00:01:00 UTC,25", "2026/11/01 00:02Z,3000000"),
		"day":           lines("2026-11-01 00:00 UTC,1", "2026-11-01T00:01Z,25", "2026-11-01 00:02:00.000 UTC,3000000"),
		"minutes, zone": lines("2026-11-01 00:00Z,1", "2026-11-01T01:01+01:00,25", "2026-11-01T00:02 UTC,3000000"),
		"seconds":       lines("1793491200,1", "1793491260,25", "1793491320,3E+6"),
		"milliseconds":  lines("1793491200000,1", "1793491260000,25", "1793491320000,003000000"),
		"CRLF, mark": "\ufeff" + strings.ReplaceAll(lines("1793491200,1", "1793491260,25", "1793491320,3000000"),
			"\n", "\r\n"),
		"no end of line": strings.TrimSpace(lines("1793491200,1", "1793491260,25", "1793491320,3000000")),
		"blanks, case":   " Timestamp , Incoming_Bytes\n 1793491200 , 1\n\n1793491260, 25 \n1793491320 ,3e6\n",
		"quotes":         "\"timestamp\",\"incoming_bytes\"\n\"1793491200\",\"1\"\n\"1793491260\",25\n1793491320,3e6\n",
		"semicolons":     "timestamp;incoming_bytes\n1793491200;1\n1793491260;25\n1793491320;3e6\n",
		"tabs":           "\ntimestamp\tincoming_bytes\n1793491200\t1\n1793491260\t25\n1793491320\t3e6\n",
		"newest first":   lines("1793491320,3e6", "1793491260,25", "1793491200,1"),
	} {
		h, warnings := readText(t, text)
		if diff := cmp.Diff(want, h.Series[0].Runs); diff != "" || len(warnings) > 0 || len(h.Series) != 1 {
			t.Errorf("%s: %s %v", name, diff, warnings)
		}
		if !h.From.Equal(november) || !h.To.Equal(november.Add(3*time.Minute)) {
			t.Errorf("%s: %s to %s", name, h.From, h.To)
		}
	}
}

// Columns may be of anything, in any order; a cell may be empty, and a column
// too.
func TestColumns(t *testing.T) {
	h, warnings := readText(
		t,
		`timestamp,LAMBDA_errors[index],incoming_bytes[shardId-000000000001],incoming_bytes,get_records_bytes
2026-11-01T00:00:00Z,0,,7,
2026-11-01T00:01:00Z,0,5,,
2026-11-01T00:03:00Z,0,,,
`,
	)
	var none = model.MissingValue()
	want := map[string][]float64{"incoming_bytes": {7, none, none, none}, "get_records_bytes": nil,
		"incoming_bytes[shardId-000000000001]": {none, 5, none, none}, "lambda_errors[index]": {0, 0, none, 0}}
	for _, s := range h.Series {
		var got []float64
		for _, r := range s.Runs {
			got = append(got, r.Values...)
		}
		if diff := cmp.Diff(want[s.SeriesID.String()], got, sameBits); diff != "" {
			t.Errorf("%s: %s", s.SeriesID, diff)
		}
	}
	if diff := cmp.Diff([]string{"incoming_bytes", "get_records_bytes", "incoming_bytes[shardId-000000000001]",
		"lambda_errors[index]"}, names(h)); diff != "" {
		t.Error(diff)
	}
	var told []string
	for _, w := range warnings {
		told = append(told, w.ID+" "+w.Message)
	}
	if diff := cmp.Diff([]string{
		"history-gaps h:4: lambda_errors[index]: 1 point is missing, at 2026-11-01T00:02:00Z.",
		"history-gaps h:2: incoming_bytes[shardId-000000000001]: 3 points are missing, the first at 2026-11-01T00:00:00Z.",
		"history-gaps h:3: incoming_bytes: 3 points are missing, the first at 2026-11-01T00:01:00Z.",
		"history-gaps h:1: get_records_bytes: no point at all.",
	}, told); diff != "" {
		t.Error(diff)
	}
	returns(t, h)
}

// Rows that are there twice, or in no order.
func TestRows(t *testing.T) {
	want := []model.Run{{Start: november, Period: unit.Duration(time.Minute), Values: []float64{1, 2, 3}}}
	for text, told := range map[string]string{
		lines("1793491260,2", "1793491200,1",
			"1793491320,3"): "history-order h:4: timestamp: not in the order of time, from 2026-11-01T00:02:00Z on; sorted.",
		lines("1793491200,1", "1793491320,3",
			"1793491260,2"): "history-order h:4: timestamp: not in the order of time, from 2026-11-01T00:01:00Z on; sorted.",
		lines("1793491200,1", "1793491260,2", "1793491260,2", "1793491320,3",
			"1793491320,3"): "history-duplicates h:4: timestamp: 2 times given twice with the same values, the first " +
			"2026-11-01T00:01:00Z.",
		lines("1793491200,1", "1793491260,", "1793491260,2",
			"1793491320,3"): "history-duplicates h:4: timestamp: 1 time given twice with the same values, the first " +
			"2026-11-01T00:01:00Z.",
		lines("1793491200,1", "1793491260,2", "1793491260,",
			"1793491320,3"): "history-duplicates h:4: timestamp: 1 time given twice with the same values, the first " +
			"2026-11-01T00:01:00Z.",
	} {
		h, warnings := readText(t, text)
		if diff := cmp.Diff(want, h.Series[0].Runs); diff != "" || len(warnings) != 1 ||
			warnings[0].ID+" "+warnings[0].Message != told {
			t.Errorf("%q: %s %v", text, diff, warnings)
		}
	}
	refused(
		t,
		"timestamp,incoming_bytes,incoming_records\n1793491260,2,1\n1793491200,1,1\n1793491260,3,1\n1793491260,3,4\n",
		`h:4:1: incoming_bytes: "2026-11-01T00:01:00Z": there twice with different values, 3 here and 2 in line 2 (allowed: one value of a time)`,
		`h:5:1: incoming_bytes: "2026-11-01T00:01:00Z": there twice with different values, 3 here and 2 in line 2`,
		`h:5:1: incoming_records: "2026-11-01T00:01:00Z": there twice with different values, 4 here and 1 in line 2`,
	)
}

func TestTableFaults(t *testing.T) {
	for text, want := range map[string]string{
		"timestamp\n1793491200\n":                 `h:1:1: "timestamp": no column beside the time (allowed: incoming_bytes, incoming_records,`,
		"when,incoming_bytes\n":                   `h:1:1: "when": not a history (allowed: ` + looks,
		"timestamp,bytes\n":                       `h:1:11: column 2: "bytes": not the name of a series (allowed: incoming_bytes, incoming_records,`,
		"timestamp,\n":                            `h:1:11: column 2: not the name of a series`,
		"timestamp,outgoing_bytes\n":              `h:1:11: column 2: "outgoing_bytes": not the name of a series`,
		"timestamp,incoming_bytes,incoming_bytes": `h:1:26: column 3: "incoming_bytes": there twice, first as column 2 (allowed: each column once)`,
		"timestamp,incoming_bytes\n":              `h:1:1: no point at all (allowed: a time and a value at least)`,
		lines("60,1,2"):                           `h:2:1: 3 fields (allowed: 2, as in the header)`,
		lines("60,1", "2026"):                     `h:3:1: 1 field (allowed: 2, as in the header)`,
		lines("2026-11-31,1"):                     `h:2:1: timestamp: "2026-11-31": not a time of a history (allowed: ` + momentAllowed,
		lines("11/01/2026,1"):                     `h:2:1: timestamp: "11/01/2026": not a time of a history`,
		lines(",1"):                               `h:2:1: timestamp: not a time of a history`,
		lines("2026-11-01T25:00,1"):               `h:2:1: timestamp: "2026-11-01T25:00": not a time of a history`,
		lines("2026-11-01T01:00Z UTC,1"):          `h:2:1: timestamp: "2026-11-01T01:00Z UTC": not a time of a history`,
		lines("2250-11-01,1"):                     `h:2:1: timestamp: "2250-11-01": not a time of a history`,
		lines("2199-12-31T12:00,1"):               `h:2:1: timestamp: "2199-12-31T12:00": not a time of a history`, // a day could not end
		lines("7258075200,1"):                     `h:2:1: timestamp: "7258075200": not a time of a history`,
		"stream: \"orders\"\nregion: x\n":         `h:1:1: a workload, not a history (allowed: a history; a workload goes with {option:file})`,
		"\"":                                      `h:1:1: not a history (allowed: ` + looks,
		lines("1969-11-01,1"):                     `h:2:1: timestamp: "1969-11-01": not a time of a history`,
		lines("1793491200000000,1"):               `h:2:1: timestamp: "1793491200000000": not a time of a history`,
		lines("-60,1"):                            `h:2:1: timestamp: "-60": not a time of a history`,
		lines("60,-1"):                            `h:2:4: incoming_bytes: "-1": negative (allowed: a decimal number that is not negative, or nothing where there is no point)`,
		lines("60,NaN"):                           `h:2:4: incoming_bytes: "NaN": not a decimal number`,
		lines("60,inf"):                           `h:2:4: incoming_bytes: "inf": not a decimal number`,
		lines("60,1e999"):                         `h:2:4: incoming_bytes: "1e999": too large`,
		lines("60,0x10"):                          `h:2:4: incoming_bytes: "0x10": not a decimal number`,
		lines("60,1_000"):                         `h:2:4: incoming_bytes: "1_000": not a decimal number`,
		lines("60,12 KB"):                         `h:2:4: incoming_bytes: "12 KB": not a decimal number`,
		"timestamp,incoming_bytes\n60,1\n120,2e":  `h:3:5: incoming_bytes: "2e": not a decimal number`,
		"timestamp,incoming_bytes\n60,1\n120,2.":  `h:3:5: incoming_bytes: "2.": not a decimal number`,
		"timestamp;incoming_bytes\n60;1,5,0\n":    `h:2:4: incoming_bytes: "1,5,0": not a decimal number`,
		lines("60,+1"):                            `h:2:4: incoming_bytes: "+1": not a decimal number`,
		lines(`60,1"`):                            `h:2:5: not CSV: bare " in non-quoted-field`,
		lines("60,1", `"120,2`):                   `h:3:8: not CSV: extraneous or missing " in quoted-field`,
		lines("0,1", "60,2", "119,3",
			"180,4"): `h:4:1: timestamp: "1970-01-01T00:01:59Z": not on the grid of the times around it (allowed: times every 1m, such as 1970-01-01T00:01:00Z)`,
	} {
		got, _, _ := strings.Cut(readError(text), "\n")
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	refused(t, "timestamp,bytes,incoming_bytes,records\n60,1,2,3\n", `h:1:11: column 2: "bytes"`,
		`h:1:32: column 4: "records"`)
	refused(t, lines("never,-1", "60,-2", "ever,3", "120"), `h:2:1: timestamp: "never"`, `h:3:4: incoming_bytes: "-2"`,
		`h:4:1: timestamp: "ever"`, "h:5:1: 1 field")
}

// Faults stand in the order of the file, whenever they were found.
func TestOrderOfFaults(t *testing.T) {
	refused(t, lines("0,1", "60,2", "60,3", "119,4", "180,5", "240,-6"),
		`h:4:1: incoming_bytes: "1970-01-01T00:01:00Z": there twice with different values, 3 here and 2 in line 3`,
		`h:5:1: timestamp: "1970-01-01T00:01:59Z": not on the grid`, `h:7:5: incoming_bytes: "-6": negative`)
	refused(t, lines("120,3", "60,2", "60,5", "0,1"),
		`h:4:1: incoming_bytes: "1970-01-01T00:01:00Z": there twice with different values, 5 here and 2 in line 3`)
}

// A gap before the period changes counts in the periods before it.
func TestGapBeforeAChange(t *testing.T) {
	var rows []string
	for i := range 12 {
		rows = append(rows, fmt.Sprint(300*i, ",1"))
	}
	for i := range 30 {
		rows = append(rows, fmt.Sprint(300*14+60*i, ",1"))
	}
	h, warnings := readText(t, lines(rows...))
	if len(h.Series[0].Runs) != 2 || len(warnings) != 1 ||
		warnings[0].Message != "h:14: incoming_bytes: 2 points are missing, the first at 1970-01-01T01:00:00Z." {
		t.Errorf("%v %v", h.Series[0].Runs, warnings)
	}
	if !h.From.Equal(utc(0)) || !h.To.Equal(utc((300*14+60*30)*second)) {
		t.Errorf("%s to %s", h.From, h.To)
	}
}

// Few rows with long gaps and many columns are a large history.
func TestTooManyPeriods(t *testing.T) {
	var header, cells strings.Builder
	for i := range 1100 {
		fmt.Fprintf(&header, ",incoming_bytes[shardId-%d]", i)
		cells.WriteString(",1")
	}
	text := "timestamp" + header.String()
	for _, seconds := range []int{0, 60, 65_000 * 60, 130_000 * 60} {
		text += fmt.Sprint("\n", seconds, cells.String())
	}
	refused(t, text, "h:1:1: too many periods for a history (allowed: 67108864)")
}

func TestFewTimes(t *testing.T) {
	for text, want := range map[string]unit.Duration{
		lines("1793491200,1"):                 unit.Duration(time.Minute),
		lines("1793491200,1", "1793491500,2"): unit.Duration(5 * time.Minute),
		lines("1793491200,1", "1793491620,2"): unit.Duration(time.Minute), // nobody asks for seven minutes
		lines("1793491200,1", "1793491200,1"): unit.Duration(time.Minute),
	} {
		h, warnings := readText(t, text)
		last := warnings[len(warnings)-1]
		for _, w := range warnings {
			if w.ID == "history-period" {
				last = w
			}
		}
		if h.Series[0].Runs[0].Period != want ||
			last.Message != "h:2: too few points to tell how long a period is: "+want.String()+" is assumed." {
			t.Errorf("%q: %s, %v", text, h.Series[0].Runs[0].Period, warnings)
		}
	}
}
