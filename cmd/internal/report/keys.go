package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// WriteKeys writes where the keys of a stream land in a format.
func WriteKeys(w io.Writer, a *keys.Answer, format Format, terminal Terminal) error {
	return answer{a, func() *document { return keysDocument(a) }, keysRecords(a).csv}.write(w, format, terminal)
}

// keyName returns what a key is called.
func keyName(k *keys.Key) string {
	if k.Name == "" {
		return "hash key " + k.Hash.String()
	}
	return k.Name
}

func keysDocument(a *keys.Answer) *document {
	d := &document{headline: keysHeadline(a), tone: color.FgGreen}
	if a.Verdict.Fits.Known && !a.Verdict.Fits.Value {
		d.tone = color.FgRed
	}
	d.lead = keysLead(a)
	d.table("Hottest shard", countsGrid(a))
	for i := range a.Layouts {
		d.table(layoutName(&a.Layouts[i]), layoutGrid(&a.Layouts[i]))
	}
	d.warn(a.Notices, allWarnings)
	return d
}

// layoutName returns what some shards are called.
func layoutName(l *keys.Layout) string {
	switch n := len(l.Shards); {
	case l.Today:
		return "Now: " + unit.Plural(n, "shard")
	case l.Targeted:
		return unit.Plural(n, "shard") + " cut at the keys"
	default:
		return unit.Plural(n, "equal shard")
	}
}

func keysHeadline(a *keys.Answer) string {
	v, key := &a.Verdict, keyName(&a.Largest)
	share := a.Largest.Share.Prose()
	switch {
	case v.Fits.Known && !v.Fits.Value:
		return fmt.Sprintf("More shards do not help: %s alone is %s of the load; salt it with %s", key, share,
			unit.Plural(v.Salt.Value, "value"))
	case v.Fits.Known && v.Uniform.Known && v.Uniform.Value == v.Targeted.Value:
		return unit.Plural(v.Uniform.Value, "equal shard") + verbForm(v.Uniform.Value, " does", " do") + ": cutting at the keys saves none"
	case v.Fits.Known && v.Uniform.Known:
		return fmt.Sprintf("%s do if they are cut at the keys, %s if they are equal", unit.Plural(v.Targeted.Value, "shard"),
			number(v.Uniform.Value))
	case v.Fits.Known:
		return fmt.Sprintf("%s do if they are cut at the keys; no number of equal ones does", unit.Plural(v.Targeted.Value, "shard"))
	}
	text := fmt.Sprintf("More shards help up to %s cut at the keys", number(v.TargetedCeiling))
	if v.UniformCeiling.Known {
		text += ", or " + number(v.UniformCeiling.Value) + " equal ones"
	}
	return text
}

func keysLead(a *keys.Answer) []item {
	v, key := &a.Verdict, &a.Largest
	text := fmt.Sprintf("%s is the largest of %s: %s of the load, all of it on one shard.", keyName(key),
		unit.Plural(a.Keys, "key"), key.Share.Prose())
	if key.Carries.Known {
		text += fmt.Sprintf(" It fills a shard when the stream has %s: no number of shards carries more.",
			unit.Grouped(key.Carries.Value, 0)+" records/s")
	}
	items := []item{{"▸", color.Bold, text}}
	if v.Fits.Known {
		text = fmt.Sprintf("From %s cut at the keys on, the hottest has %s and hardly more", unit.Plural(v.TargetedCeiling, "shard"), keyName(key))
		if v.UniformCeiling.Known {
			text += ", from " + number(v.UniformCeiling.Value) + " equal ones likewise"
		}
	} else {
		text = "From there on the hottest shard has that key and hardly more, and further shards do not make it cooler"
	}
	items = append(items, item{" ", color.Reset, text + "."})
	if r := a.Rate; r.Known {
		text = "The stream's " + rateName(a) + ": " + rateText(a) + "; a shard may be used to " + a.Target.Prose() + "."
		items = append(items, item{" ", color.Reset, text})
	}
	if a.Today.Known {
		items = append(items, item{" ", color.Reset, todayText(a)})
	}
	return items
}

// todayText says what the hottest of today's shards has.
func todayText(a *keys.Answer) string {
	t := &a.Today.Value
	text := fmt.Sprintf("Now the hottest of %s has %s of the load, %s times the mean", unit.Plural(t.Shards, "shard"),
		t.Share.Prose(), unit.Grouped(t.Skew, 2))
	if t.Utilization.Known {
		text += ", and is used to " + t.Utilization.Value.Prose()
	}
	return text + "."
}

