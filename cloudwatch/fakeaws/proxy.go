package fakeaws

import (
	"bytes"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// Proxy passes requests on to a server of one of AWS's services, and breaks those
// that it is told to. It tells operations apart in the protocol of each of those
// that are read.
type Proxy struct {
	url     string
	forward *httputil.ReverseProxy
	stopped chan struct{}

	mu       sync.Mutex
	requests map[string]int
	faults   []*armed
}

// armed is a fault and how many of its requests have come.
type armed struct {
	Fault
	seen int
}

// StartProxy starts a proxy to the server at an address; it stops with the test.
func StartProxy(tb testing.TB, address string) *Proxy {
	tb.Helper()
	target, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true} // bytes pass as they are
	p := &Proxy{stopped: make(chan struct{}), requests: map[string]int{}, forward: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // which is signed
		},
		Transport: transport,
		ErrorLog:  log.New(io.Discard, "", 0), // clients that go away are no news
	}}
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	tb.Cleanup(func() {
		close(p.stopped)
		server.Close()
		transport.CloseIdleConnections()
	})
	p.url = server.URL
	return p
}

// URL returns the address of the proxy.
func (p *Proxy) URL() string { return p.url }

// Inject makes something go wrong from now on. Of several faults that hit one
// request the first that was injected does.
func (p *Proxy) Inject(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &armed{Fault: f})
}

// Requests counts the requests that came, by operation. An HTTP client of Go
// sends a GET, which Lambda's are, twice by itself when a connection that it kept
// is reset.
func (p *Proxy) Requests() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.requests)
}

// fault returns the fault that hits a request, nil if none does.
func (p *Proxy) fault(operation string) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests[operation]++
	var hit *Fault
	for _, f := range p.faults {
		if f.Operation != "" && f.Operation != operation {
			continue
		}
		f.seen++
		from := max(f.From, 1)
		if hit == nil && f.seen >= from && (f.Times == 0 || f.seen < from+f.Times) {
			hit = &f.Fault
		}
	}
	return hit
}

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	_, operation := identify(r)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client has gone away
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f := p.fault(operation); f != nil {
		p.inflict(w, r, *f)
		return
	}
	p.forward.ServeHTTP(w, r)
}
