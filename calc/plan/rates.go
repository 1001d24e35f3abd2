package plan

import (
	"sort"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// ofSize speaks up where no record size is known, and says from which one the answer is
// another.
func (a *assessment) ofSize(list []notice.Notice) []notice.Notice {
	if a.Workload.Producer.RecordSize > 0 {
		return list
	}
	decides := a.largestSize(func(b *assessment) bool { return mostNeeded(b) <= mostNeeded(a)*(1+calc.Tolerance) })
	carried := a.largestSize(func(b *assessment) bool { return b.recommended <= a.recommended })
	return append(list, notice.RecordSizeMissing(a.recommended, decides, carried, a.Limits.RecordSizeMost.Value))
}

// largestSize returns the largest whole record size for which a condition holds that ends
// to hold as records grow; 0 for none.
func (a *assessment) largestSize(holds func(*assessment) bool) unit.Bytes {
	w := *a.Workload
	buffer := make([]calc.Need, 0, len(a.needs)+4)
	most := int(a.Limits.RecordSizeMost.Value - w.Producer.PartitionKeySize)
	return unit.Bytes(sort.Search(most, func(i int) bool {
		w.Producer.RecordSize = unit.Bytes(i + 1)
		b := assess(a.Limits, &w, buffer)
		return !holds(&b)
	}))
}

// mostNeeded returns the largest exact need, with headroom where that counts.
func mostNeeded(a *assessment) float64 {
	var most float64
	for i := range a.needs {
		if n := &a.needs[i]; n.CountsShards() {
			most = max(most, n.Target)
		}
	}
	return most
}

// ofRates speaks up where a rate was given for a minute or longer, and stands for the
// busiest time all the same.
func (a *assessment) ofRates(list []notice.Notice) []notice.Notice {
	p := &a.Workload.Producer
	mean := func(written unit.Rate, rate unit.RecordsPerSecond) bool {
		return written.IsMean() && written.Is(rate, p.RecordSize) && rate > 0
	}
	switch {
	case mean(p.Written.Peak, p.Peak):
		list = append(list, notice.PeakIsMean(notice.DailyPeak, p.Written.Peak.String(), p.Peak))
	case p.Peak == p.Average && mean(p.Written.Average, p.Average):
		list = append(list, notice.AverageIsMean(p.Written.Average.String(), p.Average))
	}
	if p.Surge.Duration > 0 && mean(p.Written.Surge, p.Surge.Throughput) {
		list = append(list, notice.PeakIsMean(notice.DailySurge, p.Written.Surge.String(), p.Surge.Throughput))
	}
	return list
}
