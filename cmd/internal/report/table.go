package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// grid is a table: a header, rows of cells, and which rows stand out. The first
// column has names; some of the others go where a terminal has no room for them.
type grid struct {
	header []string
	right  []bool // columns of numbers
	rows   [][]string
	marked []bool

	// optional are columns that may go, step by step. One that says that data is lost does not.
	optional [][]int
}

// row appends a row.
func (g *grid) row(marked bool, cells ...string) {
	g.rows = append(g.rows, cells)
	g.marked = append(g.marked, marked)
}

// section is a table, a chart or a list of sentences, under a heading if it has
// one.
type section struct {
	heading string
	grid    *grid
	chart   *picture.Chart
	items   []item
	svg     string      // a picture, for pages that can show one
	prose   []noteBlock // of the author
	folds   []fold      // for pages alone
}

// item is a sentence or two. Its tone colours its bullet.
type item struct {
	bullet string
	tone   color.Attribute
	text   string
}

// document is an answer for people: a headline, what matters most, and then
// what there is to say of it.
type document struct {
	above    *Decision // what it stands below; nil for nothing
	headline string
	money    string // what that costs, beside the headline
	tone     color.Attribute
	lead     []item
	sections []section
}

// add appends a section of sentences, if there are any.
func (d *document) add(heading string, items []item) {
	if len(items) > 0 {
		d.sections = append(d.sections, section{heading: heading, items: items})
	}
}

// table appends a section that is a table, if it has rows.
func (d *document) table(heading string, g grid) {
	if len(g.rows) > 0 {
		d.sections = append(d.sections, section{heading: heading, grid: &g})
	}
}

// painter colours text, or does not.
type painter bool

func (p painter) paint(text string, attributes ...color.Attribute) string {
	c := color.New(attributes...)
	if p {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.Sprint(text)
}

// Widths between which a table is drawn: below the one it cannot be read, above
// the other lines get too long to follow.
const (
	minWidth = 64
	maxWidth = 120
)

// pageWidth is how wide a chart of a page is.
const pageWidth = 100

// draw writes the document for a terminal.
func (d *document) draw(w io.Writer, terminal Terminal) error {
	width := min(max(terminal.Width, minWidth), maxWidth)
	paint := painter(terminal.Color)
	d = d.mapTexts(singleLine)
	var b strings.Builder
	if d.above != nil {
		d.above.draw(&b, width, paint)
		fmt.Fprintln(&b)
	}
	(&Decision{d.headline, d.money, d.tone}).draw(&b, width, paint)
	labels := 1
	for _, i := range d.lead {
		labels = max(labels, twwidth.Width(i.bullet))
	}
	for _, i := range d.lead {
		i.draw(&b, labels, width, paint)
	}
	for _, s := range d.sections {
		fmt.Fprintln(&b)
		if s.heading != "" {
			for _, line := range wrap(s.heading, width) {
				fmt.Fprintln(&b, paint.paint(line, color.Bold))
			}
		}
		if s.grid != nil {
			if err := s.grid.draw(&b, width, paint); err != nil {
				return err
			}
		}
		if s.chart != nil {
			b.WriteString(s.chart.Text(width, terminal.Color))
		}
		for _, i := range s.items {
			i.draw(&b, 1, width, paint)
		}
		for _, n := range s.prose {
			n.draw(&b, width)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// draw writes the headline, with the money at the end of the line where there is room.
func (d *Decision) draw(b *strings.Builder, width int, paint painter) {
	lines := wrap(d.headline, width)
	last := len(lines) - 1
	space := width - twwidth.Width(lines[last]) - twwidth.Width(d.money)
	for n, line := range lines {
		line = paint.paint(line, color.Bold, d.tone)
		if n == last && d.money != "" && space > len(gap) {
			line += strings.Repeat(" ", space) + d.money
		}
		fmt.Fprintln(b, line)
	}
	if d.money != "" && space <= len(gap) {
		fmt.Fprintln(b, d.money)
	}
}

// draw writes the sentences behind the bullet, which takes so many columns, wrapped.
func (i item) draw(b *strings.Builder, columns, width int, paint painter) {
	for n, line := range wrap(i.text, width-columns-2) {
		bullet := strings.Repeat(" ", columns)
		if n == 0 && i.bullet != " " {
			bullet = paint.paint(i.bullet, i.tone) + bullet[twwidth.Width(i.bullet):]
		}
		fmt.Fprintf(b, "%s  %s\n", bullet, line)
	}
}

// wrap breaks text into lines. A word that is longer than a line, such as the
// longest names that AWS allows, is broken too. (The wrapping of tablewriter
// widens all lines to the longest word.)
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && twwidth.Width(line)+1+twwidth.Width(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		parts := strings.Split(breakName(word, width), "\n")
		lines = append(lines, parts[:len(parts)-1]...)
		line = parts[len(parts)-1]
	}
	return append(lines, line)
}

// draw draws the table within a width. Where the names do not fit, the columns
// that may go do, which a line says, and after that the names are broken.
func (g *grid) draw(b *strings.Builder, width int, paint painter) error {
	g, left := g.fitting(width)
	var w strings.Builder
	table := tablewriter.NewTable(&w,
		tablewriter.WithConfig(tablewriter.Config{
			Header: tw.CellConfig{Formatting: tw.CellFormatting{AutoFormat: tw.Off}},
			Row:    tw.CellConfig{Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone}},
		}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
				Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
			},
		})),
		tablewriter.WithAlignment(append([]tw.Align{tw.AlignLeft}, g.alignment()...)),
		tablewriter.WithPadding(tw.Padding{Left: "", Right: gap, Overwrite: true}),
	)
	table.Header(append([]string{""}, g.header...))
	if err := table.Bulk(g.cells(width, paint)); err != nil {
		return err
	}
	if err := table.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(w.String()) {
		line = strings.TrimRight(line, " \n")
		if strings.HasPrefix(line, "─") {
			line = strings.TrimSuffix(line, "──") // the rule goes under the last gap as well
		}
		fmt.Fprintln(b, line)
	}
	if len(left) > 0 {
		item{" ", color.Reset, "Left out for want of width: " + strings.Join(left, ", ") + " (-o json)."}.draw(b, 1, width, paint)
	}
	return nil
}

