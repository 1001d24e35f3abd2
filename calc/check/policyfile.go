package check

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"go.yaml.in/yaml/v4"
)

// PolicyKey is a key of a policy file.
type PolicyKey struct {
	Name, Doc, Allowed string
	Kind               PolicyKind

	set func(p *Policy, text []string) error
}

// PolicyKind is what a key of a policy file takes.
type PolicyKind string

// The kinds.
const (
	NumberKey PolicyKind = "number"
	TextKey   PolicyKind = "string"
	FlagKey   PolicyKind = "boolean"
	ListKey   PolicyKind = "array"
)

// PolicyKeys returns the keys of a policy file but allow, in the order of its page.
func PolicyKeys() []PolicyKey {
	return []PolicyKey{
		{monthlyRule, "what all streams together may cost a month", "dollars such as 500 or 499.99", NumberKey, dollars(
			func(p *Policy) **unit.USD { return &p.MaxMonthly })},
		{eachRule, "what each stream by itself may cost a month", "dollars such as 100", NumberKey, dollars(
			func(p *Policy) **unit.USD { return &p.MaxEach })},
		{increaseRule, "what a change may add a month, against before or the baseline", "dollars such as 50", NumberKey, dollars(
			func(p *Policy) **unit.USD { return &p.MaxIncrease })},
		{"min_headroom", "share of the shards that is left above the need", "a share such as 20%", TextKey, share(
			func(p *Policy) **unit.Fraction { return &p.MinHeadroom })},
		{"max_excess", "share of shards above those recommended that is too many; 50% without it", "a share such as 50%", TextKey, share(
			func(p *Policy) **unit.Fraction { return &p.MaxExcess })},
		{"allow_modes", "billing modes that a stream may have", strings.Join(model.Words(model.Modes()), ", "), ListKey, setModes},
		{"require_on_failure", "a mapping without an on-failure destination fails", "true or false", FlagKey,
			flag(func(p *Policy) *bool { return &p.RequireOnFailure })},
		{"max_iterator_age", "how far behind a consumer may have been, by the history", "a duration such as 5m", TextKey, setAge},
		{"max_efo", "registrations of enhanced fan-out that a stream may have", "a whole number from 0 to 20", NumberKey, setFanOut},
		{"deny_unknown", "what is not known fails", "true or false", FlagKey, flag(func(p *Policy) *bool { return &p.DenyUnknown })},
		{"deny", "ids of findings that fail", "ids such as check-no-throttle-alarm", ListKey, setDenied},
	}
}

func dollars(of func(*Policy) **unit.USD) func(*Policy, []string) error {
	return func(p *Policy, text []string) error {
		amount, err := unit.ParseUSD(text[0])
		if err == nil && amount < 0 {
			err = errors.New("below 0")
		}
		*of(p) = &amount
		return err
	}
}

func share(of func(*Policy) **unit.Fraction) func(*Policy, []string) error {
	return func(p *Policy, text []string) error {
		f, err := unit.ParseFraction(text[0])
		*of(p) = &f
		return err
	}
}

func flag(of func(*Policy) *bool) func(*Policy, []string) error {
	return func(p *Policy, text []string) error {
		if text[0] != "true" && text[0] != "false" {
			return errors.New("neither true nor false")
		}
		*of(p) = text[0] == "true"
		return nil
	}
}

func setAge(p *Policy, text []string) error {
	age, err := unit.ParseDuration(text[0])
	p.MaxIteratorAge = &age
	return err
}

func setFanOut(p *Policy, text []string) error {
	n, err := strconv.Atoi(text[0])
	if err != nil || n < 0 || n > 20 {
		return errors.New("out of range")
	}
	p.MaxEFO = &n
	return nil
}

func setModes(p *Policy, text []string) error {
	for _, word := range text {
		mode := model.Mode(word)
		known := false
		for _, m := range model.Modes() {
			known = known || m == mode
		}
		if !known {
			return errors.New("unknown mode " + strconv.Quote(word))
		}
		p.AllowModes = append(p.AllowModes, mode)
	}
	return nil
}

func setDenied(p *Policy, text []string) error {
	for _, id := range text {
		if !IsFinding(id) {
			return errors.New("no finding has the id " + strconv.Quote(id))
		}
		p.Deny = append(p.Deny, id)
	}
	return nil
}

