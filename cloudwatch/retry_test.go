package cloudwatch

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// pastEnd is the body of a request that notes whether it was asked for more than its
// length. A client of AWS closes a body once the answer begins: whoever asks for more
// by then is told of an error, and gives up the connection with the answer in it.
type pastEnd struct {
	io.Reader
	asked  bool
	closed chan struct{}
}

func (b *pastEnd) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if n == 0 {
		b.asked = true
		err = errors.New("closed")
	}
	return n, err
}

func (b *pastEnd) Close() error {
	select {
	case <-b.closed:
	default:
		close(b.closed)
	}
	return nil
}

// The transport looks for the end of a body behind its last byte, and finds it there
// without asking the body.
func TestBodyEndsByItself(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		w.Write(text)
	}))
	defer server.Close()
	cfg := aws.Config{HTTPClient: server.Client()}
	DefaultRetryPolicy().Configure(&cfg)
	for _, text := range []string{"a", "question", strings.Repeat("long ", 100_000)} {
		body := &pastEnd{Reader: strings.NewReader(text), closed: make(chan struct{})}
		request, err := http.NewRequest(http.MethodPost, server.URL, body)
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = int64(len(text))
		response, err := cfg.HTTPClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(response.Body)
		response.Body.Close()
		<-body.closed // by the transport, once it has done with it
		if err != nil || string(answer) != text || body.asked {
			t.Errorf("%d bytes: answered with %d, %v; asked for more: %v", len(text), len(answer), err, body.asked)
		}
	}
}