// cells returns the rows with their marks; marked rows are bold.
func (g *grid) cells(width int, paint painter) [][]string {
	names := g.nameWidth(width)
	rows := make([][]string, len(g.rows))
	for r, row := range g.rows {
		rows[r] = append([]string{mark(g.marked[r])}, row...)
		rows[r][1] = breakName(row[0], names)
		for c, text := range rows[r] {
			if g.marked[r] {
				rows[r][c] = bold(text, paint)
			}
		}
	}
	return rows
}

// bold returns a cell in bold, line by line, because it is laid out so.
func bold(text string, paint painter) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = paint.paint(line, color.Bold)
	}
	return strings.Join(lines, "\n")
}

// breakName breaks an id over lines, behind a dot or an underscore where there is
// one, and never within a letter.
func breakName(id string, width int) string {
	var lines []string
	for len(id) > width {
		at := strings.LastIndexAny(id[:width], "._") + 1
		if at == 0 {
			_, letter := utf8.DecodeRuneInString(id)
			at = max(len(strings.ToValidUTF8(id[:width], "")), letter)
		}
		lines = append(lines, id[:at])
		id = id[at:]
	}
	return strings.Join(append(lines, id), "\n")
}

// fitting returns the table without the columns that there is no room for, and their heads.
func (g *grid) fitting(width int) (fits *grid, left []string) {
	fits = g
	var gone []int
	for _, columns := range g.optional {
		if fits.widest(0) <= fits.leftForNames(width) {
			break
		}
		gone = append(gone, columns...)
		fits = g.without(gone)
	}
	slices.Sort(gone)
	for _, c := range gone {
		if !slices.Contains(left, g.header[c]) {
			left = append(left, g.header[c])
		}
	}
	return fits, left
}

