package fleet_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model"
)

// pieces returns drawn rows as the parts of so many runs, each as it is read from a file.
func pieces(t *testing.T, rows []fleet.Row, parts int) []fleet.Piece {
	t.Helper()
	list := make([]fleet.Piece, parts)
	for i := range list {
		list[i] = fleet.Piece{Schema: fleet.PartSchema, Part: i + 1, Of: parts, Files: "a", Floors: floors()}
	}
	for _, r := range rows {
		p := &list[fleet.PartOf(r.File, parts)-1]
		p.Rows = append(p.Rows, r)
	}
	for i := range list {
		text, err := json.Marshal(list[i])
		if err != nil {
			t.Fatal(err)
		}
		list[i] = fleet.Piece{}
		if err := json.Unmarshal(text, &list[i]); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// What parts are merged to answers as one run does, in whatever order they come, of 1 to 16 parts.
func TestMergeIsOneRun(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	var rows []fleet.Row
	for i := range 60 {
		r := drawn(random, i)
		r.File = fmt.Sprintf("f%d.json", i)
		r.Source, r.Measured = r.File, true
		rows = append(rows, r)
	}
	one := fleet.Piece{Rows: rows, Floors: floors()}
	want, err := json.Marshal(one.Answer(&limits))
	if err != nil {
		t.Fatal(err)
	}
	for parts := 1; parts <= 16; parts++ {
		list := pieces(t, rows, parts)
		random.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		all, err := fleet.Merge(list)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(all.Answer(&limits))
		if err != nil || string(got) != string(want) {
			t.Errorf("%d parts: %v\n%s\n%s", parts, err, got, want)
		}
	}
}

// A file stays in its part whatever other files there are, and parts are about as large as each other:
// of 10,000 files in 16 parts each has 625 ± 5 standard deviations of 24.
func TestPartOf(t *testing.T) {
	counts := make([]int, 16)
	for i := range 10_000 {
		counts[fleet.PartOf(fmt.Sprintf("histories/stream-%05d.json.gz", i), 16)-1]++
	}
	for i, n := range counts {
		if n < 625-120 || n > 625+120 {
			t.Errorf("part %d has %d", i+1, n)
		}
	}
	if got := fleet.PartOf("fleet/orders.json", 3); got != 3 { // FNV-1a of 64 bits, computed elsewhere
		t.Errorf("part %d", got)
	}
}

func TestPartsThatDoNotBelongTogether(t *testing.T) {
	for name, c := range map[string]struct {
		change func([]fleet.Piece) []fleet.Piece
		want   string
	}{
		"none":           {func([]fleet.Piece) []fleet.Piece { return nil }, "no part"},
		"missing":        {func(p []fleet.Piece) []fleet.Piece { return p[1:] }, "1 part of 3 missing: 1"},
		"twice":          {func(p []fleet.Piece) []fleet.Piece { return append(p, p[1]) }, "part 2 is there twice"},
		"of another":     {func(p []fleet.Piece) []fleet.Piece { p[2].Of = 4; return p }, "part 3 of 4 is none of 3"},
		"beyond":         {func(p []fleet.Piece) []fleet.Piece { p[2].Part = 4; return p }, "part 4 of 3 is none of 3"},
		"other files":    {func(p []fleet.Piece) []fleet.Piece { p[1].Files = "b"; return p }, "part 2 is of other files than part 1"},
		"other versions": {func(p []fleet.Piece) []fleet.Piece { p[1].Version = "2"; return p }, "part 2 is of another version"},
		"other prices": {func(p []fleet.Piece) []fleet.Piece {
			f := p[1].Floors["us-east-1"]
			f.Ingest++
			p[1].Floors = fleet.Floors{"us-east-1": f}
			return p
		}, "part 2 has other prices of us-east-1"},
	} {
		_, err := fleet.Merge(c.change(pieces(t, nil, 3)))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// A stream is there once: the history before what is declared alone, and the first of two histories.
func TestOnce(t *testing.T) {
	row := func(file, account string, measured bool) fleet.Row {
		return fleet.Row{File: file, Source: file, Account: account, Region: "us-east-1", Stream: "a", Measured: measured}
	}
	p := fleet.Piece{Rows: []fleet.Row{row("c", "1", true), row("b", "1", true), row("a", "", false), row("d", "2", true)},
		Failed: []fleet.Failure{{Source: "y", Problem: "p", Stream: "a"}, {Source: "z", Problem: "p", Stream: "b"},
			{Source: "x", Problem: "p", Stream: "a", Region: "eu-west-1"}}}
	a := p.Answer(&limits)
	var files, failed []string
	for i := range a.Streams {
		files = append(files, a.Streams[i].File)
	}
	for _, f := range a.Failed {
		failed = append(failed, f.Source)
	}
	if !reflect.DeepEqual(files, []string{"b", "d"}) || !reflect.DeepEqual(failed, []string{"c", "x", "z"}) {
		t.Errorf("%v, %v", files, failed)
	}
}

// What is known, and what is not, is read as it was written.
func TestMaybeIsRead(t *testing.T) {
	for _, m := range []model.Maybe[int]{{}, model.Known(0), model.Known(7)} {
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		got := model.Known(99)
		if err := json.Unmarshal(text, &got); err != nil || got != m {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}
