package main

import (
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/fit/fittest"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/notice"
)

// answered is the part of an answer in JSON that the tests look at.
type answered struct {
	Schema, Stream, Region, Source, Verdict string
	Shards                                  struct{ Minimum, Recommended, Current int }
	Binding                                 []string
	Inputs                                  []struct {
		Name, Source string
		Value        any
	}
	Evidence struct {
		Undecided []notice.Notice
		Warnings  []notice.Notice
		Window    struct{ From, To time.Time }
	}
	Scaling *struct {
		Verdict string
		Calls   []int
		Saves   string `json:"saves_monthly_usd"`
	}
	Today struct {
		Mode    string
		Shards  int
		Monthly string `json:"monthly_usd"`
	}
	Cost *struct {
		Monthly string `json:"monthly_usd"`
	}
	Warnings []notice.Notice
	Next     []string
}

// recommended runs recommend and returns what it says in JSON.
func recommended(t *testing.T, want int, args ...string) answered {
	t.Helper()
	code, out, complaints := session(t.Context(), append([]string{"recommend", "-o", "json"}, args...)...)
	var a answered
	if err := json.Unmarshal([]byte(out), &a); code != want || err != nil {
		t.Fatalf("%v: exit code %d, not %d; %v\n%s", args, code, want, err, complaints)
	}
	return a
}

// sources are the inputs by name, with value and source.
func (a *answered) sources() map[string]string {
	inputs := map[string]string{}
	for _, in := range a.Inputs {
		text, isText := in.Value.(string)
		if !isText {
			text = strconv.FormatFloat(in.Value.(float64), 'g', -1, 64)
		}
		inputs[in.Name] = text + " " + in.Source
	}
	return inputs
}

// saved writes a history to a file of that name in a folder of its own.
func saved(t *testing.T, name string, h *model.History) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := historyfile.Write(f, h); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// monday is when the histories of the tests begin.
var monday = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

// planted is a fortnight of a stream with 40 shards and two readers. Its peak of
// 15,450 records/s, at 14:00, needs 16 of them, and 20 at 80 % utilization. In the
// night of the second Thursday there is a surge of three times the usual.
func planted() *fittest.Stream {
	return &fittest.Stream{
		Start:     monday,
		Parts:     []fittest.Part{{Length: fortnight, Period: time.Minute}},
		Rate:      10_300,
		Size:      512,
		Noise:     0.03,
		Waves:     []fittest.Wave{{PerDay: 1, Amplitude: 0.5, Hour: 14}},
		Surges:    []fittest.Surge{{Start: monday.Add(10*24*time.Hour + 20*time.Hour), Length: 20 * time.Minute, Times: 3}},
		Consumers: fittest.Consumers{Standard: 2},
	}
}

const fortnight = 14 * 24 * time.Hour

// provisioned is the history of a stream with 40 shards in us-east-1.
func provisioned(s *fittest.Stream) *model.History {
	h := s.History()
	h.Region = "us-east-1"
	h.Configuration.Value.OpenShards, h.Configuration.Value.Shards = model.Known(40), model.Maybe[[]model.Shard]{}
	return h
}

func plantedFile(t *testing.T, s *fittest.Stream) string {
	t.Helper()
	return saved(t, "orders.json", provisioned(s))
}

// newOrders is an account with a stream of so many shards, whose history of a
// month is like the one of the files.
func newOrders(t *testing.T, shards int32) *awsOf {
	t.Helper()
	a := newAWS(t, shards)
	seconds, _ := strconv.ParseInt(today, 10, 64)
	now := time.Unix(seconds, 0).UTC()
	s := planted()
	s.Start, s.Parts = now.AddDate(0, 0, -30), []fittest.Part{{Length: 30 * 24 * time.Hour, Period: time.Minute}}
	s.Consumers.Functions, s.Consumers.Duration = []model.Function{{Name: "enrich"}}, 100*time.Millisecond
	a.planted = s.History()
	a.planted.Stream = model.Name(a.stream)
	a.cloudwatch = fakeaws.Start(t, now, a.planted)
	a.metrics = fakeaws.StartProxy(t, a.cloudwatch.URL())
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH", a.metrics.URL())
	return a
}

