package historyfile

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// fileSeries is a series and where it is from.
type fileSeries struct {
	model.Series
	notes *notes
	begin int // the line that it begins in
}

// fault returns that something is wrong with the series.
func (s *fileSeries) fault(problem, value, allowed string) input.Errors {
	return input.Errors{{Where: s.notes.line(s.begin), Path: s.String(), Value: value, Problem: problem, Allowed: allowed}}
}

// joinParts makes one history of what files have. The times of all tables together tell
// their periods. The errors are all that is wrong with any of the files.
func joinParts(parts []*part) (*model.History, input.Errors) {
	h := &model.History{}
	var series []fileSeries
	var errs input.Errors
	for _, p := range parts {
		if p.history == nil || len(p.errs) > 0 {
			continue
		}
		errs = append(errs, joinHistory(h, p)...)
		for _, s := range p.history.Series {
			series = append(series, fileSeries{s, p.notes, 1})
		}
	}
	series = append(series, fromTables(h, parts)...)
	for _, p := range parts {
		errs = append(errs, p.errs...)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	if h.Series, errs = joinSeries(series); len(errs) > 0 {
		return nil, errs
	}
	sortSeries(h.Series)
	return h, nil
}

// fromTables returns the series of all tables. The window of the history grows with them.
func fromTables(h *model.History, parts []*part) (series []fileSeries) {
	var tables []*table
	for _, p := range parts {
		tables = append(tables, p.tables...)
	}
	if len(tables) == 0 {
		return nil
	}
	for _, t := range tables {
		t.sort()
		t.merge()
	}
	all := union(tables)
	whole, off := grid(all, nil)
	first := tables[0].notes
	first.fewTimes(all, whole)
	total := 0
	for _, t := range tables {
		found := whole
		if len(tables) > 1 {
			found, off = grid(t.times, whole)
		}
		t.offGrid(found, off)
		if total += t.periods(found) * len(t.columns); total > MaxPeriods {
			first.report(input.Error{Where: first.start(), Problem: "too many periods for a history",
				Allowed: fmt.Sprint(MaxPeriods)})
		}
		if len(t.errs) == 0 {
			series = append(series, t.built(found)...)
			widen(h, found, t)
		}
	}
	return series
}

// widen makes the window of a history that of a table too.
func widen(h *model.History, found spans, t *table) {
	if from, to := t.window(found); !to.IsZero() {
		widenTo(h, from, to)
	}
}

func widenTo(h *model.History, from, to time.Time) {
	if h.To.IsZero() || from.Before(h.From) {
		h.From = from
	}
	if to.After(h.To) {
		h.To = to
	}
}

// joinHistory adds what one of kcalc's own files says beside its series.
func joinHistory(h *model.History, p *part) (errs input.Errors) {
	own := p.history
	differ := func(key, one, other string) {
		if one != "" && other != "" && one != other {
			errs = append(errs, input.Error{Where: p.start(), Path: key, Value: other,
				Problem: fmt.Sprintf("of another stream than the file before it, %q", one), Allowed: "files of one stream"})
		}
	}
	differ("stream", string(h.Stream), string(own.Stream))
	differ("region", string(h.Region), string(own.Region))
	differ("account", h.Account, own.Account)
	h.Stream, h.Region = cmp.Or(h.Stream, own.Stream), cmp.Or(h.Region, own.Region)
	h.Account = cmp.Or(h.Account, own.Account)
	widenTo(h, own.From, own.To)
	if own.Configuration.Known && (!h.Configuration.Known || own.Fetched.After(h.Fetched)) {
		h.Configuration = own.Configuration
	}
	if own.Fetched.After(h.Fetched) {
		h.Fetched = own.Fetched
	}
	h.Warnings = append(h.Warnings, own.Warnings...)
	return errs
}

// joinSeries makes one of series of the same thing, which are from several files.
func joinSeries(all []fileSeries) (list []model.Series, errs input.Errors) {
	place := map[model.SeriesID]int{}
	for i := range all {
		s := &all[i]
		at, ok := place[s.SeriesID]
		if !ok {
			place[s.SeriesID] = len(list)
			list = append(list, s.Series)
			continue
		}
		runs, fault := s.joinRuns(list[at].Runs)
		list[at].Runs, errs = runs, append(errs, fault...)
	}
	return list, errs
}

// joinRuns adds the runs of a series to those that another file has of it.
func (s *fileSeries) joinRuns(others []model.Run) (joined []model.Run, errs input.Errors) {
	both := slices.Concat(others, s.Runs)
	slices.SortStableFunc(both, func(a, b model.Run) int { return a.Start.Compare(b.Start) })
	var missing gap
	for _, r := range both {
		if len(joined) == 0 {
			joined = append(joined, model.Run{Start: r.Start, Period: r.Period, Values: slices.Clone(r.Values)})
			continue
		}
		last := &joined[len(joined)-1]
		ahead := r.Start.Sub(last.End())
		fits := r.Period == last.Period && ahead%time.Duration(r.Period) == 0
		switch {
		case ahead < 0 && !fits:
			return joined, s.fault("overlaps with the points of another file, which have another period",
				unit.Stamp(r.Start), "files of windows that do not overlap")
		case ahead < 0:
			if fault := s.overlay(last, r); fault != nil {
				return joined, fault
			}
		case fits && int(ahead/time.Duration(r.Period)) <= longestGap:
			n := int(ahead / time.Duration(r.Period))
			if n > 0 {
				missing.add(n, s.begin, last.End())
			}
			for range n {
				last.Values = append(last.Values, model.MissingValue())
			}
			last.Values = append(last.Values, r.Values...)
		default:
			joined = append(joined, r)
		}
	}
	if missing.points > 0 {
		s.notes.warn(missing.line, notice.HistoryGaps(s.notes.on(missing.line), s.String(), missing.points, missing.first))
	}
	return joined, nil
}

// overlay adds the points of a run that begins within another one, on the same grid. Points
// of the same time must agree.
func (s *fileSeries) overlay(into *model.Run, r model.Run) input.Errors {
	first := int(r.Start.Sub(into.Start) / time.Duration(r.Period))
	for i, v := range r.Values {
		at := first + i
		switch {
		case at >= len(into.Values):
			into.Values = append(into.Values, v)
		case !model.IsPoint(v):
		case !model.IsPoint(into.Values[at]):
			into.Values[at] = v
		case into.Values[at] != v:
			return s.fault(fmt.Sprintf("there twice with different values, %v and %v in another file", v, into.Values[at]),
				unit.Stamp(r.Time(i)), "one value of a time")
		}
	}
	return nil
}
