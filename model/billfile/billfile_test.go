package billfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/billfile"
	"github.com/kcalc/kcalc/model/unit"
)

// The same usage in each form: 9,515.972 shard-hours at $0.015 are $142.73958.
var forms = map[billfile.Form]string{
	billfile.CUR2: "bill_billing_period_start_date,line_item_usage_account_id,line_item_line_item_type,line_item_product_code," +
		"line_item_usage_type,line_item_operation,line_item_resource_id,line_item_usage_start_date,line_item_usage_end_date," +
		"line_item_usage_amount,line_item_unblended_cost,pricing_public_on_demand_cost,product_region_code\n" +
		"2026-10-01T00:00:00.000Z,123456789012,Usage,AmazonKinesis,USW2-Storage-ShardHour,shardHourStorage," +
		"arn:aws:kinesis:us-west-2:123456789012:stream/orders,2026-10-01T00:00:00.000Z,2026-11-01T00:00:00.000Z,9515.972," +
		"142.73958,142.73958,us-west-2\n",
	billfile.Legacy: "identity/LineItemId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType," +
		"lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation," +
		"lineItem/ResourceId,lineItem/UsageAmount,lineItem/UnblendedCost,pricing/publicOnDemandCost,product/region," +
		"resourceTags/user:team\n" +
		"x,2026-10-01T00:00:00Z,123456789012,Usage,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,AmazonKinesis," +
		"USW2-Storage-ShardHour,shardHourStorage,arn:aws:kinesis:us-west-2:123456789012:stream/orders,9515.972,142.73958," +
		"142.73958,us-west-2,payments\n",
	billfile.FOCUS: "BilledCost,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,ListCost,RegionId," +
		"ResourceId,ServiceName,SubAccountId,x_Operation,x_ServiceCode,x_UsageType\n" +
		"142.73958,Usage,2026-10-01 00:00:00,2026-11-01 00:00:00,9515.972,ShardHour,142.73958,us-west-2," +
		"arn:aws:kinesis:us-west-2:123456789012:stream/orders,Amazon Kinesis,123456789012,shardHourStorage,AmazonKinesis," +
		"USW2-Storage-ShardHour\n",
}

func read(text string) (form billfile.Form, lines []billfile.Line, err error) {
	form, err = billfile.Read("bill.csv", strings.NewReader(text), func(l *billfile.Line) error {
		lines = append(lines, *l)
		return nil
	})
	return form, lines, err
}

func TestForms(t *testing.T) {
	cost, _ := unit.ParseUSD("142.73958")
	want := billfile.Line{Account: "123456789012", Region: "us-west-2",
		Resource: "arn:aws:kinesis:us-west-2:123456789012:stream/orders", Usage: "USW2-Storage-ShardHour",
		Operation: "shardHourStorage", Quantity: 9515.972, Cost: cost, List: model.Known(cost),
		From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	for form, text := range forms {
		got, lines, err := read(text)
		if err != nil || got != form || len(lines) != 1 {
			t.Errorf("%s: %s, %d lines, %v", form, got, len(lines), err)
			continue
		}
		if d := cmp.Diff(want, lines[0]); d != "" || lines[0].Stream() != "orders" {
			t.Errorf("%s: %s", form, d)
		}
		// Other services, and what is of no usage, are skipped.
		for _, other := range []string{"Tax", "Credit", "Refund"} {
			if _, lines, err := read(strings.Replace(text, "Usage,", other+",", 1)); err != nil || len(lines) != 0 {
				t.Errorf("%s %s: %d lines, %v", form, other, len(lines), err)
			}
		}
		if _, lines, err := read(strings.Replace(text, ",AmazonKinesis,", ",AmazonKinesisFirehose,", 1)); err != nil ||
			len(lines) != 0 {
			t.Errorf("%s of Firehose: %d lines, %v", form, len(lines), err)
		}
	}
}

// The columns of the legacy report as Athena has them are those of the legacy report too.
func TestLegacyOfAthena(t *testing.T) {
	text := strings.Replace(forms[billfile.CUR2], "bill_billing_period_start_date", "billing_period", 1)
	if form, lines, err := read(strings.Replace(text, "product_region_code", "product_region", 1)); err != nil ||
		form != billfile.CUR2 && form != billfile.Legacy || len(lines) != 1 || lines[0].Region != "us-west-2" {
		t.Errorf("%s, %+v, %v", form, lines, err)
	}
}

// A line that names no Region is in that of its ARN; one of a consumer is of its stream.
func TestResources(t *testing.T) {
	text := strings.Replace(forms[billfile.CUR2], ",us-west-2\n", ",\n", 1)
	text = strings.Replace(text, "stream/orders", "stream/orders/consumer/audit:1700000000", 1)
	if _, lines, err := read(text); err != nil || len(lines) != 1 || lines[0].Region != "us-west-2" ||
		lines[0].Stream() != "orders" {
		t.Errorf("%+v, %v", lines, err)
	}
	for resource, want := range map[string]model.Name{"": "", "orders": "", "arn:aws:kinesis:us-west-2:1:stream/a": "a",
		"stream/b": "b", "arn:aws:s3:::bucket": ""} {
		if got := (&billfile.Line{Resource: resource}).Stream(); got != want {
			t.Errorf("%q: %q", resource, got)
		}
	}
}

func TestFaults(t *testing.T) {
	text := forms[billfile.CUR2]
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "bill.csv: empty"},
		"another file": {"a,b\n1,2\n", "bill.csv: no bill (allowed: CUR 2.0, legacy CUR or FOCUS 1.2"},
		"no resources": {strings.Replace(text, "line_item_resource_id", "x", 1),
			"bill.csv: the bill (CUR 2.0) has no column line_item_resource_id"},
		"a quantity":     {strings.Replace(text, "9515.972", "many", 1), `bill.csv:2: "many": not understood (allowed: a quantity`},
		"not a quantity": {strings.Replace(text, "9515.972", "NaN", 1), `bill.csv:2: "NaN": not understood`},
		"below 0":        {strings.Replace(text, "9515.972", "-1", 1), `bill.csv:2: "-1": not understood`},
		"an amount":      {strings.Replace(text, "142.73958", "1/3", 1), `bill.csv:2: "1/3": not understood (allowed: an amount`},
		"too much":       {strings.Replace(text, "142.73958", "1e30", 1), `bill.csv:2: "1e30": not understood`},
		"a time":         {strings.Replace(text, "2026-11-01T00:00:00.000Z", "soon", 1), `bill.csv:2: "soon": not understood (allowed: a time`},
		"no time": {strings.Replace(text, "2026-11-01T00:00:00.000Z", "2026-10-01T00:00:00.000Z", 1),
			"bill.csv:2: the usage ends when it begins"},
		"a quote": {text + "\"a\n", "bill.csv:3: "},
	} {
		if _, _, err := read(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, lines, err := read(strings.Replace(text, ",142.73958,", ",1.4273958E2,", 1)); err != nil || len(lines) != 1 ||
		lines[0].Cost != lines[0].List.Value {
		t.Errorf("scientific: %+v, %v", lines, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range forms {
		f.Add(text)
	}
	f.Add("line_item_usage_type\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = read(text)
	})
}
