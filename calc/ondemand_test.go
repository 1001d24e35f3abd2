package calc

import (
	"testing"

	"github.com/kcalc/kcalc/model"
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
		w := workload(c.size, c.peak, c.peak)
		s := NewSizing(&limits, &w)
		got := OnDemandCapacity(&limits, c.region, s.Written(c.peak, 1))
		if want := (model.Throughput{Bytes: c.bytes, Records: c.records}); got != want {
			t.Errorf("%s, %v of %v: %+v, want %+v", c.region, c.peak, c.size, got, want)
		}
	}
}
