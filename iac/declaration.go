package iac

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// Planned is what a file declares of one stream, as it will be.
type Planned struct {
	Stream *Stream

	// Declaration is the layer of a workload that it makes, with the source planned: name,
	// Region, retention, shards and consumers. What is unknown is not in it.
	Declaration input.Declaration

	Mode    Setting[model.Mode]
	Shards  Setting[int]
	Metrics Setting[[]string] // shard-level metrics

	// Notices say what could not be resolved, and what is assumed.
	Notices []notice.Notice
}

// Choose returns the stream of an address or a name. Without one it returns the only stream
// that there will be; where there are several, the error names them.
func (s *Stack) Choose(which string) (*Stream, error) {
	var list []*Stream
	var names []string
	for _, stream := range s.There() {
		names = append(names, stream.Address)
		if which == "" || which == stream.Address || stream.After.Name.Known() && which == stream.After.Name.Value {
			list = append(list, stream)
		}
	}
	switch {
	case len(names) == 0:
		return nil, fmt.Errorf("the %s has no Kinesis stream", s.Format)
	case len(list) == 0:
		return nil, fmt.Errorf("the %s has no stream %q, but %s", s.Format, which, strings.Join(names, ", "))
	case len(list) > 1:
		return nil, fmt.Errorf("the %s has %d streams: name one, of %s", s.Format, len(list), strings.Join(names, ", "))
	}
	return list[0], nil
}

// Plan returns what the file declares of a stream. File names the file in positions.
func (s *Stack) Plan(stream *Stream, file string) Planned {
	after := stream.After
	p := Planned{Stream: stream, Mode: after.Mode, Shards: after.Shards, Metrics: after.ShardMetrics}
	r := layer{file: file, settings: input.Settings{}}
	if after.Name.Known() && modelName.MatchString(after.Name.Value) {
		r.set("stream", after.Name.Value)
	}
	if after.Region.Known() {
		r.set("region", after.Region.Value)
	}
	if after.RetentionHours.Known() {
		r.set("retention", strconv.Itoa(after.RetentionHours.Value)+"h")
	}
	if after.Shards.Known() {
		r.set("current_shards", strconv.Itoa(after.Shards.Value))
	}
	p.Declaration = input.Declaration{Settings: r.settings, Consumers: s.consumersOf(stream, file)}
	p.Notices = s.notices(stream)
	return p
}

// modelName matches a name that a workload may have.
var modelName = regexp.MustCompile(model.NamePattern)

// layer is a group of settings of one file.
type layer struct {
	file     string
	settings input.Settings
}

func (l *layer) set(key, text string) {
	l.settings[key] = input.Setting{Text: text, Source: model.Planned, Where: input.Position{Name: l.file}}
}

// whole sets a whole number that is declared, or a default that counts.
func (l *layer) whole(key string, n Setting[int], suffix string) {
	if n.Known() {
		l.set(key, strconv.Itoa(n.Value)+suffix)
	}
}

// consumersOf returns the consumers of a stream: each registration, and each mapping that is
// enabled. A mapping that reads through a registration is the consumer of that.
func (s *Stack) consumersOf(stream *Stream, file string) []input.Settings {
	var list []input.Settings
	byRegistration := map[string]input.Settings{}
	add := func(name, fallback string) *layer {
		l := &layer{file, input.Settings{}}
		l.set("name", uniqueName(name, fallback, list))
		list = append(list, l.settings)
		return l
	}
	for i := range s.Consumers {
		c := &s.Consumers[i]
		if c.After == nil || c.Action == Delete || c.After.Stream.Address != stream.Address {
			continue
		}
		l := add(c.After.Name.Value, c.Address)
		l.set("type", string(model.EnhancedFanOut))
		byRegistration[c.Address] = l.settings
	}
	for i := range s.Mappings {
		m := &s.Mappings[i]
		if m.After == nil || m.Action == Delete || m.After.Source.Address != stream.Address ||
			m.After.Enabled.Known() && !m.After.Enabled.Value {
			continue
		}
		l := &layer{file, byRegistration[m.After.Consumer.Address]}
		if l.settings == nil {
			l = add(functionName(m.After.Function.Value), m.Address)
		}
		l.mapping(m.After)
	}
	return list
}

