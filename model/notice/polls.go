package notice

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model/unit"
)

// PollRemedy is what would help where too many consumers poll, or use enhanced fan-out, for
// one stream. Costs are texts that say what
// it comes to, empty where that is not known.
type PollRemedy struct {
	Moves, Standard, Functions int // standard consumers that must move, of how many, of which so many are functions
	FanOut, Most, Advantage    int // enhanced fan-out consumers, and how many a stream may have
	FunctionPoll               unit.Duration
	Slower                     unit.Duration // an interval that would do; 0 where there is none
	Relays, Relayed            int           // streams of a relay, and the consumers that they serve; 0 where there is none
	RelayDelay                 unit.Duration // how much later records reach the last of them

	MoveCost, AdvantageCost, SecondCost, RelayCost string
}

// noun names the standard consumers.
func (r *PollRemedy) noun() string {
	if r.Functions == r.Standard {
		return "functions"
	}
	return "standard consumers"
}

// fanOutFits reports whether one stream may have as many enhanced fan-out consumers.
func (r *PollRemedy) fanOutFits() bool { return r.Moves+r.FanOut <= r.Most }

// text returns the remedies as sentences.
func (r *PollRemedy) text() string {
	var list []string
	if r.fanOutFits() {
		list = append(list, fmt.Sprintf("Move %d of %d %s to enhanced fan-out%s.", r.Moves, r.Standard, r.noun(),
			inAll(r.MoveCost)))
	} else {
		list = append(list, r.beyond())
	}
	if r.Slower > 0 {
		which := "each of them"
		if r.Functions > 0 {
			which = "each of them that is no function"
		}
		list = append(list, fmt.Sprintf("Or let %s poll every %s or more.", which, r.Slower))
	}
	if r.Functions > 0 {
		list = append(list, fmt.Sprintf("An event source mapping polls every %s, which cannot be changed.", r.FunctionPoll))
	}
	if r.Relays > 0 {
		list = append(list, r.relay())
	}
	return strings.Join(list, " ")
}

// beyond returns what helps where more must move than a stream may have.
func (r *PollRemedy) beyond() string {
	text := fmt.Sprintf("%d consumers would have to use enhanced fan-out, and a stream has at most %d: no single "+
		"provisioned stream will do.", r.Moves+r.FanOut, r.Most)
	if r.Moves+r.FanOut <= r.Advantage {
		text += fmt.Sprintf(" On-demand Advantage allows %d%s.", r.Advantage, inAll(r.AdvantageCost))
	}
	if n := r.streams(); n > 2 {
		return text + fmt.Sprintf(" Or write to %d streams, each with a part of the consumers.", n)
	}
	return text + fmt.Sprintf(" Or write to a second stream as well, with half of the consumers%s.", inAll(r.SecondCost))
}

// streams returns how many streams that producers write to serve all consumers: each has the
// polls of those that stay, and as many with enhanced fan-out as a stream may have.
func (r *PollRemedy) streams() int {
	each := r.Standard - r.Moves + r.Most
	return (r.Standard + r.FanOut + each - 1) / each
}

// relay returns what a relay is, and costs.
func (r *PollRemedy) relay() string {
	return fmt.Sprintf("Or relay: %d streams, the others fed from the first, serve %d consumers that poll once a second, "+
		"up to %s later%s.", r.Relays, r.Relayed, r.RelayDelay, inAll(r.RelayCost))
}

// inAll returns a cost in parentheses.
func inAll(cost string) string {
	if cost == "" {
		return ""
	}
	return " (" + cost + ")"
}

// TooManyCalls says that standard consumers poll a shard more often than it answers.
func TooManyCalls(perSecond, most float64, r PollRemedy) Notice {
	who := "The " + unit.Plural(r.Standard, "standard consumer") + " poll"
	if r.Standard == 1 {
		who = "The standard consumer polls"
	}
	return calls.notice(
		fmt.Sprintf("%s each shard %s times a second; a shard answers %s GetRecords calls a second. More shards "+
			"do not help.",
			who, unit.Grouped(perSecond, 2), unit.Grouped(most, 0)),
		r.text(),
	)
}

// FanOutConsumers says that more consumers have enhanced fan-out than a stream may have, where
// so many of them could poll instead.
func FanOutConsumers(poll int, r PollRemedy) Notice {
	remedy := r.beyond()
	if excess := r.FanOut - r.Most; r.Moves == 0 && excess <= poll {
		remedy = fmt.Sprintf("Let %d of them poll once a second as standard consumers: a shard serves that.", excess)
	}
	if r.Relays > 0 {
		remedy += " " + r.relay()
	}
	return fanOutConsumers.notice(
		fmt.Sprintf("%d consumers use enhanced fan-out; a stream has at most %d, with On-demand Advantage %d.",
			r.FanOut, r.Most, r.Advantage), remedy)
}
