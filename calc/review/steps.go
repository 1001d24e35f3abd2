package review

import (
	"fmt"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Step is one change on the way to what is proposed, and how to take it back. The commands
// are for the AWS CLI; the program adds them, "" where there is none.
type Step struct {
	From        int    `json:"from_shards"`
	To          int    `json:"to_shards"`
	Do          string `json:"do"`
	Undo        string `json:"undo"`
	Command     string `json:"command"`
	UndoCommand string `json:"undo_command"`
}

// stepsOf returns the way from what there is to what is proposed; none where that is decided to
// be right, or undecided.
func stepsOf(d *Document) []Step {
	steps := []Step{}
	r := d.Answer
	switch onDemand := d.Decision.Now.Mode.Known && d.Decision.Now.Mode.Value != model.Provisioned; {
	case !r.Feasible || len(r.Undecided) > 0 || onDemand || declaredOnDemand(r.Inputs):
	case !r.Scaling.Known && !d.Decision.Now.Shards.Known:
		steps = append(steps, Step{To: r.Shards.Recommended,
			Do:   "Create the stream provisioned, with " + unit.Plural(r.Shards.Recommended, "shard") + ".",
			Undo: "Delete the stream, as long as nothing that is needed is written to it."})
	case isPlanned(r.Inputs):
		if s := &r.Scaling.Value; s.From != s.To {
			steps = append(steps, declare(s.From, s.To))
		}
	default:
		from := r.Scaling.Value.From
		for _, to := range r.Scaling.Value.Calls {
			steps = append(steps, Step{From: from, To: to,
				Do: fmt.Sprintf("Go from %s to %s with UpdateShardCount, and wait until the stream is ACTIVE.",
					unit.Plural(from, "shard"), unit.Grouped(float64(to), 0)),
				Undo: fmt.Sprintf("UpdateShardCount back to %s.", unit.Grouped(float64(from), 0))})
			from = to
		}
	}
	return steps
}

// declare returns the step of a stream that is infrastructure as code.
func declare(from, to int) Step {
	return Step{From: from, To: to,
		Do: fmt.Sprintf("Declare %s instead of %s, and apply.", unit.Plural(to, "shard"),
			unit.Grouped(float64(from), 0)),
		Undo: fmt.Sprintf("Declare %s again, and apply.", unit.Plural(from, "shard"))}
}

// isPlanned reports whether the shards that are judged are those of infrastructure as code.
func isPlanned(inputs []model.Input) bool {
	for _, in := range inputs {
		if in.Name == "current_shards" && in.Source == model.Planned {
			return true
		}
	}
	return false
}

// declaredOnDemand reports whether a description or infrastructure as code says that the stream
// is in an on-demand mode.
func declaredOnDemand(inputs []model.Input) bool {
	for _, in := range inputs {
		if in.Name == "mode" && in.Value != string(model.Provisioned) {
			return true
		}
	}
	return false
}
