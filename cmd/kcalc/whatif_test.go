package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// A what-if is a kind of incident and its keys, in any order.
func TestParseIncident(t *testing.T) {
	const hour = 3600.0
	evening := model.Known(time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC))
	type is = replay.Incident
	stop := func(i is, moment model.Maybe[time.Time]) incident {
		i.Kind = replay.Stop
		return incident{WhatIf: review.WhatIf{Incident: i, Moment: moment}}
	}
	other := func(kind replay.IncidentKind, i is) incident {
		i.Kind = kind
		return incident{WhatIf: review.WhatIf{Incident: i}}
	}
	none := model.Maybe[time.Time]{}
	for text, want := range map[string]incident{
		"stop,consumer=fraud,at=36h,for=90m": stop(is{Consumer: "fraud", At: 36 * hour,
			For: 1.5 * hour}, none),
		"stop,for=1h30m,at=36h,consumer=Fraud": stop(is{Consumer: "Fraud", At: 36 * hour,
			For: 1.5 * hour}, none),
		"stop,consumer=fraud,at=2026-11-20T18:00Z,for=90m":         stop(is{Consumer: "fraud", For: 1.5 * hour}, evening),
		"stop,consumer=fraud,at=2026-11-20 18:00,for=90m":          stop(is{Consumer: "fraud", For: 1.5 * hour}, evening),
		"stop,consumer=fraud,at=2026-11-20T19:00:00+01:00,for=90m": stop(is{Consumer: "fraud", For: 1.5 * hour}, evening),
		"stop,consumer=at,at=0s,for=1h":                            stop(is{Consumer: "at", For: hour}, none),
		"stop,consumer=stop,at=2h,for=1h":                          stop(is{Consumer: "stop", At: 2 * hour, For: hour}, none),
		"slow,consumer=fraud,to=40%,at=1h,for=2h": other(replay.Slow,
			is{Consumer: "fraud", At: hour, For: 2 * hour, Times: 0.4}),
		"slow,consumer=fraud,to=0.4,at=1h,for=2h": other(replay.Slow,
			is{Consumer: "fraud", At: hour, For: 2 * hour, Times: 0.4}),
		"slow,consumer=a,to=100%,at=3650d,for=1ms": other(replay.Slow,
			is{Consumer: "a", At: 3650 * 24 * hour, For: 0.001, Times: 1}),
		"slow,consumer=fraud,rate=300/s,at=1h,for=2h": other(replay.Slow,
			is{Consumer: "fraud", At: hour, For: 2 * hour, Rate: 300}),
		"slow,consumer=fraud,rate=300,at=1h,for=2h": other(replay.Slow,
			is{Consumer: "fraud", At: hour, For: 2 * hour, Rate: 300}),
		"slow,consumer=fraud,rate=1.5k records/s,at=1h,for=2h": other(replay.Slow,
			is{Consumer: "fraud", At: hour, For: 2 * hour, Rate: 1500}),
		"reprocess,consumer=audit,last=12h,at=1d": other(replay.Reprocess,
			is{Consumer: "audit", At: 24 * hour, Last: 12 * hour}),
		"poison,consumer=audit,at=1h": other(replay.Poison, is{Consumer: "audit", At: hour}),
		"poison,consumer=audit,at=1h,for=10m": other(replay.Poison,
			is{Consumer: "audit", At: hour, For: 600}),
		"surge,times=3,at=1h,for=10m":    other(replay.Surge, is{At: hour, For: 600, Times: 3}),
		"surge,times=2.5X,at=1h,for=10m": other(replay.Surge, is{At: hour, For: 600, Times: 2.5}),
		"surge,rate=50k,at=1h,for=10m":   other(replay.Surge, is{At: hour, For: 600, Rate: 50_000}),
		"surge,rate=1e12,at=0s,for=3650d": other(replay.Surge,
			is{For: 3650 * 24 * hour, Rate: 1e12}),
	} {
		got, wrong := parseIncident(text)
		want.Text, want.Where = text, input.Position{Name: "--what-if"}
		if got != want || wrong != nil {
			t.Errorf("%q: %+v, want %+v; %v", text, got, want, wrong)
		}
	}
}

