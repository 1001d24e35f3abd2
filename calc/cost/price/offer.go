package price

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/untrusted"
)

// Offer is an offer file: AWS's price list of Kinesis, for a Region or for all.
type Offer struct {
	place string
	file  offerFile
}

// offerFile is the part of an offer file that is read.
type offerFile struct {
	OfferCode       string                  `json:"offerCode"`
	Version         string                  `json:"version"`
	PublicationDate time.Time               `json:"publicationDate"`
	Products        map[string]offerProduct `json:"products"` // by SKU
	Terms           struct {
		OnDemand map[string]map[string]offerTerm `json:"OnDemand"` // by SKU and offer term
	} `json:"terms"`
}

// offerProduct is something that AWS sells.
type offerProduct struct {
	SKU        string `json:"sku"`
	Attributes struct {
		RegionCode         string `json:"regionCode"`
		Usagetype          string `json:"usagetype"`
		Operation          string `json:"operation"`
		Group              string `json:"group"`
		AdvantageOperation string `json:"kinesisAdvantageOperation"`
	} `json:"attributes"`
}

// offerTerm is what a product costs from a date on.
type offerTerm struct {
	EffectiveDate   time.Time            `json:"effectiveDate"`
	PriceDimensions map[string]offerTier `json:"priceDimensions"` // by rate code
}

// offerTier is the price of a range of units of a month.
type offerTier struct {
	BeginRange   string            `json:"beginRange"`
	EndRange     string            `json:"endRange"`
	Unit         string            `json:"unit"`
	PricePerUnit map[string]string `json:"pricePerUnit"` // by currency
}

// offerCode is AWS's name of the service.
const offerCode = "AmazonKinesis"

// ReadOffer reads an offer file. The place that it is from goes into errors, and
// into the source of its prices.
func ReadOffer(place string, data []byte) (*Offer, error) {
	o := &Offer{place: shown(place)}
	err := o.read(data)
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.place, err)
	}
	return o, nil
}

// source is where a price was read: many have the same.
func (o *Offer) source() string {
	return fmt.Sprintf("%s, version %s", o.place, cmp.Or(o.file.Version, "unnamed"))
}

// shown is a place as a source can have it: the end of it, printable.
func shown(place string) string {
	const most = mostSource - mostName - len("…, version ")
	place = untrusted.Printable(place)
	if len(place) > most {
		place = "…" + strings.ToValidUTF8(place[len(place)-most:], "")
	}
	return place
}

func (o *Offer) read(data []byte) error {
	text := bytes.TrimSpace(data)
	switch {
	case len(data) > MaxSize:
		return errTooLarge
	case len(text) == 0:
		return errors.New("not an offer file, but empty")
	case text[0] == '<':
		return errors.New("not an offer file, but a page in HTML or XML")
	}
	if err := json.Unmarshal(data, &o.file); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("not an offer file, or cut short: byte %d: %s", syntax.Offset, untrusted.Printable(err.Error()))
		}
		return fmt.Errorf("not an offer file: %s", untrusted.Printable(err.Error()))
	}
	return uniqueKeys(json.NewDecoder(bytes.NewReader(data)))
}

