package iac

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// target is what an expression leads to: a block of the plan, or something elsewhere.
type target struct {
	kind  string // the type of the block, such as aws_kinesis_stream
	block string // its address without the key of an instance
	key   string // of the instance, where the expression names it
	same  bool   // the instance has the key of the one that refers to it
	text  string // a constant
	why   string // it leads nowhere
}

// linkConsumer links a registration to its stream.
func (r *planReader) linkConsumer(c *tfjson.ResourceChange, consumer *Consumer, before, after *properties) {
	if consumer.Before != nil {
		consumer.Before.Stream, _ = r.link(c, before, "stream_arn", tfStream)
	}
	if consumer.After != nil {
		consumer.After.Stream, _ = r.link(c, after, "stream_arn", tfStream)
		r.report(c, "stream_arn", consumer.After.Stream)
	}
}

// linkMapping links a mapping to its stream or registration. It reports false where its
// source is something else, such as a queue.
func (r *planReader) linkMapping(c *tfjson.ResourceChange, m *Mapping, before, after *properties) bool {
	for _, s := range []struct {
		state      *MappingState
		properties *properties
	}{{m.Before, before}, {m.After, after}} {
		if s.state == nil {
			continue
		}
		link, kind := r.link(c, s.properties, "event_source_arn", tfStream, tfConsumer)
		switch kind {
		case tfConsumer:
			s.state.Consumer = link
		case tfStream, "":
			s.state.Source = link
		default:
			return false
		}
		if s.state == m.After {
			r.report(c, "event_source_arn", link)
		}
	}
	return true
}

// report notes a link that leads nowhere.
func (r *planReader) report(c *tfjson.ResourceChange, path string, l Link) {
	if !l.Known() && l.Why != "" {
		r.fault(c.Address, path, "unlinked: %s", l.Why)
	}
}

// alarm reads an alarm, if it watches a stream or a function.
func (r *planReader) alarm(c *tfjson.ResourceChange, resource Resource, before, after *properties) {
	a := Alarm{Resource: resource}
	for _, s := range []struct {
		into       **AlarmState
		properties *properties
	}{{&a.Before, before}, {&a.After, after}} {
		if s.properties == nil {
			continue
		}
		state, watches := alarmState(s.properties)
		if !watches {
			continue
		}
		state.Owner = s.properties.text(names{"dimensions.FunctionName", ""})
		name := s.properties.text(names{"dimensions.StreamName", ""})
		switch {
		case name.Known():
			state.Stream = Link{Name: name.Value}
		case name.Origin == Unknown:
			state.Stream = r.choose(c, r.follow(steps(c.ModuleAddress), r.references(c, "dimensions"), 0), tfStream)
		}
		*s.into = state
	}
	if a.Before != nil || a.After != nil {
		r.stack.Alarms = append(r.stack.Alarms, a)
	}
}

// link returns what an attribute with an ARN leads to, and its type: one of kinds, another
// type, or "" where that is not known.
func (r *planReader) link(c *tfjson.ResourceChange, p *properties, attribute string, kinds ...string) (Link, string) {
	text := p.text(names{attribute, ""})
	if text.Known() {
		return r.byARN(text.Value)
	}
	if text.Origin == Absent {
		if refs := r.references(c, attribute); refs == nil {
			return Link{Why: "it is not set"}, ""
		}
	}
	targets := r.follow(steps(c.ModuleAddress), r.references(c, attribute), 0)
	for _, kind := range kinds {
		if slices.ContainsFunc(targets, func(t target) bool { return t.kind == kind }) {
			return r.choose(c, targets, kind), kind
		}
	}
	for _, t := range targets {
		if t.text != "" {
			return r.byARN(t.text)
		}
		if t.kind != "" {
			return Link{}, t.kind
		}
	}
	return r.choose(c, targets, ""), ""
}

// byARN returns the link of an ARN, and the type of what it names.
func (r *planReader) byARN(text string) (Link, string) {
	a, ok := parseARN(text)
	switch {
	case !ok:
		return Link{Why: fmt.Sprintf("%q is no ARN", text)}, ""
	case a.service != "kinesis":
		return Link{}, a.service
	case a.consumer != "":
		return Link{Name: a.name + "/" + a.consumer}, tfConsumer
	}
	return Link{Name: a.name}, tfStream
}

