package picture

import "math"

// axis is the range of the values of a plot, with the places that have a label.
type axis struct {
	min, max    float64
	logarithmic bool
	ticks       []tick
	name        string // below a horizontal axis
}

type tick struct {
	value float64
	label string
}

// The measures of an axis.
const (
	tickLength = 4.0
	tickGap    = 4.0 // between a tick and its label
	labelGap   = 5.0 // that labels in a row keep, at least
)

var axisStyle = lineStyle{color: black, width: 1}

// share returns how far along the axis a value is, from 0 to 1. What is beyond an end
// of the axis is at that end.
func (a *axis) share(value float64) float64 {
	from, to := a.min, a.max
	if a.logarithmic {
		from, to, value = math.Log(from), math.Log(to), math.Log(value)
	}
	if !(from < to) {
		return 0.5
	}
	return min(max((value-from)/(to-from), 0), 1)
}

// height returns how much room a horizontal axis needs below the data.
func (a *axis) height() float64 {
	height := tickLength + tickGap + smallText
	if a.name != "" {
		height += lineHeight(smallText)
	}
	return height
}

// width returns how much room a vertical axis needs to the left of the data.
func (a *axis) width() float64 {
	width := 0.0
	for _, t := range a.ticks {
		width = max(width, textWidth(t.label, smallText))
	}
	return width + tickGap + tickLength
}

// overhang returns how far from the left and from the right of so much room the data of a
// horizontal axis have to be for the sake of its labels, where they are so far already.
func (a *axis) overhang(room, left, right float64) (before, behind float64) {
	for _, t := range a.ticks {
		half, share := textWidth(t.label, smallText)/2, a.share(t.value)
		if share < 1 {
			before = max(before, (half-share*(room-right))/(1-share))
		}
		if share > 0 {
			behind = max(behind, (half-(1-share)*(room-left))/share)
		}
	}
	return before, behind
}

// plotArea is where data are drawn: within two axes.
type plotArea struct {
	*drawing
	left, right, top, bottom float64
	x, y                     *axis
}

// at returns the place of a value.
func (a *plotArea) at(x, y float64) point {
	return point{a.left + a.x.share(x)*(a.right-a.left), a.bottom - a.y.share(y)*(a.bottom-a.top)}
}

// places returns where values are.
func (a *plotArea) places(values []point) []point {
	list := make([]point, len(values))
	for i, v := range values {
		list[i] = a.at(v.x, v.y)
	}
	return list
}

// grid draws a line at each value of the vertical axis.
func (a *plotArea) grid() {
	for _, t := range a.y.ticks {
		y := a.at(a.x.min, t.value).y
		a.stroke(gridStyle, point{a.left, y}, point{a.right, y})
	}
}

// axes draws both.
func (a *plotArea) axes() {
	a.stroke(axisStyle, point{a.left, a.top}, point{a.left, a.bottom}, point{a.right, a.bottom})
	for _, t := range a.y.ticks {
		y := a.at(a.x.min, t.value).y
		a.stroke(axisStyle, point{a.left - tickLength, y}, point{a.left, y})
		a.text(a.left-tickLength-tickGap, y-middle*smallText, smallText, ends, t.label)
	}
	a.horizontal()
	if a.x.name != "" {
		y := a.bottom + tickLength + tickGap + lineHeight(smallText)
		a.text((a.left+a.right)/2, y, smallText, centered, a.x.name)
	}
}

// horizontal draws the ticks of the horizontal axis, and those of their labels that
// do not run into the one before.
func (a *plotArea) horizontal() {
	free := math.Inf(-1)
	for _, t := range a.x.ticks {
		x := a.at(t.value, a.y.min).x
		a.stroke(axisStyle, point{x, a.bottom}, point{x, a.bottom + tickLength})
		half := textWidth(t.label, smallText) / 2
		if x-half < free {
			continue
		}
		a.text(x, a.bottom+tickLength+tickGap, smallText, centered, t.label)
		free = x + half + labelGap
	}
}

// middle is how far below the top of a text the middle of its digits is, as a part of
// its size.
const middle = ascent - 0.34
