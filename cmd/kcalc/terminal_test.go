package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
)

// terminalOf is a person's terminal: what is typed into it, and what it shows.
type terminalOf struct {
	person, program *os.File
	mu              sync.Mutex
	seen            bytes.Buffer
}

func newTerminal(t *testing.T) *terminalOf {
	t.Helper()
	person, program, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal is to be had: %v", err)
	}
	term := &terminalOf{person: person, program: program}
	t.Cleanup(func() { program.Close(); person.Close() })
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			term.mu.Lock()
			term.seen.Write(buffer[:n])
			term.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return term
}

// text is what it has shown so far.
func (t *terminalOf) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen.String()
}

// shows waits until it shows a text.
func (t *terminalOf) shows(text string) bool {
	for range 300 {
		if strings.Contains(t.text(), text) {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// run runs the program on the terminal; its answer goes elsewhere.
func (t *terminalOf) run(ctx context.Context, args ...string) (code chan int) {
	code = make(chan int, 1)
	go func() { code <- run(ctx, streams{t.program, io.Discard, t.program}, args) }()
	return code
}

// What costs more than $0.10 is asked about on a terminal.
func TestHistoryFetchAsksOnATerminal(t *testing.T) {
	a, fetch := newExpensive(t)
	for _, answer := range []string{"n\n", "\n", "maybe\n"} {
		term := newTerminal(t)
		code := term.run(t.Context(), fetch...)
		if !term.shows("which costs $0.10104. Go on? [y/N] ") {
			t.Fatal("it does not ask")
		}
		term.person.WriteString(answer)
		if got := <-code; got != 1 || !term.shows("not fetched: the answer was no") || len(a.cloudwatch.Calls()) > 0 {
			t.Errorf("%q: exit code %d, %d calls", answer, got, len(a.cloudwatch.Calls()))
		}
	}
	term := newTerminal(t)
	ctx, interrupt := context.WithCancel(t.Context())
	code := term.run(ctx, fetch...)
	if !term.shows("Go on? [y/N] ") {
		t.Fatal("it does not ask")
	}
	interrupt()
	if got := <-code; got != exitInterrupted || len(a.cloudwatch.Calls()) > 0 {
		t.Errorf("interrupted: exit code %d, %d calls", got, len(a.cloudwatch.Calls()))
	}
	term = newTerminal(t)
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Expired, From: 3})
	code = term.run(t.Context(), fetch...)
	if !term.shows("Go on? [y/N] ") {
		t.Fatal("it does not ask")
	}
	term.person.WriteString("y\n")
	if got := <-code; got != 1 || len(a.cloudwatch.Calls()) != 2 {
		t.Errorf("agreed to: exit code %d, %d calls, where the third fails", got, len(a.cloudwatch.Calls()))
	}
}

// Progress shows on a terminal, once a fetch has taken a second, and goes.
func TestHistoryFetchShowsProgress(t *testing.T) {
	a := newAWS(t, 1)
	quick := newTerminal(t)
	if code := <-quick.run(t.Context(), "history", "fetch", "--stream", a.stream, "--since", "2h"); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if time.Sleep(50 * time.Millisecond); quick.text() != "" {
		t.Errorf("a quick fetch shows %q", quick.text())
	}
	a.metrics.Inject(fakeaws.Fault{Kind: fakeaws.Hang, From: 3}) // that is the third of the slow one's
	slow := newTerminal(t)
	ctx, interrupt := context.WithCancel(t.Context())
	code := slow.run(ctx, "history", "fetch", "--stream", a.stream)
	if !slow.shows("reading "+a.stream) || !slow.shows("(2/3)") {
		t.Errorf("no progress in %q", slow.text())
	}
	interrupt()
	if got := <-code; got != exitInterrupted || !slow.shows("interrupted") {
		t.Errorf("exit code %d, %q", got, slow.text())
	}
}
