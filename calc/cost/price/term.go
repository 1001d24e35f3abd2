package price

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

// unusableError is why a product gives no price, although nothing about it is
// hostile.
type unusableError struct{ error }

// offerUnits are the units that AWS's price list has for those of the cost
// lines: ShardHour, ConsumerShardHour, StreamHr, GB, GB-Mo and, for a single PUT
// payload unit, PutRequest or PayloadUnits.
var offerUnits = map[string]*regexp.Regexp{
	shardHour:         regexp.MustCompile(`(?i)(hour|hrs?)s?$`),
	consumerShardHour: regexp.MustCompile(`(?i)(hour|hrs?)s?$`),
	streamHour:        regexp.MustCompile(`(?i)(hour|hrs?)s?$`),
	gigabyte:          regexp.MustCompile(`(?i)^gb$`),
	gigabyteMonth:     regexp.MustCompile(`(?i)^gb-mo`),
	payloadUnit:       regexp.MustCompile(`(?i)^(put *)?(payload *units?|requests?|units?)$`),
}

// tiers are the prices of a product that is a cost line.
func (s *sorter) tiers(p *offerProduct, line *costLine) ([]Price, error) {
	term, err := s.offer.term(p.SKU)
	if err != nil {
		return nil, err
	}
	var ranges []span
	var prices []Price
	for _, code := range slices.Sorted(maps.Keys(term.PriceDimensions)) {
		tier := term.PriceDimensions[code]
		usd, err := tier.usd(line.unit)
		if err != nil {
			return nil, err
		}
		r, err := tier.span()
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
		prices = append(
			prices,
			Price{
				s.region,
				line.mode,
				line.id,
				r.begin,
				line.unit,
				usd,
				s.offer.file.PublicationDate.UTC().Format(time.DateOnly),
				high,
				s.offer.source(),
			},
		)
	}
	slices.SortFunc(prices, inOrder)
	return prices, gapless(ranges)
}

// term is what a product costs when the file was published: of several terms the
// last one that has begun.
func (o *Offer) term(sku string) (*offerTerm, error) {
	var current []offerTerm
	for _, code := range slices.Sorted(maps.Keys(o.file.Terms.OnDemand[sku])) {
		t := o.file.Terms.OnDemand[sku][code]
		if !t.EffectiveDate.After(o.file.PublicationDate) {
			current = append(current, t)
		}
	}
	slices.SortFunc(current, func(a, b offerTerm) int { return b.EffectiveDate.Compare(a.EffectiveDate) })
	switch {
	case len(current) == 0 || len(current[0].PriceDimensions) == 0:
		return nil, unusableError{errors.New("it has no price")}
	case len(current) > 1 && current[0].EffectiveDate.Equal(current[1].EffectiveDate):
		return nil, errors.New("two terms of one date")
	}
	return &current[0], nil
}

// usd is the price of a tier, for a unit of a cost line.
func (t *offerTier) usd(symbol string) (unit.USD, error) {
	text, ok := t.PricePerUnit["USD"]
	if !ok {
		return 0, fmt.Errorf("it is priced in %.100q (allowed: USD)", slices.Sorted(maps.Keys(t.PricePerUnit)))
	}
	usd, err := unit.ParseUSD(text)
	switch {
	case err != nil:
		return 0, fmt.Errorf("price %.60q: %w (allowed: dollars such as 0.0150000000)", text, err)
	case usd == 0:
		return 0, unusableError{errors.New("its price is zero")}
	case !offerUnits[symbol].MatchString(t.Unit):
		return 0, unusableError{fmt.Errorf("its price is for a %.100q, not a %s", t.Unit, symbol)}
	}
	return usd, nil
}

// span is a range of units of a month.
type span struct{ begin, end float64 }

func (t *offerTier) span() (span, error) {
	begin, err := bound(cmp.Or(t.BeginRange, "0"))
	if err != nil {
		return span{}, fmt.Errorf("beginRange %.60q: %w", t.BeginRange, err)
	}
	if t.EndRange == "Inf" || t.EndRange == "" {
		return span{begin, math.Inf(1)}, nil
	}
	end, err := bound(t.EndRange)
	if err != nil {
		return span{}, fmt.Errorf("endRange %.60q: %w", t.EndRange, err)
	}
	return span{begin, end}, nil
}

func bound(text string) (float64, error) {
	n, err := unit.ParseCount(text)
	if err == nil && float64(n) > mostAbove {
		err = errors.New("too large")
	}
	return float64(n), err
}

// gapless refuses tiers that leave units without a price, or with two.
func gapless(ranges []span) error {
	slices.SortFunc(ranges, func(a, b span) int { return cmp.Compare(a.begin, b.begin) })
	next := 0.0
	for _, r := range ranges {
		if r.begin != next || r.end <= r.begin {
			return fmt.Errorf("its tiers have a gap or overlap at %s units", unit.Exact(r.begin))
		}
		next = r.end
	}
	if !math.IsInf(next, 1) {
		return fmt.Errorf("its tiers end at %s units", unit.Exact(next))
	}
	return nil
}
