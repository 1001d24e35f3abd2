package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

func newPrices(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prices",
		Short: "The price catalogue: what is in it, a fresh one from AWS, what changed",
		Long: `The price catalogue that is built in has the prices that could be found in
public, each with its source and date. Over it lies the price file of the
configuration folder, $XDG_CONFIG_HOME/kcalc/prices.csv or
~/.config/kcalc/prices.csv, and over both that of --prices. 'kcalc prices update'
writes such a file from AWS's public price list.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPricesList(s), newPricesUpdate(s), newPricesDiff(s))
	return cmd
}

func newPricesList(s streams) *cobra.Command {
	var regions []string
	var file string
	var out outputFlag
	cmd := &cobra.Command{
		Use:   "list",
		Short: "All prices that are known, with source and date",
		Long: `List shows the prices that are known, with source and date: those that are built
in, and those of the price file over them. As csv they are a price file.`,
		Example: `  kcalc prices list --region us-east-1
  kcalc prices list -o csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listPrices(cmd.Context(), s, regions, file, &out) },
	}
	bindRegions(cmd, &regions, "list those of these `regions` alone: R[,R…]")
	bindPrices(cmd, &file)
	out.bind(cmd)
	return cmd
}

// bindPrices adds the flag --prices of a command that reads prices.
func bindPrices(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "prices", "", "price `file` that lies over the known prices")
	must(cmd.MarkFlagFilename("prices", "csv"))
}

func bindRegions(cmd *cobra.Command, regions *[]string, usage string) {
	cmd.Flags().StringSliceVar(regions, "region", nil, usage)
	must(cmd.RegisterFlagCompletionFunc("region", completeRegions))
}

func listPrices(ctx context.Context, s streams, texts []string, file string, out *outputFlag) error {
	format, err := out.parse()
	if err != nil {
		return err
	}
	regions, err := parseRegions(texts)
	if err != nil {
		return err
	}
	known, err := loadPrices(file)
	if err != nil {
		return err
	}
	if known, err = pricesOf(known, regions); err != nil {
		return err
	}
	list := known.List(now())
	return out.print(ctx, s, func(w io.Writer, t report.Terminal) error {
		return report.WritePrices(w, &list, format, t)
	})
}

// pricesOf returns the prices of some Regions, or all where none is named.
func pricesOf(c *price.Catalogue, regions []model.Region) (*price.Catalogue, error) {
	if len(regions) == 0 {
		return c, nil
	}
	some := new(price.Catalogue)
	for _, region := range regions {
		those := c.In(region)
		if len(those.Prices()) == 0 {
			return nil, hintedError{fmt.Errorf("%s: no price is known: 'kcalc prices update --region %s' fetches AWS's", region, region),
				regionHints(region)}
		}
		some = some.With(those)
	}
	return some, nil
}

func parseRegions(texts []string) ([]model.Region, error) {
	var regions []model.Region
	for _, text := range texts {
		var region model.Region
		if err := region.UnmarshalText([]byte(text)); err != nil {
			return nil, usageError{input.Error{Where: input.Position{Name: "--region"}, Value: text, Problem: err.Error(),
				Allowed: "codes of Regions such as us-east-1,eu-west-1"}, nil}
		}
		if !slices.Contains(regions, region) {
			regions = append(regions, region)
		}
	}
	return regions, nil
}