// What is wrong with a what-if is reported at once, with its text and its forms.
func TestIncidentErrors(t *testing.T) {
	const (
		stops  = "stop,consumer=NAME,at=TIME,for=DURATION"
		slows  = "slow,consumer=NAME,at=TIME,for=DURATION,to=40%; slow,consumer=NAME,at=TIME,for=DURATION,rate=300/s"
		repeat = "reprocess,consumer=NAME,at=TIME,last=DURATION"
		poison = "poison,consumer=NAME,at=TIME[,for=DURATION]"
		surges = "surge,at=TIME,for=DURATION,times=3; surge,at=TIME,for=DURATION,rate=50k/s"
		all    = stops + "; " + slows + "; " + repeat + "; " + poison + "; " + surges

		noTime      = ": neither a time such as 2026-11-20T18:00Z nor a duration such as 36h"
		noLength    = ": out of range: above 0, at most 3650d"
		atLeastABit = ": out of range: above 0, at most 1e12 records/s"
		noShare     = ": out of range: above 0%, at most 100%"
		noFactor    = ": out of range: above 1, at most 10000"
		noName      = "consumer is missing"
	)
	for text, want := range map[string]struct {
		problems []string
		forms    string
	}{
		"":                                       {[]string{"empty"}, all},
		"   ":                                    {[]string{"unknown incident"}, all},
		"Stop,consumer=fraud,at=1h,for=1h":       {[]string{"unknown incident, did you mean stop?"}, all},
		"crash,consumer=fraud,at=1h":             {[]string{"unknown incident"}, all},
		"replay,consumer=fraud,at=1h,last=1h":    {[]string{"unknown incident"}, all},
		"posion,consumer=fraud,at=1h":            {[]string{"unknown incident, did you mean poison?"}, all},
		"stop fraud at 1h for 2h":                {[]string{"unknown incident"}, all},
		"stop":                                   {[]string{noName, "at is missing", "for is missing"}, stops},
		"stop,at=1h,for=2h":                      {[]string{noName}, stops},
		"stop,consumer=fraud":                    {[]string{"at is missing", "for is missing"}, stops},
		"stop,consumer=a/b,at=1h,for=2h":         {[]string{"consumer=a/b: not a name"}, stops},
		"stop,consumer=,at=1h,for=2h":            {[]string{"consumer=: "}, stops},
		"stop,fraud,at=1h,for=2h":                {[]string{`"fraud": not a key=value`, noName}, stops},
		"stop,consumer=fraud,to=2h,at=1h,for=1h": {[]string{`"to=2h": unknown key`}, stops},
		"stop,consumer=fraud,at=1h,at=2h,for=3h": {[]string{`"at=2h": given twice`}, stops},
		"stop,consumer=fraud,at=,for=3h":         {[]string{"at=" + noTime}, stops},
		"stop,consumer=fraud,at=noon,for=a while": {[]string{"at=noon" + noTime, "for=a while: not a decimal number"},
			stops},
		"stop,consumer=fraud,at=36,for=3": {[]string{"at=36" + noTime,
			"for=3: a duration needs a unit: ms, s, m, h, d or w"}, stops},
		"stop,consumer=fraud,at=2026-13-01,for=3": {[]string{"at=2026-13-01" + noTime, "for=3: "}, stops},
		"stop,consumer=fraud,at=4000d,for=0s":     {[]string{"at=4000d: too long", "for=0s" + noLength}, stops},
		"stop,consumer=fraud,at=1h,for=3651d":     {[]string{"for=3651d" + noLength}, stops},
		"stop,consumer=fraud,At=1h,for=1h": {[]string{`"At=1h": unknown key, did you mean at?`, "at is missing"},
			stops},
		"stop,consumer=fraud,at=1h,for=1h,":             {[]string{`"": not a key=value`}, stops},
		"slow,consumer=fraud,at=1h,for=2h":              {[]string{"to or rate is missing"}, slows},
		"slow,consumer=fraud,to=1%,rate=1,at=1h,for=2h": {[]string{"to and rate: only one of the two"}, slows},
		"slow,consumer=fraud,to=300/s,at=1h,for=2h":     {[]string{"to=300/s: "}, slows},
		"slow,consumer=fraud,to=300,at=1h,for=2h":       {[]string{"to=300" + noShare}, slows},
		"slow,consumer=fraud,to=0%,at=1h,for=2h":        {[]string{"to=0%" + noShare}, slows},
		"slow,consumer=fraud,to=101%,at=1h,for=2h":      {[]string{"to=101%" + noShare}, slows},
		"slow,consumer=fraud,rate=0/s,at=1h,for=2h":     {[]string{"rate=0/s" + atLeastABit}, slows},
		"slow,consumer=fraud,times=2,at=1h,for=2h":      {[]string{`"times=2": unknown key`, "to or rate is missing"}, slows},
		"reprocess,consumer=fraud,at=1h":                {[]string{"last is missing"}, repeat},
		"reprocess,consumer=fraud,last=0s,at=1h":        {[]string{"last=0s" + noLength}, repeat},
		"reprocess,consumer=fraud,last=1h,at=1h,for=1h": {[]string{`"for=1h": unknown key`}, repeat},
		"poison,at=1h":                          {[]string{noName}, poison},
		"poison,consumer=fraud,for=1h":          {[]string{"at is missing"}, poison},
		"surge,at=1h,for=2h":                    {[]string{"times or rate is missing"}, surges},
		"surge,times=2,rate=50k,at=1h,for=2":    {[]string{"for=2: ", "times and rate: only one of the two"}, surges},
		"surge,consumer=a,times=2,at=1h,for=2h": {[]string{`"consumer=a": unknown key`}, surges},
		"surge,times=1,at=1h,for=2h":            {[]string{"times=1" + noFactor}, surges},
		"surge,times=10001x,at=1h,for=2h":       {[]string{"times=10001x" + noFactor}, surges},
		"surge,times=many,at=1h,for=2h":         {[]string{"times=many: not a decimal number"}, surges},
		"surge,times=x,at=1h,for=2h":            {[]string{"times=x: not a decimal number"}, surges},
		"surge,rate=0,at=1h,for=2h":             {[]string{"rate=0" + atLeastABit}, surges},
		"surge,rate=0MiB/s,at=1h,for=2h": {[]string{"rate=0MiB/s: out of range: above 0, at most 1e12 B/s"},
			surges},
		"surge,rate=1000GiB/s,at=1h,for=2h": {[]string{"rate=1000GiB/s: out of range: above 0, at most 1e12 B/s"},
			surges},
		"surge,rate=1000001M,at=1h,for=2h": {[]string{"rate=1000001M" + atLeastABit}, surges},
		"surge,rate=50 apples,at=1h,for=\x1b[31m": {[]string{
			`rate=50 apples: unknown unit "apples"`, "for=?[31m: not a decimal number"}, surges},
	} {
		_, wrong := parseIncident(text)
		var problems []string
		for _, e := range wrong {
			problems = append(problems, e.Problem)
			if e.Where.Name != "--what-if" || e.Value != text || e.Allowed != want.forms {
				t.Errorf("%q: %+v", text, e)
			}
		}
		same := func(got, want string) bool {
			return strings.HasPrefix(got, want) && (strings.HasSuffix(want, "?") || !strings.Contains(got, "did you mean"))
		}
		if !slices.EqualFunc(problems, want.problems, same) {
			t.Errorf("%q: %q, want %q", text, problems, want.problems)
		}
	}
}

