package notice

import "fmt"

var (
	regionAssumed = declare("region-assumed", "ceilings", Weakens)
	regionUnknown = declare(RegionUnknownID, "ceilings", Changes)
	pricesOld     = declare("prices-old", "prices", Weakens)
)

// RegionUnknownID is the id of the notice that a Region may be misspelt.
const RegionUnknownID = "region-unknown"

// RegionAssumed says that no Region was named, and which one is assumed; problem is
// why the configuration of AWS does not name one, if it cannot be read.
func RegionAssumed(region string, problem error) Notice {
	because := ""
	if problem != nil {
		because = fmt.Sprintf(" (the AWS configuration cannot be read: %s)", Literal(problem.Error()))
	}
	return regionAssumed.notice(fmt.Sprintf("No Region is named; %s is assumed%s.", region, because),
		"Name it with {region}, AWS_REGION or region in the workload file.")
}

// RegionUnknown says that a Region is not one of those that are known, and which is the
// nearest.
func RegionUnknown(region, near string) Notice {
	return regionUnknown.notice(fmt.Sprintf("%s is no Region that kcalc knows; did you mean %s?", region, near),
		"Check {region}.")
}

// PricesOld says that prices of a Region are older than 180 days, or have no date,
// which oldest is empty for.
func PricesOld(region, oldest string) Notice {
	message := fmt.Sprintf("Some prices of %s have no date, and may be old.", region)
	if oldest != "" {
		message = fmt.Sprintf("Prices of %s are older than 180 days; the oldest is of %s.", region, oldest)
	}
	return pricesOld.notice(message, fmt.Sprintf("{run:prices update --region %s} fetches the current ones.", region))
}

// PricesRead says that prices of Regions are from the data of AWS's pricing page of a day
// that is more than 180 days ago, and what is known since.
func PricesRead(regions, day, example string) Notice {
	return pricesOld.notice(
		fmt.Sprintf("Prices of %s were read from AWS's pricing page of %s; no later change was seen in the six Regions with "+
			"sources of 2026.", regions, day),
		fmt.Sprintf("{run:prices update --region %s} fetches the current ones.", example))
}
