package picture

import (
	"bytes"
	"strings"
	"testing"
)

// twoShards is a picture of two shards, of 25% and 75% of the hash keys, and of the same as equal ones.
func twoShards(target float64) *Keys {
	return &Keys{Title: "T", Value: "used of its limit", Target: target, Layouts: []KeyLayout{
		{Heading: "Now: 2 shards", Shards: []KeyShard{{0, 0.25, 0.4, false}, {0.25, 0.75, 1.2, true}},
			Keys: []KeyMark{{0.5, 0.9, "a 60%"}, {0.1, 0.2, "b\x1b 13%"}}},
		{Heading: "2 equal shards", Shards: []KeyShard{{0, 0.5, 0.5, false}, {0.5, 0.5, 1.1, true}}},
	}}
}

// drawnBars returns the bars of a panel: where each begins and ends, and how high it is, in parts of the plot.
func drawnBars(p *panel) (list [][3]float64) {
	d := &drawing{}
	a := &plotArea{d, 0, 1000, 0, 1000, &p.x, &p.y}
	p.shade(a)
	for _, m := range d.marks {
		c := m.(area).corners
		list = append(list, [3]float64{c[0].x, c[2].x, 1000 - c[2].y})
	}
	return list
}

// A bar is as wide as the hash range, but for the gaps, and as high as the load; the scale is that of
// the highest bar of all layouts, with a fifth above it.
func TestKeysBars(t *testing.T) {
	p := twoShards(0.8)
	for i, want := range [][][3]float64{
		{{1, 249, 1000 * 0.4 / 1.44}, {251, 999, 1000 * 1.2 / 1.44}},
		{{1, 499, 1000 * 0.5 / 1.44}, {501, 999, 1000 * 1.1 / 1.44}},
	} {
		for k, bar := range drawnBars(p.panel(&p.Layouts[i], i == 0)) {
			for part := range bar {
				if got := bar[part]; got < want[k][part]-1e-6 || got > want[k][part]+1e-6 {
					t.Errorf("layout %d, bar %d: %v, want %v", i, k, bar, want[k])
				}
			}
		}
	}
}

// The hottest shard is seen, however narrow it is, and drawn over the others.
func TestKeysNarrowHottest(t *testing.T) {
	p := &Keys{Layouts: []KeyLayout{{Shards: []KeyShard{{0, 0.5, 0.1, false}, {0.5, 1e-9, 1, true}, {0.5, 0.5, 0.1, false}}}}}
	list := drawnBars(p.panel(&p.Layouts[0], true))
	if last := list[2]; last[1]-last[0] != narrowest || last[0] > 500 || last[1] < 500 {
		t.Errorf("the hottest is drawn at %v", last)
	}
}

func TestKeysPicture(t *testing.T) {
	for target, line := range map[float64]bool{0: false, 0.8: true} {
		for _, size := range []Size{Tall, Wide} {
			p := twoShards(target)
			p.Size = size
			var b bytes.Buffer
			if err := p.Write(&b, "svg"); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			for _, want := range []string{">a 60%<", ">Now: 2 shards<", ">2 equal shards<", ">one of the heaviest keys<"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: no %s", size, want)
				}
			}
			if strings.Contains(text, "target, 80%") != line || strings.Count(text, ">one of the heaviest keys<") != 1 ||
				strings.Contains(text, "\x1b") {
				t.Errorf("%s with target %v: %s", size, target, text)
			}
			for _, format := range []string{"png", "pdf"} {
				if err := p.Write(&bytes.Buffer{}, format); err != nil {
					t.Error(err)
				}
			}
		}
	}
}
