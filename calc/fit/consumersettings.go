package fit

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
)

// consumers returns the consumers as a workload declares them: enhanced fan-out
// consumers and functions by name, and then the unnamed standard consumers. A consumer
// that lags has the speed at which it read.
func (e *Evidence) consumers() []input.Settings {
	var list []input.Settings
	taken := map[string]bool{}
	add := func(name string, kind model.ConsumerType) input.Settings {
		s := input.Settings{"name": measured(uniqueName(name, taken)), "type": measured(string(kind))}
		list = append(list, s)
		return s
	}
	r := &e.Consumers
	for i := range r.EnhancedFanOut {
		if c := &r.EnhancedFanOut[i]; !c.Idle {
			e.setFanOut(add(string(c.Name), model.EnhancedFanOut), c.Name)
		}
	}
	for i := range r.Functions {
		if f := &r.Functions[i]; f.polls() {
			e.setFunction(add(f.Name, model.Standard), f)
		}
	}
	unnamed := e.Unnamed()
	for n := range unnamed {
		s := add("consumer-"+strconv.Itoa(n+1), model.Standard)
		if speed := e.unnamedSpeed(); n == unnamed-1 && speed.Known { // one that is declared takes the first place
			s["speed"] = measured(speed.Value.String())
		}
	}
	e.setPolls(list)
	return list
}

// setFanOut adds what is known of an enhanced fan-out consumer to its settings: the speed of
// the function behind it, or else at which it read while it was behind.
func (e *Evidence) setFanOut(s input.Settings, name model.Name) {
	for i := range e.Consumers.Functions {
		if f := &e.Consumers.Functions[i]; f.Enabled && f.Consumer == model.Known(name) {
			e.setFunction(s, f)
			return
		}
	}
	if speed := e.measuredSpeed(e.findLag(model.ConsumerLevel, model.SubscribedBehind, string(name))); speed.Known {
		s["speed"] = measured(speed.Value.String())
	}
}

// kept returns how long the stream keeps records, the default where the history does not say.
func (e *Evidence) kept() unit.Duration {
	if e.Retention.Known {
		return unit.Duration(e.Retention.Value)
	}
	return model.NewWorkload().Retention
}

// lagging reports whether a lag is known and says that its consumer does not keep up.
func (e *Evidence) lagging(l *Lag) bool { return l != nil && l.Lags(e.kept()) }

// measuredSpeed returns how many records a second and shard a consumer reads that lags. It is
// not known for one that keeps up, where the shards are not known, and where single shards are
// stuck: then it waits for a record and is not slow.
func (e *Evidence) measuredSpeed(l *Lag) model.Maybe[unit.RecordsPerSecond] {
	if !e.lagging(l) || !l.Read.Known || !e.Shards.Known || e.Shards.Value < 1 || e.onDemand() ||
		len(e.Stuck(e.kept())) > 0 {
		return model.Maybe[unit.RecordsPerSecond]{}
	}
	return model.Known(sixDigits(l.Read.Value / unit.RecordsPerSecond(e.Shards.Value)))
}

// functionLag returns the lag of a function. Where no function has one, a single standard
// consumer is the one that all of them together show.
func (e *Evidence) functionLag(f *Function) *Lag {
	if l := e.findLag(model.FunctionLevel, model.FunctionIteratorAge, f.Name); l != nil || !f.polls() {
		return l
	}
	if e.Consumers.polling() == 1 && e.Unnamed() == 0 {
		return e.standardLag()
	}
	return nil
}

// standardLag returns the lag of the standard consumers together, nil where it is not known.
func (e *Evidence) standardLag() *Lag { return e.findLag(model.StreamLevel, model.IteratorAge, "") }

// functionLags reports whether a function that polls lags.
func (e *Evidence) functionLags() bool {
	for i := range e.Consumers.Functions {
		f := &e.Consumers.Functions[i]
		if f.polls() && e.lagging(e.findLag(model.FunctionLevel, model.FunctionIteratorAge, f.Name)) {
			return true
		}
	}
	return false
}

// unnamedSpeed returns the speed of the unnamed standard consumer that lags. Where a function
// lags, the age of all standard consumers is its.
func (e *Evidence) unnamedSpeed() model.Maybe[unit.RecordsPerSecond] {
	if e.functionLags() {
		return model.Maybe[unit.RecordsPerSecond]{}
	}
	return e.measuredSpeed(e.standardLag())
}

// partialConsumer is how much of a fan-out may be noise: a tenth of a consumer is
// none. Of a stream with a consumer that lags, a hundredth is.
const (
	partialConsumer = 0.1
	partialLagging  = 0.01
)

// polling returns how many functions poll.
func (r *Consumers) polling() (n int) {
	for i := range r.Functions {
		if r.Functions[i].polls() {
			n++
		}
	}
	return n
}

