package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/kcalc/kcalc/model"
)

// fallbackRegion is taken where nothing names a Region.
const fallbackRegion = "us-east-1"

// environmentRegion is the Region that the AWS CLI would take: that of
// AWS_REGION, of AWS_DEFAULT_REGION, or of the profile. Where there is none it
// is us-east-1, and the warning says so. It makes no call.
func environmentRegion(ctx context.Context) (model.Draft, *model.Warning) {
	region, from, problem := "", "", ""
	for _, name := range [...]string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region == "" && os.Getenv(name) != "" {
			region, from = os.Getenv(name), name
		}
	}
	if region == "" {
		cfg, err := config.LoadDefaultConfig(ctx)
		region, from = cfg.Region, "the AWS profile"
		if err != nil {
			problem = fmt.Sprintf(" (the AWS configuration cannot be read: %v)", err)
		}
	}
	var warning *model.Warning
	if region == "" {
		region = fallbackRegion
		warning = &model.Warning{ID: "region-assumed",
			Message: fmt.Sprintf("No Region is named; %s is assumed%s.", region, problem),
			Remedy:  "Name it with --region, AWS_REGION or region in the workload file."}
	}
	setting := model.Setting{Text: region, Source: model.Default, Where: model.Position{Name: from}}
	return model.Draft{Settings: model.Settings{"region": setting}}, warning
}
