package fleet

import (
	"context"
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Subject is a stream to look at: the basis of its review and its workload, and what is known
// of it besides. A basis without a history is that of a workload that is only declared.
type Subject struct {
	*review.Basis
	Workload *model.Workload

	File    string // where it is from, alone
	Account string
	Owner   string
	Tags    []Tag
	Guard   string // why it stays as it is; "" where it need not
}

// Look returns the row of a stream: the verdict of its review, what it costs today, and what it
// would cost in each mode, from which [Of] chooses. The error is the context's, once that is
// done.
func Look(ctx context.Context, s *Subject) (Row, error) {
	l := look{Subject: s, used: *s.Workload}
	if err := l.review(ctx); err != nil {
		return Row{}, err
	}
	l.row = Row{Account: s.Account, Region: s.Workload.Region, Stream: s.Workload.Stream, Source: s.Source, File: s.File,
		Measured: s.History != nil, Owner: s.Owner,
		Tags: s.Tags, Guard: s.Guard, Steps: []Step{}, Options: []Option{}, FanOut: []FanOut{}, Lines: []Part{}}
	if l.row.Tags == nil {
		l.row.Tags = []Tag{}
	}
	l.now()
	l.fanOut()
	l.verdict()
	l.odds()
	l.confidence()
	if err := l.choices(ctx); err != nil {
		return Row{}, err
	}
	l.retention()
	l.lambda()
	l.row.Proposed = l.row.Now
	return l.row, ctx.Err()
}

// look is a look at one stream.
type look struct {
	*Subject
	row  Row
	plan *model.Plan
	r    *review.Review // nil where the stream is only declared
	used model.Workload // without the consumers that are idle
	idle []model.Name
}

// review reviews the stream, or plans for what is declared of it.
func (l *look) review(ctx context.Context) error {
	if l.History == nil {
		p, err := review.DeclaredPlan(ctx, l.Basis, l.Workload)
		l.plan = &p
		return err
	}
	r, err := review.Sized(ctx, l.Basis, l.Workload)
	l.r, l.plan = &r, r.Plan
	return err
}

// now notes what the stream is today. A declared one with shards is provisioned.
func (l *look) now() {
	n := &l.row.Now
	n.Retention = l.Workload.Retention.Seconds()
	switch {
	case l.r != nil:
		n.Mode, n.Shards = l.r.Today.Mode, l.r.Today.Shards
		if s := l.r.Today.Shown; s.Known {
			l.row.Shown = model.Known(float64(s.Value))
		}
	case l.Workload.CurrentShards > 0:
		n.Mode, n.Shards = model.Known(model.Provisioned), model.Known(int(l.Workload.CurrentShards))
	}
}

// price notes what the stream costs today: what reads it, and what is registered for nothing.
func (l *look) price() {
	n := &l.row.Now
	if !n.Mode.Known || !n.Shards.Known {
		return
	}
	n.Monthly = l.cost(&l.used, n.Mode.Value, n.Shards.Value)
	l.itemize()
	if n.Mode.Value != model.Provisioned {
		return
	}
	each := l.consumerHours(n.Shards.Value)
	for i := range l.row.FanOut {
		l.row.FanOut[i].Monthly = each
	}
	for range l.idle {
		l.row.IdleCost += each.Value
	}
	l.addIdleHours()
	n.Monthly = plus(n.Monthly, model.Maybe[unit.USD]{Value: l.row.IdleCost, Known: each.Known || len(l.idle) == 0})
}

// itemize notes the lines of what the stream costs today.
func (l *look) itemize() {
	if l.Tariff == nil {
		return
	}
	bill, err := l.Tariff.Bill(l.Limits, &l.used, l.row.Now.Mode.Value, l.row.Now.Shards.Value)
	if err != nil {
		return
	}
	for i := range bill.Lines {
		if line := &bill.Lines[i]; !isCommitment(line.ID) && line.Quantity > 0 {
			l.row.Lines = append(l.row.Lines, Part{line.ID, line.Quantity, line.Amount})
		}
	}
}

// addIdleHours adds the shard-hours of the consumers that are idle.
func (l *look) addIdleHours() {
	if len(l.idle) == 0 {
		return
	}
	hours := float64(len(l.idle)*l.row.Now.Shards.Value) * model.HoursPerMonth
	i := slices.IndexFunc(l.row.Lines, func(p Part) bool { return p.ID == consumerShardHours })
	if i < 0 {
		l.row.Lines = append(l.row.Lines, Part{ID: consumerShardHours})
		i = len(l.row.Lines) - 1
	}
	l.row.Lines[i].Quantity += hours
	l.row.Lines[i].Amount += l.row.IdleCost
}

// consumerShardHours is the line of what enhanced fan-out consumers cost by themselves.
const consumerShardHours = "efo-consumer-shard-hours"

// cost returns what a workload costs a month in a mode, without what Advantage commits the whole
// Region to.
func (l *look) cost(w *model.Workload, mode model.Mode, shards int) model.Maybe[unit.USD] {
	if l.Tariff == nil {
		return model.Maybe[unit.USD]{}
	}
	bill, err := l.Tariff.Bill(l.Limits, w, mode, shards)
	if err != nil || !bill.Total.Known {
		return model.Maybe[unit.USD]{}
	}
	total := bill.Total.Value
	for i := range bill.Lines {
		if isCommitment(bill.Lines[i].ID) {
			total -= bill.Lines[i].Amount
		}
	}
	return model.Known(total)
}

// isCommitment reports whether a line of a bill is what an account uses less than it commits to.
func isCommitment(line string) bool {
	return line == "shortfall-ingest" || line == "shortfall-retrieval"
}

// lineOf returns the amount of a line of a bill.
func lineOf(bill *model.Cost, id string) model.Maybe[model.CostLine] {
	i := slices.IndexFunc(bill.Lines, func(line model.CostLine) bool { return line.ID == id })
	if i < 0 {
		return model.Maybe[model.CostLine]{}
	}
	return model.Known(bill.Lines[i])
}

// plus returns a sum; unknown if a part of it is.
func plus(a, b model.Maybe[unit.USD]) model.Maybe[unit.USD] {
	if !a.Known || !b.Known {
		return model.Maybe[unit.USD]{}
	}
	sum, err := a.Value.Plus(b.Value)
	return model.Maybe[unit.USD]{Value: sum, Known: err == nil}
}

// minus returns a difference; unknown if a part of it is.
func minus(a, b model.Maybe[unit.USD]) model.Maybe[unit.USD] {
	b.Value = -b.Value
	return plus(a, b)
}

// lambda notes how many invocations run at once at most, in the shards of today and in those that the
// stream takes.
func (l *look) lambda() {
	c, s := &l.row.Lambda, calc.NewSizing(l.Limits, &l.used)
	for i := range l.used.Consumers {
		f := &l.used.Consumers[i]
		if !f.IsFunction() {
			continue
		}
		c.Functions++
		c.PerShard += s.Factor(f)
		c.Now += int(s.ConcurrencyOf(f, float64(l.row.Now.Shards.Value)))
		c.Provisioned += int(s.ConcurrencyOf(f, float64(l.row.Provisioned.Shards.Value)))
	}
	c.Proposed = c.Now
}
