package price

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/unit"
)

var update = flag.Bool("update", false, "write testdata/offer.json anew")

const ireland = model.Region("eu-west-1")

// sold are products as AWS's price list has them. Advantage's usagetypes are
// not documented.
var sold = []struct{ usagetype, operation, group, unit, usd string }{
	{"Storage-ShardHour", "shardHourStorage", "Provisioned shard hour", "ShardHour", "0.0150000000"},
	{"PutRequestPayloadUnits", "PutRequest", "Payload Units", "PutRequest", "0.0000000140"},
	{"Extended-ShardHour", "shardHourStorage", "Addon shard hour", "ShardHour", "0.0200000000"},
	{
		"LongTermRetention-ByteHrs",
		"LongTermRetentionByteHrs",
		"Long-term Data Retention GB-month",
		"GB-Mo",
		"0.0230000000",
	},
	{"LongTermRetention-ReadBytes", "LongTermRetentionDataRetrieval", "", "GB", "0.0210000000"},
	{"EnhancedFanoutHour", "ConsumerHour", "Enhanced fan-out consumer-shard hour", "ConsumerShardHour", "0.0150000001"},
	{"ReadBytes", "EnhancedFanoutDataRetrieval", "Enhanced fan-out GB of data retrieved", "GB", "0.0130000000"},
	{"OnDemand-StreamHour", "OnDemandStreamHr", "OnDemand", "StreamHr", "0.0400000000"},
	{"OnDemand-BilledIncomingBytes", "OnDemandDataIngested", "OnDemand", "GB", "0.0800000000"},
	{"OnDemand-BilledOutgoingBytes", "OnDemandDataRetrieval", "OnDemand", "GB", "0.0400000001"},
	{"OnDemand-BilledOutgoingEFOBytes", "OnDemandEFODataRetrieval", "OnDemand", "GB", "0.0500000000"},
	{"OnDemand-ExtendedRetention-ByteHrs", "OnDemandExtendedRetentionByteHrs", "OnDemand", "GB-Mo", "0.1000000000"},
	{"OnDemand-LongTermRetention-ByteHrs", "OnDemandLongTermRetentionByteHrs", "OnDemand", "GB-Mo", "0.0230000001"},
	{"Advantage-BilledIncomingBytes", "AdvantageDataIngested", "OnDemand Advantage", "GB", "0.0320000000"},
	{"Advantage-BilledOutgoingBytes", "AdvantageDataRetrieval", "OnDemand Advantage", "GB", "0.0160000000"},
	{"Advantage-BilledOutgoingEFOBytes", "AdvantageEFODataRetrieval", "OnDemand Advantage", "GB", "0.0160000001"},
	{"Advantage-ExtendedRetention-ByteHrs", "AdvantageExtRetentionByteHrs", "OnDemand Advantage", "GB-Mo", "0.0230000002"},
	{"Advantage-LongTermRetention-ByteHrs", "AdvantageLTRetentionByteHrs", "OnDemand Advantage", "GB-Mo", "0.0230000002"},
	{"Advantage-IncomingShortfallBytes", "AdvantageDataIngestionShortfall", "OnDemand Advantage", "GB", "0.0320000001"},
	{"Advantage-OutgoingShortfallBytes", "AdvantageDataRetrievalShortfall", "OnDemand Advantage", "GB", "0.0160000002"},
	{"On-demand-Advantage-Channel-ProcessedBytes-S3TablesDestination", "ChannelDelivery", "", "GB", "0.0140000000"},
}

// place is a Region with the prefix of its usagetypes, the name that people know
// it by, and the first figure of its SKUs.
type place struct {
	region           model.Region
	prefix, location string
	first            byte
}

var places = []place{
	{virginia, "", "US East (N. Virginia)", '1'},
	{oregon, "USW2-", "US West (Oregon)", '2'},
	{ireland, "EU-", "EU (Ireland)", '3'},
}

type object = map[string]any

