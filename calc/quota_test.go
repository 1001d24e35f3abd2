package calc

import (
	"slices"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// What an on-demand stream that has seen its peak takes stays within the quota of its
// Region, in bytes and in the records that so many shards take.
func TestOnDemandCapacityIsWithinQuota(t *testing.T) {
	for _, c := range []struct {
		region         model.Region
		size           unit.Bytes
		peak           unit.RecordsPerSecond
		bytes, records float64
	}{
		{"us-east-2", 100 * unit.KiB, 5000, 200 << 20, 10_000},
		{"us-east-1", 100 * unit.KiB, 5000, 10_000 * 100 * 1024, 10_000},
		{"us-east-1", 100 * unit.KiB, 100_000, 10 << 30, 200_000},
		{"eu-central-1", 10, 150_000, 4 << 20, 200_000},
		{"eu-west-1", 1, 6_000_000, 12_000_000, 10_240_000},
		{"ap-south-1", 100 * unit.KiB, 1000, 2000 * 100 * 1024, 4000},
	} {
		w := inRegion(c.region, workload(c.size, c.peak, c.peak))
		got := Recommend(&limits, &w, nil).OnDemand.AfterPeak
		if want := (model.Throughput{Bytes: c.bytes, Records: c.records}); got != want {
			t.Errorf("%s, %v of %v: %+v, want %+v", c.region, c.peak, c.size, got, want)
		}
	}
	w := inRegion("us-east-2", workload(unit.MiB, 150, 150))
	w.Producer.Surge = model.Surge{Throughput: 250, Duration: second} // twice the peak is 300, the quota 200
	if Recommend(&limits, &w, nil).OnDemand.CarriesSurge {
		t.Error("on-demand carries a surge above the quota")
	}
}

// A workload above the quota of its Region is warned of where on-demand is told or
// priced, at the limit not yet, and where no Region is named, or provisioned alone is
// priced, not at all.
func TestQuotaWarnings(t *testing.T) {
	surging := workload(unit.MiB, 10, 10)
	surging.Producer.Surge = model.Surge{Throughput: 201, Duration: second}
	three := workload(unit.MiB, 134, 134, with("a"), with("b"), with("c"), with("d", fanOut))
	for name, c := range map[string]struct {
		w    model.Workload
		id   string
		want []string // in the message; none is no warning
	}{
		"bytes":                  {inRegion("us-east-2", workload(100*unit.KiB, 5000, 5000)), IDOnDemandQuota, []string{"us-east-2", "up to 200 MiB/s and 200,000 records/s", "the peak brings 488.3 MiB/s and 5,000 records/s"}},
		"at the limit":           {inRegion("us-east-2", workload(unit.MiB, 200, 200)), IDOnDemandQuota, nil},
		"records":                {inRegion("us-east-2", workload(1, 200_001, 200_001)), IDOnDemandQuota, []string{"200,001 records/s"}},
		"a surge":                {inRegion("eu-north-1", surging), IDOnDemandQuota, []string{"eu-north-1", "the surge brings 201 MiB/s"}},
		"a large Region":         {inRegion("us-east-1", workload(100*unit.KiB, 5000, 5000)), IDOnDemandQuota, nil},
		"more than a large one":  {inRegion("eu-west-1", workload(unit.MiB, 10_241, 10_241)), IDOnDemandQuota, []string{"up to 10 GiB/s"}},
		"no Region":              {workload(unit.MiB, 20_000, 20_000), IDOnDemandQuota, nil},
		"reads":                  {inRegion("us-east-2", three), IDOnDemandReads, []string{"up to 400 MiB/s together", "3 standard consumers", "402 MiB/s"}},
		"reads, a large Region":  {inRegion("us-west-2", three), IDOnDemandReads, nil},
		"reads that are written": {inRegion("us-east-2", three), IDOnDemandQuota, nil},
	} {
		plan := Recommend(&limits, &c.w, nil).Warnings
		wantWarning(t, name, plan, c.id, c.want)
		wantWarning(t, name+", priced", Costs(&limits, &c.w, monthly(), model.Modes(), 0).Warnings, c.id, c.want)
		wantWarning(t, name+", provisioned", Costs(&limits, &c.w, monthly(), model.Modes()[:1], 0).Warnings, c.id, nil)
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
