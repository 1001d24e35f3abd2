package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model/unit"
)

// KeysPicture is a picture of where the keys of a stream land: what each shard has, over the hash
// keys, of today's shards and of others.
type KeysPicture struct {
	Answer  *keys.Answer
	Version string // of the program
	Size    picture.Size
}

// Write writes the picture in one of [picture.Formats].
func (p *KeysPicture) Write(w io.Writer, format string) error {
	a := p.Answer
	drawn := picture.Keys{Title: keysHeadline(a), Alarm: a.Verdict.Fits.Known && !a.Verdict.Fits.Value, About: p.about(),
		Footer: p.footer(), Size: p.Size, Value: "share of the load"}
	used := a.Rate.Known
	if used {
		drawn.Value, drawn.Target = "used of its limit", float64(a.Target)
	}
	for i := range a.Layouts {
		drawn.Layouts = append(drawn.Layouts, keyLayout(a, &a.Layouts[i], used))
	}
	return drawn.Write(w, format)
}

// about says what the heights are of, and what the hottest shard has now.
func (p *KeysPicture) about() string {
	var parts []string
	a := p.Answer
	if r := a.Rate; r.Known {
		parts = append(parts, "At the "+rateName(a)+" of "+rateText(a)+".")
	}
	if a.Today.Known {
		parts = append(parts, todayText(a))
	}
	if a.Rest > 0 {
		parts = append(parts, a.Rest.Prose()+" of the load is of keys that are not known by themselves, and spread evenly.")
	}
	return strings.Join(parts, " ")
}

// footer returns where the numbers are from.
func (p *KeysPicture) footer() string {
	return strings.TrimSpace("kcalc "+p.Version) + " · " + unit.Plural(p.Answer.Keys, "key") + " of " + p.Answer.Source
}

// mostMarked is how many keys of a picture have their name beside them.
const mostMarked = 5

// keyLayout returns some shards for a picture, with the heaviest keys of each.
func keyLayout(a *keys.Answer, l *keys.Layout, used bool) picture.KeyLayout {
	at, hottest := 0.0, hottestOf(l)
	out := picture.KeyLayout{Heading: fmt.Sprintf("%s: the hottest has %s of the load", layoutName(l), l.Shards[hottest].Share.Prose())}
	for i := range l.Shards {
		s := &l.Shards[i]
		shard := picture.KeyShard{From: at, Width: float64(s.Width), Load: float64(s.Share), Hottest: i == hottest}
		scale := 1.0
		if used && s.Share > 0 {
			shard.Load = float64(s.Utilization.Value)
			scale = shard.Load / float64(s.Share)
		}
		for k := range s.Heavy {
			key := &s.Heavy[k]
			out.Keys = append(out.Keys, picture.KeyMark{At: key.Hash.Share(), Load: float64(key.Share) * scale,
				Label: keyName(key) + " " + key.Share.Prose()})
		}
		out.Shards = append(out.Shards, shard)
		at += float64(s.Width)
	}
	slices.SortStableFunc(out.Keys, func(x, y picture.KeyMark) int { return cmp.Compare(y.Load, x.Load) })
	out.Keys = out.Keys[:min(len(out.Keys), mostMarked)]
	return out
}

// hottestOf returns which of some shards has the most.
func hottestOf(l *keys.Layout) (hottest int) {
	for i := range l.Shards {
		if l.Shards[i].Share > l.Shards[hottest].Share {
			hottest = i
		}
	}
	return hottest
}
