// Package billfile reads what AWS bills for Kinesis Data Streams from the exports that accounts
// have: the Cost and Usage Report 2.0, the legacy one and FOCUS 1.2, each as CSV. It reads line by
// line, and keeps none:
//
//	form, err := billfile.Read("cur.csv", in, func(l *billfile.Line) error { … })
//
// Lines of other services are skipped. So are taxes, credits and refunds, which are of no stream.
package billfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// Form is which of the exports a file is.
type Form string

// The forms.
const (
	CUR2   Form = "CUR 2.0"
	Legacy Form = "legacy CUR"
	FOCUS  Form = "FOCUS 1.2"
)

// Line is what is billed of one usage type of a stream over a time.
type Line struct {
	Account   string
	Region    model.Region // "" where the file does not say
	Resource  string       // an ARN, mostly that of a stream or a consumer; "" where nothing is named
	Usage     string       // usage type, with the Region's prefix
	Operation string
	Quantity  float64
	Cost      unit.USD              // before taxes and credits
	List      model.Maybe[unit.USD] // at public prices
	From, To  time.Time             // To is exclusive
}

// Stream returns the name of the stream that a line is of, "" where it names none.
func (l *Line) Stream() model.Name {
	parts := strings.SplitN(l.Resource, ":", 6)
	name, ok := strings.CutPrefix(parts[len(parts)-1], "stream/")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "/")
	return model.Name(name)
}

// column is a column of a file, by its normalised names: the first that is there.
type column int

// The columns.
const (
	product column = iota
	kind
	account
	region
	resource
	usage
	operation
	quantity
	cost
	list
	from
	to
	columns
)

// names are the columns of the CUR, in both of its spellings, and those of FOCUS.
//
// Sources: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html,
// https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws.html
var names = map[bool][columns][]string{
	false: {
		product: {"line_item_product_code"}, kind: {"line_item_line_item_type"}, account: {"line_item_usage_account_id"},
		region: {"product_region_code", "product_region"}, resource: {"line_item_resource_id"},
		usage: {"line_item_usage_type"}, operation: {"line_item_operation"}, quantity: {"line_item_usage_amount"},
		cost: {"line_item_unblended_cost"}, list: {"pricing_public_on_demand_cost"},
		from: {"line_item_usage_start_date"}, to: {"line_item_usage_end_date"},
	},
	true: {
		product: {"x_service_code", "service_name"}, kind: {"charge_category"}, account: {"sub_account_id"},
		region: {"region_id"}, resource: {"resource_id"}, usage: {"x_usage_type"}, operation: {"x_operation"},
		quantity: {"consumed_quantity"}, cost: {"billed_cost"}, list: {"list_cost"},
		from: {"charge_period_start"}, to: {"charge_period_end"},
	},
}

// needed are the columns without which nothing can be said.
var needed = []column{product, resource, usage, quantity, cost, from, to}

// normalised returns the name of a column as one of words: lineItem/UsageType, line_item_usage_type
// and UsageType alike.
func normalised(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")) {
		upper := 'A' <= r && r <= 'Z'
		switch {
		case r == '/' || r == ' ' || r == '_':
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "_") {
				b.WriteByte('_')
			}
		case upper && lower:
			b.WriteByte('_')
			b.WriteRune(r + 'a' - 'A')
		case upper:
			b.WriteRune(r + 'a' - 'A')
		default:
			b.WriteRune(r)
		}
		lower = !upper && r != '/' && r != ' ' && r != '_'
	}
	return b.String()
}

// Read reads a file line by line, and hands over those of Kinesis Data Streams. It returns which
// form the file has. The error names the line.
func Read(name string, in io.Reader, each func(*Line) error) (Form, error) {
	r := csv.NewReader(in)
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	head, err := r.Read()
	if err != nil {
		return "", fault(name, 1, err)
	}
	f := file{name: name}
	if err := f.recognise(head); err != nil {
		return "", err
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return f.form, nil
		}
		line := 0
		if err == nil {
			line, _ = r.FieldPos(0)
			err = f.row(row, each)
		}
		if err != nil {
			return f.form, fault(name, line, err)
		}
	}
}

// fault returns an error with its place.
func fault(name string, line int, err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		line, err = parse.Line, parse.Err
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: empty", name)
	}
	return fmt.Errorf("%s:%d: %w", name, line, err)
}

// file is a file whose form is known.
type file struct {
	name string
	form Form
	at   [columns]int // -1 for a column that is not there
}

// recognise tells the form of a file by its head.
func (f *file) recognise(head []string) error {
	places := map[string]int{}
	for i, name := range head {
		places[normalised(name)] = i
	}
	_, cur := places["line_item_usage_type"]
	_, focus := places["charge_category"]
	switch {
	case cur && strings.Contains(strings.Join(head, ","), "/"):
		f.form = Legacy
	case cur:
		f.form = CUR2
		if _, monthly := places["billing_period"]; !monthly {
			if _, two := places["bill_billing_period_start_date"]; !two {
				f.form = Legacy
			}
		}
	case focus:
		f.form = FOCUS
	default:
		return fmt.Errorf("%s: no bill (allowed: CUR 2.0, legacy CUR or FOCUS 1.2 as CSV, with its line of column names)", f.name)
	}
	for c, list := range names[focus && !cur] {
		f.at[c] = -1
		for _, name := range list {
			if i, ok := places[name]; ok {
				f.at[c] = i
				break
			}
		}
	}
	for _, c := range needed {
		if f.at[c] < 0 {
			return fmt.Errorf("%s: the bill (%s) has no column %s", f.name, f.form, names[focus && !cur][c][0])
		}
	}
	return nil
}

// of returns a cell of a row, "" where there is none.
func (f *file) of(row []string, c column) string {
	if i := f.at[c]; i >= 0 && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// usages are the kinds of lines that are of a stream; "" is that of a file without kinds.
var usages = map[string]bool{"": true, "usage": true, "discountedusage": true, "savingsplancoveredusage": true}

// isKinesis reports whether a product is Kinesis Data Streams, by either name of it.
func isKinesis(text string) bool {
	return text == "AmazonKinesis" || text == "Amazon Kinesis" || text == "Amazon Kinesis Data Streams"
}

// row hands over a row.
func (f *file) row(row []string, each func(*Line) error) error {
	if !isKinesis(f.of(row, product)) || !usages[strings.ToLower(f.of(row, kind))] {
		return nil
	}
	l := Line{Account: f.of(row, account), Region: model.Region(f.of(row, region)), Resource: f.of(row, resource),
		Usage: f.of(row, usage), Operation: f.of(row, operation)}
	if l.Region == "" {
		if parts := strings.SplitN(l.Resource, ":", 6); len(parts) == 6 {
			l.Region = model.Region(parts[3])
		}
	}
	var err error
	if l.Quantity, err = number(f.of(row, quantity)); err != nil {
		return err
	}
	if l.Cost, err = dollars(f.of(row, cost)); err != nil {
		return err
	}
	if text := f.of(row, list); text != "" {
		if l.List.Value, err = dollars(text); err != nil {
			return err
		}
		l.List.Known = true
	}
	if l.From, err = moment(f.of(row, from)); err != nil {
		return err
	}
	if l.To, err = moment(f.of(row, to)); err != nil {
		return err
	}
	if !l.From.Before(l.To) {
		return fmt.Errorf("the usage ends when it begins (%s)", unit.Stamp(l.From))
	}
	return each(&l)
}

// bad returns that a text is not what it should be.
func bad(text, allowed string) error {
	return fmt.Errorf("%q: not understood (allowed: %s)", untrusted.Clip(text, untrusted.LongestValue), allowed)
}
