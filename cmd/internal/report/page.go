package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gfm "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// WritePage writes a page of Markdown as a terminal shows text: without marks, wrapped,
// tables in columns. What a page is not made of (pictures, raw HTML) is left out.
func WritePage(w io.Writer, markdown string, terminal Terminal) error {
	source := []byte(markdown)
	p := pageWriter{source: source, width: min(max(terminal.Width, minWidth), maxWidth), paint: painter(terminal.Color)}
	root := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
	if err := p.blocks(root, ""); err != nil {
		return err
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// pageWriter writes the blocks of a page, an empty line between two of them.
type pageWriter struct {
	b      strings.Builder
	source []byte
	width  int
	paint  painter
	raw    bool // HTML within a text is text, and not left out
}

// blocks writes the blocks within a node, each line behind an indent.
func (p *pageWriter) blocks(parent ast.Node, indent string) error {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if p.b.Len() > 0 && n.Kind() != ast.KindListItem {
			p.b.WriteString("\n")
		}
		if err := p.block(n, indent); err != nil {
			return err
		}
	}
	return nil
}

func (p *pageWriter) block(n ast.Node, indent string) error {
	switch n := n.(type) {
	case *ast.Heading:
		fmt.Fprintln(&p.b, indent+p.paint.paint(p.inline(n), color.Bold))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		p.code(n, indent)
	case *ast.List:
		p.list(n, indent)
	case *gfm.Table:
		return p.table(n)
	case *ast.Paragraph, *ast.TextBlock:
		p.wrapped(p.inline(n), indent, indent)
	default:
		return p.blocks(n, indent+"  ")
	}
	return nil
}

// code writes the lines of a block of code as they are, two columns in.
func (p *pageWriter) code(n ast.Node, indent string) {
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		fmt.Fprintln(&p.b, strings.TrimRight(indent+"  "+string(line.Value(p.source)), " \n"))
	}
}

// list writes the items of a list, each behind its bullet or number.
func (p *pageWriter) list(list *ast.List, indent string) {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		bullet := "-  "
		if list.IsOrdered() {
			bullet = fmt.Sprintf("%d. ", number)
			number++
		}
		first := indent + bullet
		for part := item.FirstChild(); part != nil; part = part.NextSibling() {
			rest := indent + strings.Repeat(" ", len(bullet))
			if inner, ok := part.(*ast.List); ok {
				p.list(inner, rest)
				continue
			}
			p.wrapped(p.inline(part), first, rest)
			first = rest
		}
	}
}

// table writes a table as answers have them.
func (p *pageWriter) table(t *gfm.Table) error {
	var g grid
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, p.inline(cell))
		}
		if row.Kind() == gfm.KindTableHeader {
			g.header, g.right = cells, make([]bool, len(cells))
			continue
		}
		g.row(false, cells...)
	}
	p.wrapWidest(&g)
	return g.draw(&p.b, p.width, p.paint)
}

// wrapWidest breaks the widest column of a table where the table would be wider than the
// page.
func (p *pageWriter) wrapWidest(g *grid) {
	const least = 20 // columns in which words can be read
	room := p.width - 1 - len(gap)*(len(g.header)+1)
	widest := 0
	for column := range g.header {
		room -= g.widest(column)
		if g.widest(column) > g.widest(widest) {
			widest = column
		}
	}
	if room >= 0 {
		return
	}
	room = max(room+g.widest(widest), least)
	for _, row := range g.rows {
		row[widest] = strings.Join(wrap(row[widest], room), "\n")
	}
}

func (p *pageWriter) wrapped(text, first, rest string) {
	for i, line := range wrap(text, p.width-len(rest)) {
		if i > 0 {
			first = rest
		}
		fmt.Fprintln(&p.b, first+line)
	}
}

// inline returns the text of a node without marks. An address stands behind the words that
// link to it.
func (p *pageWriter) inline(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(p.source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteString(" ")
			}
		case *ast.AutoLink:
			b.Write(n.URL(p.source))
		case *ast.RawHTML:
			if p.raw {
				b.Write(n.Segments.Value(p.source))
			}
		case *ast.Link:
			b.WriteString(p.inline(n))
			if address := string(n.Destination); strings.Contains(address, "://") {
				b.WriteString(" (" + address + ")")
			}
		default:
			b.WriteString(p.inline(n))
		}
	}
	return b.String()
}
