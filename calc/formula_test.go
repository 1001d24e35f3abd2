package calc

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc/calctest"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"pgregory.net/rapid"
)

// arithmetic evaluates the text of a formula as a reader does: × and ÷ before
// +, parentheses, "1,000" a thousand, "10s" ten, "2 KiB" 2,048. Other words,
// such as "records/s" and "skew", say what a number is and change nothing.
type arithmetic struct {
	tokens []string
}

// worth is what the units multiply their number with.
var worth = map[string]float64{
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
	"KiB/s": 1 << 10, "MiB/s": 1 << 20, "GiB/s": 1 << 30,
}

// evaluate returns what a formula comes to; NaN where it is not arithmetic.
func evaluate(formula string) float64 {
	formula = strings.NewReplacer("(", " ( ", ")", " ) ").Replace(formula)
	a := arithmetic{strings.Fields(formula)}
	sum := a.sum()
	if len(a.tokens) > 0 {
		return math.NaN()
	}
	return sum
}

func (a *arithmetic) next() string {
	if len(a.tokens) == 0 {
		return ""
	}
	return a.tokens[0]
}

func (a *arithmetic) take() string {
	token := a.next()
	a.tokens = a.tokens[min(1, len(a.tokens)):]
	return token
}

func (a *arithmetic) sum() float64 {
	sum := a.product()
	for a.next() == "+" {
		a.take()
		sum += a.product()
	}
	return sum
}

func (a *arithmetic) product() float64 {
	product := a.operand()
	for {
		switch a.next() {
		case "×":
			a.take()
			product *= a.operand()
		case "÷":
			a.take()
			product /= a.operand()
		default:
			return product
		}
	}
}

func (a *arithmetic) operand() float64 {
	if a.next() == "min" {
		return a.least()
	}
	for a.isWord() {
		a.take()
	}
	token := a.take()
	if token == "(" {
		value := a.sum()
		if a.take() != ")" {
			return math.NaN()
		}
		return value
	}
	value := number(token)
	for a.isWord() {
		if unit, ok := worth[a.take()]; ok {
			value *= unit
		}
	}
	return value
}

// least reads "min(a, b)", whose comma is part of a number or a word.
func (a *arithmetic) least() float64 {
	a.take()
	a.take()
	x, y := a.sum(), a.sum()
	a.take()
	return math.Min(x, y)
}

func (a *arithmetic) isWord() bool {
	token := a.next()
	return token != "" && !strings.Contains("()+×÷", token) && math.IsNaN(number(token))
}

// number reads "1,000.5", or a duration in seconds.
func number(token string) float64 {
	if x, err := strconv.ParseFloat(strings.ReplaceAll(token, ",", ""), 64); err == nil {
		return x
	}
	if share, ok := strings.CutSuffix(token, "%"); ok {
		return number(share) / 100
	}
	if d, err := unit.ParseDuration(token); err == nil {
		return d.Seconds()
	}
	return math.NaN()
}

func TestEvaluate(t *testing.T) {
	for formula, want := range map[string]float64{
		"20,000 records/s × 200 B ÷ 1 MiB/s":    20_000 * 200.0 / (1 << 20),
		"skew 1.5 × (2 KiB + 36 B) ÷ 1m30s":     1.5 * 2084 / 90,
		"1 + 2 × 3 ÷ (4 × 500 records ÷ 500ms)": 1 + 6.0/4000,
		"1 2":    math.NaN(),
		"(1 + 2": math.NaN(),
	} {
		if got := evaluate(formula); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s = %v, want %v", formula, got, want)
		}
	}
}

