package cloudwatch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/kcalc/kcalc/model/unit"
)

// Bounds of an answer. The largest that AWS gives is of GetMetricData, 100,800
// points of 19 bytes and three items, with 500 labels; the one of most objects is
// of ListShards, 10,000 shards of three.
const (
	mostAnswer  = 8 << 20 // bytes, unzipped
	mostItems   = 400_000 // numbers, texts, lists and whatever else takes memory
	mostObjects = 32_000  // of them; one takes more memory than other items
	mostRefusal = 64 << 10
)

// Answers that came whole and are none.
var (
	errEmpty    = errors.New("it is empty") // the client would take it for an answer in which nothing is
	errTooLarge = fmt.Errorf("it has more than %s", unit.Bytes(mostAnswer))
	errTooMany  = fmt.Errorf("it has more than %s items or %s objects", unit.Grouped(mostItems, 0),
		unit.Grouped(mostObjects, 0))
)

// lostError is an answer that began and did not come to its end.
type lostError struct{ error }

func (e *lostError) Unwrap() error { return e.error }

// WholeAnswers makes a client read an answer to its end before it decodes it, and
// no further than any goes: what was lost on the way is distinguished from what came whole
// and is no answer, and what never ends fills no memory. A stack that has it
// already stays as it is.
func WholeAnswers(stack *middleware.Stack) error {
	const id = "WholeAnswers"
	if _, ok := stack.Deserialize.Get(id); ok {
		return nil
	}
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc(id,
		func(ctx context.Context, in middleware.DeserializeInput,
			next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			response, ok := out.RawResponse.(*smithyhttp.Response)
			if err != nil || !ok {
				return out, metadata, err
			}
			body, err := wholeBody(response)
			if err == nil {
				err = bounded(body, awsmiddleware.GetServiceID(ctx) == api.ServiceID)
			}
			response.Body = io.NopCloser(bytes.NewReader(body))
			return out, metadata, err
		}), middleware.After)
}

// wholeBody reads the body of an answer.
func wholeBody(response *smithyhttp.Response) ([]byte, error) {
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return refusal(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer+1))
	switch {
	case err != nil:
		return nil, &lostError{err}
	case len(body) > mostAnswer:
		return nil, errTooLarge
	case len(body) == 0:
		return nil, errEmpty
	}
	return body, nil
}

// refusal reads what else than an answer came, as much of it as AWS would say. Of
// a service that failed the status is enough.
func refusal(response *smithyhttp.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, mostRefusal))
	if err != nil && response.StatusCode < http.StatusInternalServerError {
		return nil, &lostError{err}
	}
	return body, nil
}

// bounded refuses a body that takes much more memory than it has bytes: an empty
// object is a byte of CBOR, and hundreds once it is decoded.
func bounded(body []byte, isCBOR bool) error {
	count := jsonItems
	if isCBOR {
		count = cborItems
	}
	if items, objects := count(body); items > mostItems || objects > mostObjects {
		return errTooMany
	}
	return nil
}

// jsonItems counts the items of a body of JSON and its objects, by the characters
// that begin or part them. Those within texts count, too, of which there are few.
func jsonItems(body []byte) (items, objects int) {
	objects = bytes.Count(body, []byte("{"))
	return objects + bytes.Count(body, []byte("[")) + bytes.Count(body, []byte(",")), objects
}

// cborItems counts the items of a body of CBOR and its objects, which are its
// maps: each has a head, and a text has its bytes behind that (RFC 8949, section
// 3). What follows a text that is cut short is not counted, nor decoded.
func cborItems(body []byte) (items, objects int) {
	const bytesType, textType, mapType, oneByte, eightBytes, untilBreak = 2, 3, 5, 24, 27, 31
	for len(body) > 0 {
		kind, short := body[0]>>5, body[0]&0x1f
		head, argument := 1, uint64(short)
		if short >= oneByte && short <= eightBytes {
			head += 1 << (short - oneByte)
			argument = bigEndian(body[1:min(head, len(body))])
		}
		items++
		if kind == mapType {
			objects++
		}
		if (kind == bytesType || kind == textType) && short != untilBreak {
			argument = min(argument, uint64(len(body)))
			head += int(argument)
		}
		body = body[min(head, len(body)):]
	}
	return items, objects
}

func bigEndian(digits []byte) (n uint64) {
	for _, d := range digits {
		n = n<<8 | uint64(d)
	}
	return n
}
