package records_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cloudwatch/records"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/samplefile"
)

func hasty() cloudwatch.RetryPolicy {
	p := cloudwatch.DefaultRetryPolicy()
	p.Attempts, p.MostWait, p.PerAttempt, p.PerCall = 4, time.Millisecond, 3*time.Second, 30*time.Second
	return p
}

// configuration returns that of an address, as the real client takes it.
func configuration(address string) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(address), HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "TOKEN")}
}

func reader(address string) *records.Reader {
	cfg := configuration(address)
	hasty().Configure(&cfg)
	return &records.Reader{Client: kinesis.NewFromConfig(cfg), Now: time.Now, Policy: hasty()}
}

// stream is one on the server, which goes with the test, and what was put into it.
type stream struct {
	*testing.T
	*kinesis.Client
	name  string
	begun time.Time
	put   map[string]int64 // user records by key
	users int64
	count int64            // Kinesis records
	on    map[string]int64 // by shard
	first []records.Shard  // that are read; nil for those that the server tells
}

func newStream(t *testing.T, server string, shards int32) *stream {
	t.Helper()
	s := &stream{T: t, Client: kinesis.NewFromConfig(configuration(server)), name: fmt.Sprintf("records-%d", time.Now().UnixNano()),
		put: map[string]int64{}, on: map[string]int64{}}
	s.do(s.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: &s.name, ShardCount: &shards}))
	t.Cleanup(func() {
		s.DeleteStream(context.Background(), &kinesis.DeleteStreamInput{StreamName: &s.name})
	})
	s.active()
	s.begun = time.Now()
	return s
}

func (s *stream) do(_ any, err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stream) active() {
	s.Helper()
	for range 200 {
		out, err := s.DescribeStreamSummary(s.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: &s.name})
		if err == nil && out.StreamDescriptionSummary.StreamStatus == types.StreamStatusActive {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.Fatal("the stream does not become active")
}

// plant puts n records of a key, each with a payload that must not be found again.
func (s *stream) plant(key string, n int) {
	s.Helper()
	for n > 0 {
		var list []types.PutRecordsRequestEntry
		for range min(n, 500) {
			list = append(list, types.PutRecordsRequestEntry{PartitionKey: &key, Data: []byte("SECRETSECRET")})
		}
		s.send(list)
		s.put[key] += int64(len(list))
		s.users += int64(len(list))
		n -= len(list)
	}
}

// plantAggregates puts the aggregates that AWS's library for Node made.
func (s *stream) plantAggregates() {
	s.Helper()
	text, err := os.ReadFile("../../model/recordfile/testdata/kpl.json")
	s.do(nil, err)
	var made []struct {
		PartitionKey string `json:"partition_key"`
		Data         []byte
		Records      []struct{ Key, Hash string }
	}
	s.do(nil, json.Unmarshal(text, &made))
	for _, a := range made {
		s.send([]types.PutRecordsRequestEntry{{PartitionKey: &a.PartitionKey, Data: a.Data}})
		for _, r := range a.Records {
			if r.Hash == "" {
				s.put[r.Key]++
			}
			s.users++
		}
	}
}

func (s *stream) send(list []types.PutRecordsRequestEntry) {
	s.Helper()
	out, err := s.PutRecords(s.Context(), &kinesis.PutRecordsInput{StreamName: &s.name, Records: list})
	s.do(out, err)
	for _, r := range out.Records {
		if r.ErrorCode != nil {
			s.Fatal(*r.ErrorCode)
		}
		s.on[*r.ShardId]++
		s.count++
	}
}

// read reads what was planted, at so many calls a second.
func (s *stream) read(ctx context.Context, r *records.Reader, rate float64, to time.Time) (*model.Sample, error) {
	s.Helper()
	limits := model.PublishedLimits()
	q := records.Request{Stream: model.Name(s.name), From: s.begun.Add(-time.Second).Truncate(time.Second), To: to, CallsPerSecond: rate}
	list, err := s.first, error(nil)
	if list == nil {
		list, err = reader(address(s.T)).Shards(ctx, q.Stream, s.begun)
	}
	s.do(list, err)
	a, err := r.Read(ctx, q.Plan(list, &limits, time.Now()), sample.New(sample.Options{KeepKeys: true}))
	var file bytes.Buffer
	s.do(nil, samplefile.Write(&file, a))
	if bytes.Contains(file.Bytes(), []byte("SECRET")) || bytes.Contains(file.Bytes(), []byte("secret")) {
		s.Error("the file has a payload")
	}
	return a, err
}

func address(t *testing.T) string { return fakeaws.Kinesis(t) }

// checkWhole compares a sample with all that was planted.
func (s *stream) checkWhole(a *model.Sample) {
	s.Helper()
	got := map[string]int64{}
	for _, k := range a.Keys {
		if k.Hash == model.HashOf(k.Name) {
			got[k.Name] = k.UserRecords
		}
	}
	if diff := cmp.Diff(s.put, got); diff != "" {
		s.Error(diff)
	}
	on := map[string]int64{}
	for _, sh := range a.Shards {
		if sh.Records > 0 {
			on[sh.ID] = sh.Records
		}
	}
	if diff := cmp.Diff(s.on, on); diff != "" {
		s.Error(diff)
	}
	if a.Traffic.Records != s.count || a.Traffic.UserRecords != s.users || a.Partial {
		s.Errorf("%+v, want %d records, %d user records", a.Traffic, s.count, s.users)
	}
}

// soon returns a time behind all that was put.
func soon() time.Time { return time.Now().Add(time.Second).Truncate(time.Second) }

// What was planted is counted to the record: keys, aggregates of the KPL, and the second of a burst.
func TestReadCountsWhatWasPlanted(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 4)
	for i := range 20 {
		s.plant(fmt.Sprintf("user-%d", i), 5+i*3)
	}
	s.plant("hot", 700)
	s.plantAggregates()
	a, err := s.read(t.Context(), reader(server), 5, soon())
	if err != nil {
		t.Fatal(err)
	}
	s.checkWhole(a)
	if a.Traffic.Aggregates != 6 || len(a.UserSizes) == 0 {
		t.Errorf("%+v", a.Traffic)
	}
	if b := a.Busiest.Value.ByRecords; !a.Busiest.Known || b.Records < 100 || b.MinuteRecords != a.Traffic.Records {
		t.Errorf("busiest %+v of %+v", b, a.Traffic)
	}
	if r := a.Reading.Value; r.Calls < 4 || r.Share > 1 || r.Throttled != 0 {
		t.Errorf("%+v", r)
	}
}

