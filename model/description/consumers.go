package description

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"go.yaml.in/yaml/v4"
)

// consumers takes a list of enhanced fan-out consumers.
func (s *Stream) consumers(r *reader, n *yaml.Node) {
	if s.Consumers.Value == nil {
		s.Consumers = model.Known([]model.FanOutConsumer{})
	}
	for _, item := range r.items(n, "Consumers") {
		s.consumer(r, item)
	}
}

// consumer takes one of them, unless it was taken before.
func (s *Stream) consumer(r *reader, n *yaml.Node) {
	s.is(r, n, "ConsumerARN")
	text := r.required(n, "ConsumerName")
	var name model.Name
	if err := name.UnmarshalText([]byte(text)); err != nil {
		r.fault(n, "ConsumerName", text, err.Error(), "1 to 128 of A-Z a-z 0-9 _ . -")
		return
	}
	if !slices.ContainsFunc(s.Consumers.Value, func(c model.FanOutConsumer) bool { return c.Name == name }) {
		c := model.FanOutConsumer{Name: name, Status: r.text(n, "ConsumerStatus")}
		s.Consumers = model.Known(append(s.Consumers.Value, c))
	}
}

// Bounds and defaults of an event source mapping
// (https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html).
const (
	mostBatch     = 10_000
	mostFactor    = 10
	mostWindow    = 300     // seconds
	mostRetries   = 10_000  // and -1: until the record expires
	mostAge       = 604_800 // seconds, and -1
	leastAge      = unit.Duration(time.Minute)
	defaultBatch  = 100
	defaultFactor = 1
)

// eventSourceMappings takes a list of mappings. Those of other services than Kinesis are
// passed over.
func (s *Stream) eventSourceMappings(r *reader, n *yaml.Node) {
	list := s.Functions.Value[:len(s.Functions.Value):len(s.Functions.Value)]
	for _, item := range r.items(n, "EventSourceMappings") {
		source := r.text(item, "EventSourceArn")
		if !strings.Contains(source, ":kinesis:") {
			continue
		}
		s.is(r, item, "EventSourceArn")
		m := s.mapping(r, item)
		if parts := arn.FindStringSubmatch(source); parts != nil && parts[3] != "" {
			m.FanOut = model.Known(model.Name(parts[3]))
		}
		list = append(list, m)
	}
	s.Functions = model.Known(list)
}

// functionName matches the name in a function's ARN,
// arn:aws:lambda:REGION:ACCOUNT:function:NAME[:VERSION-OR-ALIAS].
var functionName = regexp.MustCompile(`^arn:[a-z0-9-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:([A-Za-z0-9_-]{1,140})(:[^:]+)?$`)

// mapping returns a mapping.
func (s *Stream) mapping(r *reader, n *yaml.Node) (m model.Function) {
	name := r.required(n, "FunctionArn")
	if parts := functionName.FindStringSubmatch(name); parts != nil {
		name = parts[1]
	} else if name != "" {
		r.fault(r.get(n, "FunctionArn"), "FunctionArn", name, "not the ARN of a function",
			"such as arn:aws:lambda:us-east-1:111122223333:function:enrich")
		name = "" // what is no name is not told as one
	}
	seconds := func(key string, least, most int) (unit.Duration, bool) {
		v, ok := r.whole(n, key, least, most)
		return unit.Duration(time.Duration(v) * time.Second), ok && v >= 0
	}
	m.Name, m.State = name, r.text(n, "State")
	m.BatchSize, m.ParallelizationFactor = defaultBatch, defaultFactor
	if v, ok := r.whole(n, "BatchSize", 1, mostBatch); ok {
		m.BatchSize = v
	}
	if v, ok := r.whole(n, "ParallelizationFactor", 1, mostFactor); ok {
		m.ParallelizationFactor = v
	}
	m.BatchingWindow, _ = seconds("MaximumBatchingWindowInSeconds", 0, mostWindow)
	if v, ok := r.whole(n, "MaximumRetryAttempts", -1, mostRetries); ok && v >= 0 {
		m.MaximumRetries = model.Known(v)
	}
	if v, ok := seconds("MaximumRecordAgeInSeconds", -1, mostAge); ok {
		if v < leastAge {
			r.fault(r.get(n, "MaximumRecordAgeInSeconds"), "MaximumRecordAgeInSeconds", r.text(n, "MaximumRecordAgeInSeconds"),
				"not one of those allowed", "-1, or a whole number from 60 to "+strconv.Itoa(mostAge))
		} else {
			m.MaximumRecordAge = model.Known(v)
		}
	}
	m.BisectOnError = r.yes(n, "BisectBatchOnFunctionError")
	s.onFailures(r, n, &m)
	return m
}

// onFailures takes what happens to a batch that fails, and the filter before it.
func (s *Stream) onFailures(r *reader, n *yaml.Node, m *model.Function) {
	if types := r.get(n, "FunctionResponseTypes"); types != nil {
		for _, item := range r.items(types, "FunctionResponseTypes") {
			m.PartialResponses = m.PartialResponses || item.Value == "ReportBatchItemFailures"
		}
	}
	if filters := r.get(r.get(n, "FilterCriteria"), "Filters"); filters != nil {
		m.Filters = len(r.items(filters, "Filters"))
	}
	m.OnFailure = model.DestinationOf(r.text(r.get(r.get(n, "DestinationConfig"), "OnFailure"), "Destination"))
}
