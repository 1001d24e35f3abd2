package plan

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// resolved returns a workload as it would be if it had been written to a file: with
// defaults for what it leaves at 0, and where its keys land, which no file says. The error is input.Errors, with everything that
// does not make sense.
func resolved(w *model.Workload) (model.Workload, error) {
	text, err := input.Write(w)
	if err != nil {
		return model.Workload{}, err
	}
	d := input.Read("workload", text)
	full, _, err := d.Resolve()
	full.Producer.Placed = w.Producer.Placed
	return full, err
}
