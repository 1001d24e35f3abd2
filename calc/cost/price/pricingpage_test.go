package price

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
)

// pageOf makes the data of the pricing page with the prices that are built in, as AWS has
// it: each by its name, and all by their keys too.
func pageOf(regions map[string]model.Region) map[string]any {
	all := map[string]any{}
	for name, region := range regions {
		list := map[string]any{}
		for _, l := range pageLines {
			for _, key := range l.keys {
				tiers, _ := Embedded().Find(region, l.mode, l.lines[0])
				list[key] = map[string]any{"rateCode": "A.B.C", "price": tiers[0].USD.String() + "0", "RegionlessRateCode": key}
			}
		}
		list["-8M3TT_AdtER46vWavh3a8bESGaVvg_987e1Nsuxy4U"] = map[string]any{"price": "0.0200000000"} // of a name
		all[name] = list
	}
	return map[string]any{"manifest": map[string]any{"serviceId": "kinesis", "currencyCode": "USD",
		"hawkFilePublicationDate": "2025-11-03T22:26:48Z"}, "sets": map[string]any{}, "regions": all}
}

func pageText(t testing.TB, page any) []byte {
	t.Helper()
	data, err := json.Marshal(page)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The data of the page gives what is built in, in all Regions: every line but for
// shard-level metrics, which are CloudWatch's.
func TestPricingPage(t *testing.T) {
	regions := map[string]model.Region{}
	for _, r := range model.Regions() {
		if len(Embedded().In(r.Code).Prices()) > 0 {
			regions[r.Name] = r.Code
		}
	}
	page, err := ReadPricingPage("page.json", pageText(t, pageOf(regions)))
	if err != nil {
		t.Fatal(err)
	}
	codes, unknown := page.Regions()
	if len(codes) != 36 || len(unknown) != 0 {
		t.Errorf("%v, %v", codes, unknown)
	}
	for _, region := range codes {
		got, err := page.In(region)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, p := range got.Prices() {
			want, _ := Embedded().Find(region, p.Mode, p.Line)
			if p.USD != want[0].USD || p.Unit != want[0].Unit || p.AsOf != "2025-11-03" || p.Source != "page.json" || p.Confidence != high {
				t.Errorf("%v, want %v", p, want[0])
			}
		}
		if missing := got.Missing(region); len(missing) != 1 || missing[0].Line != "shard-level-metrics" {
			t.Errorf("%s lacks %v", region, missing)
		}
	}
}

// AWS's own names for two Regions, and its values by hand.
func TestPricingPageOfAWS(t *testing.T) {
	page, err := ReadPricingPage("aws.json", pageText(t, pageOf(map[string]model.Region{"EU (Ireland)": "eu-west-1", "US West (N. California)": "us-west-1", "The Moon": "us-east-1"})))
	if err != nil {
		t.Fatal(err)
	}
	if codes, unknown := page.Regions(); fmt.Sprint(codes, unknown) != "[eu-west-1 us-west-1] [The Moon]" {
		t.Error(codes, unknown)
	}
	california, err := page.In("us-west-1")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{"ingest": "0.0388", "shortfall-ingest": "0.0388", "retrieval": "0.0196",
		"efo-retrieval": "0.0196", "shortfall-retrieval": "0.0196", "retention": "0.026"} {
		if got, err := california.Find("us-west-1", model.OnDemandAdvantage, line); err != nil || got[0].USD.String() != want {
			t.Errorf("%s: %v, %v", line, got, err)
		}
	}
}

// What is changed, missing or foreign is refused with its reason.
func TestPricingPageRefuses(t *testing.T) {
	const region, name = model.Region("us-west-1"), "US West (N. California)"
	type object = map[string]any
	for want, change := range map[string]func(page object, list object){
		"not the data of the pricing page of Kinesis, but of \"lambda\"": func(page, _ object) { page["manifest"].(object)["serviceId"] = "lambda" },
		"prices in \"CNY\"":            func(page, _ object) { page["manifest"].(object)["currencyCode"] = "CNY" },
		"no date of publication":       func(page, _ object) { delete(page["manifest"].(object), "hawkFilePublicationDate") },
		"no Regions":                   func(page, _ object) { page["regions"] = object{} },
		"no prices of us-west-1":       func(page, list object) { page["regions"] = object{"Mars": list} },
		"no price of \"Payload Units":  func(_, list object) { delete(list, "Payload Units per PutRequest") },
		"no price of \"Provisioned":    func(_, list object) { list["Provisioned shard hour per ShardHour"] = object{"price": "0.0000000000"} },
		"for ingest, shortfall-ingest": func(_, list object) { delete(list, "vhTGnbyu8SLTUVWUgNbencLSI9L2fPprK3_1FuUoBkU") },
		"0.0196 and 0.0197 are priced apart under": func(_, list object) {
			list["T6YFe03LpB5Vm6xmauJsqSF_p8suXXwVpIzzLXMFcxQ"] = object{"price": "0.0197"}
		},
		"no price of \"OnDemandStreamHr": func(_, list object) { list["OnDemandStreamHr per StreamHr"] = object{"price": "free"} },
	} {
		page := pageOf(map[string]model.Region{name: region})
		change(page, page["regions"].(object)[name].(object))
		read, err := ReadPricingPage("p.json", pageText(t, page))
		if err == nil {
			_, err = read.In(region)
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "p.json: ") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for text, want := range map[string]string{
		"":                            "cut short",
		"<html>":                      "not the data of the pricing page",
		`{"manifest":{"serviceId":1}`: "not the data of the pricing page",
		`{"manifest":{"serviceId":"kinesis"},"manifest":{}}`: "there twice",
		strings.Repeat(" ", MaxSize+1):                       "too large",
	} {
		if _, err := ReadPricingPage("p.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// FuzzReadPricingPage: no text makes the reader panic or complain unprintably, and what it
// takes is a price file.
func FuzzReadPricingPage(f *testing.F) {
	f.Add(pageText(f, pageOf(map[string]model.Region{"EU (Ireland)": "eu-west-1"})))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		modeltest.Deadline(t, text)
		page, err := ReadPricingPage("p.json", text)
		if err == nil {
			var c *Catalogue
			if c, err = page.In("eu-west-1"); err == nil {
				rewritten(t, c)
			}
		}
		if err != nil && !printable(err.Error()) {
			t.Fatalf("%q", err)
		}
	})
}
