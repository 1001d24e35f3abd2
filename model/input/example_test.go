package input_test

import (
	"fmt"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

const orders = `producer:
  record_size: 2KiB
  peak: 12k
consumers:
  - name: fraud
    speed: 1000/s
`

// A file is read, another layer is laid over it, and both are resolved.
func ExampleRead() {
	d := input.Read("orders.yaml", []byte(orders))
	d.Merge(input.Declaration{Settings: input.Settings{
		"retention": {Text: "7d", Source: model.Flag, Where: input.Position{Name: "--retention"}},
	}})
	w, inputs, err := d.Resolve()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.Producer.Peak, w.Retention, w.Consumers[0].Name)
	for _, in := range inputs {
		if in.Name == "retention" || in.Name == "producer.peak" || in.Name == "target_utilization" {
			fmt.Println(in.Name, in.Value, in.Unit, in.Source)
		}
	}
	// Output:
	// 12000/s 7d fraud
	// producer.peak 12000 records/s file
	// retention 604800 s flag
	// target_utilization 0.8  default
}

// Everything that is wrong has its place.
func ExampleDeclaration_Resolve() {
	d := input.Read("orders.yaml", []byte("producer: {record_size: 2KiB, peak: fast}\nretention: 1h\n"))
	_, _, err := d.Resolve()
	fmt.Println(err)
	// Output:
	// orders.yaml:1:37: producer.peak: "fast": not a decimal number (allowed: records/s such as 10000, 10k, 600/min or 1B/day, or a bandwidth such as 50MiB/s, 2TB/day or 80Mbit/s; at most 1e12 records/s)
	// orders.yaml:2:12: retention: "1h": out of range (allowed: 24h to 365d)
}

func ExampleWrite() {
	w := model.NewWorkload()
	w.Producer.RecordSize, w.Producer.Peak, w.Producer.Average = 2048, 12_000, 12_000
	text, err := input.Write(&w)
	fmt.Println(err)
	fmt.Print(string(text))
	// Output:
	// <nil>
	// producer:
	//   record_size: 2KiB
	//   partition_key_size: 0B
	//   average: 12000/s
	//   peak: 12000/s
	//   skew: 1
	//   burst: 1
	// retention: 1d
	// target_utilization: 0.8
	// size_reads_for: peak
	// horizon: 28d
	// confidence: 0.8
}
