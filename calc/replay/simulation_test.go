package replay_test

import (
	"math"

	"github.com/kcalc/kcalc/calc/replay"
	"github.com/kcalc/kcalc/model"
)

// lump is what was offered, or accepted, within one small step of time.
type lump struct{ at, records, size float64 }

// tank is like shards that are moved on in small steps of time, lump by lump. It
// knows no events and no lines.
type tank struct {
	s        *replay.Setup
	dt       float64
	now      float64 // middle of the small step
	shards   float64
	poisoned bool                      // poison-pill records are among its own
	share    func(part int) float64    // of the part's traffic
	saved    [2]float64                // of records and bytes
	queue    []lump                    // waits at producers
	log      []lump                    // accepted
	walkers  []*walker                 // consumers
	largest  float64                   // lump that was written
	filling  [2]float64                // on-demand: records and bytes of the minute
	filled   []float64                 // on-demand: shards that the minutes filled
	most     func(now float64) float64 // on-demand: shards
	parents  float64                   // shards that were closed
	closed   float64                   // when; 0 if none were
	reshard  replay.Reshard            // to come, in shards of the tank
	out      replay.Result
}

// walker is a consumer that is at a lump of a tank's log.
type walker struct {
	*model.Consumer
	at      int
	left    float64 // records of the lump
	fresh   int     // the first lump that it has never read
	backlog float64 // records
	until   float64 // a poison-pill record blocks it
	own     float64 // seconds of the small step that are left of its own speed
	calls   float64
	wait    float64 // for a poll
	longest float64
	highest float64 // backlog of the episode
	since   float64 // when it was
	delay   float64 // of the episode
	harmed  bool    // an incident of its own is in the episode
	worked  float64 // seconds since, in which there was none
	past    []lump  // its backlog in the episode, over time
	unsure  float64 // seconds within which a highest point may have been
	got     replay.ConsumerResult
}

// stepped is what small steps lead to.
type stepped struct {
	replay.Result
	unsure []float64 // seconds within which a consumer's highest backlog may have been
}

// simulate runs a setup in small steps.
func simulate(s *replay.Setup, c replay.Capacity, dt float64) stepped {
	out := stepped{unsure: make([]float64, len(s.Workload.Consumers))}
	for i := range s.Workload.Consumers {
		out.Consumers = append(out.Consumers, replay.ConsumerResult{Name: s.Workload.Consumers[i].Name})
	}
	for _, k := range tanks(s, c) {
		k.s, k.dt = s, dt
		if to := c.Reshard; to.Shards > 0 {
			k.reshard = replay.Reshard{At: to.At, Shards: k.shards * to.Shards / c.Shards}
		}
		k.run()
		k.pour(&out)
	}
	if out.Offered > 0 {
		out.ThrottledShare = out.Throttled / out.Offered
	}
	return out
}

// tanks are a stream's shards: each its own where parts of the hash keys are known,
// else the hottest and the others.
func tanks(s *replay.Setup, c replay.Capacity) (list []*tank) {
	parts := s.Traffic.Parts
	switch {
	case c.OnDemand:
		k := &tank{shards: c.Shards, poisoned: true, share: func(int) float64 { return 1 }}
		k.most = k.scaled(s.Limits, c.Shards)
		return []*tank{k}
	case len(parts) > 1:
		var hottest *tank
		most := -1.0
		for i := range int(c.Shards) {
			k := &tank{shards: 1}
			k.share = func(p int) float64 {
				from, to := float64(i)/c.Shards, float64(i+1)/c.Shards
				return max(0, min(to, parts[p].To)-max(from, parts[p].From)) / (parts[p].To - parts[p].From)
			}
			list = append(list, k)
			if load := loadOf(s, k); load > most {
				hottest, most = k, load
			}
		}
		hottest.poisoned = true
		return list
	}
	hot := min(1, float64(s.Workload.Producer.Skew)/c.Shards)
	if c.Shards <= 1 {
		return []*tank{{shards: c.Shards, poisoned: true, share: func(int) float64 { return 1 }}}
	}
	return []*tank{
		{shards: 1, poisoned: true, share: func(int) float64 { return hot }},
		{shards: c.Shards - 1, share: func(int) float64 { return 1 - hot }},
	}
}

