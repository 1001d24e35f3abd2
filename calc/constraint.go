package calc

import "github.com/kcalc/kcalc/model"

// Kind is what a constraint is about. The id of a constraint is its kind's,
// with the consumer's name where it has one.
type Kind uint8

// The kinds, in the order in which a plan lists them.
const (
	ProducerBytesPeak Kind = iota
	ProducerRecordsPeak
	ProducerBytesSurge
	ProducerRecordsSurge
	ConsumerBytes
	ConsumerCalls
	ConsumerGetRecords
	ConsumptionSpeed
	Latency
	Outage
	Reprocess
)

// kinds say what the kinds are called: the family, what follows it, and what
// follows the consumer's name.
var kinds = [...]struct {
	family, middle, suffix string
	perConsumer            bool
	headroom               bool // a peak need, which leaves 1 − u of its limit free
}{
	ProducerBytesPeak:    {"producer-limit", ".bytes.peak", "", false, true},
	ProducerRecordsPeak:  {"producer-limit", ".records.peak", "", false, true},
	ProducerBytesSurge:   {"producer-limit", ".bytes.surge", "", false, false},
	ProducerRecordsSurge: {"producer-limit", ".records.surge", "", false, false},
	ConsumerBytes:        {"consumer-limit", ".bytes", "", false, true},
	ConsumerCalls:        {"consumer-limit", ".calls", "", false, false},
	ConsumerGetRecords:   {"consumer-limit", ".get-records", "", false, true},
	ConsumptionSpeed:     {"consumption-speed", "", "", true, true},
	Latency:              {"acceptable-latency", "", "", true, false},
	Outage:               {"acceptable-latency", "", ".outage", true, false},
	Reprocess:            {"acceptable-latency", "", ".reprocess", true, false},
}

// Family is which of the five considerations the kind belongs to.
func (k Kind) Family() string { return kinds[k].family }

// Topic is the page that explains the kind.
func (k Kind) Topic() string { return kinds[k].family + kinds[k].middle + kinds[k].suffix }

// ID is the id of the kind's constraint; consumer is its consumer's name, where
// it has one.
func (k Kind) ID(consumer model.Name) string {
	d := &kinds[k]
	if !d.perConsumer {
		return d.family + d.middle
	}
	return d.family + "." + string(consumer) + d.suffix
}

// Topics are the pages of all kinds, in the order of a plan.
func Topics() []string {
	topics := make([]string, len(kinds))
	for k := range kinds {
		topics[k] = Kind(k).Topic()
	}
	return topics
}

// consumerName is the name of a workload's consumer, empty for none.
func consumerName(w *model.Workload, consumer int) model.Name {
	if consumer < 0 {
		return ""
	}
	return w.Consumers[consumer].Name
}