// IsFinding reports whether a finding may have an id, with or without a name behind it.
func IsFinding(id string) bool {
	kind, known := notice.Find(id)
	return known && strings.HasPrefix(kind.ID, "check-")
}

// UnknownKey is the problem of a key that a policy does not have.
const UnknownKey = "unknown key"

// mostPolicy is how long a policy file may be.
const mostPolicy = 1 << 20

// ReadPolicy reads a policy file. The error is input.Errors, all of them.
func ReadPolicy(name string, data []byte) (Policy, error) {
	r := policyReader{name: name}
	if len(data) > mostPolicy {
		r.fault(&yaml.Node{Line: 1, Column: 1}, "", "too large", "at most 1 MiB")
		return Policy{}, r.errs
	}
	var root yaml.Node
	switch err := yaml.Unmarshal(data, &root); {
	case err != nil:
		r.fault(&yaml.Node{Line: 1, Column: 1}, "", "not YAML: "+err.Error(), "keys and values")
	case len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode:
		r.fault(&yaml.Node{Line: 1, Column: 1}, "", "no policy", "keys and values: "+r.keys())
	default:
		r.policy(root.Content[0])
	}
	if len(r.errs) > 0 {
		return Policy{}, r.errs
	}
	return r.p, nil
}

type policyReader struct {
	name string
	p    Policy
	errs input.Errors
}

func (r *policyReader) fault(n *yaml.Node, path, problem, allowed string) {
	r.errs = append(r.errs, input.Error{Where: input.Position{Name: r.name, Line: n.Line, Column: n.Column}, Path: path,
		Problem: problem, Allowed: allowed, Value: n.Value})
}

func (r *policyReader) keys() string {
	var names []string
	for _, k := range PolicyKeys() {
		names = append(names, k.Name)
	}
	return strings.Join(append(names, "allow"), ", ")
}

// policy reads the keys of a policy.
func (r *policyReader) policy(m *yaml.Node) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], m.Content[i+1]
		switch name := key.Value; {
		case seen[name]:
			r.fault(key, name, "twice", "each key once")
		case name == "allow":
			r.exceptions(value)
		default:
			r.key(key, value)
		}
		seen[key.Value] = true
	}
}

func (r *policyReader) key(key, value *yaml.Node) {
	for _, k := range PolicyKeys() {
		if k.Name != key.Value {
			continue
		}
		text, ok := texts(value, k.Kind == ListKey)
		if !ok {
			r.fault(value, k.Name, "not of the kind "+string(k.Kind), k.Allowed)
		} else if err := k.set(&r.p, text); err != nil {
			r.fault(value, k.Name, err.Error(), k.Allowed)
		}
		return
	}
	r.fault(key, key.Value, UnknownKey, r.keys())
}

// texts returns the texts of a value, or of the entries of a list that has one at least.
func texts(n *yaml.Node, list bool) ([]string, bool) {
	if !list {
		return []string{n.Value}, n.Kind == yaml.ScalarNode && n.Tag != "!!null"
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return nil, false
	}
	var all []string
	for _, one := range n.Content {
		text, ok := texts(one, false)
		if !ok {
			return nil, false
		}
		all = append(all, text...)
	}
	return all, true
}

// exceptions reads the entries of allow: each has all four keys.
func (r *policyReader) exceptions(list *yaml.Node) {
	const allowed = "id, resource, reason and until, each of them"
	if list.Kind != yaml.SequenceNode {
		r.fault(list, "allow", "no list", "entries of "+allowed)
		return
	}
	for _, entry := range list.Content {
		values := map[string]string{}
		if entry.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(entry.Content); i += 2 {
				if text, ok := texts(entry.Content[i+1], false); ok {
					values[entry.Content[i].Value] = text[0]
				}
			}
		}
		a := Allow{ID: values["id"], At: values["resource"], Reason: strings.TrimSpace(values["reason"])}
		last, err := time.Parse(Day, values["until"])
		switch {
		case len(values) != 4 || a.At == "" || a.Reason == "":
			r.fault(entry, "allow", "incomplete", allowed)
		case !IsFinding(a.ID):
			r.fault(entry, "allow", "no finding has the id "+strconv.Quote(a.ID), "ids that a check prints")
		case err != nil:
			r.fault(entry, "allow", "until is no date", "a date such as 2026-12-31, the last day")
		default:
			a.Until = last.AddDate(0, 0, 1)
			r.p.Allow = append(r.p.Allow, a)
		}
	}
}