// mapping sets what a mapping says of its function.
func (l *layer) mapping(m *MappingState) {
	l.whole("lambda.batch_size", m.BatchSize, "")
	l.whole("lambda.parallelization_factor", m.Factor, "")
	if m.Window.Known() && m.Window.Value > 0 {
		l.whole("lambda.batching_window", m.Window, "s")
	}
	if m.Retries.Origin == Declared && m.Retries.Value >= 0 {
		l.whole("lambda.retries", m.Retries, "")
	}
	if m.MaxAge.Origin == Declared && m.MaxAge.Value > 0 {
		l.whole("lambda.max_record_age", m.MaxAge, "s")
	}
	for key, set := range map[string]Setting[bool]{"lambda.bisect": m.Bisect, "lambda.partial_responses": m.Partial} {
		if set.Origin == Declared {
			l.set(key, strconv.FormatBool(set.Value))
		}
	}
}

// functionName returns the name of a function of its name or ARN.
func functionName(text string) string {
	if a, ok := parseARN(text); ok {
		return a.name
	}
	name, _, _ := strings.Cut(text, ":")
	return name
}

// notName matches what no name of a workload has.
var notName = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// uniqueName returns a name that no other consumer has: that of the resource, or its address
// where the name is not known.
func uniqueName(name, address string, others []input.Settings) string {
	if !modelName.MatchString(name) {
		name = strings.Trim(notName.ReplaceAllString(address, "-"), "-")
	}
	if len(name) > 120 {
		name = name[:120]
	}
	taken := func(n string) bool {
		return slices.ContainsFunc(others, func(o input.Settings) bool { return o["name"].Text == n })
	}
	unique := name
	for i := 2; taken(unique); i++ {
		unique = name + "-" + strconv.Itoa(i)
	}
	return unique
}

// notices returns what is to be known of a stream of the file.
func (s *Stack) notices(stream *Stream) []notice.Notice {
	list := []notice.Notice{notice.PlannedFrom(string(s.Format), stream.Address, assumed(stream.After))}
	if !s.Complete {
		list = append(list, notice.PlanIncomplete(string(s.Format)))
	}
	for _, f := range s.Faults {
		list = append(list, notice.PlanUnresolved(f.Address, f.Path, f.Problem))
	}
	if path := s.shardsPath(); stream.After.Shards.Origin == Unknown && !s.isFaulty(stream.Address, path) {
		list = append(list, notice.PlanUnresolved(stream.Address, path, stream.After.Shards.Why))
	}
	for i := range s.Mappings {
		m := &s.Mappings[i]
		if m.After != nil && m.After.Source.Address == stream.Address && m.After.Filters.Known() && m.After.Filters.Value > 0 {
			list = append(list, notice.FilterShareUnknown(functionName(m.After.Function.Value)))
		}
	}
	return list
}

// assumed returns the defaults that a stream gets, with whose they are.
func assumed(s *StreamState) []string {
	var list []string
	if s.Mode.Origin == Default {
		list = append(list, "mode provisioned, the default of "+s.Mode.Owner)
	}
	if s.RetentionHours.Origin == Default {
		list = append(list, fmt.Sprintf("retention %dh, the default of %s", s.RetentionHours.Value, s.RetentionHours.Owner))
	}
	return list
}

// shardsPath returns the name of the property that has the shards of a stream.
func (s *Stack) shardsPath() string {
	if s.Format == TerraformPlan {
		return "shard_count"
	}
	return "ShardCount"
}

// isFaulty reports whether a property is named among what could not be resolved.
func (s *Stack) isFaulty(address, path string) bool {
	return slices.ContainsFunc(s.Faults, func(f Fault) bool { return f.Address == address && f.Path == path })
}
