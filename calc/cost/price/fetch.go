package price

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/kcalc/kcalc/model"
)

// OfferURL is where AWS publishes the offer file of a Region, which takes its
// name in the place of RegionPlaceholder. It needs no account.
const OfferURL = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonKinesis/current/" + RegionPlaceholder + "/index.json"

// RegionPlaceholder stands for the Region in the address of an offer file.
const RegionPlaceholder = "{region}"

// Bounds of a download.
const (
	mostTime      = 30 * time.Second
	mostRedirects = 5
)

// OfferAddress is the address of a Region's offer file: https, or http on the
// machine itself.
func OfferAddress(address string, region model.Region) (*url.URL, error) {
	u, err := url.Parse(strings.ReplaceAll(address, RegionPlaceholder, string(region)))
	var broken *url.Error
	switch {
	case errors.As(err, &broken):
		return nil, fmt.Errorf("%.200q: %w", address, broken.Err)
	case err != nil:
		return nil, fmt.Errorf("%.200q: %w", address, err)
	case u.Hostname() == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		return nil, fmt.Errorf("%.200q: not a safe address (allowed: https://…, or http://… on this machine: localhost, "+
			"127.0.0.0/8, ::1)", u.Redacted())
	}
	return u, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// FetchOffer reads an offer file at an address of OfferAddress, with a client
// whose transport it uses. It takes at most 30 seconds and MaxSize bytes, and
// follows redirects to https alone.
func FetchOffer(ctx context.Context, client *http.Client, address *url.URL) (*Offer, error) {
	return fetchAs(ctx, client, address, "offer file", ReadOffer)
}

// FetchPricingPage reads the data of the pricing page, as FetchOffer does an offer file.
func FetchPricingPage(ctx context.Context, client *http.Client, address *url.URL) (*PricingPage, error) {
	return fetchAs(ctx, client, address, "data of the pricing page", ReadPricingPage)
}

// fetchAs downloads something that is called so, and reads it.
func fetchAs[T any](
	ctx context.Context, client *http.Client, address *url.URL, what string, read func(string, []byte) (*T, error),
) (*T, error) {
	place := redacted(address)
	late := fmt.Errorf("no %s within %v", what, mostTime)
	ctx, cancel := context.WithTimeoutCause(ctx, mostTime, late)
	defer cancel()
	data, err := download(ctx, client, address)
	if ctx.Err() != nil { // whatever was read may be a part
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	return read(place, data)
}

// redacted is an address without what in it may be secret.
func redacted(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

func download(ctx context.Context, client *http.Client, address *url.URL) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	careful := *client
	careful.CheckRedirect = checkRedirect
	response, err := careful.Do(request)
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return nil, wrapped.Err // its text is the address again
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("answered with %.100q", response.Status)
	case response.ContentLength > MaxSize:
		return nil, errTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, MaxSize+1)) // ReadOffer refuses the byte beyond
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("cut short: the connection ended within the file")
	}
	return data, err
}

// checkRedirect follows redirects to https alone, and not forever.
func checkRedirect(next *http.Request, before []*http.Request) error {
	switch {
	case next.URL.Scheme != "https":
		return fmt.Errorf("redirected to %.200q (allowed: https)", redacted(next.URL))
	case len(before) > mostRedirects:
		return fmt.Errorf("more than %d redirects", mostRedirects)
	}
	return nil
}
