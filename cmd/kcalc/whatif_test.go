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
)

// A what-if says an incident, in any case, with any spaces, its words in any order.
func TestParseWhatIf(t *testing.T) {
	const hour = 3600.0
	evening := model.Known(time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC))
	type is = replay.Incident
	for text, want := range map[string]incident{
		"stop fraud at 36h for 90m":                        {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "fraud", At: 36 * hour, For: 1.5 * hour}}},
		"stop fraud at 2026-11-20T18:00Z for 90m":          {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "fraud", For: 1.5 * hour}, Moment: evening}},
		"stop fraud at 2026-11-20 18:00 for 90m":           {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "fraud", For: 1.5 * hour}, Moment: evening}},
		"stop fraud at 2026-11-20T19:00:00+01:00 for 90m":  {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "fraud", For: 1.5 * hour}, Moment: evening}},
		"  STOP   Fraud  For 1h30m\tAT  36h ":              {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "Fraud", At: 36 * hour, For: 1.5 * hour}}},
		"stop at at 0s for 1h":                             {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "at", For: hour}}},
		"stop for for 1h at 2h":                            {WhatIf: review.WhatIf{Incident: is{Kind: replay.Stop, Consumer: "for", At: 2 * hour, For: hour}}},
		"slow fraud to 40% at 1h for 2h":                   {WhatIf: review.WhatIf{Incident: is{Kind: replay.Slow, Consumer: "fraud", At: hour, For: 2 * hour, Times: 0.4}}},
		"slow fraud to 300/s at 1h for 2h":                 {WhatIf: review.WhatIf{Incident: is{Kind: replay.Slow, Consumer: "fraud", At: hour, For: 2 * hour, Rate: 300}}},
		"slow fraud to 1.5k records/s at 1h for 2h":        {WhatIf: review.WhatIf{Incident: is{Kind: replay.Slow, Consumer: "fraud", At: hour, For: 2 * hour, Rate: 1500}}},
		"reprocess audit last 12h at 1d":                   {WhatIf: review.WhatIf{Incident: is{Kind: replay.Reprocess, Consumer: "audit", At: 24 * hour, Last: 12 * hour}}},
		"poison audit at 1h":                               {WhatIf: review.WhatIf{Incident: is{Kind: replay.Poison, Consumer: "audit", At: hour}}},
		"poison audit at 1h for 10m":                       {WhatIf: review.WhatIf{Incident: is{Kind: replay.Poison, Consumer: "audit", At: hour, For: 600}}},
		"surge by 3 at 1h for 10m":                         {WhatIf: review.WhatIf{Incident: is{Kind: replay.Surge, At: hour, For: 600, Times: 3}}},
		"surge by 2.5X at 1h for 10m":                      {WhatIf: review.WhatIf{Incident: is{Kind: replay.Surge, At: hour, For: 600, Times: 2.5}}},
		"surge to 50k at 1h for 10m":                       {WhatIf: review.WhatIf{Incident: is{Kind: replay.Surge, At: hour, For: 600, Rate: 50_000}}},
		"surge to 50MiB/s at 1h for 10m":                   {WhatIf: review.WhatIf{Incident: is{Kind: replay.Surge, At: hour, For: 600}}, bandwidth: 50 << 20},
		"surge to 1e12 at 0s for 3650d":                    {WhatIf: review.WhatIf{Incident: is{Kind: replay.Surge, For: 3650 * 24 * hour, Rate: 1e12}}},
		"slow a to 100% at 3650d for 1ms":                  {WhatIf: review.WhatIf{Incident: is{Kind: replay.Slow, Consumer: "a", At: 3650 * 24 * hour, For: 0.001, Times: 1}}},
		"surge by 10000 at 2026-11-20T18:00:00.000Z for 1": {},
	} {
		got, faults := parseWhatIf(text)
		if want.Kind == "" {
			if faults == nil {
				t.Errorf("%q: %+v", text, got)
			}
			continue
		}
		want.Text, want.Where = strings.Join(strings.Fields(text), " "), input.Position{Name: "--what-if"}
		if got != want || faults != nil {
			t.Errorf("%q: %+v, want %+v; %v", text, got, want, faults)
		}
	}
}

