package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

// fallbackRegion is taken where nothing names a Region.
const fallbackRegion = "us-east-1"

// assumeRegion takes the environment's Region where a declaration names none. It returns a
// warning if that names none either.
func assumeRegion(ctx context.Context, draft *input.Declaration) *notice.Notice {
	if _, named := draft.Settings["region"]; named {
		return nil
	}
	region, warning := environmentRegion(ctx)
	draft.Settings["region"] = region
	return warning
}

// environmentRegion returns the Region that the AWS CLI would take: that of AWS_REGION, of
// AWS_DEFAULT_REGION, or of the profile. Where there is none it returns us-east-1, and a
// warning. It makes no call.
func environmentRegion(ctx context.Context) (input.Setting, *notice.Notice) {
	for _, name := range [...]string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region := os.Getenv(name); region != "" {
			return defaultRegion(region, name), nil
		}
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if cfg.Region != "" {
		return defaultRegion(cfg.Region, "the AWS profile"), nil
	}
	assumed := notice.RegionAssumed(fallbackRegion, err)
	return defaultRegion(fallbackRegion, ""), &assumed
}

func defaultRegion(region, from string) input.Setting {
	return input.Setting{Text: region, Source: model.Default, Where: input.Position{Name: from}}
}

// completeRegions completes the code of a Region, and shows its name.
func completeRegions(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	for _, r := range model.Regions() {
		list = append(list, cobra.CompletionWithDesc(string(r.Code), r.Name))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// regionWarnings returns that a Region may be misspelt, and that a stream is priced by another
// Region's prices.
func (b *basis) regionWarnings() (list []notice.Notice) {
	region := b.workload.Region
	if prices := b.Tariff.PricesOf(region); prices != region {
		list = append(list, notice.PricesOfRegion(string(prices), string(region)))
	}
	if code, misspelt := meantRegion(region); misspelt {
		list = append(list, notice.RegionUnknown(string(region), code))
	}
	return list
}

// misspeltFirst puts that a Region may be misspelt before what follows from it, such as that it has
// no prices.
func misspeltFirst(list []notice.Notice) []notice.Notice {
	slices.SortStableFunc(list, func(a, b notice.Notice) int {
		switch {
		case a.ID == b.ID:
			return 0
		case a.ID == notice.RegionUnknownID:
			return -1
		case b.ID == notice.RegionUnknownID:
			return 1
		}
		return 0
	})
	return list
}

// regionHints returns the hint that a Region may be misspelt, if it may.
func regionHints(region model.Region) []string {
	code, misspelt := meantRegion(region)
	if !misspelt {
		return nil
	}
	return []string{fmt.Sprintf("%s is no Region that kcalc knows; did you mean %s?", region, code)}
}

// hintRegion adds the hint that a Region may be misspelt to an error, if it may.
func hintRegion(err error, region model.Region) error {
	hints := regionHints(region)
	var hinted hintedError
	switch {
	case len(hints) == 0:
		return err
	case errors.As(err, &hinted):
		return hintedError{hinted.error, append(hints, hinted.hints...)}
	}
	return hintedError{err, hints}
}

// meantRegion returns the nearest Region to one that is not known.
func meantRegion(region model.Region) (code string, misspelt bool) {
	var codes []string
	for _, r := range model.Regions() {
		codes = append(codes, string(r.Code))
	}
	if slices.Contains(codes, string(region)) {
		return "", false
	}
	return nearest(string(region), codes)
}
