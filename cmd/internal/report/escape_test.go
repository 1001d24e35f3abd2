package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"go.yaml.in/yaml/v4"
)

// hostile are texts that mean something to what an answer is shown with.
var hostile = []string{
	"<script>alert(1)</script>", "</td></text><svg onload=alert(1)>", "<!-- x", "<http://x/>", "&lt;b&gt; &#60; &amp",
	"]]>",
	"[l](javascript:alert(1))", "[l]\n(javascript:alert(1))", "![i](http://x/i.png)", "[x]: javascript:alert(1)", "[l][x]",
	"[a\\](b)", "[ ] task",
	"`code` ``x``", "**b** *i* _i_ __b__ a_b ~~s~~", "\\<b>", "# head", "- item", "+ item", "* item", "1. item",
	"12) item", "---", "    indented", "> quoted",
	"a|b", "|-|-|", "\\| x", "a\n\n# b\n\n```\nx", "~~~",
	"=HYPERLINK(\"http://x\")", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1+1", "x;=1+1", "＝1+1", "-1.5", "a,\"b\"",
	"\x1b]0;title\x07\x1b[2J", "\u009b31m\u0085\x7f\x00", "\u202egnp.exe\u2066\u200f", "\xff\x9b31m", "\ufffe\uffff\ufeff", "\u2028\u2029\u00a0x", "\U000e0041\U0001f600", "東京" + strings.Repeat("界", 60),
	"null", "true", "? a: b", "'", "%YAML 1.2", "!!int 3", "...",
}

// infect puts the hostile texts in the place of all texts of an answer, whatever
// they mean; each round gives each of them another.
func infect(v reflect.Value, next *int) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			infect(v.Elem(), next)
		}
	case reflect.Interface:
		if !v.IsNil() && v.Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(hostile[*next%len(hostile)]))
			*next++
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				infect(field, next)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			infect(v.Index(i), next)
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(hostile[*next%len(hostile)])
			*next++
		}
	}
}

// written is an answer, with what writes it.
type written struct {
	value any
	write func(io.Writer, Format) error
}

var screen = Terminal{Width: 100}

// everyAnswer has an answer of each kind and shape.
func everyAnswer(t *testing.T) map[string]written {
	all := map[string]written{}
	for name, p := range plans() {
		p.Warnings = warned()
		all["plan, "+name] = written{p, func(w io.Writer, f Format) error { return WritePlan(w, p, f, screen) }}
	}
	for name, c := range costs() {
		if name != "large" && name != "missing" {
			continue // which have no other texts
		}
		c.Warnings = warned()
		all["costs, "+name] = written{c, func(w io.Writer, f Format) error { return WriteCosts(w, c, f, screen) }}
	}
	for name, r := range replays() {
		if name != "many" && name != "auto" && name != "none" { // the first are shared, the others like those of one name
			r.Warnings, r.Source = warned(), "orders.json"
			all["replay, "+name] = written{r, func(w io.Writer, f Format) error { return WriteReplay(w, r, f, screen) }}
		}
	}
	for name, r := range map[string]*review.Review{"usual": reviewOf(usual(), flag("current_shards", "12")), "short": reviewOf(usual(), flag("current_shards", "1"))} {
		all["review, "+name] = written{r, func(w io.Writer, f Format) error { return WriteReview(w, r, f, screen) }}
	}
	s := everyKind()
	s.Warnings = warned()
	all["history"] = written{s, func(w io.Writer, f Format) error { return WriteHistory(w, s, f, screen) }}
	known := price.Embedded()
	l, d := known.List(
		time.Unix(1_800_000_000, 0),
	), price.Diff{
		From:    "a",
		To:      "b",
		Changes: price.Compare(new(price.Catalogue), known),
	}
	l.Warnings = warned()
	l.Prices, d.Changes = slices.Clone(l.Prices[:10]), d.Changes[:10]
	all["prices"] = written{&l, func(w io.Writer, f Format) error { return WritePrices(w, &l, f, screen) }}
	all["diff"] = written{&d, func(w io.Writer, f Format) error { return WriteDiff(w, &d, f, screen) }}
	p := &cloudwatch.Plan{
		Asks:  []cloudwatch.Ask{{Stream: "orders", Series: []model.SeriesID{ofStream("IncomingBytes"), ofShard(0)}}},
		Bands: []cloudwatch.Band{{Start: time.Unix(0, 0), End: time.Unix(3600, 0), Period: unit.Duration(time.Minute)}},
	}
	all["fetch"] = written{p, func(w io.Writer, _ Format) error { return WriteFetchPlan(w, p, "us-east-1", screen) }}
	return all
}