// What is wrong with a what-if is told with its text and its forms.
func TestWrongWhatIf(t *testing.T) {
	const (
		stops, slows = "stop NAME at TIME for DURATION", "slow NAME to 40% at TIME for DURATION; slow NAME to 300/s at TIME for DURATION"
		replays      = "reprocess NAME last DURATION at TIME"
		surges       = "surge by 3x at TIME for DURATION; surge to 50k at TIME for DURATION"
		all          = stops + "; " + slows + "; " + replays + "; poison NAME at TIME [for DURATION]; " + surges
		noTime       = ": neither a time such as 2026-11-20T18:00Z nor a duration such as 36h"
		noName       = "the name of a consumer is missing"
		noSpeed      = ": neither a percentage such as 40% nor records/s such as 300/s"
		noLength     = ": out of range: above 0, at most 3650d"
		atLeastABit  = ": out of range: above 0, at most 1e12 records/s"
		noShare      = ": out of range: above 0%, at most 100%"
		noFactor     = ": out of range: above 1, at most 10000"
		noPlace      = " is in no place that it can have"
		noIncident   = "begins with none of the incidents"
	)
	for text, want := range map[string]struct {
		problems []string
		forms    string
	}{
		"":                                      {[]string{"empty"}, all},
		"   ":                                   {[]string{"empty"}, all},
		"crash fraud at 1h":                     {[]string{noIncident}, all},
		"stop":                                  {[]string{noName, `"at" is missing`, `"for" is missing`}, stops},
		"stop at 1h for 2h":                     {[]string{noName}, stops},
		"stop fraud":                            {[]string{`"at" is missing`, `"for" is missing`}, stops},
		"stop a/b at 1h for 2h":                 {[]string{"a/b: not a name"}, stops},
		"stop fraud now at 1h for 2h":           {[]string{`"now"` + noPlace}, stops},
		"stop fraud 1h to 2h at 1h for 1h":      {[]string{`"1h"` + noPlace, `"to" says nothing of a stop`}, stops},
		"stop fraud at 1h at 2h for 3h":         {[]string{`"at" stands twice`}, stops},
		"stop fraud at for 3h":                  {[]string{`"at" has no value behind it`}, stops},
		"stop fraud at noon for a while":        {[]string{"at noon" + noTime, "for a while: not a decimal number"}, stops},
		"stop fraud at 36 for 3":                {[]string{"at 36" + noTime, "for 3: a duration needs a unit: ms, s, m, h, d or w"}, stops},
		"stop fraud at 2026-13-01 for 3h":       {[]string{"at 2026-13-01" + noTime}, stops},
		"stop fraud at 4000d for 0s":            {[]string{"at 4000d: too long", "for 0s" + noLength}, stops},
		"stop fraud at 1h for 3651d":            {[]string{"for 3651d" + noLength}, stops},
		"slow fraud at 1h for 2h":               {[]string{`"to" is missing`}, slows},
		"slow fraud to 0.4 at 1h for 2h":        {[]string{"to 0.4" + noSpeed}, slows},
		"slow fraud to 300 at 1h for 2h":        {[]string{"to 300" + noSpeed}, slows},
		"slow fraud to 0% at 1h for 2h":         {[]string{"to 0%" + noShare}, slows},
		"slow fraud to 101% at 1h for 2h":       {[]string{"to 101%" + noShare}, slows},
		"slow fraud to 0/s at 1h for 2h":        {[]string{"to 0/s" + atLeastABit}, slows},
		"slow fraud to 5MiB/s at 1h for 2h":     {[]string{`to 5MiB/s: unknown unit "MiB/s": records per second such as 10000, 10k, 1.5M or 10000/s`}, slows},
		"reprocess fraud at 1h":                 {[]string{`"last" is missing`}, replays},
		"reprocess fraud last 0s at 1h":         {[]string{"last 0s" + noLength}, replays},
		"reprocess fraud last 1h at 1h for 1h":  {[]string{`"for" says nothing of a reprocess`}, replays},
		"poison at 1h":                          {[]string{noName}, "poison NAME at TIME [for DURATION]"},
		"poison fraud for 1h":                   {[]string{`"at" is missing`}, "poison NAME at TIME [for DURATION]"},
		"surge at 1h for 2h":                    {[]string{`"by or to" is missing`}, surges},
		"surge by 2 to 50k at 1h for 2h":        {[]string{`"by" and "to" exclude each other`}, surges},
		"surge fraud by 2 at 1h for 2h":         {[]string{`"fraud"` + noPlace}, surges},
		"surge by 1 at 1h for 2h":               {[]string{"by 1" + noFactor}, surges},
		"surge by 10001x at 1h for 2h":          {[]string{"by 10001x" + noFactor}, surges},
		"surge by many at 1h for 2h":            {[]string{"by many: not a decimal number"}, surges},
		"surge by x at 1h for 2h":               {[]string{"by x: not a decimal number"}, surges},
		"surge to 0 at 1h for 2h":               {[]string{"to 0" + atLeastABit}, surges},
		"surge to 0MiB/s at 1h for 2h":          {[]string{"to 0MiB/s: out of range: above 0, at most 1e12 B/s"}, surges},
		"surge to 1000GiB/s at 1h for 2h":       {[]string{"to 1000GiB/s: out of range: above 0, at most 1e12 B/s"}, surges},
		"surge to 1000001M at 1h for 2h":        {[]string{"to 1000001M" + atLeastABit}, surges},
		"surge to 50 apples at 1h for \x1b[31m": {[]string{"for ?[31m: not a decimal number", `to 50 apples: unknown unit "apples"`}, surges},
	} {
		_, faults := parseWhatIf(text)
		var problems []string
		for _, f := range faults {
			problems = append(problems, f.Problem)
			if f.Where.Name != "--what-if" || f.Value != strings.Join(strings.Fields(text), " ") || f.Allowed != want.forms {
				t.Errorf("%q: %+v", text, f)
			}
		}
		same := func(got, want string) bool { return strings.HasPrefix(got, want) }
		if !slices.EqualFunc(problems, want.problems, same) {
			t.Errorf("%q: %q, want %q", text, problems, want.problems)
		}
	}
}

// A surge to a bandwidth is one to as many records as fill it.
func TestSurgeToABandwidth(t *testing.T) {
	w, _ := parseWhatIf("surge to 50MiB/s at 1h for 10m")
	other, _ := parseWhatIf("surge to 50k at 1h for 10m")
	got := resolveIncidents([]incident{w, other}, 512)
	if len(got) != 2 || got[0].Rate != 50<<20/512 || got[1].Rate != 50_000 || got[0].For != 600 {
		t.Errorf("%+v", got)
	}
}
