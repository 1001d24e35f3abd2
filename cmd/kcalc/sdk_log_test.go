package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/logging"
)

// cutServer is a server whose answers end within a chunk: a client that closes the body of one
// fails to, of which AWS's warns in its log.
func cutServer(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		buffered.WriteString("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{")
		buffered.Flush()
		conn.Close()
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// standardError returns what is written to the process's standard error meanwhile, past the
// streams of the program.
func standardError(t *testing.T, meanwhile func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	real := os.Stderr
	os.Stderr = w
	meanwhile()
	os.Stderr = real
	w.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// AWS's clients log nothing to standard error: that is for what kcalc says.
func TestClientsLogNothing(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": cutServer(t), "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "SECRET",
		"AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	text := standardError(t, func() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if code, out, complaints := session(ctx, "recommend", "--stream", "orders"); code == exitAnswered || out != "" ||
			strings.Contains(complaints, "WARN") || strings.Contains(complaints, "SDK") {
			t.Errorf("%d: %q, %q", code, out, complaints)
		}
	})
	if text != "" {
		t.Errorf("the clients log %q", text)
	}
	a, err := (&awsFlags{}).open(t.Context(), "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	for client, logger := range map[string]logging.Logger{"CloudWatch": a.cloudwatch.Options().Logger,
		"Kinesis": a.inventory.Kinesis.Options().Logger, "Lambda": a.inventory.Lambda.Options().Logger} {
		if _, silent := logger.(logging.Nop); !silent {
			t.Errorf("%s logs to %T", client, logger)
		}
	}
}