func warned() []notice.Notice {
	return []notice.Notice{{ID: "a", Message: "One.", Remedy: "Mend it."}, {ID: "b", Message: "Two.", Remedy: "Mend it."}}
}

// Whatever text stands in whatever field of an answer, no format brings to its
// reader more than that text.
func TestForeignTexts(t *testing.T) {
	all := everyAnswer(t)
	for round := range modeltest.Draws(len(hostile)) {
		for name, a := range all {
			next := round
			infect(reflect.ValueOf(a.value), &next)
			if next == round {
				t.Fatalf("%s: no text was changed", name)
			}
			for _, format := range Formats() {
				where := fmt.Sprintf("%s as %s, round %d", name, format, round)
				var b bytes.Buffer
				if err := a.write(&b, format); err != nil {
					t.Errorf("%s: %v", where, err)
					continue
				}
				shows(t, where, b.String())
				if check := checks[format]; check != nil && name != "fetch" {
					check(t, where, a.value, b.String())
				}
			}
			if r, ok := a.value.(*review.ReplayReport); ok {
				elements(t, plotted(t, r, "svg")) // well-formed
				shows(t, name, strings.ReplaceAll(plotted(t, r, "svg"), "\n\t", "\n"))
				plotted(t, r, "pdf")
			}
		}
		if t.Failed() {
			return
		}
	}
}

var checks = map[Format]func(t *testing.T, where string, value any, text string){
	JSON: sameAsJSON(
		json.Unmarshal,
	), YAML: sameAsJSON(func(b []byte, v any) error { return yaml.Unmarshal(b, v) }), CSV: noFormula, Markdown: noMarkup,
}

// shows checks that all of a text does.
func shows(t *testing.T, where, text string) {
	t.Helper()
	at := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
	if at >= 0 || !utf8.ValidString(text) {
		t.Errorf("%s: %q does not show", where, text[max(0, at-20):max(0, at)+20])
	}
}

// sameAsJSON checks that a program reads the texts as they are.
func sameAsJSON(read func([]byte, any) error) func(*testing.T, string, any, string) {
	return func(t *testing.T, where string, value any, text string) {
		t.Helper()
		want, err := json.Marshal(value)
		var wanted, got any
		if err := errors.Join(err, json.Unmarshal(want, &wanted), read([]byte(text), &got)); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		again, err := json.Marshal(got)
		if err := errors.Join(err, json.Unmarshal(again, &got)); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("%s: %s", where, diff)
		}
	}
}

// noFormula checks that no cell is one.
func noFormula(t *testing.T, where string, _ any, text string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	for _, cell := range slices.Concat(rows...) {
		first, _ := utf8.DecodeRuneInString(cell)
		if _, err := strconv.ParseFloat(cell, 64); err != nil && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
			t.Errorf("%s: the cell %q", where, cell)
		}
	}
}

// ours are the elements that pages of ours have.
var ours = []string{
	"h1",
	"h2",
	"p",
	"ul",
	"li",
	"table",
	"thead",
	"tbody",
	"tr",
	"th",
	"td",
	"strong",
	"pre",
	"code",
	"a",
}

// noMarkup checks that a page has no elements but ours, no links but those that say
// where they lead, and all of the warnings as they are.
func noMarkup(t *testing.T, where string, value any, page string) {
	t.Helper()
	var b bytes.Buffer
	converter := goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithRendererOptions(html.WithUnsafe(), html.WithXHTML()),
	)
	if err := converter.Convert([]byte(page), &b); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for d := xml.NewDecoder(&b); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: not our markup: %v\n%s", where, err, page)
		}
		switch one := token.(type) {
		case xml.CharData:
			text.Write(one)
		case xml.StartElement:
			if !slices.Contains(ours, one.Name.Local) || one.Name.Local == "a" && !strings.Contains(page, strings.TrimPrefix(one.Attr[0].Value, "mailto:")) {
				t.Errorf("%s: an element %v\n%s", where, one, page)
			}
		case xml.Comment, xml.Directive, xml.ProcInst:
			t.Errorf("%s: %T\n%s", where, one, page)
		}
	}
	answer := strings.Join(strings.Fields(text.String()), " ")
	for _, w := range warningsOf(value) {
		if want := strings.Join(strings.Fields(singleLine(w.Message+" "+w.Remedy)), " "); !strings.Contains(answer, want) {
			t.Errorf("%s: no %q in\n%s", where, want, page)
		}
	}
}

// warningsOf are those that an answer shows whole.
func warningsOf(answer any) []notice.Notice {
	if _, brief := answer.(*review.Review); brief {
		return nil
	}
	field := reflect.Indirect(reflect.ValueOf(answer)).FieldByName("Warnings")
	if !field.IsValid() {
		return nil
	}
	list, _ := field.Interface().([]notice.Notice)
	return list
}
