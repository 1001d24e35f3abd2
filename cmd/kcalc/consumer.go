package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/input"
)

// consumerFlagKeys are the keys of --consumer, in the order of the file.
func consumerFlagKeys() []string {
	var keys []string
	for _, f := range input.ConsumerFields() {
		if f.Key != "name" {
			keys = append(keys, flagKey(f.Key))
		}
	}
	return keys
}

// flagKey is how a key of the file is written in a flag: the last part of
// "lambda.batch_size" is "batch-size".
func flagKey(key string) string {
	return strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], "_", "-")
}

// addConsumer reads the text of a --consumer, NAME[,key=value…], into a draft.
func addConsumer(d *input.Declaration, text string) {
	name, rest, more := strings.Cut(text, ",")
	settings := input.Settings{"name": flagSetting("--consumer", name)}
	if more {
		keys := map[string]string{}
		for _, f := range input.ConsumerFields() {
			if f.Key != "name" {
				keys[flagKey(f.Key)] = f.Key
			}
		}
		p := pairs{flag: "--consumer " + name, path: input.ConsumerPath(len(d.Consumers), name), keys: keys}
		p.read(d, settings, rest)
	}
	d.Consumers = append(d.Consumers, settings)
}

// consumerText is the text of --consumer that addConsumer reads the settings
// from.
func consumerText(settings input.Settings) string {
	text := settings["name"].Text
	for _, f := range input.ConsumerFields() {
		if s, ok := settings[f.Key]; ok && f.Key != "name" {
			text += "," + flagKey(f.Key) + "=" + s.Text
		}
	}
	return text
}

// pairs are the key=value,key=value of a flag.
type pairs struct {
	flag  string
	path  string            // what the paths of faults begin with
	group string            // what the keys of settings begin with
	keys  map[string]string // from what may be written to the key below the group
}

// read adds what the text says to settings, and what is wrong with it to the
// draft.
func (p *pairs) read(d *input.Declaration, settings input.Settings, text string) {
	for pair := range strings.SplitSeq(text, ",") {
		written, value, ok := strings.Cut(pair, "=")
		key, known := p.keys[written]
		_, there := settings[p.group+key]
		switch {
		case !ok:
			d.Faults = append(d.Faults, p.fault(pair, cmp.Or(key, written), "not a key=value"))
		case !known:
			d.Faults = append(d.Faults, p.fault(pair, written, "unknown key"))
		case there:
			twice := p.fault(pair, key, "given twice")
			twice.Beside = true
			d.Faults = append(d.Faults, twice)
		default:
			settings[p.group+key] = flagSetting(p.flag, value)
		}
	}
}

func (p *pairs) fault(pair, key, problem string) input.Error {
	return input.Error{
		Path: strings.TrimSuffix(p.path+key, "."), Where: input.Position{Name: p.flag}, Value: pair, Problem: problem,
		Allowed: "key=value with the keys " + strings.Join(slices.Sorted(maps.Keys(p.keys)), ", "),
	}
}
