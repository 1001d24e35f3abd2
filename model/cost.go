package model

// Mode is how AWS bills a stream.
type Mode string

// The billing modes. Advantage is no mode of a stream but a setting of an
// account in a Region, for all of its on-demand streams.
const (
	Provisioned       Mode = "provisioned"
	OnDemandStandard  Mode = "on-demand"
	OnDemandAdvantage Mode = "on-demand-advantage"
)

// Modes are all modes, in the order in which answers list them.
func Modes() []Mode { return []Mode{Provisioned, OnDemandStandard, OnDemandAdvantage} }

// Cost is what a stream costs in one mode, for a period.
type Cost struct {
	Mode   Mode       `json:"mode"`
	Shards Maybe[int] `json:"shards"` // on-demand has none to choose
	Total  USD        `json:"monthly_usd"`
	Lines  []CostLine `json:"lines"`
}

// CostLine is one line of a bill: quantity × unit price, less the discount,
// rounded once.
type CostLine struct {
	ID        string  `json:"id"`
	Quantity  float64 `json:"quantity"`
	Unit      string  `json:"unit"`
	UnitPrice USD     `json:"unit_price_usd"`
	Amount    USD     `json:"amount_usd"`
	Source    string  `json:"source"`
	AsOf      string  `json:"as_of"`
}
