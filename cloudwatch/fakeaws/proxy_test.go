package fakeaws

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cloudwatchapi "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	kinesisapi "github.com/aws/aws-sdk-go-v2/service/kinesis"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// behindProxy is a service behind a proxy, and a real client of it.
type behindProxy struct {
	name      string
	operation string
	action    string
	proxy     *Proxy
	call      func(ctx context.Context, attempts int) error
}

// services returns the three that the proxy knows, each with a client that makes a
// call of one operation. Kinesis is one that answers that it has two shards.
func services(t *testing.T) []behindProxy {
	cloudWatch := StartProxy(t, Start(t, now, orders()).URL())
	lambda := StartProxy(t, Lambda(t, 2, mappings()...))
	kinesis := StartProxy(t, shards(t))
	return []behindProxy{
		{"CloudWatch", "GetMetricData", "cloudwatch:GetMetricData", cloudWatch,
			func(ctx context.Context, attempts int) error {
				out, err := cloudwatchapi.NewFromConfig(config(cloudWatch.URL(), attempts)).GetMetricData(ctx,
					ask(records))
				if err == nil && len(out.MetricDataResults) == 0 {
					return errNothing
				}
				return err
			}},
		{"Lambda", "ListEventSourceMappings", "lambda:ListEventSourceMappings", lambda,
			func(ctx context.Context, attempts int) error {
				out, err := lambdaapi.NewFromConfig(config(lambda.URL(), attempts)).ListEventSourceMappings(ctx,
					&lambdaapi.ListEventSourceMappingsInput{})
				if err == nil && len(out.EventSourceMappings) == 0 {
					return errNothing
				}
				return err
			}},
		{"Kinesis", "ListShards", "kinesis:ListShards", kinesis, func(ctx context.Context, attempts int) error {
			out, err := kinesisapi.NewFromConfig(config(kinesis.URL(), attempts)).ListShards(ctx,
				&kinesisapi.ListShardsInput{StreamName: aws.String("orders")})
			if err == nil && len(out.Shards) == 0 {
				return errNothing
			}
			return err
		}},
	}
}

// shards responds as Kinesis does for a stream with two shards.
func shards(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kinesis.contentType)
		w.Write([]byte(`{"Shards":[{"ShardId":"shardId-000000000000"},{"ShardId":"shardId-000000000001"}]}`))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// errNothing is an answer in which nothing is, which the SDK calls a success.
var errNothing = errors.New("an empty answer")

// Every fault is what it is called to the real client of every service, and goes
// away after its time.
func TestFaults(t *testing.T) {
	code := func(codes ...string) func(error) bool {
		return func(err error) bool {
			var e smithy.APIError
			return errors.As(err, &e) && strings.Contains(strings.Join(codes, " ")+" ", e.ErrorCode()+" ") &&
				e.ErrorMessage() != ""
		}
	}
	status := func(status int) func(error) bool {
		return func(err error) bool {
			var e *smithyhttp.ResponseError
			return errors.As(err, &e) && e.HTTPStatusCode() == status
		}
	}
	says := func(text string) func(error) bool {
		return func(err error) bool { return strings.Contains(err.Error(), text) }
	}
	unreadable := func(err error) bool {
		var e *smithy.DeserializationError
		return errors.As(err, &e)
	}
	for kind, test := range map[Kind]struct {
		is      func(error) bool
		retried bool // by the SDK
	}{
		Throttling:     {code("Throttling", "LimitExceededException", "TooManyRequestsException"), true},
		Error500:       {status(500), true},
		Unavailable503: {status(503), true},
		Reset:          {says("connection reset by peer"), true},
		CutShort:       {says("unexpected EOF"), false},
		Empty:          {func(err error) bool { return errors.Is(err, errNothing) }, false},
		Garbage:        {unreadable, false},
		Expired:        {code("ExpiredToken", "ExpiredTokenException"), false},
		Denied:         {code("AccessDenied", "AccessDeniedException"), false},
	} {
		for _, s := range services(t) {
			s.proxy.Inject(Fault{Kind: kind, Times: 2})
			if err := s.call(t.Context(), 1); err == nil || !test.is(err) {
				t.Errorf("%s of %s: %v", kind, s.name, err)
			}
			err := s.call(t.Context(), 2) // the fault's last time, then an answer
			if (err == nil) != test.retried {
				t.Errorf("%s of %s, again: %v", kind, s.name, err)
			}
			if err := s.call(t.Context(), 1); err != nil {
				t.Errorf("%s of %s stays: %v", kind, s.name, err)
			}
		}
	}
}

// An IAM error names the user and the action.
func TestDenied(t *testing.T) {
	for _, s := range services(t) {
		s.proxy.Inject(Fault{Kind: Denied})
		err := s.call(t.Context(), 3)
		if err == nil || !strings.Contains(err.Error(),
			"User: arn:aws:iam::123456789012:user/kcalc is not authorized to perform: "+s.action+" because") {
			t.Errorf("%s: %v", s.name, err)
		}
		if n := s.proxy.Requests()[s.operation]; n != 1 {
			t.Errorf("%s: %d calls", s.name, n)
		}
	}
}

// A server that hangs does so until the client has enough, or the test has.
func TestHang(t *testing.T) {
	for _, s := range services(t) {
		s.proxy.Inject(Fault{Kind: Hang, Times: 1})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := s.call(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", s.name, err)
		}
		cancel()
		if err := s.call(t.Context(), 1); err != nil {
			t.Errorf("%s, afterwards: %v", s.name, err)
		}
	}
}