// references returns what the configuration of a resource says of an attribute.
func (r *planReader) references(c *tfjson.ResourceChange, attribute string) *tfjson.Expression {
	module := r.module(steps(c.ModuleAddress))
	if module == nil {
		return nil
	}
	for _, res := range module.Resources {
		if res != nil && res.Type == c.Type && res.Name == c.Name && res.Mode == c.Mode {
			return res.Expressions[attribute]
		}
	}
	return nil
}

// step is a module call on the way to a resource: its name, and the key of its instance.
type step struct{ name, key string }

var moduleStep = regexp.MustCompile(`module\.([^.\[]+)(?:\[((?:"(?:[^"\\]|\\.)*")|\d+)\])?`)

// steps returns the calls of an address such as module.a["x"].module.b.
func steps(module string) []step {
	var list []step
	for _, m := range moduleStep.FindAllStringSubmatch(module, -1) {
		list = append(list, step{m[1], m[2]})
	}
	return list
}

// address returns the address of a module.
func address(list []step) string {
	var parts []string
	for _, s := range list {
		part := "module." + s.name
		if s.key != "" {
			part += "[" + s.key + "]"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ".")
}

// module returns the configuration of a module, or nil.
func (r *planReader) module(list []step) *tfjson.ConfigModule {
	if r.plan.Config == nil {
		return nil
	}
	at := r.plan.Config.RootModule
	for _, s := range list {
		if at == nil || at.ModuleCalls[s.name] == nil {
			return nil
		}
		at = at.ModuleCalls[s.name].Module
	}
	return at
}

// mostSteps bounds how many modules a reference is followed through, and mostReferences
// how many references of one resource are followed.
const (
	mostSteps      = 32
	mostReferences = 1000
)

// follow returns what an expression of a module leads to, through variables and outputs of
// modules.
func (r *planReader) follow(in []step, e *tfjson.Expression, depth int) []target {
	if e == nil || e.ExpressionData == nil {
		return []target{{why: "the plan does not show what it is"}}
	}
	if text, ok := e.ConstantValue.(string); ok {
		return []target{{text: text}}
	}
	if depth == 0 {
		r.followed = 0
	}
	if r.followed++; depth > mostSteps || r.followed > mostReferences {
		return []target{{why: "it goes through too many modules"}}
	}
	var targets []target
	same := slices.ContainsFunc(e.References, func(ref string) bool {
		return strings.HasPrefix(ref, "each.") || ref == "count.index"
	})
	seen := map[string]bool{}
	for _, ref := range e.References {
		for _, t := range r.reference(in, ref, depth) {
			t.same = t.same || same
			if id := t.block + t.key + t.text + t.why; !seen[id] {
				seen[id] = true
				targets = append(targets, t)
			}
		}
	}
	return targets
}

// reference follows one reference of an expression.
func (r *planReader) reference(in []step, ref string, depth int) []target {
	parts := splitReference(ref)
	switch {
	case len(parts) < 2 || parts[0] == "each" || parts[0] == "count":
		return nil
	case parts[0] == "var":
		return r.variable(in, parts[1], depth)
	case parts[0] == "local":
		return []target{{why: "it goes through local." + parts[1] + ", which a plan does not show"}}
	case parts[0] == "module" && len(parts) > 2:
		inner := append(slices.Clone(in), stepOf(parts[1]))
		module := r.module(inner)
		if module == nil || module.Outputs[parts[2]] == nil {
			return []target{{why: "the plan does not show " + ref}}
		}
		return r.follow(inner, module.Outputs[parts[2]].Expression, depth+1)
	case parts[0] == "module":
		return nil // the module of an output that is there too
	case parts[0] == "data" && len(parts) > 2:
		return r.data(in, parts[1], parts[2])
	}
	name, key, _ := strings.Cut(strings.TrimSuffix(parts[1], "]"), "[")
	return []target{{kind: parts[0], block: within(address(in), parts[0]+"."+name), key: key}}
}

// splitReference splits a reference at its dots, but for those in brackets.
func splitReference(ref string) []string {
	var parts []string
	begin, open := 0, 0
	for i, c := range ref {
		switch {
		case c == '[':
			open++
		case c == ']':
			open--
		case c == '.' && open == 0:
			parts, begin = append(parts, ref[begin:i]), i+1
		}
	}
	return append(parts, ref[begin:])
}

func stepOf(part string) step {
	name, key, _ := strings.Cut(strings.TrimSuffix(part, "]"), "[")
	return step{name, key}
}

// variable follows a variable to what calls the module, or to its value.
func (r *planReader) variable(in []step, name string, depth int) []target {
	name, _, _ = strings.Cut(name, "[")
	if len(in) == 0 {
		if v := r.plan.Variables[name]; v != nil {
			if text, ok := v.Value.(string); ok {
				return []target{{text: text}}
			}
		}
		return []target{{why: "var." + name + " is no ARN"}}
	}
	outer := in[:len(in)-1]
	module := r.module(outer)
	if module == nil || module.ModuleCalls[in[len(in)-1].name] == nil {
		return []target{{why: "the plan does not show what var." + name + " is"}}
	}
	e := module.ModuleCalls[in[len(in)-1].name].Expressions[name]
	if e == nil {
		return []target{{why: "var." + name + " has its default, which is no resource"}}
	}
	return r.follow(outer, e, depth+1)
}

// data returns the stream that a data source looks up by a constant name.
func (r *planReader) data(in []step, kind, name string) []target {
	module := r.module(in)
	name, _, _ = strings.Cut(name, "[")
	if module != nil {
		for _, res := range module.Resources {
			if res == nil || res.Mode != tfjson.DataResourceMode || res.Type != kind || res.Name != name {
				continue
			}
			if e := res.Expressions["name"]; kind == tfStream && e != nil && e.ExpressionData != nil {
				if text, ok := e.ConstantValue.(string); ok {
					return []target{{text: "arn:aws:kinesis:::stream/" + text}}
				}
			}
		}
	}
	return []target{{kind: kind, why: "data." + kind + "." + name + " is looked up when it is applied"}}
}

// choose returns the instance that targets lead to, and says why there is none, or no
// single one.
func (r *planReader) choose(c *tfjson.ResourceChange, targets []target, kind string) Link {
	why, several := "the plan does not show what it is", ""
	for _, t := range targets {
		if t.text != "" {
			if l, of := r.byARN(t.text); of == kind {
				return l
			}
		}
		if t.why != "" {
			why = t.why
		}
		if t.kind != kind || t.block == "" {
			continue
		}
		found := r.instances[t.block]
		if len(found) == 1 && (t.key == "" || t.key == found[0].key) {
			return Link{Address: found[0].address}
		}
		for _, i := range found {
			if t.key != "" && i.key == t.key || t.key == "" && t.same && i.key == keyOf(c.Index) {
				return Link{Address: i.address}
			}
		}
		several = fmt.Sprintf("%s has %d instances, and the plan does not say which", t.block, len(found))
	}
	return Link{Why: cmp.Or(several, why)}
}

// setRegion sets the Region of a stream: its own, that of its provider's configuration, or
// that of the options.
func (r *planReader) setRegion(c *tfjson.ResourceChange, s *StreamState) {
	if s == nil || s.Region.Known() {
		return
	}
	s.Region = Setting[string]{}
	if e := r.providerRegion(c); e != nil {
		for _, t := range r.follow(nil, e, 0) {
			if t.text != "" {
				s.Region = declared(t.text)
				return
			}
		}
		s.Region = Setting[string]{Origin: Unknown, Why: "the provider's Region is not in the plan"}
	}
	if r.options.Region != "" {
		s.Region = declared(r.options.Region)
	}
}

// providerRegion returns the expression of the Region of a resource's provider, or nil.
func (r *planReader) providerRegion(c *tfjson.ResourceChange) *tfjson.Expression {
	module := r.module(steps(c.ModuleAddress))
	if module == nil {
		return nil
	}
	for _, res := range module.Resources {
		if res == nil || res.Type != c.Type || res.Name != c.Name || res.Mode != c.Mode {
			continue
		}
		if p := r.plan.Config.ProviderConfigs[res.ProviderConfigKey]; p != nil {
			return p.Expressions["region"]
		}
	}
	return nil
}
