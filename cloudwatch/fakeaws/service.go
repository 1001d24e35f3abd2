package fakeaws

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	lambdaschemas "github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	orgschemas "github.com/aws/aws-sdk-go-v2/service/organizations/schemas"
	tagschemas "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/schemas"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/cbor"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/restjson1"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
)

// service is how one of AWS's services speaks.
type service struct {
	actions     string // what IAM's names of its actions begin with
	operation   string // its only one that is used, "" where there are several
	contentType string
	protocol    smithyhttp.ClientProtocol // nil where nothing but its errors is written here
	writeError  func(http.ResponseWriter, apiError)
	errors      map[Kind]apiError // with which it answers a fault
}

// apiError is an error of a service.
type apiError struct {
	status    int
	queryCode string // under which the service's old protocol knew the error, if it had one
	shape     string
	message   string
}

const (
	cloudWatchPath = "/service/GraniteServiceVersion20100801/operation/"
	kinesisTarget  = "Kinesis_20131202."
	mappingsPath   = "/2015-03-31/event-source-mappings"
	settingsPath   = "/2016-08-19/account-settings"
	taggingTarget  = "ResourceGroupsTaggingAPI_20170126."
	orgTarget      = "AWSOrganizationsV20161128."
	formType       = "application/x-www-form-urlencoded"
)

// The services. Codes and status codes are those of their API references
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html,
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html,
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
var (
	cloudWatch = &service{
		actions:     "cloudwatch",
		contentType: "application/cbor",
		protocol:    rpcv2.NewCBOR(schemas.GraniteServiceVersion20100801),
		writeError:  writeCBORError,
		errors: map[Kind]apiError{
			Throttling: {http.StatusBadRequest, "Throttling", "ThrottlingException", "Rate exceeded"},
			Error500:   {http.StatusInternalServerError, "InternalFailure", "InternalFailure", internalMessage},
			Expired:    {http.StatusForbidden, "ExpiredToken", "ExpiredTokenException", expiredMessage},
			Denied:     {http.StatusForbidden, "AccessDenied", "AccessDeniedException", ""},
			ClockOff:   {http.StatusForbidden, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		},
	}
	kinesis = &service{
		actions:     "kinesis",
		contentType: "application/x-amz-json-1.1",
		writeError:  writeJSONError,
		errors: map[Kind]apiError{
			Throttling: {http.StatusBadRequest, "", "LimitExceededException", "Rate exceeded"},
			Error500:   {http.StatusInternalServerError, "", "InternalFailure", internalMessage},
			Expired:    {http.StatusBadRequest, "", "ExpiredTokenException", expiredMessage},
			Denied:     {http.StatusBadRequest, "", "AccessDeniedException", ""},
			ClockOff:   {http.StatusBadRequest, "", "InvalidSignatureException", ""},
		},
	}
	lambda = &service{
		actions:     "lambda",
		contentType: "application/json",
		protocol:    restjson1.New(lambdaschemas.AWSGirApiService),
		writeError:  writeRESTError,
		errors: map[Kind]apiError{
			Throttling: {http.StatusTooManyRequests, "", "TooManyRequestsException", "Rate exceeded"},
			Error500:   {http.StatusInternalServerError, "", "ServiceException", internalMessage},
			Expired:    {http.StatusForbidden, "", "ExpiredTokenException", expiredMessage},
			Denied:     {http.StatusForbidden, "", "AccessDeniedException", ""},
			ClockOff:   {http.StatusForbidden, "", "InvalidSignatureException", ""},
		},
	}
	tagging = &service{
		actions:     "tag",
		operation:   "GetResources",
		contentType: "application/x-amz-json-1.1",
		protocol:    awsjson.New11(tagschemas.ResourceGroupsTaggingAPI_20170126),
		writeError:  writeJSONError,
		errors: map[Kind]apiError{
			Throttling: {http.StatusBadRequest, "", "ThrottledException", "Rate exceeded"},
			Error500:   {http.StatusInternalServerError, "", "InternalServiceException", internalMessage},
			Expired:    {http.StatusBadRequest, "", "ExpiredTokenException", expiredMessage},
			Denied:     {http.StatusBadRequest, "", "AccessDeniedException", ""},
			ClockOff:   {http.StatusBadRequest, "", "InvalidSignatureException", ""},
		},
	}
	organizations = &service{
		actions:     "organizations",
		operation:   "ListAccounts",
		contentType: "application/x-amz-json-1.1",
		protocol:    awsjson.New11(orgschemas.AWSOrganizationsV20161128),
		writeError:  writeJSONError,
		errors: map[Kind]apiError{
			Throttling: {http.StatusBadRequest, "", "TooManyRequestsException", "Rate exceeded"},
			Error500:   {http.StatusInternalServerError, "", "ServiceException", internalMessage},
			Expired:    {http.StatusBadRequest, "", "ExpiredTokenException", expiredMessage},
			Denied:     {http.StatusBadRequest, "", "AccessDeniedException", ""},
			ClockOff:   {http.StatusBadRequest, "", "InvalidSignatureException", ""},
		},
	}
	sts = &service{
		actions:     "sts",
		operation:   "AssumeRole",
		contentType: "text/xml",
		writeError:  writeQueryError,
		errors: map[Kind]apiError{
			Throttling: {http.StatusBadRequest, "Throttling", "", "Rate exceeded"},
			Error500:   {http.StatusInternalServerError, "InternalFailure", "", internalMessage},
			Expired:    {http.StatusForbidden, "ExpiredToken", "", expiredMessage},
			Denied:     {http.StatusForbidden, "AccessDenied", "", ""},
			ClockOff:   {http.StatusForbidden, "SignatureDoesNotMatch", "", ""},
		},
	}
)

const (
	internalMessage = "The request processing has failed because of an unknown error, exception or failure."
	expiredMessage  = "The security token included in the request is expired"
)

// identify returns the service that a request is for, and its operation.
func identify(r *http.Request) (*service, string) {
	if operation, ok := strings.CutPrefix(r.URL.Path, cloudWatchPath); ok {
		return cloudWatch, operation
	}
	if operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), kinesisTarget); ok {
		return kinesis, operation
	}
	if operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), taggingTarget); ok {
		return tagging, operation
	}
	if operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), orgTarget); ok {
		return organizations, operation
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), formType) {
		return sts, sts.operation
	}
	if r.Method == http.MethodGet && strings.TrimSuffix(r.URL.Path, "/") == mappingsPath {
		return lambda, "ListEventSourceMappings"
	}
	if r.Method == http.MethodGet && strings.TrimSuffix(r.URL.Path, "/") == settingsPath {
		return lambda, "GetAccountSettings"
	}
	return lambda, r.Method + " " + r.URL.Path
}