// The end of a test ends what hangs in it.
func TestHangEnds(t *testing.T) {
	got := make(chan error, 1)
	t.Run("test", func(t *testing.T) {
		s := services(t)[0]
		s.proxy.Inject(Fault{Kind: Hang})
		go func() { got <- s.call(context.Background(), 1) }()
		for s.proxy.Requests()[s.operation] == 0 {
			time.Sleep(time.Millisecond)
		}
	})
	if err := <-got; err == nil {
		t.Error("an answer came")
	}
}

// A body that is cut short says how long it would have been, even where the
// server did not.
func TestCutShort(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 5 {
			io.WriteString(w, "ab")
			http.NewResponseController(w).Flush()
		}
	}))
	defer server.Close()
	p := StartProxy(t, server.URL)
	p.Inject(Fault{Kind: CutShort})
	response, err := http.Get(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if response.ContentLength != 10 || string(body) != "ababa" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%q of %d, %v", body, response.ContentLength, err)
	}
}

// A clock that is off is refused at first. The SDK learns the service's time from
// the refusal, signs anew, and stays right afterwards.
func TestClockOff(t *testing.T) {
	for _, off := range []time.Duration{3 * time.Hour, -3 * time.Hour, 6 * time.Minute} {
		for _, s := range services(t) {
			s.proxy.Inject(Fault{Kind: ClockOff, Off: off})
			err := s.call(t.Context(), 1)
			var refusal smithy.APIError
			if !errors.As(err, &refusal) || refusal.ErrorCode() != "InvalidSignatureException" &&
				refusal.ErrorCode() != "SignatureDoesNotMatch" {
				t.Errorf("%s off by %v: %v", s.name, off, err)
			} else if expired := strings.HasPrefix(refusal.ErrorMessage(), "Signature expired: "); expired != (off > 0) {
				t.Errorf("%s off by %v: %v", s.name, off, err)
			}
			if err := s.call(t.Context(), 2); err != nil {
				t.Errorf("%s off by %v: the corrected signature is refused: %v", s.name, off, err)
			}
		}
	}
	// A client that has learned the time needs no second correction.
	s := services(t)[0]
	s.proxy.Inject(Fault{Kind: ClockOff, Off: 3 * time.Hour})
	c := cloudwatchapi.NewFromConfig(config(s.proxy.URL(), 2))
	for range 3 {
		if _, err := c.GetMetricData(t.Context(), ask(records)); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.proxy.Requests()["GetMetricData"]; n != 4 {
		t.Errorf("%d requests for 3 answers, want one more", n)
	}
	// Less than five minutes are no matter.
	s = services(t)[0]
	s.proxy.Inject(Fault{Kind: ClockOff, Off: 4 * time.Minute})
	if err := s.call(t.Context(), 1); err != nil {
		t.Error(err)
	}
}

// A fault hits those requests that it is for.
func TestFaultCounts(t *testing.T) {
	p := StartProxy(t, shards(t))
	c := kinesisapi.NewFromConfig(config(p.URL(), 1))
	list := func() bool {
		_, err := c.ListShards(t.Context(), &kinesisapi.ListShardsInput{StreamName: aws.String("orders")})
		return err == nil
	}
	limits := func() bool {
		_, err := c.DescribeLimits(t.Context(), &kinesisapi.DescribeLimitsInput{})
		return err == nil
	}
	p.Inject(Fault{Kind: Error500, Operation: "ListShards", From: 2, Times: 2})
	p.Inject(Fault{Kind: Denied, From: 7})
	p.Inject(Fault{Kind: Empty, From: 3, Times: 1}) // too late: the third is the first fault's
	for i, step := range []struct {
		call func() bool
		want bool
	}{{list, true}, {limits, true}, {list, false}, {limits, true}, {list, false}, {list, true}, {list, false}, {limits,
		false}} {
		if got := step.call(); got != step.want {
			t.Errorf("request %d: %v", i+1, got)
		}
	}
	if want := map[string]int{"ListShards": 5, "DescribeLimits": 3}; !maps.Equal(p.Requests(), want) {
		t.Errorf("%v, want %v", p.Requests(), want)
	}
}

// What nothing is wrong with passes as it is, and so does the default retryer
// of the SDK, which knows which of the faults to try again.
func TestProxyPasses(t *testing.T) {
	for _, s := range services(t) {
		if err := s.call(t.Context(), 1); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		if want := map[string]int{s.operation: 1}; !maps.Equal(s.proxy.Requests(), want) {
			t.Errorf("%s: %v", s.name, s.proxy.Requests())
		}
	}
	server := Start(t, now, orders())
	direct, _ := fetch(t, client(server.URL()), ask(records, size))
	through, _ := fetch(t, client(StartProxy(t, server.URL()).URL()), ask(records, size))
	if !maps.EqualFunc(direct, through, maps.Equal) {
		t.Errorf("%v\nwant %v", through, direct)
	}
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
		r *http.Request) {
		io.WriteString(w, r.Method+" "+r.Host+r.URL.String())
	}))
	defer echo.Close()
	p := StartProxy(t, echo.URL)
	host := strings.TrimPrefix(p.URL(), "http://")
	response, err := http.Get(p.URL() + mappingsPath + "/?a=%2Fb")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "GET "+host+mappingsPath+"/?a=%2Fb" ||
		p.Requests()["ListEventSourceMappings"] != 1 {
		t.Errorf("the server gets %q, %v; counted %v", body, err, p.Requests())
	}
	var exhausted *retry.MaxAttemptsError
	s := services(t)[0]
	s.proxy.Inject(Fault{Kind: Throttling})
	if err := s.call(t.Context(), 3); !errors.As(err, &exhausted) || s.proxy.Requests()[s.operation] != 3 {
		t.Errorf("%v after %v", err, s.proxy.Requests())
	}
}
