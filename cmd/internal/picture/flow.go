package picture

import (
	"image/color"
	"strings"
)

// rows puts items into rows of a width, as many as there is room for in each.
func rows[T any](items []T, room float64, width func(T) float64) [][]T {
	var list [][]T
	used := 0.0
	for _, item := range items {
		if len(list) == 0 || used+width(item) > room {
			list, used = append(list, nil), 0
		}
		last := len(list) - 1
		list[last], used = append(list[last], item), used+width(item)
	}
	return list
}

// paragraph draws a text in as many lines as it needs, at the foot of what is drawn.
func (d *drawing) paragraph(at column, text string, size float64, tone color.RGBA) {
	for _, row := range folded(text, size, at.width) {
		d.colored(tone, at.left, d.height, size, begins, row)
		d.height += lineHeight(size)
	}
}

// folded returns a text in lines that fit into a width.
func folded(text string, size, room float64) []string {
	space := textWidth(" ", size)
	var words []string
	for _, word := range strings.Fields(line(text)) {
		words = append(words, broken(word, size, room)...)
	}
	var lines []string
	for _, row := range rows(words, room+space, func(word string) float64 { return textWidth(word, size) + space }) {
		lines = append(lines, strings.Join(row, " "))
	}
	return lines
}

// broken returns a word in parts that fit into a width.
func broken(word string, size, room float64) []string {
	if textWidth(word, size) <= room {
		return []string{word}
	}
	var parts []string
	for _, letters := range rows([]rune(word), room, func(r rune) float64 { return textWidth(string(r), size) }) {
		parts = append(parts, string(letters))
	}
	return parts
}
