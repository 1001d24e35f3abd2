package main

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progressDelay is how long something may take before its progress is shown.
const progressDelay = time.Second

// progress shows on a terminal how far something is that takes a while.
type progress struct {
	mu    sync.Mutex
	bar   *progressbar.ProgressBar // nil until it is shown
	done  int
	total int
	timer *time.Timer
	over  bool
}

// startProgress begins to count. It shows nothing where standard error is no terminal.
func startProgress(w io.Writer, total int, what string) *progress {
	p := &progress{total: total}
	if !isTerminal(w) {
		return p
	}
	p.timer = time.AfterFunc(progressDelay, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.over {
			return
		}
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(underlying(w)), progressbar.OptionSetDescription(untrusted.Printable(what)),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(progressWidth), progressbar.OptionSetRenderBlankState(true),
			progressbar.OptionSetElapsedTime(false), progressbar.OptionSetPredictTime(false), progressbar.OptionClearOnFinish())
		p.bar.Set(p.done)
	})
	return p
}

const progressWidth = 30

// add counts one part as done.
func (p *progress) add() { p.count(func() { p.done++ }) }

// reach counts so many parts as done, in all.
func (p *progress) reach(done int) { p.count(func() { p.done = done }) }

func (p *progress) count(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	if p.bar != nil {
		p.bar.Set(p.done)
	}
}

// stop takes the bar off the screen.
func (p *progress) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if p.bar != nil {
		p.bar.Clear()
	}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	if w, ok := stream.(io.Writer); ok {
		stream = underlying(w)
	}
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
