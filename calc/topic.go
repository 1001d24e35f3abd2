package calc

import "strings"

// Ids of obstacles, warnings and advice, without the name of a consumer that
// may follow.
const (
	idStreamShards    = "stream-shards"
	idFanOutConsumers = "fan-out-consumers"

	idRecommendedAboveLimit = "recommended-above-limit"
	idShardQuota            = "shard-quota"
	idPartitionKeySize      = "partition-key-size"
	idLargeRecord           = "large-record"
	idAggregationIdle       = "aggregation-idle"
	idLatencyFloor          = "latency-floor"
	idRetentionOutage       = "retention-outage"
	idRetentionReprocess    = "retention-reprocess"
	idRetentionSurge        = "retention-surge"
	idReadsForAverage       = "reads-for-average"
	idSkewHeadroom          = "skew-headroom"
	idLambdaPoll            = "lambda-poll"
	idInputUnused           = "input-unused"
	idParallelizationFactor = "parallelization-factor"
	idLambdaPayload         = "lambda-payload"
	idLambdaConcurrency     = "lambda-concurrency"

	idPriceUnknown   = "price-unknown"
	idPricesOld      = "prices-old" // of package pricing
	idCostTooLarge   = "cost-too-large"
	idOnDemandShards = "on-demand-shards"
	idOnDemandSpeed  = "on-demand-speed"
	idAccountWide    = "advantage-account"

	idFanOutUndecided = "enhanced-fan-out-undecided"
	idTooFewShards    = "too-few-shards"

	idAggregate      = "aggregate"
	idCompress       = "compress"
	idSaltKeys       = "salt-keys"
	idEnhancedFanOut = "enhanced-fan-out"
	idRecoveryBound  = "recovery-bound"
	idPollInterval   = "poll-interval"
	idRelax          = "relax"
)

// Ids of warnings that a replay in on-demand mode has too.
const (
	IDOnDemandQuota = "on-demand-quota"
	IDOnDemandReads = "on-demand-reads"
)

// Pages that are not about one constraint.
const (
	pageCeilings    = "ceilings"
	pageAdvice      = "advice"
	pageAggregation = "aggregation"
	pageSkew        = "skew-and-burst"
	pagePrices      = "prices"
	pageScaling     = "scaling"
	pageShortfall   = "shortfall-ingest"
	pageFanOut      = "enhanced-fan-out-choice"
)

// pageOf answers the page of an id that is no constraint's.
func pageOf(id string) (string, bool) {
	switch id {
	case idFanOutUndecided:
		return pageFanOut, true
	case idStreamShards, idFanOutConsumers, idTooFewShards, idRecommendedAboveLimit, idShardQuota, idPartitionKeySize, idLargeRecord, idLatencyFloor,
		idRetentionOutage, idRetentionReprocess, idRetentionSurge, idReadsForAverage, idSkewHeadroom, idLambdaPoll, idInputUnused, idLambdaPayload, idLambdaConcurrency:
		return pageCeilings, true
	case idAggregate, idAggregationIdle:
		return pageAggregation, true
	case idSaltKeys:
		return pageSkew, true
	case idPriceUnknown, idCostTooLarge, idPricesOld:
		return pagePrices, true
	case idOnDemandShards, idOnDemandSpeed, IDOnDemandQuota, IDOnDemandReads:
		return pageScaling, true
	case idAccountWide:
		return pageShortfall, true
	case idCompress, idEnhancedFanOut, idRecoveryBound, idPollInterval, idParallelizationFactor, idRelax:
		return pageAdvice, true
	}
	return "", false
}

// TopicOf answers the page that explains an id of a plan: a constraint's, an
// obstacle's, a warning's or that of an advice. A consumer's name in the id may
// have dots.
func TopicOf(id string) (string, bool) {
	for k := range kinds {
		if d := &kinds[k]; !d.perConsumer && Kind(k).Topic() == id {
			return id, true
		}
	}
	for _, k := range []Kind{Outage, Reprocess, Latency, ConsumptionSpeed} {
		if name, ok := strings.CutPrefix(id, kinds[k].family+"."); ok && len(name) > len(kinds[k].suffix) && strings.HasSuffix(name, kinds[k].suffix) {
			return Kind(k).Topic(), true
		}
	}
	name, _, _ := strings.Cut(id, ".")
	return pageOf(name)
}
