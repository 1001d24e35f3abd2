package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/samplefile"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
)

// sampleOptions are the flags of sample.
type sampleOptions struct {
	stream   sampleStreamFlags
	files    []string
	athena   athenaFlags
	keepKeys bool
	maxKeys  textFlag
	save     string
	output   outputFlag
}

func newSample(s streams) *cobra.Command {
	var o sampleOptions
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "What records tell of partition keys, sizes and bursts",
		Long: `Sample counts records: which partition keys they have, how large they are, and
what came in the busiest second of a minute. Its file is what 'kcalc keys',
'kcalc reshard --keys' and --sample take.

--stream reads records of a running stream, which changes nothing, but takes read
limits that its standard consumers share: a plan says how much, and above 20% it
asks, or needs --yes; --dry-run shows it. Each shard gets --max-calls-per-second at
most, and no larger share of its bytes is read. What was read when it was
interrupted is kept. It needs kinesis:GetRecords and kinesis:GetShardIterator.

--from-file counts records in JSON: one after the other, as GetRecords and the AWS
CLI print them, or as Lambda gets them; gzipped or not, and - is standard input.
Aggregates of the KPL are taken apart.

--athena prints a query that counts a table of records in Athena (or Trino) by
key. Its result, md5,records,bytes as CSV, is what 'kcalc keys' and --sample read;
any other engine may make the same.

No payload is kept, in memory or in the file, and of keys their MD5 alone, unless
--keep-keys. Beyond --max-keys the heaviest are counted, and the file says by how
much a count may be off.`,
		Example: `  kcalc sample --stream orders --save sample.json
  kcalc sample --stream orders --from tip --for 10m --shards 0,3 --max-calls-per-second 0.5 --save sample.json
  kcalc sample --from-file records.json --save sample.json
  kcalc sample --from-file a.jsonl.gz --from-file b.jsonl.gz --keep-keys
  aws kinesis get-records --shard-iterator "$it" | kcalc sample --from-file - -o json
  kcalc sample --athena lake.orders --key-column partition_key --data-column data`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd, s) },
	}
	cmd.Flags().SortFlags = false
	groupFlags(cmd, "Records of a stream", func() { o.stream.bind(cmd) })
	groupFlags(cmd, "Records that you have", func() {
		cmd.Flags().StringArrayVar(&o.files, "from-file", nil, "`file` of records in JSON; repeats; - is standard input")
		must(cmd.MarkFlagFilename("from-file", "json", "jsonl", "gz"))
		o.athena.bind(cmd)
	})
	groupFlags(cmd, "What is kept", func() { o.bindKept(cmd) })
	groupFlags(cmd, answerHeading, func() { o.output.bind(cmd) })
	return cmd
}

func (o *sampleOptions) bindKept(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.keepKeys, "keep-keys", false, "keep partition keys themselves, beside their hash keys")
	o.maxKeys = textFlag{unit.Grouped(sample.MostKeys, 0), "count"}
	flags.Var(&o.maxKeys, "max-keys", "keys that are counted by themselves, in about 400 B of memory each")
	flags.StringVar(&o.save, "save", "", "`file` to write the sample to, gzipped where its name ends in .gz")
	must(cmd.RegisterFlagCompletionFunc("max-keys", cobra.NoFileCompletions))
	must(cmd.MarkFlagFilename("save", "json", "gz"))
}

func (o *sampleOptions) run(cmd *cobra.Command, s streams) error {
	format, formatErr := o.output.parse()
	q, request := sample.Options{KeepKeys: o.keepKeys}, sampleRequest{}
	if err := joinUsageErrors(flagFaults(cmd, o.check(cmd, &q, &request)), formatErr); err != nil {
		return err
	}
	if o.athena.table != "" {
		return printAnswer(s.out, func(w io.Writer) error { return o.athena.write(w, q.MostKeys) })
	}
	save, err := findSave(o.save)
	if err != nil {
		return err
	}
	if save != nil && !o.stream.dryRun {
		if err := save.prepare(cmd.Context()); err != nil {
			return err
		}
	}
	if len(o.files) > 0 {
		a, err := o.fromFiles(cmd, q)
		if err != nil {
			return err
		}
		return o.answer(cmd.Context(), s, a, save, format)
	}
	a, err := o.stream.fromStream(cmd.Context(), s, &request, q)
	if a == nil || err != nil && a.Traffic.Records == 0 {
		return err
	}
	// What was read is kept, and shown, where reading was interrupted.
	return errors.Join(err, o.answer(context.WithoutCancel(cmd.Context()), s, a, save, format))
}

// answer writes the file of a sample, and prints it.
func (o *sampleOptions) answer(
	ctx context.Context, s streams, a *model.Sample, save *target, format report.Format,
) error {
	if save != nil {
		zipped := strings.HasSuffix(o.save, ".gz")
		if err := save.write(ctx, func(w io.Writer) error { return writeSample(w, a, zipped) }); err != nil {
			return err
		}
		printLine(s.err, "note", untrusted.Printable(o.save)+": the sample of "+unit.Plural(int(a.Traffic.Records), "record"))
	}
	return o.output.print(ctx, s, func(w io.Writer, t report.Terminal) error {
		return report.WriteSample(w, a, format, t)
	})
}

func writeSample(w io.Writer, a *model.Sample, zipped bool) error {
	if !zipped {
		return samplefile.Write(w, a)
	}
	z := gzip.NewWriter(w)
	if err := samplefile.Write(z, a); err != nil {
		return err
	}
	return z.Close()
}

// findSave returns the file of --save, nil where there is none.
func findSave(name string) (*target, error) {
	if name == "" || name == "-" {
		return nil, nil
	}
	t, err := findTarget(name)
	switch {
	case errors.Is(err, errFolder):
		return nil, usageError{input.Error{Where: input.Position{Name: "--save"}, Value: name, Problem: err.Error(),
			Allowed: "the name of a file"}, nil}
	case err != nil:
		return nil, err
	case t.standardOutput():
		return nil, nil
	}
	return t, nil
}

// fromFiles counts the records of files.
func (o *sampleOptions) fromFiles(cmd *cobra.Command, q sample.Options) (*model.Sample, error) {
	t := sample.New(q)
	for _, file := range o.files {
		if err := countFile(cmd, file, t); err != nil {
			return nil, err
		}
	}
	if a := t.Sample(); a.Traffic.Records > 0 {
		return a, nil
	}
	return nil, usageError{fmt.Errorf("%s: no records", strings.Join(o.files, ", ")), nil}
}
