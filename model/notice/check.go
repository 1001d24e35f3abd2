package notice

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/model/unit"
)

// What a check finds. Those that change the answer fail it.
var (
	checkTooFew      = declare("check-does-not-carry", "check", Changes)
	checkInfeasible  = declare("check-does-not-fit", "check", Changes)
	checkStep        = declare("check-step-refused", "check", Changes)
	checkKept        = declare("check-retention-below-outage", "check", Changes)
	checkLimit       = declare("check-lambda-concurrency", "check", Changes)
	checkPolicy      = declare("check-policy", "check", Changes)
	checkExpired     = declare("check-allow-expired", "check", Changes)
	checkTooMany     = declare("check-too-many", "check", Weakens)
	checkTight       = declare("check-above-target", "check", Weakens)
	checkRetention   = declare("check-retention-bill", "check", Weakens)
	checkNoFailure   = declare("check-no-on-failure", "check", Weakens)
	checkEndless     = declare("check-retries-endless", "check", Weakens)
	checkAge         = declare("check-record-age-endless", "check", Weakens)
	checkNoBisect    = declare("check-no-bisect", "check", Note)
	checkFactor      = declare("check-factor-unused", "check", Note)
	checkAgeAlarm    = declare("check-no-iterator-age-alarm", "check", Weakens)
	checkWriteAlarm  = declare("check-no-throttle-alarm", "check", Weakens)
	checkFanOut      = declare("check-fan-out-cost", "check", Note)
	checkWarm        = declare("check-warm-throughput", "check", Note)
	checkPeakPriced  = declare("check-priced-at-peak", "check", Weakens)
	checkUnknown     = declare("check-unknown", "check", Weakens)
	checkIncomplete  = declare("check-plan-incomplete", "check", Weakens)
	checkUnmatched   = declare("check-workload-unmatched", "check", Weakens)
	checkLeft        = declare("check-left-alone", "check", Note)
	checkUnusedAllow = declare("check-allow-unused", "check", Note)
)

// CheckTooFew says that shards do not carry the traffic, the fewest that pass and those that are
// recommended. Where the fewest are there, what was measured does not go into them.
func CheckTooFew(shards, least, needs int) Notice {
	passes := fmt.Sprintf("%d is the fewest that passes, with nothing to spare", least)
	switch {
	case shards >= least:
		passes = "its busiest moments do not go into them"
	case least >= needs:
		return checkTooFew.notice(fmt.Sprintf("%s %s not carry the workload: it asks for %d, which is the fewest that passes.",
			unit.Plural(shards, "shard"), does(shards), needs), fmt.Sprintf("Declare %s.", unit.Plural(needs, "shard")))
	}
	return checkTooFew.notice(fmt.Sprintf("%s %s not carry the workload: %s, and %d is recommended.", unit.Plural(shards, "shard"),
		does(shards), passes, needs), fmt.Sprintf("Declare %s.", unit.Plural(needs, "shard")))
}

// CheckTight says that shards carry the traffic, and run above the share that is to be used.
func CheckTight(shards, least, needs int) Notice {
	carry := "carry"
	if shards == 1 {
		carry = "carries"
	}
	return checkTight.notice(fmt.Sprintf("%s %s the workload, and so %s, but above the target utilization: the fewest that passes is "+
		"%d, and %d is recommended.", unit.Plural(shards, "shard"), carry, passes(shards), least, needs),
		fmt.Sprintf("Declare %s, or take what little room is left.", unit.Plural(needs, "shard")))
}

func passes(n int) string {
	if n == 1 {
		return "passes"
	}
	return "pass"
}

func does(n int) string {
	if n == 1 {
		return "does"
	}
	return "do"
}

// CheckModeFails says that an on-demand stream does not carry the traffic.
func CheckModeFails(mode string) Notice {
	return checkTooFew.notice(fmt.Sprintf("%s does not carry the workload.", mode), "See {run:recommend} for what does.")
}

