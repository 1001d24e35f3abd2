package fleet

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model/unit"
)

// Order is how rows are ordered.
type Order string

// The orders.
const (
	ByRisk    Order = "risk"    // what is too small first, then by money
	BySavings Order = "savings" // what saves the most first
	ByCost    Order = "cost"    // what costs the most first
	ByStream  Order = "name"
)

// Orders returns all orders, the default first.
func Orders() []Order { return []Order{ByRisk, BySavings, ByCost, ByStream} }

// Query says which rows of an answer are shown, and in which order. It changes no total.
type Query struct {
	Filters []Filter // all of which hold
	Saves   unit.USD // at least; what is too small is shown all the same
	Order   Order
	Top     int // 0 for all
}

// Filter is what a row has to be like. The value is a pattern with * and ?; "" is anything.
type Filter struct{ Key, Tag, Pattern string }

// FilterKeys returns what rows can be filtered by.
func FilterKeys() []string {
	return []string{"tag", "name", "region", "account", "owner", "verdict", "mode"}
}

// ParseFilter reads a filter: tag=KEY, tag=KEY=PATTERN, or one of the other keys with a pattern.
func ParseFilter(text string) (Filter, error) {
	key, rest, ok := strings.Cut(text, "=")
	f := Filter{Key: key, Pattern: rest}
	if !ok || rest == "" || !slices.Contains(FilterKeys(), key) {
		return f, fmt.Errorf("%q is no filter", text)
	}
	if key == "tag" {
		f.Tag, f.Pattern, _ = strings.Cut(rest, "=")
	}
	if _, err := path.Match(f.Pattern, ""); err != nil {
		return f, fmt.Errorf("%q is no pattern", f.Pattern)
	}
	return f, nil
}

// matches reports whether a row is like a filter.
func (f Filter) matches(r *Row) bool {
	like := func(text string) bool {
		if f.Pattern == "" {
			return true
		}
		ok, err := path.Match(f.Pattern, text)
		return ok && err == nil
	}
	switch f.Key {
	case "tag":
		return slices.ContainsFunc(r.Tags, func(t Tag) bool { return t.Key == f.Tag && like(t.Value) })
	case "name":
		return like(string(r.Stream))
	case "region":
		return like(string(r.Region))
	case "account":
		return like(r.Account)
	case "owner":
		return like(r.Owner)
	case "verdict":
		return like(string(r.Verdict))
	}
	return like(string(r.Now.Mode.Value))
}

// Select orders the rows of an answer and takes out those that a query does not ask for. The
// totals stay those of all.
func (a *Answer) Select(q *Query) {
	all := len(a.Streams) + a.Hidden
	a.Streams = slices.DeleteFunc(slices.Clone(a.Streams), func(r Row) bool { return !q.shows(&r) })
	slices.SortStableFunc(a.Streams, q.compare)
	if q.Top > 0 && len(a.Streams) > q.Top {
		a.Streams = a.Streams[:q.Top]
	}
	a.Hidden = all - len(a.Streams)
}

// shows reports whether a row is asked for.
func (q *Query) shows(r *Row) bool {
	for _, f := range q.Filters {
		if !f.matches(r) {
			return false
		}
	}
	return q.Saves == 0 || r.risk() < calm || r.Saves.Known && r.Saves.Value >= q.Saves
}

// calm is the risk of what has room enough.
const calm = 2

// risk returns how urgent a row is, 0 the most.
func (r *Row) risk() int {
	switch r.Verdict {
	case DoesNotFit:
		return 0
	case TooFew:
		return 1
	}
	return calm
}

// compare orders two rows.
func (q *Query) compare(a, b Row) int {
	money := func(r *Row) unit.USD {
		if q.Order == ByCost {
			return r.Now.Monthly.Value
		}
		return r.Saves.Value
	}
	order := 0
	switch q.Order {
	case BySavings, ByCost:
		order = cmp.Compare(money(&b), money(&a))
	case ByStream:
	default:
		order = cmp.Or(cmp.Compare(a.risk(), b.risk()), compareOdds(&a, &b), cmp.Compare(money(&b), money(&a)),
			cmp.Compare(a.doubt(), b.doubt()))
	}
	return cmp.Or(order, cmp.Compare(a.Stream, b.Stream), byName(a, b))
}

// compareOdds orders what is too small by the odds of today.
func compareOdds(a, b *Row) int {
	if a.risk() >= calm {
		return 0
	}
	return cmp.Compare(a.Odds.Value.Holds, b.Odds.Value.Holds)
}

// doubt orders what saves nothing: first what somebody should look at.
func (r *Row) doubt() int {
	switch r.Verdict {
	case Undecided, Resharded:
		return 0
	}
	return 1
}