// The spellings of the formulas, by hand; each comes to the need beside it.
func TestFormulaTexts(t *testing.T) {
	w := calctest.PublicSurge()
	w.Consumers = append(w.Consumers, with("fn", lambda(500, 2, 800*millisecond), latency(30*second), delayBound),
		with("efo", fanOut, latency(30*second)))
	w.Consumers[0].Outage, w.Consumers[1].Reprocess = hour, 12*hour
	w.Producer.PartitionKeySize = 36
	texts := formulas(&w)
	for id, want := range map[string]string{
		"producer-limit.bytes.peak":    "20,000 records/s × (200 B + 36 B) ÷ 1 MiB/s",
		"producer-limit.records.surge": "50,000 records/s ÷ 1,000 records/s",
		"consumer-limit.bytes":         "2 consumers × 10,000 records/s × (200 B + 36 B) ÷ 2 MiB/s",
		"consumer-limit.calls":         "2 ÷ 1s, of 5 calls/s",
		"consumption-speed.c1":         "20,000 records/s ÷ 1,000 records/s",
		"consumption-speed.fn":         "20,000 records/s ÷ (2 × 500 records ÷ 800ms)",
		"acceptable-latency.c1": "(50,000 records/s × 10s + 20,000 records/s × 30s) ÷ (10s + 30s) ÷ 1,000 " +
			"records/s",
		"acceptable-latency.c1.outage":    "(20,000 records/s × 1h ÷ 30s + 20,000 records/s) ÷ 1,000 records/s",
		"acceptable-latency.fn":           "20,000 records/s ÷ (2 × 500 records ÷ 800ms)",
		"acceptable-latency.fn.reprocess": "(10,000 records/s × 12h ÷ 30s + 20,000 records/s) ÷ (2 × 500 records ÷ 800ms)",
		"acceptable-latency.efo":          "enhanced fan-out reads at twice the write limit: a surge never delays it",
	} {
		t.Run(id, func(t *testing.T) {
			if got := texts[id]; got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
	plain := calctest.PublicDefaults()
	if got := formulas(&plain)["producer-limit.bytes.peak"]; got != "20,000 records/s × 200 B ÷ 1 MiB/s" {
		t.Error(got)
	}
}

// Who evaluates the text of a formula gets the need. Texts are rounded to three
// decimals, so rates are drawn large enough for that to be a part in 1,000.
func TestFormulasComeToTheirNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorkload(t, false)
		w.CurrentShards = 0 // a backlog in them takes a time that is rounded
		p := &w.Producer
		for _, rate := range []*unit.RecordsPerSecond{&p.Average, &p.Peak, &p.Surge.Throughput} {
			*rate *= 1000
		}
		needs := solved(&w)
		for id, formula := range formulas(&w) {
			text, _, _ := strings.Cut(formula, ", of ")
			want, got := needs[id].Full, evaluate(text)
			if (want == 0 || math.IsInf(want, 1)) && strings.HasSuffix(formula, " in all") {
				continue // no number of shards is asked for, or none does
			}
			if want == 0 && math.IsNaN(got) {
				continue // says in words why there is no need
			}
			if got != want && !(math.Abs(got-want) <= 1e-3*want) {
				t.Fatalf("%s: %s = %v, want %v", id, formula, got, want)
			}
		}
	})
}

// A slow consumer or a rare record is not written as none.
func TestFormulasOfSmallRates(t *testing.T) {
	w := workload(10, 0.0001, 0.0001, with("slow", speed(0.00025)))
	texts, needs := formulas(&w), solved(&w)
	for _, id := range []string{"producer-limit.bytes.peak", "consumption-speed.slow"} {
		if got, want := evaluate(texts[id]), needs[id].Full; !(math.Abs(got-want) <= 1e-3*want) {
			t.Errorf("%s: %s = %v, want %v", id, texts[id], got, want)
		}
	}
}

// Packed, the text has the sizes and records at the need itself, so that it
// comes to the need all the same; but to less for a function whose need is a
// step, the least N on which another aggregate fits into its payload.
func TestPackedFormulasComeToTheirNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := workload(200, 10_000, 20_000, with("fn", lambda(100, 1, second)), with("c", speed(500)))
		w.Producer.Aggregation = model.DefaultAggregation()
		w.Producer.Aggregation.Producers = unit.Count(rapid.IntRange(1, 1000).Draw(t, "producers"))
		w.Producer.Average *= drawRise(t)
		needs := solved(&w)
		for id, formula := range formulas(&w) {
			text, _, _ := strings.Cut(withoutNotes(formula), ", of ")
			got, want := evaluate(text), needs[id].Full
			if id == "consumption-speed.fn" {
				want = min(got, want)
			}
			if !(math.Abs(got-want) <= 1e-3*want) {
				t.Fatalf("%s: %s = %v, want %v", id, formula, got, want)
			}
		}
	})
}

// withoutNotes takes off the parentheses that explain a size and are not
// multiplied with.
func withoutNotes(formula string) string {
	before, rest, found := strings.Cut(formula, " B (")
	if !found {
		return formula
	}
	_, after, _ := strings.Cut(rest, ")")
	return before + " B" + after
}
