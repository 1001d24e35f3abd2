package fit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// A mapping's own settings become those of its consumer: the ones that bound or wait for
// something, whether or not the duration of the function is known.
func TestMappingFillsItsConsumer(t *testing.T) {
	texts := func(s input.Settings) map[string]string {
		all := map[string]string{}
		for key, setting := range s {
			if setting.Source != model.Measured {
				t.Errorf("%s: %s", key, setting.Source)
			}
			all[key] = setting.Text
		}
		return all
	}
	set := Function{BatchSize: 25, ParallelizationFactor: 10, mapping: model.Function{
		BatchingWindow: 5e9, MaximumRetries: model.Known(0), MaximumRecordAge: model.Known(unit.Duration(3600e9)), BisectOnError: true,
		PartialResponses: true, OnFailure: model.Known(model.ToSQS),
	}}
	for name, c := range map[string]struct {
		of   Function
		want map[string]string
	}{
		"all": {set, map[string]string{"lambda.batch_size": "25", "lambda.parallelization_factor": "10",
			"lambda.batching_window": "5s", "lambda.retries": "0", "lambda.max_record_age": "1h", "lambda.bisect": "true", "lambda.partial_responses": "true", "lambda.on_failure": "sqs"}},
		"defaults": {Function{BatchSize: 100, ParallelizationFactor: 1},
			map[string]string{"lambda.batch_size": "100", "lambda.parallelization_factor": "1"}},
		"nothing known": {Function{}, map[string]string{}},
	} {
		s := input.Settings{}
		c.of.setMapping(s)
		if d := cmp.Diff(c.want, texts(s)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
