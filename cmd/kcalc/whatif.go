package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
)

// incident is a --what-if as it was read. A rate in bytes a second becomes one in
// records a second once the size of a record is known.
type incident struct {
	review.WhatIf
	bandwidth unit.Rate
}

// incidentForm is how an incident of a kind is written: KIND,key=value,key=value.
type incidentForm struct {
	name     string
	kind     replay.IncidentKind
	keys     []string // all that it takes
	required []string // "to or rate": exactly one of the two
	texts    []string // as the help shows it
	doc      string   // what happens
}

var incidentForms = [...]incidentForm{
	{
		"stop", replay.Stop,
		[]string{"consumer", "at", "for"}, []string{"consumer", "at", "for"},
		[]string{"stop,consumer=NAME,at=TIME,for=DURATION"},
		"a consumer does not read",
	},
	{
		"slow", replay.Slow,
		[]string{"consumer", "at", "for", "to", "rate"}, []string{"consumer", "at", "for", "to or rate"},
		[]string{"slow,consumer=NAME,at=TIME,for=DURATION,to=40%", "slow,consumer=NAME,at=TIME,for=DURATION,rate=300/s"},
		"a consumer keeps a share of its speed, or reads at a rate a shard",
	},
	{
		"reprocess", replay.Reprocess,
		[]string{"consumer", "at", "last"}, []string{"consumer", "at", "last"},
		[]string{"reprocess,consumer=NAME,at=TIME,last=DURATION"},
		"a consumer reads again what it has read",
	},
	{
		"poison", replay.Poison,
		[]string{"consumer", "at", "for"}, []string{"consumer", "at"},
		[]string{"poison,consumer=NAME,at=TIME[,for=DURATION]"},
		"a consumer fails at a record until it gives up, or the record expires",
	},
	{
		"surge", replay.Surge,
		[]string{"at", "for", "times", "rate"}, []string{"at", "for", "times or rate"},
		[]string{"surge,at=TIME,for=DURATION,times=3", "surge,at=TIME,for=DURATION,rate=50k/s"},
		"so many times as much is written, or at least a rate such as 50k/s or 80MiB/s",
	},
}

// whatIfHint says what the capital words of the forms stand for.
const whatIfHint = "--what-if: a TIME is a date and time such as 2026-11-20T18:00Z, UTC unless it has a zone, or " +
	"how long after the " +
	"traffic begins, such as 36h; a DURATION has a unit: 90s, 1h30m, 2d"

// whatIfHelp returns the lines of the help that show the forms.
func whatIfHelp() string {
	var b strings.Builder
	for i := range incidentForms {
		fmt.Fprintf(&b, "  %s\n        %s\n", strings.Join(incidentForms[i].texts, "\n  "), incidentForms[i].doc)
	}
	return b.String()
}

func incidentNames() []string {
	var names []string
	for i := range incidentForms {
		names = append(names, incidentForms[i].name)
	}
	return names
}

// completeWhatIf completes the kind of an incident and its first key. Bash cuts words
// at each =, so that nothing can be completed behind the first.
func completeWhatIf(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	for i := range incidentForms {
		f := &incidentForms[i]
		list = append(list, cobra.CompletionWithDesc(f.name+","+f.keys[0]+"=", f.texts[0]))
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// parseIncident reads one --what-if. It returns all that is wrong with it at once.
func parseIncident(text string) (incident, input.Errors) {
	w := incident{WhatIf: review.WhatIf{Text: text, Where: input.Position{Name: "--what-if"}}}
	name, rest, _ := strings.Cut(text, ",")
	for i := range incidentForms {
		if f := &incidentForms[i]; f.name == name {
			w.Kind = f.kind
			return w, w.errors(w.read(f, rest), f.texts)
		}
	}
	problem := errors.New("unknown incident" + didYouMean(name, incidentNames()))
	if text == "" {
		problem = errors.New("empty")
	}
	var forms []string
	for i := range incidentForms {
		forms = append(forms, incidentForms[i].texts...)
	}
	return w, w.errors([]error{problem}, forms)
}

func (w *incident) errors(problems []error, forms []string) (list input.Errors) {
	for _, p := range problems {
		list = append(list, input.Error{Where: w.Where, Value: w.Text, Problem: p.Error(),
			Allowed: strings.Join(forms, "; ")})
	}
	return list
}

// read reads the key=value pairs behind the kind of an incident.
func (w *incident) read(f *incidentForm, text string) (problems []error) {
	var pairs []keyValue
	if text != "" {
		var wrong []keyValueError
		pairs, wrong = parseKeyValues(text, f.keys)
		for _, one := range wrong {
			problems = append(problems, fmt.Errorf("%q: %s", untrusted.Excerpt(one.part, 60), one.problem))
		}
	}
	for _, pair := range pairs {
		if err := w.set(pair); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", untrusted.Excerpt(pair.String(), 60), err))
		}
	}
	return append(problems, missingKeys(f.required, pairs)...)
}

// missingKeys returns an error for each key that an incident needs and does not have,
// and where it has both of two keys of which it needs one.
func missingKeys(required []string, pairs []keyValue) (problems []error) {
	for _, need := range required {
		keys := strings.Split(need, " or ")
		has := func(key string) bool {
			return slices.ContainsFunc(pairs, func(p keyValue) bool { return p.key == key })
		}
		switch given := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !has(key) }); {
		case len(given) == 0:
			problems = append(problems, errors.New(need+" is missing"))
		case len(given) > 1:
			problems = append(problems, errors.New(strings.Join(given, " and ")+": only one of the two"))
		}
	}
	return problems
}

