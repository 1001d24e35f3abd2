package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/samplefile"
)

// streamSample is a sample of a stream among the files of a fleet.
type streamSample struct {
	file   string
	stream model.Name
	region model.Region // "" where it is not known
	mine   bool         // it is of the part that is looked at
	used   bool
}

// keepSample notes of which stream a sample is. A table of keys names none.
func (f *fleetReader) keepSample(name string, head []byte, mine bool) {
	if !samplefile.IsSample(head[:min(len(head), samplefile.HeadBytes)]) {
		if mine {
			f.tables = append(f.tables, name)
		}
		return
	}
	source := openInput(f.cmd.Context(), f.streams.in, name)
	defer source.Close()
	s, err := readSampled(name, source)
	switch {
	case err != nil && mine:
		f.fail(name, err)
	case err != nil:
	case f.of > 1 && !mayDeclare(name) && mine:
		f.fail(name, errors.New("a sample that the other parts do not see (allowed beside --part: a name that ends in .json)"))
	case !s.sample.Stream.Known && mine:
		f.leaveAlone(name, "a sample that does not say of which stream it is")
	case s.sample.Stream.Known:
		stream := s.sample.Stream.Value
		f.samples[stream] = append(f.samples[stream], &streamSample{file: name, stream: stream, region: s.sample.Region.Value, mine: mine})
	}
}

// leaveTables says which tables of keys no workload file names.
func (f *fleetReader) leaveTables() {
	named := map[string]bool{}
	for _, list := range f.declared {
		for i := range list {
			if s, ok := list[i].declaration.Settings[input.SampleKey]; ok {
				named[besideFile(s)] = true
			}
		}
	}
	for _, table := range f.tables {
		if !named[table] {
			f.leaveAlone(table, "a table of keys, which no workload file names (sample)")
		}
	}
}

// leaveSamples says which samples are of no stream of the fleet: in one piece, since a part does not
// know the streams of the others.
func (f *fleetReader) leaveSamples() {
	for _, stream := range slices.Sorted(maps.Keys(f.samples)) {
		for _, s := range f.samples[stream] {
			if f.of == 1 && !s.used {
				f.leaveAlone(s.file, fmt.Sprintf("a sample of %s, of which there is neither a history nor a workload", stream))
			}
		}
	}
}

// laySample lays the sample of a stream below what is declared of it: the one that its workload file
// names, or else the one of the folder. It returns the file as the end of a source.
func (f *fleetReader) laySample(
	stream model.Name, region model.Region, d *input.Declaration, today *model.Configuration, e *fit.Evidence,
) (string, error) {
	d.Settings = maps.Clone(d.Settings)
	if _, named := d.Settings[input.SampleKey]; !named {
		i := slices.IndexFunc(f.samples[stream], func(s *streamSample) bool {
			return s.region == "" || region == "" || s.region == region
		})
		if i < 0 {
			return "", nil
		}
		s := f.samples[stream][i]
		s.used = true
		d.Settings[input.SampleKey] = flagSetting(s.file, s.file)
	}
	if _, err := f.input.laySample(f.cmd, d, today, e == nil); err != nil {
		return "", err
	}
	if e != nil {
		besideHistory(d, e)
	}
	file := besideFile(d.Settings[input.SampleKey])
	delete(f.input.samples.read, file) // no other stream has it
	return ", " + file, nil
}
