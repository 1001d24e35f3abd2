// Package check says whether streams, as they are declared, planned or running, carry their
// workloads within a policy. [For] returns an [Answer] of findings, each with its id, its
// severity, the resource, dollars and a remedy. What is not known is a finding too: a rule
// that needs it fails, and the policy can let it fail by itself.
package check

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Schema names the schema of an [Answer] in machine formats.
const Schema = "kcalc.check/v1"

// Answer is what a check says.
type Answer struct {
	Schema   string       `json:"schema"`
	Source   string       `json:"source"`
	Passed   bool         `json:"passed"` // nothing fails
	Monthly  review.Money `json:"monthly_usd"`
	Failing  int          `json:"failing"`
	Streams  []Stream     `json:"streams"`
	Findings []Finding    `json:"findings"` // what fails first

	Notices []notice.Notice `json:"warnings"` // of prices, Regions and files
}

// Stream is what is known of a stream that was checked.
type Stream struct {
	Address string                    `json:"address"`
	Action  string                    `json:"action"` // of a plan, such as create; "" without one
	Traffic bool                      `json:"traffic_known"`
	Before  model.Maybe[review.State] `json:"before"`
	After   model.Maybe[review.State] `json:"after"`
	Monthly review.Money              `json:"monthly_usd"`
}

// Finding is something that a check found.
type Finding struct {
	notice.Notice
	Page    string                `json:"page"`
	Address string                `json:"address"`     // of the resource; "" for all
	File    string                `json:"file"`        // that declares it
	Line    int                   `json:"line"`        // in the file; 0 where it is not known
	Monthly model.Maybe[unit.USD] `json:"monthly_usd"` // what it adds; of a rule of money, by how much it is over
	Fails   bool                  `json:"fails"`
	Allowed *Allow                `json:"allowed"`     // by the policy; null where it is not
	Before  bool                  `json:"in_baseline"` // the baseline has it too, so that it does not fail
}

// Subject is a stream that is checked.
type Subject struct {
	review.Pair
	Address string
	File    string     // that declares it
	Line    int        // in the file; 0 where it is not known
	Parts   *iac.Parts // of infrastructure as code, nil without it
}

// Request is what is checked, and by what.
type Request struct {
	Source    string
	Subjects  []Subject
	Stack     *iac.Stack // nil without infrastructure as code
	Limits    *model.Limits
	Policy    Policy
	Now       time.Time
	Unmatched []notice.Notice // workloads that belong to no stream
	Baseline  *Answer         // of an earlier state, nil without one
}

// For checks streams. The error is the context's.
func For(ctx context.Context, q *Request) (Answer, error) {
	c := checker{Request: q, answer: Answer{Schema: Schema, Source: q.Source, Streams: []Stream{}, Findings: []Finding{},
		Notices: []notice.Notice{}}}
	zero := model.Known[unit.USD](0)
	c.answer.Monthly = review.Money{Before: zero, After: zero, Adds: zero}
	for i := range q.Subjects {
		if err := c.subject(ctx, &q.Subjects[i]); err != nil {
			return c.answer, err
		}
	}
	c.whole()
	c.judge()
	c.place()
	return c.answer, ctx.Err()
}

// place says of each finding in which file its resource is, and on which line where that is known. What
// is of several streams is of the file of the first.
func (c *checker) place() {
	subjects := map[string]*Subject{}
	for i := range c.Subjects {
		subjects[c.Subjects[i].Address] = &c.Subjects[i]
	}
	for i := range c.answer.Findings {
		f := &c.answer.Findings[i]
		s := subjects[f.Address]
		switch {
		case c.Stack != nil:
			id, _, _ := strings.Cut(f.Address, ".") // an event of a function is in the function
			f.File, f.Line = c.Source, cmp.Or(c.Stack.Lines[f.Address], c.Stack.Lines[id])
		case s != nil:
			f.File, f.Line = s.File, s.Line
		case len(c.Subjects) > 0:
			f.File = c.Subjects[0].File
		}
	}
}

// checker makes an answer.
type checker struct {
	*Request
	answer Answer
	used   map[model.Region][]invocations
}

// find adds a finding about a resource.
func (c *checker) find(address string, n notice.Notice, dollars model.Maybe[unit.USD]) {
	kind, _ := notice.Find(n.ID)
	c.answer.Findings = append(c.answer.Findings, Finding{Notice: n, Page: kind.Page, Address: address, Monthly: dollars,
		Fails: n.Severity == notice.Changes})
}

// free is that a finding has no price.
var free model.Maybe[unit.USD]
