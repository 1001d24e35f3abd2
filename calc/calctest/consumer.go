package calctest

import (
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// With returns a consumer with some of its settings made.
func With(name model.Name, settings ...func(*model.Consumer)) model.Consumer {
	c := model.NewConsumer(name)
	for _, set := range settings {
		set(&c)
	}
	return c
}

// Speed sets how many records a second a consumer processes of a shard.
func Speed(s unit.RecordsPerSecond) func(*model.Consumer) {
	return func(c *model.Consumer) { c.Speed = s }
}

// Latency sets how late a consumer may be.
func Latency(d unit.Duration) func(*model.Consumer) {
	return func(c *model.Consumer) { c.Latency = d }
}

// Poll sets how often a consumer polls.
func Poll(every unit.Duration) func(*model.Consumer) {
	return func(c *model.Consumer) { c.PollInterval = every }
}

// DelayBound makes the latency of a consumer one of every record.
func DelayBound(c *model.Consumer) { c.LatencyBound = model.DelayBound }

// FanOut moves a consumer to enhanced fan-out.
func FanOut(c *model.Consumer) { c.Type = model.EnhancedFanOut }

// Lambda makes a consumer a Lambda function.
func Lambda(batch, factor unit.Count, duration unit.Duration) func(*model.Consumer) {
	return func(c *model.Consumer) {
		c.Lambda = model.Lambda{BatchSize: batch, ParallelizationFactor: factor, Duration: duration}
	}
}

// ManyFanOut returns a number of consumers with enhanced fan-out.
func ManyFanOut(n int) []model.Consumer {
	var list []model.Consumer
	for i := range n {
		list = append(list, With(model.Name("f"+string(rune('a'+i))), FanOut))
	}
	return list
}