// rateName returns what the rate of the stream is.
func rateName(a *keys.Answer) string {
	if a.Rate.Value.Peak {
		return "peak"
	}
	return "mean"
}

// rateText returns the rate of the stream, in what was counted.
func rateText(a *keys.Answer) string {
	var parts []string
	if a.Records.Known {
		parts = append(parts, unit.RecordsPerSecond(a.Rate.Value.Records).Prose())
	}
	if a.Bytes.Known {
		parts = append(parts, unit.BytesPerSecond(a.Rate.Value.Bytes).Prose())
	}
	return strings.Join(parts, ", ")
}

func countsGrid(a *keys.Answer) grid {
	g := grid{header: []string{"shards", "equal", "skew", "cut at the keys", "skew", "salt to mean"},
		right: []bool{true, true, true, true, true, true}, optional: [][]int{{5}}}
	if a.Rate.Known {
		g.header = slices.Concat(g.header, []string{"equal used", "cut used"})
		g.right = append(g.right, true, true)
	}
	for i := range a.Counts {
		c := &a.Counts[i]
		fewest := a.Verdict.Targeted.Known && c.Shards == a.Verdict.Targeted.Value ||
			a.Verdict.Uniform.Known && c.Shards == a.Verdict.Uniform.Value
		cells := []string{number(c.Shards), c.Uniform.Share.Prose(), unit.Grouped(c.Uniform.Skew, 2), c.Targeted.Share.Prose(),
			unit.Grouped(c.Targeted.Skew, 2), number(c.Salt)}
		if a.Rate.Known {
			cells = append(cells, usedShare(c.Uniform.Utilization), usedShare(c.Targeted.Utilization))
		}
		g.row(fewest, cells...)
	}
	return g
}

func usedShare(u model.Maybe[unit.Fraction]) string {
	if !u.Known {
		return dash
	}
	return u.Value.Prose()
}

// barWidth is how long the bar of the hottest shard is.
const barWidth = 24

func layoutGrid(l *keys.Layout) grid {
	g := grid{header: []string{"shard", "from", "load", "bar", "heaviest keys"}, right: []bool{true, true, true, false, false}}
	rate := len(l.Shards) > 0 && l.Shards[0].Utilization.Known
	if rate {
		g.header, g.right = slices.Insert(g.header, 3, "used"), slices.Insert(g.right, 3, true)
	}
	g.optional = [][]int{{len(g.header) - 2}}
	hottest := unit.Fraction(0)
	for i := range l.Shards {
		hottest = max(hottest, l.Shards[i].Share)
	}
	at := 0.0
	for i := range l.Shards {
		s := &l.Shards[i]
		cells := []string{strconv.Itoa(i + 1), unit.Percent(at, 2), s.Share.Prose(),
			strings.Repeat("█", int(barWidth*s.Share/hottest+0.5)), heaviest(s)}
		if rate {
			cells = slices.Insert(cells, 3, usedShare(s.Utilization))
		}
		g.row(s.Share == hottest, cells...)
		at += float64(s.Width)
	}
	return g
}

// widestKeys is how wide the names of several keys of a shard may be: of long ones it has fewer.
const widestKeys = 50

// heaviest returns the heaviest keys of a shard with what each has: the first, and as many more as
// there is room for.
func heaviest(s *keys.Shard) string {
	text := ""
	for i := range s.Heavy {
		one := keyName(&s.Heavy[i]) + " " + s.Heavy[i].Share.Prose()
		switch {
		case i == 0:
			text = one
		case twwidth.Width(text)+twwidth.Width(one) > widestKeys:
			return text
		default:
			text += ", " + one
		}
	}
	return text
}

// keysRecords returns the counts for programs, unrounded.
func keysRecords(a *keys.Answer) records {
	rows := records{{"shards", "layout", "hottest_share", "hottest_records_share", "hottest_bytes_share", "skew",
		"hottest_utilization", "salt_to_mean"}}
	for i := range a.Counts {
		c := &a.Counts[i]
		for _, l := range []struct {
			name string
			*keys.Spread
		}{{"equal", &c.Uniform}, {"targeted", &c.Targeted}} {
			utilization := ""
			if l.Utilization.Known {
				utilization = l.Utilization.Value.String()
			}
			rows = append(rows, []string{strconv.Itoa(c.Shards), l.name, l.Share.String(), l.Records.String(), l.Bytes.String(),
				unit.Exact(l.Skew), utilization, strconv.Itoa(c.Salt)})
		}
	}
	return rows
}
