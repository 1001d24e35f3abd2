package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/check"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// Formats of a check alone.
const (
	SARIF Format = "sarif"
	JUnit Format = "junit"
)

// CheckFormats returns the formats of a check, the default first.
func CheckFormats() []Format { return []Format{Table, JSON, YAML, Markdown, SARIF, JUnit} }

// checkMarker ends a comment, so that it is updated and not repeated.
const checkMarker = "<!-- kcalc:check -->"

// WriteCheck writes what a check says in a format.
func WriteCheck(w io.Writer, a *check.Answer, format Format, terminal Terminal) error {
	switch format {
	case SARIF:
		return encodeJSON(w, sarifOf(a))
	case JUnit:
		return writeJUnit(w, a)
	}
	if err := (answer{a, func() *document { return checked(a, format) }, nil}).write(w, format, terminal); err != nil {
		return err
	}
	if format == Markdown {
		_, err := fmt.Fprintf(w, "\n%s\n", checkMarker)
		return err
	}
	return nil
}

// mostFindings is how many findings of a kind a table shows; the other formats have all.
const mostFindings = 50

// checked returns what a check says for people.
func checked(a *check.Answer, format Format) *document {
	doc := &document{headline: "Passed", tone: color.FgGreen, money: diffMoney(&a.Monthly)}
	if !a.Passed {
		doc.headline, doc.tone = fmt.Sprintf("Failed: %s", unit.Plural(a.Failing, "finding")), color.FgRed
	}
	doc.headline += fmt.Sprintf(", %s checked", unit.Plural(len(a.Streams), "stream"))
	doc.table("", checkedStreams(a))
	doc.add("", cutRows(mostDiffRows, len(a.Streams), "streams", "the first of the file"))
	var fails, rest []item
	for i := range a.Findings {
		f := &a.Findings[i]
		it := item{"·", color.Reset, findingText(f)}
		switch {
		case f.Fails:
			it.bullet, it.tone = "✗", color.FgRed
			fails = append(fails, it)
			continue
		case f.Severity != notice.Note && f.Allowed == nil && !f.Before:
			it.bullet, it.tone = "!", color.FgYellow
		}
		rest = append(rest, it)
	}
	if format == Table {
		fails, rest = cutFindings(fails), cutFindings(rest)
	}
	doc.add("What fails", fails)
	doc.add("What else was found", rest)
	doc.warn(a.Notices, allWarnings)
	return doc
}

// cutRows says that a table of a check has some of its rows.
func cutRows(most, all int, what, which string) []item {
	if all <= most {
		return nil
	}
	return []item{{" ", color.Reset, fmt.Sprintf("Of %s %s these are %s: %s. All are in -o json.", number(all), what, number(most), which)}}
}

// cutFindings returns the first findings, and says how many more there are.
func cutFindings(list []item) []item {
	if len(list) <= mostFindings {
		return list
	}
	return append(list[:mostFindings:mostFindings], cutRows(mostFindings, len(list), "findings", "the first")...)
}

// findingText returns a finding in a line: where, what, its dollars, the remedy, its id.
func findingText(f *check.Finding) string {
	text := ""
	if f.Address != "" {
		text = f.Address + ": "
	}
	text += words.Expand(f.Message)
	if f.Monthly.Known && !check.IsMoney(f.ID) { // which says its dollars itself
		text += fmt.Sprintf(" %s a month.", signed(f.Monthly.Value))
	}
	if f.Remedy != "" {
		text += " " + words.Expand(f.Remedy)
	}
	text += " (" + f.ID + ")"
	switch {
	case f.Allowed != nil:
		text += fmt.Sprintf(" Allowed until %s: %s", f.Allowed.Until.AddDate(0, 0, -1).Format(check.Day), f.Allowed.Reason)
	case f.Before:
		text += " In the baseline too."
	}
	return text
}

