package cost

import (
	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// fewShards is up to how many shards a stream costs so little that a key and a few alarms
// count.
const fewShards = 2

// leftOut returns what a bill has besides, where the total would mislead without it: what
// runs the consumers, what the bytes go through, and what counts beside a small stream.
// A stream moves many bytes for its money if a dollar of a month moves a GB or more:
// endpoints and gateways bill the GB.
func (a *answer) leftOut() (list []notice.Notice) {
	shards := a.q.Counts.of(a.recommended)
	u := a.t.usage(a.l, a.w, shards)
	list = append(list, a.consumersLeftOut(&u)...)
	least, known := leastTotal(a.Modes)
	dollars := float64(least) / float64(unit.Dollar)
	if moved := gigabytes(u.bandwidth + u.read()); known && moved > 0 && a.t.forPeriod(moved) >= dollars {
		list = append(list, notice.NetworkLeftOut(moved))
	}
	if shards <= fewShards {
		list = append(list, notice.SmallBill())
	}
	return list
}

// consumersLeftOut returns what runs the consumers, which is not in the cost.
func (a *answer) consumersLeftOut(u *usage) (list []notice.Notice) {
	var functions, others []string
	invocations, seconds := 0.0, 0.0
	packing := calc.NewPacking(a.l, &a.w.Producer)
	for i := range a.w.Consumers {
		c := &a.w.Consumers[i]
		if !c.IsFunction() {
			others = append(others, string(c.Name))
			continue
		}
		functions = append(functions, string(c.Name))
		f := calc.NewFunction(a.l, &c.Lambda)
		if took, batch := f.Takes(&packing, float64(a.w.Producer.Average), u.shards); batch > 0 {
			batches := u.records * c.Processed() * secondsPerMonth / batch
			invocations += batches
			seconds += batches * took
		}
	}
	if functions != nil {
		list = append(list, notice.LambdaLeftOut(functions, invocations, seconds/3600))
	}
	if others != nil {
		list = append(list, notice.LeasesLeftOut(others))
	}
	return list
}

// leastTotal returns the least that is known of what some modes cost.
func leastTotal(costs []model.Cost) (least unit.USD, known bool) {
	for i := range costs {
		if c := &costs[i]; c.Total.Known && (!known || c.Total.Value < least) {
			least, known = c.Total.Value, true
		}
	}
	return least, known
}
