package calc

import (
	"fmt"
	"math"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

func count(n int) string { return unit.Grouped(float64(n), 0) }

// warnings are what a reader should know before acting on the plan.
func (s *situation) warnings(needs []Need, minimum, recommended int) []notice.Notice {
	list := []notice.Notice{}
	list = s.shardWarnings(list, minimum, recommended)
	list = s.quotaWarnings(list, recommended)
	list = s.recordWarnings(list)
	list = s.skewWarning(list, needs)
	list = s.averageWarnings(list, needs)
	for i := range s.w.Consumers {
		list = s.consumerWarnings(list, &s.w.Consumers[i], recommended)
	}
	return list
}

func (s *situation) shardWarnings(list []notice.Notice, minimum, recommended int) []notice.Notice {
	if most := s.l.StreamShards.Value; recommended > most && minimum <= most {
		list = append(list, notice.Notice{ID: idRecommendedAboveLimit,
			Message: fmt.Sprintf("The recommended %s shards are more than the %s that UpdateShardCount scales a stream to; the minimum of %s is not.", count(recommended), count(most), count(minimum)),
			Remedy:  "Split the traffic over two streams, or accept a higher target utilization."})
	}
	quota := s.l.ShardQuota(s.w.Region)
	if recommended > quota.Value && s.w.Region != "" {
		list = append(list, notice.Notice{ID: idShardQuota,
			Message: fmt.Sprintf("%s shards are more than the default quota of %s: %s %s.", count(recommended), s.w.Region, count(quota.Value), quota.What),
			Remedy:  "Ask AWS for a higher quota before you scale; DescribeLimits shows the one that you have."})
	}
	return list
}

// skewWarning speaks up where one shard would do but for its headroom: up to κ shards
// the hottest gets everything, so that headroom takes more than κ.
func (s *situation) skewWarning(list []notice.Notice, needs []Need) []notice.Notice {
	minimum, recommended := Counts(needs)
	if minimum > 1 || float64(recommended) <= float64(s.skew) || s.skew == 1 {
		return list
	}
	return append(list, notice.Notice{ID: idSkewHeadroom,
		Message: fmt.Sprintf("One shard would do, but not at a target utilization of %s. With a skew of %s the hottest shard gets everything on up to as many shards, so it takes %s to leave that headroom.",
			s.w.TargetUtilization, s.w.Producer.Skew, count(recommended)),
		Remedy: "Salt the partition keys, or accept a higher target utilization."})
}

// averageWarnings speak up where reads are to be sized for the average, and a latency
// asks for those of the peak though there is no surge.
func (s *situation) averageWarnings(list []notice.Notice, needs []Need) []notice.Notice {
	if s.w.SizeReadsFor != model.ReadAverage || s.duration > 0 {
		return list
	}
	var average float64
	for i := range needs {
		switch n := &needs[i]; {
		case n.Kind == ConsumerBytes:
			average = n.Target
		case n.Kind == Latency && s.w.Consumers[n.Consumer].Type == model.Standard && n.Full > average && s.average < s.peak:
			name := s.w.Consumers[n.Consumer].Name
			list = append(list, notice.Notice{ID: idReadsForAverage + "." + string(name),
				Message: fmt.Sprintf("Reads are sized for the average, and the latency of %s asks that they keep up with the peak: the latency decides.", name),
				Remedy:  "Leave the latency out if it may lag through the peak, or size reads for the peak."})
		}
	}
	return list
}

func (s *situation) recordWarnings(list []notice.Notice) []notice.Notice {
	p := &s.w.Producer
	if p.PartitionKeySize == 0 {
		list = append(list, notice.Notice{ID: idPartitionKeySize,
			Message: "Partition keys are taken as 0 B; real ones count towards every byte limit like payload.",
			Remedy:  "Give their size: a UUID has 36 B."})
	}
	most := s.l.RecordSize.Value
	if largest := p.LargestRecord() + p.PartitionKeySize; largest > most {
		list = append(list, notice.Notice{ID: idLargeRecord,
			Message: fmt.Sprintf("A record of %s with its key is larger than the %s that a stream takes unless it is set otherwise.", largest.Prose(), most.Prose()),
			Remedy:  fmt.Sprintf("Raise the stream's maximum record size, to at most %s, or pass large payloads by reference: such records are meant to be rare, below 2%% of the traffic.", s.l.RecordSizeMost.Value.Prose())})
	}
	if p.Aggregation.Producers > 0 && !s.packing.on() {
		list = append(list, notice.Notice{ID: idAggregationIdle,
			Message: fmt.Sprintf("Two records do not fit into an aggregate of %s, so each goes alone and nothing is packed.", p.Aggregation.MaxSize.Prose()),
			Remedy:  "Raise the maximum size of aggregates, or do without aggregation."})
	}
	return list
}

func (s *situation) consumerWarnings(list []notice.Notice, c *model.Consumer, shards int) []notice.Notice {
	if c.LatencyBound == model.RecoveryBound && s.belowFloor(c) {
		list = append(list, notice.Notice{ID: idLatencyFloor + "." + string(c.Name),
			Message: fmt.Sprintf("Records reach %s up to %s after they were written (%s) even without a surge, which is more than its acceptable latency of %s.", c.Name, s.floor(c), s.floorParts(c), c.Latency),
			Remedy:  s.floorRemedy(c)})
	}
	list = s.retentionWarnings(list, c, shards)
	if c.Lambda.BatchSize > 0 {
		list = s.lambdaWarnings(list, c, shards)
	}
	return list
}

// retentionWarnings compare how old a consumer's data gets with how long the
// stream keeps it. AWS advises to act when records get older than half of that.
func (s *situation) retentionWarnings(list []notice.Notice, c *model.Consumer, shards int) []notice.Notice {
	kept := s.w.Retention
	for _, b := range [...]struct {
		id, what string
		age      unit.Duration
	}{
		{idRetentionOutage + ".", "an outage of %s leaves %s with records as old", c.Outage},
		{idRetentionReprocess + ".", "a replay of the last %s makes %s read records as old", c.Reprocess},
		{idRetentionSurge + ".", "the surge leaves records %s old before %s reads them", s.surgeAge(c, float64(shards))},
	} {
		if b.age <= kept/2 {
			continue
		}
		message := fmt.Sprintf(b.what, b.age.Prose(), c.Name)
		if b.age > kept {
			message = fmt.Sprintf("Data is lost: %s, and the stream keeps them for %s.", message, kept)
		} else {
			message = fmt.Sprintf("Little is left: %s, which is more than half of the retention of %s.", message, kept)
		}
		list = append(list, notice.Notice{ID: b.id + string(c.Name), Message: message, Remedy: retentionRemedy(b.age, kept, s.l.RetentionMost.Value)})
	}
	return list
}

// retentionRemedy names the retention that would do for data of an age.
func retentionRemedy(age, kept, mostRetention unit.Duration) string {
	switch {
	case age > mostRetention:
		return fmt.Sprintf("No retention keeps them: %s is the longest. Archive the stream.", mostRetention)
	case age > kept:
		return fmt.Sprintf("A retention of %s or more keeps them; twice that leaves room.", retentionFor(age))
	case age > mostRetention/2:
		return fmt.Sprintf("%s is the longest retention; archive the stream if that is too little.", mostRetention)
	}
	return fmt.Sprintf("A retention of %s keeps twice as much as is needed.", retentionFor(2*age))
}

// retentionFor rounds a retention up to the hour, in which AWS counts it.
func retentionFor(age unit.Duration) unit.Duration {
	const hour = unit.Day / 24
	return (age + hour - 1) / hour * hour
}

// surgeAge answers how old records get in a surge before a consumer reads them.
func (s *situation) surgeAge(c *model.Consumer, shards float64) unit.Duration {
	even := s.skew.even(shards)
	drained := even * s.drain(c, even)
	if s.duration == 0 || drained == 0 {
		return 0
	}
	return unit.Duration(math.Min(surgeDelay(s.surge, drained, s.duration)*1e9, math.MaxInt64/4))
}

// drain answers D: the user records a second that a consumer can drain from one
// shard in a surge, of so many that all get the same; 0 where nothing is known to
// bound it.
func (s *situation) drain(c *model.Consumer, shards float64) float64 {
	var slowest float64
	if t := s.speedTerm(c, s.peak, s.peak); t.counts == userRecords {
		slowest = t.limit
	} else if t.counts == invocations {
		fn := newFunction(s.l, &c.Lambda)
		slowest = fn.packedSpeed(&s.packing, s.peak, shards)
	}
	if c.Type == model.Standard {
		share := float64(s.l.ShardReadBytes.Value) / (s.standard * s.packing.wire(s.peak, shards))
		if slowest == 0 || share < slowest {
			slowest = share
		}
	}
	return slowest
}

func (s *situation) lambdaWarnings(list []notice.Notice, c *model.Consumer, shards int) []notice.Notice {
	fn := newFunction(s.l, &c.Lambda)
	factor := int(c.Lambda.ParallelizationFactor)
	size := s.packing.bare
	if s.packing.on() {
		if factor > 1 {
			list = append(list, notice.Notice{ID: idParallelizationFactor + "." + string(c.Name),
				Message: fmt.Sprintf("The parallelization factor of %d of %s has no effect on aggregated records and is taken as 1.", factor, c.Name),
				Remedy:  "Do without the factor, or without aggregation."})
			factor = 1
		}
		size = s.packing.perRecord(s.peak, s.skew.even(float64(shards)))*s.packing.record + s.packing.overhead
	}
	if batch := fn.carries(size); batch < fn.batch && batch > 0 {
		list = append(list, notice.Notice{ID: idLambdaPayload + "." + string(c.Name),
			Message: fmt.Sprintf("An invocation of %s takes about %s Kinesis records, not its batch size of %s: the payload of %s is full (estimate: 4/3 of a record's size for base64, and %s around it).",
				c.Name, unit.Grouped(batch, 0), unit.Grouped(fn.batch, 0), s.l.LambdaPayload.Value.Prose(), s.l.LambdaEnvelope.Value.Prose()),
			Remedy: "Measure the function's duration with that batch."})
	}
	if every := s.l.LambdaPoll.Value; c.Type == model.Standard && c.PollInterval != every {
		list = append(list, notice.Notice{ID: idLambdaPoll + "." + string(c.Name),
			Message: fmt.Sprintf("The event source mapping of %s polls every %s, which cannot be changed; the plan takes the %s that it was given.", c.Name, every, c.PollInterval),
			Remedy:  "Leave its poll interval out."})
	}
	if most := s.l.LambdaConcurrency.Value; concurrency(shards, factor) > most {
		list = append(list, notice.Notice{ID: idLambdaConcurrency + "." + string(c.Name),
			Message: fmt.Sprintf("%s runs up to %s times at once (%s shards × %d), more than the %s that an account may by default.", c.Name, count(concurrency(shards, factor)), count(shards), factor, count(most)),
			Remedy:  "Ask AWS for a higher concurrency."})
	}
	return list
}

// concurrency answers how many invocations of a function run at once: one for
// each shard and unit of its parallelization factor.
func concurrency(shards, factor int) int { return shards * factor }
