package iac

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// gap stands in a text for a part that is known on deployment.
const gap = "\x00"

// resolver solves the intrinsic functions of a template, as far as the template and the
// options say what they are: references to parameters, conditions, constant mappings, and
// texts that are put together. The rest is unresolved, with the reason.
type resolver struct {
	options    Options
	parameters map[string]any
	mappings   map[string]any
	conditions map[string]any
	solved     map[string]outcome // of conditions; one that is being solved is not known
	isResource func(id string) bool
}

// outcome is whether a condition holds, and whether that is known.
type outcome struct{ holds, known bool }

func newResolver(root map[string]any, o Options, isResource func(string) bool) resolver {
	at := func(key string) map[string]any {
		m, _ := root[key].(map[string]any)
		return m
	}
	return resolver{o, at("Parameters"), at("Mappings"), at("Conditions"), map[string]outcome{}, isResource}
}

// foreign returns the parameters of the options that the template does not have, sorted.
func (r *resolver) foreign() []string {
	var names []string
	for name := range r.options.Parameters {
		if _, there := r.parameters[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// absent is the value of AWS::NoValue: as if the property were not there.
type absent struct{}

// resolve returns a value with its intrinsic functions solved.
func (r *resolver) resolve(v any, depth int) any {
	if depth > deepest {
		return unresolved{why: "it is nested too deep"}
	}
	switch t := v.(type) {
	case map[string]any:
		if len(t) == 1 {
			for name, argument := range t {
				if name == "Ref" || strings.HasPrefix(name, "Fn::") {
					return r.function(name, argument, depth+1)
				}
			}
		}
		into := make(map[string]any, len(t))
		for k, inner := range t {
			if got := r.resolve(inner, depth+1); got != (absent{}) {
				into[k] = got
			}
		}
		return into
	case []any:
		var list []any
		for _, inner := range t {
			if got := r.resolve(inner, depth+1); got != (absent{}) {
				list = append(list, got)
			}
		}
		return list
	}
	return v
}

// function solves one intrinsic function.
func (r *resolver) function(name string, argument any, depth int) any {
	switch name {
	case "Ref":
		id, _ := argument.(string)
		return r.ref(id)
	case "Fn::GetAtt":
		return r.attribute(argument)
	case "Fn::Sub":
		return r.sub(argument, depth)
	case "Fn::If":
		return r.choose(argument, depth)
	case "Fn::FindInMap":
		return r.findInMap(argument, depth)
	case "Fn::Join":
		return r.join(argument, depth)
	case "Fn::Select":
		return r.selectItem(argument, depth)
	case "Fn::Split":
		return r.split(argument, depth)
	}
	return unresolved{why: name + " is solved on deployment"}
}

// ref returns what Ref of a parameter, a pseudo parameter or a resource is.
func (r *resolver) ref(id string) any {
	switch {
	case id == "AWS::NoValue":
		return absent{}
	case id == "AWS::Region" && r.options.Region != "":
		return r.options.Region
	case strings.HasPrefix(id, "AWS::"):
		return unresolved{why: id + " is known on deployment", text: gap}
	case r.isResource(id):
		return unresolved{why: "it is known once " + id + " is deployed", resource: id}
	}
	parameter, ok := r.parameters[id].(map[string]any)
	if !ok {
		return unresolved{why: fmt.Sprintf("%q is neither a parameter nor a resource of the template", id)}
	}
	value, given := parameter["Default"]
	if text, set := r.options.Parameters[id]; set {
		value, given = text, true
	}
	kind, _ := parameter["Type"].(string)
	switch text, isText := value.(string); {
	case !given:
		return unresolved{why: "the parameter " + id + " has no default", text: gap}
	case strings.HasPrefix(kind, "AWS::SSM::"):
		return unresolved{why: "the parameter " + id + " is read from Systems Manager on deployment", text: gap}
	case isText && (kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")):
		var list []any
		for part := range strings.SplitSeq(text, ",") {
			list = append(list, strings.TrimSpace(part))
		}
		return list
	}
	return value
}

// attribute returns what GetAtt of a resource is: known once it is deployed.
func (r *resolver) attribute(argument any) any {
	id := ""
	switch t := argument.(type) {
	case string:
		id, _, _ = strings.Cut(t, ".")
	case []any:
		if len(t) > 0 {
			id, _ = t[0].(string)
		}
	}
	return unresolved{why: "it is known once " + id + " is deployed", resource: id}
}

var placeholder = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// sub puts a text together. One that is nothing but a resource leads to that.
func (r *resolver) sub(argument any, depth int) any {
	text, _ := argument.(string)
	own := map[string]any{}
	if list, ok := argument.([]any); ok && len(list) == 2 {
		text, _ = list[0].(string)
		if m, ok := r.resolve(list[1], depth).(map[string]any); ok {
			own = m
		}
	}
	value := func(name string) any {
		if v, ok := own[name]; ok {
			return v
		}
		if id, _, dotted := strings.Cut(name, "."); dotted {
			return r.attribute(id)
		}
		return r.ref(strings.TrimSpace(name))
	}
	if m := placeholder.FindStringSubmatch(text); m != nil && m[0] == text {
		return value(m[1])
	}
	var parts []any
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		parts = append(parts, text[at:m[0]], value(text[m[2]:m[3]]))
		at = m[1]
	}
	return together(append(parts, text[at:]), "")
}

// together joins values as texts. Where one is not known, the text has a gap.
func together(parts []any, between string) any {
	var b strings.Builder
	why := ""
	for i, part := range parts {
		if i > 0 {
			b.WriteString(between)
		}
		if u, ok := part.(unresolved); ok {
			why = u.why
			b.WriteString(gap)
			continue
		}
		text, ok := asText(part)
		if !ok {
			return unresolved{why: "a part of it is no text"}
		}
		b.WriteString(text)
	}
	text := strings.ReplaceAll(b.String(), "${!", "${")
	if why != "" {
		return unresolved{why: why, text: text}
	}
	return text
}

// arguments returns the list that a function takes.
func arguments(v any, least int) ([]any, bool) {
	list, ok := v.([]any)
	return list, ok && len(list) >= least
}

// choose solves Fn::If.
func (r *resolver) choose(argument any, depth int) any {
	list, ok := arguments(argument, 3)
	name, isText := "", false
	if ok {
		name, isText = list[0].(string)
	}
	if !isText {
		return unresolved{why: "an Fn::If that is not [condition, value, value]"}
	}
	holds, known := r.condition(name, depth)
	switch {
	case !known:
		return unresolved{why: "the condition " + name + " is decided on deployment"}
	case holds:
		return r.resolve(list[1], depth)
	}
	return r.resolve(list[2], depth)
}

func (r *resolver) findInMap(argument any, depth int) any {
	list, ok := arguments(argument, 3)
	if !ok {
		return unresolved{why: "an Fn::FindInMap without its three keys"}
	}
	at := any(r.mappings)
	for _, key := range list[:3] {
		text, isText := asText(r.resolve(key, depth))
		m, isMap := at.(map[string]any)
		if !isText || !isMap {
			return unresolved{why: "a key of Fn::FindInMap is known on deployment"}
		}
		if at, ok = m[text]; !ok {
			return unresolved{why: fmt.Sprintf("Fn::FindInMap has no %q", text)}
		}
	}
	return at
}

func (r *resolver) join(argument any, depth int) any {
	list, ok := arguments(argument, 2)
	if !ok {
		return unresolved{why: "an Fn::Join that is not [delimiter, list]"}
	}
	between, _ := list[0].(string)
	switch parts := r.resolve(list[1], depth).(type) {
	case []any:
		return together(parts, between)
	case unresolved:
		return parts
	}
	return unresolved{why: "an Fn::Join without a list"}
}

func (r *resolver) selectItem(argument any, depth int) any {
	list, ok := arguments(argument, 2)
	if !ok {
		return unresolved{why: "an Fn::Select that is not [index, list]"}
	}
	i, isNumber := asWhole(r.resolve(list[0], depth))
	switch items := r.resolve(list[1], depth).(type) {
	case []any:
		if isNumber && i >= 0 && i < len(items) {
			return items[i]
		}
	case unresolved:
		return unresolved{why: items.why}
	}
	return unresolved{why: "Fn::Select has no such item"}
}

func (r *resolver) split(argument any, depth int) any {
	list, ok := arguments(argument, 2)
	if !ok {
		return unresolved{why: "an Fn::Split that is not [delimiter, text]"}
	}
	between, _ := list[0].(string)
	switch text := r.resolve(list[1], depth).(type) {
	case string:
		var parts []any
		for part := range strings.SplitSeq(text, between) {
			parts = append(parts, part)
		}
		return parts
	case unresolved:
		return unresolved{why: text.why}
	}
	return unresolved{why: "an Fn::Split without a text"}
}

// condition reports whether a condition holds, and whether that is known.
func (r *resolver) condition(name string, depth int) (holds, known bool) {
	body, there := r.conditions[name]
	if !there {
		return false, false
	}
	if o, ok := r.solved[name]; ok {
		return o.holds, o.known
	}
	r.solved[name] = outcome{}
	holds, known = r.solve(body, depth+1)
	r.solved[name] = outcome{holds, known}
	return holds, known
}

// solve solves an expression of conditions.
func (r *resolver) solve(v any, depth int) (holds, known bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) != 1 || depth > deepest {
		return false, false
	}
	for name, argument := range m {
		list, _ := argument.([]any)
		switch name {
		case "Condition":
			text, _ := argument.(string)
			return r.condition(text, depth)
		case "Fn::Equals":
			return r.equal(list, depth)
		case "Fn::Not":
			if len(list) == 1 {
				holds, known = r.solve(list[0], depth+1)
			}
			return !holds && known, known
		case "Fn::And":
			return r.all(list, true, depth)
		case "Fn::Or":
			holds, known = r.all(list, false, depth)
			return holds, known
		}
	}
	return false, false
}

func (r *resolver) equal(list []any, depth int) (holds, known bool) {
	if len(list) != 2 {
		return false, false
	}
	a, okA := asComparable(r.resolve(list[0], depth))
	b, okB := asComparable(r.resolve(list[1], depth))
	return a == b, okA && okB
}

// asComparable returns a value as CloudFormation compares it: as text.
func asComparable(v any) (string, bool) {
	if b, ok := v.(bool); ok {
		return fmt.Sprint(b), true
	}
	return asText(v)
}

// all solves Fn::And and, where every is false, Fn::Or. One that decides is enough.
func (r *resolver) all(list []any, every bool, depth int) (holds, known bool) {
	known = true
	for _, item := range list {
		holds, sure := r.solve(item, depth+1)
		if sure && holds != every {
			return holds, true
		}
		known = known && sure
	}
	return every && known, known
}
