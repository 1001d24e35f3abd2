package calc_test

import (
	"fmt"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// A stream of records of 5 KiB, and a consumer that processes 400 records a second of
// each shard.
func ExampleSolve() {
	limits := model.PublishedLimits()
	w := model.NewWorkload()
	w.TargetUtilization = 0.8
	w.Producer.RecordSize, w.Producer.Average, w.Producer.Peak = 5*unit.KiB, 500, 1000
	orders := model.NewConsumer("orders")
	orders.Speed = 400
	w.Consumers = []model.Consumer{orders}

	needs := calc.Solve(&limits, &w, nil)
	for i := range needs {
		if n := &needs[i]; n.CountsShards() {
			fmt.Printf("%-29s %.2f, at 80 %% %.2f\n", n.ID(&w), n.Full, n.Target)
		}
	}
	fmt.Println(calc.Counts(needs))
	// Output:
	// producer-limit.bytes.peak     4.88, at 80 % 6.10
	// producer-limit.records.peak   1.00, at 80 % 1.25
	// consumer-limit.bytes          2.44, at 80 % 3.05
	// consumer-limit.get-records    0.49, at 80 % 0.61
	// consumption-speed.orders      2.50, at 80 % 3.12
	// 5 7
}
