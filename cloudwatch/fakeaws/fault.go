package fakeaws

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Kind is what goes wrong.
type Kind string

// What goes wrong with a request. The first five are answers of the service, in
// its protocol and with its own codes.
const (
	Throttling     Kind = "Throttling"
	Error500       Kind = "Error500"
	Expired        Kind = "Expired"        // the session token has
	Denied         Kind = "Denied"         // IAM allows the user no such action
	ClockOff       Kind = "ClockOff"       // the service's clock is off by Fault.Off; what that clock finds signed in time passes
	Unavailable503 Kind = "Unavailable503" // with an HTML page, as a load balancer has it
	Reset          Kind = "Reset"          // the connection, once the request was read
	CutShort       Kind = "CutShort"       // half of the body, then the connection ends
	Empty          Kind = "Empty"          // a success with no body
	Garbage        Kind = "Garbage"        // a success whose body is noise
	Bomb           Kind = "Bomb"           // a success whose body is 256 KB, and 256 MB when it is unzipped
	Hang           Kind = "Hang"           // no answer until the test ends
)

// Fault is something that goes wrong with some of the requests.
type Fault struct {
	Kind      Kind
	Operation string        // of requests that it is for, such as "ListShards"; "": all
	From      int           // the first of those that it hits, from 1 on, counted from Inject; 0 is 1
	Times     int           // how many of them it hits; 0: all from there on
	Off       time.Duration // of ClockOff: how far the service's clock is ahead
}

// inflict responds to a request with a fault.
func (p *Proxy) inflict(w http.ResponseWriter, r *http.Request, f Fault) {
	service, operation := identify(r)
	switch f.Kind {
	case Throttling, Error500, Expired:
		service.fail(w, service.errors[f.Kind])
	case Denied:
		service.fail(w, service.denied(operation))
	case ClockOff:
		p.clockOff(w, r, service, time.Now().Add(f.Off))
	case Unavailable503:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this "+
			"request.\n</body></html>\n")
	case Reset:
		reset(w)
	case CutShort:
		p.cutShort(w, r)
	case Empty:
		service.begin(w)
	case Garbage:
		service.begin(w)
		w.Write(noise())
	case Bomb:
		service.begin(w)
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb())
	case Hang:
		<-p.stopped
		panic(http.ErrAbortHandler)
	default:
		http.Error(w, fmt.Sprintf("fakeaws: no fault of the kind %q", f.Kind), http.StatusTeapot)
	}
}

// denied returns the error of a user whom IAM allows no such action.
func (s *service) denied(operation string) apiError {
	e := s.errors[Denied]
	action := s.actions + ":" + operation
	e.message = "User: arn:aws:iam::123456789012:user/kcalc is not authorized to perform: " + action +
		" because no identity-based policy allows the " + action + " action"
	return e
}

// How AWS writes times in signatures, and how far off they may be
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html).
const (
	signingTime = "20060102T150405Z"
	mostSkew    = 5 * time.Minute
)

// clockOff passes on what was signed at about the time of the service's clock.
// All that the service answers carries the time of that clock, from which a
// client learns how far it is off.
func (p *Proxy) clockOff(w http.ResponseWriter, r *http.Request, s *service, clock time.Time) {
	answer := httptest.NewRecorder()
	signed, _ := time.Parse(signingTime, r.Header.Get("X-Amz-Date"))
	e := s.errors[ClockOff]
	at, now := signed.Format(signingTime), clock.UTC().Format(signingTime)
	switch ahead := signed.Sub(clock); {
	case ahead > mostSkew:
		e.message = fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)", at,
			clock.Add(mostSkew).UTC().Format(signingTime), now)
		s.fail(answer, e)
	case ahead < -mostSkew:
		e.message = fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)", at,
			clock.Add(-mostSkew).UTC().Format(signingTime), now)
		s.fail(answer, e)
	default:
		p.forward.ServeHTTP(answer, r)
	}
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Date", clock.UTC().Format(http.TimeFormat))
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// reset makes the client's connection end with a reset, not with an orderly end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // HTTP/1.1 over TCP, as httptest's, can always be hijacked
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// cutShort sends half of what the server answers.
func (p *Proxy) cutShort(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	p.forward.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(answer.Code)
	w.Write(body[:len(body)/2])
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// noise returns the same noise each time, and an answer in no protocol.
func noise() []byte {
	noise := make([]byte, 512)
	rand.NewChaCha8([32]byte{}).Read(noise)
	return noise
}

// bomb returns 256 MB of spaces, zipped a megabyte at a time: what a reader of JSON
// would go on reading.
func bomb() []byte {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(bytes.Repeat([]byte(" "), 1<<20)) // into memory, which does not fail
	z.Close()
	return bytes.Repeat(zipped.Bytes(), 256)
}
