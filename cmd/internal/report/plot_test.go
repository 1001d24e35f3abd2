package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
)

func pictureOf(r *review.ReplayReport) *Picture {
	return &Picture{Replay: r, Version: "1.2.3", Prices: []model.CostLine{{AsOf: "2026-09"}, {AsOf: "2026-11"}, {}}}
}

func plotted(t *testing.T, r *review.ReplayReport, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := pictureOf(r).Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// element is what a picture has: a text or a path.
type element struct {
	name, text, path, style, fill string
	x, size                       float64
}

// elements are those of a picture, which is XML.
func elements(t *testing.T, svg string) []element {
	t.Helper()
	var list []element
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if token == nil {
			if err.Error() != "EOF" {
				t.Fatal(err)
			}
			return list
		}
		switch one := token.(type) {
		case xml.StartElement:
			e := element{name: one.Name.Local}
			for _, a := range one.Attr {
				switch a.Name.Local {
				case "d":
					e.path = a.Value
				case "fill":
					e.fill = a.Value
				case "stroke", "stroke-width", "stroke-dasharray":
					e.style += a.Name.Local + ":" + a.Value + ";"
				case "x":
					e.x, _ = strconv.ParseFloat(a.Value, 64)
				case "font-size":
					e.size, _ = strconv.ParseFloat(a.Value, 64)
				}
			}
			list = append(list, e)
		case xml.CharData:
			if len(list) > 0 {
				list[len(list)-1].text += strings.Trim(string(one), "\n")
			}
		}
	}
}

// texts are those of a picture, in the order in which they are drawn.
func texts(t *testing.T, r *review.ReplayReport) string {
	t.Helper()
	var list []string
	for _, e := range elements(t, plotted(t, r, "svg")) {
		if e.name == "text" {
			list = append(list, strings.TrimSpace(e.text))
		}
	}
	return strings.Join(list, "|")
}

// A picture is the same bytes each time, but for the time in a PDF.
func TestPlotIsTheSame(t *testing.T) {
	date := regexp.MustCompile(`D:\d{14}`)
	for _, format := range picture.Formats() {
		first, second := plotted(t, replays()["named"], format), plotted(t, replays()["named"], format)
		if date.ReplaceAllString(first, "") != date.ReplaceAllString(second, "") {
			t.Errorf("%s: another picture", format)
		}
	}
}

// Each kind of file begins as it has to. At 6 inches and 150 dots per inch a
// picture is 900 dots wide.
func TestPlotFormats(t *testing.T) {
	for name, r := range replays() {
		m, err := png.Decode(strings.NewReader(plotted(t, r, "png")))
		if err != nil {
			t.Fatal(name, err)
		}
		if m.Bounds().Dx() != 900 {
			t.Errorf("%s: %d dots wide", name, m.Bounds().Dx())
		}
		if text := plotted(t, r, "pdf"); !strings.HasPrefix(text, "%PDF-1.") || !strings.HasSuffix(text, "%%EOF\n") {
			t.Errorf("%s: no PDF", name)
		}
	}
	if err := pictureOf(replays()["auto"]).Write(&bytes.Buffer{}, "gif"); err == nil ||
		err.Error() != `pictures are svg, png or pdf, not "gif"` {
		t.Error(err)
	}
	if err := pictureOf(replayedOf()).Write(&bytes.Buffer{}, "svg"); err == nil ||
		!strings.HasPrefix(err.Error(), "there is nothing to plot") {
		t.Error(err)
	}
}

