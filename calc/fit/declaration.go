package fit

import (
	"math"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// ForWorkload returns the surge as a workload declares it: a throughput in records
// of mean size, and a duration.
func (s Surge) ForWorkload() model.Surge {
	return model.Surge{Throughput: sixDigits(s.Plan), Duration: unit.Duration(s.Length)}
}

// HeaviestSurge returns the surge above the peak that needs the most shards, the
// longest of equal ones. need returns what a workload with a surge needs, in shards;
// a shorter, higher surge may need fewer than a longer, lower one, after which
// consumers must catch up. If need is nil, the surge of the highest throughput is
// returned. ok is false if no surge is above the peak.
func (e *Evidence) HeaviestSurge(need func(model.Surge) float64) (worst Surge, ok bool) {
	if need == nil {
		need = func(s model.Surge) float64 { return float64(s.Throughput) }
	}
	most := math.Inf(-1)
	for _, s := range e.Surges {
		if sixDigits(s.Plan) <= sixDigits(e.Peak.Value.Plan) {
			continue
		}
		n := need(s.ForWorkload())
		if n > most || n == most && s.Length > worst.Length {
			worst, most, ok = s, n, true
		}
	}
	return worst, ok
}

// Declaration returns the evidence as the lowest layer of a workload's inputs, with
// the surge that needs the most shards (see [Evidence.HeaviestSurge]). Inputs that
// the history does not tell are left out.
func (e *Evidence) Declaration(need func(model.Surge) float64) input.Declaration {
	d := input.Declaration{Settings: input.Settings{}}
	set := func(key, text string) { d.Settings[key] = measured(text) }
	if e.Stream != "" {
		set("stream", e.Stream.String())
	}
	if e.Region != "" {
		set("region", e.Region.String())
	}
	if size := e.RecordSize.Value; size >= unit.Byte {
		set("producer.record_size", sixDigits(size).String())
	}
	if e.Peak.Known {
		set("producer.average", sixDigits(e.Average.Value.Least).String())
		set("producer.peak", sixDigits(e.Peak.Value.Plan).String())
	}
	if s, ok := e.HeaviestSurge(need); ok {
		load := s.ForWorkload()
		set("producer.surge.throughput", load.Throughput.String())
		set("producer.surge.duration", load.Duration.String())
	}
	if e.Skew.Known {
		set("producer.skew", roundFactorDown(e.Skew.Value.Factor).String())
	}
	if e.Burst.Known {
		set("producer.burst", roundFactorDown(e.Burst.Value.Factor).String())
	}
	if e.Retention.Known {
		set("retention", unit.Duration(e.Retention.Value).String())
	}
	if e.Shards.Known && !e.onDemand() {
		set("current_shards", strconv.Itoa(e.Shards.Value))
	}
	d.Consumers = e.consumers()
	return d
}

// onDemand reports whether AWS chooses the number of shards.
func (e *Evidence) onDemand() bool { return e.Mode.Known && e.Mode.Value != model.Provisioned }

// measured returns a setting that comes from the history.
func measured(text string) input.Setting {
	return input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: "the history"}}
}

// sixDigits rounds a measured number to six significant digits: it never has more.
func sixDigits[T ~float64](x T) T {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', 6, 64), 64)
	return T(short)
}

// roundFactorDown rounds a factor down to a thousandth, and up to 1: a proven lower
// bound stays one.
func roundFactorDown(f unit.Factor) unit.Factor {
	return max(1, unit.Factor(math.Floor(float64(f)*1000)/1000))
}

// uniqueName returns a name that a consumer may have and that is not taken yet, and
// takes it.
func uniqueName(name string, taken map[string]bool) string {
	const longest = 120
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-", r) {
			return r
		}
		return '-'
	}, name)
	name = name[:min(len(name), longest)]
	free := name
	for n := 2; taken[free] || free == ""; n++ {
		free = name + "-" + strconv.Itoa(n)
	}
	taken[free] = true
	return free
}
