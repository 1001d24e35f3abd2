package iac

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Types of CloudFormation's resources that are read.
const (
	cfStream   = "AWS::Kinesis::Stream"
	cfConsumer = "AWS::Kinesis::StreamConsumer"
	cfMapping  = "AWS::Lambda::EventSourceMapping"
	cfFunction = "AWS::Lambda::Function"
	cfServer   = "AWS::Serverless::Function"
	cfAlarm    = "AWS::CloudWatch::Alarm"
	cfNested   = "AWS::CloudFormation::Stack"
)

// templateReader turns a template into a stack.
type templateReader struct {
	resolver
	stack *Stack
	kinds map[string]string // types of the resources, by logical id
}

// readTemplate reads a CloudFormation or SAM template in YAML or JSON.
func readTemplate(data []byte, o Options) (*Stack, error) {
	tree, lines, err := parseYAML(data)
	if err != nil {
		return nil, fmt.Errorf("a CloudFormation template that cannot be read: %w", err)
	}
	root, _ := tree.(map[string]any)
	resources, ok := root["Resources"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("a CloudFormation template whose Resources is no mapping")
	}
	r := templateReader{stack: &Stack{Format: Template, Complete: true, Lines: lines}, kinds: map[string]string{}}
	r.resolver = newResolver(root, o, func(id string) bool { return r.kinds[id] != "" })
	for id, v := range resources {
		if res, ok := v.(map[string]any); ok {
			r.kinds[id], _ = res["Type"].(string)
		}
	}
	for _, name := range r.foreign() {
		r.fault("", "", "the parameter %s is not in the template", name)
	}
	globals, _ := root["Globals"].(map[string]any)
	for _, id := range sortedKeys(resources) {
		res, _ := resources[id].(map[string]any)
		r.resource(id, res, globals)
	}
	r.stack.join()
	return r.stack, nil
}

func (r *templateReader) fault(address, path, format string, args ...any) {
	r.stack.Faults = append(r.stack.Faults, Fault{address, path, fmt.Sprintf(format, args...)})
}

// resource reads one resource, unless its condition is false.
func (r *templateReader) resource(id string, res, globals map[string]any) {
	if strings.HasPrefix(id, "Fn::") {
		r.fault(id, "", "it makes resources on deployment, which are not read: give the processed template")
		return
	}
	kind := r.kinds[id]
	switch kind {
	case cfStream, cfConsumer, cfMapping, cfFunction, cfServer, cfAlarm:
	case cfNested:
		r.fault(id, "", "a nested stack is not read: give its template by itself")
		return
	default:
		return
	}
	if name, ok := res["Condition"].(string); ok {
		holds, known := r.condition(name, 0)
		if known && !holds {
			return
		}
		if !known {
			r.fault(id, "Condition", "%s is decided on deployment: the resource is taken to be there", name)
		}
	}
	p := &properties{tree: r.resolve(res["Properties"], 0), dialect: cloudFormation, address: id, faults: &r.stack.Faults}
	if p.tree == nil {
		p.tree = map[string]any{}
	}
	r.read(Resource{Address: id, Action: Declare}, kind, p, globals)
}

// read reads a resource of a kind.
func (r *templateReader) read(at Resource, kind string, p *properties, globals map[string]any) {
	switch kind {
	case cfStream:
		s := streamState(p)
		r.name(&s.Name)
		if r.options.Region != "" {
			s.Region = declared(r.options.Region)
		}
		r.stack.Streams = append(r.stack.Streams, Stream{Resource: at, After: s})
	case cfConsumer:
		c := consumerState(p)
		c.Stream, _ = r.link(p, names{"", "StreamARN"})
		r.unlinked(p, "StreamARN", c.Stream)
		r.stack.Consumers = append(r.stack.Consumers, Consumer{Resource: at, After: c})
	case cfMapping:
		r.mapping(at, p, "EventSourceArn", p.text(names{"", "FunctionName"}))
	case cfAlarm:
		r.alarm(at, p)
	default:
		r.function(at, p, kind == cfServer, globals)
	}
}

// name makes a name that is left out one that is known on deployment.
func (r *templateReader) name(s *Setting[string]) {
	if s.Origin == Absent {
		*s = Setting[string]{Origin: Unknown, Why: "CloudFormation chooses it"}
	}
}

func (r *templateReader) unlinked(p *properties, path string, l Link) {
	if !l.Known() && l.Why != "" {
		r.fault(p.address, path, "unlinked: %s", l.Why)
	}
}

// mapping reads a mapping, unless its source is something else than Kinesis.
func (r *templateReader) mapping(at Resource, p *properties, source string, function Setting[string]) {
	m := mappingState(p)
	m.Function = function
	link, kind := r.link(p, names{"", source})
	switch kind {
	case cfConsumer:
		m.Consumer = link
	case cfStream, "":
		m.Source = link
	default:
		return
	}
	r.unlinked(p, source, link)
	r.stack.Mappings = append(r.stack.Mappings, Mapping{Resource: at, After: m})
}

