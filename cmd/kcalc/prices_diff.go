package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/spf13/cobra"
)

func newPricesDiff(s streams) *cobra.Command {
	var file string
	var out outputFlag
	cmd := &cobra.Command{
		Use:   "diff [FILE]",
		Short: "What a price file changes",
		Long: `Diff shows the prices that were added, removed or changed. Without FILE, those
that the price file (of --prices, else the one in the configuration folder)
changes in the catalogue that is built in. With FILE, those that differ from
that price file to FILE; where there is no price file, what FILE changes in the
catalogue that is built in.`,
		Example: `  kcalc prices diff
  kcalc prices diff --prices before.csv after.csv`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return diffPrices(cmd.Context(), s, file, args, &out) },
	}
	bindPrices(cmd, &file)
	out.bind(cmd)
	return cmd
}

func diffPrices(ctx context.Context, s streams, file string, args []string, out *outputFlag) error {
	format, err := out.parse()
	if err != nil {
		return err
	}
	files, err := diffFiles(file, args)
	if err != nil {
		return err
	}
	d, err := diff(files)
	if err != nil {
		return err
	}
	return out.print(ctx, s, func(w io.Writer, t report.Terminal) error { return report.WriteDiff(w, d, format, t) })
}

// diffFiles returns the one or two files that are compared.
func diffFiles(file string, args []string) ([]string, error) {
	if file != "" {
		return append([]string{file}, args...), nil
	}
	configured, err := pricesFile()
	if err == nil {
		_, err = os.Stat(configured)
	}
	switch {
	case err == nil:
		return append([]string{configured}, args...), nil
	case len(args) > 0:
		return args, nil
	}
	return nil, errors.New("no price file: 'kcalc prices update' writes one, --prices names one")
}

// diff compares the catalogue that is built in with a file laid over it, or two
// files with each other.
func diff(files []string) (*price.Diff, error) {
	var read []*price.Catalogue
	for _, file := range files {
		c, err := readPrices(file)
		if err != nil {
			return nil, err
		}
		read = append(read, c)
	}
	if len(files) == 2 {
		return &price.Diff{Schema: price.DiffSchema, From: files[0], To: files[1], Changes: price.Compare(read[0], read[1])},
			nil
	}
	builtIn := price.Embedded()
	return &price.Diff{Schema: price.DiffSchema, From: "the catalogue built in", To: files[0],
		Changes: price.Compare(builtIn, builtIn.With(read[0]))}, nil
}
