package words

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
)

// Next returns the commands that go further from a review: the first step of scaling,
// and the page of what decides.
func Next(r *review.Review) []string {
	list := []string{}
	// A workload file may call the stream otherwise.
	stream, region := cmp.Or(r.Evidence.Stream, r.Stream), cmp.Or(r.Evidence.Region, r.Region)
	if s := r.Scaling; s.Known && len(s.Value.Calls) > 0 && stream != "" {
		list = append(list, updateShardCount(region, stream, s.Value.Calls[0]))
	}
	if len(r.Binding) > 0 {
		list = append(list, "kcalc explain "+r.Binding[0])
	}
	return list
}

// updateShardCount returns the command that makes a stream have so many shards.
func updateShardCount(region model.Region, stream model.Name, shards int) string {
	return fmt.Sprintf("aws kinesis update-shard-count --region %s --stream-name %s --scaling-type UNIFORM_SCALING "+
		"--target-shard-count %d", region, stream, shards)
}

// AddCommands adds the commands to the steps of a document on a stream that has a name.
func AddCommands(d *review.Document) {
	stream, region := d.Stream, d.Region
	if e := d.Answer.Evidence; e != nil {
		stream, region = cmp.Or(e.Stream, stream), cmp.Or(e.Region, region)
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		if stream == "" || isDeclared(d) {
			continue
		}
		if s.From == 0 {
			s.Command = fmt.Sprintf("aws kinesis create-stream --region %s --stream-name %s --shard-count %d", region, stream, s.To)
			s.UndoCommand = fmt.Sprintf("aws kinesis delete-stream --region %s --stream-name %s", region, stream)
			continue
		}
		s.Command, s.UndoCommand = updateShardCount(region, stream, s.To), updateShardCount(region, stream, s.From)
	}
}

// isDeclared reports whether infrastructure as code says how many shards there are: then it is
// no command that changes them.
func isDeclared(d *review.Document) bool {
	return slices.ContainsFunc(d.Answer.Inputs, func(in model.Input) bool {
		return in.Name == "current_shards" && in.Source == model.Planned
	})
}
