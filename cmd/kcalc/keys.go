package main

import (
	"context"
	"errors"
	"io"

	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/cmd/internal/picture"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/keyfile"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// keysOptions are the flags of keys.
type keysOptions struct {
	shards textFlag
	load   keyLoadFlags
	today  todayFlags
	plot   plotFlag
	output outputFlag
}

func newKeys(s streams) *cobra.Command {
	var o keysOptions
	cmd := &cobra.Command{
		Use:   "keys FILE",
		Short: "Where the partition keys of a stream land, and whether more shards help",
		Long: `Keys places each partition key on its shard, as Kinesis does (by the MD5 of the
key), for every number of shards. It answers whether more shards help, from how
many on they do not, how many values have to salt a key that is too hot for any,
and where hash ranges have to be cut so that fewer shards do.

FILE is a table with a row for each key, records in JSON, one on a line, or a
sample, which says of what time it is itself; it may be gzipped, and - is standard
input:

  key,records,bytes
  user-1,1200,340000
  user-2,900,250000
  ,90000,21000000

The first line says what the columns are: key, hash (decimal) or md5 (32
hexadecimal digits), and records, bytes or both; bytes are those of the payload
and the key. A row without a key is all other keys together; it is spread evenly.

Whether a shard is too hot depends on the rate: --peak is the stream's peak, to
which the counts are scaled, and --over the time that the counts are of. Without
either the answer has shares alone; --max-share says how large one may be.

The shards that the stream has stand beside the counts where they are known: read
from AWS (--stream), from a history (--history), from what the AWS CLI printed
(-f, list-shards), or those of a sample that read them all.

The exit code is 3 when a key is too hot for any number of shards.`,
		Example: `  kcalc keys keys.csv
  kcalc keys keys.csv.gz --shards 4..64 --over 1h
  kcalc keys keys.csv --peak 9k --burst 1.4
  kcalc keys keys.csv --peak 9k -f shards.json --plot keys.svg
  kcalc keys records.jsonl --shards 8 --max-share 20% -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, s, args[0]) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "What is asked", func() {
		o.shards = textFlag{"1,2,4,8,16,32,64,auto", "counts"}
		cmd.Flags().Var(&o.shards, "shards", "shard counts to answer for, such as 8,12 or 4..64; auto are the fewest that do")
		must(cmd.RegisterFlagCompletionFunc("shards", cobra.NoFileCompletions))
		o.load.bind(cmd)
	})
	groupFlags(cmd, "What the stream has", func() { o.today.bind(cmd) })
	groupFlags(cmd, answerHeading, func() {
		o.plot.bind(cmd, "the load of each shard over the hash keys")
		o.output.bind(cmd)
	})
	return cmd
}

func (o *keysOptions) run(cmd *cobra.Command, s streams, file string) error {
	format, formatErr := o.output.parse()
	q, faults := o.load.request(cmd)
	counts, auto, wrong := parseShards(o.shards.text)
	if most := model.PublishedLimits().StreamShards.Value; len(counts) > 0 && counts[len(counts)-1] > most {
		wrong = append(wrong, input.Error{Where: input.Position{Name: "--shards"}, Value: o.shards.text,
			Problem: "more than a stream has", Allowed: "1 to " + unit.Grouped(float64(most), 0)})
	}
	if o.today.given(cmd) {
		wrong = append(wrong, o.today.check(cmd)...)
	}
	wrong = append(wrong, o.plot.check(cmd)...)
	if err := joinUsageErrors(flagFaults(cmd, append(faults, wrong...)), formatErr); err != nil {
		return err
	}
	read, ranges, err := readKeys(cmd.Context(), cmd.InOrStdin(), file)
	if err != nil {
		return err
	}
	if err := q.take(read); err != nil {
		return err
	}
	q.Today = ranges
	if o.today.given(cmd) {
		have, err := o.today.read(cmd, s)
		if err != nil {
			return err
		}
		q.Today, q.Equal, q.Notices = have.ranges, have.equal, have.notes
	}
	limits := model.PublishedLimits()
	q.Source, q.Shards, q.Fewest = inputName(file), counts, auto
	a := keys.Ask(read, &limits, &q.Request)
	if err := o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error {
		return report.WriteKeys(w, a, format, t)
	}); err != nil {
		return err
	}
	var plotErr error
	if o.plot.given(cmd) {
		drawn := report.KeysPicture{Answer: a, Size: picture.Size(o.plot.size), Version: pictureVersion()}
		plotErr = o.plot.put(cmd.Context(), drawn.Write)
	}
	return joinUsageErrors(plotErr, fitsError(!a.Verdict.Fits.Known || a.Verdict.Fits.Value))
}

// flagFaults returns what is wrong with flags as an error of usage, nil where nothing is.
func flagFaults(cmd *cobra.Command, faults input.Errors) error {
	if len(faults) == 0 {
		return nil
	}
	return usageError{faults, []string{"'" + cmd.CommandPath() + " --help' lists the flags and what they allow"}}
}

// readKeys reads a file of keys, or standard input. Of a sample it returns the ranges of the shards
// that were read as well, where those are all.
func readKeys(ctx context.Context, stdin io.Reader, file string) (*model.KeyCounts, keys.Ranges, error) {
	source := openInput(ctx, stdin, file)
	defer source.Close()
	s, err := readSampled(file, source)
	if err != nil {
		return nil, nil, err
	}
	if s.sample == nil {
		return s.counts, nil, nil
	}
	counts, err := keyfile.OfSample(s.name, s.sample)
	if err != nil {
		return nil, nil, usageError{err, nil}
	}
	return counts, keys.SampledRanges(s.sample), nil
}

// keyLoadFlags say how much the keys bring, and what a shard may have of it.
type keyLoadFlags struct{ over, peak, burst, target, maxShare textFlag }

func (f *keyLoadFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.over.kind, f.peak.kind, f.burst.kind, f.maxShare.kind = "duration", "rate", "factor", "fraction"
	f.target = textFlag{unit.Fraction(model.NewWorkload().TargetUtilization).String(), "fraction"}
	flags.Var(&f.over, "over", "time that the counts of the keys are of, such as 1h")
	flags.Var(&f.peak, "peak", "peak of the stream, to which the counts are scaled, such as 9k or 5MiB/s; instead of --over")
	flags.Var(&f.burst, "burst", "busiest second ÷ mean of its minute (at least 1; default 1)")
	flags.Var(&f.target, "target-utilization", "share of its limits up to which a shard may be used (above 0, at most 1)")
	flags.Var(&f.maxShare, "max-share", "share of the load that one shard may have, such as 20%, where no rate is known")
	for _, name := range []string{"over", "peak", "burst", "target-utilization", "max-share"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
}

// keysRequest is a request whose peak was given as a rate of records or of bytes.
type keysRequest struct {
	keys.Request
	peak string
}

// request reads the flags, and returns all that is wrong with them.
func (f *keyLoadFlags) request(cmd *cobra.Command) (q keysRequest, faults input.Errors) {
	fault := func(name, value string, err error, allowed string) {
		if err != nil {
			faults = append(faults, input.Error{Where: input.Position{Name: "--" + name}, Value: value, Problem: err.Error(),
				Allowed: allowed})
		}
	}
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	if given("over") {
		fault("over", f.over.text, positiveDuration(&q.Over, f.over.text), "a duration above 0, such as 5m or 1h")
	}
	if given("peak") {
		q.peak = f.peak.text
		rate, err := unit.ParseRate(f.peak.text)
		if err == nil && rate.IsBandwidth() {
			q.Peak.Bytes = float64(rate.Bandwidth())
		} else if err == nil {
			q.Peak.Records = float64(rate.Records(0))
		}
		fault("peak", f.peak.text, err, "a rate such as 9k, 600/min or 5MiB/s")
	}
	if given("burst") {
		burst, err := unit.ParseFactor(f.burst.text)
		if err == nil && burst < 1 {
			err = errors.New("below 1")
		}
		q.Burst = float64(burst)
		fault("burst", f.burst.text, err, "a factor of at least 1")
	}
	fault("target-utilization", f.target.text, shareUpTo1(&q.Target, f.target.text), "above 0, at most 1, or 80%")
	if given("max-share") {
		fault("max-share", f.maxShare.text, shareUpTo1(&q.MaxShare, f.maxShare.text), "above 0, at most 1, or 20%")
	}
	for _, pair := range [][2]string{{"over", "peak"}, {"over", "max-share"}, {"peak", "max-share"}} {
		if given(pair[0]) && given(pair[1]) {
			fault(pair[0], "", errors.New("beside --"+pair[1]), "one of the two")
		}
	}
	if given("burst") && !given("over") && !given("peak") {
		fault("burst", f.burst.text, errors.New("without a rate"), "with --peak or --over")
	}
	return q, faults
}

// take takes the time and the burst of the counts where the file has them and nothing else is
// given. It returns an error where the peak is in what the file does not count.
func (q *keysRequest) take(counts *model.KeyCounts) error {
	if q.Peak.Bytes > 0 && !counts.HasBytes || q.Peak.Records > 0 && !counts.HasRecords {
		return usageError{input.Error{Where: input.Position{Name: "--peak"}, Value: q.peak,
			Problem: "the file does not count that", Allowed: "records where the file has records, bytes where it has bytes"}, nil}
	}
	if q.Over == 0 && q.Peak == (keys.Load{}) && q.MaxShare == 0 {
		q.Over, q.Burst = counts.Over, max(q.Burst, float64(counts.Burst))
	}
	return nil
}

func positiveDuration(to *unit.Duration, text string) (err error) {
	if *to, err = unit.ParseDuration(text); err == nil && *to <= 0 {
		err = errors.New("not above 0")
	}
	return err
}

func shareUpTo1(to *unit.Fraction, text string) (err error) {
	if *to, err = unit.ParseFraction(text); err == nil && (*to <= 0 || *to > 1) {
		err = errors.New("out of range")
	}
	return err
}