// Unnamed returns how many standard consumers there are besides the functions that
// poll. They are the last ones of [Evidence.Declaration]. A part of a consumer that
// lags is a whole one.
func (e *Evidence) Unnamed() int {
	r := &e.Consumers
	polling := r.polling()
	most := float64(input.MostConsumers - polling - len(r.EnhancedFanOut))
	reading := math.Ceil(r.UsualFanOut.Value - partialConsumer)
	if reading <= 0 { // nobody reads in most hours; one that reads in batches shows over the whole window
		reading = math.Floor(r.StandardFanOut.Value + partialConsumer)
	}
	if e.lagging(e.standardLag()) || e.functionLags() {
		reading = max(reading, 1, math.Ceil(r.StandardFanOut.Value-partialLagging))
	}
	return int(min(max(0, reading-float64(polling)), max(0, most)))
}

// setFunction adds the settings of a function's event source mapping to those of a consumer,
// and its duration. If it lags, the duration is that at which it reads as much as it
// did: what failed and was tried again is in it. Without a duration its speed is unknown.
func (e *Evidence) setFunction(s input.Settings, f *Function) {
	speed := e.measuredSpeed(cmp.Or(e.functionLag(f), e.fanOutLag(f)))
	if !f.Speed.Known && !speed.Known {
		f.setMapping(s)
		return
	}
	duration := unit.Duration(f.Duration.Value).Seconds()
	if speed.Known {
		duration = max(duration, float64(f.ParallelizationFactor)*f.full/float64(speed.Value))
	}
	if f.BatchSize == 0 || duration > e.limit().LambdaTimeout.Value.Seconds() {
		s["speed"] = measured(speed.Value.String())
		return
	}
	rounded := unit.Duration(math.Ceil(duration*1e6)) * unit.Duration(time.Microsecond)
	s["lambda.duration"] = measured(rounded.String())
	f.setMapping(s)
}

// setMapping adds how an event source mapping is set to the settings of a consumer. What has
// no bound, or waits for no batch, is left out, as are settings that no function has.
func (f *Function) setMapping(s input.Settings) {
	m := &f.mapping
	if f.BatchSize == 0 {
		return
	}
	s["lambda.batch_size"] = measured(strconv.Itoa(f.BatchSize))
	s["lambda.parallelization_factor"] = measured(strconv.Itoa(f.ParallelizationFactor))
	if m.BatchingWindow > 0 {
		s["lambda.batching_window"] = measured(m.BatchingWindow.String())
	}
	if m.MaximumRetries.Known {
		s["lambda.retries"] = measured(strconv.Itoa(m.MaximumRetries.Value))
	}
	if m.MaximumRecordAge.Known {
		s["lambda.max_record_age"] = measured(m.MaximumRecordAge.Value.String())
	}
	if m.BisectOnError {
		s["lambda.bisect"] = measured("true")
	}
	if m.PartialResponses {
		s["lambda.partial_responses"] = measured("true")
	}
	if m.OnFailure.Known {
		s["lambda.on_failure"] = measured(m.OnFailure.Value.String())
	}
}

// fanOutLag returns the lag of the enhanced fan-out consumer that a function reads as.
func (e *Evidence) fanOutLag(f *Function) *Lag {
	if !f.Consumer.Known {
		return nil
	}
	return e.findLag(model.ConsumerLevel, model.SubscribedBehind, string(f.Consumer.Value))
}

// limit returns the limits that the evidence was measured against.
func (e *Evidence) limit() *model.Limits {
	if e.limits != nil {
		return e.limits
	}
	published := model.PublishedLimits()
	return &published
}

// setPolls sets how often the standard consumers poll, where they share what a shard serves.
func (e *Evidence) setPolls(list []input.Settings) {
	every := e.sharedPoll()
	for _, s := range list {
		if every.Known && s["type"].Text == string(model.Standard) {
			s["poll_interval"] = measured(every.Value.String())
		}
	}
}

// standard returns how many standard consumers there are.
func (e *Evidence) standard() int { return e.Unnamed() + e.Consumers.polling() }

// sharedPoll returns how often the standard consumers poll at most where, polling as usual,
// they would ask for more calls than a shard serves, though hardly any was rejected. It is not
// known where they would not, or where calls were rejected.
func (e *Evidence) sharedPoll() model.Maybe[unit.Duration] {
	every := unit.Duration(math.Ceil(float64(e.standard()) / e.limit().ShardReadCalls.Value * float64(time.Second)))
	return maybe(every, every > usualPoll() && every <= model.LongestPoll && e.Consumers.ReadsThrottled == model.Known(false))
}

// usualPoll returns how often a standard consumer polls of which nothing is known.
func usualPoll() unit.Duration { return model.NewConsumer("").PollInterval }
