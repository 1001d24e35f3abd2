package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/fatih/color"
)

// style is the style sheet of a page. It names every colour once, for light and for dark.
//
//go:embed page.css
var style string

// contentPolicy lets a page show its own style sheet, and ask for nothing.
func contentPolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'"
}

// html writes the document as one page that needs nothing but itself: no script, no request.
func (d *document) html(w io.Writer, title string) error {
	d = d.mapTexts(singleLine)
	p := htmlPage{}
	p.line(`<!DOCTYPE html>`)
	p.line(`<html lang="en">`)
	p.line(`<head>`)
	p.line(`<meta charset="utf-8">`)
	p.line(`<meta http-equiv="Content-Security-Policy" content="%s">`, contentPolicy())
	p.line(`<meta name="viewport" content="width=device-width, initial-scale=1">`)
	p.line(`<meta name="color-scheme" content="light dark">`)
	p.line(`<meta name="referrer" content="no-referrer">`)
	p.line(`<title>%s</title>`, singleLine(title))
	p.b.WriteString("<style>" + style + "</style>\n</head>\n<body>\n<main>\n")
	p.decision(d)
	for i := range d.sections {
		p.section(&d.sections[i])
	}
	p.line(`</main>`)
	p.line(`</body>`)
	p.line(`</html>`)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// htmlPage writes a page. All texts go through line, which escapes them.
type htmlPage struct{ b strings.Builder }

// line writes a line of HTML with texts in it, which are escaped.
func (p *htmlPage) line(format string, texts ...any) {
	for i, t := range texts {
		texts[i] = html.EscapeString(fmt.Sprint(t))
	}
	fmt.Fprintf(&p.b, format+"\n", texts...)
}

// decision writes the headline, the money, and what matters most.
func (p *htmlPage) decision(d *document) {
	p.line(`<header class="%s">`, toneClass(d.tone))
	p.line(`<h1>%s</h1>`, d.headline)
	if d.money != "" {
		p.line(`<p class="money">%s</p>`, d.money)
	}
	p.line(`<dl>`)
	last := ""
	for _, i := range d.lead {
		label := i.bullet
		if label == last || !isWord(label) && label != "!" && label != "?" && label != "✗" {
			label = ""
		} else {
			last = label
		}
		p.line(`<dt class="%s">%s</dt><dd>%s</dd>`, toneClass(i.tone), label, i.text)
	}
	p.line(`</dl>`)
	p.line(`</header>`)
}

// toneClass returns the class of a tone: what is good, what needs care, what is wrong.
func toneClass(tone color.Attribute) string {
	switch tone {
	case color.FgGreen:
		return "good"
	case color.FgYellow:
		return "care"
	case color.FgRed:
		return "bad"
	}
	return "plain"
}

// section writes a section; one without a heading goes on with the one before.
func (p *htmlPage) section(s *section) {
	p.line(`<section>`)
	if s.heading != "" {
		p.line(`<h2>%s</h2>`, s.heading)
	}
	switch {
	case s.svg != "":
		p.line(`<figure>`)
		p.b.WriteString(s.svg)
		p.line(`</figure>`)
	case s.grid != nil:
		p.grid(s.heading, s.grid)
	case s.chart != nil:
		p.line(`<pre>%s</pre>`, s.chart.Text(pageWidth, false))
	}
	p.items(s.items)
	p.note(s.prose)
	for _, f := range s.folds {
		p.line(`<details><summary>%s</summary>`, f.summary)
		p.items(f.items)
		p.line(`</details>`)
	}
	p.line(`</section>`)
}

// grid writes a table, which scrolls by itself where it is wider than the page.
func (p *htmlPage) grid(heading string, g *grid) {
	p.line(`<div class="wide" tabindex="0" role="region" aria-label="%s"><table>`, heading)
	p.row("th", g.header, g.right, false)
	for r := range g.rows {
		p.row("td", g.rows[r], g.right, g.marked[r])
	}
	p.line(`</table></div>`)
}

func (p *htmlPage) row(cell string, cells []string, right []bool, marked bool) {
	if marked {
		p.b.WriteString(`<tr class="marked">`)
	} else {
		p.b.WriteString(`<tr>`)
	}
	for c, text := range cells {
		class := ""
		if right[c] {
			class = ` class="number"`
		}
		fmt.Fprintf(&p.b, "<%[1]s%[2]s>%[3]s</%[1]s>", cell, class, html.EscapeString(text))
	}
	p.line(`</tr>`)
}

// items writes sentences as a list, commands as code.
func (p *htmlPage) items(items []item) {
	if len(items) == 0 {
		return
	}
	p.line(`<ul>`)
	for _, i := range items {
		if i.bullet == "$" && strings.HasPrefix(i.text, "aws ") {
			p.line(`<li class="command"><code>%s</code></li>`, i.text)
			continue
		}
		p.line(`<li class="%s">%s</li>`, toneClass(i.tone), i.text)
	}
	p.line(`</ul>`)
}

// note writes the words of an author.
func (p *htmlPage) note(blocks []noteBlock) {
	list := false
	for _, n := range blocks {
		if item := n.kind == noteItem; item != list {
			p.line(map[bool]string{true: `<ul>`, false: `</ul>`}[item])
			list = item
		}
		switch n.kind {
		case noteHeading:
			p.line(`<h3>%s</h3>`, n.text)
		case noteItem:
			p.line(`<li>%s</li>`, n.text)
		case noteCode:
			p.line(`<pre>%s</pre>`, n.text)
		default:
			p.line(`<p>%s</p>`, n.text)
		}
	}
	if list {
		p.line(`</ul>`)
	}
}
