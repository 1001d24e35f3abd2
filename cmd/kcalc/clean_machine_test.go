package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
)

// cleanMachine is a machine on which nothing is set but what a test says: the built
// program, an empty home and no more environment than that.
type cleanMachine struct {
	folder string
	env    []string
}

func newCleanMachine(t *testing.T, env ...string) *cleanMachine {
	t.Helper()
	folder := t.TempDir()
	return &cleanMachine{folder, append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder},
		env...)}
}

// run runs the program in the folder.
func (s *cleanMachine) run(t *testing.T, args ...string) (code int, out, complaints string) {
	t.Helper()
	var o, e bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "kcalc", args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.folder, s.env, &o, &e
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// credentialsOf is the least that a call needs beside an address.
func credentialsOf(region string) []string {
	return []string{"AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=SECRET", "AWS_REGION=" + region,
		"AWS_EC2_METADATA_DISABLED=true"}
}

// least is the environment that leads to the account, by addresses that may be
// others than its own.
func (a *awsOf) least(address func(string) string) []string {
	env := append(credentialsOf("us-east-1"), "SOURCE_DATE_EPOCH="+today)
	for _, service := range []string{"CLOUDWATCH", "KINESIS", "LAMBDA"} {
		name := "AWS_ENDPOINT_URL_" + service
		env = append(env, name+"="+address(os.Getenv(name)))
	}
	return env
}

func asItIs(address string) string { return address }

// encrypted is an address of https that leads to one of http. Who signs for it is
// in the bundle of newBundle, and on no machine.
func encrypted(t *testing.T) func(address string) string {
	return func(address string) string {
		t.Helper()
		target, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // which is signed
		}})
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // that a client does not trust it is no news
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.URL
	}
}

// newBundle is a file with who signs for the servers of httptest.
func newBundle(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	return pemFile(t, server.Certificate())
}

func pemFile(t *testing.T, certificate *x509.Certificate) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}),
		0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// Every command that reads from AWS works on a machine on which nothing is set
// up, and on one that has a CA bundle: over http, and where only the bundle makes
// the servers trusted. What it prints is what it prints here.
func TestStrangerReadsFromAWS(t *testing.T) {
	a := newOrders(t, 3)
	bundle := "AWS_CA_BUNDLE=" + newBundle(t)
	commands := [][]string{{"history", "fetch", "--dry-run", "--stream", a.stream}, {"recommend", "--stream", a.stream},
		{"replay", "--stream", a.stream}}
	var printed []string
	for _, args := range commands {
		_, out, _ := session(t.Context(), args...)
		printed = append(printed, out)
	}
	for name, env := range map[string][]string{
		"nothing set":                a.least(asItIs),
		"a CA bundle":                append(a.least(asItIs), bundle),
		"a CA bundle that is needed": append(a.least(encrypted(t)), bundle),
	} {
		t.Run(name, func(t *testing.T) {
			s := newCleanMachine(t, env...)
			code, out, complaints := s.run(t, "history", "fetch", "--stream", a.stream, "--save", "orders.json")
			if want := "orders.json: 12 series of " + a.stream; code != 0 || complaints != "" || !strings.HasPrefix(out, want) {
				t.Fatalf("exit code %d\n%s%s", code, out, complaints)
			}
			if got := files(t, s.folder); got != "orders.json" {
				t.Errorf("left behind: %s", got)
			}
			if h := readSaved(t, filepath.Join(s.folder, "orders.json")); len(h.Series) != 12 {
				t.Errorf("%d series are saved", len(h.Series))
			}
			for i, args := range commands {
				if code, out, complaints := s.run(t, args...); code != 0 || out != printed[i] || out == "" || complaints != "" {
					t.Errorf("%v: exit code %d\n%s%s", args, code, out, complaints)
				}
			}
		})
	}
}

// Who is not trusted is not believed, bundle or not.
func TestStrangerTrustsNobody(t *testing.T) {
	a := newAWS(t, 1)
	env := append(a.least(encrypted(t)), "AWS_MAX_ATTEMPTS=1")
	code, out, complaints := newCleanMachine(t, env...).run(t, "recommend", "--stream", a.stream)
	if code != exitFailed || out != "" || !strings.HasPrefix(complaints,
		"kcalc: kinesis:DescribeStreamSummary: cannot be reached: ") || !strings.Contains(complaints, "certificate") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
	for name, file := range map[string]string{"no such file": "nowhere.pem", "no bundle": "/dev/null"} {
		code, out, complaints := newCleanMachine(t, append(env, "AWS_CA_BUNDLE="+file)...).run(t, "recommend", "--stream",
			a.stream)
		if code != exitFailed || out != "" || !strings.HasPrefix(complaints,
			"kcalc: the AWS configuration cannot be read: ") {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, complaints)
		}
	}
}

