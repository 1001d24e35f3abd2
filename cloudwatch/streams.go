package cloudwatch

import (
	"context"

	"github.com/kcalc/kcalc/model"
)

// Brought is what a fetch brought of one stream of its plan.
type Brought struct {
	Ask     int // which of the plan's
	Stream  model.Name
	Series  []model.Series // as Assemble returns them; nil where the stream is not whole
	Failure *Failure       // why it is not; nil where it is
}

// Spent is what a fetch has asked for, what was asked for again included. Further pages of
// an answer and attempts that the network lost are not counted.
type Spent struct{ Calls, Metrics int }

// mostFailures is how many calls in a row may fail before a fetch is given up: what fails
// three of them after all that was tried fails those that follow, and takes minutes each
// time.
const mostFailures = 3

// FetchStreams makes the calls of a plan, one after the other, and hands out each stream as
// soon as all of its series are there, in the order of the plan. It keeps no more than
// the streams that the last calls have a part of.
//
// A stream whose series stay incomplete, or are in a call that failed, is handed out with
// its failure, and no more of it is asked for; the others go on. The error is a Failure that
// no further call would outlast: an interruption, credentials that are not accepted, or the
// last of three calls in a row that failed. Else it is that of hand, which ends the fetch,
// too. Streams that were not handed out are left to fetch: what was paid for them, a call's
// metrics at most in each band and those of one stream, is paid again.
func (f *Fetcher) FetchStreams(ctx context.Context, p *Plan, hand func(Brought) error) (Spent, error) {
	d := delivery{plan: p, hand: hand, parts: map[int]*part{}}
	for i, c := range p.Calls {
		if err := d.fetch(ctx, f, c); err != nil {
			return d.spent, err
		}
		until := p.series()
		if i+1 < len(p.Calls) {
			until = p.Calls[i+1].First
		}
		if err := d.handOut(until); err != nil {
			return d.spent, err
		}
		if d.failed == mostFailures {
			return d.spent, d.last
		}
	}
	return d.spent, nil
}

// delivery is the streams of a plan on their way.
type delivery struct {
	plan   *Plan
	hand   func(Brought) error
	parts  map[int]*part // by ask, of which something came
	next   int           // ask that is handed out next
	end    int           // of the series of those before it
	spent  Spent
	failed int // calls in a row
	last   *Failure
}

// part is what came of a stream so far.
type part struct {
	series  []model.Series
	failure *Failure
}

// fetch makes a call, without what it asks for of streams that have failed, and keeps what
// came.
func (d *delivery) fetch(ctx context.Context, f *Fetcher, c Call) error {
	g := newGrid(d.plan, c)
	g.pending = g.pending[:0]
	for i, t := range g.of {
		if d.part(t.ask).failure == nil {
			g.pending = append(g.pending, i)
		}
	}
	if len(g.pending) == 0 {
		return nil
	}
	err := f.fill(ctx, g)
	d.spent.Calls, d.spent.Metrics = d.spent.Calls+g.rounds, d.spent.Metrics+g.asked
	if err != nil {
		return d.fail(g, Explain(err))
	}
	d.failed = 0
	d.keep(g)
	return nil
}

// part returns what came of an ask's stream.
func (d *delivery) part(ask int) *part {
	if d.parts[ask] == nil {
		d.parts[ask] = &part{series: d.plan.empty(ask)}
	}
	return d.parts[ask]
}

// fail notes that a call failed. The error is one that ends the fetch.
func (d *delivery) fail(g *grid, failure *Failure) error {
	switch failure.Cause {
	case Interrupted, Expired, BadSignature, NoCredentials, ClockOff:
		return failure
	}
	d.failed, d.last = d.failed+1, failure
	for _, t := range g.of {
		d.part(t.ask).fail(failure)
	}
	return nil
}

// fail notes why a stream is not whole, the first of the reasons.
func (p *part) fail(failure *Failure) {
	if p.failure == nil && failure != nil {
		p.series, p.failure = nil, failure
	}
}

// keep puts what a call brought into its streams.
func (d *delivery) keep(g *grid) {
	for i, t := range g.of {
		p := d.part(t.ask)
		if i == 0 || g.of[i-1].ask != t.ask {
			p.fail(g.failure(func(k int) bool { return g.of[k].ask == t.ask }))
		}
		if p.failure == nil {
			d.plan.place(&p.series[t.n], g.call, g.values[i])
		}
	}
}

// handOut hands out the streams whose series end before one, counted over all asks.
func (d *delivery) handOut(until int) error {
	for ; d.next < len(d.plan.Asks); d.next++ {
		end := d.end + len(d.plan.Asks[d.next].Series)
		if end > until {
			return nil
		}
		p := d.part(d.next)
		delete(d.parts, d.next)
		d.end = end
		dropEmpty(p.series)
		if err := d.hand(Brought{d.next, d.plan.Asks[d.next].Stream, p.series, p.failure}); err != nil {
			return err
		}
	}
	return nil
}
