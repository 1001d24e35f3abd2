package review

import (
	"context"
	"strings"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/calc/cost"
	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// CarriesMode returns whether a stream in a mode carries a workload, and why not: first by
// formula (calls, enhanced fan-out consumers, delays that no shards shorten, the quotas of
// on-demand), then by the replay of the traffic, that of the basis's history or else of the
// declared scenario. Shards are those of a provisioned stream; on-demand they set only how
// large aggregates are, and AWS chooses the shards. The error is the context's, once that is
// done.
func CarriesMode(
	ctx context.Context, b *Basis, w *model.Workload, mode model.Mode, shards int,
) (model.ModeFit, error) {
	s := calc.NewSizing(calc.LimitsIn(b.Limits, mode), w)
	needs := s.Solve(nil)
	answer := model.ModeFit{Mode: mode, Shards: float64(shards), Reasons: []notice.Notice{}}
	if mode != model.Provisioned {
		answer.Shards = s.OnDemandShards(shards)
		answer.Reasons = append(answer.Reasons, cost.QuotaNotices(&s, shards)...)
	} else if minimum, _ := calc.Counts(needs); shards < minimum {
		answer.Reasons = append(answer.Reasons, notice.TooFewShards(shards, minimum))
	}
	for _, o := range s.Infeasible(needs) {
		answer.Reasons = append(answer.Reasons,
			notice.Notice{ID: o.ID, Severity: notice.Changes, Message: o.Message, Remedy: o.Remedy})
	}
	if len(answer.Reasons) == 0 {
		reasons, err := b.replayMode(ctx, &s, &answer)
		if err != nil {
			return answer, err
		}
		answer.Reasons = append(answer.Reasons, reasons...)
	}
	answer.Carries = len(answer.Reasons) == 0
	return answer, ctx.Err()
}

// replayMode replays a workload on a capacity, and returns what does not hold.
func (b *Basis) replayMode(ctx context.Context, s *calc.Sizing, f *model.ModeFit) ([]notice.Notice, error) {
	r, err := b.trafficReplayer(ctx, s.Workload, f.Mode)
	if err != nil {
		return nil, err
	}
	c := r.run(replay.Capacity{Shards: f.Shards, OnDemand: f.Mode != model.Provisioned}, 0)
	return breachNotices(s, f, &c), ctx.Err()
}

// trafficReplayer sets up the replay of a workload's traffic: that of the history where it
// has one that was not declared away, else of the scenario, of which nothing may be
// throttled.
func (b *Basis) trafficReplayer(ctx context.Context, w *model.Workload, mode model.Mode) (*replayer, error) {
	q := ReplayRequest{Mode: mode, Writes: Wait}
	if b.History != nil && !b.declared() {
		t := fit.TrafficOf(b.History)
		if hasTraffic(&t) {
			q.MaxThrottled = DefaultMaxThrottled
			return newReplayer(ctx, b, w, &t, &q)
		}
	}
	scenario := *b
	scenario.History = nil
	return newReplayer(ctx, &scenario, w, nil, &q)
}

// breachNotices returns what a capacity does not hold. Of a consumer that does not keep up
// they say with how much it does.
func breachNotices(s *calc.Sizing, f *model.ModeFit, c *Candidate) (list []notice.Notice) {
	mode := modeWord(f.Mode)
	shards := shardsText(f.Shards)
	seen := map[model.Name]bool{}
	for i := range c.Breaches {
		b := &c.Breaches[i]
		if b.Consumer.Known && seen[b.Consumer.Value] {
			continue
		}
		seen[b.Consumer.Value] = b.Consumer.Known
		if reads, loses := keepsUp(s, f, b); loses {
			list = append(list, notice.ModeLoses(mode, shards, string(b.Consumer.Value), reads, s.Workload.Producer.Average))
			continue
		}
		list = append(list, notice.ModeFails(mode, shards, b.Message))
	}
	return list
}

// keepsUp returns how much a breach's consumer processes a second, and whether that is less
// than what comes on average.
func keepsUp(s *calc.Sizing, f *model.ModeFit, b *replay.Breach) (reads unit.RecordsPerSecond, loses bool) {
	for i := range s.Workload.Consumers {
		if c := &s.Workload.Consumers[i]; b.Consumer.Known && c.Name == b.Consumer.Value {
			reads = unit.RecordsPerSecond(s.Drains(c, f.Shards))
		}
	}
	return reads, reads > 0 && reads < s.Workload.Producer.Average
}

// modeWord returns a mode as a sentence begins with it.
func modeWord(mode model.Mode) string {
	return strings.ToUpper(string(mode[:1])) + string(mode[1:])
}

// shardsText returns a number of shards that may be a fraction.
func shardsText(n float64) string {
	if n == float64(int(n)) {
		return unit.Plural(int(n), "shard")
	}
	return "about " + unit.Grouped(n, 1) + " shards"
}
