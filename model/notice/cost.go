package notice

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model/unit"
)

// What a reader of a cost should know.
var (
	priceUnknown    = declare("price-unknown", "prices", Changes)
	priceRegion     = declare("price-region", "prices", Changes)
	costTooLarge    = declare("cost-too-large", "prices", Changes)
	costNeedsSize   = declare("cost-needs-size", "rates", Weakens)
	onDemandShards  = declare("on-demand-shards", "scaling", Note)
	onDemandSpeed   = declare("on-demand-speed", "scaling", Weakens)
	accountWide     = declare("advantage-account", "shortfall-ingest", Weakens)
	fanOutUndecided = declare("enhanced-fan-out-undecided", "enhanced-fan-out-choice", Note)
	tooFewShards    = declare("too-few-shards", "ceilings", Changes)
	leftOut         = declare("cost-left-out", "left-out", Note)
)

const checkWorkload = "Check the workload: no stream costs that much."

// PriceUnknown says that prices of a mode are missing, and what it costs at least, "" where
// nothing is known; supply is how to get them.
func PriceUnknown(mode, region string, missing []string, atLeast, supply string) Notice {
	message := fmt.Sprintf("The prices of %s in %s are not known for: %s.", mode, region, strings.Join(missing, ", "))
	if atLeast == "" {
		message += " There is no total without them."
	} else {
		message += fmt.Sprintf(" It is at least %s, without them.", atLeast)
	}
	return priceUnknown.notice(message, supply+".")
}

// PricesOfRegion says that a stream is priced by another Region's prices, as was asked for.
func PricesOfRegion(prices, region string) Notice {
	return priceRegion.notice(fmt.Sprintf("Prices are those of %s, not of %s.", prices, region),
		fmt.Sprintf("They differ by more than half between Regions; {run:prices update --region %s} fetches its own.", region))
}

// CostNeedsSize says that lines of a bill hang on a record size that is not known, and what
// the others are.
func CostNeedsSize(mode string, lines, known []string) Notice {
	message := fmt.Sprintf("What %s costs is not known without the size of a record: %s.", mode, strings.Join(lines, ", "))
	if len(known) > 0 {
		message += " Known is " + strings.Join(known, ", ") + "."
	}
	return costNeedsSize.notice(message, "Give {producer.record_size}.")
}

// CostTooLarge says that a cost is more than kcalc can count.
func CostTooLarge(mode string, problem error) Notice {
	return costTooLarge.notice(
		fmt.Sprintf("The cost of %s is %v, more than kcalc can count; it is left out.", mode, problem),
		checkWorkload,
	)
}

// SharesUnknown says that it is not known what each consumer costs in a mode, though
// it is known what all of them do.
func SharesUnknown(mode string, problem error, tooLarge bool, supply string) Notice {
	message := fmt.Sprintf("What each consumer costs in the mode %s is not known, because the cost without some of "+
		"them is not: %v.", mode, problem)
	if tooLarge {
		return costTooLarge.notice(message, checkWorkload)
	}
	return priceUnknown.notice(message, supply+".")
}

// AccountWide says that On-demand Advantage holds for other streams as well.
func AccountWide(streams int) Notice {
	return accountWide.notice(
		fmt.Sprintf(
			"On-demand Advantage is a setting of the account in the Region: it holds for the other %s as well.",
			unit.Plural(streams, "on-demand stream"),
		),
		"Price those too before you turn it on; their stream-hours go, their GB get cheaper.",
	)
}

// OnDemandShards says that a number of shards has no effect on the cost of on-demand.
func OnDemandShards(shards int) Notice {
	return onDemandShards.notice(
		fmt.Sprintf(
			"On-demand has no shards to choose: AWS sets them, and %s has no effect on its cost.",
			unit.Plural(shards, "shard"),
		),
		"Leave {option:shards} out, or look at the provisioned mode alone.",
	)
}

// OnDemandSpeed says that on-demand does not assure that consumers keep up.
func OnDemandSpeed() Notice {
	return onDemandSpeed.notice(
		"On-demand splits shards by what is written, not by what consumers process: it does not assure that each keeps "+
			"its speed and latency.",
		"Where a consumer's speed decides ({run:recommend} says so), stay provisioned or make it faster.")
}

// FanOutUndecided says why the choice of enhanced fan-out is not decided.
func FanOutUndecided(why string) Notice {
	return fanOutUndecided.notice("Which consumers should use enhanced fan-out is not fully decided: "+why+".",
		"Try assignments by hand: {consumer.type} is enhanced-fan-out for some.")
}

// TooFewShards says that the shards that are priced do not carry the workload.
func TooFewShards(shards, minimum int) Notice {
	return tooFewShards.notice(
		fmt.Sprintf("%s do not carry the workload: it needs at least %s.", count(shards), unit.Plural(minimum, "shard")),
		"{run:recommend} shows which constraint decides.")
}

// LambdaLeftOut says that functions are billed by Lambda, for the fewest invocations of a
// month that full batches make, and the hours that these take.
func LambdaLeftOut(functions []string, invocations, hours float64) Notice {
	return leftOut.about("lambda",
		fmt.Sprintf("Not in the cost: Lambda, which invokes %s %s times a month at least, for %s hours.",
			strings.Join(functions, ", "), unit.Grouped(invocations, 0), unit.Grouped(hours, 0)),
		"Add its price; batches that are not full make more invocations.")
}

// LeasesLeftOut says that the KCL keeps leases and sends metrics, which are billed.
func LeasesLeftOut(consumers []string) Notice {
	return leftOut.about("kcl",
		fmt.Sprintf("Not in the cost: what runs %s, and with the KCL its leases in DynamoDB and its metrics in CloudWatch.",
			strings.Join(consumers, ", ")),
		"Add them; each shard and consumer has a lease.")
}

// NetworkLeftOut says that many bytes are moved for what the stream costs, which endpoints
// and gateways bill by the GB.
func NetworkLeftOut(gigabytes float64) Notice {
	return leftOut.about("network",
		fmt.Sprintf("Not in the cost: interface endpoints and NAT gateways, which bill each GB; %s GB a month go in and out.",
			unit.Grouped(gigabytes, 0)),
		"Add their price where the records go through one.")
}

// SmallBill says that what is left out counts beside a small stream.
func SmallBill() Notice {
	return leftOut.about("small",
		"Not in the cost: KMS, if the stream is encrypted, and alarms in CloudWatch, which count on so small a bill.",
		"Add them where there are any.")
}
