package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
)

// updateOptions are the flags of prices update.
type updateOptions struct {
	regions       []string
	file          string // to write
	address, from string
}

func newPricesUpdate(s streams) *cobra.Command {
	var o updateOptions
	cmd := &cobra.Command{
		Use:   "update --region R[,R…]",
		Short: "Fetch AWS's prices of Regions into a price file",
		Long: `Update reads AWS's public offer file of each Region, which needs no account, and
writes the prices into a price file that kcalc then uses. Other Regions in the
file stay, as do prices that the offer file does not have. What could not be
used, and what is still missing, it lists on standard error.`,
		Example: `  kcalc prices update --region eu-west-1,us-east-1
  kcalc prices update --region eu-west-1 --prices prices.csv
  kcalc prices update --region eu-west-1 --from-file index.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return updatePrices(cmd.Context(), s, &o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	bindRegions(cmd, &o.regions, "`regions` whose prices to fetch: R[,R…]; required")
	flags.StringVar(&o.file, "prices", "", "price `file` to write (default the one in the configuration folder)")
	flags.StringVar(&o.address, "offer-url", price.OfferURL, "`address` of the offer file; https, or http on this machine")
	flags.StringVar(&o.from, "from-file", "", "offer `file` that was fetched before, instead of an address")
	must(cmd.MarkFlagFilename("prices", "csv"))
	must(cmd.MarkFlagFilename("from-file", "json"))
	return cmd
}

func updatePrices(ctx context.Context, s streams, o *updateOptions) error {
	regions, err := o.parse()
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
	for _, region := range regions {
		fresh, unused, err := o.fetch(ctx, region)
		if err != nil {
			return err
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

// parse checks the flags.
func (o *updateOptions) parse() ([]model.Region, error) {
	regions, err := parseRegions(o.regions)
	if err != nil {
		return nil, err
	}
	if len(regions) == 0 {
		return nil, usageError{errors.New("--region: missing (allowed: codes of Regions such as us-east-1,eu-west-1)"), nil}
	}
	if o.from != "" && o.address != price.OfferURL {
		return nil, usageError{errors.New("--offer-url and --from-file: only one of the two"), nil}
	}
	if _, err := price.OfferAddress(o.address, regions[0]); err != nil {
		return nil, usageError{fmt.Errorf("--offer-url: %w", err), nil}
	}
	return regions, nil
}

// fetch returns the prices of a Region, and the products that gave none.
func (o *updateOptions) fetch(ctx context.Context, region model.Region) (*price.Catalogue, []price.Unused, error) {
	offer, err := o.offer(ctx, region)
	if err != nil {
		return nil, nil, err
	}
	prices, unused, err := offer.In(region)
	return prices, unused, o.userFileError(err)
}

func (o *updateOptions) offer(ctx context.Context, region model.Region) (*price.Offer, error) {
	if o.from == "" {
		address, err := price.OfferAddress(o.address, region)
		if err != nil {
			return nil, usageError{fmt.Errorf("--offer-url: %w", err), nil}
		}
		return price.FetchOffer(ctx, &http.Client{}, address)
	}
	data, err := readFile(o.from)
	if err != nil {
		return nil, err
	}
	offer, err := price.ReadOffer(o.from, data)
	return offer, o.userFileError(err)
}

// userFileError makes an error in an offer file one of usage where the user gave that file.
func (o *updateOptions) userFileError(err error) error {
	if err == nil || o.from == "" {
		return err
	}
	return usageError{err, []string{"AWS's offer file of a Region is at " + price.OfferURL}}
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