// What was fetched and saved gives the same answer as the stream itself, to the
// byte, but for where it is from: here the file is called as that is.
func TestRecommendLiveIsRecommendSaved(t *testing.T) {
	a := newOrders(t, 3)
	t.Chdir(t.TempDir())
	const file = "CloudWatch"
	for _, window := range [][]string{nil, {"--since", "3d"}, {"--since", "20d", "--until", "2026-11-20"},
		{"--since", "6h"}} {
		if code, _, complaints := session(t.Context(),
			append([]string{"history", "fetch", "--stream", a.stream, "--save", file}, window...)...); code != 0 {
			t.Fatal(complaints)
		}
		for _, format := range report.Formats() {
			for _, declared := range [][]string{nil, {"--consumer", "fraud,speed=5000,latency=30s", "--peak", "90k"},
				{"--consumers", "6"}} {
				args := append([]string{"recommend", "-o", string(format)}, declared...)
				code, live, complaints := session(t.Context(), append(append(args, "--stream", a.stream), window...)...)
				again, fromFile, _ := session(t.Context(), append(args, "--history", file)...)
				live, fromFile = replayCommand.ReplaceAllString(live, ""),
					replayCommand.ReplaceAllString(fromFile, "") // which names the one or the other
				if code != again || live != fromFile || live == "" || complaints != "" {
					t.Errorf("%v: exit codes %d and %d, %s%s", args, code, again, complaints, cmp.Diff(live, fromFile))
				}
			}
		}
	}
	if err := os.Rename(file, "orders.json"); err != nil {
		t.Fatal(err)
	}
	if live, fromFile := recommended(t, 0, "--stream", a.stream),
		recommended(t, 0, "--history", "orders.json"); live.Source != "CloudWatch" || fromFile.Source != "orders.json" {
		t.Errorf("from %s and %s", live.Source, fromFile.Source)
	}
}

// replayCommand is the command that replays what an answer rests on, over the lines
// that it takes.
var replayCommand = regexp.MustCompile(`kcalc replay.*(\n {3}.*)*`)

// What could not be read of a stream is told in both answers.
func TestRecommendLiveWithoutPermission(t *testing.T) {
	a := newOrders(t, 3)
	a.streams.Inject(fakeaws.Fault{Kind: fakeaws.Denied, Operation: "ListShards"})
	t.Chdir(t.TempDir())
	if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save",
		"CloudWatch"); code != 0 {
		t.Fatal(complaints)
	}
	live, fromFile := recommended(t, 0, "--stream", a.stream), recommended(t, 0, "--history", "CloudWatch")
	for _, r := range []*answered{&live, &fromFile} {
		r.Next = slices.DeleteFunc(r.Next, replayCommand.MatchString)
	}
	if diff := cmp.Diff(live, fromFile); diff != "" {
		t.Error(diff)
	}
	for _, list := range [][]notice.Notice{live.Warnings, live.Evidence.Warnings} {
		if !strings.Contains(warningText(list), "permission-missing kinesis:ListShards is not allowed") {
			t.Errorf("%+v", list)
		}
	}
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Denied})
	code, out, complaints := session(t.Context(), "recommend", "--stream", a.stream)
	if code != exitFailed || out != "" || !strings.Contains(complaints, "kcalc: cloudwatch:GetMetricData: access denied") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
}

func warningText(list []notice.Notice) string {
	var b strings.Builder
	for _, w := range list {
		b.WriteString(w.ID + " " + w.Message + "\n")
	}
	return b.String()
}