func TestPlotWriteErrors(t *testing.T) {
	for _, format := range []string{"svg", "png", "pdf"} {
		if err := pictureOf(replays()["auto"]).Write(full{}, format); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// The title says what holds and what it costs; each panel says what it shows, with the units on
// its axes. A panel that there is nothing in is left out, and where one cannot be drawn a reason
// stands.
func TestPlotTexts(t *testing.T) {
	const load, age = "Load of the hottest shard in its busiest second, in % of its limit", "Iterator age of"
	const curve, free = "Worst latency against cost a month, for each number of shards", "Worst latency of each number of shards"
	const alone = "|Not drawn: no consumer is declared, and none was measured.|"
	all := replays()
	for name, want := range map[string][]string{
		"named": {"orders: 20 shards hold, $219 a month|2026-11-15 00:00 to 2026-11-16 00:00 UTC (1d) in 1,440 steps; from|" +
			"orders.json. What if: stop,consumer=fraud,at=6h,for=1h", "|" + load,
			"|20 shards|limit|", "|0%|20%|40%|60%|80%|100%|", "|Nov 15|06:00|12:00|18:00|Nov 16|UTC|", age +
				" each consumer on 20 shards, and latencies|allowed (thin dashes)|", "|fraud (recovery 10m)|audit|",
			curve + "|holds|does not hold|20 shards|", "|$140|$160|$180|$200|$220|a month|", "|20: $219|", "|16: $175|",
			"|12: $131|", "|kcalc 1.2.3 · us-east-1 · prices of 2026-09 to 2026-11"},
		"auto": {load, alone, curve},
		"none": {"orders: 10 shards do not hold|", " 10 shards do not hold: Too much for 10.|",
			"|throttled on 10: up to 100% of the records of 1h|"},
		"on-demand": {"orders: on-demand does not hold|", "|Capacity that AWS gives, in shards|",
			"|0|10|20|30|40|", "|throttled on demand: ", curve + "|Not drawn: on demand, AWS chooses the number of shards.|"},
		"declared": {"|A declared scenario of 1d in 1,440 steps.|", "|0 s|6 h|12 h|18 h|1 d|since the beginning|"},
		"many":     {"orders: 151 shards hold, $", age + " the worst 8 of 100 consumers on 151 shards|"},
	} {
		got := texts(t, all[name])
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q is not in\n%s", name, part, got)
			}
		}
	}
	for name, not := range map[string][]string{"auto": {"throttled"}, "declared": {age}, "named": {"throttled", "Capacity"}} {
		for _, part := range not {
			if got := texts(t, all[name]); strings.Contains(got, part) {
				t.Errorf("%s: %q is in\n%s", name, part, got)
			}
		}
	}
	unpriced := all["auto"]
	for i := range unpriced.Trade {
		unpriced.Trade[i].Monthly = model.Maybe[unit.USD]{}
	}
	if got := texts(t, unpriced); strings.Contains(got, curve) || !strings.Contains(got, free) ||
		!strings.Contains(got, "|12|14|16|18|20|shards|") {
		t.Errorf("a cost that is not known:\n%s", got)
	}
}

