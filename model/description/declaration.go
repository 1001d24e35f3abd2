package description

import (
	"math"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// OnDemand reports whether AWS chooses the number of shards.
func (s *Stream) OnDemand() bool { return s.Mode.Known && s.Mode.Value != model.Provisioned }

// measured returns a setting that descriptions say.
func (s *Stream) measured(text string) input.Setting {
	return input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: s.file}}
}

// evenWithin is up to where hash ranges are even: 2^128 has no three equal parts, and what
// is divided by hand is rounded.
const evenWithin = 0.001

// Declaration returns what the descriptions say as a layer of a workload, and what is to be
// known of it. The shards of an on-demand stream are left out: AWS chooses them, and they
// say nothing of the hash ranges that a provisioned one would have.
func (s *Stream) Declaration() (input.Declaration, []notice.Notice) {
	d := input.Declaration{Settings: input.Settings{}}
	notices := []notice.Notice{notice.Described(s.parts(), s.OnDemand())}
	set := func(key, text string) { d.Settings[key] = s.measured(text) }
	if s.Name != "" {
		set("stream", string(s.Name))
	}
	if s.Region != "" {
		set("region", string(s.Region))
	}
	if s.Retention.Known {
		set("retention", s.Retention.Value.String())
	}
	if s.OpenShards.Known && !s.OnDemand() {
		set("current_shards", strconv.Itoa(s.OpenShards.Value))
	}
	if skew, ok := model.HashSkew(s.Shards.Value); ok && !s.OnDemand() {
		skew = rounded(skew)
		set("producer.skew", skew.String())
		if skew > 1+evenWithin {
			notices = append(notices, notice.HashRangesUneven(skew))
		}
	}
	consumers, more := s.consumerSettings()
	d.Consumers = consumers
	return d, append(notices, more...)
}

// parts returns what the descriptions say, in words.
func (s *Stream) parts() []string {
	var parts []string
	if s.Mode.Known {
		parts = append(parts, string(s.Mode.Value))
	}
	if s.OpenShards.Known {
		parts = append(parts, unit.Plural(s.OpenShards.Value, "open shard"))
	}
	if s.Retention.Known {
		parts = append(parts, "retention "+s.Retention.Value.String())
	}
	if n := max(s.fanOut, len(s.Consumers.Value)); n > 0 {
		parts = append(parts, unit.Plural(n, "enhanced fan-out consumer"))
	}
	if n := len(s.Functions.Value); n > 0 {
		parts = append(parts, unit.Plural(n, "event source mapping"))
	}
	return parts
}

// rounded returns a factor to a thousandth, and at least 1.
func rounded(f unit.Factor) unit.Factor {
	return max(1, unit.Factor(math.Round(float64(f)*1000)/1000))
}

// consumerSettings returns the consumers: those of enhanced fan-out, with the function that
// reads as one of them, and the functions that poll.
func (s *Stream) consumerSettings() (list []input.Settings, notices []notice.Notice) {
	taken := map[string]bool{}
	add := func(name string, kind model.ConsumerType) input.Settings {
		c := input.Settings{"name": s.measured(unique(name, taken)), "type": s.measured(string(kind))}
		list = append(list, c)
		return c
	}
	byName := map[model.Name]input.Settings{}
	for _, c := range s.Consumers.Value {
		if c.Status != "DELETING" {
			byName[c.Name] = add(string(c.Name), model.EnhancedFanOut)
		}
	}
	for i := range s.Functions.Value {
		m := &s.Functions.Value[i]
		if !m.Reads() {
			notices = append(notices, notice.MappingDisabled(m.Name))
			continue
		}
		c := byName[m.FanOut.Value]
		if m.FanOut.Known && c == nil {
			c = add(string(m.FanOut.Value), model.EnhancedFanOut)
			byName[m.FanOut.Value] = c
		}
		if !m.FanOut.Known {
			c = add(m.Name, model.Standard)
		}
		s.lambda(c, m)
		if m.Filters > 0 {
			notices = append(notices, notice.FilterShareUnknown(c["name"].Text))
		}
	}
	for n := len(byName); n < s.fanOut; n++ { // of which the summary has the number alone
		add("enhanced-fan-out-"+strconv.Itoa(n+1), model.EnhancedFanOut)
	}
	return list, notices
}

// lambda gives a consumer the settings of its mapping. How long an invocation takes no
// description says.
func (s *Stream) lambda(c input.Settings, m *model.Function) {
	set := func(key, text string) { c["lambda."+key] = s.measured(text) }
	set("batch_size", strconv.Itoa(m.BatchSize))
	set("parallelization_factor", strconv.Itoa(m.ParallelizationFactor))
	if m.BatchingWindow > 0 {
		set("batching_window", m.BatchingWindow.String())
	}
	if m.MaximumRetries.Known {
		set("retries", strconv.Itoa(m.MaximumRetries.Value))
	}
	if m.MaximumRecordAge.Known {
		set("max_record_age", m.MaximumRecordAge.Value.String())
	}
	if m.BisectOnError {
		set("bisect", "true")
	}
	if m.PartialResponses {
		set("partial_responses", "true")
	}
	if m.OnFailure.Known {
		set("on_failure", m.OnFailure.Value.String())
	}
}

// unique returns a name that a consumer may have and that is not taken yet, and takes it.
func unique(name string, taken map[string]bool) string {
	const longest = 120
	name = name[:min(len(name), longest)]
	free := name
	for n := 2; taken[free] || free == ""; n++ {
		free = strings.TrimPrefix(name+"-"+strconv.Itoa(n), "-")
	}
	taken[free] = true
	return free
}