// begin sets what is in the head of every answer.
func (s *service) begin(w http.ResponseWriter) {
	w.Header().Set("Content-Type", s.contentType)
	w.Header().Set("X-Amzn-RequestId", "9f3a6c1e-0000-4000-8000-000000000000")
	if s == cloudWatch {
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	}
}

// fail responds to a request with an error.
func (s *service) fail(w http.ResponseWriter, e apiError) {
	s.begin(w)
	s.writeError(w, e)
}

// succeed responds to a request with an output.
func (s *service) succeed(w http.ResponseWriter, operation, shape *smithy.Schema, output smithy.Serializable) {
	body, err := s.encode(operation, shape, output)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.begin(w)
	w.Write(body)
}

// encode returns the body of an answer, of the SDK's making. The SDK writes an
// output no differently from an input; its authors make the answers that its own
// tests read in this way, too.
func (s *service) encode(operation, shape *smithy.Schema, output smithy.Serializable) ([]byte, error) {
	request := smithyhttp.NewStackRequest().(*smithyhttp.Request)
	err := s.protocol.SerializeRequest(context.Background(), smithy.NewOperationSchema(operation, shape, shape), output,
		request)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(request.GetStream())
}

// decode reads the body of a request, as the SDK reads that of an answer.
func (s *service) decode(body io.ReadCloser, operation, shape *smithy.Schema, into smithy.Deserializable) error {
	response := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusOK, Body: body}}
	return s.protocol.DeserializeResponse(context.Background(), smithy.NewOperationSchema(operation, shape, shape),
		cloudwatch.TypeRegistry, response, into)
}

// writeCBORError writes an error as RPC v2 has it. A service that once spoke
// the Query protocol repeats the code of then in a header.
func writeCBORError(w http.ResponseWriter, e apiError) {
	fault := "Sender"
	if e.status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	w.Header().Set("X-Amzn-Query-Error", e.queryCode+";"+fault)
	w.WriteHeader(e.status)
	w.Write(cbor.Encode(cbor.Map{"__type": cbor.String(e.shape), "message": cbor.String(e.message)}))
}

// writeJSONError writes an error as AWS JSON has it.
func writeJSONError(w http.ResponseWriter, e apiError) {
	writeJSON(w, e.status, map[string]string{"__type": e.shape, "message": e.message})
}

// writeRESTError writes an error as REST JSON has it.
func writeRESTError(w http.ResponseWriter, e apiError) {
	w.Header().Set("X-Amzn-ErrorType", e.shape)
	writeJSON(w, e.status, map[string]string{"message": e.message})
}

func writeJSON(w http.ResponseWriter, status int, body map[string]string) {
	var text bytes.Buffer
	json.NewEncoder(&text).Encode(body) // strings always encode
	w.WriteHeader(status)
	w.Write(text.Bytes())
}
