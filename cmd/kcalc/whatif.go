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
)

// incident is an incident of --what-if as it was read. A surge to a bandwidth is one
// to a throughput once the size of a record is known.
type incident struct {
	review.WhatIf
	bandwidth unit.BytesPerSecond
}

// whatIfForm is how an incident is written: its kind, the name of a consumer, and
// words with a value behind each, in any order.
type whatIfForm struct {
	kind  replay.IncidentKind
	named bool
	needs []string // "by or to" is one of the two
	may   []string
	texts []string // what is allowed, as a person reads it
}

var whatIfForms = [...]whatIfForm{
	{replay.Stop, true, []string{"at", "for"}, nil, []string{"stop NAME at TIME for DURATION"}},
	{replay.Slow, true, []string{"to", "at", "for"}, nil, []string{"slow NAME to 40% at TIME for DURATION", "slow NAME to 300/s at TIME for DURATION"}},
	{replay.Reprocess, true, []string{"last", "at"}, nil, []string{"reprocess NAME last DURATION at TIME"}},
	{replay.Poison, true, []string{"at"}, []string{"for"}, []string{"poison NAME at TIME [for DURATION]"}},
	{replay.Surge, false, []string{"by or to", "at", "for"}, nil, []string{"surge by 3x at TIME for DURATION", "surge to 50k at TIME for DURATION"}},
}

// whatIfHint says what the capital words of the forms stand for.
const whatIfHint = "--what-if: a TIME is a date and time such as 2026-11-20T18:00Z, UTC unless it has a zone, or how long after the traffic begins, such as 36h; a DURATION has a unit: 90s, 1h30m, 2d"

func allWhatIfForms() []string {
	var texts []string
	for i := range whatIfForms {
		texts = append(texts, whatIfForms[i].texts...)
	}
	return texts
}

// takes tells whether a word with a value behind it belongs to the form.
func (f *whatIfForm) takes(word string) bool {
	return slices.Contains(strings.Fields(strings.Join(slices.Concat(f.needs, f.may), " ")), word)
}

// parseWhatIf reads one --what-if. All that is wrong with it is told at once.
func parseWhatIf(text string) (incident, input.Errors) {
	w := incident{WhatIf: review.WhatIf{Text: text, Where: input.Position{Name: "--what-if"}}}
	words := strings.Fields(text)
	w.Text = strings.Join(words, " ")
	if w.Text == "" {
		return w, w.faults([]error{errors.New("empty")}, allWhatIfForms())
	}
	w.Kind = replay.IncidentKind(strings.ToLower(words[0]))
	for i := range whatIfForms {
		if f := &whatIfForms[i]; f.kind == w.Kind {
			return w, w.faults(w.read(f, words[1:]), f.texts)
		}
	}
	return w, w.faults([]error{errors.New("begins with none of the incidents")}, allWhatIfForms())
}

func (w *incident) faults(problems []error, forms []string) (faults input.Errors) {
	for _, p := range problems {
		faults = append(faults, input.Error{Where: w.Where, Value: w.Text, Problem: p.Error(), Allowed: strings.Join(forms, "; ")})
	}
	return faults
}

// whatIfWords are those that a value stands behind.
var whatIfWords = [...]string{"at", "for", "last", "to", "by"}

func isWhatIfWord(word string) bool { return slices.Contains(whatIfWords[:], strings.ToLower(word)) }

// read reads what stands behind the kind of an replay.
func (w *incident) read(f *whatIfForm, words []string) (problems []error) {
	if f.named {
		var err error
		if words, err = w.name(words); err != nil {
			problems = append(problems, err)
		}
	}
	clauses, wrong := cutClauses(words)
	problems = append(problems, wrong...)
	for _, word := range whatIfWords {
		value, there := clauses[word]
		switch {
		case !there:
		case !f.takes(word):
			problems = append(problems, fmt.Errorf("%q says nothing of a %s", word, f.kind))
		case value == "":
			problems = append(problems, fmt.Errorf("%q has no value behind it", word))
		default:
			if err := w.set(word, value); err != nil {
				problems = append(problems, fmt.Errorf("%s %s: %w", word, foreign(value), err))
			}
		}
	}
	return append(problems, missing(f.needs, clauses)...)
}

// foreign is a part of a what-if as a complaint repeats it.
func foreign(text string) string { return untrusted.Excerpt(text, 60) }

// name takes the name of a consumer off the words. A consumer may be called "at":
// then another word with a value follows.
func (w *incident) name(words []string) ([]string, error) {
	begins := func(i int) bool { return i < len(words) && isWhatIfWord(words[i]) }
	if len(words) == 0 || begins(0) && !begins(1) {
		return words, errors.New("the name of a consumer is missing")
	}
	if err := w.Consumer.UnmarshalText([]byte(words[0])); err != nil {
		return words[1:], fmt.Errorf("%s: %w", foreign(words[0]), err)
	}
	return words[1:], nil
}

