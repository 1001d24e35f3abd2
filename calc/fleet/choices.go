package fleet

import (
	"context"
	"math"

	"github.com/kcalc/kcalc/calc/plan"
	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// choices notes what the stream would cost in each mode, and which of them may be chosen. A mode
// other than today's may be where the verdict is sure and the mode carries the stream. Whether
// it does is looked at only where it could be worth it, since that takes a replay.
func (l *look) choices(ctx context.Context) error {
	row, shards := &l.row, l.plan.Shards.Recommended
	sure := row.Verdict != Undecided && row.Verdict != Resharded && row.Verdict != DoesNotFit
	now := row.Now.Mode
	if row.Verdict == Idle || row.Verdict == Unwritten {
		shards = 1
	}
	row.Provisioned = Choice{Shards: model.Known(shards), Monthly: l.cost(&l.used, model.Provisioned, shards)}
	row.Calls = []int{}
	if now == model.Known(model.Provisioned) && row.Now.Shards.Known {
		row.Calls = plan.Calls(l.Limits, row.Now.Shards.Value, shards)
	}
	row.Standard.Monthly = l.cost(&l.used, model.OnDemandStandard, max(shards, 1))
	row.Advantage.Monthly = l.cost(&l.used, model.OnDemandAdvantage, max(shards, 1))
	l.volume(max(shards, 1))
	switch {
	case !sure || !now.Known || row.Guard != "":
		l.keep(sure)
		return ctx.Err()
	case now.Value != model.Provisioned:
		row.Standard.Allowed, row.Advantage.Allowed = true, true
		l.allowProvisioned()
		return ctx.Err()
	}
	row.Provisioned.Allowed = true
	if row.Verdict == Idle || row.Verdict == Unwritten {
		return ctx.Err() // which goes, or has a shard left
	}
	return l.allowOnDemand(ctx, shards)
}

// keep allows what the stream is alone. A guarded stream could be changed, and Of says what that
// would save.
func (l *look) keep(sure bool) {
	row, mode := &l.row, l.row.Now.Mode
	switch {
	case !mode.Known:
	case mode.Value != model.Provisioned:
		row.Standard.Allowed, row.Advantage.Allowed = true, true
	case sure:
		row.Provisioned.Allowed = true
	default: // the shards of today, whatever they are
		monthly := l.cost(&l.used, model.Provisioned, row.Now.Shards.Value)
		row.Provisioned = Choice{Shards: row.Now.Shards, Monthly: monthly, Allowed: row.Now.Shards.Known}
	}
}

// allowProvisioned allows the provisioned mode for a stream that is on-demand today, where enough
// is known of it for a number of shards, and nothing speaks against that.
func (l *look) allowProvisioned() {
	c := &l.row.Provisioned
	switch e := l.Evidence; {
	case l.row.Verdict == Idle || l.row.Verdict == Unwritten:
		c.WhyNot = "nothing is known of what it would carry"
	case e == nil:
		c.Allowed = l.plan.Feasible
	case len(e.Undecided) > 0:
		c.WhyNot = "too little is known for a number of shards"
	case l.r.Because != "":
		c.WhyNot = l.r.Because
	case !l.r.Odds.Known || !l.r.Odds.Value.Least.Known:
		c.WhyNot = "too little is known for the odds of a number of shards"
	case hasID(l.plan.Warnings, "no-safe-count"):
		c.WhyNot = "its days differ too much for any number of shards"
	default:
		c.Allowed = true
	}
}

// hasID reports whether a notice of an id is among some.
func hasID(list []notice.Notice, id string) bool {
	for _, n := range list {
		if n.ID == id {
			return true
		}
	}
	return false
}

// allowOnDemand allows the on-demand modes for a provisioned stream where they carry it.
func (l *look) allowOnDemand(ctx context.Context, shards int) error {
	row := &l.row
	worth := func(c *Choice) bool {
		return c.Monthly.Known && row.Provisioned.Monthly.Known && c.Monthly.Value < row.Provisioned.Monthly.Value
	}
	for _, c := range []struct {
		mode   model.Mode
		choice *Choice
	}{{model.OnDemandStandard, &row.Standard}, {model.OnDemandAdvantage, &row.Advantage}} {
		if !worth(c.choice) {
			c.choice.WhyNot = "it costs no less"
			continue
		}
		fit, err := review.CarriesMode(ctx, l.Basis, &l.used, c.mode, shards)
		if err != nil {
			return err
		}
		if c.choice.Allowed = fit.Carries; !fit.Carries && len(fit.Reasons) > 0 {
			c.choice.WhyNot = fit.Reasons[0].Message
		}
	}
	return ctx.Err()
}

// volume notes what the account would count of the stream against a commitment.
func (l *look) volume(shards int) {
	if l.Tariff == nil {
		return
	}
	bill, err := l.Tariff.Bill(l.Limits, &l.used, model.OnDemandAdvantage, shards)
	if err != nil {
		return
	}
	l.row.IngestGB = lineOf(&bill, "ingest").Value.Quantity
	l.row.RetrievalGB = lineOf(&bill, "retrieval").Value.Quantity + lineOf(&bill, "efo-retrieval").Value.Quantity
}

// retention adds what it would save to keep records only as long as a consumer ever needed, or
// is declared to need: twice that, as AWS advises to act at half of the retention. It is an option
// and no step: nobody but the owner knows who reads the past again.
func (l *look) retention() {
	const hour = unit.Day / 24
	row, kept := &l.row, l.Workload.Retention
	if l.r == nil || !l.measuredAge() || !row.Now.Mode.Known || row.Verdict == Idle {
		return
	}
	needed := max(2*l.FarthestBehind(), 2*l.declaredAge())
	needed = max(l.Limits.RetentionLeast.Value, unit.Duration(math.Ceil(float64(needed)/float64(hour)))*hour)
	if needed >= kept {
		return
	}
	shorter := l.used
	shorter.Retention = needed
	mode, shards := row.Now.Mode.Value, row.Now.Shards.Value
	if mode == model.Provisioned && row.Provisioned.Shards.Known {
		shards = row.Provisioned.Shards.Value
	}
	saves := minus(l.cost(&l.used, mode, shards), l.cost(&shorter, mode, shards))
	if !saves.Known || saves.Value <= 0 {
		return
	}
	row.Options = append(row.Options, Option{ID: "retention", Saves: saves,
		Change: "keep records for " + needed.Prose() + " instead of " + kept.Prose() + ", if nobody reads again what is older"})
}

// measuredAge reports whether it is known how far behind what reads the stream was.
func (l *look) measuredAge() bool {
	if len(l.used.Consumers) == 0 || l.Evidence.IteratorAge.Known {
		return true
	}
	return len(l.Evidence.Lags) > 0
}

// declaredAge returns how old what a consumer reads may get, as far as that is declared.
func (l *look) declaredAge() (most unit.Duration) {
	for i := range l.used.Consumers {
		c := &l.used.Consumers[i]
		most = max(most, c.Outage, c.Reprocess, c.Behind, c.Latency, c.CatchUp)
	}
	return most
}