// The Region of a stream is the one that is declared, by a flag or a file.
func TestRecommendLiveRegion(t *testing.T) {
	a := newOrders(t, 1)
	file := filepath.Join(t.TempDir(), "orders.yaml")
	if err := os.WriteFile(file, []byte("region: ap-south-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := recommended(t, 0, "--stream", a.stream); got.Region != "us-east-1" ||
		got.sources()["region"] != "us-east-1 measured" || got.Today.Shards != 1 || got.Today.Mode != "provisioned" {
		t.Errorf("%+v", got)
	}
	for _, declared := range [][]string{{"--region", "ap-south-1"}, {"-f", file}} { // where there is no such stream
		code, out, complaints := session(t.Context(), append([]string{"recommend", "--stream", a.stream}, declared...)...)
		if code != exitFailed || out != "" || !strings.Contains(complaints, "ap-south-1 has no stream "+a.stream) {
			t.Errorf("%v: exit code %d\n%s%s", declared, code, out, complaints)
		}
	}
}

// A part of a file is answered as a file of that part: times are held against
// the end of the file, not against now.
func TestRecommendPartOfAHistory(t *testing.T) {
	longer := planted()
	longer.Parts[0].Length = 30 * 24 * time.Hour // more than --since is by itself
	whole := plantedFile(t, longer)
	end := monday.AddDate(0, 0, 30)
	for name, c := range map[string]struct {
		flags    []string
		from, to time.Time
	}{
		"a length before the end": {[]string{"--since", "3d"}, end.AddDate(0, 0, -3), end},
		"a day":                   {[]string{"--since", "2026-11-10"}, monday.AddDate(0, 0, 8), end},
		"a time": {[]string{"--since", "2026-11-10T06:00+01:00"}, monday.AddDate(0, 0, 8).Add(5 * time.Hour),
			end},
		"up to a time":       {[]string{"--until", "2026-11-12"}, monday, monday.AddDate(0, 0, 10)},
		"up to a length":     {[]string{"--until", "4d"}, monday, end.AddDate(0, 0, -4)},
		"both":               {[]string{"--since", "9d", "--until", "2d"}, end.AddDate(0, 0, -9), end.AddDate(0, 0, -2)},
		"more than there is": {[]string{"--since", "90d", "--until", "2027-01-01"}, monday, end},
	} {
		want := saved(t, "orders.json", cut(t, longer, c.from, c.to))
		_, got, _ := session(t.Context(), append([]string{"recommend", "-o", "json", "--history", whole}, c.flags...)...)
		code, out, complaints := session(t.Context(), "recommend", "-o", "json", "--history", want)
		if code != 0 {
			t.Fatal(complaints)
		}
		plain := func(text, file string) string {
			return strings.ReplaceAll(replayCommand.ReplaceAllString(text, ""), file, "")
		}
		if diff := cmp.Diff(plain(out, want), plain(got, whole)); diff != "" {
			t.Errorf("%s: %.2000s", name, diff)
		}
		a := recommended(t, 0, append([]string{"--history", whole}, c.flags...)...)
		if w := a.Evidence.Window; !w.From.Equal(c.from) || !w.To.Equal(c.to) {
			t.Errorf("%s: from %v to %v, want %v to %v", name, w.From, w.To, c.from, c.to)
		}
	}
}

// cut is the history of a stream with the points between two times alone.
func cut(t *testing.T, s *fittest.Stream, from, to time.Time) *model.History {
	t.Helper()
	h := provisioned(s)
	first, last := int(from.Sub(h.From)/time.Minute), int(to.Sub(h.From)/time.Minute)
	for i := range h.Series {
		run := &h.Series[i].Runs[0]
		run.Start, run.Values = from, run.Values[first:last]
	}
	h.From, h.To = from, to
	return h
}

// Flags go before the file, the file before the history, and that before
// defaults.
func TestRecommendLayers(t *testing.T) {
	s := planted()
	s.Consumers.Functions = []model.Function{{Name: "enrich", State: "Enabled", BatchSize: 500, ParallelizationFactor: 2}}
	s.Consumers.Duration = 100 * time.Millisecond
	file := plantedFile(t, s)
	declared := filepath.Join(t.TempDir(), "orders.yaml")
	text := "producer: {partition_key_size: 36, skew: 1.1, burst: 1.2}\nconsumers:\n- {name: enrich, latency: 30s}\n- " +
		"{name: fraud, speed: 2k, latency: 1m}\nretention: 7d\n"
	if err := os.WriteFile(declared, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a := recommended(t, 0, "--history", file, "-f", declared, "--burst", "1.5", "--consumer", "fraud,speed=3k",
		"--current-shards", "30")
	got := a.sources()
	for name, want := range map[string]string{
		"stream": "planted measured", "region": "us-east-1 measured", "producer.record_size": "512 measured",
		"producer.partition_key_size": "36 file", "producer.skew": "1.1 file", "producer.burst": "1.5 flag",
		"retention":               "604800 file",
		"producer.surge.duration": "1200 measured", "target_utilization": "0.8 default", "current_shards": "30 flag",
		"consumers.enrich.name": "enrich file", "consumers.enrich.latency": "30 file",
		"consumers.enrich.type":              "standard measured",
		"consumers.enrich.lambda.batch_size": "500 measured", "consumers.enrich.lambda.duration": "0.1 measured",
		"consumers.fraud.speed": "3000 flag", "consumers.fraud.latency": "",
		// a flag takes the place of the file's as a whole
		"consumers.consumer-1.name": "", // two readers were measured: the function, and fraud
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	for name, value := range got {
		if _, source, _ := strings.Cut(value, " "); source != "measured" && source != "file" && source != "flag" &&
			source != "default" {
			t.Errorf("%s is from %q", name, source)
		}
	}
	if a.Shards.Current != 30 || a.Today.Shards != 30 {
		t.Errorf("%+v, %+v", a.Shards, a.Today)
	}
}

// What a stream costs today is what kcalc cost says of its shards with the same
// traffic.
func TestRecommendTodaysCost(t *testing.T) {
	a := recommended(t, 0, "--history", plantedFile(t, planted()))
	args := []string{"cost", "-o", "json", "--mode", "provisioned", "--region", "us-east-1", "--shards", "40",
		"--record-size", "512", "--consumers", "2"}
	for _, in := range a.Inputs {
		if name, ok := strings.CutPrefix(in.Name, "producer."); ok && (name == "average" || name == "peak") {
			args = append(args, "--"+name, strconv.FormatFloat(in.Value.(float64), 'f', -1, 64))
		}
	}
	code, out, complaints := session(t.Context(), args...)
	var costs struct {
		Modes []struct {
			Total string `json:"total_usd"`
		}
	}
	if err := json.Unmarshal([]byte(out), &costs); code != 0 || err != nil {
		t.Fatalf("exit code %d, %v\n%s", code, err, complaints)
	}
	if got := costs.Modes[0].Total; got != a.Today.Monthly {
		t.Errorf("$%s today, kcalc cost says $%s", a.Today.Monthly, got)
	}
	today, then := dollars(t, a.Today.Monthly), dollars(t, a.Cost.Monthly)
	if saves := dollars(t, a.Scaling.Saves); math.Abs(today-then-saves) > 1e-6 ||
		math.Abs(saves-float64(40-a.Shards.Recommended)*730*0.015) > 1e-6 {
		t.Errorf("$%v today and $%v then save $%v", today, then, saves)
	}
}

func dollars(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// A workload that does not fit is answered, with exit code 3.
func TestRecommendDoesNotFit(t *testing.T) {
	file := plantedFile(t, planted())
	a := recommended(t, exitDoesNotFit, "--history", file, "--consumers", "6")
	if a.Verdict != "undecided" || a.Scaling.Verdict != "undecided" || len(a.Scaling.Calls) > 0 {
		t.Errorf("%+v", a)
	}
	code, out, complaints := session(t.Context(), "recommend", "--history", file, "--consumers", "6", "--all")
	if code != exitDoesNotFit || complaints != "" || !strings.HasPrefix(out, "planted in us-east-1 does not fit: no number of shards carries it\n") ||
		!strings.Contains(out, "a shard answers 5 GetRecords calls a") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
}

// A history with gaps is undecided, says what would decide it, and exits with 0.
// Following that decides it: a shorter window without the gap, or traffic that
// is declared.
func TestRecommendUndecided(t *testing.T) {
	s := planted()
	s.Gaps = []fittest.Gap{{Start: monday.AddDate(0, 0, 1), Length: 4 * 24 * time.Hour, AllMetrics: true}}
	file := plantedFile(t, s)
	a := recommended(t, 0, "--history", file)
	if a.Verdict != "undecided" || a.Scaling.Verdict != "undecided" || len(a.Scaling.Calls) > 0 ||
		len(a.Evidence.Undecided) != 1 || a.Evidence.Undecided[0].ID != "coverage-low" {
		t.Errorf("%+v", a)
	}
	if text := strings.Join(a.Next, "\n"); strings.Contains(text, "update-shard-count") {
		t.Errorf("%s", text)
	}
	for _, follow := range [][]string{{"--since", "2026-11-07", "--for", "2d"}, {"--average", "10k", "--peak", "15k"}} {
		if a := recommended(t, 0, append([]string{"--history", file}, follow...)...); a.Verdict != "too-many" {
			t.Errorf("%v: %s, %+v", follow, a.Verdict, a.Evidence.Undecided)
		}
	}
}

// Histories of every kind are answered by the command as they are by the review,
// in its words.
func TestRecommendHistories(t *testing.T) {
	const tooMany = "planted in us-east-1: 40 shards are too many, take 21 (17 at the limit)"
	stream := func(change func(*fittest.Stream)) *model.History {
		s := planted()
		s.Surges = nil
		change(s)
		return provisioned(s)
	}
	rests := func(readers int) func(*fittest.Stream) {
		return func(s *fittest.Stream) { // 10,700 records/s at night, 13.4 shards at 80 % utilization
			s.Rate, s.Waves, s.ActiveHours, s.Consumers.Standard = 10_700, nil, fittest.Hours{From: 1, To: 4}, readers
		}
	}
	four := planted()
	four.Surges, four.Shards.Count = nil, 4
	throttled := provisioned(four)
	throttled.Configuration.Value.OpenShards = model.Known(4)
	for name, c := range map[string]struct {
		history *model.History
		says    []string
	}{
		"quiet": {stream(func(*fittest.Stream) {}), []string{tooMany, "No write was throttled.", "No surge stood out.",
			"Standard consumers read it 2 times."}},
		"throttled all day": {throttled, []string{"planted in us-east-1: 4 shards are too few, take 21 (17 " +
			"at the limit)", " writes were throttled in 20,160 periods",
			"of which 4,000 records/s were accepted", "UpdateShardCount from 4 to 8, then 16, then 21."}},
		"zeros": {stream(func(s *fittest.Stream) { s.Rate = 0 }), []string{"planted in us-east-1: undecided; from what is " +
			"known, take 1 shard",
			"No record was written in the 14d that are known: there is nothing to size. Declare the traffic that you expect"}},
		"a single point": {stream(func(s *fittest.Stream) { s.Parts[0].Length = time.Minute }), []string{"planted in us-east-1: undecided; from what is known, ",
			"The history covers 1m; a decision takes at least 1d.", "or fetch again after 2026-11-03 00:00 UTC."}},
		"nightly, polled": {stream(rests(1)), []string{"planted in us-east-1: 40 shards are too many, take 15 " +
			"(12 at the limit)", "100% of it known"}},
		"nightly, alone": {stream(rests(0)), []string{"planted in us-east-1: 40 shards are too many, take 15 " +
			"(12 at the limit)", "No metric ever has a point at 21 hours of the day (UTC)"}},
		"summer time ends": {stream(func(s *fittest.Stream) {
			s.Clock = fittest.Clock{Changed: monday.AddDate(0, 0, 6).Add(time.Hour), Later: time.Hour}
		}), []string{tooMany, "No surge stood out."}},
		"five minutes, then minutes": {stream(func(s *fittest.Stream) {
			s.Parts = []fittest.Part{{Length: fortnight, Period: 5 * time.Minute}, {Length: fortnight, Period: time.Minute}}
		}), []string{"40 shards are too many, take 20 (17 at the limit)", "(28d) in points of 5m and 1m, 100% of it known", "No surge stood out."}},
		"a surge": {provisioned(planted()), []string{"1 surge; the highest at 2026-11-12 20:00 UTC: ",
			" for 20m, 3 times the usual.",
			"evidence.odds decides: it takes 43 shards to hold the next 28d with odds of 8 in 10; the formulas ask for 32."}},
	} {
		code, out, complaints := session(t.Context(), "recommend", "--history", saved(t, "h.json", c.history), "--all")
		text := strings.Join(strings.Fields(out), " ")
		for _, want := range c.says {
			if code != 0 || !strings.Contains(text, want) {
				t.Errorf("%s: exit code %d, %q is not in\n%s%s", name, code, want, out, complaints)
			}
		}
		if decided := !strings.Contains(text, ": undecided; "); strings.Contains(text, "update-shard-count") != decided {
			t.Errorf("%s: decided %v, and a way to scale\n%s", name, decided, out)
		}
	}
}

// On a terminal the answer keeps to its width, and has colour unless that is
// unwanted.
func TestRecommendOnATerminal(t *testing.T) {
	file := plantedFile(t, planted())
	for _, c := range []struct {
		columns uint16
		noColor string
	}{{64, "1"}, {80, "1"}, {100, "1"}, {250, "1"}, {100, ""}} {
		t.Setenv("NO_COLOR", c.noColor)
		t.Setenv("TERM", "xterm")
		term := newTerminal(t)
		if err := pty.Setsize(term.person, &pty.Winsize{Rows: 50, Cols: c.columns}); err != nil {
			t.Fatal(err)
		}
		if code := run(t.Context(), streams{term.program, term.program, io.Discard},
			[]string{"recommend", "--history", file}); code != 0 || !term.shows("more") {
			t.Fatalf("exit code %d, %q", code, term.text())
		}
		text := term.text()
		if colored := strings.Contains(text, "\x1b["); colored != (c.noColor == "") {
			t.Errorf("NO_COLOR=%q: colour %v", c.noColor, colored)
		}
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\r\n")); n > min(int(c.columns), 120) && c.noColor != "" {
				t.Errorf("%d columns: %d in %q", c.columns, n, line)
			}
		}
	}
}
