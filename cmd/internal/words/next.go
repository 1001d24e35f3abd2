package words

import (
	"cmp"
	"fmt"

	"github.com/kcalc/kcalc/calc/review"
)

// Next returns the commands that go further from a review: the first step of scaling,
// and the page of what decides.
func Next(r *review.Review) []string {
	list := []string{}
	// A workload file may call the stream otherwise.
	stream, region := cmp.Or(r.Evidence.Stream, r.Stream), cmp.Or(r.Evidence.Region, r.Region)
	if s := r.Scaling; s.Known && len(s.Value.Calls) > 0 && stream != "" {
		list = append(list, fmt.Sprintf("aws kinesis update-shard-count --region %s --stream-name %s "+
			"--scaling-type UNIFORM_SCALING --target-shard-count %d", region, stream, s.Value.Calls[0]))
	}
	if len(r.Binding) > 0 {
		list = append(list, "kcalc explain "+r.Binding[0])
	}
	return list
}
