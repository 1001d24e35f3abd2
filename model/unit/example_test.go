package unit_test

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

func ExampleParseBytes() {
	size, err := unit.ParseBytes("50 KB")
	fmt.Println(size, size.Prose(), float64(size), err)
	_, err = unit.ParseBytes("-1")
	fmt.Println(err)
	// Output:
	// 50KiB 50 KiB 51200 <nil>
	// negative, or not a number
}

// A bandwidth and a size of record make a throughput.
func ExampleBytesPerSecond_RecordsOf() {
	limit := unit.BytesPerSecond(unit.MiB)
	fmt.Println(limit.RecordsOf(2 * unit.KiB).Prose())
	// Output: 512 records/s
}

// The amount of a line is rounded once.
func ExampleUSD_Times() {
	price, _ := unit.ParseUSD("0.015")
	discount, _ := unit.ParseDiscount("12%")
	month, err := price.Times(730, discount)
	fmt.Println(month, err)
	// Output: 9.636 <nil>
}

func ExampleParseDuration() {
	d, err := unit.ParseDuration("90m")
	fmt.Println(d, d.Seconds(), err)
	// Output: 1h30m 5400 <nil>
}

func ExamplePercent() {
	fmt.Println(unit.Percent(0.7874, 1), unit.Percent(1, 1))
	// Output: 78.7% 100%
}
