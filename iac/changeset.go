package iac

import (
	"encoding/json"
	"errors"
	"fmt"
)

// change is one of a change set, as describe-change-set prints it.
type change struct {
	ResourceChange *struct {
		Action            string
		LogicalResourceID string `json:"LogicalResourceId"`
		ResourceType      string
		Replacement       string
		BeforeContext     string
		AfterContext      string
	}
}

// afterApply stands in a change set for a value that is known once it is applied.
const afterApply = "{{changeSet:KNOWN_AFTER_APPLY}}"

// readChangeSet reads what 'aws cloudformation describe-change-set
// --include-property-values' prints. It has only what changes.
func readChangeSet(data []byte, o Options) (*Stack, error) {
	var set struct{ Changes []change }
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("a change set that cannot be read: %w", err)
	}
	r := templateReader{stack: &Stack{Format: ChangeSet}, kinds: map[string]string{}}
	r.options = o
	for i := range set.Changes {
		if c := set.Changes[i].ResourceChange; c != nil {
			r.kinds[c.LogicalResourceID] = c.ResourceType
		}
	}
	for i := range set.Changes {
		if err := r.change(&set.Changes[i]); err != nil {
			return nil, err
		}
	}
	r.stack.join()
	return r.stack, nil
}

// change reads one change.
func (r *templateReader) change(c *change) error {
	res := c.ResourceChange
	if res == nil {
		return nil
	}
	switch res.ResourceType {
	case cfStream, cfConsumer, cfMapping, cfFunction, cfAlarm:
	case cfNested:
		r.fault(res.LogicalResourceID, "", "a nested stack is not read: give its change set by itself")
		return nil
	default:
		return nil
	}
	if res.BeforeContext == "" && res.AfterContext == "" {
		return errors.New("a change set without values: describe-change-set prints them where its property values " +
			"are asked for (IncludePropertyValues)")
	}
	at := Resource{Address: res.LogicalResourceID, Action: changeAction(res.Action, res.Replacement)}
	before, err := r.context(res.LogicalResourceID, res.BeforeContext)
	if err != nil {
		return err
	}
	after, err := r.context(res.LogicalResourceID, res.AfterContext)
	if err != nil {
		return err
	}
	r.both(at, res.ResourceType, before, after)
	return nil
}

func changeAction(action, replacement string) Action {
	switch action {
	case "Add", "Import":
		return Create
	case "Remove":
		return Delete
	case "Modify":
		if replacement == "True" {
			return Replace
		}
		return Update
	}
	return Update
}

// context returns the properties of a resource before or after a change.
func (r *templateReader) context(id, text string) (*properties, error) {
	if text == "" {
		return nil, nil
	}
	var c struct{ Properties map[string]any }
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, fmt.Errorf("%s: its values cannot be read: %w", id, err)
	}
	return &properties{tree: open(c.Properties), dialect: cloudFormation, address: id, faults: &r.stack.Faults}, nil
}

// open returns values with those that are known once they are applied as such.
func open(v any) any {
	switch t := v.(type) {
	case string:
		if t == afterApply {
			return unresolved{why: "it is known after the change set is applied"}
		}
	case map[string]any:
		for k, inner := range t {
			t[k] = open(inner)
		}
	case []any:
		for i, inner := range t {
			t[i] = open(inner)
		}
	}
	return v
}

// both reads a resource before and after, each as a template has it, and joins the two.
func (r *templateReader) both(at Resource, kind string, before, after *properties) {
	sides := [2]Stack{}
	for i, p := range []*properties{before, after} {
		if p == nil {
			continue
		}
		side := templateReader{resolver: r.resolver, stack: &Stack{}, kinds: r.kinds}
		p.faults = &side.stack.Faults
		side.read(at, kind, p, nil)
		if i == 1 { // what is wrong with what goes is of no interest
			r.stack.Faults = append(r.stack.Faults, side.stack.Faults...)
		}
		sides[i] = *side.stack
	}
	old, new := &sides[0], &sides[1]
	switch kind {
	case cfStream:
		r.stack.Streams = append(r.stack.Streams, Stream{at, onlyAfter(old.Streams, (*Stream).after), onlyAfter(new.Streams, (*Stream).after)})
	case cfConsumer:
		r.stack.Consumers = append(r.stack.Consumers, Consumer{at, onlyAfter(old.Consumers, (*Consumer).after), onlyAfter(new.Consumers, (*Consumer).after)})
	case cfMapping:
		if len(old.Mappings)+len(new.Mappings) > 0 {
			r.stack.Mappings = append(r.stack.Mappings, Mapping{at, onlyAfter(old.Mappings, (*Mapping).after), onlyAfter(new.Mappings, (*Mapping).after)})
		}
	case cfFunction:
		r.stack.Functions = append(r.stack.Functions, Function{at, onlyAfter(old.Functions, (*Function).after), onlyAfter(new.Functions, (*Function).after)})
	case cfAlarm:
		if len(old.Alarms)+len(new.Alarms) > 0 {
			r.stack.Alarms = append(r.stack.Alarms, Alarm{at, onlyAfter(old.Alarms, (*Alarm).after), onlyAfter(new.Alarms, (*Alarm).after)})
		}
	}
}

// onlyAfter returns what the only resource of a kind becomes on one side of a change, nil
// where that side has none.
func onlyAfter[R, T any](list []R, after func(*R) *T) *T {
	if len(list) == 0 {
		return nil
	}
	return after(&list[0])
}