// offerOf is an offer file of Regions as AWS writes it.
func offerOf(places ...place) object {
	products, terms := object{}, object{}
	for _, p := range places {
		for i, s := range sold {
			sku := fmt.Sprintf("%c%015d", p.first, i)
			products[sku] = p.product(sku, i)
			rate := sku + ".JRTCKXETXF.6YS6EN2CT7"
			terms[sku] = object{sku + ".JRTCKXETXF": object{
				"offerTermCode": "JRTCKXETXF", "sku": sku, "effectiveDate": "2026-09-01T00:00:00Z",
				"priceDimensions": object{rate: object{
					"rateCode": rate, "description": "$" + s.usd + " per " + s.unit + " in " + p.location, "beginRange": "0", "endRange": "Inf",
					"unit": s.unit, "pricePerUnit": object{"USD": s.usd}, "appliesTo": []string{}}},
				"termAttributes": object{}}}
		}
	}
	return object{
		"formatVersion": "v1.0", "disclaimer": "This pricing list is for informational purposes only.", "offerCode": "AmazonKinesis",
		"version": "20260923175154", "publicationDate": "2026-09-23T17:51:54Z",
		"products": products, "terms": object{"OnDemand": terms}, "attributesList": object{},
	}
}

// product is the i-th product in a Region. The newest ones of us-east-1 have a
// prefix too.
func (p *place) product(sku string, i int) object {
	s := sold[i]
	prefix := p.prefix
	if p.region == virginia && strings.HasPrefix(s.usagetype, "Advantage") {
		prefix = "USE1-"
	}
	attributes := object{
		"servicecode": "AmazonKinesis", "location": p.location, "locationType": "AWS Region", "group": s.group, "groupDescription": s.group,
		"usagetype": prefix + s.usagetype, "operation": s.operation, "regionCode": p.region, "servicename": "Amazon Kinesis",
	}
	if s.group == "" {
		delete(attributes, "group")
	}
	if s.group == "OnDemand Advantage" && p.region == oregon {
		attributes["kinesisAdvantageOperation"], attributes["operation"] = s.operation, "OnDemandAdvantage"
	}
	return object{"sku": sku, "productFamily": "Kinesis Streams", "attributes": attributes}
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// The offer file that the tests of the command read is this one.
func TestOfferFile(t *testing.T) {
	const path = "testdata/offer.json"
	want := encoded(t, offerOf(places...))
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the test makes (%v): go test ./calc/cost/price -update", path, err)
	}
}

