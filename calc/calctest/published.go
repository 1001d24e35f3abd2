package calctest

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// published are numbers that others published, each with its source, and what is
// expected instead of those that are wrong.
//
//go:embed testdata/published.csv
var published string

// wrongCosts are the rows of numbers that are wrong and about money.
var wrongCosts = []string{"wrong-put-day", "wrong-extended"}

// PublishedCosts checks that there is a test for each row of testdata/published.csv
// that is about money, by its id, and runs them.
func PublishedCosts(t *testing.T, tests map[string]func(*testing.T)) {
	runPublished(t, tests, true)
}

// PublishedShards is [PublishedCosts] for the rows about shards or behaviour.
func PublishedShards(t *testing.T, tests map[string]func(*testing.T)) {
	runPublished(t, tests, false)
}

func runPublished(t *testing.T, tests map[string]func(*testing.T), aboutMoney bool) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(published)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, row := range rows[1:] {
		id, kind := row[0], row[1]
		if (kind == "cost" || slices.Contains(wrongCosts, id)) != aboutMoney {
			continue
		}
		if tests[id] == nil {
			t.Errorf("%s (%s) has no test", id, kind)
			continue
		}
		tested++
		t.Run(id, tests[id])
	}
	if tested != len(tests) {
		t.Errorf("%d rows are tested by %d tests", tested, len(tests))
	}
}
