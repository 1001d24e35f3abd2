package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// A stream may have 1,000 consumers. What a table says of each of them is cut, and the table
// says so; the other formats have all of it.
const (
	mostConsumerRows = 40 // of a table
	mostOfAKind      = 5  // warnings, and reasons, that differ in the consumer alone
	mostNames        = 20 // of inputs
)

// largest returns the indices of a number of rows that are the first by an order, in the
// order of the rows.
func largest(rows, most int, order func(a, b int) int) []int {
	list := make([]int, rows)
	for i := range list {
		list[i] = i
	}
	if rows <= most {
		return list
	}
	slices.SortStableFunc(list, order)
	list = list[:most]
	slices.Sort(list)
	return list
}

// constraintRows returns which constraints a table shows: all of those that are not about one
// consumer, and those of consumers that use the most, what binds and what no count satisfies
// first.
func constraintRows(p *model.Plan) []int {
	all := 0
	for i := range p.Constraints {
		if !p.Constraints[i].Consumer.Known {
			all++
		}
	}
	return largest(len(p.Constraints), all+mostConsumerRows, func(a, b int) int {
		x, y := &p.Constraints[a], &p.Constraints[b]
		return cmp.Or(first(!x.Consumer.Known, !y.Consumer.Known), first(!x.Need.Known, !y.Need.Known),
			first(x.Binding, y.Binding), cmp.Compare(y.Utilization.Value, x.Utilization.Value))
	})
}

// first orders what something is true of before what it is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// fewOfAKind returns the notices with at most some of those that differ in the consumer alone,
// and a sentence for each kind on how many more there are.
func fewOfAKind(list []notice.Notice) (few []notice.Notice, more []string) {
	count := map[string]int{}
	var kinds []string
	for _, n := range list {
		kind, _, named := strings.Cut(n.ID, ".")
		if named {
			count[kind]++
		}
		if count[kind] <= mostOfAKind || !named {
			few = append(few, n)
		} else if count[kind] == mostOfAKind+1 {
			kinds = append(kinds, kind)
		}
	}
	for _, kind := range kinds {
		more = append(more, fmt.Sprintf("And %s more of %s (-o json).", number(count[kind]-mostOfAKind), kind))
	}
	return few, more
}

// moreItems returns sentences as items behind some others.
func moreItems(items []item, bullet string, tone color.Attribute, more []string) []item {
	for _, text := range more {
		items = append(items, item{bullet, tone, text})
	}
	return items
}

// names joins names, with how many more there are.
func names(list []string) string {
	if rest := len(list) - mostNames; rest > 1 {
		return strings.Join(list[:mostNames], ", ") + " and " + unit.Grouped(float64(rest), 0) + " more"
	}
	return strings.Join(list, ", ")
}
