package calc

import "github.com/kcalc/kcalc/model/notice"

// RecordNotices returns what is to be known of the records of the workload.
func (s *Sizing) RecordNotices() []notice.Notice {
	var list []notice.Notice
	p := &s.Workload.Producer
	if p.PartitionKeySize == 0 && p.RecordSize > 0 {
		list = append(list, notice.PartitionKeySize())
	}
	usual := s.Limits.RecordSize.Value
	if largest := p.LargestRecord() + p.PartitionKeySize; largest > usual {
		list = append(list, notice.LargeRecord(largest, usual, s.Limits.RecordSizeMost.Value))
	}
	if p.Aggregation.Producers > 0 && !s.Packing.On() {
		list = append(list, notice.AggregationIdle(p.Aggregation.MaxSize))
	}
	return list
}
