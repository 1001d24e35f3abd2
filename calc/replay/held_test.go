package replay_test

import "testing"

// What producers hold at worst: 1,500 records/s of 100 B come to a shard that takes 1,000 for
// 100 s, which leaves 500 × 100 × 100 B; they are written while 400/s come, 600 a second.
// Of two shards each gets half and takes all.
func TestProducersHold(t *testing.T) {
	s := written(stepsOf(100, 1500, 100, 500, 400, 100))
	r := runs(s, 1)
	expect(t, "held", r.HeldBytes, 5e6)
	expect(t, "wait in the end", r.Waiting, 0)
	expect(t, "two shards", runs(s, 2).HeldBytes, 0)

	// A second surge that finds the queue empty begins anew, and one that does not adds to it.
	again := written(stepsOf(100, 1500, 100, 100, 400, 100, 100, 1500, 100, 900, 100, 100))
	expect(t, "empty between", runs(again, 1).HeldBytes, 5e6)
	soon := written(stepsOf(100, 1500, 100, 50, 400, 100, 100, 1500, 100, 900, 100, 100))
	expect(t, "not empty between", runs(soon, 1).HeldBytes, 5e6-50*600*100+5e6)

	// Whoever gives up throttled records holds none.
	s.DropThrottled = true
	expect(t, "dropped", runs(s, 1).HeldBytes, 0)
}
