package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
)

// updateOptions are the flags of prices update.
type updateOptions struct {
	regions       []string
	file          string // to write
	source        string
	address, page string
	from          string
}

// Where prices are read from.
const (
	offerSource = "offer-file"
	pageSource  = "pricing-page"
)

func newPricesUpdate(s streams) *cobra.Command {
	var o updateOptions
	cmd := &cobra.Command{
		Use:   "update --region R[,R…]",
		Short: "Fetch AWS's prices of Regions into a price file",
		Long: `Update reads AWS's public offer file of each Region, and where that fails the data
behind AWS's pricing page, and writes the prices into a price file that kcalc then
uses. Neither needs an account. Other Regions in the file stay, as do prices that
were not found. What could not be used, and what is still missing, it lists on
standard error.

With --source pricing-page it makes one request for all Regions: those of
--region, or every one that there is. Without a network, save what is at
` + price.PricingPageURL + `
elsewhere, and name it with --from-file.`,
		Example: `  kcalc prices update --region eu-west-1,us-east-1
  kcalc prices update --region eu-west-1 --prices prices.csv
  kcalc prices update --source pricing-page
  kcalc prices update --region eu-west-1 --from-file kinesis.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return updatePrices(cmd, s, &o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	bindRegions(cmd, &o.regions, "`regions` whose prices to fetch: R[,R…]; the pricing page has all without it")
	flags.StringVar(&o.file, "prices", "", "price `file` to write (default the one in the configuration folder)")
	flags.StringVar(&o.source, "source", "", "`source` of the prices: "+offerSource+", "+pageSource+
		" (default the first, and where that fails the second)")
	flags.StringVar(&o.address, "offer-url", price.OfferURL, "`address` of the offer file; https, or http on this machine")
	flags.StringVar(&o.page, "page-url", price.PricingPageURL, "`address` of the data of the pricing page, likewise")
	flags.StringVar(&o.from, "from-file", "", "`file` of either that was fetched before, instead of an address")
	must(cmd.MarkFlagFilename("prices", "csv"))
	must(cmd.MarkFlagFilename("from-file", "json"))
	must(cmd.RegisterFlagCompletionFunc("source",
		cobra.FixedCompletions([]string{offerSource, pageSource}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func updatePrices(cmd *cobra.Command, s streams, o *updateOptions) error {
	ctx := cmd.Context()
	regions, err := o.parse(cmd)
	if err != nil {
		return err
	}
	file := o.file
	if file == "" {
		if file, err = pricesFile(); err != nil {
			return err
		}
	}
	t, before, err := priceTarget(ctx, file)
	if err != nil {
		return err
	}
	after := before
	var u updateReport
	source, err := o.open(cmd, &u)
	if err != nil {
		return err
	}
	if len(regions) == 0 {
		regions = source.regions(&u)
	}
	for _, region := range regions {
		fresh, unused, err := source.in(ctx, region)
		if err != nil {
			return hintRegion(err, region)
		}
		after = after.With(fresh)
		u.add(region, fresh, price.Embedded().With(after), unused)
	}
	if err := t.write(ctx, func(w io.Writer) error { return price.Write(w, after.Prices()) }); err != nil {
		return err
	}
	if t.standardOutput() {
		s.out = s.err
	}
	return u.print(s, file)
}

// priceTarget tries a price file, and reads the prices that it has, which stay. What is no
// regular file has none.
func priceTarget(ctx context.Context, file string) (t *target, before *price.Catalogue, err error) {
	if t, err = findTarget(file); err != nil {
		return nil, nil, err
	}
	t.folders = true
	before = new(price.Catalogue)
	if !t.special {
		if before, err = readPricesIfAny(file); err != nil {
			return nil, nil, err
		}
	}
	return t, before, t.prepare(ctx)
}

// parse checks the flags, and returns the Regions that were named.
func (o *updateOptions) parse(cmd *cobra.Command) ([]model.Region, error) {
	regions, err := parseRegions(o.regions)
	if err != nil {
		return nil, err
	}
	changed := cmd.Flags().Changed
	sources := []string{offerSource, pageSource}
	switch {
	case changed("source") && !slices.Contains(sources, o.source):
		return nil, usageError{input.Error{Where: input.Position{Name: "--source"}, Value: o.source,
			Problem: "unknown source" + didYouMean(o.source, sources), Allowed: strings.Join(sources, ", ")}, nil}
	case len(regions) == 0 && o.source != pageSource && o.from == "":
		return nil, usageError{errors.New("--region: missing (allowed: codes of Regions such as us-east-1,eu-west-1; with " +
			"--source " + pageSource + " all are meant)"), nil}
	case o.from != "" && changed("offer-url"):
		return nil, usageError{errors.New("--offer-url and --from-file: only one of the two"), nil}
	case o.from != "" && changed("page-url"):
		return nil, usageError{errors.New("--page-url and --from-file: only one of the two"), nil}
	}
	if _, err := price.OfferAddress(o.address, fallbackRegion); err != nil {
		return nil, usageError{fmt.Errorf("--offer-url: %w", err), nil}
	}
	if _, err := price.OfferAddress(o.page, ""); err != nil {
		return nil, usageError{fmt.Errorf("--page-url: %w", err), nil}
	}
	return regions, nil
}

// updateReport is what an update did: for standard output, and for standard
// error what it could not do.
type updateReport struct{ done, notes []string }

// add records what the offer file of a Region gave, and which of its prices are not known.
func (u *updateReport) add(region model.Region, fresh, known *price.Catalogue, unused []price.Unused) {
	missing, all := fresh.Missing(region), new(price.Catalogue).Missing(region)
	u.done = append(u.done, fmt.Sprintf("%s: prices of %d of %d cost lines, as of %s", region, len(all)-len(missing),
		len(all), fresh.Prices()[0].AsOf))
	for _, product := range unused {
		u.notes = append(u.notes, fmt.Sprintf("%s: not used: SKU %s", region, product))
	}
	for _, m := range missing {
		rest := "still missing"
		if tiers, err := known.Find(m.Region, m.Mode, m.Line); err == nil {
			rest = "known as of " + tiers[0].AsOf
		}
		u.notes = append(u.notes, fmt.Sprintf("%s: not in the offer file: %s (%s), %s", region, m.Line, m.Mode, rest))
	}
}

func (u *updateReport) print(s streams, file string) error {
	for _, note := range u.notes {
		if err := printLine(s.err, "note", note); err != nil {
			return fmt.Errorf("standard error: %w", err)
		}
	}
	return printAnswer(s.out, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n%s: written\n", strings.Join(u.done, "\n"), untrusted.Printable(file))
		return err
	})
}