// loadOf is what a tank gets in all, as a share of its write limits.
func loadOf(s *replay.Setup, k *tank) float64 {
	var records, bytes float64
	for i := range s.Traffic.Parts {
		for step, f := range s.Traffic.Parts[i].Flows {
			records += f.Records * k.share(i) * s.Traffic.Steps[step]
			bytes += f.Bytes * k.share(i) * s.Traffic.Steps[step]
		}
	}
	return max(records/float64(s.Limits.ShardWriteRecords.Value), bytes/float64(s.Limits.ShardWriteBytes.Value))
}

// scaled is what AWS makes of an on-demand stream: twice what the highest minute
// filled that is known already and not forgotten.
func (k *tank) scaled(l *model.Limits, first float64) func(float64) float64 {
	return func(now float64) float64 {
		highest := 2.0
		if now < l.OnDemandMemory.Value.Seconds() {
			highest = max(highest, first/2)
		}
		for i, shards := range k.filled {
			age := now - float64(i+1)*60
			if age >= l.OnDemandLag.Value.Seconds() && age < l.OnDemandMemory.Value.Seconds() {
				highest = max(highest, shards)
			}
		}
		return 2 * highest
	}
}

func (k *tank) run() {
	for i := range k.s.Workload.Consumers {
		k.walkers = append(k.walkers, &walker{Consumer: &k.s.Workload.Consumers[i], until: -1})
	}
	k.out.Shards = replay.Range{Least: math.Inf(1)}
	if k.most != nil {
		k.shards = k.most(0)
	}
	if k.s.SaveUnused {
		k.saved = k.limits()
	}
	var begins float64
	for step, seconds := range k.s.Traffic.Steps {
		for n := range int(math.Round(seconds / k.dt)) {
			into := (float64(n) + 0.5) * k.dt
			k.now = begins + into
			k.grow()
			k.begin()
			k.write(k.offered(step, into))
			k.read()
		}
		begins += seconds
	}
	k.end(begins)
}

// limits are the records and bytes that may be written a second.
func (k *tank) limits() [2]float64 {
	return [2]float64{
		k.shards * float64(k.s.Limits.ShardWriteRecords.Value),
		k.shards * float64(k.s.Limits.ShardWriteBytes.Value),
	}
}

// grow lets AWS change the number of shards. New ones have saved nothing.
func (k *tank) grow() {
	if k.reshard.Shards > 0 && k.now > k.reshard.At {
		k.parents, k.closed, k.shards = k.shards, k.reshard.At, k.reshard.Shards
		k.reshard.Shards = 0
		for i, limit := range k.limits() {
			k.saved[i] = min(limit, k.saved[i])
		}
	}
	if k.most != nil {
		k.shards = k.most(k.now)
		for i, limit := range k.limits() {
			k.saved[i] = min(limit, k.saved[i])
		}
	}
	k.out.Shards = replay.Range{Least: min(k.out.Shards.Least, k.shards), Most: max(k.out.Shards.Most, k.shards)}
}

// during reports whether an incident goes on.
func (k *tank) during(i *replay.Incident) bool { return i.At <= k.now && k.now < i.At+i.For }

// begin has happen what begins within the small step.
func (k *tank) begin() {
	for n := range k.s.Incidents {
		i := &k.s.Incidents[n]
		if i.At < k.now-k.dt/2 || i.At >= k.now+k.dt/2 {
			continue
		}
		for _, w := range k.walkers {
			switch {
			case w.Name != i.Consumer:
			case i.Kind == replay.Reprocess:
				k.rewind(w, i)
			case i.Kind == replay.Poison && k.poisoned:
				if w.until = math.Inf(1); i.For > 0 {
					w.until = i.At + i.For
				}
				if w.backlog > 0 {
					w.harmed = true
					k.hold(w, k.log[w.at].at)
				}
			}
		}
	}
}

// hold has a poisonous record hold a consumer up until it expires, if it does.
func (k *tank) hold(w *walker, written float64) {
	if k.now < w.until {
		w.until = min(w.until, written+k.s.Workload.Retention.Seconds())
	}
}

