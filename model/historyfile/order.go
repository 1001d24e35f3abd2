package historyfile

import (
	"cmp"
	"slices"

	"github.com/kcalc/kcalc/model"
)

// isSeries reports whether a history can have a series.
func isSeries(id model.SeriesID) bool {
	_, ok := id.Describe()
	same, err := model.ParseSeriesID(id.String())
	return ok && err == nil && same == id
}

// sortSeries puts series in the order of a history: that of the metrics, then of
// what they are of.
func sortSeries(series []model.Series) {
	metrics := model.Metrics()
	place := func(id model.SeriesID) int {
		return slices.IndexFunc(metrics, func(m model.Metric) bool {
			return m.Level == id.Level &&
				m.Name == id.Metric
		})
	}
	slices.SortFunc(series, func(a, b model.Series) int {
		return cmp.Or(cmp.Compare(place(a.SeriesID), place(b.SeriesID)), cmp.Compare(a.Owner, b.Owner))
	})
}
