package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// historyFlags says where the history of a stream comes from: from AWS, or from a file.
type historyFlags struct {
	streamFlags
	files []string
	zone  zoneFlag
}

func (p *historyFlags) bind(cmd *cobra.Command) {
	p.streamFlags.bind(cmd)
	cmd.Flags().Lookup("stream").Usage = "`name` of the stream to read from AWS; with --history, of a file that does not say it"
	cmd.Flags().StringArrayVar(&p.files, "history", nil, "history `file` of the stream, instead of --stream; - is "+
		"standard input; repeats: files of one metric or one part of the window each make one history")
	must(cmd.MarkFlagFilename("history", "json", "yaml", "yml", "gz", "csv"))
	p.zone.bind(cmd)
}

// given reports whether a history is to be read.
func (p *historyFlags) given(cmd *cobra.Command) bool {
	for _, name := range []string{"stream", "history", "timezone", "since", "until", "yes", "profile", "endpoint-url"} {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}

// history reads the history, and returns it with the name of its source. The Region may come
// from what was declared.
func (p *historyFlags) history(cmd *cobra.Command, s streams, declared input.Declaration) (*model.History, string,
	error) {
	flags := cmd.Flags()
	switch {
	case flags.Changed("stream") && flags.Changed("timezone") && !flags.Changed("history"):
		return nil, "", usageError{errors.New("--timezone: only with --history: what AWS returns has its zone"), nil}
	case flags.Changed("history"):
		h, err := p.saved(cmd, s)
		if err == nil && flags.Changed("stream") {
			err = p.name(cmd, h)
		}
		return h, inputNames(p.files), err
	case !flags.Changed("stream"):
		return nil, "", usageError{errors.New("--stream: missing: --since, --until, --timezone, --yes, --profile and " +
			"--endpoint-url are about the history of a stream"), []string{"name it with --stream, or a history file with --history"}}
	}
	p.region = declared.Settings["region"].Text
	f, err := p.prepare(cmd, s, nil)
	if err != nil {
		return nil, "", err
	}
	h, err := f.run(cmd.Context())
	return h, "CloudWatch", err
}

// name gives a history that has no name that of --stream, which makes no call to AWS then.
func (p *historyFlags) name(cmd *cobra.Command, h *model.History) error {
	name, err := p.streamName(cmd)
	if err == nil && h.Stream != "" && h.Stream != name {
		err = usageError{fmt.Errorf("--stream, --history: the history is that of %s, and not of %s", h.Stream, name),
			[]string{"leave --stream out, or read " + string(name) + " from AWS without --history"}}
	}
	h.Stream = name
	return err
}

// saved reads the history file, or the part of it that --since and --until ask for: how long
// ago is counted from the file's end.
func (p *historyFlags) saved(cmd *cobra.Command, s streams) (*model.History, error) {
	for _, name := range []string{"yes", "profile", "endpoint-url"} {
		if cmd.Flags().Changed(name) {
			return nil, usageError{fmt.Errorf("--%s: only with --stream: a history file asks nothing of AWS", name), nil}
		}
	}
	if slices.Contains(p.files, "") {
		return nil, usageError{errors.New("--history: empty (allowed: the path of a history file, or - for standard input)"),
			nil}
	}
	h, err := readHistory(cmd, s, p.files, &p.zone)
	if err != nil || !cmd.Flags().Changed("since") && !cmd.Flags().Changed("until") {
		return h, err
	}
	from, to, err := p.window(h.To)
	if err != nil {
		return nil, err
	}
	if !cmd.Flags().Changed("since") {
		from = h.From
	}
	if !from.Before(h.To) || !h.From.Before(to) || !from.Before(to) {
		return nil, usageError{fmt.Errorf("--since, --until: the history has nothing of that window: it is of %s to %s",
			h.From.Format(time.RFC3339), h.To.Format(time.RFC3339)), nil}
	}
	return h.Between(from, to), nil
}