// Every product of a Region becomes the line that it is; each has a price of its
// own here, so that no two can be mixed up. What has none is told.
func TestOfferPrices(t *testing.T) {
	want := map[string]unit.USD{
		"provisioned shard-hours": 150_000_000, "provisioned put-payload-units": 140, "provisioned extended-retention": 200_000_000,
		"provisioned long-term-retention": 230_000_000, "provisioned long-term-retrieval": 210_000_000,
		"provisioned efo-consumer-shard-hours": 150_000_001, "provisioned efo-data": 130_000_000,
		"on-demand stream-hours": 400_000_000, "on-demand ingest": 800_000_000, "on-demand retrieval": 400_000_001,
		"on-demand efo-retrieval": 500_000_000, "on-demand retention": 1_000_000_000, "on-demand long-term-retention": 230_000_001,
		"on-demand-advantage ingest": 320_000_000, "on-demand-advantage retrieval": 160_000_000, "on-demand-advantage " +
			"efo-retrieval": 160_000_001,
		"on-demand-advantage retention": 230_000_002, "on-demand-advantage shortfall-ingest": 320_000_001, "on-demand-advantage shortfall-retrieval": 160_000_002,
	}
	all, err := ReadOffer("index.json", encoded(t, offerOf(places...)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range places {
		one, err := ReadOffer("index.json", encoded(t, offerOf(p)))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []*Offer{all, one} {
			c, unused, err := o.In(p.region)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]unit.USD{}
			for _, price := range c.Prices() {
				got[string(price.Mode)+" "+price.Line] = price.USD
				if price.Region != p.region || price.AsOf != "2026-09-23" || price.Confidence != "high" ||
					price.Source != "index.json, version 20260923175154" ||
					price.Above != 0 {
					t.Errorf("%+v", price)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", p.region, diff)
			}
			if len(unused) != 1 || !strings.HasSuffix(unused[0].Usagetype, "S3TablesDestination") ||
				unused[0].Why != "no cost line is called so" {
				t.Errorf("%s: not used: %v", p.region, unused)
			}
			if missing := c.Missing(p.region); len(missing) != 1 || missing[0].Line != "shard-level-metrics" {
				t.Errorf("%s: missing: %v", p.region, missing)
			}
		}
	}
	if _, _, err := all.In("sa-east-1"); err == nil ||
		!strings.Contains(err.Error(), `no prices of sa-east-1 (it has products of ["eu-west-1" "us-east-1" "us-west-2"])`) {
		t.Errorf("sa-east-1: %v", err)
	}
}

// The Region of a product is its attribute; the prefix can be another's.
func TestRegionIsTheAttribute(t *testing.T) {
	o := offerOf(places[1])
	at[object](o, "products", skuOf('2', 0), "attributes")["regionCode"] = "eu-west-1"
	offer, err := ReadOffer("x", encoded(t, o))
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := offer.In(ireland)
	if err != nil || len(c.Prices()) != 1 || c.Prices()[0].Line != "shard-hours" {
		t.Errorf("%v, %v", c, err)
	}
	if c, _, err = offer.In(oregon); err != nil || c.Missing(oregon)[0].Line != "shard-hours" {
		t.Errorf("%v, %v", c, err)
	}
}

func skuOf(first byte, i int) string { return fmt.Sprintf("%c%015d", first, i) }

// at walks down objects by keys. The last key may be missing.
func at[T any](o object, keys ...string) T {
	for _, k := range keys[:len(keys)-1] {
		o = o[k].(object)
	}
	return o[keys[len(keys)-1]].(T)
}

// term is the offer term of a product of us-east-1, and tier its price.
func term(o object, i int) object {
	sku := skuOf('1', i)
	return at[object](o, "terms", "OnDemand", sku, sku+".JRTCKXETXF")
}

func tier(o object, i int) object {
	return at[object](term(o, i), "priceDimensions", skuOf('1', i)+".JRTCKXETXF.6YS6EN2CT7")
}

func attributes(o object, i int) object {
	return at[object](o, "products", skuOf('1', i), "attributes")
}

// Neither the usagetype nor the operation is enough; a contradiction is no
// match. A product of which no price can be made is told, and the others stay.
func TestUnused(t *testing.T) {
	const storage, extended, fanOut = 0, 2, 6
	for name, test := range map[string]struct {
		change func(o object)
		why    string
	}{
		"operation alone":           {func(o object) { attributes(o, storage)["usagetype"] = "Other-ShardHours" }, "no cost line"},
		"usagetype alone":           {func(o object) { attributes(o, storage)["operation"], attributes(o, storage)["group"] = "x", "y" }, "no cost line"},
		"no group, other operation": {func(o object) { attributes(o, 4)["operation"] = "x" }, "no cost line"},
		"usagetype without dash":    {func(o object) { attributes(o, storage)["usagetype"] = "xStorage-ShardHour" }, "no cost line"},
		"two lines": {func(o object) {
			attributes(o, fanOut)["usagetype"], attributes(o, fanOut)["operation"] = "LongTermRetention-ReadBytes", "LongTermRetentionDataRetrieval"
		}, "long-term-retrieval as well as efo-data"},
		"no term":         {func(o object) { delete(at[object](o, "terms", "OnDemand"), skuOf('1', extended)) }, "no price"},
		"no tier":         {func(o object) { term(o, extended)["priceDimensions"] = object{} }, "no price"},
		"not yet":         {func(o object) { term(o, extended)["effectiveDate"] = "2026-10-01T00:00:00Z" }, "no price"},
		"free":            {func(o object) { tier(o, extended)["pricePerUnit"] = object{"USD": "0.0000000000"} }, "zero"},
		"unit":            {func(o object) { tier(o, extended)["unit"] = "GB" }, `its price is for a "GB", not a shard-hour`},
		"unit of a ton":   {func(o object) { tier(o, 1)["unit"] = "1000000 PutRequests" }, "not a PUT payload unit"},
		"unit of a month": {func(o object) { tier(o, 11)["unit"] = "GB" }, "not a GB-month"},
	} {
		o := offerOf(places[0])
		test.change(o)
		offer, err := ReadOffer("x", encoded(t, o))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c, unused, err := offer.In(virginia)
		if err != nil || len(unused) != 2 || !strings.Contains(unused[0].Why+unused[1].Why, test.why) ||
			len(c.Prices()) != 18 {
			t.Errorf("%s: %v, %v", name, unused, err)
		}
	}
}

// One name is enough beside the usagetype, and a line sold twice at one price.
func TestStillMatched(t *testing.T) {
	for name, change := range map[string]func(o object){
		"no group":     func(o object) { delete(attributes(o, 0), "group") },
		"no operation": func(o object) { delete(attributes(o, 0), "operation") },
		"prefix EUW1":  func(o object) { attributes(o, 0)["usagetype"] = "EUW1-Storage-ShardHour" },
		"two products": func(o object) {
			sku := skuOf('9', 0)
			at[object](o, "products")[sku] = (&place{virginia, "USE1-", "", '9'}).product(sku, 0)
			at[object](o, "terms", "OnDemand")[sku] = object{sku + ".T": term(o, 0)}
		},
		"two products with tiers": func(o object) {
			sku := skuOf('9', 8)
			at[object](o, "products")[sku] = (&place{virginia, "USE1-", "", '9'}).product(sku, 8)
			first := object{"beginRange": "0", "endRange": "7", "unit": "GB", "pricePerUnit": object{"USD": "2"}}
			second := object{"beginRange": "7", "endRange": "Inf", "unit": "GB", "pricePerUnit": object{"USD": "1"}}
			term(o, 8)["priceDimensions"] = object{"a": first, "b": second}
			at[object](o, "terms", "OnDemand")[sku] = object{"t": object{"priceDimensions": object{"a": second, "b": first}}}
		},
		"an older term": func(o object) {
			terms := at[object](o, "terms", "OnDemand", skuOf('1', 0))
			terms["old"] = object{"effectiveDate": "2024-01-01T00:00:00Z", "priceDimensions": object{"r": object{"beginRange": "0", "endRange": "Inf", "unit": "ShardHour", "pricePerUnit": object{"USD": "0.9"}}}}
			terms["later"] = object{"effectiveDate": "2027-01-01T00:00:00Z", "priceDimensions": object{"r": object{"beginRange": "0", "endRange": "Inf", "unit": "ShardHour", "pricePerUnit": object{"USD": "0.8"}}}}
		},
	} {
		o := offerOf(places[0])
		change(o)
		offer, err := ReadOffer("x", encoded(t, o))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c, _, err := offer.In(virginia)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if tiers, err := c.Find(virginia, model.Provisioned, "shard-hours"); err != nil || len(tiers) != 1 ||
			tiers[0].USD != 150_000_000 {
			t.Errorf("%s: %v, %v", name, tiers, err)
		}
	}
}

func TestOfferTiers(t *testing.T) {
	o := offerOf(places[0])
	term(o, 8)["priceDimensions"] = object{
		"a": object{"beginRange": "51200", "endRange": "Inf", "unit": "GB", "pricePerUnit": object{"USD": "0.06"}},
		"b": object{"beginRange": "0", "endRange": "10240", "unit": "GB", "pricePerUnit": object{"USD": "0.08"}},
		"c": object{"beginRange": "10240", "endRange": "51200", "unit": "GB", "pricePerUnit": object{"USD": "0.07"}},
	}
	offer, err := ReadOffer("x", encoded(t, o))
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := offer.In(virginia)
	if err != nil {
		t.Fatal(err)
	}
	tiers, _ := c.Find(virginia, model.OnDemandStandard, "ingest")
	var got []string
	for _, p := range tiers {
		got = append(got, fmt.Sprintf("%v:%s", p.Above, p.USD))
	}
	if diff := cmp.Diff([]string{"0:0.08", "10240:0.07", "51200:0.06"}, got); diff != "" {
		t.Error(diff)
	}
}

// hostile are offer files that are refused, and a part of what is said.
func hostile(t testing.TB) map[string]struct{ text, says string } {
	changed := func(change func(o object)) string {
		o := offerOf(places[0])
		change(o)
		return string(encoded(t, o))
	}
	price := func(currency, amount string) string {
		return changed(func(o object) { tier(o, 0)["pricePerUnit"] = object{currency: amount} })
	}
	good := changed(func(object) {})
	sku := skuOf('1', 3)
	return map[string]struct{ text, says string }{
		"empty":         {"", "empty"},
		"blank":         {" \n", "empty"},
		"cut short":     {good[:len(good)/2], "cut short: byte"},
		"HTML":          {"\n<!DOCTYPE html><html>Sign in</html>", "HTML"},
		"not an object": {"[]", "not an offer file"},
		"null":          {"null", `offerCode is ""`},
		"two documents": {good + good, "not an offer file"},
		"wrong types":   {strings.Replace(good, `"sku": "`+sku+`"`, `"sku": 3`, 1), "not an offer file"},
		"wrong offer": {
			strings.Replace(good, `"AmazonKinesis"`, `"AmazonEC2"`, 1),
			`offerCode is "AmazonEC2" (allowed: AmazonKinesis)`,
		},
		"undated":     {strings.Replace(good, `"publicationDate"`, `"published"`, 1), "publicationDate is missing"},
		"not a date":  {strings.Replace(good, `2026-09-23T17:51:54Z`, `yesterday`, 1), "not an offer file"},
		"version":     {strings.Replace(good, `20260923175154`, `\u001b[2J`, 1), `version is "\x1b[2J"`},
		"no products": {changed(func(o object) { o["products"] = object{} }), "no products"},
		"SKU twice": {
			strings.Replace(good, `"`+sku+`": {`, `"`+skuOf('1', 4)+`": {`, 1),
			`"` + skuOf('1', 4) + `" is there twice`,
		},
		"SKU is not key": {changed(func(o object) { at[object](o, "products", sku)["sku"] = "x" }), `has the SKU "x"`},
		"price in another case": {
			strings.Replace(good, `"USD": "0.0150000000"`, `"USD": "0.0150000000", "usd": "1"`, 1),
			`"usd" is there twice`,
		},
		"price twice": {
			strings.Replace(good, `"USD": "0.0150000000"`, `"USD": "0.0150000000", "USD": "1"`, 1),
			`"USD" is there twice`,
		},
		"negative":        {price("USD", "-0.015"), `SKU 1000000000000000 ("Storage-ShardHour"): price "-0.015": `},
		"NaN":             {price("USD", "NaN"), `price "NaN": `},
		"infinite":        {price("USD", "Inf"), `price "Inf"`},
		"hexadecimal":     {price("USD", "0x1"), `price "0x1"`},
		"overflow":        {price("USD", "922337204"), "too large"},
		"eleven decimals": {price("USD", "0.00000000001"), "more than ten decimals"},
		"no price":        {price("USD", ""), `price ""`},
		"yuan":            {price("CNY", "0.1"), `it is priced in ["CNY"] (allowed: USD)`},
		"gap":             {changed(func(o object) { tier(o, 0)["beginRange"] = "5" }), "gap or overlap at 5 units"},
		"end":             {changed(func(o object) { tier(o, 0)["endRange"] = "5" }), "its tiers end at 5 units"},
		"backwards":       {changed(func(o object) { tier(o, 0)["endRange"] = "0" }), "gap or overlap"},
		"begin":           {changed(func(o object) { tier(o, 0)["beginRange"] = "-1" }), `beginRange "-1"`},
		"endless": {
			changed(func(o object) { tier(o, 0)["endRange"] = "9007199254740993" }),
			`endRange "9007199254740993": too large`,
		},
		"overlap": {
			changed(func(o object) { at[object](term(o, 0), "priceDimensions")["b"] = tier(o, 0) }),
			"gap or overlap at 0 units",
		},
		"two terms": {
			changed(func(o object) { at[object](o, "terms", "OnDemand", skuOf('1', 0))["b"] = term(o, 0) }),
			"two terms of one date",
		},
		"different prices": {
			changed(func(o object) { tier(o, 17)["pricePerUnit"] = object{"USD": "0.5"} }),
			"SKU 1000000000000016 and 1000000000000017 are both retention (on-demand-advantage) in us-east-1, at different " +
				"prices",
		},
		"huge": {good + strings.Repeat(" ", MaxSize), "too large (allowed: 16 MiB)"},
		"deep": {strings.Repeat(`{"products":`, 20_000), "not an offer file"},
		"elsewhere": {
			strings.ReplaceAll(good, `"regionCode": "us-east-1"`, `"regionCode": "mars"`),
			`no prices of us-east-1 (it has products of ["mars"])`,
		},
	}
}

func TestHostileOffers(t *testing.T) {
	for name, test := range hostile(t) {
		offer, err := ReadOffer("a.json", []byte(test.text))
		if err == nil {
			_, _, err = offer.In(virginia)
		}
		if err == nil || !strings.HasPrefix(err.Error(), "a.json: ") || !strings.Contains(err.Error(), test.says) ||
			!printable(err.Error()) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}

// A place of any name gives a source that a price file can have.
func TestPlace(t *testing.T) {
	for _, name := range []string{strings.Repeat("ä", 400), "a\x1b[2J\nb\xff"} {
		o := offerOf(places[0])
		o["version"] = strings.Repeat("ö", mostName/2)
		offer, err := ReadOffer(name, encoded(t, o))
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := offer.In(virginia)
		if err != nil {
			t.Fatal(err)
		}
		rewritten(t, c)
	}
}

// FuzzOffer: no text makes the reader panic, and the prices that it takes can be
// written and read again.
func FuzzOffer(f *testing.F) {
	o := offerOf(places[0])
	for i := 2; i < len(sold); i++ { // a short file, which changes fast
		delete(at[object](o, "products"), skuOf('1', i))
		delete(at[object](o, "terms", "OnDemand"), skuOf('1', i))
	}
	small := string(encoded(f, o))
	f.Add([]byte(small))
	for _, amount := range []string{"-1", "NaN", "InfB", "1e-9", "0x1p-2", "9999999999", "0"} {
		f.Add([]byte(strings.Replace(small, "0.0150000000", amount, 1)))
	}
	for _, seed := range []string{"", "null", "[]", "<html>", "{", small[:len(small)/2], strings.Replace(small, "Inf", "5", 1), strings.Replace(small, "USD", "CNY", 1), strings.Replace(small, "20260923175154", `\u001b\u202e`, 1), strings.Replace(small, "2026-09", "2026\x7f09", 1)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		modeltest.Deadline(t, text)
		offer, err := ReadOffer("a.json", text)
		if err != nil {
			if !printable(err.Error()) {
				t.Fatalf("%q", err)
			}
			return
		}
		c, unused, err := offer.In(virginia)
		if err != nil {
			return
		}
		for _, u := range unused {
			if !printable(u.String()) {
				t.Fatalf("%q", u)
			}
		}
		rewritten(t, c)
	})
}

func BenchmarkReadOffer(b *testing.B) {
	text := encoded(b, offerOf(places...))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ReadOffer("x", text); err != nil {
			b.Fatal(err)
		}
	}
}
