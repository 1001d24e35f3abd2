package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/kcalc/kcalc/model/untrusted"
)

// Cause is why AWS gave no answer, as a message says it.
type Cause string

// The causes that a user can do something about.
const (
	Denied        Cause = "access denied"
	Expired       Cause = "the credentials have expired"
	BadSignature  Cause = "the credentials are not accepted"
	NoCredentials Cause = "no usable credentials"
	NotFound      Cause = "not found"
	Throttled     Cause = "throttled"
	ClockOff      Cause = "this machine's clock is off"
	Unreachable   Cause = "cannot be reached"
	TimedOut      Cause = "no answer in time"
	Garbled       Cause = "the answer cannot be read"
	ServerFault   Cause = "the service failed"
	Interrupted   Cause = "interrupted"
	Incomplete    Cause = "the answer stays incomplete"
	Refused       Cause = "the request was refused"
)

// Failure is a call to AWS that gave no answer, after all that was tried.
type Failure struct {
	Action string // as IAM names it: "kinesis:ListShards"
	Cause  Cause
	Detail string // what AWS or the network said
	Err    error
}

func (f *Failure) Error() string {
	text := f.Action + ": " + string(f.Cause)
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	return text
}

func (f *Failure) Unwrap() error { return f.Err }

// Explain returns an error of an AWS client as a Failure: which call it was, and why it failed.
func Explain(err error) *Failure {
	var known *Failure
	if errors.As(err, &known) {
		return known
	}
	f := &Failure{Action: "AWS", Err: err}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		f.Action = strings.ToLower(operation.ServiceID) + ":" + operation.OperationName
	}
	var late *deadlineError
	if errors.As(err, &late) && late.last != nil {
		err = late.last
	}
	f.Cause, f.Detail = cause(err)
	if late != nil {
		f.Detail = strings.TrimPrefix(f.Detail+"; given up after "+late.after.String(), "; ")
	}
	return f
}

// cause returns what an error means, and what AWS or the network said.
func cause(err error) (c Cause, detail string) {
	var (
		api      smithy.APIError
		response *smithyhttp.ResponseError
		garbled  *smithy.DeserializationError
		network  net.Error
		late     *deadlineError
		cut      *lostError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return Interrupted, ""
	case noIdentity(err):
		return NoCredentials, oneLine(root(err).Error())
	case errors.As(err, &late):
		return TimedOut, ""
	case errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError:
		code := response.HTTPStatusCode()
		return ServerFault, fmt.Sprintf("%d %s", code, http.StatusText(code))
	case errors.As(err, &api) && causes[bare(api.ErrorCode())] != "":
		return causes[bare(api.ErrorCode())], oneLine(api.ErrorMessage())
	case errors.As(err, &api) && response != nil && response.HTTPStatusCode() >= http.StatusBadRequest:
		return Refused, oneLine(api.ErrorCode() + ": " + api.ErrorMessage())
	case errors.Is(err, errEmpty), errors.Is(err, errTooLarge), errors.Is(err, errTooMany):
		return Garbled, root(err).Error()
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return TimedOut, ""
	case errors.As(err, &cut):
		return Garbled, oneLine(root(cut).Error())
	case errors.As(err, &garbled):
		return Garbled, oneLine(garbled.Unwrap().Error())
	}
	return Unreachable, oneLine(root(err).Error())
}

// noIdentity reports whether a call could not be signed for want of credentials. The
// client has no type for that when it fails to ask for them.
func noIdentity(err error) bool {
	var signing *v4.SigningError
	return errors.As(err, &signing) || strings.Contains(err.Error(), "get identity: ")
}

// causes are AWS's error codes, without the endings that protocols differ in.
var causes = map[string]Cause{
	"AccessDenied":                  Denied,
	"UnauthorizedOperation":         Denied,
	"NotAuthorized":                 Denied,
	"KMSAccessDenied":               Denied,
	"ExpiredToken":                  Expired,
	"RequestExpired":                ClockOff,
	"RequestInTheFuture":            ClockOff,
	"RequestTimeTooSkewed":          ClockOff,
	"InvalidSignature":              BadSignature,
	"SignatureDoesNotMatch":         BadSignature,
	"IncompleteSignature":           BadSignature,
	"UnrecognizedClient":            BadSignature,
	"InvalidClientTokenId":          BadSignature,
	"InvalidAccessKeyId":            BadSignature,
	"MissingAuthenticationToken":    BadSignature,
	"AuthFailure":                   BadSignature,
	"ResourceNotFound":              NotFound,
	"Throttling":                    Throttled,
	"Throttled":                     Throttled,
	"RequestThrottled":              Throttled,
	"TooManyRequests":               Throttled,
	"LimitExceeded":                 Throttled,
	"RequestLimitExceeded":          Throttled,
	"SlowDown":                      Throttled,
	"ProvisionedThroughputExceeded": Throttled,
}

// bare returns an error code without its namespace and ending:
// "com.amazonaws.kinesis#AccessDeniedException" is AccessDenied.
func bare(code string) string {
	if at := strings.LastIndexByte(code, '#'); at >= 0 {
		code = code[at+1:]
	}
	code, _, _ = strings.Cut(code, ":")
	for _, ending := range []string{"Exception", "Error"} {
		if causes[code] == "" {
			code = strings.TrimSuffix(code, ending)
		}
	}
	return code
}

// root returns the innermost error, which says what happened; those around it say
// in which layer.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// mostDetail is how much of a foreign message an error repeats, in bytes.
const mostDetail = 300

// oneLine makes a foreign message fit for a line of an error.
func oneLine(text string) string {
	return untrusted.Excerpt(strings.Join(strings.Fields(text), " "), mostDetail)
}