// without returns the table without some columns.
func (g *grid) without(columns []int) *grid {
	rows := make([][]string, len(g.rows))
	for r, row := range g.rows {
		rows[r] = keep(row, columns)
	}
	return &grid{header: keep(g.header, columns), right: keep(g.right, columns), rows: rows, marked: g.marked}
}

// keep returns a row without the cells of some columns.
func keep[T any](row []T, without []int) (kept []T) {
	for c, cell := range row {
		if !slices.Contains(without, c) {
			kept = append(kept, cell)
		}
	}
	return kept
}

// gap stands between columns.
const gap = "  "

// widest returns the width of a column.
func (g *grid) widest(column int) int {
	widest := twwidth.Width(g.header[column])
	for _, row := range g.rows {
		widest = max(widest, twwidth.Width(row[column]))
	}
	return widest
}

// nameWidth returns how wide the names may be: what the other columns leave, and enough to be
// read.
func (g *grid) nameWidth(width int) int {
	const least = 16
	return max(g.leftForNames(width), least)
}

// leftForNames returns the width that the mark and the other columns leave for the names.
func (g *grid) leftForNames(width int) int {
	left := width - 1 - len(gap)*(len(g.header)+1)
	for c := 1; c < len(g.header); c++ {
		left -= g.widest(c)
	}
	return left
}

func mark(marked bool) string {
	if marked {
		return "▸"
	}
	return " "
}

func (g *grid) alignment() []tw.Align {
	alignment := make([]tw.Align, len(g.right))
	for i, right := range g.right {
		alignment[i] = tw.AlignLeft
		if right {
			alignment[i] = tw.AlignRight
		}
	}
	return alignment
}

// markdown writes the document for a page.
func (d *document) markdown(w io.Writer) error {
	d = d.mapTexts(markdownText)
	var b strings.Builder
	if d.above != nil {
		fmt.Fprintf(&b, "# %s\n", d.above.headline)
		if d.above.money != "" {
			fmt.Fprintf(&b, "\n**%s**\n", d.above.money)
		}
		fmt.Fprintf(&b, "\n%s\n", d.headline)
	} else {
		fmt.Fprintf(&b, "# %s\n", d.headline)
	}
	if d.money != "" {
		fmt.Fprintf(&b, "\n**%s**\n", d.money)
	}
	for _, i := range d.lead {
		label := ""
		if len(i.bullet) > 1 && isWord(i.bullet) {
			label = "**" + i.bullet + "** "
		}
		fmt.Fprintf(&b, "\n%s%s\n", label, i.text)
	}
	for _, s := range d.sections {
		if s.heading != "" {
			fmt.Fprintf(&b, "\n## %s\n", s.heading)
		}
		fmt.Fprintln(&b)
		if s.grid != nil {
			if err := s.grid.markdown(&b); err != nil {
				return err
			}
		}
		if s.chart != nil {
			fmt.Fprintln(&b, "```")
			b.WriteString(s.chart.Text(pageWidth, false))
			fmt.Fprintln(&b, "```")
		}
		for _, i := range s.items {
			fmt.Fprintf(&b, "- %s\n", i.text)
		}
		for _, n := range s.prose {
			b.WriteString(n.markdown())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// isWord reports whether a bullet is a word of the first screen rather than a mark.
func isWord(bullet string) bool { return strings.Trim(bullet, "abcdefghijklmnopqrstuvwxyz") == "" }

func (g *grid) markdown(b *strings.Builder) error {
	table := tablewriter.NewTable(b,
		tablewriter.WithRenderer(renderer.NewMarkdown()),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithAlignment(g.alignment()),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
	)
	table.Header(g.header)
	for r, row := range g.rows {
		cells := append([]string(nil), row...)
		if g.marked[r] {
			cells[0] = "**" + cells[0] + "**"
		}
		if err := table.Append(cells); err != nil {
			return err
		}
	}
	return table.Render()
}

// records are rows for programs.
type records [][]string

func (r records) csv(w io.Writer) error {
	c := csv.NewWriter(w)
	for _, row := range r {
		if err := c.Write(mapStrings(row, untrusted.Cell)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
