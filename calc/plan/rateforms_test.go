package plan

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"pgregory.net/rapid"
)

// rateForms are ways to write so many records of 1 KiB a second.
func rateForms(rate int) []string {
	n := func(times int) string { return fmt.Sprint(rate * times) }
	return []string{
		n(1), n(1) + "/s", fmt.Sprintf("%d.%03dk", rate/1000, rate%1000), n(60) + "/min", n(3600) + "/h", n(86_400) + "/day",
		n(7*86_400) + "/week", n(730*3600) + "/month", n(300) + "/5min", n(1800) + "/30m", n(300) + " per 5 minutes",
		n(1) + "KiB/s", n(1) + "KB/s", n(86_400) + "KiB/day", n(1800) + "KB/30m",
		n(8*1024) + "bit/s", n(8*1024*60) + "bit/min",
	}
}

// declaredRates is a declaration of an average, a peak and a surge, in a file and as flags.
func declaredRates(t *rapid.T, average, peak, surge string) (file, flags input.Declaration) {
	text := fmt.Sprintf("region: us-east-1\nproducer: {record_size: 1KiB, partition_key_size: 36, average: %q, peak: %q,\n"+
		"  surge: {throughput: %q, duration: 1m}, largest_key: 1}\nconsumers: [{name: a, speed: 500, latency: 1m}]\n", average, peak, surge)
	file = input.Read("rates.yaml", []byte(text))
	flags = input.Declaration{Settings: input.Settings{}, Consumers: []input.Settings{{}}}
	for key, value := range map[string]string{"region": "us-east-1", "producer.record_size": "1KiB",
		"producer.partition_key_size": "36", "producer.average": average, "producer.peak": peak,
		"producer.surge.throughput": surge, "producer.surge.duration": "1m", "producer.largest_key": "1"} {
		flags.Settings[key] = input.Setting{Text: value, Source: model.Flag}
	}
	for key, value := range map[string]string{"name": "a", "speed": "500", "latency": "1m"} {
		flags.Consumers[0][key] = input.Setting{Text: value, Source: model.Flag}
	}
	return file, flags
}

// A rate that is written in any of its forms, in a file or as a flag, gives the same plan as
// in records a second.
func TestFormsOfRatesGiveOnePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		average := rapid.IntRange(1, 50_000).Draw(t, "average")
		peak := average + rapid.IntRange(0, 50_000).Draw(t, "more at the peak")
		surge := peak + rapid.IntRange(0, 50_000).Draw(t, "more in a surge")
		form := func(rate int, of string) string { return rapid.SampledFrom(rateForms(rate)).Draw(t, of) }
		_, plain := declaredRates(t, fmt.Sprint(average), fmt.Sprint(peak), fmt.Sprint(surge))
		want := planOf(t, plain)
		file, flags := declaredRates(t, form(average, "average as"), form(peak, "peak as"), form(surge, "surge as"))
		for from, d := range map[string]input.Declaration{"file": file, "flags": flags} {
			got := planOf(t, d)
			if diff := cmp.Diff(want.Constraints, got.Constraints); diff != "" || got.Shards != want.Shards {
				t.Fatalf("%s: %v, want %v: %s", from, got.Shards, want.Shards, diff)
			}
			if diff := cmp.Diff(want.Cost, got.Cost); diff != "" {
				t.Fatal(from, diff)
			}
		}
	})
}

func planOf(t *rapid.T, d input.Declaration) model.Plan {
	w, _, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return pricedPlan(&w, monthly())
}