// CheckInfeasible says that no number of shards fits.
func CheckInfeasible() Notice {
	return checkInfeasible.notice("No number of shards carries the workload.", "See {run:recommend} for what stands in the way.")
}

// CheckStep says that an UpdateShardCount is refused, and which calls lead there.
func CheckStep(from, to int, calls string) Notice {
	remedy := "No row of calls leads there."
	if calls != "" {
		remedy = fmt.Sprintf("Two ways lead there. Declare %s, each as a change of its own that is applied before the next one. "+
			"Or call UpdateShardCount by hand with each of them in turn, while the declaration ignores shard_count "+
			"(ignore_changes in Terraform), and then declare %d.", calls, to)
	}
	return checkStep.notice(fmt.Sprintf("UpdateShardCount refuses %d → %s in one call, which is all that an update makes.", from,
		unit.Plural(to, "shard")), remedy)
}

// CheckKept says that the stream keeps records for less than an outage that is to be survived.
func CheckKept(consumer string, kept, outage unit.Duration) Notice {
	return checkKept.about(consumer, fmt.Sprintf("Records are kept for %s, and an outage of %s may last %s: what was written "+
		"at its beginning is lost.", kept, consumer, outage), "Keep them for longer: {retention}.")
}

// CheckLimit says that functions can use up the invocations of the account.
func CheckLimit(region string, most, limit int, functions string) Notice {
	return checkLimit.notice(fmt.Sprintf("In %s mappings can run %d invocations at once (shards × factor), and the account has %d for "+
		"all of its functions: %s. At the limit every function of the account is throttled.", region, most, limit, Literal(functions)),
		"Reserve concurrency, lower the factor, or give the account's limit: {account.lambda_concurrency}.")
}

// CheckPolicy says that a rule of the policy is broken.
func CheckPolicy(rule, problem string) Notice {
	return checkPolicy.about(rule, problem, "Change it, or allow it in the policy, with a reason and an end.")
}

// CheckExpired says that an exception has ended.
func CheckExpired(finding, address, until, reason string) Notice {
	return checkExpired.notice(fmt.Sprintf("The exception of %s for %s ended on %s (%s).", finding, Literal(address), until,
		Literal(reason)), "Mend what it allowed, or decide anew and give another end.")
}

// CheckTooMany says that there are more shards than the workload asks for.
func CheckTooMany(shards, needs int) Notice {
	return checkTooMany.notice(fmt.Sprintf("%s, where the workload asks for %d.", unit.Plural(shards, "shard"), needs),
		fmt.Sprintf("Declare %s.", unit.Plural(needs, "shard")))
}

// CheckRetention says that a change of retention starts or stops a charge on every shard.
func CheckRetention(from, to unit.Duration) Notice {
	return checkRetention.notice(fmt.Sprintf("Retention from %s to %s: beyond 24h every shard-hour is charged again, whatever the "+
		"length up to 7d.", from, to), "Keep 24h, if nothing reads older records.")
}

// CheckNoFailure says that batches that are given up go nowhere.
func CheckNoFailure(function string) Notice {
	return checkNoFailure.about(function, "Batches that are given up go nowhere: no on-failure destination.",
		"Name one: destination_config (Terraform), DestinationConfig (CloudFormation).")
}

// CheckEndless says that a batch that fails is tried again until its records expire.
func CheckEndless(function string, kept string) Notice {
	return checkEndless.about(function, fmt.Sprintf("Retries are endless (-1): a record that fails blocks its shard for up to %s.",
		kept), "Bound them: maximum_retry_attempts (Terraform), MaximumRetryAttempts (CloudFormation).")
}

// CheckAge says that records are tried whatever their age.
func CheckAge(function string) Notice {
	return checkAge.about(function, "The age of records has no bound (-1), nor have retries: what blocks a shard does so until it expires.",
		"Bound it: maximum_record_age_in_seconds (Terraform), MaximumRecordAgeInSeconds (CloudFormation).")
}