// The title is the decision: that of a review, of a plan, or what a replay shows. The sums are
// 3 × $21.90 = $65.70 and 3 × $10.95 = $32.85.
func TestPlotTitles(t *testing.T) {
	p := func(from, to int, saves unit.USD) *model.Plan {
		return &model.Plan{Stream: "clicks", Feasible: true, Shards: model.Shards{Recommended: to},
			Scaling: model.Known(model.Scaling{From: from, To: to, Saves: model.Known(saves)}),
			Cost:    model.Known(model.PlanCost{Monthly: 447*unit.Dollar + unit.Dollar/2})}
	}
	fresh, infeasible := p(0, 13, 0), p(16, 13, 1)
	fresh.Scaling, infeasible.Feasible = model.Maybe[model.Scaling]{}, false
	doubt := []notice.Notice{{Message: "Too little is known."}}
	now := replays()["named"]
	now.Candidates[0].Now, now.Candidates[0].Monthly, now.Candidates[1].Monthly = true, model.Known(100*unit.Dollar), model.Known(109*unit.Dollar)
	red := replays()["named"]
	red.Infeasible = []model.Infeasibility{{Message: "No."}}
	for want, drawn := range map[string]*Picture{
		"clicks: 16 → 13 shards, −$66 a month":      {Plan: p(16, 13, 65*unit.Dollar+7*unit.Dollar/10)},
		"clicks: 4 → 7 shards, +$33 a month":        {Plan: p(4, 7, -33*unit.Dollar+15*unit.Dollar/100)},
		"clicks: 2 → 1 shard, −$8.50 a month":       {Plan: p(2, 1, 8*unit.Dollar+unit.Dollar/2)},
		"clicks: 13 shards are right, $448 a month": {Plan: p(13, 13, 0)},
		"clicks: 13 shards, $448 a month":           {Plan: fresh},
		"clicks: undecided; from what is known, 13 shards, $448 a month": {
			Review: &review.Review{Plan: p(16, 13, 1), Undecided: doubt}},
		"clicks: keep 13 shards; undecided, because data is lost": {Review: &review.Review{
			Plan: shardsNowAre(p(13, 13, 0), 13), Undecided: doubt, Because: "data is lost"}},
		"orders: 12 → 20 shards would have held, +$9.00 a month": {Replay: now},
	} {
		if got, alarm := drawn.title(); got != want || alarm {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for want, drawn := range map[string]*Picture{
		"clicks does not fit: no number of shards carries it":              {Plan: infeasible},
		"orders: 10 shards do not hold":                                    {Replay: replays()["none"]},
		"orders: the workload does not fit, whatever the number of shards": {Replay: red},
	} {
		if got, alarm := drawn.title(); got != want || !alarm {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if svg := plotted(t, replays()["none"], "svg"); !strings.Contains(svg, `fill="#B00020">orders: 10 shards do not hold<`) {
		t.Errorf("%.900s", svg)
	}
}

func shardsNowAre(p *model.Plan, n int) *model.Plan {
	p.Shards.Current = model.Known(n)
	return p
}

// The picture of a plan is of its shards, also where fewer hold; those of today are beside them.
func TestPlotOfThePlan(t *testing.T) {
	r := replayedOf(candidateOf(12), candidateOf(13), candidateOf(16))
	for i := range r.Candidates {
		r.Candidates[i].Holds = true
	}
	r.Candidates[2].Now = true
	p := pictureOf(r)
	p.Plan = &model.Plan{Feasible: true, Shards: model.Shards{Recommended: 13}}
	svg, err := p.SVG()
	if err != nil || !strings.Contains(string(svg), ">now: 16 shards<") || !strings.Contains(string(svg), ">13 shards<") ||
		strings.Contains(string(svg), ">12 shards<") {
		t.Errorf("%v %.2000s", err, svg)
	}
}

// widthOf is how wide a text is in the font of the picture, as the package that draws
// its letters measures it.
func widthOf(t *testing.T, text string, size float64) float64 {
	t.Helper()
	parsed, err := opentype.Parse(liberationsansregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	const dots = 32 // at which the package has the distances of pairs of letters right
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: dots, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	return float64(font.MeasureString(face, text)) / 64 / dots * size
}

// On a telephone the picture is 400 pixels wide, and letters are at least 9 high:
// 13 points of 432. No text leaves the picture.
func TestPlotIsLegible(t *testing.T) {
	for name, r := range replays() {
		svg := plotted(t, r, "svg")
		if !strings.Contains(svg, `width="432pt"`) || !strings.Contains(svg,
			`font-family="'Liberation Sans', Arial, Helvetica, sans-serif"`) {
			t.Errorf("%s: %.300s", name, svg)
		}
		for _, e := range elements(t, svg) {
			if e.name != "text" {
				continue
			}
			width := widthOf(t, e.text, e.size)
			if e.size < 13 || e.x < 0 || e.x+width > 432 {
				t.Errorf("%s: %q of %g at %g to %g", name, e.text, e.size, e.x, e.x+width)
			}
		}
	}
}

// A name of 128 letters is told by its ends, however wide they are; one that there
// is room for is whole.
func TestPlotOfWideNames(t *testing.T) {
	r := longNames()
	r.Stream = model.Name(strings.Repeat("W", 128))
	r.Candidates[0].Series.Value.Ages[0].Seconds[5] = 1
	r.Candidates[0].Series.Value.Ages[0].Consumer = model.Name("A" + strings.Repeat("W", 126) + "Z")
	for _, e := range elements(t, plotted(t, r, "svg")) {
		if width := widthOf(t, e.text, e.size); e.name == "text" && e.x+width > 432 {
			t.Errorf("%q ends at %g", e.text, e.x+width)
		}
	}
	if got := texts(t, r); !regexp.MustCompile(`\|AW+\.\.\.W+Z\|`).MatchString(got) {
		t.Error(got)
	}
}

// points are the ends of the lines of a path.
func (e *element) points(t *testing.T) [][2]float64 {
	t.Helper()
	var list [][2]float64
	for _, m := range regexp.MustCompile(`[ML](-?[0-9.]+),(-?[0-9.]+)`).FindAllStringSubmatch(e.path, -1) {
		x, errX := strconv.ParseFloat(m[1], 64)
		y, errY := strconv.ParseFloat(m[2], 64)
		if err := errors.Join(errX, errY); err != nil {
			t.Fatal(err)
		}
		list = append(list, [2]float64{x, y})
	}
	return list
}

// paths are those of a style.
func paths(t *testing.T, svg, style string) [][][2]float64 {
	t.Helper()
	var list [][][2]float64
	for _, e := range elements(t, svg) {
		if e.name == "path" && strings.Contains(e.style, style) {
			list = append(list, e.points(t))
		}
	}
	return list
}

// The styles of lines in these pictures.
const (
	limitStyle = "stroke-width:1.5;stroke-dasharray:8,4"
	firstStyle = "stroke:#0072B2;stroke-width:2.5"
	curveStyle = "stroke:#595959;stroke-width:2.5"
	boundStyle = "stroke:#0072B2;stroke-width:1.25"
	gridStyle  = "stroke:#D7D7D7;stroke-width:0.75"
	crossStyle = "stroke:#000000;stroke-width:2.5"
)

// values are the vertical values of a line, whose panel has grid lines at 0 and
// at one step.
func values(line [][2]float64, zero, one, step float64) []float64 {
	list := make([]float64, len(line))
	for i, p := range line {
		list[i] = (p[1] - zero) / (one - zero) * step
	}
	return list
}

// A line goes through the values of its series. 20 shards are filled to half, and
// from 12:00 to 18:00 to the limit; fraud was 40 s behind in the hour from 13:00,
// and may be 600 s; 20, 16 and 12 shards take 1, 11 and 21 s and cost $219, $175.20
// and $131.40. Steps of the axes are 20 %, 2 min, and 5 s.
func TestPlotDrawsTheValues(t *testing.T) {
	svg := plotted(t, replays()["named"], "svg")
	lines, grid, curve := paths(t, svg, firstStyle), paths(t, svg, gridStyle), paths(t, svg, curveStyle)
	if len(lines) != 6 || len(grid) != 6+6+5 || len(curve) != 1 { // with two samples of legends, and two rings
		t.Fatal(len(lines), len(grid), len(curve))
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 2e-3*max(math.Abs(want), 1) {
			t.Errorf("%s: %g, want %g", what, got, want)
		}
	}
	at := func(line [][2]float64, first int, step float64) []float64 {
		return values(line, grid[first][0][1], grid[first+1][0][1], step)
	}
	limit, bound := paths(t, svg, limitStyle), paths(t, svg, boundStyle)
	load := at(lines[1], 0, 20)
	near("load at 00:00", load[0], 50)
	near("load at 12:00", load[2*12], 100)
	near("the limit", at(limit[1], 0, 20)[0], 100)
	left, right := limit[1][0][0], limit[1][1][0]
	near("12:00", (lines[1][2*12][0]-left)/(right-left), 0.5)

	age := at(lines[3], 6, 120)
	near("age at 12:30", age[12], 0)
	near("age at 13:30", age[13], 40)
	near("the bound", at(bound[0], 6, 120)[0], 600)
	near("13:30", (lines[3][13][0]-left)/(right-left), 13.5/24)

	for i, want := range []float64{1, 11, 21} {
		near("latency", at(curve[0], 12, 5)[i], want)
	}
	near("$175.20, between $219 and $131.40", (curve[0][1][0]-curve[0][2][0])/(curve[0][0][0]-curve[0][2][0]), 0.5)
	near("the ring around 20 shards", lines[5][0][0]-8, curve[0][0][0])
}

// 20 shards hold, which a disc says, and 16 and 12 do not, which crosses of two
// strokes say; the legend has one of each.
func TestPlotMarksWhatHolds(t *testing.T) {
	svg := plotted(t, replays()["named"], "svg")
	if crosses := paths(t, svg, crossStyle); len(crosses) != 2*(1+2) {
		t.Errorf("%d strokes", len(crosses))
	}
	discs := 0
	for _, e := range elements(t, svg) {
		if e.name == "circle" {
			discs++
		}
	}
	if discs != 1+1 {
		t.Errorf("%d discs", discs)
	}
}

// barsOf are the marks of a picture of what was throttled, after the sample of the legend.
func barsOf(t *testing.T, svg string) [][][2]float64 {
	t.Helper()
	var list [][][2]float64
	for _, e := range elements(t, svg) {
		if e.name == "path" && e.fill == "#0072B2" {
			list = append(list, e.points(t))
		}
	}
	return list[1:]
}

// What is throttled from 12:00 to 18:00 is marked on the axis from the half to three quarters
// of the day.
func TestPlotMarksThrottles(t *testing.T) {
	svg := plotted(t, replays()["none"], "svg")
	bars, limit := barsOf(t, svg), paths(t, svg, limitStyle)[1] // after that of the legend
	if len(bars) != 1 {                                         // which is not cut into hours
		t.Fatal(bars)
	}
	left, day := limit[0][0], limit[1][0]-limit[0][0]
	last := bars[0][len(bars[0])-2]
	if from, to := (bars[0][0][0]-left)/day, (last[0]-left)/day; math.Abs(from-0.5) > 1e-3 || math.Abs(to-0.75) > 1e-3 {
		t.Errorf("from %g to %g of the day", from, to)
	}
	if axis := bars[0][len(bars[0])-1][1]; axis != last[1] || bars[0][0][1] >= axis {
		t.Errorf("it does not stand on the axis: %v", bars[0])
	}
}

// A throttle of a moment is as wide as the eye needs, and stays within the plot.
func TestPlotMarksShortThrottles(t *testing.T) {
	for _, at := range []int{0, 5000, 9999} {
		r := replays()["none"]
		s := &r.Candidates[0].Series.Value
		s.Seconds = day / 10_000
		s.Write, s.Throttled, s.Offered = make([]float64, 10_000), make([]float64, 10_000), make([]float64, 10_000)
		s.Throttled[at], s.Write[at] = 1, 2
		svg := plotted(t, r, "svg")
		bar, limit := barsOf(t, svg)[0], paths(t, svg, limitStyle)[1]
		if width := bar[1][0] - bar[0][0]; math.Abs(width-2) > 0.02 || bar[0][0] < limit[0][0]-0.02 ||
			bar[1][0] > limit[1][0]+0.02 {
			t.Errorf("part %d: %v of %v", at, bar, limit)
		}
	}
}

// What has no series, no consumer or a stream of nothing is drawn without fault.
func TestPlotOfLittle(t *testing.T) {
	empty := replays()["auto"]
	empty.Candidates[0].Series = model.Maybe[replay.Series]{}
	if got := texts(t, empty); !strings.Contains(got, "|Not drawn: nothing is known of the traffic over time.|") ||
		!strings.Contains(got, "Worst latency") {
		t.Error(got)
	}
	still := replays()["named"]
	for i := range still.Candidates {
		s := &still.Candidates[i].Series.Value
		clear(s.Write)
		s.Ages[0].Seconds[13] = 0
	}
	still.Trade[0].Latency, still.Trade[1].Latency, still.Trade[2].Latency = 0, 0, 0
	for _, format := range []string{"svg", "png", "pdf"} {
		plotted(t, still, format)
	}
	same := replays()["auto"]
	same.Trade = same.Trade[:1]
	if got := texts(t, same); !strings.Contains(got, "|Not drawn: the traffic leaves one number of shards to choose from.|") {
		t.Errorf("a trade of one count:\n%s", got)
	}
}

// Real answers are drawn as those of the other tests, and so is one on-demand.
func TestPlotOfExamples(t *testing.T) {
	for _, mode := range []model.Mode{model.Provisioned, model.OnDemandStandard} {
		q := review.ReplayRequest{Auto: mode == model.Provisioned, Mode: mode, MaxThrottled: review.DefaultMaxThrottled,
			Writes: review.Wait}
		got := texts(t, measured(t, "clicks.json.gz", q))
		if !strings.Contains(got, "Load of the hottest shard") || strings.Contains(got, "Iterator age") || // no consumer falls behind
			strings.Contains(got, "Capacity that AWS gives") != (mode != model.Provisioned) {
			t.Errorf("%s: %s", mode, got)
		}
	}
}

// hostileNames are texts that a file may have as its name, and what a picture says.
var hostileNames = map[string]string{
	"a<b>&\"c'.json":                   "a<b>&\"c'.json",
	"</text></svg><script>":            "</text></svg><script>",
	"]]>&#0;&x;":                       "]]>&#0;&x;",
	"bell\a esc\x1b[31m nul\x00":       "bell? esc?[31m nul?",
	"c1\u0085 line\u2028two\nthree":    "c1 line two three",
	"turned\u202egpj\u2066.json":       "turned?gpj?.json",
	"no\ufffe\uffff letter\xff":        "no?? letter\ufffd",
	"häufig Ωμέγα Привет 日 \U0001f600": "häufig Ωμέγα Привет 日 \U0001f600",
}

// Whatever a file is called, a picture of it is well-formed, says the name as far as
// it shows, and stays within its width.
func TestPlotOfForeignTexts(t *testing.T) {
	for name, want := range hostileNames {
		r := replays()["named"]
		r.Source, r.Stream = name, model.Name(name)
		r.Candidates[1].Series.Value.Ages[0].Consumer, r.Bounds[0].Consumer = model.Name(name), model.Name(name)
		got := strings.ReplaceAll(texts(t, r), "|", " ") // lines are broken where the room ends
		for _, part := range []string{want + ": 20 shards hold, $219 a month ", " (1d) in 1,440 steps; from " + want + ". ",
			" " + want + " (recovery 10m) "} {
			if !strings.Contains(got, part) {
				t.Errorf("%q: %q is not in\n%s", name, part, got)
			}
		}
		for _, format := range picture.Formats() {
			plotted(t, r, format)
		}
	}
}

// A program that reads a picture aloud says what it shows, and it does not take on
// the dark of a page.
func TestPlotForAllReaders(t *testing.T) {
	svg := plotted(t, replays()["named"], "svg")
	for _, want := range []string{`role="img"`, "<title>orders: 20 shards hold, $219 a month</title>",
		"<desc>2026-11-15 00:00 to", `<rect width="100%" height="100%" fill="#FFFFFF"/>`} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is not in %.900s", want, svg)
		}
	}
}

// A file of each kind is small enough for a mail, a PDF with its letters too.
func TestPlotIsSmall(t *testing.T) {
	for _, format := range picture.Formats() {
		if size := len(plotted(t, replays()["many"], format)); size > 250<<10 {
			t.Errorf("%s: %d bytes", format, size)
		}
	}
}

func BenchmarkPlot(b *testing.B) {
	for _, format := range picture.Formats() {
		b.Run(format, func(b *testing.B) {
			r := replays()["named"]
			for b.Loop() {
				if err := pictureOf(r).Write(io.Discard, format); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
