//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const (
	examples     = "../../docs/examples/"
	interruption = "kcalc: interrupted\n"
)

// Whatever is computed or read, an interruption ends it without an answer.
func TestAnInterruptionEndsEveryCommand(t *testing.T) {
	for name, args := range map[string][]string{
		"recommend":                {"recommend", "-f", examples + "clickstream.yaml"},
		"cost":                     {"cost", "-f", examples + "clickstream.yaml"},
		"replay":                   {"replay", "-f", examples + "clickstream.yaml"},
		"recommend with a history": {"recommend", "--history", examples + "clicks.json.gz"},
		"replay with a history":    {"replay", "--history", examples + "clicks.json.gz"},
		"history show":             {"history", "show", examples + "clicks.json.gz"},
		"recommend without a file": {"recommend", "--record-size", "1KB", "--average", "9k", "--region", "us-east-1"},
		"cost without a file":      {"cost", "--record-size", "1KB", "--average", "9k", "--region", "us-east-1"},
		"replay without a file":    {"replay", "--record-size", "1KB", "--average", "9k", "--region", "us-east-1"},
		"replay on demand": {"replay", "--record-size", "1KB", "--average", "9k", "--region", "us-east-1", "--mode",
			"on-demand"},
		"replay of a single number": {"replay", "--record-size", "1KB", "--average", "9k", "--region", "us-east-1",
			"--shards", "4"},
	} {
		ctx, interrupt := context.WithCancel(t.Context())
		interrupt()
		if code, out, complaints := session(ctx, args...); code != exitInterrupted || out != "" ||
			complaints != interruption {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, complaints)
		}
	}
}

// endless is an input that never comes: a terminal at which nobody types.
type endless struct{ asked chan struct{} }

func (e endless) Read([]byte) (int, error) {
	close(e.asked)
	select {}
}

// What is waited for is waited for no longer: standard input, and a pipe that
// nobody opens for writing.
func TestAnInterruptionEndsReading(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for _, args := range [][]string{{"history", "show"}, {"recommend", "-f"}, {"cost", "-f"}, {"replay", "--history"}} {
		for _, file := range []string{"-", pipe} {
			ctx, interrupt := context.WithCancel(t.Context())
			in := endless{make(chan struct{})}
			go func() {
				if file == "-" {
					<-in.asked
				}
				interrupt()
			}()
			var out, complaints bytes.Buffer
			code := run(ctx, streams{in, &out, &complaints}, append(args, file))
			if code != exitInterrupted || out.Len() > 0 || complaints.String() != interruption {
				t.Errorf("%v %s: exit code %d\n%s%s", args, file, code, out.String(), complaints.String())
			}
		}
	}
}

// A program that heeds no context, because nobody reads what it writes, ends with
// the second interrupt.
func TestASecondInterruptEndsAtOnce(t *testing.T) {
	cmd := exec.Command("kcalc", "replay", "-f", examples+"clickstream.yaml", "--shards", "40..59", "-o",
		"json") // more than a pipe holds
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // two interrupts in a row may be one
		for ; ; time.Sleep(10 * time.Millisecond) {
			select {
			case <-ended:
				return
			default:
				cmd.Process.Signal(os.Interrupt)
			}
		}
	}()
	state, err := cmd.Process.Wait()
	close(ended)
	if err != nil || state.ExitCode() != exitInterrupted {
		t.Errorf("it ends with %v, %v", state, err)
	}
}
