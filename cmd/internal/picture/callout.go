package picture

import "slices"

// callout is a text beside a value: the first of its forms that there is room for.
type callout struct {
	at    point // the value
	forms []string
	rank  int // those of a lower one are placed before the others
}

// box is a part of a page.
type box struct{ left, top, right, bottom float64 }

// touches reports whether two boxes have something in common.
func (b box) touches(other box) bool {
	return b.left < other.right && other.left < b.right && b.top < other.bottom && other.top < b.bottom
}

// crossed reports whether a line from one point to another goes through the box.
func (b box) crossed(from, to point) bool {
	const steps = 64
	for i := range steps + 1 {
		part := float64(i) / steps
		x, y := from.x+part*(to.x-from.x), from.y+part*(to.y-from.y)
		if b.left < x && x < b.right && b.top < y && y < b.bottom {
			return true
		}
	}
	return false
}

// callOut writes texts beside their values: within the plot, apart from each other and from the
// marks and the line through all the values. One that there is no room for is left out.
func (a *plotArea) callOut(list []callout, values []point) {
	line := a.places(values)
	taken := []box{}
	for _, at := range line {
		taken = append(taken, markBox(at))
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y callout) int { return x.rank - y.rank })
	for _, c := range list {
		if b, text, ok := a.free(c, line, taken); ok {
			taken = append(taken, b)
			if from, to, far := lead(a.at(c.at.x, c.at.y), b); far {
				a.stroke(lineStyle{color: gray, width: 0.75}, from, to)
				taken = append(taken, around(from, to))
			}
			a.text(b.left, b.top, smallText, begins, text)
		}
	}
}

// markBox returns the box that a mark is in.
func markBox(at point) box {
	const r = markRadius + 2
	return box{at.x - r, at.y - r, at.x + r, at.y + r}
}

// lead returns the line from a value to its text, and reports whether there is one: where the
// text is not right beside the value.
func lead(at point, b box) (from, to point, far bool) {
	x := min(max(at.x, b.left), b.right)
	switch near := markRadius + 6; {
	case at.y-b.bottom > near:
		return point{at.x, at.y - markRadius - 3}, point{x, b.bottom}, true
	case b.top-at.y > near:
		return point{at.x, at.y + markRadius + 3}, point{x, b.top}, true
	}
	return point{}, point{}, false
}

// around returns the box that a line is in.
func around(from, to point) box {
	return box{min(from.x, to.x) - 1, min(from.y, to.y), max(from.x, to.x) + 1, max(from.y, to.y)}
}

// free returns the first place beside a value where a form of its text has room.
func (a *plotArea) free(c callout, line []point, taken []box) (b box, text string, ok bool) {
	at := a.at(c.at.x, c.at.y)
	for _, text := range c.forms {
		for _, b := range beside(at, textWidth(text, smallText)) {
			clear := b.left >= a.left+1 && b.right <= a.right && b.top >= a.top && b.bottom <= a.bottom-1 &&
				!slices.ContainsFunc(taken, b.touches)
			if from, to, far := lead(at, b); far {
				clear = clear && !slices.ContainsFunc(taken, func(t box) bool { return t.crossed(from, to) && !t.touches(markBox(at)) })
			}
			for i := range len(line) - 1 {
				clear = clear && !b.crossed(line[i], line[i+1])
			}
			if clear {
				return b, text, true
			}
		}
	}
	return box{}, "", false
}

// beside returns the places for a text of a width beside a point, the nearest first.
func beside(at point, width float64) []box {
	const high = smallText
	var list []box
	place := func(left, top float64) { list = append(list, box{left, top, left + width, top + high}) }
	const beside = markRadius + 5
	for gap := beside; gap <= beside+2*high; gap += high {
		place(at.x-width/2, at.y-gap-high) // above
		if gap == beside {
			place(at.x+gap, at.y-high/2)       // to the right
			place(at.x-gap-width, at.y-high/2) // to the left
		}
		place(at.x-width/2, at.y+gap) // below
		place(at.x+markRadius, at.y-gap-high)
		place(at.x-markRadius-width, at.y-gap-high)
		place(at.x+markRadius, at.y+gap)
		place(at.x-markRadius-width, at.y+gap)
	}
	return list
}
