package replay_test

import (
	"context"
	"testing"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// resharded runs a setup on some shards, and on others from a time on.
func resharded(s *replay.Setup, from, at, to float64) replay.Result {
	return must(s.Run(context.Background(), replay.Capacity{Shards: from, Reshard: replay.Reshard{At: at, Shards: to}}, 0))
}

// A consumer that processes 600 records/s a shard was down for 20 hours of 500/s: 36
// million wait in one shard. It reads them at 600/s for 16.7 h, in which 30 million come
// to the five children; those drain at 5 × 600 − 500 for 3.3 h: 20 h in all. Without
// resharding 36 M ÷ (600 − 500) are 100 h.
func TestReshardReadsParentsFirst(t *testing.T) {
	down := replay.Incident{Kind: replay.Stop, Consumer: "a", For: 20 * hour}
	s := withRetention(withIncidents(written(stepsOf(200*hour, 500, 1), reads("a", 600)), down), 200*hour)
	expect(t, "one shard goes to five", resharded(s, 1, 20*hour, 5).Consumers[0].CatchUp, 20*hour)
	expect(t, "one shard stays", runs(s, 1).Consumers[0].CatchUp, 100*hour)
	expect(t, "five from the beginning", runs(s, 5).Consumers[0].CatchUp, 36e6/2500.0)
	// Two shards of 250/s each become ten: 36 M ÷ 1,200 = 30,000 s, then 15 M ÷ 5,500.
	expect(t, "two go to ten", resharded(s, 2, 20*hour, 10).Consumers[0].CatchUp, 30_000+15e6/5500)
	// Fewer: 36 M ÷ 2,400 = 15,000 s, then 7.5 M ÷ 100.
	expect(t, "four go to one", resharded(s, 4, 20*hour, 1).Consumers[0].CatchUp, 15_000+75_000)
	// An hour later it has read 3,600 × 600 of 37.8 M: 35.64 M ÷ 600, then 29.7 M ÷ 2,500.
	expect(t, "an hour later", resharded(s, 1, 21*hour, 5).Consumers[0].CatchUp, hour+59_400+29.7e6/2500)
	// The traffic ends after 30 h, and catching up counts as if nothing more came: 14.4 M of
	// the parent take 24,000 s, and then 18 M of the children 6,000 s.
	short := *s
	short.Traffic = stepsOf(30*hour, 500, 1)
	expect(t, "behind at the end", resharded(&short, 1, 20*hour, 5).Consumers[0].CatchUp, 10*hour+30_000)
	// As the outage begins, the parents are empty.
	expect(t, "before it is down", resharded(s, 1, 0, 5).Consumers[0].CatchUp, 36e6/2500.0)
}

// A consumer that keeps up goes on to the children at once, whatever they are, and the
// limits of writes are those of the children: 1,500/s do not fit into one shard until
// there are two.
func TestReshardOfWhatKeepsUp(t *testing.T) {
	s := written(stepsOf(1000, 1500, 1), reads("a", 2000))
	r := resharded(s, 1, 100, 2)
	expect(t, "throttled", r.Throttled, 50_000)
	expect(t, "throttled for", r.Seconds, 200) // 50,000 wait, and enter at 500/s
	expect(t, "longest wait", r.LongestWait, 100.0/3)
	expect(t, "read", r.Consumers[0].Read, 1_500_000)
	expect(t, "delay", r.Consumers[0].Delay, 0)
	expect(t, "least", r.Shards.Least, 1)
	expect(t, "most", r.Shards.Most, 2)
	r = resharded(s, 2, 900, 1)
	expect(t, "fewer: throttled", r.Throttled, 50_000)
	expect(t, "fewer: waiting", r.Waiting, 50_000)
	expect(t, "fewer: never written", r.Undrained, 50_000)
}

// Who reads the parents takes nothing of the bandwidth of their children. Two consumers
// read 1 MiB a second of a shard that gives 2. One was down for 100 s: it has the parent
// for itself, and reads 100 MiB in 50 s. Of two children it gets 4 − 1 MiB/s, 1 of which
// is new: the 50 MiB that came meanwhile take 25 s.
func TestReshardSharesParents(t *testing.T) {
	const mib = 1 << 20
	down := replay.Incident{Kind: replay.Stop, Consumer: "a", For: 100}
	a, b := model.NewConsumer("a"), model.NewConsumer("b")
	a.PollInterval, b.PollInterval = 0, 0
	s := withIncidents(written(stepsOf(1000, 1024, mib/1024), a, b), down)
	s.Limits = unlimitedWrites(s.Limits)
	r := resharded(s, 1, 100, 2)
	expect(t, "down", r.Consumers[0].CatchUp, 50+50.0/2)
	expect(t, "beside it", r.Consumers[1].Age, 0)
	expect(t, "without, it stays as far behind", runs(s, 1).Consumers[0].Backlog, 102_400)
}

// unlimitedWrites lifts the limits of writes.
func unlimitedWrites(l *model.Limits) *model.Limits {
	lifted := *l
	lifted.ShardWriteRecords.Value, lifted.ShardWriteBytes.Value = 1e12, 1e18
	return &lifted
}

// A consumer that goes back to before the change reads the parents again, first.
func TestReshardAndReprocess(t *testing.T) {
	again := replay.Incident{Kind: replay.Reprocess, Consumer: "a", At: 1000, Last: 500}
	s := withIncidents(written(stepsOf(5000, 500, 1), reads("a", 1000)), again)
	// 500 to 800 s are 150,000 of the parent at 1,000/s: 150 s. What is newer are 100,000
	// and 75,000, of two children at 2,000/s while 500/s come: 175,000 ÷ 1,500.
	expect(t, "before and after", resharded(s, 1, 800, 2).Consumers[0].CatchUp, 150+175_000/1500.0)
	// From 500 s on, all is of the children.
	expect(t, "after", resharded(s, 1, 500, 2).Consumers[0].CatchUp, 250_000/1500.0)
}

// A reshard to as many shards changes nothing for who keeps up, and one that comes after
// the traffic nothing at all.
func TestReshardThatChangesNothing(t *testing.T) {
	for seed := range uint64(100) {
		s, c := scenario(seed)
		if c.OnDemand {
			continue
		}
		c.Reshard = replay.Reshard{}
		want := must(s.Run(context.Background(), c, 0))
		c.Reshard = replay.Reshard{At: s.Traffic.Seconds() + 1, Shards: 7}
		got := must(s.Run(context.Background(), c, 0))
		same(t, seed, &want, &got)
	}
}

func same(t *testing.T, seed uint64, want, got *replay.Result) {
	t.Helper()
	records, others := measures(want)
	for i, measured := range []map[string]float64{records, others} {
		r, o := measures(got)
		for name, x := range []map[string]float64{r, o}[i] {
			if x != measured[name] {
				t.Errorf("scenario %d, %s: %v, want %v", seed, name, x, measured[name])
			}
		}
	}
}
