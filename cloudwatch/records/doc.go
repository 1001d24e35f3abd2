// Package records reads records of a stream, to count them: as few as a plan says, so slowly
// that production consumers keep most of a shard's read limits, and only by calls that read.
package records
