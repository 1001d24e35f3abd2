package calc

import (
	"math"
	"strings"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Tariff is what a cost rests on besides the workload.
type Tariff struct {
	Catalogue *price.Catalogue
	Discount  unit.Discount
	Account   Account
	Metrics   bool    // with shard-level metrics
	Hours     float64 // of the period; a month has 730
}

// Account is what the other on-demand streams of the account carry in the
// Region. On-demand Advantage is a setting of both, not of a stream.
type Account struct {
	Ingest, Retrieval unit.BytesPerSecond
	Streams           int
}

// A month has 730 h, 2,628,000 s, as AWS counts.
const (
	HoursPerMonth   = model.HoursPerMonth
	secondsPerMonth = HoursPerMonth * 3600
)

// usage is what a stream uses, in the units that a bill counts. Rates are the
// declared ones, without skew and burst: a bill does not know them.
type usage struct {
	shards            float64
	records           float64 // Kinesis records a second
	bandwidth         float64 // bytes a second on the wire: A·w
	units             float64 // PUT payload units of a Kinesis record, on average
	ingested          float64 // bytes of a Kinesis record rounded up to 1 KB each, on average
	readers           float64 // standard consumers
	fanOut            float64 // enhanced fan-out consumers
	retention         unit.Duration
	reprocessed       float64 // bytes that replays of standard consumers read, once a month
	fanOutReprocessed float64 // and those of enhanced fan-out consumers
	beyondReplays     float64 // bytes older than 7 d that standard consumers read in replays

	packed bool // records are aggregated
	sized  bool // the sizes of Kinesis records are known, not their mean alone
}

func newUsage(l *model.Limits, w *model.Workload, shards int) usage {
	p := &w.Producer
	packing := newPacking(l, p)
	average := float64(p.Average)
	n := packing.perRecord(average, float64(shards))
	u := usage{
		shards:    float64(shards),
		records:   average / n,
		bandwidth: average * packing.wire(average, float64(shards)),
		units:     meanCeiling(p, &packing, n, float64(l.PutPayloadUnit.Value)),
		ingested:  meanCeiling(p, &packing, n, float64(l.OnDemandRounding.Value)) * float64(l.OnDemandRounding.Value),
		retention: w.Retention,
		packed:    packing.on(),
		sized:     len(p.RecordSizes) > 0 && !packing.on(),
	}
	for i := range w.Consumers {
		c := &w.Consumers[i]
		again := min(c.Reprocess, w.Retention)
		if c.Type == model.EnhancedFanOut {
			u.fanOut++
			u.fanOutReprocessed += u.bandwidth * again.Seconds()
			continue
		}
		u.readers++
		u.reprocessed += u.bandwidth * again.Seconds()
		u.beyondReplays += u.bandwidth * max(0, again-l.RetentionExtended.Value).Seconds()
	}
	return u
}

// polled returns the GB that standard consumers read in a month: every record
// once, and what a replay reads again.
func (u *usage) polled() float64 {
	return u.readers*gigabytes(u.bandwidth) + u.reprocessed/float64(unit.GiB)
}

// pushed returns the GB that enhanced fan-out consumers read in a month, likewise.
func (u *usage) pushed() float64 {
	return u.fanOut*gigabytes(u.bandwidth) + u.fanOutReprocessed/float64(unit.GiB)
}

// read returns the bytes that all consumers read in a second, on the average of a
// month.
func (u *usage) read() float64 {
	return (u.readers+u.fanOut)*u.bandwidth + (u.reprocessed+u.fanOutReprocessed)/secondsPerMonth
}

// meanCeiling answers how many units of a size a Kinesis record takes on
// average. Each record is rounded up by itself: exactly so where the sizes are
// declared, else as if all had the mean.
func meanCeiling(p *model.Producer, packing *packing, perRecord, unit float64) float64 {
	if packing.on() {
		return ceilUnits((perRecord*packing.record + packing.overhead) / unit)
	}
	if len(p.RecordSizes) == 0 {
		return ceilUnits(packing.bare / unit)
	}
	var mean, shares float64
	for _, s := range p.RecordSizes {
		mean += float64(s.Share) * ceilUnits(float64(s.Size+p.PartitionKeySize)/unit)
		shares += float64(s.Share)
	}
	return mean / shares
}

// ceilUnits rounds up, but not the last bit of a whole number.
func ceilUnits(x float64) float64 { return math.Ceil(x * (1 - tolerance)) }

// charge is a line of a bill before its price.
type charge struct {
	line     string
	quantity float64 // a month
}

// newCharges is a buffer for the charges of a bill.
func newCharges() []charge { return make([]charge, 0, 8) }

// charges answers what a month of the usage is billed for in a mode, without
// the lines of which there is nothing.
func (t *Tariff) charges(l *model.Limits, mode model.Mode, u *usage, into []charge) []charge {
	add := func(line string, quantity float64) {
		if quantity > 0 {
			into = append(into, charge{line, quantity})
		}
	}
	switch mode {
	case model.Provisioned:
		u.provisioned(l, add)
		if t.Metrics {
			add("shard-level-metrics", u.shards*l.ShardMetrics.Value)
		}
	case model.OnDemandStandard:
		u.onDemand(l, add)
	case model.OnDemandAdvantage:
		u.advantage(l, &t.Account, add)
	}
	return into
}

// gigabytes answers the GB of a month at a bandwidth.
func gigabytes(bandwidth float64) float64 { return bandwidth * secondsPerMonth / float64(unit.GiB) }

// stored answers the GB that a stream holds of data between two ages.
func (u *usage) stored(from, to unit.Duration) float64 {
	return u.bandwidth * max(0, to-from).Seconds() / float64(unit.GiB)
}

// provisioned is billed by shard-hours and PUT payload units. Retention up to
// seven days is a flat adder on each shard-hour, the same for 25 h as for 168.
// Reading what is older is billed for GetRecords alone: enhanced fan-out pays for
// each GB that it reads, of any age.
func (u *usage) provisioned(l *model.Limits, add func(string, float64)) {
	hours := u.shards * HoursPerMonth
	add("shard-hours", hours)
	add("put-payload-units", u.records*secondsPerMonth*u.units)
	if u.retention > l.RetentionIncluded.Value {
		add("extended-retention", hours)
	}
	add("long-term-retention", u.stored(l.RetentionExtended.Value, u.retention))
	add("long-term-retrieval", u.beyondReplays/float64(unit.GiB))
	add("efo-consumer-shard-hours", u.fanOut*hours)
	add("efo-data", u.pushed())
}

// onDemand is billed by stream-hours and by what goes in and out.
func (u *usage) onDemand(l *model.Limits, add func(string, float64)) {
	add("stream-hours", HoursPerMonth)
	add("ingest", gigabytes(u.records*u.ingested))
	add("retrieval", u.polled())
	add("efo-retrieval", u.pushed())
	add("retention", u.stored(l.RetentionIncluded.Value, min(u.retention, l.RetentionExtended.Value)))
	add("long-term-retention", u.stored(l.RetentionExtended.Value, u.retention))
}

// advantage is billed by what goes in and out, and for what the account misses
// of its commitment each way, on the monthly average: a lower bound.
func (u *usage) advantage(l *model.Limits, rest *Account, add func(string, float64)) {
	in := u.records * u.ingested
	out := u.read()
	committed := float64(l.AdvantageCommitment.Value)
	add("ingest", gigabytes(in))
	add("retrieval", u.polled())
	add("efo-retrieval", u.pushed())
	add("retention", u.stored(l.RetentionIncluded.Value, u.retention))
	add("shortfall-ingest", gigabytes(max(0, committed-in-float64(rest.Ingest))))
	add("shortfall-retrieval", gigabytes(max(0, committed-out-float64(rest.Retrieval))))
}

// Bill answers what a workload costs in a mode with a number of shards, line by
// line. Lines whose price is not known are named in Missing, and there is no
// total then. The error is model.ErrTooMuch.
func (t *Tariff) Bill(l *model.Limits, w *model.Workload, mode model.Mode, shards int) (model.Cost, error) {
	u := newUsage(l, w, shards)
	cost := model.Cost{Mode: mode, Missing: []string{}, Lines: []model.CostLine{}, Consumers: []model.ConsumerCost{}}
	if mode == model.Provisioned {
		cost.Shards = model.Known(shards)
	}
	var total unit.USD
	for _, c := range t.charges(l, mode, &u, nil) {
		prices, err := t.Catalogue.Find(w.Region, mode, c.line)
		if err != nil {
			cost.Missing = append(cost.Missing, c.line)
			continue
		}
		for _, part := range tiers(prices, c.quantity) {
			line, err := t.line(c.line, part)
			if err != nil {
				return cost, err
			}
			line.Note = u.note(c.line, mode)
			if total, err = total.Plus(line.Amount); err != nil {
				return cost, err
			}
			cost.Lines = append(cost.Lines, line)
		}
	}
	if len(cost.Missing) == 0 {
		cost.Total = model.Known(total)
	}
	return cost, nil
}

// tier is the part of a month's quantity that one price holds for.
type tier struct {
	price    *price.Price
	quantity float64
}

// tiers splits a quantity by the prices that hold above a number of units.
func tiers(prices []price.Price, quantity float64) []tier {
	if len(prices) == 1 {
		return []tier{{&prices[0], quantity}}
	}
	var parts []tier
	for i := range prices {
		top := math.Inf(1)
		if i+1 < len(prices) {
			top = prices[i+1].Above
		}
		if part := math.Min(quantity, top) - prices[i].Above; part > 0 {
			parts = append(parts, tier{&prices[i], part})
		}
	}
	return parts
}

// forPeriod answers what of a month's quantity falls into the period.
func (t *Tariff) forPeriod(quantity float64) float64 {
	if t.Hours == HoursPerMonth {
		return quantity
	}
	return quantity * t.Hours / HoursPerMonth
}

// line prices a part of a month's quantity for the period.
func (t *Tariff) line(id string, part tier) (model.CostLine, error) {
	quantity := t.forPeriod(part.quantity)
	amount, err := part.price.USD.Times(quantity, t.Discount)
	return model.CostLine{ID: id, Quantity: quantity, Unit: part.price.Unit, UnitPrice: part.price.USD, Amount: amount,
		Source: part.price.Source, AsOf: part.price.AsOf, Confidence: part.price.Confidence}, err
}

// total answers what Bill adds up to, without the lines: for the many plans
// that are only compared. The error is a *pricing.MissingError or
// model.ErrTooMuch.
func (t *Tariff) total(l *model.Limits, w *model.Workload, mode model.Mode, shards int, buffer []charge) (unit.USD, error) {
	u := newUsage(l, w, shards)
	var total unit.USD
	for _, c := range t.charges(l, mode, &u, buffer[:0]) {
		prices, err := t.Catalogue.Find(w.Region, mode, c.line)
		if err != nil {
			return 0, err
		}
		for _, part := range tiers(prices, c.quantity) {
			amount, err := part.price.USD.Times(t.forPeriod(part.quantity), t.Discount)
			if err != nil {
				return 0, err
			}
			if total, err = total.Plus(amount); err != nil {
				return 0, err
			}
		}
	}
	return total, nil
}

// note says what a reader should know about a line's quantity.
func (u *usage) note(line string, mode model.Mode) string {
	var notes []string
	switch {
	case u.packed && mode != model.Provisioned && line != "stream-hours":
		notes = append(notes, "aggregates as large as with the recommended shards, which on-demand does not have")
	case !u.sized && (line == "put-payload-units" || line == "ingest"):
		notes = append(notes, "as if every record had the mean size; give record_sizes where they differ")
	}
	if u.countsReplays(line) {
		notes = append(notes, "with one replay a month of each such consumer that declares one")
	}
	return strings.Join(notes, "; ")
}

// countsReplays reports whether a line's quantity has replays in it.
func (u *usage) countsReplays(line string) bool {
	switch line {
	case "long-term-retrieval", "retrieval":
		return u.reprocessed > 0
	case "efo-data", "efo-retrieval":
		return u.fanOutReprocessed > 0
	case "shortfall-retrieval":
		return u.reprocessed+u.fanOutReprocessed > 0
	}
	return false
}
