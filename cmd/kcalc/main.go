// Kcalc computes how many shards an Amazon Kinesis data stream needs, which
// constraint decides, and what would change it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/kcalc/kcalc/cmd/internal/words"
)

func main() {
	os.Exit(run(untilInterrupted(), streams{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// untilInterrupted returns a context that the first interrupt ends. The second interrupt ends
// the program at once.
func untilInterrupted() context.Context {
	ctx, interrupt := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		interrupt()
		<-signals
		os.Exit(exitInterrupted)
	}()
	return ctx
}

// streams are what the program reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Exit codes.
const (
	exitAnswered    = 0
	exitFailed      = 1
	exitUsage       = 2
	exitDoesNotFit  = 3
	exitInterrupted = 130 // as of a program that SIGINT, 2, ended: 128 + 2
)

// run runs the program, and returns its exit code.
func run(ctx context.Context, s streams, args []string) int {
	out := &errWriter{w: s.out}
	s.out, s.err = out, printableWriter{s.err}
	root := newRoot(s)
	root.SetArgs(joinOptionalValue(joinOptionalValue(args, "--aggregation"), "--"+metricsFlag))
	err := root.ExecuteContext(ctx)
	if out.err != nil {
		err = fmt.Errorf("standard output: %w", out.err)
	}
	if err == nil {
		return exitAnswered
	}
	code := exitCode(ctx, err)
	if code == exitDoesNotFit {
		return code // the answer was printed
	}
	printError(s.err, err)
	return code
}

// exitCode returns the exit code of an error.
func exitCode(ctx context.Context, err error) int {
	var usage usageError
	switch {
	case errors.Is(err, errDoesNotFit):
		return exitDoesNotFit
	case errors.Is(ctx.Err(), context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage):
		return exitUsage
	}
	return exitFailed
}

// errWriter keeps the first error of a writer, for those that write without
// looking.
type errWriter struct {
	w   io.Writer
	err error
}

func (s *errWriter) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// errDoesNotFit is the answer that no shard count will do. It was printed.
var errDoesNotFit = errors.New("the workload does not fit")

// hintedError is an error with what to do about it.
type hintedError struct {
	error
	hints []string
}

func (e hintedError) Unwrap() error { return e.error }

// usageError is what is wrong with the command line or the input, with hints.
type usageError hintedError

func (e usageError) Unwrap() error { return e.error }

// maxPrintedErrors is how many faults are told: enough for any workload that a
// person wrote.
const maxPrintedErrors = 100

// printError writes a line for each error, and then the hints.
func printError(w io.Writer, err error) {
	all := errorLines(err)
	for i, line := range all {
		if i == maxPrintedErrors {
			printLine(w, "kcalc", fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		printLine(w, "kcalc", line)
	}
	for _, hint := range hints(err) {
		printLine(w, "hint", words.Expand(hint))
	}
}

func hints(err error) []string {
	var usage usageError
	var other hintedError
	switch {
	case errors.As(err, &usage):
		return usage.hints
	case errors.As(err, &other):
		return other.hints
	}
	return nil
}
