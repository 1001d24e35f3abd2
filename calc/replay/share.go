package replay

// tolerance is the relative difference that rounding may make between two rates
// that are the same.
const tolerance = 1e-12

// fairShare answers the most that each may get of what they share, max-min fairly:
// who wants less gets what it wants, the others the same. It is +Inf where all
// get what they want.
//
// (Bertsekas and Gallager, Data Networks, 1992, section 6.5.2)
func fairShare(wants []float64, shared float64) float64 {
	left, rest := shared, len(wants)
	for fair := 0.0; rest > 0; {
		share := left / float64(rest)
		if share <= fair {
			return share
		}
		left, rest = shared, 0
		for _, w := range wants {
			if w > share {
				rest++
			} else {
				left -= w
			}
		}
		fair = share
	}
	return inf
}
