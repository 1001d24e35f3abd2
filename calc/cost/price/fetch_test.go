package price

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestOfferAddress(t *testing.T) {
	for address, want := range map[string]string{
		OfferURL:                              "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonKinesis/current/eu-west-1/index.json",
		"http://localhost:8080/{region}":      "http://localhost:8080/eu-west-1",
		"http://127.9.8.7/x":                  "http://127.9.8.7/x",
		"http://[::1]:80/{region}/{region}":   "http://[::1]:80/eu-west-1/eu-west-1",
		"https://mirror.example/x?r={region}": "https://mirror.example/x?r=eu-west-1",
	} {
		if got, err := OfferAddress(address, ireland); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
	for _, address := range []string{"", "x", "/x", "http://example.com/x", "http://localhost.example.com", "http://128.0.0.1", "http://0.0.0.0",
		"http://127.0.0.1.example.com", "http://user@example.com:80#@localhost", "ftp://localhost/x", "file:///etc/passwd", "https://", "http://", "https:opaque", "http://[::2]/", "https://%zz", "\x1b"} {
		if got, err := OfferAddress(address, ireland); err == nil || !printable(err.Error()) {
			t.Errorf("%q is %v, %v", address, got, err)
		}
	}
}

func fetch(ctx context.Context, t *testing.T, server *httptest.Server, path string) (*Offer, error) {
	t.Helper()
	address, err := OfferAddress(server.URL+path, virginia)
	if err != nil {
		t.Fatal(err)
	}
	return FetchOffer(ctx, server.Client(), address)
}

// The offer file of a Region, from a server as AWS's, over http and over https,
// plain and compressed.
func TestFetchOffer(t *testing.T) {
	text := encoded(t, offerOf(places[0]))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /us-east-1/index.json", func(w http.ResponseWriter, _ *http.Request) { w.Write(text) })
	mux.HandleFunc("GET /us-east-1/compressed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		z.Write(text)
	})
	for _, server := range []*httptest.Server{httptest.NewServer(mux), httptest.NewTLSServer(mux)} {
		defer server.Close()
		for _, path := range []string{"/{region}/index.json?token=secret", "/{region}/compressed"} {
			offer, err := fetch(t.Context(), t, server, path)
			if err != nil {
				t.Fatal(err)
			}
			c, _, err := offer.In(virginia)
			if err != nil || len(c.Prices()) != 19 {
				t.Fatalf("%v, %v", c, err)
			}
			file, _, _ := strings.Cut(strings.ReplaceAll(path, "{region}", "us-east-1"), "?")
			if want := server.URL + file + ", version 20260923175154"; c.Prices()[0].Source != want {
				t.Errorf("the source is %q, want %q", c.Prices()[0].Source, want)
			}
		}
	}
}

// Servers that are broken or hostile are refused, with what they did.
func TestHostileServers(t *testing.T) {
	text := string(encoded(t, offerOf(places[0])))
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"/missing": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, text, http.StatusForbidden) },
		"/empty":   func(http.ResponseWriter, *http.Request) {},
		"/page":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>log in</html>") },
		"/cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99999")
			fmt.Fprint(w, text[:5000])
		},
		"/ended":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text[:5000]) },
		"/announced": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "99999999999") },
		"/huge":      func(w http.ResponseWriter, _ *http.Request) { endless(w) },
		"/bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			endless(z)
		},
		"/slow": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, text[:5000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
		"/hang": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"/plain": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/x?secret", http.StatusFound)
		},
		"/file": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		},
		"/loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) },
	} {
		mux.HandleFunc(path, handler)
	}
	server := httptest.NewTLSServer(mux)
	defer server.Close()
	for path, want := range map[string]string{
		"/missing": `answered with "403 Forbidden"`, "/empty": "not an offer file, but empty", "/page": "a page in HTML", "/cut": "cut short: the connection ended",
		"/ended": "cut short: byte 5000", "/announced": "too large (allowed: 16 MiB)", "/huge": "too large", "/bomb": "too large",
		"/slow": "deadline exceeded", "/hang": "deadline exceeded", "/plain": `redirected to "http://127.0.0.1:1/x" (allowed: https)`, "/file": "redirected to", "/loop": "more than 5 redirects",
	} {
		ctx := t.Context()
		if path == "/slow" || path == "/hang" {
			short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			defer cancel()
			ctx = short
		}
		offer, err := fetch(ctx, t, server, path)
		if offer != nil || err == nil || !strings.HasPrefix(err.Error(), server.URL+path+": ") ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

// endless writes more than an offer file may have.
func endless(w interface{ Write([]byte) (int, error) }) {
	blank := make([]byte, 1<<20)
	for range MaxSize>>20 + 1 {
		if _, err := w.Write(blank); err != nil {
			return
		}
	}
}

// Interrupting ends a download at once.
func TestInterrupt(t *testing.T) {
	reached := make(chan struct{})
	server := httptest.NewServer(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { close(reached); <-r.Context().Done() }),
	)
	defer server.Close()
	ctx, interrupt := context.WithCancelCause(t.Context())
	cause := errors.New("interrupt")
	go func() { <-reached; interrupt(cause) }()
	if _, err := fetch(ctx, t, server, "/"); !errors.Is(err, cause) {
		t.Error(err)
	}
}

// A server that says nothing is given up after thirty seconds.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := FetchOffer(t.Context(), &http.Client{Transport: silent{}}, &url.URL{Scheme: "https", Host: "x"})
		if err == nil || !strings.Contains(err.Error(), "no offer file within 30s") || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// silent is a network on which nobody answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
