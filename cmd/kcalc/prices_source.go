package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/kcalc/kcalc/calc/cost/price"
	"github.com/kcalc/kcalc/model"
	"github.com/spf13/cobra"
)

// priceSource is where an update reads prices: offer files, of which each Region has its
// own, or the data of the pricing page, which has all.
type priceSource struct {
	options *updateOptions
	offer   *price.Offer       // of all Regions, where it is from a file
	page    *price.PricingPage // nil where prices come from offer files
	falls   bool               // back on the pricing page
	report  *updateReport
}

// open returns the source that the flags ask for. The data of the pricing page, and what
// is in a file, it reads at once.
func (o *updateOptions) open(cmd *cobra.Command, u *updateReport) (*priceSource, error) {
	changed := cmd.Flags().Changed
	s := &priceSource{options: o, report: u, falls: !changed("source") && (!changed("offer-url") || changed("page-url"))}
	switch {
	case o.from != "":
		return s, s.readFile()
	case o.source == pageSource:
		return s, s.fetchPage(cmd.Context())
	}
	return s, nil
}

// readFile reads an offer file or the data of the pricing page, whichever a file is.
func (s *priceSource) readFile() error {
	data, err := readFile(s.options.from)
	if err != nil {
		return err
	}
	if bytes.Contains(data[:min(len(data), 1000)], []byte(`"manifest"`)) {
		s.page, err = price.ReadPricingPage(s.options.from, data)
	} else {
		s.offer, err = price.ReadOffer(s.options.from, data)
	}
	return s.userFileError(err)
}

// fetchPage reads the data of the pricing page from its address.
func (s *priceSource) fetchPage(ctx context.Context) error {
	address, err := price.OfferAddress(s.options.page, "")
	if err != nil {
		return usageError{fmt.Errorf("--page-url: %w", err), nil}
	}
	if s.page, err = price.FetchPricingPage(ctx, &http.Client{}, address); err != nil && ctx.Err() == nil {
		return hintedError{err, []string{saveHint}}
	}
	return err
}

const saveHint = "without a network, save " + price.PricingPageURL + " elsewhere, and name it with --from-file"

// regions returns all Regions that the source has, and reports the names that it does not
// know.
func (s *priceSource) regions(u *updateReport) []model.Region {
	if s.page == nil {
		return nil
	}
	codes, unknown := s.page.Regions()
	for _, name := range unknown {
		u.notes = append(u.notes, "not used: the Region "+name+", whose code is not known")
	}
	return codes
}

// in returns the prices of a Region, and the products that gave none.
func (s *priceSource) in(ctx context.Context, region model.Region) (*price.Catalogue, []price.Unused, error) {
	if s.page != nil {
		c, err := s.page.In(region)
		return c, nil, s.userFileError(err)
	}
	offer, err := s.offerOf(ctx, region)
	if err == nil {
		c, unused, err := offer.In(region)
		return c, unused, s.userFileError(err)
	}
	if !s.falls || s.options.from != "" || ctx.Err() != nil {
		return nil, nil, err
	}
	if pageErr := s.fetchPage(ctx); pageErr != nil {
		return nil, nil, hintedError{errors.Join(err, pageErr), []string{saveHint}}
	}
	s.report.notes = append(s.report.notes, err.Error()+"; prices are those of the pricing page")
	return s.in(ctx, region)
}

func (s *priceSource) offerOf(ctx context.Context, region model.Region) (*price.Offer, error) {
	if s.offer != nil {
		return s.offer, nil
	}
	address, err := price.OfferAddress(s.options.address, region)
	if err != nil {
		return nil, usageError{fmt.Errorf("--offer-url: %w", err), nil}
	}
	return price.FetchOffer(ctx, &http.Client{}, address)
}

// userFileError makes an error in a file that the user gave one of usage.
func (s *priceSource) userFileError(err error) error {
	if err == nil || s.options.from == "" {
		return err
	}
	offer := strings.ReplaceAll(price.OfferURL, price.RegionPlaceholder, "REGION") // a hint takes {region} for an option
	return usageError{err, []string{"AWS's offer file of a Region is at " + offer + ", the data of its pricing page at " +
		price.PricingPageURL}}
}