// Seconds are those in which records came: 50 in each of three, of which one has 300 more in a burst
// of another key, all on one shard. The busiest has 350 of the 450 of its minute.
func TestReadFindsBursts(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 2)
	begin := time.Now().Truncate(time.Second).Add(time.Second)
	if begin.Second() > 55 {
		begin = begin.Truncate(time.Minute).Add(time.Minute)
	}
	s.begun = begin
	for i := range 3 {
		time.Sleep(time.Until(begin.Add(time.Duration(i)*time.Second + 300*time.Millisecond)))
		s.plant("steady", 50)
		if i == 1 {
			s.plant("burst", 300)
		}
	}
	a, err := s.read(t.Context(), reader(server), 5, soon())
	if err != nil {
		t.Fatal(err)
	}
	s.checkWhole(a)
	b := a.Busiest.Value.ByRecords
	if !b.At.Equal(begin.Add(time.Second)) || b.Records != 350 || b.MinuteRecords != 450 || b.Bytes != 50*(12+6)+300*(12+5) {
		t.Errorf("%+v, want 350 of 450 at %v", b, begin.Add(time.Second))
	}
	for _, sh := range a.Shards {
		if sh.Records > 150 && sh.Busiest.Value.ByRecords.Records < 300 {
			t.Errorf("%+v", sh)
		}
	}
}

// A record that an explicit hash key brought to another shard is told.
func TestReadTellsExplicitHashKeys(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 2)
	hash := "0"
	if model.HashOf("a").Less(model.UniformStart(1, 2)) {
		hash = model.MaxHash.String()
	}
	key := "a"
	s.send([]types.PutRecordsRequestEntry{{PartitionKey: &key, Data: []byte("SECRET"), ExplicitHashKey: &hash}})
	s.plant("a", 3)
	a, err := s.read(t.Context(), reader(server), 5, soon())
	if err != nil || a.Traffic.ExplicitHashKeys != 1 || a.Traffic.Records != 4 || a.Rest.UserRecords != 1 {
		t.Errorf("%+v, %v", a.Traffic, err)
	}
}

// calls notes when a server gets calls of an operation, and may answer them itself.
type calls struct {
	mu     sync.Mutex
	times  []time.Time
	answer func(n int, w http.ResponseWriter) bool
}

