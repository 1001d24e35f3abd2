package report

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// noteKind is what a block of a note is.
type noteKind int

const (
	noteText noteKind = iota
	noteHeading
	noteItem
	noteCode // lines as they are
)

// noteBlock is a block of the words of an author. Its text has no marks.
type noteBlock struct {
	kind noteKind
	text string
}

// noteBlocks returns the blocks of a note in plain Markdown: headings, paragraphs, lists and
// code. Links become text with their address behind it; what is HTML, or anything else, is
// text as it is written.
func noteBlocks(markdown string) []noteBlock {
	source := []byte(markdown)
	n := noteReader{pageWriter{source: source, raw: true}, nil}
	n.read(goldmark.New().Parser().Parse(text.NewReader(source)), noteText)
	return n.blocks
}

// noteReader reads the blocks of a note.
type noteReader struct {
	page   pageWriter
	blocks []noteBlock
}

func (n *noteReader) add(kind noteKind, text string) {
	if strings.TrimSpace(text) != "" {
		n.blocks = append(n.blocks, noteBlock{kind, text})
	}
}

// read adds the blocks within a node; paragraphs of lists are items.
func (n *noteReader) read(parent ast.Node, kind noteKind) {
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		switch node := node.(type) {
		case *ast.Heading:
			n.add(noteHeading, n.page.inline(node))
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
			n.add(noteCode, n.lines(node))
		case *ast.ListItem:
			n.read(node, noteItem)
		case *ast.Paragraph, *ast.TextBlock:
			n.add(kind, n.page.inline(node))
		default:
			n.read(node, kind)
		}
	}
}

// lines returns the lines of a block as they are written.
func (n *noteReader) lines(node ast.Node) string {
	var b strings.Builder
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		b.Write(line.Value(n.page.source))
	}
	if h, ok := node.(*ast.HTMLBlock); ok && h.HasClosure() {
		b.Write(h.ClosureLine.Value(n.page.source))
	}
	return strings.TrimRight(b.String(), "\n")
}

// mapNote returns blocks with each text replaced by what f returns for it, line by line.
func mapNote(blocks []noteBlock, f func(string) string) []noteBlock {
	var list []noteBlock
	for _, b := range blocks {
		lines := strings.Split(b.text, "\n")
		for i, line := range lines {
			indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
			lines[i] = indent + f(line[len(indent):])
		}
		list = append(list, noteBlock{b.kind, strings.Join(lines, "\n")})
	}
	return list
}

// draw writes the block for a terminal.
func (n noteBlock) draw(b *strings.Builder, width int) {
	first := "   "
	switch n.kind {
	case noteCode:
		for line := range strings.SplitSeq(n.text, "\n") {
			fmt.Fprintln(b, strings.TrimRight("     "+line, " "))
		}
		return
	case noteItem:
		first = "·  "
	}
	for i, line := range wrap(n.text, width-len(first)) {
		if i > 0 {
			first = "   "
		}
		fmt.Fprintln(b, first+line)
	}
}

// markdown returns the block as Markdown; its text is escaped already. Code is a quote, line by
// line, so that nothing in it can end it.
func (n noteBlock) markdown() string {
	switch n.kind {
	case noteHeading:
		return "### " + n.text + "\n\n"
	case noteItem:
		return "- " + n.text + "\n"
	case noteCode:
		return "> " + strings.ReplaceAll(n.text, "\n", "  \n> ") + "\n\n"
	}
	return n.text + "\n\n"
}
