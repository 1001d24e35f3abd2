package fleet

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// group is the rows of an account in a Region.
type group struct {
	limits *model.Limits
	rows   []Row
	floor  model.Maybe[Floor]
}

// selection is a mode for each row, and what they cost together. What it costs to change a mode at
// all is in weighed: a switch has to save a hundredth.
type selection struct {
	onDemand          []bool
	cost, weighed     unit.USD
	ingest, retrieval float64
}

// decide chooses the modes of a Region and writes what they make of each row into it.
func (g *group) decide() Region {
	r := Region{Account: g.rows[0].Account, Region: g.rows[0].Region, Streams: len(g.rows), Floor: g.floor,
		Join: []model.Name{}, ShardQuota: g.limits.ShardQuota(g.rows[0].Region).Value}
	r.Advantage.Now = g.committed()
	without, with := g.cheapest(false), g.cheapest(true)
	priced := g.priced()
	r.Best.Without = model.Maybe[unit.USD]{Value: without.cost, Known: priced}
	r.Best.With = model.Maybe[unit.USD]{Value: with.cost, Known: priced && g.floor.Known}
	r.Advantage.Proposed = g.advantagePays(r.Advantage.Now, &without, &with)
	chosen := without
	if r.Advantage.Proposed {
		chosen = with
	}
	r.Commitment.Now = g.commitment(r.Advantage.Now)
	if r.Advantage.Proposed {
		r.Commitment.Proposed = g.floor.Value.missing(chosen.ingest, chosen.retrieval)
	}
	g.compare(&r)
	for i := range g.rows {
		was := g.rows[i].isOnDemand()
		g.rows[i].propose(chosen.onDemand[i], r.Advantage.Proposed)
		if chosen.onDemand[i] && !was && g.rows[i].Guard == "" {
			r.Join = append(r.Join, g.rows[i].Stream)
		}
		g.count(&r, &g.rows[i])
	}
	return r
}

// committed reports whether On-demand Advantage is on today: it is a setting of the account, so
// that one stream shows it.
func (g *group) committed() bool {
	for i := range g.rows {
		if g.rows[i].Now.Mode == model.Known(model.OnDemandAdvantage) {
			return true
		}
	}
	return false
}

// priced reports whether the cost of every stream is known.
func (g *group) priced() bool {
	for i := range g.rows {
		if !g.rows[i].Now.Monthly.Known {
			return false
		}
	}
	return true
}

// advantagePays reports whether the account should commit to On-demand Advantage: it saves a
// hundredth. What is not known leaves things as they are.
func (g *group) advantagePays(now bool, without, with *selection) bool {
	if !g.floor.Known || !g.priced() {
		return now
	}
	if now {
		return without.weighed > with.weighed-with.weighed/100
	}
	return with.weighed < without.weighed-without.weighed/100
}

// commitment returns what the account pays today of its commitment, beside its streams.
func (g *group) commitment(on bool) unit.USD {
	if !on || !g.floor.Known {
		return 0
	}
	var in, out float64
	for i := range g.rows {
		if g.rows[i].isOnDemand() {
			in, out = in+g.rows[i].IngestGB, out+g.rows[i].RetrievalGB
		}
	}
	return g.floor.Value.missing(in, out)
}

// compare notes what the on-demand streams of today would cost with either setting, and from how
// many like them on the commitment pays.
func (g *group) compare(r *Region) {
	standard, committed := model.Known(unit.USD(0)), model.Known(unit.USD(0))
	var in, out float64
	for i := range g.rows {
		row := &g.rows[i]
		if !row.isOnDemand() {
			continue
		}
		r.OnDemand++
		standard, committed = plus(standard, row.Standard.Monthly), plus(committed, row.Advantage.Monthly)
		in, out = in+row.IngestGB, out+row.RetrievalGB
	}
	if !g.floor.Known {
		return
	}
	f := g.floor.Value
	if f.Stream > 0 {
		r.IdleBreakEven = model.Known(int((f.Total() + f.Stream - 1) / f.Stream))
	}
	if r.OnDemand == 0 {
		return
	}
	r.Standard, r.Committed = standard, plus(committed, model.Known(f.missing(in, out)))
	if standard.Known && committed.Known {
		n := float64(r.OnDemand)
		r.BreakEven = f.breakEven(float64(standard.Value-committed.Value)/n, in/n, out/n)
	}
}

// breakEven returns from how many streams on what each saves with Advantage is more than what the
// account then pays beside them; unknown where that is never.
func (f Floor) breakEven(saves, ingest, retrieval float64) model.Maybe[int] {
	pays := func(n int) bool {
		k := float64(n)
		return k*saves > float64(f.missing(k*ingest, k*retrieval))
	}
	const most = 1 << 20
	if !pays(most) {
		return model.Maybe[int]{}
	}
	low, high := 0, most
	for high-low > 1 {
		if middle := (low + high) / 2; pays(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return model.Known(high)
}

// count adds a row to what the Region has of its quotas.
func (g *group) count(r *Region, row *Row) {
	if row.Now.Mode == model.Known(model.Provisioned) {
		r.Shards.Now += row.Now.Shards.Value
	}
	if row.Proposed.Mode == model.Known(model.Provisioned) {
		r.Shards.Proposed += row.Proposed.Shards.Value
	}
	r.Lambda.Now += row.Lambda.Now
	r.Lambda.Proposed += row.Lambda.Proposed
}
