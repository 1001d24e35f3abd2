package cost

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// QuotaNotices returns what of the workload on-demand mode does not take in its
// Region by default, however long the stream has grown: what is written, in the peak
// or in the surge, or what standard consumers read of the peak. Sizes are those that
// a number of shards gives. Without a Region it returns nothing.
func QuotaNotices(s *calc.Sizing, shards int) (list []notice.Notice) {
	w := s.Workload
	if w.Region == "" {
		return nil
	}
	quota, most := s.Limits.OnDemandQuota(w.Region), calc.OnDemandQuota(s.Limits, w.Region)
	p := &w.Producer
	written, when := s.Written(max(p.Peak, p.Surge.Throughput), shards), "peak"
	if p.Surge.Throughput > p.Peak {
		when = "surge"
	}
	if above(written.Bytes, most.Bytes) || above(written.Records, most.Records) {
		list = append(list, notice.OnDemandQuota(string(w.Region), quota.Write.Value, unit.RecordsPerSecond(most.Records),
			when, mebibytes(written.Bytes), unit.RecordsPerSecond(written.Records)))
	}
	if read := s.Standard * s.Written(p.Peak, shards).Bytes; above(read, float64(quota.Read.Value)) {
		list = append(list, notice.OnDemandReads(string(w.Region), quota.Read.Value, int(s.Standard), mebibytes(read)))
	}
	return list
}

// above reports whether a rate is above a limit by more than rounding.
func above(rate, limit float64) bool { return rate*(1-calc.Tolerance) > limit }

// mebibytes writes bytes a second in the unit of the quotas.
func mebibytes(bytes float64) string { return unit.Grouped(bytes/float64(unit.MiB), 1) + " MiB/s" }