// What each form says in the help can be read, with values for its capital words, and
// has every key that the kind takes.
func TestIncidentForms(t *testing.T) {
	values := strings.NewReplacer("NAME", "fraud", "TIME", "1h", "DURATION", "2h", "[", "", "]", "")
	for i := range incidentForms {
		f := &incidentForms[i]
		for _, text := range f.texts {
			if w, wrong := parseIncident(values.Replace(text)); wrong != nil || w.Kind != f.kind {
				t.Errorf("%s: %v", text, wrong)
			}
		}
		for _, key := range f.keys {
			if !strings.Contains(strings.Join(f.texts, " "), ","+key+"=") {
				t.Errorf("%s: no text has the key %s", f.name, key)
			}
		}
	}
}

// A rate in bytes a second is one of as many records as fill it.
func TestIncidentRateInBytes(t *testing.T) {
	var list []incident
	for _, text := range []string{
		"surge,rate=50MiB/s,at=1h,for=10m", "surge,rate=50k,at=1h,for=10m", "slow,consumer=a,rate=512KiB/s,at=1h,for=10m",
	} {
		w, wrong := parseIncident(text)
		if wrong != nil {
			t.Error(wrong)
		}
		list = append(list, w)
	}
	var rates []unit.RecordsPerSecond
	for _, w := range resolveIncidents(list, 512) {
		rates = append(rates, w.Rate)
		if w.For != 600 {
			t.Errorf("%+v", w)
		}
	}
	if want := []unit.RecordsPerSecond{50 << 20 / 512, 50_000, 1 << 10}; !slices.Equal(rates, want) {
		t.Errorf("%v, want %v", rates, want)
	}
}