// CheckNoBisect says that a batch is not split around a record that fails.
func CheckNoBisect(function string) Notice {
	return checkNoBisect.about(function, "A batch that fails is not split, and the function does not say which record failed: the "+
		"whole batch is tried again, and given up.", "Split it: bisect_batch_on_function_error (Terraform), BisectBatchOnFunctionError (CloudFormation), or have "+
		"the function report which records failed: ReportBatchItemFailures in the response types.")
}

// CheckFactor says that a parallelization factor is above what the partition keys can use.
func CheckFactor(function string, factor, shards, keys int) Notice {
	return checkFactor.about(function, fmt.Sprintf("Factor %d on %s, but there are %s: a key is in one batch at a time.", factor,
		unit.Plural(shards, "shard"), unit.Plural(keys, "partition key")), "Lower the factor.")
}

// CheckAgeAlarm says that nothing watches how far consumers are behind.
func CheckAgeAlarm() Notice {
	return checkAgeAlarm.notice("No alarm watches the iterator age of the stream or of its functions: a consumer that falls behind is "+
		"seen once records are lost.", "Add one on GetRecords.IteratorAgeMilliseconds, or IteratorAge of the function.")
}

// CheckWriteAlarm says that nothing watches throttled writes.
func CheckWriteAlarm() Notice {
	return checkWriteAlarm.notice("No alarm watches throttled writes.", "Add one on WriteProvisionedThroughputExceeded.")
}

// CheckFanOut says how many registrations of enhanced fan-out there are.
func CheckFanOut(n int) Notice {
	return checkFanOut.notice(fmt.Sprintf("%s of enhanced fan-out (a consumer that has 2 MiB/s of each shard to "+
		"itself): each is charged by the shard-hour, and by what it reads.", unit.Plural(n, "registration")), "See {run:cost} for whether it pays.")
}

// CheckWarm says that warm throughput is asked for.
func CheckWarm() Notice {
	return checkWarm.notice("Warm throughput is set: it takes effect with On-demand Advantage alone, a setting of the account that "+
		"no plan shows.", "Check that the account has it in this Region.")
}

// CheckPeakPriced says that the peak is priced in every second of the month.
func CheckPeakPriced(peak unit.RecordsPerSecond) Notice {
	return checkPeakPriced.notice(fmt.Sprintf("No average is declared, so that the peak of %s is priced in every second of the "+
		"month: the dollars are the most that it can cost.", peak), "Declare {producer.average}.")
}

// CheckUnknown says that something is not known, so that nothing is said of it.
func CheckUnknown(problem string) Notice {
	return checkUnknown.notice(Literal(problem)+".", "Declare it, or read it from what is known once it is applied.")
}

// CheckIncomplete says that a plan leaves resources out.
func CheckIncomplete() Notice {
	return checkIncomplete.notice("The plan is not complete: what it leaves out is not checked.", "Make one of everything, without -target.")
}

// CheckUnmatched says that a workload belongs to no stream that is checked.
func CheckUnmatched(file, name string) Notice {
	return checkUnmatched.notice(fmt.Sprintf("The workload of %s belongs to no stream that is checked (%s).", Literal(file), Literal(name)),
		"Name its stream, or its resource.")
}

// CheckLeft says that the workloads of streams that are not asked for were left alone.
func CheckLeft(resource string, files []string) Notice {
	const most = 5
	list := strings.Join(files[:min(most, len(files))], ", ")
	if more := len(files) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return checkLeft.notice(fmt.Sprintf("%s alone is checked: the workloads of other streams are left alone (%s).", Literal(resource),
		Literal(list)), "")
}

// CheckUnusedAllow says that an exception allows nothing.
func CheckUnusedAllow(finding, address string) Notice {
	return checkUnusedAllow.notice(fmt.Sprintf("The exception of %s for %s allows nothing that was found.", Literal(finding), Literal(address)),
		"Take it out, or name another resource: what is of several streams together has none, and * allows it.")
}