// rewind has a consumer go back over what is still kept of what it is to read again.
func (k *tank) rewind(w *walker, i *replay.Incident) {
	back := i.At - min(i.Last, k.s.Workload.Retention.Seconds())
	if w.backlog > 0 {
		w.harmed = true
		w.backlog += k.log[w.at].records - w.left
		w.got.Reprocessed += k.log[w.at].records - w.left
	}
	for w.at > 0 && k.log[w.at-1].at >= back {
		w.at--
		w.backlog += k.log[w.at].records
		w.got.Reprocessed += k.log[w.at].records
	}
	if w.at < len(k.log) {
		w.left = k.log[w.at].records
	}
	if w.backlog > 0 {
		w.harmed = true
		w.got.Age = max(w.got.Age, i.At-k.log[w.at].at)
		w.note(i.At)
	}
}

// note takes note of how far it is behind.
func (w *walker) note(now float64) {
	w.past = append(w.past, lump{at: now, records: w.backlog})
	if w.backlog > w.highest*(1+1e-9) {
		w.highest, w.since = w.backlog, now
	}
}

// offered is what is written in the small step that is so far into a step.
func (k *tank) offered(step int, into float64) lump {
	var f, all replay.Flow
	var keys float64
	for i := range k.s.Traffic.Parts {
		p := &k.s.Traffic.Parts[i]
		f.Records += p.Flows[step].Records * k.share(i)
		f.Bytes += p.Flows[step].Bytes * k.share(i)
		all.Records += p.Flows[step].Records
		keys += (p.To - p.From) * k.share(i)
	}
	size := f.Bytes / max(f.Records, 1e-300)
	rate := f.Records
	rate *= k.burst(into, k.s.Traffic.Steps[step])
	times, least := 1.0, 0.0 // what surges make of it
	for n := range k.s.Incidents {
		switch i := &k.s.Incidents[n]; {
		case i.Kind != replay.Surge || !k.during(i):
		case i.Rate > 0:
			least = max(least, float64(i.Rate))
		default:
			times *= i.Times
		}
	}
	if all.Records == 0 {
		return lump{k.now, least * keys * k.dt, k.meanSize()}
	}
	rate *= max(times, least/all.Records)
	return lump{k.now, rate * k.dt, size}
}

// burst is how many times the mean is written so far into a step: each of its minutes,
// of which the last one may be shorter, has a second of more.
func (k *tank) burst(into, length float64) float64 {
	beta := float64(k.s.Workload.Producer.Burst)
	before := math.Floor(into/60) * 60
	seconds := min(60, length-before)
	busy := min(1, seconds/beta)
	switch {
	case beta <= 1 || seconds <= 1:
		return 1
	case into-before < busy:
		return beta
	}
	return max(0, seconds-beta) / (seconds - 1)
}

// meanSize is that of all records.
func (k *tank) meanSize() float64 {
	var sum replay.Flow
	for _, p := range k.s.Traffic.Parts {
		for step, f := range p.Flows {
			sum.Records += f.Records * k.s.Traffic.Steps[step]
			sum.Bytes += f.Bytes * k.s.Traffic.Steps[step]
		}
	}
	if sum.Records == 0 {
		return 0
	}
	return sum.Bytes / sum.Records
}

// write takes what the limits allow, in the order in which it was offered.
func (k *tank) write(l lump) {
	budget := k.limits()
	k.out.WriteUtilization = max(k.out.WriteUtilization, l.records/k.dt/budget[0], l.records*l.size/k.dt/budget[1])
	for i, limit := range budget {
		budget[i] = limit*k.dt + k.saved[i]
	}
	k.out.Offered += l.records
	k.out.Bytes += l.records * l.size
	k.largest = max(k.largest, l.records)
	if l.records > 0 {
		k.queue = append(k.queue, l)
	}
	was := len(k.log)
	let := min(1, budget[0]/l.records, budget[1]/(l.records*l.size)) // of what is offered now
	for len(k.queue) > 0 && k.admit(&budget) {
	}
	for _, l := range k.log[was:] {
		for _, w := range k.walkers {
			if w.backlog == 0 {
				k.hold(w, l.at)
			}
			w.backlog += l.records
		}
	}
	k.throttle(l.records * (1 - let))
	for i, limit := range k.limits() {
		if k.saved[i] = 0; k.s.SaveUnused {
			k.saved[i] = min(limit, budget[i])
		}
	}
}

