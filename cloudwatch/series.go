package cloudwatch

import (
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
)

// SeriesOf returns the series that the history of a stream has: every metric of the
// stream, of its enhanced fan-out consumers and of the functions that read it,
// and the shard-level metrics that are on, of open shards and of those closed
// ones that are named.
func SeriesOf(c *model.Configuration, closed []string) []model.SeriesID {
	var consumers, shards, functions []string
	for _, consumer := range c.Consumers.Value {
		consumers = append(consumers, string(consumer.Name))
	}
	for _, shard := range c.Shards.Value {
		shards = append(shards, shard.ID)
	}
	for _, function := range c.Functions.Value {
		functions = append(functions, function.Name)
	}
	slices.Sort(consumers)
	slices.Sort(functions)
	functions = slices.Compact(functions) // one can read a stream in two ways
	shards = append(shards, closed...)
	slices.Sort(shards)

	var list []model.SeriesID
	for _, m := range model.Metrics() {
		of := []string{""}
		switch m.Level {
		case model.ConsumerLevel:
			of = consumers
		case model.FunctionLevel:
			of = functions
		case model.ShardLevel:
			of = nil
			if slices.Contains(c.ShardMetrics.Value, m.Name) {
				of = shards
			}
		}
		for _, name := range of {
			list = append(list, model.SeriesID{Level: m.Level, Metric: m.Name, Owner: name})
		}
	}
	return list
}

// Assemble returns the series of a plan from the values that its calls brought:
// a run for each band. A series without any point has no runs.
func Assemble(p *Plan, done []Values) []model.Series {
	var list []model.Series
	for i := range p.Asks {
		list = append(list, p.empty(i)...)
	}
	for n, call := range p.Calls {
		for i, values := range done[n] {
			p.place(&list[call.First+i], call, values)
		}
	}
	dropEmpty(list)
	return list
}

// empty returns the series of an ask without points.
func (p *Plan) empty(ask int) []model.Series {
	list := make([]model.Series, len(p.Asks[ask].Series))
	for i, id := range p.Asks[ask].Series {
		list[i].SeriesID = id
		for _, b := range p.Bands {
			list[i].Runs = append(list[i].Runs, model.Run{Start: b.Start, Period: b.Period, Values: missing(b.Points())})
		}
	}
	return list
}

// missing returns so many periods without points.
func missing(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = model.MissingValue()
	}
	return values
}

// place puts the values that a call brought of a series where they belong.
func (p *Plan) place(s *model.Series, c Call, values []float64) {
	for i, b := range p.Bands {
		if b.Period == c.Period {
			copy(s.Runs[i].Values[c.Start.Sub(b.Start)/time.Duration(b.Period):], values)
		}
	}
}

// dropEmpty takes the runs of series that have no point.
func dropEmpty(list []model.Series) {
	for i := range list {
		if points, _ := list[i].Count(); points == 0 {
			list[i].Runs = nil
		}
	}
}
