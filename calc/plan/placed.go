package plan

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// placedVariants cut the shards at keys that are known one by one, and salt the heaviest of
// them.
func (a *assessment) placedVariants() (list []variant) {
	placed := a.Workload.Producer.Placed
	if targeted := placed.Targeted(); targeted != nil {
		v := a.changed(notice.CutAtKeys())
		v.w.Producer.Placed = targeted
		list = append(list, v)
	}
	return append(list, a.saltedHeaviest(placed))
}

// saltedHeaviest parts the heaviest keys into so many values that twice as many would not
// lower the shards.
func (a *assessment) saltedHeaviest(placed *model.Placement) variant {
	buffer := make([]calc.Need, 0, len(a.needs))
	with := func(values int) (*model.Placement, int) {
		w := *a.Workload
		w.Producer.Placed = placed.Salted(values)
		b := assess(a.Limits, &w, buffer)
		return w.Producer.Placed, b.recommended
	}
	values := max(2, a.Salt())
	best, fewest := with(values)
	for next := 2 * values; next <= mostSalt; next *= 2 {
		salted, shards := with(next)
		if shards >= fewest {
			break
		}
		best, fewest, values = salted, shards, next
	}
	v := a.changed(notice.SaltHeaviest(values))
	v.w.Producer.Placed = best
	return v
}
