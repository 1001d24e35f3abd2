package price

import (
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Schemas name the shapes of a List and of a Diff in machine formats.
const (
	ListSchema = "kcalc.prices/v1"
	DiffSchema = "kcalc.prices-diff/v1"
)

// List returns which prices are known.
type List struct {
	Schema   string          `json:"schema"`
	Prices   []Price         `json:"prices"`
	Warnings []notice.Notice `json:"warnings"`
}

// List lists the catalogue, with warnings of the Regions whose prices are old.
func (c *Catalogue) List(now time.Time) List {
	return List{ListSchema, c.Prices(), append([]notice.Notice{}, c.allStale(now)...)}
}

// Diff returns what changed from one catalogue to another, which it names.
type Diff struct {
	Schema  string   `json:"schema"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	Changes []Change `json:"changes"`
}

// Change is a price that is in one catalogue alone, or not the same in both.
type Change struct {
	Kind    ChangeKind           `json:"change"`
	Region  model.Region         `json:"region"`
	Mode    model.Mode           `json:"mode"`
	Line    string               `json:"line"`
	Above   float64              `json:"above"`
	Unit    string               `json:"unit"`
	Old     model.Maybe[Dated]   `json:"old"`
	New     model.Maybe[Dated]   `json:"new"`
	Percent model.Maybe[float64] `json:"change_percent"` // of the old price
}

// Dated is an amount with its date and source.
type Dated struct {
	USD    unit.USD `json:"price_usd"`
	AsOf   string   `json:"as_of"`
	Source string   `json:"source"`
}

// ChangeKind is what happened to a price.
type ChangeKind string

// What can happen to a price.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Compare returns what changed from one catalogue to another. A new date or
// source of the same price is no change.
func Compare(from, to *Catalogue) []Change {
	changes := []Change{}
	before, after := from.Prices(), to.Prices()
	for len(before) > 0 || len(after) > 0 {
		switch order := firstOf(before, after); {
		case order < 0:
			c := change(Removed, before[0])
			c.Old = dated(before[0])
			changes, before = append(changes, c), before[1:]
		case order > 0:
			c := change(Added, after[0])
			c.New = dated(after[0])
			changes, after = append(changes, c), after[1:]
		default:
			if before[0].USD != after[0].USD {
				changes = append(changes, changed(before[0], after[0]))
			}
			before, after = before[1:], after[1:]
		}
	}
	return changes
}

// firstOf compares the heads of two sorted lists, one of which may be at its
// end.
func firstOf(before, after []Price) int {
	switch {
	case len(after) == 0:
		return -1
	case len(before) == 0:
		return 1
	}
	return inOrder(before[0], after[0])
}

func changed(before, after Price) Change {
	c := change(Changed, after)
	c.Old, c.New = dated(before), dated(after)
	c.Percent = model.Known(100 * float64(after.USD-before.USD) / float64(before.USD))
	return c
}

func change(kind ChangeKind, p Price) Change {
	return Change{Kind: kind, Region: p.Region, Mode: p.Mode, Line: p.Line, Above: p.Above, Unit: p.Unit}
}

func dated(p Price) model.Maybe[Dated] { return model.Known(Dated{p.USD, p.AsOf, p.Source}) }
