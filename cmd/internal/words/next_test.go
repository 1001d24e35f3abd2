package words_test

import (
	"slices"
	"testing"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
)

// The first step of scaling is a command where there is one and the stream has a name.
// The history's name of the stream goes before the file's.
func TestNext(t *testing.T) {
	const scale = "aws kinesis update-shard-count --region us-east-1 --stream-name orders " +
		"--scaling-type UNIFORM_SCALING --target-shard-count "
	const explain = "kcalc explain producer-limit.records.peak"
	for name, c := range map[string]struct {
		stream  model.Name
		calls   []int
		binding []string
		want    []string
	}{
		"steps":              {"orders", []int{6, 12}, []string{"producer-limit.records.peak", "x"}, []string{scale + "6", explain}},
		"right":              {"orders", []int{}, []string{"producer-limit.records.peak"}, []string{explain}},
		"nameless":           {"", []int{6}, []string{"producer-limit.records.peak"}, []string{explain}},
		"nothing that binds": {"orders", []int{6}, nil, []string{scale + "6"}},
		"nothing":            {"", nil, nil, []string{}},
	} {
		p := model.Plan{Binding: c.binding, Scaling: model.Known(model.Scaling{Calls: c.calls})}
		r := review.Review{Plan: &p, Evidence: &fit.Evidence{Stream: c.stream, Region: "us-east-1"}}
		if got := words.Next(&r); !slices.Equal(got, c.want) || got == nil {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.stream != "" {
			r.Stream = "another"
			if got := words.Next(&r); !slices.Equal(got, c.want) {
				t.Errorf("%s, called otherwise by the file: %q", name, got)
			}
		}
	}
}
