package iac

import "strings"

// join turns links by name into links by address, where the file has the stream or the
// registration, and gives mappings that read through a registration the stream of that.
func (s *Stack) join() {
	streams := map[string]string{}
	for i := range s.Streams {
		for _, state := range []*StreamState{s.Streams[i].Before, s.Streams[i].After} {
			if state != nil && state.Name.Known() {
				streams[state.Name.Value] = s.Streams[i].Address
			}
		}
	}
	resolve := func(l *Link) {
		if a, ok := streams[l.Name]; ok && l.Address == "" {
			l.Address = a
		}
	}
	byAddress, byName := map[string]*Consumer{}, map[string]*Consumer{}
	for i := range s.Consumers {
		c := &s.Consumers[i]
		byAddress[c.Address] = c
		for _, state := range []*ConsumerState{c.Before, c.After} {
			if state == nil {
				continue
			}
			resolve(&state.Stream)
			if state.Name.Known() {
				byName[state.Stream.Name+"/"+state.Name.Value] = c
			}
		}
	}
	for i := range s.Mappings {
		for _, state := range []*MappingState{s.Mappings[i].Before, s.Mappings[i].After} {
			if state == nil {
				continue
			}
			s.joinMapping(state, byAddress, byName)
			resolve(&state.Source)
		}
	}
	for i := range s.Alarms {
		for _, state := range []*AlarmState{s.Alarms[i].Before, s.Alarms[i].After} {
			if state != nil {
				resolve(&state.Stream)
			}
		}
	}
}

// joinMapping gives a mapping that reads through a registration the stream of that.
func (s *Stack) joinMapping(m *MappingState, byAddress, byName map[string]*Consumer) {
	if !m.Consumer.Known() {
		return
	}
	c := byAddress[m.Consumer.Address]
	if c == nil {
		c = byName[m.Consumer.Name]
	}
	if c == nil {
		m.Source.Name, _, _ = strings.Cut(m.Consumer.Name, "/")
		return
	}
	m.Consumer.Address = c.Address
	state := c.After
	if state == nil {
		state = c.Before
	}
	if state != nil {
		m.Source = state.Stream
	}
}
