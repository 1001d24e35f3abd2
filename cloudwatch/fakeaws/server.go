package fakeaws

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/kcalc/kcalc/model"
)

// Server is a CloudWatch that knows the metrics of some streams. It answers
// GetMetricData over plain HTTP in the protocol of the AWS SDK for Go, Smithy RPC
// v2 with CBOR, and refuses what AWS refuses.
type Server struct {
	url     string
	now     time.Time
	planted map[string]*model.Series // by metricKey

	mu        sync.Mutex
	calls     []Call
	behaviour Behaviour
	spoils    []*spoil
	tokens    map[string]position // what a NextToken goes on with
}

// Call is a request that the server was sent, refused ones included.
type Call struct {
	Operation  string
	Queries    int
	Metrics    int // distinct ones, which is what AWS bills
	Start, End time.Time
	FollowUp   bool // it asked for a further page
}

// Start starts a CloudWatch whose clock stands at now and which has the series of
// histories; it stops with the test. Where two histories have the same series,
// such as that of a function that reads two streams, the first counts.
func Start(tb testing.TB, now time.Time, streams ...*model.History) *Server {
	tb.Helper()
	s := &Server{now: now, planted: map[string]*model.Series{}, tokens: map[string]position{}}
	for _, h := range streams {
		if h.Stream == "" {
			tb.Fatal("fakeaws: a history without the name of its stream has no metrics in CloudWatch")
		}
		for i := range h.Series {
			key := metricKey(metricOf(h.Stream, h.Series[i].SeriesID))
			if s.planted[key] == nil {
				s.planted[key] = &h.Series[i]
			}
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+cloudWatchPath+"{operation}", s.serve)
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// URL returns the address of the server.
func (s *Server) URL() string { return s.url }

// Calls returns the requests that the server was sent, in the order of their coming.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	operation := r.PathValue("operation")
	in, err := decodeRequest(r)
	if err != nil {
		cloudWatch.fail(w, apiError{http.StatusBadRequest, "SerializationException", "SerializationException",
			err.Error()})
		return
	}
	s.record(operation, in)
	if operation != "GetMetricData" {
		cloudWatch.fail(w, apiError{http.StatusNotFound, "UnknownOperation", "UnknownOperationException",
			operation + " is not among what this server answers: GetMetricData"})
		return
	}
	out, refusal := s.getMetricData(in)
	if refusal != nil {
		cloudWatch.fail(w, *refusal)
		return
	}
	cloudWatch.succeed(w, schemas.GetMetricData, schemas.GetMetricDataOutput, out)
}

func (s *Server) record(operation string, in *api.GetMetricDataInput) {
	distinct := map[string]bool{}
	for _, q := range in.MetricDataQueries {
		if q.MetricStat != nil && q.MetricStat.Metric != nil {
			distinct[metricKey(q.MetricStat.Metric)] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{
		Operation: operation,
		Queries:   len(in.MetricDataQueries),
		Metrics:   len(distinct),
		Start:     aws.ToTime(in.StartTime),
		End:       aws.ToTime(in.EndTime),
		FollowUp:  aws.ToString(in.NextToken) != "",
	})
}

// getMetricData returns a page. A token stays good, because a client that lost
// an answer sends the same one again.
func (s *Server) getMetricData(in *api.GetMetricDataInput) (*api.GetMetricDataOutput, *apiError) {
	if refusal := validate(in, s.now); refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := position{}
	if token := aws.ToString(in.NextToken); token == "" {
		at = s.first(in)
	} else {
		known, ok := s.tokens[token]
		if !ok || !known.continues(in) {
			return nil, &apiError{http.StatusBadRequest, "InvalidNextToken", "InvalidNextToken",
				"The NextToken is not one that this request was answered with"}
		}
		at = known
	}
	results, next, more := s.page(at, int(aws.ToInt32(in.MaxDatapoints)))
	out := &api.GetMetricDataOutput{MetricDataResults: results}
	if more {
		out.NextToken = aws.String("page-" + strconv.Itoa(len(s.tokens)+2))
		s.tokens[*out.NextToken] = next
	}
	return out, nil
}

// continues reports whether a request for a further page asks for what the first
// asked for.
func (p position) continues(in *api.GetMetricDataInput) bool {
	first, further := *p.asked, *in
	first.NextToken, further.NextToken = nil, nil
	return reflect.DeepEqual(first, further)
}
