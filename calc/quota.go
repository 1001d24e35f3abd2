package calc

import (
	"fmt"

	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// quotaWarnings say that on-demand mode does not take the workload in its Region,
// however long the stream has grown: what is written, in the peak or in the surge, or
// what standard consumers read of the peak. Sizes are those that the recommended
// count gives. Without a Region nothing is said.
func (s *situation) quotaWarnings(list []notice.Notice, shards int) []notice.Notice {
	if s.w.Region == "" {
		return list
	}
	quota, most := s.l.OnDemandQuota(s.w.Region), onDemandQuota(s.l, s.w.Region)
	p := &s.w.Producer
	written, when := s.traffic(max(p.Peak, p.Surge.Throughput), shards), "peak"
	if p.Surge.Throughput > p.Peak {
		when = "surge"
	}
	if above(written.Bytes, most.Bytes) || above(written.Records, most.Records) {
		list = append(list, notice.Notice{ID: IDOnDemandQuota,
			Message: fmt.Sprintf("On-demand, a stream in %s takes up to %s and %s of writes by default; the %s brings %s and %s.",
				s.w.Region, quota.Write.Value.Prose(), unit.RecordsPerSecond(most.Records).Prose(),
				when, bandwidth(written.Bytes), unit.RecordsPerSecond(written.Records).Prose()),
			Remedy: "Ask AWS for a higher quota before you choose on-demand, split the traffic over several streams, " +
				"or stay provisioned."})
	}
	if read := s.standard * s.traffic(p.Peak, shards).Bytes; above(read, float64(quota.Read.Value)) {
		list = append(list, notice.Notice{ID: IDOnDemandReads,
			Message: fmt.Sprintf("On-demand, the standard consumers of a stream in %s read up to %s together by default; "+
				"the %s of this one read %s of the peak.",
				s.w.Region, quota.Read.Value.Prose(), unit.Plural(int(s.standard), "standard consumer"), bandwidth(read)),
			Remedy: "Ask AWS for a higher quota before you choose on-demand, or move some of them to enhanced fan-out."})
	}
	return list
}

// above reports whether a rate is above a limit by more than rounding.
func above(rate, limit float64) bool { return rate*(1-tolerance) > limit }

// bandwidth writes bytes a second in the unit of the quotas.
func bandwidth(bytes float64) string {
	return unit.Grouped(bytes/float64(unit.MiB), 1) + " MiB/s"
}