// uniqueKeys refuses JSON with two keys of one name in an object, of which a
// decoder takes either. To encoding/json names that differ in case alone are
// one. The JSON is known to be right otherwise.
func uniqueKeys(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	delim, open := token.(json.Delim)
	if !open {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if delim == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			folded := strings.ToLower(strings.ToUpper(fmt.Sprint(name)))
			if seen[folded] {
				return fmt.Errorf("%.100q is there twice", name)
			}
			seen[folded] = true
		}
		if err := uniqueKeys(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// check refuses what is no price list of Kinesis.
func (o *Offer) check() error {
	f := &o.file
	switch {
	case f.OfferCode != offerCode:
		return fmt.Errorf("offerCode is %.100q (allowed: %s)", f.OfferCode, offerCode)
	case f.PublicationDate.IsZero():
		return errors.New("publicationDate is missing")
	case !printable(f.Version) || len(f.Version) > mostName:
		return fmt.Errorf("version is %.100q (allowed: up to %d printable bytes)", f.Version, mostName)
	case len(f.Products) == 0:
		return errors.New("no products")
	}
	for _, key := range slices.Sorted(maps.Keys(f.Products)) {
		if sku := f.Products[key].SKU; sku != key || sku == "" || !printable(sku) || len(sku) > mostName {
			return fmt.Errorf(
				"the product with the key %.100q has the SKU %.100q (allowed: the key, up to %d printable bytes)",
				key,
				sku,
				mostName,
			)
		}
	}
	return nil
}

// mostName is how long a version or a SKU may be, in bytes.
const mostName = 100

// Unused is a product that gave no price, and why.
type Unused struct{ SKU, Usagetype, Operation, Why string }

// String names the product by what AWS calls it.
func (u Unused) String() string {
	return fmt.Sprintf("%.100q, usagetype %.100q, operation %.100q: %s", u.SKU, u.Usagetype, u.Operation, u.Why)
}

// In returns the prices of a Region, and the products there that gave none.
func (o *Offer) In(region model.Region) (*Catalogue, []Unused, error) {
	s := sorter{offer: o, region: region, sku: map[key]string{}}
	regions := map[string]bool{}
	for _, sku := range slices.Sorted(maps.Keys(o.file.Products)) {
		p := o.file.Products[sku]
		regions[p.Attributes.RegionCode] = true
		if p.Attributes.RegionCode != string(region) {
			continue
		}
		if err := s.add(&p); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", o.place, err)
		}
	}
	if len(s.prices) == 0 {
		return nil, nil, fmt.Errorf(
			"%s: no prices of %s (it has products of %.200q)",
			o.place,
			region,
			slices.Sorted(maps.Keys(regions)),
		)
	}
	return newCatalogue(s.prices), s.unused, nil
}

// sorter sorts a Region's products into cost lines.
type sorter struct {
	offer  *Offer
	region model.Region
	sku    map[key]string // that gave the price
	prices []Price
	unused []Unused
}

func (s *sorter) add(p *offerProduct) error {
	line, why := p.line()
	if why != "" {
		s.skip(p, why)
		return nil
	}
	prices, err := s.tiers(p, line)
	var unusable unusableError
	switch {
	case errors.As(err, &unusable):
		s.skip(p, err.Error())
		return nil
	case err != nil:
		return fmt.Errorf("SKU %s (%.100q): %w", p.SKU, p.Attributes.Usagetype, err)
	}
	return s.take(p, prices)
}

func (s *sorter) skip(p *offerProduct, why string) {
	s.unused = append(
		s.unused,
		Unused{p.SKU, p.Attributes.Usagetype, cmp.Or(p.Attributes.AdvantageOperation, p.Attributes.Operation), why},
	)
}

// take takes the prices of a product. One line may be sold under two names, as
// long as they cost the same.
func (s *sorter) take(p *offerProduct, prices []Price) error {
	line := prices[0].key()
	other, twice := s.sku[line]
	if !twice {
		s.sku[line] = p.SKU
		s.prices = append(s.prices, prices...)
		return nil
	}
	var before []Price
	for _, b := range s.prices {
		if b.key() == line {
			before = append(before, b)
		}
	}
	same := func(a, b Price) bool { return a.Above == b.Above && a.USD == b.USD }
	if !slices.EqualFunc(before, prices, same) {
		return fmt.Errorf(
			"SKU %s and %s are both %s (%s) in %s, at different prices",
			other,
			p.SKU,
			line.line,
			line.mode,
			line.region,
		)
	}
	return nil
}

// line returns which cost line a product is, or why it is none.
func (p *offerProduct) line() (line *costLine, why string) {
	for i := range costLines {
		for _, known := range costLines[i].products {
			if !p.is(known) {
				continue
			}
			if line != nil {
				return nil, fmt.Sprintf("it could be %s as well as %s", line.id, costLines[i].id)
			}
			line = &costLines[i]
		}
	}
	if line == nil {
		return nil, "no cost line is called so"
	}
	return line, ""
}

// is reports whether a product is a known one. Neither name is enough: two
// products share an operation, and one usagetype ends like another. Usagetypes
// begin with a short name of the Region, or do not, which is no reliable sign of
// the Region.
func (p *offerProduct) is(known product) bool {
	a := &p.Attributes
	if known.usagetype == "" {
		return a.Group == known.group && cmp.Or(a.AdvantageOperation, a.Operation) == known.operation
	}
	named := a.Usagetype == known.usagetype || strings.HasSuffix(a.Usagetype, "-"+known.usagetype)
	return named && (a.Operation == known.operation || known.group != "" && a.Group == known.group)
}