func (c *calls) before(t *testing.T, server, operation string) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) {
			c.mu.Lock()
			c.times = append(c.times, time.Now())
			n := len(c.times)
			c.mu.Unlock()
			if c.answer != nil && c.answer(n, w) {
				return
			}
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// However a call goes, a shard gets no more than the plan says. A second may have one more than
// its length has, whose beginning it is.
func TestReadKeepsItsPace(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 1)
	s.plant("a", 900)
	c := &calls{answer: func(n int, w http.ResponseWriter) bool {
		if n%3 != 2 {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded"}`)
		return true
	}}
	const rate = 4
	a, err := s.read(t.Context(), reader(c.before(t, server, "GetRecords")), rate, time.Now().Add(4*time.Second).Truncate(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	s.checkWhole(a)
	const late = 40 * time.Millisecond // of one of two calls, on its way
	for i := range c.times {
		for j := i + 1; j < len(c.times); j++ {
			if most := time.Duration(j-i)*time.Second/rate - late; c.times[j].Sub(c.times[i]) < most {
				t.Fatalf("calls %d to %d came within %v", i, j, c.times[j].Sub(c.times[i]))
			}
		}
	}
	if r := a.Reading.Value; len(c.times) != r.Calls || r.Throttled == 0 || len(c.times) < 8 {
		t.Errorf("%d calls came, told are %+v", len(c.times), r)
	}
	if over := a.Reading.Value.Share; over > rate/5.0*1.01 {
		t.Errorf("took %v of the limits", over)
	}
}

// An iterator that is too old is made anew behind the last record: none is lost, none counted
// twice.
func TestReadMakesIteratorsAnew(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 1)
	s.plant("a", 350)
	for _, at := range []int{1, 2, 3} {
		c := &calls{answer: func(n int, w http.ResponseWriter) bool {
			if n != at {
				return false
			}
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"__type":"ExpiredIteratorException","message":"Iterator expired"}`)
			return true
		}}
		a, err := s.read(t.Context(), reader(c.before(t, server, "GetRecords")), 5, soon())
		if err != nil {
			t.Fatal(at, err)
		}
		s.checkWhole(a)
	}
}

// Shards that were split or merged are read to their end, and then what they became.
func TestReadFollowsReshards(t *testing.T) {
	server := address(t)
	for _, target := range []int32{3, 1} {
		followsReshard(t, server, target)
	}
}

func followsReshard(t *testing.T, server string, target int32) {
	t.Helper()
	s := newStream(t, server, 2)
	for i := range 10 {
		s.plant(fmt.Sprintf("user-%d", i), 20)
	}
	var err error
	s.first, err = reader(server).Shards(t.Context(), model.Name(s.name), s.begun)
	s.do(s.first, err)
	s.do(s.UpdateShardCount(t.Context(), &kinesis.UpdateShardCountInput{StreamName: &s.name, TargetShardCount: aws.Int32(target),
		ScalingType: types.ScalingTypeUniformScaling}))
	s.active()
	for i := range 10 {
		s.plant(fmt.Sprintf("user-%d", i), 30)
	}
	a, err := s.read(t.Context(), reader(server), 5, soon())
	if err != nil {
		t.Fatal(err)
	}
	s.checkWhole(a)
	closed := 0
	for _, sh := range a.Shards {
		if sh.Closed {
			closed++
		}
	}
	if closed < 1 || len(a.Shards) < 3 {
		t.Errorf("%d shards, %d of them closed: %+v", len(a.Shards), closed, a.Shards)
	}
}

// From the tip on, what comes is read as it comes.
func TestReadFromTheTip(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 2)
	s.plant("before", 10)
	time.Sleep(1100 * time.Millisecond)
	s.begun = time.Now().Truncate(time.Second).Add(time.Second) // read takes the second before
	s.put, s.on, s.count, s.users = map[string]int64{}, map[string]int64{}, 0, 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 5 {
			time.Sleep(200 * time.Millisecond)
			s.plant("a", 7)
			s.plant("b", 3)
		}
	}()
	a, err := s.read(t.Context(), reader(server), 5, time.Now().Add(4*time.Second).Truncate(time.Second))
	<-done
	if err != nil {
		t.Fatal(err)
	}
	s.checkWhole(a)
}

// What was read until an interrupt is kept, and said to be a part.
func TestReadKeepsAPart(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 2)
	s.plant("a", 400)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := reader(server)
	made := 0
	r.Progress = func(share float64) {
		if share < 0 || share > 1 {
			t.Errorf("%v of the time are read", share)
		}
		if made++; made == 2 {
			time.AfterFunc(100*time.Millisecond, cancel)
		}
	}
	a, err := s.read(ctx, r, 0.5, time.Now().Add(time.Hour))
	if !errors.Is(err, context.Canceled) || !a.Partial || a.Traffic.Records == 0 || a.Traffic.Records >= 400 {
		t.Errorf("%v, %+v, partial %v", err, a.Traffic, a.Partial)
	}
	if a.Shards[0].To.Value.After(time.Now()) {
		t.Errorf("read to %v", a.Shards[0].To.Value)
	}
}

// What passes is outlasted; what does not ends reading, with what was read.
func TestReadFaults(t *testing.T) {
	server := address(t)
	s := newStream(t, server, 1)
	s.plant("a", 250)
	// The stream goes with the test, and so after those that read it.
	for _, operation := range []string{"GetRecords", "GetShardIterator"} {
		for _, kind := range []fakeaws.Kind{fakeaws.Throttling, fakeaws.Error500, fakeaws.Unavailable503, fakeaws.Reset,
			fakeaws.CutShort, fakeaws.Hang} {
			t.Run(fmt.Sprintf("%s once in %s", kind, operation), func(t *testing.T) {
				t.Parallel()
				s.within(t).outlasts(fakeaws.Fault{Kind: kind, Operation: operation, Times: 1})
			})
		}
		for kind, cause := range map[fakeaws.Kind]cloudwatch.Cause{fakeaws.Throttling: cloudwatch.Throttled,
			fakeaws.Error500: cloudwatch.ServerFault, fakeaws.Denied: cloudwatch.Denied, fakeaws.Expired: cloudwatch.Expired,
			fakeaws.Garbage: cloudwatch.Garbled, fakeaws.Empty: cloudwatch.Garbled, fakeaws.Bomb: cloudwatch.Garbled} {
			t.Run(fmt.Sprintf("%s in %s", kind, operation), func(t *testing.T) {
				t.Parallel()
				s.within(t).fails(fakeaws.Fault{Kind: kind, Operation: operation}, cause)
			})
		}
	}
}

// within returns the stream in a test of a test.
func (s *stream) within(t *testing.T) *stream {
	one := *s
	one.T = t
	return &one
}

// outlasts holds that all is read in spite of a fault.
func (s *stream) outlasts(f fakeaws.Fault) {
	p := fakeaws.StartProxy(s.T, address(s.T))
	p.Inject(f)
	a, err := s.read(s.Context(), reader(p.URL()), 5, soon())
	if err != nil {
		s.Fatal(err)
	}
	s.checkWhole(a)
}

// fails holds that a fault ends reading. GetRecords has it from the second call on: the first 100
// records are kept.
func (s *stream) fails(f fakeaws.Fault, cause cloudwatch.Cause) {
	f.From = 1
	if f.Operation == "GetRecords" {
		f.From = 2
	}
	p := fakeaws.StartProxy(s.T, address(s.T))
	p.Inject(f)
	a, err := s.read(s.Context(), reader(p.URL()), 5, soon())
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) || failure.Cause != cause || failure.Action != "kinesis:"+f.Operation {
		s.Errorf("%v, want %s", err, cause)
	}
	if want := int64(f.From-1) * 100; !a.Partial || a.Traffic.Records != want {
		s.Errorf("%d records, want the %d of the first call", a.Traffic.Records, want)
	}
	if n := p.Requests()[f.Operation]; cause == cloudwatch.Denied && n != f.From {
		s.Errorf("%d calls of what is denied", n)
	}
}

// A plan at one call a second takes a fifth of the limits. By hand: 5 minutes of a shard at
// 1 MiB/s are 300 MiB; a fifth of 2 MiB/s reads them in 750 seconds and calls.
func TestPlan(t *testing.T) {
	limits := model.PublishedLimits()
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	q := records.Request{From: now.Add(-5 * time.Minute), To: now, CallsPerSecond: 1}
	p := q.Plan(make([]records.Shard, 3), &limits, now)
	if p.Share != 0.2 || p.Duration != 750*time.Second || p.Calls != 3*750 || p.Bytes != 3*300*1024*1024 {
		t.Errorf("%+v", p)
	}
	q = records.Request{From: now, To: now.Add(5 * time.Minute), CallsPerSecond: 5}
	if p := q.Plan(make([]records.Shard, 1), &limits, now); p.Share != 1 || p.Duration != 5*time.Minute || p.Calls != 1500 {
		t.Errorf("from the tip: %+v", p)
	}
}
