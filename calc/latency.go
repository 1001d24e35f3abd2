package calc

// In this file S and P are the surge's and the peak's throughput, d the surge's
// duration and L a consumer's acceptable latency. Each function answers X, the
// user records a second that all shards together must drain for one consumer.
// A consumer that drains D a shard then needs X/D shards.

// recoveryRate bounds the time from the surge's end until the consumer has
// caught up. The backlog (S − N·D)·d drains at N·D − P within L, hence
// N·D = (S·d + P·L)/(d + L).
func recoveryRate(surge, peak, d, latency float64) float64 {
	return (surge*d + peak*latency) / (d + latency)
}

// delayRate bounds how long any record waits. One written at the surge's end
// waits S·d/(N·D) − d ≤ L, hence N·D = S·d/(d + L); and the peak must drain.
func delayRate(surge, peak, d, latency float64) float64 {
	return max(peak, surge*d/(d+latency))
}

// catchUpRate drains a backlog of records within T while traffic goes on:
// N·D = backlog/T + P.
func catchUpRate(backlog, within, peak float64) float64 {
	return backlog/within + peak
}

// surgeDelay answers how long the record waits that is written at the surge's
// end, when all shards together drain a rate: S·d/(N·D) − d.
func surgeDelay(surge, drained, d float64) float64 {
	return max(0, surge*d/drained-d)
}
