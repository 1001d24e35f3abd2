package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/unit"
)

// smallFleet writes the histories of so many on-demand streams that write 0.05 MiB/s each, 51.2 records of 1 KiB a
// second, and have one reader.
func smallFleet(t *testing.T, streams int) string {
	t.Helper()
	dir := t.TempDir()
	begin := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	s := fittest.Stream{Seed: 1, Start: begin, Rate: 51.2, Size: 1024, Noise: 0.001,
		Parts:     []fittest.Part{{Length: 14 * 24 * time.Hour, Period: time.Hour}},
		Consumers: fittest.Consumers{Standard: 1}}
	for i := range streams {
		h := s.History()
		h.Stream, h.Region, h.Account = model.Name(fmt.Sprintf("s%03d", i)), "us-east-1", "123456789012"
		c := &h.Configuration.Value
		c.Mode, c.Created = model.Known(model.OnDemandStandard), model.Known(begin.AddDate(-1, 0, 0))
		c.Shards, c.OpenShards = model.Maybe[[]model.Shard]{}, model.Known(4)
		c.Consumers, c.Functions = model.Known([]model.FanOutConsumer{}), model.Known([]model.Function{})
		var text bytes.Buffer
		if err := historyfile.Write(&text, h); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, string(h.Stream)+".json"), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fleetAnswer runs fleet and returns what it prints.
func fleetAnswer(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := newFleet(streams{in: strings.NewReader(""), out: &out, err: &out})
	cmd.SetArgs(args)
	if err := cmd.Execute(); err != nil {
		t.Fatal(err, out.String())
	}
	return out.String()
}

// A Region of 120 on-demand streams of 0.05 MiB/s with a reader each, by hand, for a month of 730 h:
//
//	a stream writes 0.05 ÷ 1,024 GiB/s × 2,628,000 s = 128.32 GB
//	Standard   730 h × $0.04 + 128.32 GB × ($0.08 + $0.04)   = $29.20 + $15.40 = $44.60, × 120 = $5,351.70
//	Advantage  no more than the floor of 25 MiB/s each way, of which they carry 6                = $3,079.69
//	a shard    730 h × $0.015 + 134.55 million units × $0.014 = $10.95 + $1.88  = $12.83, × 120 = $1,540.04
//
// So Advantage beats Standard from 3,079.69 ÷ 44.60 = 69.05, 70 streams on; and a shard for each beats both.
func TestRegionOfSmallStreams(t *testing.T) {
	dir := smallFleet(t, 120)
	var a fleet.Answer
	if err := json.Unmarshal([]byte(fleetAnswer(t, dir, "-o", "json")), &a); err != nil {
		t.Fatal(err)
	}
	r := a.Regions[0]
	for what, c := range map[string]struct {
		got  unit.USD
		want float64
	}{
		"Standard": {r.Standard.Value, 5351.70}, "Advantage": {r.Committed.Value, 3079.69},
		"the best without Advantage": {r.Best.Without.Value, 1540.04},
		"now":                        {a.Totals.Now, 5351.70}, "proposed": {a.Totals.Proposed, 1540.04},
	} {
		// Rates are measured, to a thousandth.
		if got := float64(c.got) / float64(unit.Dollar); math.Abs(got-c.want) > c.want/1000 {
			t.Errorf("%s: %.2f, not %.2f", what, got, c.want)
		}
	}
	if r.BreakEven != model.Known(70) || r.IdleBreakEven != model.Known(106) || r.Advantage.Proposed {
		t.Errorf("%+v", r)
	}
	table := fleetAnswer(t, dir)
	for _, want := range []string{"120 streams: 120 cheaper in another mode", "it pays from 70 streams like these",
		"provisioned costs less"} {
		if !strings.Contains(strings.Join(strings.Fields(table), " "), want) {
			t.Errorf("no %q in\n%s", want, table)
		}
	}
}

// Where shards may not be had, because a tag keeps each stream as it is, Advantage is what is left: it is the
// account's and changes no stream. Of 69 it does not pay, of 70 by a hundredth it does: from 71 on.
func TestAdvantageOfGuardedStreams(t *testing.T) {
	for streams, pays := range map[int]bool{69: false, 71: true, 120: true} {
		dir := smallFleet(t, streams)
		guards := filepath.Join(t.TempDir(), "guards.txt")
		if err := os.WriteFile(guards, []byte("s* they grow\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var a fleet.Answer
		if err := json.Unmarshal([]byte(fleetAnswer(t, dir, "--guard", guards, "-o", "json")), &a); err != nil {
			t.Fatal(err)
		}
		want := a.Totals.Now
		if pays {
			want = a.Regions[0].Floor.Value.Total()
		}
		if off := a.Totals.Proposed - want; a.Regions[0].Advantage.Proposed != pays || max(off, -off) > unit.Dollar/100 {
			t.Errorf("%d streams: %+v, %v → %v", streams, a.Regions[0].Advantage, a.Totals.Now, a.Totals.Proposed)
		}
	}
}
