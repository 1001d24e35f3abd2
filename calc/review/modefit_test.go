package review

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// copied is a stream of 1,000 records/s whose function takes 41.8 ms a record.
func copied() model.Workload {
	w := model.NewWorkload()
	w.Region = "us-east-1"
	w.Producer.RecordSize, w.Producer.PartitionKeySize, w.Producer.Average, w.Producer.Peak = 1024, 36, 1000, 1000
	c := model.NewConsumer("tee")
	c.Lambda = model.Lambda{BatchSize: 100, Duration: 4_181_630_000, ParallelizationFactor: 1}
	w.Consumers = []model.Consumer{c}
	return w
}

// On-demand scales for what is written, so a slow function has 4 shards and reads
// 4 × 100 ÷ 4.18163 = 95.7 of 1,000 records/s.
func TestOnDemandDoesNotCarryASlowConsumer(t *testing.T) {
	limits, w := model.PublishedLimits(), copied()
	b := &Basis{Limits: &limits}
	for mode, want := range map[model.Mode]string{
		model.Provisioned:       "",
		model.OnDemandStandard:  "On-demand does not carry this workload: on the 4 shards that AWS gives it, tee reads 96 of 1,000 records/s and loses the rest.",
		model.OnDemandAdvantage: "On-demand-advantage does not carry this workload: on the 4 shards that AWS gives it, tee reads 96 of 1,000 records/s and loses the rest.",
	} {
		got, err := CarriesMode(t.Context(), b, &w, mode, 53)
		if err != nil || got.Carries != (want == "") || !got.Carries && got.Reasons[0].Message != want {
			t.Errorf("%s: %+v, %v", mode, got, err)
		}
	}
	w.Consumers[0].Lambda.Duration /= 20 // 4 × 478 a second
	if got, _ := CarriesMode(t.Context(), b, &w, model.OnDemandStandard, 53); !got.Carries {
		t.Errorf("a fast function: %+v", got)
	}
}

// An on-demand stream that has seen its peak carries it: AWS keeps it at twice as much. A
// surge of more than that is throttled, and one of less is not.
func TestOnDemandCarriesWhatItHasSeen(t *testing.T) {
	limits, w := model.PublishedLimits(), copied()
	w.Consumers, w.Producer.Average, w.Producer.Peak = nil, 20_000, 40_000
	b := &Basis{Limits: &limits}
	for surge, want := range map[unit.RecordsPerSecond]bool{0: true, 70_000: true, 90_000: false} {
		if w.Producer.Surge = (model.Surge{}); surge > 0 {
			w.Producer.Surge = model.Surge{Throughput: surge, Duration: 60e9}
		}
		got, err := CarriesMode(t.Context(), b, &w, model.OnDemandStandard, 50)
		if err != nil || got.Carries != want {
			t.Errorf("a surge of %v: %+v, %v", surge, got, err)
		}
	}
}

// Twenty enhanced fan-out consumers are the most of a stream, fifty with On-demand
// Advantage, and five polls a second the most of a shard in every mode.
func TestLimitsOfConsumersByMode(t *testing.T) {
	limits := model.PublishedLimits()
	b := &Basis{Limits: &limits}
	for _, c := range []struct {
		fanOut, standard int
		mode             model.Mode
		want             bool
	}{
		{20, 0, model.Provisioned, true}, {21, 0, model.Provisioned, false},
		{20, 5, model.OnDemandStandard, true}, {21, 0, model.OnDemandStandard, false},
		{21, 0, model.OnDemandAdvantage, true}, {50, 5, model.OnDemandAdvantage, true}, {51, 0, model.OnDemandAdvantage, false},
		{0, 6, model.OnDemandStandard, false}, {0, 6, model.Provisioned, false}, {0, 5, model.Provisioned, true},
	} {
		w := copied()
		w.Consumers = nil
		for i := range c.fanOut + c.standard {
			one := model.NewConsumer(model.Name("c" + strings.Repeat("x", i)))
			if i < c.fanOut {
				one.Type = model.EnhancedFanOut
			}
			w.Consumers = append(w.Consumers, one)
		}
		if got, err := CarriesMode(t.Context(), b, &w, c.mode, 20); err != nil || got.Carries != c.want {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
}
