package historyfile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model/unit"
)

// timesOf returns times from a first one on, by the steps between them: "5m×3 1m".
func timesOf(t testing.TB, first int64, steps string) []stamped {
	t.Helper()
	times := []stamped{{time: first}}
	for word := range strings.FieldsSeq(steps) {
		length, times0 := word, 1
		if l, n, ok := strings.Cut(word, "×"); ok {
			length = l
			fmt.Sscan(n, &times0)
		}
		d, err := unit.ParseDuration(length)
		if err != nil {
			t.Fatal(err)
		}
		for range times0 {
			times = append(times, stamped{time: times[len(times)-1].time + int64(d), row: int32(len(times)),
				line: int32(len(times) + 1)})
		}
	}
	return times
}

// shape returns what spans look like: "5m×3 1m×2", with the number of times of each;
// what is off the grid, by its place, behind a bar.
func shape(found spans, off []int) string {
	var words []string
	for _, s := range found {
		words = append(words, fmt.Sprintf("%s×%d", unit.Duration(s.period), s.count()))
	}
	text := strings.Join(words, " ")
	if len(off) > 0 {
		text += fmt.Sprint(" | ", off)
	}
	return text
}

func TestGrid(t *testing.T) {
	midnight := november.UnixNano()
	for _, c := range []struct{ name, steps, want string }{
		{"one time", "", "1m×1"},
		{"a minute", "1m×100", "1m×101"},
		{"five minutes", "5m×100", "5m×101"},
		{"three times of five minutes", "5m×2", "5m×3"},
		{"seconds", "1s×1000", "1s×1001"},
		{"ten seconds", "10s×100 30s 10s×5", "10s×107"},
		{"an hour", "1h×5", "1h×6"},
		{"days", "1d×30", "1d×31"},
		{"ninety seconds", "90s×20", "1m30s×21"},
		{"minutes with gaps", "1m×10 7m 1m×20 3h 1m×3", "1m×36"},
		{"minutes with many gaps", "5m 5m 3m 2m 10m 1m 4m 5m 15m", "1m×10"},
		{"minutes at odd distances", "17m 8m 31m 4m 90m", "1m×6"},
		{"minutes that begin by chance like five", "5m 10m 1m×5 3m 1m×30", "1m×39"},
		{"five minutes with gaps", "5m×10 15m 5m×20 1h 5m×3", "5m×36"},
		{"five minutes, most of them missing", "10m 15m 10m 25m 15m 10m 35m 10m 15m 20m", "5m×11"},
		{"an hour, then five minutes, then one", "1h×20 5m×24 1m×60", "1h×20 5m×24 1m×61"},
		{"a minute, then five", "1m×60 5m×24", "1m×60 5m×25"}, // the last of the minutes is the first of the five
		{"five minutes, then one, with gaps", "5m×12 25m 5m×12 6m 1m×30 9m 1m×30", "5m×26 1m×62"},
		{"minutes, then seconds", "1m×60 1s×300", "1m×60 1s×301"},
		{"a grid of its own", "5m×20 7m 5m×20", "5m×21 5m×21"},
		{"three times on a grid of their own", "5m×20 7m 5m×2", "5m×21 5m×3"},
		{"two times on a grid of their own", "5m×20 7m 5m", "5m×21 | [21 22]"},
		{"three minutes on a grid of their own", "1m×20 90s 1m×2", "1m×21 1m×3"},
		{"two minutes on a grid of their own", "1m×20 90s 1m", "1m×21 | [21 22]"},
		{"seven minutes", "1m×10 7m×30 1m×10", "1m×10 7m×30 1m×11"},
		{"two days", "2d×30", "1d×31"},
		{"two times, days apart", "2d", "1h×2"},
		{"three days", "3d×5", "1d×6"},
		{"a long gap", "1m×5 50d 1m×5", "1m×6 1m×6"},
		{"a gap within what is filled", "1m×5 45d 1m×5", "1m×12"},

		{"a minute that is a second early", "1m×3 59s 61s 1m×3", "1m×4 1m×4 | [4]"},
		{"with three times in all", "59s 61s", "1m×1 1m×1 | [1]"},
		{"a minute that is a second late", "1m×10 61s 59s 1m×10", "1m×11 1m×11 | [11]"},
		{"beside a gap", "1m×10 90s 90s 1m×10", "1m×11 1m×11 | [11]"},
		{"several", "1m×10 61s 59s 1m×10 30s 30s 1m×10 62s", "1m×11 1m×11 1m×11 | [11 23 35]"},
		{"at the beginning", "90s 1m×20", "1m×21 | [0]"},
		{"at the end", "1m×20 59s", "1m×21 | [21]"},
		{"half a second", "1m×20 59500ms 60500ms 1m×5", "1m×21 1m×6 | [21]"},
		{"in five minutes", "5m×30 6m 4m 5m×30", "5m×31 5m×31 | [31]"},
		{"two in a row", "1m×20 61s 1m 59s 1m×20", "1m×21 1m×21 | [21 22]"},
		{"without room", "5m×20 3m 5m×20", "5m×21 | [21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41]"},
		{"no grid, but a second", strings.Repeat("57s 58s 59s 62s 61s 63s ", 4) + "1s", ""},
		{"parts of a second", "1500ms×20", ""},
		{"no grid at all", "57s 62s 61s 58s 63s 59s", "1m×1 1m×1 1m×1 | [1 2 4 5]"},
	} { // "" is anything with times off the grid
		for _, first := range []int64{midnight, midnight + 3*minute, midnight + 7*second, midnight + 1e8} {
			times := timesOf(t, first, c.steps)
			found, off := grid(times, nil)
			if got := shape(found, off); got != c.want && (c.want != "" || len(off) == 0) {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
			consistent(t, times, found, off)
		}
	}
}

// A period that few ask for needs evidence of thirty to one against those that many
// do, one that CloudWatch's users hardly ever ask for of a thousand to one. Each step
// over k shorter periods is evidence of k to one.
func TestEvidenceOfUncommonPeriods(t *testing.T) {
	for steps, want := range map[string]string{
		"15m×3": "5m×4", "15m×4": "15m×5", // 27 and 81 to one against 5m
		"10m×4": "5m×5", "10m×5": "10m×6", // 16 and 32
		"25m×4": "5m×5", "25m×5": "25m×6", // 625 and 3125
		"11m×2": "1m×3", "11m×3": "11m×4", // 121 and 1331 against 1m
		"40m×5": "20m×6", "40m×6": "40m×7", // 32 and 64, times thirty, against 20m
	} {
		found, off := grid(timesOf(t, november.UnixNano(), steps), nil)
		if got := shape(found, off); got != want {
			t.Errorf("%s: %s, want %s", steps, got, want)
		}
	}
}

// consistent reports that every time is in one span, on its grid, or off it, and
// that no span reaches into the next.
func consistent(t testing.TB, times []stamped, found spans, off []int) {
	t.Helper()
	seen := slices.Clone(off)
	for i, s := range found {
		if s.period%second != 0 || s.period > day {
			t.Errorf("a period of %s", unit.Duration(s.period))
		}
		for at := s.first; at <= s.last; at++ {
			seen = append(seen, at)
			if (times[at].time-s.start)%s.period != 0 {
				t.Errorf("%d is not on its grid", at)
			}
		}
		if len(off) == 0 && i > 0 && found[i-1].end(times) > s.start {
			t.Errorf("span %d reaches into the next", i-1)
		}
	}
	slices.Sort(seen)
	if len(seen) != len(times) || len(slices.Compact(seen)) != len(times) {
		t.Errorf("%d times, of %d", len(seen), len(times))
	}
}

// A series that is too sparse to tell goes by the whole file; one that is not
// goes by itself.
func TestGridOfASeries(t *testing.T) {
	midnight := november.UnixNano()
	whole, _ := grid(timesOf(t, midnight, "5m×100 1m×100"), nil)
	change := 500 * minute // when minutes begin
	for _, c := range []struct {
		name  string
		first int64
		steps string
		want  string
	}{
		{"one time in the older part", 100 * minute, "", "5m×1"},
		{"one in the newer part", change + 7*minute, "", "1m×1"},
		{"before all", -hour, "", "5m×1"},
		{"like five minutes", change + 5*minute, "5m 5m 10m", "1m×4"},
		{"like an hour", 0, "1h×2", "5m×3"},
		{"across the change", 100 * minute, "100m 250m 60m 10m 13m", "5m×3 1m×3"},
		{"one on each side", 300 * minute, "220m", "5m×1 1m×1"},
		{"five minutes all along", 0, "5m×118", "5m×119"},
		{"five minutes in the newer part", change, "5m×19", "5m×20"},
	} {
		times := timesOf(t, midnight+c.first, c.steps)
		found, off := grid(times, whole)
		if got := shape(found, off); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		consistent(t, times, found, off)
	}
}

// A period that nobody asks for is that of a sparse series if it is the file's.
func TestGridOfASeriesWithAnUnusualPeriod(t *testing.T) {
	midnight := november.UnixNano()
	whole, _ := grid(timesOf(t, midnight, "7m×40 1m×100"), nil)
	for steps, want := range map[string]string{"": "7m×1", "140m": "7m×2", "140m 150m": "7m×2 1m×1"} {
		times := timesOf(t, midnight, steps)
		found, off := grid(times, whole)
		if got := shape(found, off); got != want {
			t.Errorf("%s: %s, want %s", steps, got, want)
		}
	}
}

// drawn returns times on a grid, of which each is there with a probability.
func drawn(random *rand.Rand, first, period int64, n int, probability float64) (times []stamped) {
	for i := range n {
		if random.Float64() < probability {
			times = append(times, stamped{time: first + int64(i)*period})
		}
	}
	return times
}

// Minutes stay minutes, however few of them are written in. (The seeds are fixed:
// 1 of 100 may be wrong where there are a dozen points.)
func TestSparseMinutesStayMinutes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{60, 1440, 20_160} {
		for _, probability := range []float64{0.001, 0.01, 0.05, 0.2, 0.5, 0.9} {
			wrong, tries := 0, 0
			for range 100 {
				times := drawn(random, november.UnixNano(), minute, n, probability)
				if len(times) < 10 {
					continue
				}
				tries++
				found, off := grid(times, nil)
				consistent(t, times, found, off)
				if len(off) > 0 {
					t.Fatalf("%d of %d minutes: %s", len(times), n, shape(found, off))
				}
				if slices.ContainsFunc(found, func(s span) bool { return s.period != minute }) {
					wrong++
				}
			}
			if wrong*50 > tries {
				t.Errorf("each of %d minutes with %g: %d of %d wrong", n, probability, wrong, tries)
			}
		}
	}
}

// Parts of several periods are told apart, gaps or not.
func TestPartsAreToldApart(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, probability := range []float64{0.9, 0.97, 1} {
		for _, n := range []int{12, 100} {
			for range 100 {
				first := november.UnixNano()
				second := first + int64(n)*hour
				third := second + int64(n)*5*minute
				times := slices.Concat(drawn(random, first, hour, n, probability),
					drawn(random, second, 5*minute, n, probability), drawn(random, third, minute, n, probability))
				found, off := grid(times, nil)
				consistent(t, times, found, off)
				var periods []int64
				for _, s := range found {
					periods = append(periods, s.period)
				}
				if diff := cmp.Diff([]int64{hour, 5 * minute, minute}, periods); diff != "" || len(off) > 0 {
					t.Errorf("%g of %d: %s", probability, n, shape(found, off))
				}
			}
		}
	}
}
