package fit

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Load is the surge as a workload has it: so many records of the mean size, for
// so long.
func (s Surge) Load() model.Surge {
	return model.Surge{Throughput: digits(s.Plan), Duration: unit.Duration(s.Length)}
}

// Heaviest answers the surge above the peak that needs the most shards, of equal
// ones the longest. Need answers what a workload with a surge needs: the
// throughput alone decides what producers need, but readers that have to catch
// up need more for a longer one. Without it, throughput decides. Not ok: no surge
// is above the peak.
func (e *Evidence) Heaviest(need func(model.Surge) float64) (worst Surge, ok bool) {
	if need == nil {
		need = func(s model.Surge) float64 { return float64(s.Throughput) }
	}
	most := math.Inf(-1)
	for _, s := range e.Surges {
		if digits(s.Plan) <= digits(e.Peak.Value.Plan) {
			continue
		}
		n := need(s.Load())
		if n > most || n == most && s.Length > worst.Length {
			worst, most, ok = s, n, true
		}
	}
	return worst, ok
}

// Draft is the evidence as the lowest layer of a workload's inputs, with the
// surge that needs the most shards. What is not known is left out.
func (e *Evidence) Draft(need func(model.Surge) float64) input.Declaration {
	d := input.Declaration{Settings: input.Settings{}}
	set := func(key, text string) { d.Settings[key] = measured(text) }
	if e.Stream != "" {
		set("stream", e.Stream.String())
	}
	if e.Region != "" {
		set("region", e.Region.String())
	}
	if size := e.RecordSize.Value; size >= unit.Byte {
		set("producer.record_size", digits(size).String())
	}
	if e.Peak.Known {
		set("producer.average", digits(e.Average.Value.Least).String())
		set("producer.peak", digits(e.Peak.Value.Plan).String())
	}
	if s, ok := e.Heaviest(need); ok {
		load := s.Load()
		set("producer.surge.throughput", load.Throughput.String())
		set("producer.surge.duration", load.Duration.String())
	}
	if e.Skew.Known {
		set("producer.skew", factor(e.Skew.Value.Factor).String())
	}
	if e.Burst.Known {
		set("producer.burst", factor(e.Burst.Value.Factor).String())
	}
	if e.Retention.Known {
		set("retention", unit.Duration(e.Retention.Value).String())
	}
	if e.Shards.Known && !e.onDemand() {
		set("current_shards", strconv.Itoa(e.Shards.Value))
	}
	d.Consumers = e.Readers.consumers()
	return d
}

// onDemand tells whether AWS chooses the number of shards.
func (e *Evidence) onDemand() bool { return e.Mode.Known && e.Mode.Value != model.Provisioned }

func measured(text string) input.Setting {
	return input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: "the history"}}
}

// digits rounds a measured number to the six digits that it has at most.
func digits[T ~float64](x T) T {
	short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', 6, 64), 64)
	return T(short)
}

// factor rounds a factor down to the thousandth: a bound that is proven stays so.
func factor(f unit.Factor) unit.Factor {
	return max(1, unit.Factor(math.Floor(float64(f)*1000)/1000))
}

// consumers are the readers as a workload has them: functions and enhanced
// fan-out consumers by name, and as many standard consumers besides as the usual
// fan-out tells.
func (r *Readers) consumers() []input.Settings {
	var list []input.Settings
	taken := map[string]bool{}
	add := func(name string, kind model.ConsumerType) input.Settings {
		s := input.Settings{"name": measured(unique(name, taken)), "type": measured(string(kind))}
		list = append(list, s)
		return s
	}
	for _, c := range r.FanOut {
		s := add(string(c.Name), model.EnhancedFanOut)
		for _, f := range r.Functions {
			if f.Enabled && f.FanOut.Known && f.FanOut.Value == c.Name {
				f.speed(s)
			}
		}
	}
	for _, f := range r.Functions {
		if f.Enabled && !f.FanOut.Known {
			f.speed(add(f.Name, model.Standard))
		}
	}
	for n := range r.Nameless() {
		add("consumer-"+strconv.Itoa(n+1), model.Standard)
	}
	return list
}

// partReader is how much of a reader may be noise: one that reads a tenth of the
// stream is none.
const partReader = 0.1

// Nameless is how many standard consumers there are besides the functions that are
// known. In a draft they are the last ones.
func (r *Readers) Nameless() int {
	polling := 0
	for _, f := range r.Functions {
		if f.Enabled && !f.FanOut.Known {
			polling++
		}
	}
	most := float64(input.MostConsumers - polling - len(r.FanOut))
	reading := math.Ceil(r.Usual.Value - partReader)
	if reading <= 0 { // in most hours nobody: who reads in batches shows in the whole window
		reading = math.Floor(r.Standard.Value + partReader)
	}
	return int(min(max(0, reading-float64(polling)), max(0, most)))
}

// speed puts what makes a function's speed into the settings of a consumer.
func (f *Function) speed(s input.Settings) {
	if !f.Speed.Known {
		return
	}
	duration := unit.Duration(f.Duration.Value).Seconds()
	rounded := unit.Duration(math.Ceil(duration*1e6)) * unit.Duration(time.Microsecond)
	s["lambda.batch_size"] = measured(strconv.Itoa(f.BatchSize))
	s["lambda.duration"] = measured(rounded.String())
	s["lambda.parallelization_factor"] = measured(strconv.Itoa(f.ParallelizationFactor))
}

// unique makes a name that a consumer can have, and that none has yet.
func unique(name string, taken map[string]bool) string {
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
