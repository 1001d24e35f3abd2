package iac

// Parts are a stream with what belongs to it: registrations, mappings and alarms that read or
// watch it now or will, and the functions of those mappings that the file has.
type Parts struct {
	Stream    *Stream
	Consumers []*Consumer
	Mappings  []*Mapping
	Alarms    []*Alarm
	Functions []*Function
	Faults    []Fault // of any of these
}

// Parts returns every stream with what belongs to it, in the order of the file: those that are
// made, that change, that are replaced, that go and that stay.
func (s *Stack) Parts() []Parts {
	list := make([]Parts, len(s.Streams))
	at := map[string]*Parts{} // by the address of the stream
	for i := range s.Streams {
		list[i].Stream = &s.Streams[i]
		at[s.Streams[i].Address] = &list[i]
	}
	owner := map[string]*Parts{} // of what belongs to a stream, by its own address
	for address, p := range at {
		owner[address] = p
	}
	for i := range s.Consumers {
		c := &s.Consumers[i]
		if p := at[linkOf(c.Before, c.After, func(state *ConsumerState) string { return state.Stream.Address })]; p != nil {
			p.Consumers, owner[c.Address] = append(p.Consumers, c), p
		}
	}
	functions := s.functionsByName()
	for i := range s.Mappings {
		m := &s.Mappings[i]
		p := at[linkOf(m.Before, m.After, func(state *MappingState) string { return state.Source.Address })]
		if p == nil {
			continue
		}
		p.Mappings, owner[m.Address] = append(p.Mappings, m), p
		if f := functions[functionOf(m)]; f != nil {
			p.Functions, owner[f.Address] = append(p.Functions, f), p
		}
	}
	for i := range s.Alarms {
		a := &s.Alarms[i]
		if p := at[linkOf(a.Before, a.After, func(state *AlarmState) string { return state.Stream.Address })]; p != nil {
			p.Alarms, owner[a.Address] = append(p.Alarms, a), p
		}
	}
	for _, f := range s.Faults {
		if p := owner[f.Address]; p != nil {
			p.Faults = append(p.Faults, f)
		}
	}
	return list
}

// linkOf returns the stream that a resource will belong to, or that it belongs to while it goes.
func linkOf[T any](before, after *T, of func(*T) string) string {
	if after != nil {
		return of(after)
	}
	if before != nil {
		return of(before)
	}
	return ""
}

// functionsByName returns the functions of the file by their names, where those are known.
func (s *Stack) functionsByName() map[string]*Function {
	byName := map[string]*Function{}
	for i := range s.Functions {
		f := &s.Functions[i]
		if f.After != nil && f.After.Name.Known() {
			byName[f.After.Name.Value] = f
		}
		byName[f.Address] = f
	}
	return byName
}

// functionOf returns the name of the function of a mapping.
func functionOf(m *Mapping) string {
	return linkOf(m.Before, m.After, func(state *MappingState) string { return functionName(state.Function.Value) })
}

// Loose returns what could not be resolved of resources that belong to no stream of the file:
// a mapping that is not linked may read any.
func (s *Stack) Loose() []Fault {
	owned := map[Fault]bool{}
	for _, p := range s.Parts() {
		for _, f := range p.Faults {
			owned[f] = true
		}
	}
	var list []Fault
	for _, f := range s.Faults {
		if !owned[f] {
			list = append(list, f)
		}
	}
	return list
}
