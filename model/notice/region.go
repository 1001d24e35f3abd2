package notice

import "fmt"

var (
	regionAssumed = declare("region-assumed", "ceilings", Weakens)
	pricesOld     = declare("prices-old", "prices", Weakens)
)

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

// PricesOld says that prices of a Region are older than 180 days, or have no date,
// which oldest is empty for.
func PricesOld(region, oldest string) Notice {
	message := fmt.Sprintf("Some prices of %s have no date, and may be old.", region)
	if oldest != "" {
		message = fmt.Sprintf("Prices of %s are older than 180 days; the oldest is of %s.", region, oldest)
	}
	return pricesOld.notice(message, fmt.Sprintf("{run:prices update --region %s} fetches the current ones.", region))
}
