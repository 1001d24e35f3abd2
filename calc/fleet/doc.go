// Package fleet says of all streams of an account in a Region, or of several, what each is and
// should be, and what only the whole of them shows: enhanced fan-out that nobody reads, streams
// that nobody uses, whether On-demand Advantage pays, and what of the account's quotas they take.
//
// A caller looks at one stream after the other, and keeps no more than a row of each:
//
//	row, err := fleet.Look(ctx, &fleet.Subject{Basis: &basis, Workload: &workload})
//	answer := fleet.Of(rows, floors, &settings)
//
// The savings of alternatives are never added up. What is proposed is one plan: of each stream
// one mode, one number of shards and the consumers that stay, and of each Region whether it
// commits to On-demand Advantage; its savings are what all of that costs less than today.
package fleet
