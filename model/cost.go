package model

import (
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// Mode is how AWS bills a stream.
type Mode string

// The billing modes. Advantage is no mode of a stream but a setting of an
// account in a Region, for all of its on-demand streams.
const (
	Provisioned       Mode = "provisioned"
	OnDemandStandard  Mode = "on-demand"
	OnDemandAdvantage Mode = "on-demand-advantage"
)

// Modes returns all modes, in the order in which answers list them.
func Modes() []Mode { return []Mode{Provisioned, OnDemandStandard, OnDemandAdvantage} }

// Cost is what a stream costs in one mode, for a period.
type Cost struct {
	Mode      Mode            `json:"mode"`
	Shards    Maybe[int]      `json:"shards"`  // on-demand has none to choose
	Carries   Maybe[bool]     `json:"carries"` // the workload; unknown where nobody judged
	WhyNot    Maybe[string]   `json:"why_not"` // it does not carry the workload
	Total     Maybe[unit.USD] `json:"total_usd"`
	Missing   []string        `json:"missing"`                     // lines whose price is not known
	AtLeast   Maybe[unit.USD] `json:"at_least_usd,omitzero"`       // what is known, where there is no total
	NeedsSize []string        `json:"needs_record_size,omitempty"` // lines whose quantity is not, without a record size
	Lines     []CostLine      `json:"lines"`
	Consumers []ConsumerCost  `json:"consumers"`
	Producer  Maybe[unit.USD] `json:"producer_share_usd"` // the cost with no consumer

	// Utilization is what the average uses of the shards; unknown where AWS chooses them.
	Utilization Maybe[MeanUtilization] `json:"mean_utilization"`

	// Sampling says how fair shares were sampled, where there are too many
	// consumers for exact ones.
	Sampling Maybe[Sampling] `json:"sampling,omitzero"`
}

// MeanUtilization is the share of what all shards take and give that the average traffic
// uses. Standard consumers share what is given to them; enhanced fan-out has its own.
type MeanUtilization struct {
	WriteBytes   float64 `json:"write_bytes"`
	WriteRecords float64 `json:"write_records"`
	ReadBytes    float64 `json:"read_bytes"`
}

// ProducerSplit is how the producer's part of a cost is split among the consumers.
type ProducerSplit string

// The ways to split it: not at all, in equal parts, or by the bytes that each reads.
const (
	SplitNone    ProducerSplit = "none"
	SplitEqually ProducerSplit = "equally"
	SplitByBytes ProducerSplit = "bytes-read"
)

// ProducerSplits returns all ways to split the producer's part.
func ProducerSplits() []ProducerSplit { return []ProducerSplit{SplitNone, SplitEqually, SplitByBytes} }

// OrNone returns the way, none where there is no other.
func (s ProducerSplit) OrNone() ProducerSplit {
	if s == "" {
		return SplitNone
	}
	return s
}

// Sampling is a number of random orders and the seed that they were drawn with.
type Sampling struct {
	Orders int    `json:"orders"`
	Seed   uint64 `json:"seed"`
}

// CostLine is one line of a bill: quantity × unit price, less the discount,
// rounded once.
type CostLine struct {
	ID        string   `json:"id"`
	Quantity  float64  `json:"quantity"`
	Unit      string   `json:"unit"`
	UnitPrice unit.USD `json:"unit_price_usd"`
	Amount    unit.USD `json:"amount_usd"`
	Source    string   `json:"source"`
	AsOf      string   `json:"as_of"`

	Confidence string `json:"confidence"` // in the price: "high" or "medium"

	Note string `json:"note,omitempty"`
}

// ConsumerCost is what one consumer costs. The fair shares of all, and the cost
// with no consumer, add up to the total.
type ConsumerCost struct {
	Name      Name            `json:"name"`
	PriceTag  unit.USD        `json:"price_tag_usd"`               // the cost with all consumers less that without this one
	FairShare unit.USD        `json:"fair_share_usd"`              // its Shapley value over the plan's cost
	Error     Maybe[unit.USD] `json:"standard_error_usd,omitzero"` // of a fair share that was sampled

	// ProducerPart is its part of the producer's, where that is split. The fair shares and
	// the parts then add up to the total.
	ProducerPart Maybe[unit.USD] `json:"producer_part_usd,omitzero"`
}

// PlanCost is what a plan costs a month: the recommended shards, provisioned.
type PlanCost struct {
	Mode    Mode       `json:"mode"`
	Shards  int        `json:"shards"`
	Monthly unit.USD   `json:"monthly_usd"`
	Lines   []CostLine `json:"lines"`
	Others  []ModeCost `json:"other_modes"`
}

// ModeCost is what the stream would cost a month in another mode.
type ModeCost struct {
	Mode    Mode            `json:"mode"`
	Monthly Maybe[unit.USD] `json:"monthly_usd"`
	Missing []string        `json:"missing"`

	// Fit is whether the mode carries the workload, where that was looked at.
	Fit Maybe[ModeFit] `json:"fit,omitzero"`
}

// ModeFit is whether a stream in a mode carries a workload: by the formulas, and in the
// replay of its traffic. Shards are those that it has then: on-demand, those that AWS
// gives a stream that has seen the peak, which may be a fraction.
type ModeFit struct {
	Mode    Mode            `json:"mode"`
	Shards  float64         `json:"shards"`
	Carries bool            `json:"carries"`
	Reasons []notice.Notice `json:"reasons"` // why it does not; none where it does
}

// FanOut is which consumers should use enhanced fan-out, and the next best.
type FanOut struct {
	Choice   FanOutPlan        `json:"choice"`
	RunnerUp Maybe[FanOutPlan] `json:"runner_up"`
}

// FanOutAtHand is what enhanced fan-out costs and gains on a number of shards, those that are
// given or else the recommended ones, with all ways to part the consumers that matter.
type FanOutAtHand struct {
	Shards  int            `json:"shards"`
	Verdict string         `json:"verdict"` // a sentence or two
	Options []FanOutOption `json:"options"` // different ones, from none to all
}

// FanOutWhich says which consumers use enhanced fan-out.
type FanOutWhich string

// The ways that are looked at: no consumer; the fewest without which the polls are too many,
// or a delay bound is not kept; those and all whose latency is shorter than polling takes, or
// whose reads the shards have no bandwidth for; and every consumer.
const (
	FanOutNone   FanOutWhich = "none"
	FanOutMust   FanOutWhich = "must"
	FanOutShould FanOutWhich = "should"
	FanOutAll    FanOutWhich = "all"
)

// FanOutOption is one way to part the consumers, on shards that are given.
type FanOutOption struct {
	Which     FanOutWhich     `json:"which"`
	Consumers []Name          `json:"consumers"` // those with enhanced fan-out
	Cost      Maybe[unit.USD] `json:"total_usd"`
	Delay     float64         `json:"delay_seconds"` // the longest of a consumer, without a surge
	WhyNot    Maybe[string]   `json:"why_not"`       // it does not work on these shards, by the formulas
}

// FanOutPlan is one way to part the consumers between the two types.
type FanOutPlan struct {
	Consumers []Name   `json:"consumers"` // those with enhanced fan-out
	Shards    int      `json:"shards"`
	Cost      unit.USD `json:"total_usd"`
	Delay     float64  `json:"delay_seconds"` // the longest of a consumer, without a surge
}

// BreakEven is where another mode becomes the cheapest when one thing changes.
type BreakEven struct {
	By          string         `json:"by"`    // "average-throughput" or "readers"
	Value       float64        `json:"value"` // records a second, or consumers
	Unit        string         `json:"unit"`
	Utilization Maybe[float64] `json:"utilization"` // the average's share of the shards' limits there
	From        Mode           `json:"from"`        // cheapest now, up to there
	To          Mode           `json:"to"`          // cheapest beyond
	Until       Maybe[float64] `json:"until"`       // where it is not any more, if that is seen
	Falling     bool           `json:"falling"`     // the value is below the declared one
}

// CostSchema names the shape of Costs in machine formats.
const CostSchema = "kcalc.cost/v1"

// Period is what a cost is for.
type Period string

// The periods. A month has 730 hours, a year twelve months.
const (
	Hour  Period = "hour"
	ADay  Period = "day"
	Month Period = "month"
	Year  Period = "year"
)

// Periods returns all periods.
func Periods() []Period { return []Period{Hour, ADay, Month, Year} }

// HoursPerMonth is how AWS counts a month.
const HoursPerMonth = 730

// Hours returns the length of the period in hours, 0 for one that is none.
func (p Period) Hours() float64 {
	return map[Period]float64{Hour: 1, ADay: 24, Month: HoursPerMonth, Year: 12 * HoursPerMonth}[p]
}

// Costs is what a stream costs in each mode, for a period.
type Costs struct {
	Schema    string        `json:"schema"`
	Stream    Name          `json:"stream"`
	Region    Region        `json:"region"`
	Period    Period        `json:"period"`
	Discount  unit.Discount `json:"discount"`
	Cheapest  Maybe[Mode]   `json:"cheapest"`               // of those that are not known to fail
	Because   string        `json:"because,omitzero"`       // what was measured that speaks against all of it
	Modes     []Cost        `json:"modes"`                  // those that do not carry the workload last
	Prices    Region        `json:"price_region,omitempty"` // whose prices these are by choice, if not its own
	Today     Maybe[Cost]   `json:"today"`                  // the mode and the shards that the stream has now
	Split     ProducerSplit `json:"producer_split"`
	BreakEven []BreakEven   `json:"break_even"`
	FanOut    Maybe[FanOut] `json:"enhanced_fan_out"`

	// FanOutAtHand is known where there are consumers.
	FanOutAtHand Maybe[FanOutAtHand] `json:"enhanced_fan_out_at_hand"`

	Inputs   []Input         `json:"inputs"`
	Warnings []notice.Notice `json:"warnings"`
}
