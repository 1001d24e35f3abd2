package cost

import (
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// A workload above the quota of its Region is warned of where on-demand is told or
// priced, at the limit not yet, and where no Region is named, or provisioned alone is
// priced, not at all.
func TestQuotaWarnings(t *testing.T) {
	surging := workload(unit.MiB, 10, 10)
	surging.Producer.Surge = model.Surge{Throughput: 201, Duration: second}
	const quota, reads = "on-demand-quota", "on-demand-reads"
	three := workload(unit.MiB, 134, 134, with("a"), with("b"), with("c"), with("d", fanOut))
	for name, c := range map[string]struct {
		w    model.Workload
		id   string
		want []string // in the message; none is no warning
	}{
		"bytes":                  {in("us-east-2", workload(100*unit.KiB, 5000, 5000)), quota, []string{"us-east-2", "up to 200 MiB/s and 200,000 records/s", "the peak brings 488.3 MiB/s and 5,000 records/s"}},
		"at the limit":           {in("us-east-2", workload(unit.MiB, 200, 200)), quota, nil},
		"records":                {in("us-east-2", workload(1, 200_001, 200_001)), quota, []string{"200,001 records/s"}},
		"a surge":                {in("eu-north-1", surging), quota, []string{"eu-north-1", "the surge brings 201 MiB/s"}},
		"a large Region":         {in("us-east-1", workload(100*unit.KiB, 5000, 5000)), quota, nil},
		"more than a large one":  {in("eu-west-1", workload(unit.MiB, 10_241, 10_241)), quota, []string{"up to 10 GiB/s"}},
		"no Region":              {workload(unit.MiB, 20_000, 20_000), quota, nil},
		"reads":                  {in("us-east-2", three), reads, []string{"up to 400 MiB/s together", "3 standard consumers", "402 MiB/s"}},
		"reads, a large Region":  {in("us-west-2", three), reads, nil},
		"reads that are written": {in("us-east-2", three), quota, nil},
	} {
		s := calc.NewSizing(&limits, &c.w)
		wantWarning(t, name, QuotaNotices(&s, recommended(&c.w)), c.id, c.want)
		wantWarning(t, name+", priced", costs(&c.w, monthly(), model.Modes(), 0).Warnings, c.id, c.want)
		wantWarning(t, name+", provisioned", costs(&c.w, monthly(), model.Modes()[:1], 0).Warnings, c.id, nil)
	}
}

func wantWarning(t *testing.T, name string, list []notice.Notice, id string, parts []string) {
	t.Helper()
	i := slices.IndexFunc(list, func(w notice.Notice) bool { return w.ID == id })
	if (i >= 0) != (parts != nil) {
		t.Errorf("%s: %s: %v", name, id, list)
		return
	}
	for _, part := range parts {
		if w := list[i]; !strings.Contains(w.Message, part) || w.Remedy == "" {
			t.Errorf("%s: %q lacks %q, or a remedy", name, w.Message, part)
		}
	}
}
