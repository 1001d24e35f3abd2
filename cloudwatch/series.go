package cloudwatch

import (
	"slices"

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
	list := make([]model.Series, len(p.Series))
	for i, id := range p.Series {
		list[i].SeriesID = id
	}
	for n, call := range p.Calls {
		for i, values := range done[n] {
			s := &list[call.First+i]
			if last := len(s.Runs) - 1; last >= 0 && s.Runs[last].Period == call.Period {
				s.Runs[last].Values = append(s.Runs[last].Values, values...)
				continue
			}
			s.Runs = append(s.Runs, model.Run{Start: call.Start, Period: call.Period, Values: slices.Clone(values)})
		}
	}
	for i := range list {
		if points, _ := list[i].Count(); points == 0 {
			list[i].Runs = nil
		}
	}
	return list
}
