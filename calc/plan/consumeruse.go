package plan

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
)

// consumers returns what each consumer gets of the recommended shards.
func (a *assessment) consumers() []model.ConsumerUse {
	list := make([]model.ConsumerUse, len(a.Workload.Consumers))
	for i := range list {
		list[i] = a.consumerUse(&a.Workload.Consumers[i])
	}
	return list
}

func (a *assessment) consumerUse(c *model.Consumer) model.ConsumerUse {
	use := model.ConsumerUse{Name: c.Name, Type: c.Type, ReadShare: float64(a.ReadShare(c))}
	if speed := a.ShardSpeed(c, float64(a.recommended)); speed > 0 {
		use.Speed = model.Known(speed)
	}
	if total := a.TotalSpeed(c); total > 0 {
		use.TotalSpeed = model.Known(float64(total))
	}
	if c.PerRecord > 0 || c.Workers > 0 {
		use.Processors = model.Known(a.processors(c))
	}
	if c.IsFunction() {
		use.Function = model.Known(a.functionUse(c))
	}
	return use
}

// processors returns how the shards are shared by the workers of an application: each has
// one processor, in one worker.
func (a *assessment) processors(c *model.Consumer) model.Processors {
	p := model.Processors{Shards: a.recommended, Threads: int(max(1, c.Threads))}
	if workers := int(c.Workers); workers > 0 {
		p.Workers = model.Known(workers)
		p.PerWorker = model.Known(calc.Shards(float64(a.recommended) / float64(workers)))
		p.Idle = model.Known(max(0, workers-a.recommended))
	}
	return p
}

func (a *assessment) functionUse(c *model.Consumer) model.FunctionUse {
	use := model.FunctionUse{
		Concurrency: a.concurrency(c, a.recommended),
		Average:     a.invocations(c, a.Average),
		Peak:        a.invocations(c, a.Peak),
	}
	if now := int(a.Workload.CurrentShards); now > 0 && now != a.recommended {
		use.Now = model.Known(a.concurrency(c, now))
	}
	return use
}

func (a *assessment) concurrency(c *model.Consumer, shards int) model.Concurrency {
	use := model.Concurrency{
		Shards: shards, Factor: a.Factor(c), AtOnce: int(a.ConcurrencyOf(c, float64(shards))),
	}
	if z := int(c.Lambda.ReservedConcurrency); z > 0 {
		use.Reserved = model.Known(z)
	}
	return use
}

func (a *assessment) invocations(c *model.Consumer, rate float64) model.Invocations {
	perSecond, records := a.Invocations(c, rate, float64(a.recommended))
	return model.Invocations{PerSecond: perSecond, Records: records}
}

// putRecords returns how producers call PutRecords, where something is declared of that.
func (a *assessment) putRecords() model.Maybe[model.PutUse] {
	if a.Workload.Producer.PutRecords == (model.PutRecords{}) {
		return model.Maybe[model.PutUse]{}
	}
	return model.Known(model.PutUse{Average: a.putCalls(a.Average), Peak: a.putCalls(a.Peak)})
}

func (a *assessment) putCalls(rate float64) model.PutCalls {
	perSecond, records := a.PutCalls(rate, float64(a.recommended))
	return model.PutCalls{PerSecond: perSecond, Records: records}
}
