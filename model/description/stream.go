package description

import (
	"math/big"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"go.yaml.in/yaml/v4"
)

// Bounds of numbers that AWS has far fewer of.
const (
	mostHours     = 8760 // a year, the longest retention
	mostShards    = 1_000_000
	mostConsumers = 1000
	mostKiB       = 1 << 20
)

// summary takes a StreamDescriptionSummary.
func (s *Stream) summary(r *reader, n *yaml.Node) {
	s.settings(r, n)
	if count, ok := r.whole(n, "OpenShardCount", 1, mostShards); ok {
		s.OpenShards = model.Known(count)
	}
	if count, ok := r.whole(n, "ConsumerCount", 0, mostConsumers); ok {
		s.fanOut = count
	}
	if size, ok := r.whole(n, "MaxRecordSizeInKiB", 1, mostKiB); ok {
		s.MaxRecordSize = model.Known(unit.Bytes(size) * unit.KiB)
	}
	if rate, ok := r.whole(r.get(n, "WarmThroughput"), "CurrentMiBps", 0, mostShards); ok {
		s.WarmThroughput = model.Known(unit.BytesPerSecond(rate) * unit.BytesPerSecond(unit.MiB))
	}
}

// settings takes what both descriptions of a stream have.
func (s *Stream) settings(r *reader, n *yaml.Node) {
	if at := r.get(n, "StreamName"); at != nil {
		s.named(r, at, at.Value)
	}
	s.is(r, n, "StreamARN")
	s.Mode = model.Known(model.Provisioned) // which older streams do not say
	switch mode := r.text(r.get(n, "StreamModeDetails"), "StreamMode"); mode {
	case "", "PROVISIONED":
	case "ON_DEMAND":
		s.Mode = model.Known(model.OnDemandStandard)
	default:
		r.fault(r.get(r.get(n, "StreamModeDetails"), "StreamMode"), "StreamMode", mode, "not a mode", "PROVISIONED or ON_DEMAND")
	}
	if hours, ok := r.whole(n, "RetentionPeriodHours", 1, mostHours); ok {
		s.Retention = model.Known(unit.Duration(time.Duration(hours) * time.Hour))
	}
	if at := r.get(n, "EnhancedMonitoring"); at != nil {
		on := []string{}
		for _, group := range r.items(at, "EnhancedMonitoring") {
			if names := r.get(group, "ShardLevelMetrics"); names != nil {
				for _, name := range r.items(names, "ShardLevelMetrics") {
					on = append(on, name.Value)
				}
			}
		}
		s.ShardMetrics = model.Known(on)
	}
}

// stream takes a StreamDescription, which has the shards.
func (s *Stream) stream(r *reader, n *yaml.Node) {
	s.settings(r, n)
	if at := r.get(n, "Shards"); at != nil {
		s.shards(r, at, n)
	}
}

// shards takes a list of shards: those are open whose sequence numbers have no end. Beside
// stands what holds the list, which says whether it goes on.
func (s *Stream) shards(r *reader, n, beside *yaml.Node) {
	if r.yes(beside, "HasMoreShards") || r.text(beside, "NextToken") != "" {
		r.fault(n, "Shards", "", "not all of the shards: the list goes on", "the whole list, or describe-stream-summary")
		return
	}
	open := []model.Shard{}
	for _, item := range r.items(n, "Shards") {
		id := r.required(item, "ShardId")
		if r.text(r.get(item, "SequenceNumberRange"), "EndingSequenceNumber") != "" {
			continue
		}
		keys := r.get(item, "HashKeyRange")
		if keys == nil {
			keys = item
		}
		open = append(open, model.Shard{ID: id, FirstHash: s.hash(r, keys, "StartingHashKey"),
			LastHash: s.hash(r, keys, "EndingHashKey")})
	}
	if len(r.errs) > 0 {
		return
	}
	if len(open) == 0 {
		r.fault(n, "Shards", "", "no open shard, of which every stream has one", "the whole list")
		return
	}
	slices.SortFunc(open, func(a, b model.Shard) int { return number(a.FirstHash).Cmp(number(b.FirstHash)) })
	s.Shards, s.OpenShards = model.Known(open), model.Known(len(open))
}

// hashBits is how long a hash key is.
const hashBits = 128

// hash returns a hash key, a whole number of 128 bits.
func (s *Stream) hash(r *reader, n *yaml.Node, key string) string {
	text := r.required(n, key)
	const digits = 39
	k, ok := new(big.Int), len(text) <= digits
	if ok {
		_, ok = k.SetString(text, 10)
	}
	if text != "" && (!ok || k.Sign() < 0 || k.BitLen() > hashBits || k.String() != text) {
		r.fault(r.get(n, key), key, text, "not a hash key", "a whole number below 2^128, decimal")
	}
	return text
}

// number returns a hash key that was read as a number.
func number(text string) *big.Int {
	k, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return new(big.Int)
	}
	return k
}
