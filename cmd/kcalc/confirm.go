package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
)

// confirm tells what a command is about to do, and asks whether it shall. The error says that it
// shall not, or that nobody can be asked, and then hints at the ways out.
func confirm(ctx context.Context, s streams, what, refused, hint string) error {
	if !isTerminal(s.in) || !isTerminal(s.err) {
		return usageError{errors.New(what), []string{hint}}
	}
	fmt.Fprintf(s.err, "%s%s. Go on? [y/N] ", strings.ToUpper(what[:1]), what[1:])
	switch answer, err := s.readAnswer(ctx); {
	case err != nil:
		return err
	case answer != "y" && answer != "yes":
		return errors.New(refused)
	}
	return nil
}

// readAnswer reads a line from the terminal, unless the program is interrupted.
func (s streams) readAnswer(ctx context.Context) (string, error) {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(s.in).ReadString('\n')
		lines <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.err)
		return "", ctx.Err()
	case line := <-lines:
		return strings.ToLower(strings.TrimSpace(line)), nil
	}
}
