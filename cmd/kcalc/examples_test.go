package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// exampleHistories are the histories in docs/examples: made ones, that have the
// shapes of real traffic.
func exampleHistories() map[string]*model.History {
	day := func(n int, hour, minute int) time.Time { return time.Date(2026, 11, n, hour, minute, 0, 0, time.UTC) }
	clicks := fittest.Stream{
		Seed: 18, Start: day(18, 0, 0), Parts: []fittest.Part{{Length: 4 * 24 * time.Hour, Period: time.Minute}},
		Rate: 3200, Size: 420, Waves: []fittest.Wave{{PerDay: 1, Amplitude: 0.55, Hour: 19},
			{PerDay: 2, Amplitude: 0.15, Hour: 8}}, Noise: 0.03,
		Surges: []fittest.Surge{
			{Start: day(18, 20, 0), Length: 12 * time.Minute, Times: 1.7},
			{Start: day(19, 19, 30), Length: 25 * time.Minute, Times: 2.1},
			{Start: day(20, 12, 2), Length: 6 * time.Minute, Times: 2.6},
			{Start: day(21, 18, 45), Length: 8 * time.Minute, Times: 1.9},
		},
		Shards: fittest.Shards{Count: 16},
		Consumers: fittest.Consumers{Standard: 2, Duration: 180 * time.Millisecond,
			EnhancedFanOut: []model.FanOutConsumer{{Name: "fraud", Status: "ACTIVE"}},
			Functions: []model.Function{
				{
					Name:                  "enrich",
					State:                 "Enabled",
					BatchSize:             500,
					BatchingWindow:        unit.Duration(time.Second),
					ParallelizationFactor: 1,
				},
			}},
	}
	payments := fittest.Stream{
		Seed: 7, Start: day(20, 0, 0), Parts: []fittest.Part{{Length: 2 * 24 * time.Hour, Period: time.Minute}},
		Rate: 1700, Size: 900, Waves: []fittest.Wave{{PerDay: 1, Amplitude: 0.5, Hour: 13}}, Noise: 0.04,
		Shards:    fittest.Shards{Loads: []float64{1.45, 0.9, 0.85, 0.8}, Metrics: true, Burst: 1.4, Retry: 0.5},
		Consumers: fittest.Consumers{Standard: 1},
	}
	made := map[string]*model.History{"clicks": clicks.History(), "payments": payments.History()}
	for name, h := range made {
		h.Stream, h.Region = model.Name(name), "us-east-1"
		h.Configuration.Value.Shards = model.Maybe[[]model.Shard]{} // their hash ranges say nothing here
		for _, series := range h.Series {                           // CloudWatch counts whole bytes and records
			for _, r := range series.Runs {
				for i, v := range r.Values {
					r.Values[i] = math.Round(v)
				}
			}
		}
		slices.SortStableFunc(h.Series, func(a, b model.Series) int {
			return cmp.Compare(place(a.SeriesID),
				place(b.SeriesID))
		})
		made := notice.MadeHistory()
		words.ExpandAll(&made)
		h.Warnings = []notice.Notice{made}
	}
	return made
}

// place is where a series stands in a history, of those of one metric by what
// they are of.
func place(id model.SeriesID) int {
	return slices.IndexFunc(model.Metrics(), func(m model.Metric) bool {
		return m.Name == id.Metric &&
			m.Level == id.Level
	})
}

// The example histories are what the generator makes. Run with -update to write
// them anew. They are compared as they are read: how well gzip packs may change.
func TestExampleHistories(t *testing.T) {
	noSeverity := cmpopts.IgnoreFields(notice.Notice{}, "Severity") // which is of a kind, and in no file
	for name, want := range exampleHistories() {
		file := filepath.Join("..", "..", "docs", "examples", name+".json.gz")
		if *update {
			var b bytes.Buffer
			z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
			if err := historyfile.Write(z, want); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if diff := gocmp.Diff(want, readSaved(t, file), noSeverity, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s is not what the generator makes: go test ./cmd/kcalc -run TestExampleHistories -update\n%.500s", file,
				diff)
		}
		const most = 250_000 // bytes: it goes with every clone
		if info, err := os.Stat(file); err == nil && info.Size() > most {
			t.Errorf("%s has %d bytes", file, info.Size())
		}
	}
}
