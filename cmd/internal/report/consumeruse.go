package report

import (
	"fmt"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// mostConsumerLines is how many consumers a table tells of, one a line.
const mostConsumerLines = 12

// consumerUses returns what consumers get of the recommended shards, and how those run that
// are functions or have workers.
func consumerUses(p *model.Plan) []item {
	items := readShares(p.Consumers)
	lines := 0
	for i := range p.Consumers {
		c := &p.Consumers[i]
		if !c.Function.Known && !c.Processors.Known {
			continue
		}
		if lines++; lines > mostConsumerLines {
			continue
		}
		if c.Function.Known {
			items = append(items, item{"λ", color.Reset, string(c.Name) + " " + functionUseText(&c.Function.Value)})
		} else {
			items = append(items, item{" ", color.Reset, string(c.Name) + " " + processorsText(&c.Processors.Value)})
		}
	}
	if more := lines - mostConsumerLines; more > 0 {
		items = append(items, item{" ", color.Reset, fmt.Sprintf("and %d more, which the JSON has.", more)})
	}
	return items
}

// readShares returns what each standard consumer gets of a shard.
func readShares(list []model.ConsumerUse) []item {
	standard, share := 0, 0.0
	for i := range list {
		if list[i].Type == model.Standard {
			standard++
			share = list[i].ReadShare
		}
	}
	if standard < 2 {
		return nil // one gets all of it
	}
	all := unit.BytesPerSecond(share * float64(standard)).Prose()
	return []item{{" ", color.Reset, fmt.Sprintf("Each of the %s gets %s ÷ %d = %s KiB/s of a shard.",
		unit.Plural(standard, "standard consumer"), all, standard, unit.Grouped(share/float64(unit.KiB), 1))}}
}

func functionUseText(f *model.FunctionUse) string {
	text := "runs up to " + concurrencyText(f.Concurrency)
	if f.Now.Known {
		text += ", today " + concurrencyText(f.Now.Value)
	}
	text += "; about " + invocationsText(f.Average)
	if f.Peak != f.Average {
		return text + " on average, " + invocationsText(f.Peak) + " at the peak."
	}
	return text + "."
}

// concurrencyText writes how many invocations run at once, as the product that it is.
func concurrencyText(c model.Concurrency) string {
	text := fmt.Sprintf("%s at once (%s × %d", number(c.AtOnce), unit.Plural(c.Shards, "shard"), c.Factor)
	if c.Reserved.Known {
		text += ", at most " + number(c.Reserved.Value) + " reserved"
	}
	return text + ")"
}

func invocationsText(i model.Invocations) string {
	return fmt.Sprintf("%s invocations/s of %s", unit.Grouped(i.PerSecond, rateDecimals(i.PerSecond)),
		recordsText(i.Records))
}

func recordsText(n float64) string {
	if n == 1 {
		return "1 record"
	}
	return unit.Grouped(n, 1) + " records"
}

func processorsText(p *model.Processors) string {
	text := fmt.Sprintf("has %s of %s, one a shard", unit.Plural(p.Shards, "processor"), unit.Plural(p.Threads, "thread"))
	switch {
	case !p.Workers.Known:
		return text + fmt.Sprintf(": up to %s, on as many hosts or fewer, have work.", unit.Plural(p.Shards, "worker"))
	case p.Idle.Value > 0:
		return text + fmt.Sprintf(": of its %s %d are idle.", unit.Plural(p.Workers.Value, "worker"), p.Idle.Value)
	}
	return text + fmt.Sprintf(": each of its %s has up to %s, with %s.", unit.Plural(p.Workers.Value, "worker"),
		number(p.PerWorker.Value), unit.Plural(p.PerWorker.Value*p.Threads, "thread"))
}

// putRecords returns how producers call PutRecords.
func putRecords(p *model.Plan) []item {
	if !p.PutRecords.Known {
		return nil
	}
	use := &p.PutRecords.Value
	text := "About " + putText(use.Average)
	if use.Peak != use.Average {
		text += " on average, " + putText(use.Peak) + " at the peak"
	}
	return []item{{" ", color.Reset, text + "."}}
}

func putText(c model.PutCalls) string {
	return fmt.Sprintf("%s PutRecords calls/s of %s", unit.Grouped(c.PerSecond, rateDecimals(c.PerSecond)),
		recordsText(c.Records))
}
