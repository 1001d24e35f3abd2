package review

import (
	"slices"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// Workload lays what was declared over what was measured, and returns the workload and
// its inputs with their sources. Of the surges that were seen it has the one that needs
// the most shards. The error is input.Errors.
func Workload(l *model.Limits, e *fit.Evidence, declared input.Declaration) (model.Workload, []model.Input, error) {
	e = besideSkew(withStream(e, declared), declared)
	quiet := *e
	if !partOfSurge(declared) {
		quiet.Surges = nil
	}
	base := joined(&quiet, nil, declared)
	w, inputs, err := base.Resolve()
	if err != nil || w.Producer.Surge.Duration > 0 {
		return w, inputs, err // of a surge that was declared no other is asked for
	}
	for _, s := range e.Surges {
		if s.ForWorkload().Throughput >= w.Producer.Peak { // which may be a declared one
			quiet.Surges = append(quiet.Surges, s)
		}
	}
	var needs []calc.Need
	draft := joined(&quiet, func(s model.Surge) float64 {
		with := w
		with.Producer.Surge = s
		needs = calc.Solve(l, &with, needs[:0])
		return calc.Stress(needs)
	}, declared)
	return draft.Resolve()
}

// partOfSurge reports whether one of a surge's two inputs was declared: the other one
// is then that of the highest surge.
func partOfSurge(declared input.Declaration) bool {
	_, throughput := declared.Settings["producer.surge.throughput"]
	_, duration := declared.Settings["producer.surge.duration"]
	return throughput != duration
}

// besideSkew returns evidence in which a declared skew, or that of where keys land, is divided out of a burst that was
// measured without one: throttled minutes prove the product of both.
func besideSkew(e *fit.Evidence, declared input.Declaration) *fit.Evidence {
	var skew unit.Factor
	setting, ok := declared.Settings["producer.skew"]
	switch {
	case !e.Burst.Known || e.Skew.Known:
		return e
	case ok && (setting.Source != model.Measured || declared.Placed == nil):
		if skew.UnmarshalText([]byte(setting.Text)) != nil {
			return e
		}
	case declared.Placed != nil && e.Shards.Known:
		hottest, n := declared.Placed.Hottest(e.Shards.Value), float64(e.Shards.Value)
		skew = unit.Factor(n * max(hottest.Records, hottest.Bytes))
	}
	if skew <= 1 {
		return e
	}
	beside := *e
	beside.Burst.Value.Factor = max(1, e.Burst.Value.Factor/skew)
	return &beside
}

// withStream returns evidence with the retention that was declared, and with declared shards
// where the history does not know them: they say which consumers lag, and how much each shard
// gives them.
func withStream(e *fit.Evidence, declared input.Declaration) *fit.Evidence {
	with := *e
	var kept unit.Duration
	if s, ok := declared.Settings["retention"]; ok && kept.UnmarshalText([]byte(s.Text)) == nil && kept > 0 {
		with.Retention = model.Known(fit.Seconds(kept))
	}
	var shards unit.Count
	if s, ok := declared.Settings["current_shards"]; ok && !e.Shards.Known && shards.UnmarshalText([]byte(s.Text)) == nil {
		with.Shards = model.Known(int(shards))
	}
	return &with
}

// joined returns what was declared, laid over what was measured. A declared consumer is
// joined with the measured one of its name, key by key. A declared standard consumer of
// another name takes the place of one that was measured without a name: most likely it
// is the same consumer.
func joined(e *fit.Evidence, need func(model.Surge) float64, declared input.Declaration) input.Declaration {
	draft := e.Declaration(need)
	if atRest(e) {
		rest(&draft, declared)
	}
	top := declared
	top.Consumers = nil
	nameless := e.Unnamed() // the last ones of the draft
	for _, c := range declared.Consumers {
		i := named(draft.Consumers, c["name"].Text)
		first := len(draft.Consumers) - nameless
		switch {
		case i >= 0:
			c = input.JoinConsumer(draft.Consumers[i], c)
		case nameless > 0 && standard(c):
			i = first
			c = input.JoinConsumer(draft.Consumers[i], c)
		}
		if i >= 0 {
			draft.Consumers = slices.Delete(draft.Consumers, i, i+1)
		}
		if i >= first {
			nameless--
		}
		top.Consumers = append(top.Consumers, c)
	}
	draft.Merge(top)
	return draft
}

// atRest reports whether nothing was written, as far as is known. A history without
// records does not show that.
func atRest(e *fit.Evidence) bool {
	for _, u := range e.Undecided {
		if u.ID == "history-without-records" {
			return false
		}
	}
	return !e.Average.Known || e.Average.Value.Most == 0
}

// restSize is the record size of a stream to which nothing was written.
const restSize = "1KiB"

// rest assumes that nothing is written to a stream of which nothing else is known or
// declared: the answer is undecided, and says so.
func rest(d *input.Declaration, declared input.Declaration) {
	const average, peak, size = "producer.average", "producer.peak", "producer.record_size"
	if _, rate := declared.Settings[peak]; !rate {
		d.Settings[average] = input.Setting{Text: "0", Source: model.Default}
	}
	if _, measured := d.Settings[size]; !measured {
		d.Settings[size] = input.Setting{Text: restSize, Source: model.Default}
	}
}

// named returns the index of the consumer of a name, or -1.
func named(list []input.Settings, name string) int {
	for i, c := range list {
		if c["name"].Text == name {
			return i
		}
	}
	return -1
}

// standard reports whether a declared consumer is a standard one.
func standard(c input.Settings) bool {
	kind, declared := c["type"]
	return !declared || kind.Text == string(model.Standard)
}