// Where nothing listens that is said, and nothing else.
func TestStrangerWithoutNetwork(t *testing.T) {
	for _, args := range [][]string{{"history", "fetch"}, {"history", "fetch", "--dry-run"}, {"recommend"}, {"replay"}} {
		for _, more := range [][]string{nil, {"AWS_CA_BUNDLE=" + newBundle(t)}} {
			env := append(credentialsOf("us-east-1"), "AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_MAX_ATTEMPTS=1")
			code, out, complaints := newCleanMachine(t, append(env, more...)...).run(t, append(args, "--stream", "orders")...)
			if code != exitFailed || out != "" || !strings.HasPrefix(complaints,
				"kcalc: kinesis:DescribeStreamSummary: cannot be reached: ") || strings.Count(complaints, "\n") != 2 {
				t.Errorf("%v: exit code %d\n%s%s", args, code, out, complaints)
			}
		}
	}
}

// Prices are fetched into the home's configuration folder, of which there is
// nothing yet.
func TestStrangerUpdatesPrices(t *testing.T) {
	server, _ := offers(t)
	s := newCleanMachine(t)
	code, out, complaints := s.run(t, "prices", "update", "--region", "us-west-2", "--offer-url", server+offerPath)
	if code != 0 || !strings.HasPrefix(out, "us-west-2: prices of 19 of 20 cost lines, as of 2026-09-23\n"+s.folder) {
		t.Fatalf("exit code %d\n%s%s", code, out, complaints)
	}
	if code, out, complaints := s.run(t, "prices", "list", "--region", "us-west-2", "-o", "csv"); code != 0 ||
		!strings.Contains(out, server) {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
}

// What AWS's client would log stays off standard error, which says once what is
// wrong: of an answer that is cut short, of one that is none, and of one that does
// not end. Who is asked for credentials is a server of AWS, too.
func TestStrangerSaysNoMoreThanItself(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("token"), 0o600); err != nil {
		t.Fatal(err)
	}
	signIn := []string{"AWS_REGION=us-east-1", "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/kcalc",
		"AWS_WEB_IDENTITY_TOKEN_FILE=" + token}
	for kind, says := range map[fakeaws.Kind]string{
		fakeaws.CutShort: "unexpected EOF", fakeaws.Empty: "it is empty", fakeaws.Garbage: "",
		fakeaws.Bomb: "it has more than 8MiB",
	} {
		behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, `{"StreamDescriptionSummary":{}}`)
		}))
		defer behind.Close()
		for action, env := range map[string][]string{"kinesis:DescribeStreamSummary: the answer cannot be read: ": credentialsOf("us-east-1"), "kinesis:DescribeStreamSummary: no usable credentials: ": signIn} {
			proxy := fakeaws.StartProxy(t, behind.URL)
			proxy.Inject(fakeaws.Fault{Kind: kind})
			env = append(env, "AWS_ENDPOINT_URL="+proxy.URL(), "AWS_ENDPOINT_URL_STS="+proxy.URL(), "AWS_MAX_ATTEMPTS=1")
			code, out, complaints := newCleanMachine(t, env...).run(t, "recommend", "--stream", "orders")
			// The client that signs in is AWS's own: it may lose the connection under an
			// answer that comes before it has looked for the end of its request.
			lost := strings.Contains(action, "credentials") && strings.Contains(complaints, "closed network connection")
			if code != exitFailed || out != "" || !strings.HasPrefix(complaints, "kcalc: "+action) ||
				!lost && !strings.Contains(complaints, says) || strings.Count(complaints, "\n") != 2 ||
				!strings.Contains(complaints, "\nhint: ") {
				t.Errorf("%s: exit code %d\n%s%s", kind, code, out, complaints)
			}
		}
	}
}

// What cannot be read is not asked for again, with the patience that the program
// has.
func TestStrangerDoesNotInsist(t *testing.T) {
	for _, body := range []string{"<html>Welcome</html>",
		`{"StreamDescriptionSummary":{"OpenShardCount":99999999999999999999}}`, `{"StreamDescriptionSummary":`, ""} {
		var asked atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			io.WriteString(w, body)
		}))
		defer server.Close()
		code, out, complaints := newCleanMachine(t, append(credentialsOf("us-east-1"),
			"AWS_ENDPOINT_URL="+server.URL)...).run(t, "recommend", "--stream", "orders")
		if code != exitFailed || out != "" || asked.Load() != 1 || !strings.HasPrefix(complaints,
			"kcalc: kinesis:DescribeStreamSummary: the answer cannot be read: ") || strings.Count(complaints, "\n") != 2 {
			t.Errorf("%q: exit code %d after %d requests\n%s%s", body, code, asked.Load(), out, complaints)
		}
	}
}

// A machine of EC2 that has no role says so to AWS's client, which logs what it
// tried.
func TestStrangerOnEC2(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusForbidden} {
		metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
			_ *http.Request) {
			w.WriteHeader(status)
		}))
		defer metadata.Close()
		code, out, complaints := newCleanMachine(t, "AWS_REGION=us-east-1",
			"AWS_EC2_METADATA_SERVICE_ENDPOINT="+metadata.URL).run(t, "recommend", "--stream", "orders")
		if code != exitFailed || out != "" || !strings.HasPrefix(complaints,
			"kcalc: kinesis:DescribeStreamSummary: no usable credentials: ") || strings.Count(complaints, "\n") != 2 {
			t.Errorf("%d: exit code %d\n%s%s", status, code, out, complaints)
		}
	}
}