// admit takes from the head of the queue what the budget allows, and reports whether
// that was all of the lump.
func (k *tank) admit(budget *[2]float64) bool {
	l := &k.queue[0]
	n := min(l.records, budget[0], budget[1]/l.size)
	if n > 0 {
		k.out.Accepted += n
		k.out.LongestWait = max(k.out.LongestWait, k.now-l.at)
		k.log = append(k.log, lump{k.now, n, l.size})
		budget[0] -= n
		budget[1] -= n * l.size
		k.filling[0] += n
		k.filling[1] += n * l.size
	}
	if n < l.records*(1-1e-9) {
		l.records -= n
		return false
	}
	k.queue = k.queue[1:]
	return true
}

// throttle gives up what is left, or has it wait; more was offered than accepted by so
// many.
func (k *tank) throttle(beyond float64) {
	if k.most != nil && math.Mod(k.now+k.dt/2, 60) < k.dt/2 { // the minute is over
		limits := [2]float64{float64(k.s.Limits.ShardWriteRecords.Value), float64(k.s.Limits.ShardWriteBytes.Value)}
		k.filled = append(k.filled, max(k.filling[0]/limits[0], k.filling[1]/limits[1])/60)
		k.filling = [2]float64{}
	}
	if len(k.queue) == 0 {
		return
	}
	k.out.Seconds += k.dt
	if k.s.DropThrottled {
		k.out.Lost += k.queue[0].records
		k.out.Throttled += k.queue[0].records
		k.queue = nil
		return
	}
	k.out.Throttled += beyond
	if last := k.queue[len(k.queue)-1]; last.at == k.now {
		k.out.Waited += last.records
	}
}

// read has all consumers read for the small step.
func (k *tank) read() {
	k.poll()
	var standard, early []*walker
	for _, w := range k.walkers {
		k.expire(w)
		w.own = k.dt
		if w.Type == model.EnhancedFanOut {
			k.take(w, k.shardsOf(w)*float64(k.s.Limits.FanOutBytes.Value)*k.dt)
		} else if k.onParents(w) {
			early = append(early, w)
		} else {
			standard = append(standard, w)
		}
	}
	k.readShared(early, k.parents)
	k.readShared(standard, k.shards)
	for _, w := range k.walkers {
		k.look(w)
	}
}

// onParents reports whether a consumer is at what was written before the shards were
// closed.
func (k *tank) onParents(w *walker) bool { return w.at < len(k.log) && k.log[w.at].at < k.closed }

func (k *tank) shardsOf(w *walker) float64 {
	if k.onParents(w) {
		return k.parents
	}
	return k.shards
}

// readShared has standard consumers read what so many shards give for the small step.
func (k *tank) readShared(standard []*walker, shards float64) {
	shared := shards * float64(k.s.Limits.ShardReadBytes.Value) * k.dt
	rest, used := shared, k.wanted(standard)
	for len(standard) > 0 && rest > 1e-9*shared {
		each := rest / float64(len(standard))
		var hungry []*walker
		for _, w := range standard {
			took := k.take(w, each)
			if rest -= took; took >= each*(1-1e-9) {
				hungry = append(hungry, w)
			}
		}
		standard = hungry
	}
	if shards == k.shards {
		k.out.ReadUtilization = max(k.out.ReadUtilization, min(1, max(used, shared-rest)/shared))
	}
}

// wanted is how many bytes consumers that are behind read in the small step if they
// go on being it; who has soon caught up reads as fast, if for a shorter time.
func (k *tank) wanted(walkers []*walker) (bytes float64) {
	for _, w := range walkers {
		if w.highest > 0 && w.at < len(k.log) {
			size := k.log[w.at].size
			bytes += k.rate(w, size) * size * k.dt
		}
	}
	return bytes
}

