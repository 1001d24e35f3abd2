package calc

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// publicCase is one run of the public calculator
// (github.com/ComcastSamples/KinesisShardCalculator): what was typed, and the
// shards that it gave for each constraint and in total.
type publicCase struct {
	In struct {
		RecordSize float64 `json:"record_size"`
		Average    float64
		Peak       float64
		Surge      *struct{ Throughput, Duration float64 }
		Consumers  []struct {
			Name           string
			EFO            bool
			Speed, Latency float64
		}
	}
	Out map[string]float64
}

func (c *publicCase) workload() model.Workload {
	w := model.NewWorkload()
	w.TargetUtilization = 1
	w.SizeReadsFor = model.ReadAverage
	w.Producer.RecordSize = unit.Bytes(c.In.RecordSize)
	w.Producer.Average = unit.RecordsPerSecond(c.In.Average)
	w.Producer.Peak = unit.RecordsPerSecond(c.In.Peak)
	if s := c.In.Surge; s != nil {
		w.Producer.Surge = model.Surge{
			Throughput: unit.RecordsPerSecond(s.Throughput),
			Duration:   unit.Duration(s.Duration * 1e9),
		}
	}
	for _, in := range c.In.Consumers {
		consumer := model.NewConsumer(model.Name(in.Name))
		if in.EFO {
			consumer.Type = model.EnhancedFanOut
		}
		consumer.Speed = unit.RecordsPerSecond(in.Speed)
		consumer.Latency = unit.Duration(in.Latency * 1e9)
		w.Consumers = append(w.Consumers, consumer)
	}
	return w
}

func publicCases(t testing.TB) []publicCase {
	t.Helper()
	file, err := os.Open("testdata/public-calculator.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []publicCase
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var c publicCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// With the whole limit as target and readers sized for the average, every
// constraint that it has is the public calculator's to the shard. It lets a call return
// any number of records, and asks nothing of a latency where there is no surge.
func TestPublicCalculator(t *testing.T) {
	cases := publicCases(t)
	if len(cases) != 400 {
		t.Fatalf("%d cases, want 400", len(cases))
	}
	limits := model.PublishedLimits()
	limits.PollRecords.Value, limits.PollBytes.Value = math.MaxInt, unit.Bytes(math.MaxInt)
	for i := range cases {
		c := &cases[i]
		w := c.workload()
		total, seen := 1, 0
		for _, n := range Solve(&limits, &w, nil) {
			if !n.Constraint.countsShards() {
				continue
			}
			if lacks := n.Constraint.Topic == "consumer-limit.get-records" || n.Constraint.Topic == "acceptable-latency" && w.Producer.Surge.Duration == 0; lacks {
				continue
			}
			total = max(total, Shards(n.Target))
			id := n.ID(&w)
			want, ok := c.Out[id]
			if !ok {
				t.Fatalf("case %d: the public calculator has no %s", i, id)
			}
			seen++
			if got := Shards(n.Full); float64(got) != want {
				t.Errorf("case %d: %s = %d (need %v), want %v", i, id, got, n.Full, want)
			}
		}
		for id := range c.Out {
			if strings.Contains(id, "-limit.") || strings.Contains(id, "-speed.") || strings.Contains(id, "-latency.") {
				seen--
			}
		}
		if seen != 0 || float64(total) != c.Out["total"] {
			t.Errorf("case %d: total %d, want %v; %d constraints more or fewer than there", i, total, c.Out["total"], seen)
		}
	}
}
