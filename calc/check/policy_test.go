package check

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Every key of a policy is read, and set.
func TestReadPolicy(t *testing.T) {
	p, err := ReadPolicy("p.yaml", []byte(`
max_monthly_usd: 500
max_monthly_usd_per_stream: 100
max_increase_usd: 49.50
min_headroom: 20%
max_excess: 0.5
allow_modes: [provisioned, on-demand]
require_on_failure: true
max_iterator_age: 5m
max_efo: 0
deny_unknown: true
deny: [check-no-throttle-alarm]
allow:
  - {id: check-no-bisect.fraud, resource: "*", reason: idempotent, until: 2026-12-31}
`))
	if err != nil {
		t.Fatal(err)
	}
	fifty, _ := unit.ParseUSD("49.50")
	if *p.MaxMonthly != 500e10 || *p.MaxEach != 100e10 || *p.MaxIncrease != fifty || *p.MinHeadroom != 0.2 || *p.MaxExcess != 0.5 || len(p.AllowModes) != 2 ||
		!p.RequireOnFailure || *p.MaxIteratorAge != unit.Duration(5*time.Minute) || *p.MaxEFO != 0 || !p.DenyUnknown || len(p.Deny) != 1 {
		t.Errorf("%+v", p)
	}
	if a := p.Allow[0]; a.ID != "check-no-bisect.fraud" || a.Until != time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%+v", a)
	}
}

// Each thing that is wrong is told, with its line.
func TestReadPolicyErrors(t *testing.T) {
	for text, want := range map[string]string{
		"max_monthly_usd: much":        "p:1:18: max_monthly_usd",
		"max_monthly_usd: -1":          "p:1:18: max_monthly_usd",
		"max_monthly_usd: null":        "not of the kind number",
		"min_headroom: [1]":            "not of the kind string",
		"allow_modes: [free]":          `unknown mode "free"`,
		"allow_modes: []":              "not of the kind array",
		"max_efo: 21":                  "out of range",
		"deny_unknown: yes please":     "neither true nor false",
		"deny: [check-nothing]":        `no finding has the id "check-nothing"`,
		"max_efo: 1\nmax_efo: 2":       "p:2:1: max_efo",
		"allow: {id: x}":               "no list",
		"allow: [{id: check-unknown}]": "incomplete",
		"- a":                          "no policy",
		"":                             "no policy",
		"a: [":                         "not YAML",
		"max_iterator_age: 5":          "max_iterator_age",
		"allow: [{id: check-unknown, resource: a, reason: ' ', until: 2026-01-01}]": "incomplete",
		"allow: [{id: check-unknown, resource: a, reason: b, until: tomorrow}]":     "until is no date",
		"allow: [{id: made, resource: a, reason: b, until: 2026-01-01}]":            "no finding has the id",
	} {
		_, err := ReadPolicy("p", []byte(text))
		var faults input.Errors
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// An exception lets a finding pass on its last day, and not on the day after: then it fails itself.
func TestExceptionsEnd(t *testing.T) {
	last := time.Date(2026, 11, 27, 23, 59, 59, 0, time.UTC)
	for _, c := range []struct {
		now    time.Time
		passed bool
		failed int
	}{{last, true, 0}, {last.Add(time.Second), false, 2}} {
		q := Request{Now: c.now, Policy: Policy{Allow: []Allow{{ID: "check-does-not-fit", At: "a", Reason: "r",
			Until: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)}}}}
		k := checker{Request: &q}
		k.find("a", notice.CheckInfeasible(), free)
		k.judge()
		if k.answer.Passed != c.passed || k.answer.Failing != c.failed {
			t.Errorf("%s: %+v", c.now, k.answer)
		}
	}
}

// What is not known does not meet a rule about money.
func TestUnknownMoneyFails(t *testing.T) {
	most := unit.USD(1e12)
	k := checker{Request: &Request{Policy: Policy{MaxMonthly: &most}}}
	k.money("", monthlyRule, "the stream costs", &most, free, free)
	k.judge()
	if k.answer.Passed {
		t.Error("passes")
	}
}
