package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
)

// showPage writes a page to a terminal: through a pager where it is longer than the screen.
func showPage(ctx context.Context, s streams, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	_, height, _ := terminalSize(s.out)
	if lines := bytes.Count(b.Bytes(), []byte("\n")); height > 0 && lines >= height {
		if pager, ok := findPager(ctx); ok {
			return runPager(pager, s, &b)
		}
	}
	_, err := s.out.Write(b.Bytes())
	return err
}

// findPager returns the program of $PAGER, or less. It reports false where there is none, or
// none is wanted.
func findPager(ctx context.Context) (*exec.Cmd, bool) {
	words := []string{"less"}
	if chosen, set := os.LookupEnv("PAGER"); set {
		words = strings.Fields(chosen)
	}
	if len(words) == 0 || os.Getenv("TERM") == "dumb" {
		return nil, false
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return nil, false
	}
	return exec.CommandContext(ctx, path, words[1:]...), true
}

// runPager shows a page with a pager. As with git, less keeps colours and what was shown, and
// leaves by itself where the page fits, unless $LESS says otherwise. That the reader left
// before the end is no error.
func runPager(pager *exec.Cmd, s streams, page io.Reader) error {
	pager.Stdin, pager.Stdout, pager.Stderr = page, underlying(s.out), underlying(s.err)
	if _, set := os.LookupEnv("LESS"); !set {
		pager.Env = append(os.Environ(), "LESS=FRX")
	}
	return pager.Run()
}
