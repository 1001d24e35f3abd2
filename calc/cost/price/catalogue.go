package price

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// Catalogue is a set of prices; the zero value has none. It does not change.
type Catalogue struct {
	tiers map[key][]Price // at least one each, the first from 0, ascending
}

// key is what has a price.
type key struct {
	region model.Region
	mode   model.Mode
	line   string
}

func (p *Price) key() key { return key{p.Region, p.Mode, p.Line} }

// newCatalogue takes prices that are right by themselves, each the only one of
// its line and tier, the tiers of a line ascending.
func newCatalogue(prices []Price) *Catalogue {
	c := &Catalogue{map[key][]Price{}}
	for _, p := range prices {
		c.tiers[p.key()] = append(c.tiers[p.key()], p)
	}
	return c
}

// With is the catalogue in which the prices of over replace those of the same
// Region, mode and line, all tiers of them.
func (c *Catalogue) With(over *Catalogue) *Catalogue {
	tiers := make(map[key][]Price, len(c.tiers)+len(over.tiers))
	maps.Copy(tiers, c.tiers)
	maps.Copy(tiers, over.tiers)
	return &Catalogue{tiers}
}

// Find returns the price of a cost line, its tiers ascending. The slice belongs
// to the catalogue and must not be changed. The error is a *MissingError.
func (c *Catalogue) Find(region model.Region, mode model.Mode, line string) ([]Price, error) {
	if tiers := c.tiers[key{region, mode, line}]; tiers != nil {
		return tiers, nil
	}
	return nil, &MissingError{region, mode, line}
}

// MissingError is that a price is not known.
type MissingError struct {
	Region model.Region
	Mode   model.Mode
	Line   string
}

// Error names the price, and says how to supply it.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s: the price of %s (%s) is not known: %s", e.Region, e.Line, e.Mode, Supply(e.Region))
}

// Supply returns how to supply a Region's prices, as a notice names actions.
func Supply(region model.Region) string {
	return fmt.Sprintf("{run:prices update --region %s} fetches AWS's prices, and {option:prices} FILE takes them from "+
		"a file", region)
}

// Prices are all prices, by Region, then in the order of cost lines and tiers.
func (c *Catalogue) Prices() []Price {
	prices := slices.Concat(slices.Collect(maps.Values(c.tiers))...)
	slices.SortFunc(prices, inOrder)
	return prices
}

// In are the prices of a Region alone.
func (c *Catalogue) In(region model.Region) *Catalogue {
	tiers := maps.Clone(c.tiers)
	maps.DeleteFunc(tiers, func(k key, _ []Price) bool { return k.region != region })
	return &Catalogue{tiers}
}

// Missing are the cost lines that a Region has no price of.
func (c *Catalogue) Missing(region model.Region) []MissingError {
	var missing []MissingError
	for _, l := range costLines {
		if c.tiers[key{region, l.mode, l.id}] == nil {
			missing = append(missing, MissingError{region, l.mode, l.id})
		}
	}
	return missing
}

// inOrder compares prices by Region, cost line and tier.
func inOrder(a, b Price) int {
	lineA, _ := find(a.Mode, a.Line)
	lineB, _ := find(b.Mode, b.Line)
	return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(lineA, lineB), cmp.Compare(a.Above, b.Above))
}
