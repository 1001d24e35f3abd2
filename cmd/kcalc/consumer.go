package main

import (
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
)

// consumerFlagKeys are the keys of --consumer, in the order of the file.
func consumerFlagKeys() []string {
	var keys []string
	for _, f := range model.ConsumerFields() {
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
func addConsumer(d *model.Draft, text string) {
	name, rest, more := strings.Cut(text, ",")
	flag := "--consumer " + name
	settings := model.Settings{"name": flagSetting("--consumer", name)}
	if more {
		keys := map[string]string{}
		for _, f := range model.ConsumerFields() {
			if f.Key != "name" {
				keys[flagKey(f.Key)] = f.Key
			}
		}
		pairs(d, settings, flag, strings.TrimSuffix(model.ConsumerPath(len(d.Consumers), name), "."), rest, keys)
	}
	d.Consumers = append(d.Consumers, settings)
}

// consumerText is the text of --consumer that addConsumer reads the settings
// from.
func consumerText(settings model.Settings) string {
	text := settings["name"].Text
	for _, f := range model.ConsumerFields() {
		if s, ok := settings[f.Key]; ok && f.Key != "name" {
			text += "," + flagKey(f.Key) + "=" + s.Text
		}
	}
	return text
}

// pairs reads "key=value,key=value" into settings. Keys maps what may be written
// to the keys of the file; path is what a fault without a key of its own is
// about.
func pairs(d *model.Draft, settings model.Settings, flag, path, text string, keys map[string]string) {
	fault := func(value, problem string) {
		allowed := make([]string, 0, len(keys))
		for k := range keys {
			allowed = append(allowed, k)
		}
		slices.Sort(allowed)
		d.Faults = append(d.Faults, model.Fault{Path: path, Where: model.Position{Name: flag}, Value: value,
			Problem: problem, Allowed: "key=value with the keys " + strings.Join(allowed, ", ")})
	}
	for pair := range strings.SplitSeq(text, ",") {
		written, value, ok := strings.Cut(pair, "=")
		key, known := keys[written]
		_, twice := settings[key]
		switch {
		case !ok:
			fault(pair, "not a key=value")
		case !known:
			fault(pair, "unknown key "+written)
		case twice:
			fault(pair, written+" is given twice")
		default:
			settings[key] = flagSetting(flag, value)
		}
	}
}