// cutClauses cuts words before each of those that a value stands behind, and
// answers the values.
func cutClauses(words []string) (clauses map[string]string, problems []error) {
	clauses = map[string]string{}
	for len(words) > 0 {
		end := 1 + slices.IndexFunc(words[1:], isWhatIfWord)
		if end == 0 {
			end = len(words)
		}
		word := strings.ToLower(words[0])
		_, twice := clauses[word]
		switch {
		case !isWhatIfWord(word):
			problems = append(problems, fmt.Errorf("%q is in no place that it can have", foreign(strings.Join(words[:end], " "))))
		case twice:
			problems = append(problems, fmt.Errorf("%q stands twice", word))
		default:
			clauses[word] = strings.Join(words[1:end], " ")
		}
		words = words[end:]
	}
	return clauses, problems
}

// missing tells of words that an incident needs and does not have, or of which it
// has both where one is needed.
func missing(needs []string, clauses map[string]string) (problems []error) {
	for _, need := range needs {
		one, other, either := strings.Cut(need, " or ")
		_, hasOne := clauses[one]
		_, hasOther := clauses[other]
		switch {
		case !hasOne && !hasOther:
			problems = append(problems, fmt.Errorf("%q is missing", need))
		case either && hasOne && hasOther:
			problems = append(problems, fmt.Errorf("%q and %q exclude each other", one, other))
		}
	}
	return problems
}

// set reads the value behind a word.
func (w *incident) set(word, value string) (err error) {
	switch word {
	case "at":
		return w.begin(value)
	case "for":
		w.For, err = length(value)
	case "last":
		w.Last, err = length(value)
	case "by":
		return w.multiply(value)
	case "to":
		if w.Kind == replay.Slow {
			return w.slowTo(value)
		}
		return w.surgeTo(value)
	}
	return err
}

// begin reads when an incident begins.
func (w *incident) begin(text string) error {
	if at, err := unit.ParseMoment(text); err == nil {
		w.Moment = model.Known(at)
		return nil
	}
	after, err := unit.ParseDuration(text)
	if err != nil {
		return errors.New("neither a time such as 2026-11-20T18:00Z nor a duration such as 36h")
	}
	if after > longestIncident {
		return errors.New("too long")
	}
	w.At = after.Seconds()
	return nil
}

// longestIncident is beyond what any traffic lasts, and far within a Duration.
const longestIncident = 3650 * unit.Day

// length reads a duration above 0, in seconds.
func length(text string) (float64, error) {
	d, err := unit.ParseDuration(text)
	if err == nil && (d == 0 || d > longestIncident) {
		err = errors.New("out of range: above 0, at most " + longestIncident.String())
	}
	return d.Seconds(), err
}

// multiply reads what a surge multiplies the traffic with.
func (w *incident) multiply(text string) error {
	const most = 10_000
	factor, err := unit.ParseFactor(strings.TrimRight(text, "xX"))
	if err == nil && (factor <= 1 || factor > most) {
		err = errors.New("out of range: above 1, at most 10000")
	}
	w.Times = float64(factor)
	return err
}

// slowTo reads what a slow consumer is left with. A bare number would be a share to
// one reader and a speed to another.
func (w *incident) slowTo(text string) error {
	if strings.HasSuffix(text, "/s") {
		return w.rate(text)
	}
	if !strings.HasSuffix(text, "%") {
		return errors.New("neither a percentage such as 40% nor records/s such as 300/s")
	}
	share, err := unit.ParseFraction(text)
	if err == nil && (share <= 0 || share > 1) {
		err = errors.New("out of range: above 0%, at most 100%")
	}
	w.Times = float64(share)
	return err
}

// surgeTo reads the throughput of a surge, or its bandwidth.
func (w *incident) surgeTo(text string) error {
	bandwidth, err := unit.ParseBytesPerSecond(text)
	switch {
	case err != nil:
		return w.rate(text)
	case bandwidth == 0 || bandwidth > mostRate:
		return errors.New("out of range: above 0, at most 1e12 B/s")
	}
	w.bandwidth = bandwidth
	return nil
}

// mostRate is beyond any stream, in records/s as in B/s.
const mostRate = 1e12

func (w *incident) rate(text string) (err error) {
	w.Rate, err = unit.ParseRecordsPerSecond(text)
	if err == nil && (w.Rate == 0 || w.Rate > mostRate) {
		err = errors.New("out of range: above 0, at most 1e12 records/s")
	}
	return err
}

// resolveIncidents are what-ifs with the throughputs that their bandwidths are, for
// records of a size.
func resolveIncidents(list []incident, size unit.Bytes) []review.WhatIf {
	all := []review.WhatIf{}
	for _, w := range list {
		if w.bandwidth > 0 {
			w.Rate = w.bandwidth.RecordsOf(size)
		}
		all = append(all, w.WhatIf)
	}
	return all
}
