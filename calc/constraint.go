package calc

import (
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
)

// Kind is what a constraint is about. The id of a constraint is its kind's,
// with the consumer's name where it has one.
type Kind uint8

// The kinds, in the order in which a plan lists them.
const (
	ProducerBandwidthPeak Kind = iota
	ProducerThroughputPeak
	ProducerBandwidthSurge
	ProducerThroughputSurge
	ConsumerBandwidth
	ConsumerCalls
	ConsumptionSpeed
	Latency
	Outage
	Replay
)

// kinds say what the kinds are called: the family, what follows it, and what
// follows the consumer's name.
var kinds = [...]struct {
	family, middle, suffix string
	perConsumer            bool
	headroom               bool // a peak need, which leaves 1 − u of its limit free
}{
	ProducerBandwidthPeak:   {"producer-limit", ".bandwidth.peak", "", false, true},
	ProducerThroughputPeak:  {"producer-limit", ".throughput.peak", "", false, true},
	ProducerBandwidthSurge:  {"producer-limit", ".bandwidth.surge", "", false, false},
	ProducerThroughputSurge: {"producer-limit", ".throughput.surge", "", false, false},
	ConsumerBandwidth:       {"consumer-limit", ".bandwidth", "", false, true},
	ConsumerCalls:           {"consumer-limit", ".calls", "", false, false},
	ConsumptionSpeed:        {"consumption-speed", "", "", true, true},
	Latency:                 {"acceptable-latency", "", "", true, false},
	Outage:                  {"acceptable-latency", "", ".outage", true, false},
	Replay:                  {"acceptable-latency", "", ".replay", true, false},
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

// ceilings is the page of what makes a plan infeasible and of what it warns of;
// these are the ids that are no constraint's, without a consumer's name.
const ceilings = "ceilings"

var ceilingIDs = []string{
	"stream-shards", "fan-out-consumers", "recommended-above-limit", "shard-quota", "partition-key-size", "large-record", "aggregation-idle",
	"latency-floor", "poll-rate", "retention-outage", "retention-replay", "retention-surge", "parallelization-factor", "lambda-payload", "lambda-concurrency",
}

// TopicOf answers the page that explains an id of a plan: a constraint's, an
// obstacle's or a warning's. A consumer's name in the id may have dots.
func TopicOf(id string) (string, bool) {
	for k := range kinds {
		if d := &kinds[k]; !d.perConsumer && Kind(k).Topic() == id {
			return id, true
		}
	}
	for _, k := range []Kind{Outage, Replay, Latency, ConsumptionSpeed} {
		if name, ok := strings.CutPrefix(id, kinds[k].family+"."); ok && len(name) > len(kinds[k].suffix) && strings.HasSuffix(name, kinds[k].suffix) {
			return Kind(k).Topic(), true
		}
	}
	name, _, _ := strings.Cut(id, ".")
	return ceilings, slices.Contains(ceilingIDs, name)
}

// consumerName is the name of a workload's consumer, empty for none.
func consumerName(w *model.Workload, consumer int) model.Name {
	if consumer < 0 {
		return ""
	}
	return w.Consumers[consumer].Name
}
