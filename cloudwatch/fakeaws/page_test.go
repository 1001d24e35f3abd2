package fakeaws

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
	"github.com/kcalc/kcalc/model"
)

// fetchPage makes one call.
func fetchPage(t *testing.T, c *api.Client, in *api.GetMetricDataInput) *api.GetMetricDataOutput {
	t.Helper()
	out, err := c.GetMetricData(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// However an answer is cut up and ordered, it is the same points once each, on
// pages that are no larger than was asked for.
func TestBehaviour(t *testing.T) {
	asked := []model.SeriesID{records, size, {Level: model.ConsumerLevel, Metric: model.SubscribedBytes,
		Owner: "nobody"}, behind, shard}
	s := Start(t, now, orders())
	whole, _ := fetch(t, client(s.URL()), ask(asked...))
	for _, order := range []Order{AsAsked, Ascending, Descending, Shuffled} {
		for points := 1; points <= 19; points++ {
			for flags := range 4 {
				b := Behaviour{Order: order, Seed: uint64(points), PagePoints: points, SilentCuts: flags&1 != 0,
					Repeats: flags&2 != 0}
				s.Behave(b)
				got, status := fetch(t, client(s.URL()), ask(asked...))
				if !maps.EqualFunc(got, whole, maps.Equal) {
					t.Fatalf("%+v: %v\nwant %v", b, got, whole)
				}
				for id, last := range status {
					if last != types.StatusCodeComplete {
						t.Fatalf("%+v: %s ends %s", b, id, last)
					}
				}
			}
		}
	}
}

// Pages have what they are said to have: 9 points of records, then 5 of size, at
// most 4 a page.
func TestPages(t *testing.T) {
	type result struct {
		id     string
		points int
		status types.StatusCode
	}
	const complete, partial = types.StatusCodeComplete, types.StatusCodePartialData
	for name, test := range map[string]struct {
		behaviour Behaviour
		want      [][]result
	}{
		"as documented": {Behaviour{PagePoints: 4}, [][]result{
			{{"q0", 4, partial}}, {{"q0", 4, partial}}, {{"q0", 1, complete},
				{"q1", 3, partial}}, {{"q1", 2, complete}}}},
		"silent": {Behaviour{PagePoints: 4, SilentCuts: true}, [][]result{
			{{"q0", 4, complete}}, {{"q0", 4, complete}}, {{"q0", 1, complete},
				{"q1", 3, complete}}, {{"q1", 2, complete}}}},
		"repeating": {Behaviour{PagePoints: 4, Repeats: true}, [][]result{
			{{"q0", 4, partial}}, {{"q0", 4, partial}}, {{"q0", 1, complete}, {"q1", 3, partial}}, {{"q0", 0, complete},
				{"q1", 2, complete}}}},
		"one page": {Behaviour{}, [][]result{{{"q0", 9, complete}, {"q1", 5, complete}}}},
		"cut between": {Behaviour{PagePoints: 9}, [][]result{
			{{"q0", 9, complete}}, {{"q1", 5, complete}}}},
	} {
		s := Start(t, now, orders())
		s.Behave(test.behaviour)
		var got [][]result
		pages := api.NewGetMetricDataPaginator(client(s.URL()), ask(records, size))
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var results []result
			for _, r := range page.MetricDataResults {
				results = append(results, result{*r.Id, len(r.Values), r.StatusCode})
			}
			got = append(got, results)
		}
		if !slices.EqualFunc(got, test.want, slices.Equal) {
			t.Errorf("%s: %v\nwant %v", name, got, test.want)
		}
	}
}

// A page has at most 100,800 points, or as many as were asked for.
func TestMostPoints(t *testing.T) {
	h := &model.History{Stream: "orders"}
	for range 5 {
		h.Series = append(h.Series, minutes(model.SeriesID{Level: model.ShardLevel, Metric: model.IncomingRecords,
			Owner: "shardId-00000000000" + string(rune('0'+len(h.Series)))}, now.Add(-14*day), make([]float64, 14*24*60)...))
	}
	ids := make([]model.SeriesID, 5)
	for i := range ids {
		ids[i] = h.Series[i].SeriesID
	}
	in := ask(ids...)
	in.MetricDataQueries = append(in.MetricDataQueries, ask(ids...).MetricDataQueries...)
	for i := range in.MetricDataQueries {
		in.MetricDataQueries[i].Id = aws.String("q" + string(rune('a'+i)))
	}
	in.StartTime, in.EndTime = aws.Time(now.Add(-14*day)), &now
	c := client(Start(t, now, h).URL())
	count := func(out *api.GetMetricDataOutput) (n int) {
		for _, r := range out.MetricDataResults {
			n += len(r.Values)
		}
		return n
	}
	for _, most := range []int32{100_800, 1_440, 1} {
		in.MaxDatapoints = &most
		if out := fetchPage(t, c, in); count(out) != int(most) || out.NextToken == nil {
			t.Errorf("%d points of at most %d", count(out), most)
		}
	}
	in.MaxDatapoints = nil
	if out := fetchPage(t, c, in); count(out) != 100_800 || out.NextToken == nil {
		t.Errorf("%d points on a page", count(out))
	}
	if points, _ := fetch(t, c, in); len(points) != 10 || len(points["qj"]) != 20_160 {
		t.Errorf("%d series, %d points of the last", len(points), len(points["qj"]))
	}
}

// Points come in the order that was asked for, unless the server is told another.
func TestOrder(t *testing.T) {
	s := Start(t, now, orders())
	c := client(s.URL())
	order := func(b Behaviour, by types.ScanBy) []time.Time {
		s.Behave(b)
		in := ask(records)
		in.ScanBy = by
		return fetchPage(t, c, in).MetricDataResults[0].Timestamps
	}
	ascending := func(times []time.Time) bool { return slices.IsSortedFunc(times, time.Time.Compare) }
	descending := func(times []time.Time) bool {
		return slices.IsSortedFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	}
	for name, ok := range map[string]bool{
		"nothing said":            descending(order(Behaviour{}, "")),
		"descending":              descending(order(Behaviour{}, types.ScanByTimestampDescending)),
		"ascending":               ascending(order(Behaviour{}, types.ScanByTimestampAscending)),
		"descending all the same": descending(order(Behaviour{Order: Descending}, types.ScanByTimestampAscending)),
		"ascending all the same":  ascending(order(Behaviour{Order: Ascending}, "")),
	} {
		if !ok {
			t.Errorf("%s: not so", name)
		}
	}
	shuffled := order(Behaviour{Order: Shuffled, Seed: 1}, "")
	if ascending(shuffled) || descending(shuffled) ||
		slices.Equal(shuffled, order(Behaviour{Order: Shuffled, Seed: 2}, "")) {
		t.Errorf("not shuffled: %v", shuffled)
	}
	if !slices.Equal(shuffled, order(Behaviour{Order: Shuffled, Seed: 1}, "")) {
		t.Error("a seed is two orders")
	}
	s.Behave(Behaviour{Order: Shuffled, Seed: 3})
	if results := fetchPage(t, c, ask(records, size, behind, shard)).MetricDataResults; *results[0].Id == "q0" &&
		*results[1].Id == "q1" && *results[2].Id == "q2" {
		t.Error("the results are in the order of the queries")
	}
}

// A NextToken that never ends is another one each time.
func TestEndless(t *testing.T) {
	s := Start(t, now, orders())
	s.Behave(Behaviour{Endless: true})
	in, seen := ask(records), map[string]bool{}
	for range 50 {
		out := fetchPage(t, client(s.URL()), in)
		if out.NextToken == nil || seen[*out.NextToken] {
			t.Fatalf("after %d pages: %v", len(seen), out.NextToken)
		}
		if len(seen) > 0 && len(out.MetricDataResults) > 0 {
			t.Fatalf("a result after the last: %v", out.MetricDataResults)
		}
		seen[*out.NextToken] = true
		in.NextToken = out.NextToken
	}
}

// A token is good for its own request, as often as the client needs it: an
// answer can get lost.
func TestTokens(t *testing.T) {
	s := Start(t, now, orders())
	s.Behave(Behaviour{PagePoints: 4})
	c := client(s.URL())
	in := ask(records)
	in.NextToken = fetchPage(t, c, in).NextToken
	first, again := fetchPage(t, c, in), fetchPage(t, c, in)
	if !slices.Equal(first.MetricDataResults[0].Values, []float64{16, 8, 4, 2}) ||
		!slices.Equal(again.MetricDataResults[0].Values, first.MetricDataResults[0].Values) {
		t.Errorf("%v, then %v", first.MetricDataResults[0].Values, again.MetricDataResults[0].Values)
	}
	in.NextToken = first.NextToken
	for range 2 {
		if last := fetchPage(t, c, in); len(last.MetricDataResults) != 1 ||
			!slices.Equal(last.MetricDataResults[0].Values, []float64{1}) || last.NextToken != nil {
			t.Errorf("the last page: %v", last.MetricDataResults)
		}
	}
	other := ask(size)
	other.NextToken = in.NextToken
	made := ask(records)
	made.NextToken = aws.String("page-99")
	for _, wrong := range []*api.GetMetricDataInput{other, made} {
		_, err := c.GetMetricData(t.Context(), wrong)
		var refusal *types.InvalidNextToken
		if !errors.As(err, &refusal) || smithy.APIError(refusal).ErrorCode() != "InvalidNextToken" ||
			refusal.ErrorMessage() == "" {
			t.Error(err)
		}
	}
}

// A query that only serves others has no result.
func TestReturnData(t *testing.T) {
	in := ask(records, size)
	in.MetricDataQueries[0].ReturnData = aws.Bool(false)
	in.MetricDataQueries[1].ReturnData = aws.Bool(true)
	in.MetricDataQueries[1].Label = aws.String("how much")
	out := fetchPage(t, client(Start(t, now, orders()).URL()), in)
	if len(out.MetricDataResults) != 1 || *out.MetricDataResults[0].Id != "q1" ||
		*out.MetricDataResults[0].Label != "how much" {
		t.Errorf("%v", out.MetricDataResults)
	}
}

// Results are spoiled so many times, and all comes in the end.
func TestSpoil(t *testing.T) {
	for how, half := range map[Spoiling]int{Missing: 0, InternalError: 0, Forbidden: 0, PartialData: 4} {
		s := Start(t, now, orders())
		s.Spoil(records, how, 2)
		for round := range 3 {
			points, status := fetch(t, client(s.URL()), ask(records, size))
			want, last := half, types.StatusCode(how)
			if how == Missing {
				last = ""
			}
			if round == 2 {
				want, last = 9, types.StatusCodeComplete
			}
			if len(points["q0"]) != want || status["q0"] != last {
				t.Errorf("%s, round %d: %d points, %q", how, round, len(points["q0"]), status["q0"])
			}
			if len(points["q1"]) != 5 || status["q1"] != types.StatusCodeComplete {
				t.Errorf("%s, round %d, spoils others: %v", how, round, points)
			}
		}
	}
}

// Zero times is always, and the zero series is all.
func TestSpoilAlways(t *testing.T) {
	s := Start(t, now, orders())
	s.Spoil(model.SeriesID{}, InternalError, 0)
	for range 5 {
		_, status := fetch(t, client(s.URL()), ask(records, size))
		if len(status) != 2 || status["q0"] != types.StatusCodeInternalError ||
			status["q1"] != types.StatusCodeInternalError {
			t.Fatalf("%v", status)
		}
	}
}

// What a page lacks comes on the next one, if there is one.
func TestSpoilOnAPage(t *testing.T) {
	for _, how := range []Spoiling{Missing, InternalError, PartialData} {
		s := Start(t, now, orders())
		s.Behave(Behaviour{PagePoints: 8, Repeats: true})
		s.Spoil(behind, how, 1)
		points, status := fetch(t, client(s.URL()), ask(behind, records))
		if len(points["q0"]) != 3 || len(points["q1"]) != 9 || status["q0"] != types.StatusCodeComplete {
			t.Errorf("%s: %v, %v", how, points, status)
		}
		if n := len(s.Calls()); n != 2 {
			t.Errorf("%s: %d calls", how, n)
		}
	}
}
