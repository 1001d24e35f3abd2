package sample

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// shortest is the time from which on a sample has more than one part of the day.
const shortest = unit.Day / 2

// Notices returns what is to be known of a sample.
func Notices(s *model.Sample) (list []notice.Notice) {
	list = []notice.Notice{}
	if s.Partial {
		list = append(list, notice.SamplePartial(s.Over() > 0))
	}
	if n := s.UnreadShards(); n > 0 {
		list = append(list, notice.KeysUnread(n))
	}
	if s.Sketch.Known {
		e := &s.Sketch.Value
		list = append(list, notice.SampleSketch(e.Counted, e.UserRecords, e.Bytes))
	}
	if n := s.Traffic.ExplicitHashKeys; n > 0 {
		list = append(list, notice.SampleExplicit(n, unit.Fraction(float64(n)/float64(s.Traffic.Records))))
	}
	switch over := s.Over(); {
	case s.Traffic.Records == 0:
	case !s.From.Known:
		list = append(list, notice.SampleUndated())
	case over > 0 && over < shortest:
		list = append(list, notice.SampleShort(unit.Records(s.Traffic.Records), over, s.From.Value, s.To.Value))
	}
	return list
}
