package fakeaws

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	lambdaapi "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaschemas "github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
)

// recorded reads a request or an answer that AWS ships with a module of its SDK:
// a first line, which an empty one follows in a request, headers, an empty line,
// the body.
func recorded(t *testing.T, service, file string) (line string, header http.Header, body []byte) {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/aws/aws-sdk-go-v2/service/"+service).Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), file))
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	head, body, _ := bytes.Cut(bytes.TrimPrefix(rest, []byte("\n")), []byte("\n\n"))
	header = http.Header{}
	for field := range strings.Lines(string(head)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(field), ": "); ok {
			header.Set(name, value)
		}
	}
	return string(first), header, body
}

// tree returns CBOR as a tree, in which the order of keys does not matter.
func tree(t *testing.T, data []byte) cbor.Value {
	t.Helper()
	v, err := cbor.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// AWS's own request is read whole: written again it is the same.
func TestRecordedRequest(t *testing.T) {
	line, header, body := recorded(t, "cloudwatch", "request_snapshot/GetMetricData.request.snap")
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header = header
	if service, operation := identify(r); service != cloudWatch || operation != "GetMetricData" {
		t.Errorf("taken for %s of %s", operation, service.actions)
	}
	in, err := decodeRequest(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := cloudWatch.encode(schemas.GetMetricData, schemas.GetMetricDataInput, in)
	if err != nil || !reflect.DeepEqual(tree(t, again), tree(t, body)) {
		t.Errorf("%v: %v\nwant %v", err, tree(t, again), tree(t, body))
	}
	if q := in.MetricDataQueries[1].MetricStat; !in.StartTime.Equal(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) ||
		*q.Metric.Dimensions[1].Value != "__Value__" || *q.Stat != "__Stat__" {
		t.Errorf("%v, %v", in.StartTime, q)
	}
}

// An answer is written as AWS's own.
func TestRecordedAnswer(t *testing.T) {
	_, header, body := recorded(t, "cloudwatch", "response_snapshot/GetMetricData.response.snap")
	var out api.GetMetricDataOutput
	if err := cloudWatch.decode(io.NopCloser(bytes.NewReader(body)), schemas.GetMetricData, schemas.GetMetricDataOutput,
		&out); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	cloudWatch.succeed(w, schemas.GetMetricData, schemas.GetMetricDataOutput, &out)
	if !reflect.DeepEqual(tree(t, w.Body.Bytes()), tree(t, body)) {
		t.Errorf("%v\nwant %v", tree(t, w.Body.Bytes()), tree(t, body))
	}
	sameHeader(t, w, header, "Content-Type", "Smithy-Protocol")
}

// Errors are written as AWS's own.
func TestRecordedErrors(t *testing.T) {
	for shape, queryError := range map[string]string{"ValidationException": "ValidationError;Sender",
		"InvalidNextToken": "InvalidNextToken;Sender"} {
		line, header, body := recorded(t, "cloudwatch", "response_snapshot/"+shape+".error.snap")
		code, _, _ := strings.Cut(queryError, ";")
		w := httptest.NewRecorder()
		cloudWatch.fail(w, apiError{http.StatusBadRequest, code, shape, "__Message__"})
		if !reflect.DeepEqual(tree(t, w.Body.Bytes()), tree(t, body)) || strconv.Itoa(w.Code) != line {
			t.Errorf("%d %v\nwant %s %v", w.Code, tree(t, w.Body.Bytes()), line, tree(t, body))
		}
		sameHeader(t, w, header, "Content-Type", "Smithy-Protocol")
		if got := w.Header().Get("X-Amzn-Query-Error"); got != queryError {
			t.Errorf("%s: the query error is %q", shape, got)
		}
	}
	_, header, body := recorded(t, "kinesis", "response_snapshot/LimitExceededException.error.snap")
	w := httptest.NewRecorder()
	kinesis.fail(w, apiError{http.StatusBadRequest, "", "LimitExceededException", "__Message__"})
	sameJSON(t, w.Body.Bytes(), body)
	sameHeader(t, w, header, "Content-Type")
}

// A list of event source mappings is written as AWS's own.
func TestRecordedMappings(t *testing.T) {
	_, header, body := recorded(t, "lambda", "response_snapshot/ListEventSourceMappings.response.snap")
	var out lambdaapi.ListEventSourceMappingsOutput
	if err := lambda.decode(io.NopCloser(bytes.NewReader(body)), lambdaschemas.ListEventSourceMappings,
		lambdaschemas.ListEventSourceMappingsResponse, &out); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	lambda.succeed(w, lambdaschemas.ListEventSourceMappings, lambdaschemas.ListEventSourceMappingsResponse,
		smithy.Serializable(&out))
	sameJSON(t, w.Body.Bytes(), body)
	sameHeader(t, w, header, "Content-Type")

	line, _, _ := recorded(t, "lambda", "request_snapshot/ListEventSourceMappings.request.snap")
	method, target, _ := strings.Cut(line, " ")
	if service, operation := identify(httptest.NewRequest(method, target, nil)); service != lambda ||
		operation != "ListEventSourceMappings" {
		t.Errorf("%s is taken for %s of %s", target, operation, service.actions)
	}
}

func sameHeader(t *testing.T, got *httptest.ResponseRecorder, want http.Header, names ...string) {
	t.Helper()
	for _, name := range names {
		if got.Header().Get(name) != want.Get(name) || want.Get(name) == "" {
			t.Errorf("%s is %q, want %q", name, got.Header().Get(name), want.Get(name))
		}
	}
}

func sameJSON(t *testing.T, got, want []byte) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(want, &b); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s\nwant %s", got, want)
	}
}
