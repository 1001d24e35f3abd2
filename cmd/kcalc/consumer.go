package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// consumerFlagKeys returns the keys of --consumer, in the order of the file.
func consumerFlagKeys() []string {
	var keys []string
	for _, f := range input.ConsumerFields() {
		if f.Key != "name" {
			keys = append(keys, flagKey(f.Key))
		}
	}
	return keys
}

// flagKey returns how a flag writes a key of the file: the last part of "lambda.batch_size" is
// "batch-size".
func flagKey(key string) string {
	return strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], "_", "-")
}

// addConsumer adds the consumer that a --consumer declares, NAME[,key=value…], to a
// declaration.
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
		f := settingsFlag{flag: "--consumer " + name, path: input.ConsumerPath(len(d.Consumers), name), keys: keys}
		f.read(d, settings, rest)
	}
	d.Consumers = append(d.Consumers, settings)
}

// replacedConsumers says what does not count any more of consumers that are declared twice.
func replacedConsumers(d *input.Declaration) (list []notice.Notice) {
	for _, r := range d.Replaced {
		list = append(list, notice.ConsumerReplaced(r.Name, r.Keys))
	}
	return list
}

// consumerText returns the text of --consumer that addConsumer reads the settings from.
func consumerText(settings input.Settings) string {
	text := settings["name"].Text
	for _, f := range input.ConsumerFields() {
		if s, ok := settings[f.Key]; ok && f.Key != "name" {
			text += "," + flagKey(f.Key) + "=" + s.Text
		}
	}
	return text
}

// settingsFlag is a flag whose key=value pairs are settings of a workload.
type settingsFlag struct {
	flag  string
	path  string            // what the paths of errors begin with
	group string            // what the keys of settings begin with
	keys  map[string]string // from what may be written to the key below the group
}

// read adds what the text says to settings, and what is wrong with it to the
// declaration.
func (f *settingsFlag) read(d *input.Declaration, settings input.Settings, text string) {
	allowed := slices.Sorted(maps.Keys(f.keys))
	pairs, wrong := parseKeyValues(text, allowed)
	for _, pair := range pairs {
		settings[f.group+f.keys[pair.key]] = flagSetting(f.flag, pair.value)
	}
	for _, one := range wrong {
		path := strings.TrimSuffix(f.path+cmp.Or(f.keys[one.key], one.key), ".")
		d.Errors = append(d.Errors, input.Error{
			Path: path, Where: input.Position{Name: f.flag}, Value: one.part, Problem: one.problem, Beside: one.repeated,
			Allowed: "key=value with the keys " + strings.Join(allowed, ", "),
		})
	}
}