// set reads the value of a key.
func (w *incident) set(pair keyValue) (err error) {
	switch pair.key {
	case "consumer":
		return w.Consumer.UnmarshalText([]byte(pair.value))
	case "at":
		return w.setBegin(pair.value)
	case "for":
		w.For, err = parseLength(pair.value)
	case "last":
		w.Last, err = parseLength(pair.value)
	case "times":
		w.Times, err = parseTimes(pair.value)
	case "to":
		w.Times, err = parseRemainingShare(pair.value)
	case "rate":
		return w.setRate(pair.value)
	}
	return err
}

// setBegin reads when an incident begins.
func (w *incident) setBegin(text string) error {
	if at, err := unit.ParseMoment(text); err == nil {
		w.Moment = model.Known(at)
		return nil
	}
	after, err := unit.ParseDuration(text)
	if err != nil {
		return errors.New("neither a time such as 2026-11-20T18:00Z nor a duration such as 36h")
	}
	if after > maxIncidentLength {
		return errors.New("too long")
	}
	w.At = after.Seconds()
	return nil
}

// maxIncidentLength is longer than any traffic, and far within a Duration.
const maxIncidentLength = 3650 * unit.Day

// parseLength reads a duration above 0, in seconds.
func parseLength(text string) (float64, error) {
	d, err := unit.ParseDuration(text)
	if err == nil && (d == 0 || d > maxIncidentLength) {
		err = errors.New("out of range: above 0, at most " + maxIncidentLength.String())
	}
	return d.Seconds(), err
}

// parseTimes reads what a surge multiplies the traffic by, with an x behind it or
// without.
func parseTimes(text string) (float64, error) {
	const most = 10_000
	factor, err := unit.ParseFactor(strings.TrimRight(text, "xX"))
	if err == nil && (factor <= 1 || factor > most) {
		err = errors.New("out of range: above 1, at most 10000")
	}
	return float64(factor), err
}

// parseRemainingShare reads the share of its speed that a slow consumer keeps.
func parseRemainingShare(text string) (float64, error) {
	share, err := unit.ParseFraction(text)
	if err == nil && (share <= 0 || share > 1) {
		err = errors.New("out of range: above 0%, at most 100%")
	}
	return float64(share), err
}

// maxIncidentRate is beyond any stream, in records/s as in B/s.
const maxIncidentRate = 1e12

// setRate reads the rate of a surge, or of a slow consumer.
func (w *incident) setRate(text string) error {
	r, err := unit.ParseRate(text)
	if err != nil {
		return err
	}
	switch rate := r.Records(unit.Byte); {
	case rate > 0 && rate <= maxIncidentRate && r.IsBandwidth():
		w.bandwidth = r
	case rate > 0 && rate <= maxIncidentRate:
		w.Rate = rate
	case r.IsBandwidth():
		return errors.New("out of range: above 0, at most 1e12 B/s")
	default:
		return errors.New("out of range: above 0, at most 1e12 records/s")
	}
	return nil
}

// resolveIncidents returns the incidents with their rates in records of a size.
func resolveIncidents(list []incident, size unit.Bytes) []review.WhatIf {
	all := []review.WhatIf{}
	for _, w := range list {
		if w.bandwidth.IsBandwidth() {
			w.Rate = w.bandwidth.Records(size)
		}
		all = append(all, w.WhatIf)
	}
	return all
}
