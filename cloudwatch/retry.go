package cloudwatch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/middleware"
)

// RetryPolicy says how often and how long a call to AWS is tried. Every call reads
// and changes nothing, so that all of them may be made again.
type RetryPolicy struct {
	Attempts   int           // of a call, the first included
	MostWait   time.Duration // between two attempts; waits grow from one to the next and are drawn at random up to that
	PerAttempt time.Duration // after which one counts as lost
	PerCall    time.Duration // deadline of a call with all its attempts
	Rounds     int           // how often what an answer lacked is asked for, the first time included
}

// DefaultRetryPolicy outlasts what passes, and gives up on what does not within
// a few minutes.
func DefaultRetryPolicy() RetryPolicy {
	return RetryPolicy{Attempts: 8, MostWait: 20 * time.Second, PerAttempt: 40 * time.Second, PerCall: 3 * time.Minute,
		Rounds: 5}
}

// Configure makes every client of a configuration follow the policy: throttling,
// faults of the service, and connections and answers that were lost are tried
// again, with backoff and jitter, until the deadline. An answer that came whole
// and cannot be read would come again: it is not asked for twice.
func (p RetryPolicy) Configure(cfg *aws.Config) {
	if cfg.HTTPClient == nil { // as a configuration has it unless a CA bundle is set
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = client.WithTimeout(p.PerAttempt)
	}
	cfg.HTTPClient = knownLength{cfg.HTTPClient}
	cfg.Retryer = p.retryer
	cfg.APIOptions = append(cfg.APIOptions, p.bound, WholeAnswers)
}

// knownLength is a client whose requests' bodies end where their length says. The
// AWS client closes a request's body as soon as the answer begins; a transport that
// has not looked for the end of the body by then takes that for a failed write
// and closes the connection, under the answer. The call would be made, and
// billed, twice.
type knownLength struct{ aws.HTTPClient }

// Do sends a request. It lets the transport find the end of the body without
// reading from it once more.
func (c knownLength) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.ContentLength <= 0 {
		return c.HTTPClient.Do(r)
	}
	own := r.Clone(r.Context())
	own.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r.Body, r.ContentLength), r.Body}
	return c.HTTPClient.Do(own)
}

func (p RetryPolicy) retryer() aws.Retryer {
	standard := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = p.Attempts, p.MostWait
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(isUnsigned)},
			append(o.Retryables, retry.IsErrorRetryableFunc(isLost))...)
	})
	return notingRetryer{standard}
}

// isLost makes an answer that did not come to its end worth another attempt.
func isLost(err error) aws.Ternary {
	var cut *lostError
	if errors.As(err, &cut) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// isUnsigned makes a call for which there are no credentials not worth another
// attempt: whoever gives them has tried already.
func isUnsigned(err error) aws.Ternary {
	if noIdentity(err) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// bound gives a call its deadline.
func (p RetryPolicy) bound(stack *middleware.Stack) error {
	const id = "Deadline"
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc(id,
		func(ctx context.Context, in middleware.InitializeInput,
			next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			late := &deadlineError{after: p.PerCall}
			bounded, cancel := context.WithTimeout(context.WithValue(ctx, lastErrorKey{}, late), p.PerCall)
			defer cancel()
			out, metadata, err := next.HandleInitialize(bounded, in)
			if err != nil && ctx.Err() == nil && bounded.Err() != nil {
				err = late
			}
			return out, metadata, err
		}), middleware.Before)
}

// deadlineError is a call that used up its time. Last is why its last attempt
// failed, which the client forgets when the time ends between two of them.
type deadlineError struct {
	after time.Duration
	last  error
}

func (e *deadlineError) Error() string { return "no answer within " + e.after.String() }

type lastErrorKey struct{}

// notingRetryer is the standard retryer that notes why another attempt is needed.
type notingRetryer struct{ *retry.Standard }

// GetRetryToken notes the error of the last attempt. The client calls it before each further one.
func (n notingRetryer) GetRetryToken(ctx context.Context, err error) (func(error) error, error) {
	if late, ok := ctx.Value(lastErrorKey{}).(*deadlineError); ok {
		late.last = err
	}
	return n.Standard.GetRetryToken(ctx, err)
}
