package fleet

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// isOnDemand reports whether a stream is on-demand today.
func (r *Row) isOnDemand() bool { return r.Now.Mode.Known && r.Now.Mode.Value != model.Provisioned }

// gone reports whether a stream is to be deleted: it carries nothing then, and costs nothing.
func (r *Row) gone() bool { return r.Verdict == Idle && r.Guard == "" }

// onDemandChoice returns what the stream costs on-demand with or without On-demand Advantage.
func (r *Row) onDemandChoice(advantage bool) *Choice {
	if advantage {
		return &r.Advantage
	}
	return &r.Standard
}

// parts of the commitment that are tried as what a GB is worth: nothing where the account carries
// more than it commits to, all of it where it carries less.
var worths = []float64{0, 0.25, 0.5, 0.75, 1}

// cheapest returns the modes with which a Region costs the least, with or without On-demand
// Advantage. Without it, each stream has its own cheapest one. With it, a stream that joins saves
// what it carries of the commitment, as long as that is not reached; so several beginnings are
// tried, in which a GB is worth more or less of the floor, and each is improved stream by stream
// until no change of one lowers the total.
func (g *group) cheapest(advantage bool) selection {
	if !advantage {
		s := g.begin(false, 0, 0)
		g.total(&s, false)
		return s
	}
	var best selection
	for i, in := range worths {
		for k, out := range worths {
			s := g.begin(true, in, out)
			g.improve(&s)
			if i+k == 0 || s.weighed < best.weighed {
				best = s
			}
		}
	}
	return best
}

// begin returns a selection in which a GB is worth a part of the floor each way.
func (g *group) begin(advantage bool, in, out float64) selection {
	s := selection{onDemand: make([]bool, len(g.rows))}
	f := g.floor.Value
	for i := range g.rows {
		row := &g.rows[i]
		c := row.onDemandChoice(advantage)
		if !row.free(advantage) {
			s.onDemand[i] = c.Allowed && (row.isOnDemand() || !row.Provisioned.Allowed) // where prices lack, as it is
			continue
		}
		worth := 0.0
		if advantage && g.floor.Known {
			worth = (in*float64(f.Ingest)*row.IngestGB + out*float64(f.Retrieval)*row.RetrievalGB) / f.CommitGB
		}
		s.onDemand[i] = float64(row.weighed(true, advantage))-worth < float64(row.weighed(false, advantage))
	}
	return s
}

// free reports whether a stream may be in either mode.
func (r *Row) free(advantage bool) bool {
	c := r.onDemandChoice(advantage)
	return !r.gone() && c.Allowed && c.Monthly.Known && r.Provisioned.Allowed && r.Provisioned.Monthly.Known
}

// cost returns what a stream costs in a mode.
func (r *Row) cost(onDemand, advantage bool) unit.USD {
	switch c := r.onDemandChoice(advantage); {
	case r.gone():
		return 0
	case onDemand:
		return c.Monthly.Value
	case !r.Provisioned.Allowed: // nothing is chosen: it stays what it is
		return r.Now.Monthly.Value
	}
	return r.Provisioned.Monthly.Value
}

// weighed returns what a stream costs in a mode, and a hundredth more of what it would cost as it
// is if that is another one.
func (r *Row) weighed(onDemand, advantage bool) unit.USD {
	cost := r.cost(onDemand, advantage)
	if onDemand != r.isOnDemand() {
		cost += r.cost(!onDemand, advantage) / 100
	}
	return cost
}

// total adds up a selection.
func (g *group) total(s *selection, advantage bool) {
	s.cost, s.weighed, s.ingest, s.retrieval = 0, 0, 0, 0
	for i := range g.rows {
		row := &g.rows[i]
		s.cost += row.cost(s.onDemand[i], advantage)
		s.weighed += row.weighed(s.onDemand[i], advantage)
		if s.onDemand[i] && !row.gone() {
			s.ingest, s.retrieval = s.ingest+row.IngestGB, s.retrieval+row.RetrievalGB
		}
	}
	if advantage && g.floor.Known {
		missing := g.floor.Value.missing(s.ingest, s.retrieval)
		s.cost, s.weighed = s.cost+missing, s.weighed+missing
	}
}

// improve changes the mode of one stream after the other as long as that lowers the total.
func (g *group) improve(s *selection) {
	g.total(s, true)
	f := g.floor.Value
	const passes = 100
	for range passes {
		changed := false
		for i := range g.rows {
			row := &g.rows[i]
			if !g.floor.Known || !row.free(true) {
				continue
			}
			sign := 1.0
			if s.onDemand[i] {
				sign = -1
			}
			in, out := s.ingest+sign*row.IngestGB, s.retrieval+sign*row.RetrievalGB
			lower := row.weighed(!s.onDemand[i], true) - row.weighed(s.onDemand[i], true) +
				f.missing(in, out) - f.missing(s.ingest, s.retrieval)
			if lower < 0 {
				s.onDemand[i], s.ingest, s.retrieval, changed = !s.onDemand[i], in, out, true
			}
		}
		if !changed {
			break
		}
	}
	g.total(s, true)
}
