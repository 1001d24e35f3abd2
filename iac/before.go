package iac

// Before returns the stack as it is before it is changed: each resource that there is, with what
// is set of it now. It is empty of a template, which says only what will be.
func (s *Stack) Before() *Stack {
	b := &Stack{Format: s.Format, Complete: s.Complete}
	for _, r := range s.Streams {
		if r.Before != nil {
			b.Streams = append(b.Streams, Stream{r.kept(), r.Before, r.Before})
		}
	}
	for _, r := range s.Consumers {
		if r.Before != nil {
			b.Consumers = append(b.Consumers, Consumer{r.kept(), r.Before, r.Before})
		}
	}
	for _, r := range s.Mappings {
		if r.Before != nil {
			b.Mappings = append(b.Mappings, Mapping{r.kept(), r.Before, r.Before})
		}
	}
	for _, r := range s.Functions {
		if r.Before != nil {
			b.Functions = append(b.Functions, Function{r.kept(), r.Before, r.Before})
		}
	}
	for _, r := range s.Alarms {
		if r.Before != nil {
			b.Alarms = append(b.Alarms, Alarm{r.kept(), r.Before, r.Before})
		}
	}
	return b
}

// kept returns the resource as one that stays. Its address is the new one, by which links find it.
func (r Resource) kept() Resource { return Resource{Address: r.Address, Action: Keep} }

// There returns the streams that there will be, in the order of the file.
func (s *Stack) There() []*Stream {
	var list []*Stream
	for i := range s.Streams {
		if r := &s.Streams[i]; r.After != nil && r.Action != Delete {
			list = append(list, r)
		}
	}
	return list
}