// checkedStreams returns the table of streams.
func checkedStreams(a *check.Answer) grid {
	g := grid{header: []string{"stream", "action", "shards", "needs", "a month", "difference"},
		right: []bool{false, false, true, true, true, true}, optional: [][]int{{1}, {3}}}
	for i := range a.Streams[:min(mostDiffRows, len(a.Streams))] {
		s := &a.Streams[i]
		g.row(s.After.Value.Carries.Known && !s.After.Value.Carries.Value, s.Address, s.Action,
			wasAndIs(shardsText(s.Before), shardsText(s.After)), shards(s.After.Value.Needs),
			wasAndIs(dollarsOrDash(s.Monthly.Before), dollarsOrDash(s.Monthly.After)), signedOrDash(s.Monthly.Adds))
	}
	return g
}

// The parts of SARIF 2.1.0 that a check has.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID   string    `json:"id"`
		Help sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				Line int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
		Logical []sarifName `json:"logicalLocations,omitempty"`
	}
	sarifName struct {
		Name string `json:"fullyQualifiedName"`
	}
	sarifSuppression struct {
		Kind   string `json:"kind"`
		Reason string `json:"justification"`
	}
)

// sarifOf returns the findings as SARIF 2.1.0, as code hosts take it.
func sarifOf(a *check.Answer) *sarifLog {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "kcalc", Rules: []sarifRule{}}
	seen := map[string]bool{}
	for i := range a.Findings {
		f := &a.Findings[i]
		kind, _ := notice.Find(f.ID)
		if !seen[kind.ID] {
			seen[kind.ID] = true
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{kind.ID, sarifText{"kcalc explain " + kind.ID}})
		}
		r := sarifResult{RuleID: kind.ID, Level: "note", Message: sarifText{untrusted.Printable(findingText(f))},
			Fingerprints: map[string]string{"kcalc/v1": f.ID + " " + f.Address}}
		switch {
		case f.Fails:
			r.Level = "error"
		case f.Severity != notice.Note:
			r.Level = "warning"
		}
		if f.Allowed != nil {
			r.Suppressions = []sarifSuppression{{"external", f.Allowed.Reason}}
		}
		var at sarifLocation
		at.Physical.Artifact.URI = (&url.URL{Path: untrusted.Printable(cmp.Or(f.File, a.Source))}).String()
		at.Physical.Region.Line = max(1, f.Line)
		if f.Address != "" {
			at.Logical = []sarifName{{untrusted.Printable(f.Address)}}
		}
		r.Locations = []sarifLocation{at}
		run.Results = append(run.Results, r)
	}
	return &sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

// The parts of a JUnit file that a check has: a case a finding, or one where there is none.
type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure"`
		Skipped *junitFailure `xml:"skipped"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
	}
)

// writeJUnit writes the findings as JUnit: those that fail as failures, those that are allowed as
// skipped. A stream of which nothing was found passes as a case of its own.
func writeJUnit(w io.Writer, a *check.Answer) error {
	suite := junitSuite{Name: "kcalc check", Failures: a.Failing}
	found := map[string]bool{}
	for i := range a.Findings {
		f := &a.Findings[i]
		found[f.Address] = true
		one := junitCase{Name: f.ID, Class: untrusted.Printable(cmp.Or(f.Address, "all streams"))}
		text := untrusted.Printable(findingText(f))
		switch {
		case f.Fails:
			one.Failure = &junitFailure{text, f.ID}
		case f.Allowed != nil || f.Before:
			one.Skipped, suite.Skipped = &junitFailure{Message: text}, suite.Skipped+1
		default:
			one.Output = text
		}
		suite.Cases = append(suite.Cases, one)
	}
	for i := range a.Streams {
		if address := a.Streams[i].Address; !found[address] {
			suite.Cases = append(suite.Cases, junitCase{Name: "check", Class: untrusted.Printable(address)})
		}
	}
	suite.Tests = len(suite.Cases)
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}