// function reads a function, and of SAM's the mappings among its events.
func (r *templateReader) function(at Resource, p *properties, serverless bool, globals map[string]any) {
	f := functionState(p)
	if serverless && f.TimeoutSeconds.Origin == Default {
		g := properties{tree: r.resolve(globals["Function"], 0), dialect: cloudFormation, address: "Globals",
			faults: &r.stack.Faults}
		f.TimeoutSeconds = g.whole(names{"", "Timeout"}).or(defaultTimeout, ofAWS)
	}
	r.stack.Functions = append(r.stack.Functions, Function{Resource: at, After: f})
	events, _ := p.find(names{"", "Events"}).(map[string]any)
	if !serverless {
		return
	}
	for _, name := range sortedKeys(events) {
		event, _ := events[name].(map[string]any)
		if event["Type"] != "Kinesis" {
			continue
		}
		inner := &properties{tree: event["Properties"], dialect: cloudFormation, address: at.Address + "." + name,
			faults: &r.stack.Faults}
		r.mapping(Resource{Address: inner.address, Action: Declare}, inner, "Stream", declared(at.Address))
	}
}

// alarm reads an alarm, if it watches a stream or a function.
func (r *templateReader) alarm(at Resource, p *properties) {
	a, watches := alarmState(p)
	if !watches {
		return
	}
	dimensions, _ := p.find(names{"", "Dimensions"}).([]any)
	for _, d := range dimensions {
		inner := &properties{tree: d, dialect: cloudFormation, address: p.address, faults: p.faults}
		switch inner.text(names{"", "Name"}).Value {
		case "StreamName":
			a.Stream, _ = r.link(inner, names{"", "Value"})
		case "FunctionName":
			a.Owner = inner.text(names{"", "Value"})
		}
	}
	r.stack.Alarms = append(r.stack.Alarms, Alarm{Resource: at, After: a})
}

// link returns what a property leads to, and its type, "" where that is not known.
func (r *templateReader) link(p *properties, n names) (Link, string) {
	v := p.find(n)
	text, isText := v.(string)
	if u, ok := v.(unresolved); ok {
		if kind := r.kinds[u.resource]; kind != "" {
			return Link{Address: u.resource}, kind
		}
		text, isText = u.text, u.text != ""
		if !isText {
			return Link{Why: u.why}, ""
		}
	}
	if !isText {
		return Link{Why: "it is not set"}, ""
	}
	a, ok := parseARN(text)
	switch {
	case strings.Contains(a.name, gap) || !ok && strings.Contains(text, gap):
		return Link{Why: "a part of it is known on deployment"}, ""
	case !ok:
		return Link{Name: text}, cfStream // a name, as alarms have it
	case a.service != "kinesis":
		return Link{}, a.service
	case a.consumer != "":
		return Link{Name: a.name + "/" + a.consumer}, cfConsumer
	}
	return Link{Name: a.name}, cfStream
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// deepest is how deep a template may be nested; those that people write stay below 30.
const deepest = 200

// parseYAML returns YAML or JSON as a tree of values. A short tag such as !Ref becomes the
// mapping that it stands for.
func parseYAML(data []byte) (tree any, lines map[string]int, err error) {
	d, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	var n yaml.Node
	if err := d.Load(&n); err != nil {
		return nil, nil, err
	}
	tree, err = plain(&n, 0)
	return tree, resourceLines(&n), err
}

// resourceLines returns the line of each resource of a template.
func resourceLines(document *yaml.Node) map[string]int {
	lines := map[string]int{}
	if len(document.Content) != 1 {
		return lines
	}
	for i, root := 0, document.Content[0].Content; i+1 < len(root); i += 2 {
		if root[i].Value != "Resources" {
			continue
		}
		for j, all := 0, root[i+1].Content; j+1 < len(all); j += 2 {
			lines[all[j].Value] = all[j].Line
		}
	}
	return lines
}

// plain returns the value of a node of YAML.
func plain(n *yaml.Node, depth int) (any, error) {
	if depth > deepest {
		return nil, fmt.Errorf("%d:%d: nested more than %d deep", n.Line, n.Column, deepest)
	}
	var v any
	var err error
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) != 1 {
			return nil, nil
		}
		return plain(n.Content[0], depth)
	case yaml.AliasNode:
		return nil, fmt.Errorf("%d:%d: an alias, which is not read", n.Line, n.Column)
	case yaml.MappingNode:
		v, err = plainMapping(n, depth)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			if list[i], err = plain(c, depth+1); err != nil {
				return nil, err
			}
		}
		v = list
	default:
		v, err = plainScalar(n)
	}
	if err != nil {
		return nil, err
	}
	return untagged(n.Tag, v), nil
}

func plainMapping(n *yaml.Node, depth int) (any, error) {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			return nil, fmt.Errorf("%d:%d: not a key", key.Line, key.Column)
		}
		if _, twice := m[key.Value]; twice {
			return nil, fmt.Errorf("%d:%d: %q is there twice", key.Line, key.Column, key.Value)
		}
		v, err := plain(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		m[key.Value] = v
	}
	return m, nil
}

func plainScalar(n *yaml.Node) (any, error) {
	switch n.Tag {
	case "!!null":
		return nil, nil
	case "!!bool":
		b, ok := asBool(strings.ToLower(n.Value))
		if !ok {
			return n.Value, nil
		}
		return b, nil
	case "!!int", "!!float":
		if x, ok := asNumber(n.Value); ok {
			return x, nil
		}
	}
	return n.Value, nil
}

// untagged returns what a short tag stands for: !GetAtt a.b is {"Fn::GetAtt": "a.b"}.
func untagged(tag string, v any) any {
	name, short := strings.CutPrefix(tag, "!")
	if !short || strings.HasPrefix(name, "!") || name == "" {
		return v
	}
	if name == "Ref" || name == "Condition" {
		return map[string]any{name: v}
	}
	return map[string]any{"Fn::" + name: v}
}
