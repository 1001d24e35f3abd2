// Package calctest has what the tests of the formulas, of costs and of plans share:
// workloads written in a line, workloads drawn at random, what others published, and
// checks of notices and of contexts.
package calctest