// poll shares the calls, in slices that are handed round.
func (k *tank) poll() {
	var pollers []*walker
	for _, w := range k.walkers {
		w.calls, w.wait = 0, 0
		switch {
		case k.has(w, replay.Stop):
		case w.Type == model.EnhancedFanOut:
			w.wait = k.s.Limits.FanOutDelay.Value.Seconds()
		case w.PollInterval > 0:
			pollers = append(pollers, w)
		}
	}
	for rest := k.s.Limits.ShardReadCalls.Value; len(pollers) > 0 && rest > 1e-9; {
		each := rest / float64(len(pollers))
		var hungry []*walker
		for _, w := range pollers {
			want := 1/w.PollInterval.Seconds() - w.calls
			w.calls += min(want, each)
			if rest -= min(want, each); want > each {
				hungry = append(hungry, w)
			}
		}
		pollers = hungry
	}
	for _, w := range k.walkers {
		if w.calls > 0 {
			w.wait = 1 / w.calls
		}
		w.longest = max(w.longest, w.wait)
	}
}

// has reports whether an incident of a kind goes on.
func (k *tank) has(w *walker, kind replay.IncidentKind) bool {
	for n := range k.s.Incidents {
		if i := &k.s.Incidents[n]; i.Kind == kind && i.Consumer == w.Name && k.during(i) {
			return true
		}
	}
	return false
}

// expire drops what is older than the retention.
func (k *tank) expire(w *walker) {
	for w.at < len(k.log) && k.log[w.at].at <= k.now-k.s.Workload.Retention.Seconds() {
		k.start(w)
		w.got.Expired += w.left
		w.backlog -= w.left
		w.left = 0
		w.next()
	}
}

// start has a consumer begin the lump that it is at.
func (k *tank) start(w *walker) {
	if w.left == 0 {
		w.left = k.log[w.at].records
	}
}

// next takes a consumer to the lump after the one that it has read.
func (w *walker) next() {
	w.at++
	w.left = 0
	w.fresh = max(w.fresh, w.at)
}

// take reads lumps for as long as the small step and some bytes allow, and returns
// how many bytes those were.
func (k *tank) take(w *walker, most float64) (bytes float64) {
	for w.at < len(k.log) {
		k.start(w)
		l := k.log[w.at]
		rate := k.rate(w, l.size)
		n := min(w.left, w.own*rate, (most-bytes)/l.size)
		if n > 0 {
			w.got.Read += n
			w.backlog -= n
			bytes += n * l.size
			w.own -= n / rate
			if w.at >= w.fresh {
				w.delay = max(w.delay, k.now-l.at+w.wait)
			}
		}
		if n < w.left*(1-1e-9) {
			w.left -= max(0, n)
			break
		}
		w.backlog -= w.left - n
		w.next()
	}
	if w.at == len(k.log) {
		w.backlog = 0
	}
	return bytes
}

// rate is how many records of a size a consumer reads a second by itself.
func (k *tank) rate(w *walker, size float64) float64 {
	if k.has(w, replay.Stop) || k.now < w.until {
		return 0
	}
	rate := math.Inf(1)
	if w.Speed > 0 {
		rate = float64(w.Speed)
	} else if w.Lambda.BatchSize > 0 {
		batch := min(float64(w.Lambda.BatchSize), math.Floor(6*1024*1024/(4.0/3*size+300)))
		rate = batch * float64(w.Lambda.ParallelizationFactor) / w.Lambda.Duration.Seconds()
	}
	left := math.Inf(1) // of its speed
	for n := range k.s.Incidents {
		switch i := &k.s.Incidents[n]; {
		case i.Kind != replay.Slow || i.Consumer != w.Name || !k.during(i):
		case i.Rate > 0:
			left = min(left, float64(i.Rate))
		default:
			rate *= i.Times
		}
	}
	rate = min(rate, left)
	if w.calls > 0 {
		rate = min(rate, w.calls*min(10_000, 10*1024*1024/size))
	}
	return rate * k.shardsOf(w)
}

