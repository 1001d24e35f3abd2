package iac

import (
	"encoding/json"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
)

// Types of Terraform's resources that are read.
const (
	tfStream   = "aws_kinesis_stream"
	tfConsumer = "aws_kinesis_stream_consumer"
	tfMapping  = "aws_lambda_event_source_mapping"
	tfFunction = "aws_lambda_function"
	tfAlarm    = "aws_cloudwatch_metric_alarm"
)

// planReader turns a plan into a stack.
type planReader struct {
	plan      *tfjson.Plan
	options   Options
	stack     *Stack
	instances map[string][]instance // by address without the key of the instance
	followed  int                   // references, of one resource
}

// instance is one of the resources that a block with count or for_each makes.
type instance struct{ address, key string }

// readPlan reads what 'terraform show -json' and 'tofu show -json' print of a plan.
func readPlan(data []byte, o Options) (*Stack, error) {
	var plan tfjson.Plan
	if err := json.Unmarshal(data, &plan); err != nil {
		return nil, fmt.Errorf("a Terraform plan that cannot be read: %w", err)
	}
	var flags struct{ Errored bool }
	if err := json.Unmarshal(data, &flags); err == nil && flags.Errored {
		return nil, errors.New("a Terraform plan that failed (errored): what it has is not what would be applied")
	}
	r := planReader{plan: &plan, options: o, stack: &Stack{Format: TerraformPlan, Complete: plan.Complete == nil ||
		*plan.Complete}, instances: map[string][]instance{}}
	r.index()
	for _, c := range plan.ResourceChanges {
		r.change(c)
	}
	for _, d := range plan.DeferredChanges {
		if d.ResourceChange != nil && ours(d.ResourceChange.Type) {
			r.fault(d.ResourceChange.Address, "", "deferred by Terraform (%s): it is not in this plan", d.Reason)
		}
	}
	r.stack.join()
	return r.stack, nil
}

func ours(kind string) bool {
	switch kind {
	case tfStream, tfConsumer, tfMapping, tfFunction, tfAlarm:
		return true
	}
	return false
}

func (r *planReader) fault(address, path, format string, args ...any) {
	r.stack.Faults = append(r.stack.Faults, Fault{address, path, fmt.Sprintf(format, args...)})
}

// index notes the instances of each block, so that references can be followed.
func (r *planReader) index() {
	for _, c := range r.plan.ResourceChanges {
		if c != nil && ours(c.Type) && c.Mode == tfjson.ManagedResourceMode {
			block := within(c.ModuleAddress, c.Type+"."+c.Name)
			r.instances[block] = append(r.instances[block], instance{c.Address, keyOf(c.Index)})
		}
	}
}

// within returns the address of something in a module.
func within(module, address string) string {
	if module == "" {
		return address
	}
	return module + "." + address
}

// keyOf returns the key of an instance, as an address has it in brackets.
func keyOf(index any) string {
	switch k := index.(type) {
	case string:
		return fmt.Sprintf("%q", k)
	case float64:
		return fmt.Sprint(int(k))
	}
	return ""
}

// change reads what happens to a resource.
func (r *planReader) change(c *tfjson.ResourceChange) {
	if c == nil || !ours(c.Type) || c.Mode != tfjson.ManagedResourceMode || c.DeposedKey != "" {
		return
	}
	if c.Change == nil {
		r.fault(c.Address, "", "without a change")
		return
	}
	action, known := actionOf(c.Change.Actions)
	if !known {
		r.fault(c.Address, "", "the actions %q are not known", c.Change.Actions)
		return
	}
	resource := Resource{Address: c.Address, Previous: c.PreviousAddress, Action: action}
	before := r.properties(c, c.Change.Before, nil, c.Change.BeforeSensitive)
	after := r.properties(c, c.Change.After, c.Change.AfterUnknown, c.Change.AfterSensitive)
	if action == Forget { // it stays as it is
		after = before
	}
	switch c.Type {
	case tfStream:
		s := Stream{Resource: resource, Before: state(before, streamState), After: state(after, streamState)}
		r.setRegion(c, s.Before)
		r.setRegion(c, s.After)
		r.stack.Streams = append(r.stack.Streams, s)
	case tfConsumer:
		consumer := Consumer{Resource: resource, Before: state(before, consumerState), After: state(after, consumerState)}
		r.linkConsumer(c, &consumer, before, after)
		r.stack.Consumers = append(r.stack.Consumers, consumer)
	case tfMapping:
		m := Mapping{Resource: resource, Before: state(before, mappingState), After: state(after, mappingState)}
		if r.linkMapping(c, &m, before, after) {
			r.stack.Mappings = append(r.stack.Mappings, m)
		}
	case tfFunction:
		f := Function{Resource: resource, Before: state(before, functionState), After: state(after, functionState)}
		r.stack.Functions = append(r.stack.Functions, f)
	case tfAlarm:
		r.alarm(c, resource, before, after)
	}
}

// state reads a resource where there is one.
func state[T any](p *properties, read func(*properties) *T) *T {
	if p == nil {
		return nil
	}
	return read(p)
}

// actionOf returns what a plan's actions mean.
func actionOf(a tfjson.Actions) (Action, bool) {
	switch {
	case a.NoOp():
		return Keep, true
	case a.Create():
		return Create, true
	case a.Update():
		return Update, true
	case a.Delete():
		return Delete, true
	case a.Replace():
		return Replace, true
	case a.Forget():
		return Forget, true
	}
	return "", false
}

// properties returns the properties of a resource before or after, or nil where there is
// none.
func (r *planReader) properties(c *tfjson.ResourceChange, values, unknown, sensitive any) *properties {
	if values == nil && unknown == nil || values == nil && !isMapping(unknown) {
		return nil
	}
	if values == nil && c.Change.Actions.Delete() {
		return nil
	}
	tree := hide(merge(values, unknown), sensitive)
	if tree == nil {
		return nil
	}
	return &properties{tree: tree, dialect: terraform, address: c.Address, faults: &r.stack.Faults}
}

func isMapping(v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) > 0
}

// merge returns the values of a plan with those that are known only after it is applied.
func merge(value, unknown any) any {
	switch u := unknown.(type) {
	case bool:
		if u {
			return unresolved{why: "it is known after apply"}
		}
	case map[string]any:
		into := map[string]any{}
		values, _ := value.(map[string]any)
		for k, v := range values {
			into[k] = v
		}
		for k, inner := range u {
			into[k] = merge(values[k], inner)
		}
		if value == nil && len(u) == 0 {
			return nil
		}
		return into
	case []any:
		values, ok := value.([]any)
		if !ok {
			return value
		}
		list := make([]any, len(values))
		for i := range values {
			list[i] = values[i]
			if i < len(u) {
				list[i] = merge(values[i], u[i])
			}
		}
		return list
	}
	return value
}

// hide returns values without the texts that are marked sensitive, which a plan has in
// clear. Numbers stay: they are what a plan is read for.
func hide(value, sensitive any) any {
	switch s := sensitive.(type) {
	case bool:
		if _, isText := value.(string); isText && s {
			return unresolved{why: "it is marked sensitive"}
		}
	case map[string]any:
		if values, ok := value.(map[string]any); ok {
			for k, inner := range s {
				if v, there := values[k]; there {
					values[k] = hide(v, inner)
				}
			}
		}
	}
	return value
}
