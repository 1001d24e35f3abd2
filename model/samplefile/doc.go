// Package samplefile reads and writes samples of streams: JSON whose schema is
// kcalc.sample/v1, with a line for each shard and each key. The same sample is the same
// text, whatever the order in which its records were read.
package samplefile
