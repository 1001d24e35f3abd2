package words_test

import (
	"testing"

	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

func TestExpand(t *testing.T) {
	for text, want := range map[string]string{
		"Raise {retention}.":                     "Raise --retention.",
		"Give {producer.record_sizes}":           "Give producer.record_sizes",
		"See {run:replay}.":                      "See 'kcalc replay'.",
		"Try {option:shards} 5":                  "Try --shards 5",
		"Say {consumer.speed}":                   "Say --consumer NAME,speed=…",
		"{consumer.lambda.batch_size}":           "--consumer NAME,batch-size=…",
		"no { and no }":                          "no { and no }",
		"in {A}.json and {}":                     "in {A}.json and {}",
		"{run:prices update --region us-east-1}": "'kcalc prices update --region us-east-1'",
		"{ open":                                 "{ open",
		"":                                       "",
	} {
		if got := words.Expand(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Every text of an answer gets the words, however deep it is.
func TestExpandAll(t *testing.T) {
	const before, want = "{retention}", "--retention"
	n := func() notice.Notice { return notice.Notice{Message: before, Remedy: before} }
	inner := model.Plan{Warnings: []notice.Notice{n()}}
	p := model.Plan{Warnings: []notice.Notice{n()}, Infeasible: []model.Infeasibility{{Message: before, Remedy: before}},
		Advice: []model.Advice{{Change: before, Plan: &inner}}}
	words.ExpandAll(&p)
	for name, got := range map[string]string{
		"message": p.Warnings[0].Message, "remedy": p.Warnings[0].Remedy, "infeasible": p.Infeasible[0].Remedy,
		"advice": p.Advice[0].Change, "plan of an advice": inner.Warnings[0].Remedy,
	} {
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
