package calc

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// producerLimit are the constraints of what is written to a shard: P·w/Wb and
// P·q/Wr, and the same of the surge.
var producerLimit = []*Constraint{
	{
		Topic: "producer-limit.bytes.peak", Family: "producer-limit", Headroom: true, bursts: true,
		applies: hasSize,
		terms:   func(s Sizing, _ *model.Consumer) terms { return s.written(bytesWritten, s.Peak) },
		moved:   peakText,
		lever:   peakLever,
	},
	{
		Topic: "producer-limit.records.peak", Family: "producer-limit", Headroom: true, bursts: true,
		applies: always,
		terms:   func(s Sizing, _ *model.Consumer) terms { return s.written(kinesisRecords, s.Peak) },
		moved:   peakText,
		lever:   peakLever,
	},
	{
		Topic: "producer-limit.bytes.surge", Family: "producer-limit", bursts: true,
		Reads:   surgeReads,
		applies: func(s Sizing, c *model.Consumer) bool { return hasSize(s, c) && hasSurge(s, c) },
		terms:   func(s Sizing, _ *model.Consumer) terms { return s.written(bytesWritten, s.Surge) },
		moved:   surgeText,
		lever:   surgeLever,
		rate:    surgeRate,
	},
	{
		Topic: "producer-limit.records.surge", Family: "producer-limit", bursts: true,
		Reads:   surgeReads,
		applies: hasSurge,
		terms:   func(s Sizing, _ *model.Consumer) terms { return s.written(kinesisRecords, s.Surge) },
		moved:   surgeText,
		lever:   surgeLever,
		rate:    surgeRate,
	},
}

var surgeReads = Reads{Workload: []string{"producer.surge.throughput", "producer.surge.duration"}}

func always(Sizing, *model.Consumer) bool { return true }

// hasSize reports whether the record size is known, without which no byte is counted.
func hasSize(s Sizing, _ *model.Consumer) bool { return s.Workload.Producer.RecordSize > 0 }

func hasSurge(s Sizing, _ *model.Consumer) bool { return s.SurgeSeconds > 0 }

// written returns the term of what producers write at a rate, in the busiest second.
func (s *Sizing) written(counts quantity, rate float64) terms {
	limit := float64(s.Limits.ShardWriteBytes.Value)
	if counts == kinesisRecords {
		limit = float64(s.Limits.ShardWriteRecords.Value)
	}
	rate *= s.Burst
	return terms{{counts: counts, moved: rate, packed: rate, limit: limit}}
}

func peakText(s *Sizing, _ *model.Consumer, _ *term) string { return s.Workload.Producer.Peak.Prose() }

func surgeText(s *Sizing, _ *model.Consumer, _ *term) string {
	return s.Workload.Producer.Surge.Throughput.Prose()
}

func surgeRate(w *model.Workload) (rate string, declared float64) {
	return "surge", float64(w.Producer.Surge.Throughput)
}

// peakLever lowers the peak, to the average at the lowest.
func peakLever(s *Sizing, _ *Need) Lever {
	p := &s.Workload.Producer
	return rateLever(relaxID+".peak", "Flatten the daily peak", p.Peak, p.Average,
		func(p *model.Producer) *unit.RecordsPerSecond { return &p.Peak })
}

// surgeLever lowers the surge, to the peak at the lowest.
func surgeLever(s *Sizing, _ *Need) Lever {
	p := &s.Workload.Producer
	return rateLever(
		relaxID+".surge",
		"Shave the surge (buffer it before the stream, or spread it)",
		p.Surge.Throughput,
		p.Peak,
		func(p *model.Producer) *unit.RecordsPerSecond { return &p.Surge.Throughput },
	)
}