// look takes note of how a consumer stands after the small step.
func (k *tank) look(w *walker) {
	if w.backlog <= 0 {
		if w.highest > 0 {
			k.close(w, k.now)
		}
		w.got.Delay, w.got.ApartFromIncidents.Delay = max(w.got.Delay, w.delay), max(w.got.ApartFromIncidents.Delay, w.delay)
		w.delay = 0
		return
	}
	if k.has(w, replay.Stop) || k.has(w, replay.Slow) || k.now < w.until {
		w.harmed = true
	} else if w.harmed {
		w.worked += k.dt
	}
	w.got.Age = max(w.got.Age, k.now-k.log[w.at].at)
	w.note(k.now)
}

// close ends the episode in which a consumer was behind. A backlog that stays as high
// as it is goes up and down by a lump, which says nothing of when it was the highest.
func (k *tank) close(w *walker, now float64) {
	early, late := math.Inf(1), 0.0
	for _, p := range w.past {
		if p.records >= w.highest-3*k.largest {
			early, late = min(early, p.at), max(late, p.at)
		}
	}
	w.past, w.unsure = w.past[:0], max(w.unsure, late-early)
	g, recovery := &w.got, now-w.since
	g.Recovery, g.Delay = max(g.Recovery, recovery), max(g.Delay, w.delay)
	if w.harmed {
		g.CatchUp = max(g.CatchUp, w.worked)
	} else {
		g.ApartFromIncidents.Recovery, g.ApartFromIncidents.Delay = max(g.ApartFromIncidents.Recovery, recovery), max(g.ApartFromIncidents.Delay, w.delay)
	}
	w.highest, w.delay, w.harmed, w.worked = 0, 0, false, 0
}

// end takes note of what is left when the traffic ends.
func (k *tank) end(now float64) {
	for _, l := range k.queue {
		k.out.Waiting += l.records
	}
	for _, w := range k.walkers {
		if w.backlog > 0 {
			w.got.Behind, w.got.BehindFor, w.got.Backlog = true, now-w.past[0].at, w.backlog
			if first := max(w.at, w.fresh); first < len(k.log) {
				w.delay = max(w.delay, now-k.log[first].at+w.wait)
			}
			k.close(w, now)
		}
		if w.got.Read > 0 {
			w.got.Delay, w.got.ApartFromIncidents.Delay = max(
				w.got.Delay,
				w.longest,
			), max(
				w.got.ApartFromIncidents.Delay,
				w.longest,
			)
		}
	}
}

// pour adds a tank's results to a stream's.
func (k *tank) pour(out *stepped) {
	out.Offered += k.out.Offered
	out.Bytes += k.out.Bytes
	out.Accepted += k.out.Accepted
	out.Waiting += k.out.Waiting
	out.Lost += k.out.Lost
	out.Throttled += k.out.Throttled
	out.Waited += k.out.Waited
	out.Seconds = max(out.Seconds, k.out.Seconds)
	out.LongestWait = max(out.LongestWait, k.out.LongestWait)
	out.WriteUtilization = max(out.WriteUtilization, k.out.WriteUtilization)
	out.ReadUtilization = max(out.ReadUtilization, k.out.ReadUtilization)
	out.Shards.Least += k.out.Shards.Least
	out.Shards.Most += k.out.Shards.Most
	for i, w := range k.walkers {
		c, g := &out.Consumers[i], &w.got
		out.unsure[i] = max(out.unsure[i], w.unsure)
		c.Read += g.Read
		c.Reprocessed += g.Reprocessed
		c.Backlog += g.Backlog
		c.Expired += g.Expired
		c.Delay, c.Age, c.Recovery, c.CatchUp = max(
			c.Delay,
			g.Delay,
		), max(
			c.Age,
			g.Age,
		), max(
			c.Recovery,
			g.Recovery,
		), max(
			c.CatchUp,
			g.CatchUp,
		)
		c.ApartFromIncidents.Delay, c.ApartFromIncidents.Recovery = max(
			c.ApartFromIncidents.Delay,
			g.ApartFromIncidents.Delay,
		), max(
			c.ApartFromIncidents.Recovery,
			g.ApartFromIncidents.Recovery,
		)
		c.Behind, c.BehindFor = c.Behind || g.Behind, max(c.BehindFor, g.BehindFor)
	}
}
