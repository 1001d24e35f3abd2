package review

import (
	"context"

	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// DocumentSchema names the schema of a [Document] in machine formats.
const DocumentSchema = "kcalc.review/v1"

// Document is everything that a decision on the size of one stream rests on: what is
// proposed, what each assumption does to it, what was rejected, and the way there and back.
type Document struct {
	Schema   string       `json:"schema"`
	Stream   model.Name   `json:"stream"`
	Region   model.Region `json:"region"`
	Source   string       `json:"source"` // of the workload or of the history
	Decision Decision     `json:"decision"`
	Note     string       `json:"note"` // of the author, as it was written

	// Answer is the plan, with the evidence for it where there is a history.
	Answer *Review `json:"answer"`

	// Costs are those of a month. They are unknown where nothing is priced.
	Costs model.Maybe[model.Costs] `json:"cost"`

	// Replay is what the traffic does to the proposed shards and to those that the stream
	// has, for pictures. It is unknown where there is nothing to replay.
	Replay model.Maybe[ReplayReport] `json:"-"`

	// Traffic is what the plan becomes with a fifth less and more of all traffic, and
	// Assumptions with a fifth less and more of each input by itself.
	Traffic     Assumption   `json:"traffic"`
	Assumptions []Assumption `json:"assumptions"`

	Rejected  []Rejected      `json:"rejected"`
	Steps     []Step          `json:"steps"`
	Questions []notice.Notice `json:"open_questions"` // the gravest first
	Versions  Versions        `json:"versions"`
}

// Decision is what is proposed, and what the stream is now.
type Decision struct {
	Verdict  model.Verdict         `json:"verdict"`
	Feasible bool                  `json:"feasible"`
	Mode     model.Mode            `json:"mode"`
	Shards   int                   `json:"shards"`
	Monthly  model.Maybe[unit.USD] `json:"monthly_usd"`
	Binding  []string              `json:"binding"`
	Now      Today                 `json:"now"`
	Adds     model.Maybe[unit.USD] `json:"adds_monthly_usd"` // below 0 where it saves
	Holds    model.Maybe[Chance]   `json:"odds"`             // of the proposed shards
}

// Versions say what a document was made with: the same ones, and the same inputs, give the
// same document.
type Versions struct {
	Program string      `json:"kcalc"`
	Limits  model.Dates `json:"limits"` // when AWS's pages gave them
	Prices  model.Dates `json:"prices"` // of the lines that are priced

	// Inputs is a SHA-256 of all inputs: of the workload, the history, the note, the limits
	// and the prices.
	Inputs string `json:"inputs_sha256"`
}

// DocumentRequest is what a document needs beside its basis.
type DocumentRequest struct {
	Note    string
	Program string      // the version of the program
	Limits  model.Dates // of its limits
}

// NewDocument returns the document on the stream of a basis that carries a workload. The error
// is the context's, once that is done, or that of a tariff without any price.
func NewDocument(ctx context.Context, b *Basis, w *model.Workload, q *DocumentRequest) (Document, error) {
	answer, err := b.answer(ctx, w)
	if err != nil {
		return Document{}, err
	}
	d := Document{Schema: DocumentSchema, Stream: w.Stream, Region: w.Region, Source: b.Source, Note: q.Note, Answer: answer}
	if b.Tariff != nil {
		costs, err := Costs(ctx, b, w, &CostRequest{Modes: model.Modes()})
		if err != nil {
			return Document{}, err
		}
		costs.Period, costs.Discount, costs.Inputs = model.Month, b.Tariff.Discount, b.Inputs
		d.Costs = model.Known(costs)
	}
	if err := b.addReplay(ctx, w, &d); err != nil {
		return Document{}, err
	}
	d.Decision = decision(&d)
	v := variation{Basis: b, workload: w, plan: answer.Plan}
	if d.Traffic, err = v.traffic(ctx); err != nil {
		return Document{}, err
	}
	if d.Assumptions, err = v.all(ctx); err != nil {
		return Document{}, err
	}
	if d.Rejected, err = b.rejectedAlternatives(ctx, w, &d); err != nil {
		return Document{}, err
	}
	d.Steps = stepsOf(&d)
	d.Questions = openQuestions(&d)
	d.Versions = Versions{Program: q.Program, Limits: q.Limits, Prices: priceDates(&d), Inputs: b.hash(w, &d)}
	return d, ctx.Err()
}

// answer returns the review of a history's stream, or the plan of a declared workload as a
// review without evidence.
func (b *Basis) answer(ctx context.Context, w *model.Workload) (*Review, error) {
	if b.History != nil {
		r, err := New(ctx, b, w)
		return &r, err
	}
	p, err := Plan(ctx, b, w)
	if err != nil {
		return nil, err
	}
	p.Inputs = b.Inputs
	p.Warnings = append(p.Warnings, plan.UsesOf(b.Limits, w, b.Tariff != nil).WithAdvice().Unused(b.Inputs)...)
	r := Review{Plan: &p, Source: b.Source, Verdict: model.Undecided, Undecided: []notice.Notice{}, Next: []string{}}
	if p.Scaling.Known {
		r.Verdict = p.Scaling.Value.Verdict
	}
	if today := b.costToday(w); today.Known {
		r.Today = Today{Mode: model.Known(today.Value.Mode), Shards: model.Known(today.Value.Shards)}
	}
	return &r, nil
}

// addReplay adds what the traffic does to the proposed shards, where there is a rate and a size
// to replay.
func (b *Basis) addReplay(ctx context.Context, w *model.Workload, d *Document) error {
	q := ReplayRequest{Shards: []int{d.Answer.Shards.Recommended}, Mode: model.Provisioned, Writes: Wait}
	if b.History != nil {
		q.MaxThrottled = DefaultMaxThrottled
	}
	r, err := Replay(ctx, b, w, &q)
	if err == nil {
		d.Replay = model.Known(r)
	}
	return ctx.Err()
}

// decision returns what a document proposes, against what there is now.
func decision(d *Document) Decision {
	r := d.Answer
	out := Decision{Verdict: r.Verdict, Feasible: r.Feasible, Mode: model.Provisioned, Shards: r.Shards.Recommended,
		Binding: r.Binding, Now: r.Today}
	if r.Cost.Known {
		out.Monthly = model.Known(r.Cost.Value.Monthly)
	}
	if now := d.Costs.Value.Today; now.Known {
		out.Now.Monthly = now.Value.Total
	}
	if out.Monthly.Known && out.Now.Monthly.Known {
		out.Adds = model.Known(out.Monthly.Value - out.Now.Monthly.Value)
	}
	for _, c := range r.Odds.Value.Counts {
		if c.Shards == out.Shards {
			out.Holds = model.Known(c)
		}
	}
	return out
}

// priceDates returns the dates of the prices of a document.
func priceDates(d *Document) model.Dates {
	var dates []string
	for i := range d.Costs.Value.Modes {
		for _, l := range d.Costs.Value.Modes[i].Lines {
			dates = append(dates, l.AsOf)
		}
	}
	return model.DatesOf(dates)
}
