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
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// PricingPageURL is where AWS keeps the data of its pricing page: the prices of all Regions
// in one file of 280 KB. It needs no account.
const PricingPageURL = "https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/kinesis/USD/current/kinesis.json"

// PricingPage is the data of AWS's pricing page: the prices of every Region, by names, and
// by keys that are the same in all Regions.
type PricingPage struct {
	place string
	file  pageFile
}

// pageFile is the part of the data that is read.
type pageFile struct {
	Manifest struct {
		ServiceID string    `json:"serviceId"`
		Currency  string    `json:"currencyCode"`
		Published time.Time `json:"hawkFilePublicationDate"`
	} `json:"manifest"`
	Regions map[string]map[string]struct {
		Price string `json:"price"`
	} `json:"regions"` // by the name of the Region, then by name or key
}

// pageLine is what of the data is a cost line: a name, or keys without one. On-demand
// Advantage has no names, and its keys do not say which of those with one price is which;
// lines whose keys are priced alike are known all the same.
type pageLine struct {
	mode  model.Mode
	lines []string
	keys  []string
}

// pageLines are all cost lines that the data has. Keys: Ifo3… and vhTG… have the price of
// what Advantage ingests and of its shortfall; D_p6…, KuLC… and T6YF… that of retrieval,
// its shortfall and enhanced fan-out; Jiaj… and oQlE… that of retention, to 7 d and longer.
var pageLines = []pageLine{
	{model.Provisioned, []string{"shard-hours"}, []string{"Provisioned shard hour per ShardHour"}},
	{model.Provisioned, []string{"put-payload-units"}, []string{"Payload Units per PutRequest"}},
	{model.Provisioned, []string{"extended-retention"}, []string{"Addon shard hour per ShardHour"}},
	{model.Provisioned, []string{"long-term-retention"}, []string{"Long term Data Retention GB-month per GB-month"}},
	{model.Provisioned, []string{"long-term-retrieval"}, []string{"Long term Data Retrieval GB per GB"}},
	{model.Provisioned, []string{"efo-consumer-shard-hours"}, []string{"Enhanced fan out per ConsumerShardHour"}},
	{model.Provisioned, []string{"efo-data"}, []string{"Enhanced fan out GB of data retrieved per GB"}},
	{model.OnDemandStandard, []string{"stream-hours"}, []string{"OnDemandStreamHr per StreamHr"}},
	{model.OnDemandStandard, []string{"ingest"}, []string{"OnDemandDataIngested per GB"}},
	{model.OnDemandStandard, []string{"retrieval"}, []string{"OnDemandDataRetrieval per GB"}},
	{model.OnDemandStandard, []string{"efo-retrieval"}, []string{"OnDemandEFODataRetrieval per GB"}},
	{model.OnDemandStandard, []string{"retention"}, []string{"OnDemandExtendedRetentionByteHrs per GB month"}},
	{model.OnDemandStandard, []string{"long-term-retention"}, []string{"OnDemandLongTermRetentionByteHrs per GB month"}},
	{model.OnDemandAdvantage, []string{"ingest", "shortfall-ingest"}, []string{
		"Ifo3UgCKhx4Owawd2AjasF4Pn2EHcO-1yPBgqQ4LitU", "vhTGnbyu8SLTUVWUgNbencLSI9L2fPprK3_1FuUoBkU"}},
	{model.OnDemandAdvantage, []string{"retrieval", "efo-retrieval", "shortfall-retrieval"}, []string{
		"D_p6yHPVBVKld0s7pDu3pw0e67EX66s5FUYGiVpcC0w", "KuLCbCglK17_r1TzAxs6FMtv_sUUoHEd5AbTfFb2YS0",
		"T6YFe03LpB5Vm6xmauJsqSF_p8suXXwVpIzzLXMFcxQ"}},
	{model.OnDemandAdvantage, []string{"retention"}, []string{
		"Jiaji9dJjSjQNachq8G8pJ9V_ne_Abg2L18k87VatAI", "oQlE3GXZq09Mw4KBCogHCQueFsZcBRPMDtBPKiUwdzU"}},
}

// ReadPricingPage reads the data of the pricing page. The place that it is from goes into
// errors, and into the source of its prices.
func ReadPricingPage(place string, data []byte) (*PricingPage, error) {
	p := &PricingPage{place: shown(place)}
	if err := p.read(data); err != nil {
		return nil, fmt.Errorf("%s: %w", p.place, err)
	}
	return p, nil
}

func (p *PricingPage) read(data []byte) error {
	const problem = "not the data of the pricing page"
	if len(data) > MaxSize {
		return errTooLarge
	}
	if err := json.Unmarshal(data, &p.file); err != nil {
		return fmt.Errorf("%s, or cut short: %s", problem, untrusted.Printable(err.Error()))
	}
	if err := uniqueKeys(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return err
	}
	m := &p.file.Manifest
	switch {
	case m.ServiceID != "kinesis":
		return fmt.Errorf("%s of Kinesis, but of %.100q", problem, m.ServiceID)
	case m.Currency != "USD":
		return fmt.Errorf("prices in %.20q (allowed: USD)", m.Currency)
	case m.Published.IsZero():
		return errors.New("no date of publication (hawkFilePublicationDate)")
	case len(p.file.Regions) == 0:
		return errors.New("no Regions")
	}
	return nil
}

// Regions returns the codes of the Regions that the data has prices of, and the names of
// those that are not known.
func (p *PricingPage) Regions() (codes []model.Region, unknown []string) {
	for _, name := range slices.Sorted(maps.Keys(p.file.Regions)) {
		if code, known := model.RegionNamed(name); known {
			codes = append(codes, code)
		} else {
			unknown = append(unknown, untrusted.Printable(name))
		}
	}
	slices.Sort(codes)
	return codes, unknown
}

// In returns the prices of a Region. The error says that it has none, that a key is missing
// or has no price, or that keys that have to be priced alike are not: then AWS has changed
// what they are.
func (p *PricingPage) In(region model.Region) (*Catalogue, error) {
	for name, list := range p.file.Regions {
		if code, known := model.RegionNamed(name); !known || code != region {
			continue
		}
		var prices []Price
		for i := range pageLines {
			l := &pageLines[i]
			var usd unit.USD
			for _, key := range l.keys {
				one, err := unit.ParseUSD(cmp.Or(list[key].Price, "none"))
				switch {
				case err != nil || one == 0:
					return nil, fmt.Errorf("%s: %s: no price of %.60q, for %s", p.place, region, key,
						strings.Join(l.lines, ", "))
				case usd != 0 && one != usd:
					return nil, fmt.Errorf("%s: %s: %s and %s are priced apart under %.60q, and alike until now",
						p.place, region, usd, one, key)
				}
				usd = one
			}
			for _, id := range l.lines {
				place, _ := find(l.mode, id)
				prices = append(prices, Price{Region: region, Mode: l.mode, Line: id, Unit: costLines[place].unit, USD: usd,
					AsOf: p.file.Manifest.Published.UTC().Format(time.DateOnly), Confidence: high, Source: p.place})
			}
		}
		return newCatalogue(prices), nil
	}
	return nil, fmt.Errorf("%s: no prices of %s", p.place, region)
}
