package picture

import (
	"cmp"
	"image/color"
	"io"
	"slices"

	"github.com/kcalc/kcalc/model/unit"
)

// Keys is a picture of shards over the hash keys, and of the heaviest keys on them.
type Keys struct {
	Title, About, Footer string
	Alarm                bool    // the title says that nothing fits
	Value                string  // what the height of a shard is
	Target               float64 // of that; 0 where there is none
	Layouts              []KeyLayout
	Size                 Size
}

// KeyLayout is some shards, in the order of their hash keys, and the heaviest keys.
type KeyLayout struct {
	Heading string
	Shards  []KeyShard
	Keys    []KeyMark // the heaviest first
}

// KeyShard is a shard: its part of the hash keys, and what it has.
type KeyShard struct {
	From, Width, Load float64
	Hottest           bool
}

// KeyMark is a key: where its hash is among all, and what it has.
type KeyMark struct {
	At, Load float64
	Label    string
}

// Write writes the picture in one of [Formats].
func (p *Keys) Write(w io.Writer, format string) error {
	f := figure{title: p.Title, about: p.About, footer: p.Footer, alarm: p.Alarm}
	var first, second []*panel
	for i := range p.Layouts {
		if plot := p.panel(&p.Layouts[i], i == 0); p.Size == Wide && i > 0 {
			second = append(second, plot)
		} else {
			first = append(first, plot)
		}
	}
	f.arrange(p.Size, first, second)
	return f.draw().write(w, format)
}

// keysPlot is how high a plot of shards is.
const keysPlot = 2.2 * inch

// The bars of shards: those of the hottest stand out by more than their colour, they are the highest.
var (
	shardColor   = color.RGBA{R: 0x9C, G: 0xC7, B: 0xE3, A: 0xFF}
	hottestColor = color.RGBA{R: 0xE8, G: 0xA8, B: 0x78, A: 0xFF}
	keyStyle     = lineStyle{color: black, width: 2}
)

// narrowest is how wide the hottest shard is drawn at least, so that it shows beside its key.
const narrowest = 7.0

// panel returns the shards of a layout as bars as wide as their hash ranges, and the keys as lines
// in them where their hashes are. All layouts have one scale, and the first has the legend.
func (p *Keys) panel(l *KeyLayout, explained bool) *panel {
	plot := newPanel(line(l.Heading), keysPlot)
	top := p.Target
	for i := range p.Layouts {
		for _, s := range p.Layouts[i].Shards {
			top = max(top, s.Load)
		}
	}
	percent := func(v float64) string { return unit.Percent(v, 2) }
	plot.x.ticks = every(0, 1, 0.25, percent)
	plot.x.name = "hash keys, from 0 to 2^128 - 1"
	plot.y.max = 1.2 * top
	plot.y.ticks = every(0, plot.y.max, step(plot.y.max), percent)
	if p.Target > 0 {
		plot.line([]point{{0, p.Target}, {1, p.Target}}, limitStyle, "target, "+percent(p.Target))
	}
	plot.legend = append(plot.legend, key{mark: filled(shardColor), text: "a shard: " + p.Value},
		key{mark: filled(hottestColor), text: "the hottest"}, key{style: keyStyle, text: "one of the heaviest keys"})
	plot.shade = func(a *plotArea) { a.shards(l.Shards) }
	if !explained {
		plot.legend = nil
	}
	plot.layer(func(a *plotArea) { a.keys(l.Keys) })
	plot.layer(func(a *plotArea) { a.nameKeys(l.Keys, p.Target) })
	return plot
}

// shards draws a bar for each shard, with a gap between wide ones, and the hottest over the others.
func (a *plotArea) shards(list []KeyShard) {
	list = slices.Clone(list)
	rank := map[bool]int{true: 1}
	slices.SortStableFunc(list, func(x, y KeyShard) int { return rank[x.Hottest] - rank[y.Hottest] })
	for _, s := range list {
		c := shardColor
		if s.Hottest {
			c = hottestColor
		}
		from, to := a.at(s.From, 0), a.at(s.From+s.Width, s.Load)
		switch wide := to.x - from.x; {
		case wide > 3:
			from.x++
			to.x--
		case s.Hottest && wide < narrowest:
			from.x, to.x = from.x-(narrowest-wide)/2, to.x+(narrowest-wide)/2
		}
		a.add(area{[]point{from, {from.x, to.y}, to, {to.x, from.y}}, c})
	}
}

// keys draws a line for each key, as high as what it has.
func (a *plotArea) keys(list []KeyMark) {
	for _, k := range list {
		a.stroke(keyStyle, a.at(k.At, 0), a.at(k.At, k.Load))
	}
}

// nameKeys writes the names of keys above their lines, where there is room besides these and the
// line of the target.
func (a *plotArea) nameKeys(list []KeyMark, target float64) {
	var names []callout
	var stems []point
	if target > 0 {
		stems = []point{{1, target}, {0, target}, {0, 0}}
	}
	for i, k := range list {
		names = append(names, callout{point{k.At, k.Load}, []string{line(k.Label)}, i})
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(x, y KeyMark) int { return cmp.Compare(x.At, y.At) })
	for _, k := range list {
		stems = append(stems, point{k.At, 0}, point{k.At, k.Load}, point{k.At, 0})
	}
	a.callOut(names, stems)
}
