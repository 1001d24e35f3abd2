package fit

// run is a stretch of periods of a timeline: from one slot up to, not including,
// another.
type run struct{ from, to int }

// len returns the number of periods.
func (r run) len() int { return r.to - r.from }

// overlaps reports whether a run shares a period with any of some others.
func overlaps(r run, others []run) bool {
	for _, o := range others {
		if r.from < o.to && o.from < r.to {
			return true
		}
	}
	return false
}

// joinAdjacent returns runs, which are in the order of time, with those that touch
// made one.
func joinAdjacent(runs []run) []run {
	var out []run
	for _, r := range runs {
		if last := len(out) - 1; last >= 0 && out[last].to == r.from {
			out[last].to = r.to
			continue
		}
		out = append(out, r)
	}
	return out
}

// evenStretches returns the longest runs of periods that are equally long and have
// no gap between them, in the order of time.
func (t *timeline) evenStretches() []run {
	var parts []run
	for i := range t.start {
		if !t.follows(i) {
			parts = append(parts, run{from: i})
		}
		parts[len(parts)-1].to = i + 1
	}
	return parts
}

// highestSum returns the stretch of x with the highest sum of x − level, by one pass:
// a stretch that sums to 0 or less is no good beginning of a better one. It is empty
// if no number is above the level.
// (Bentley, "Programming Pearls: Algorithm Design Techniques", 1984)
func highestSum(x []float64, level float64) run {
	var best, here run
	var most, sum float64
	for i, v := range x {
		if sum <= 0 {
			sum, here.from = 0, i
		}
		sum += v - level
		if sum > most {
			most, best = sum, run{here.from, i + 1}
		}
	}
	return best
}
