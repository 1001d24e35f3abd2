package report

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// fleetCommands returns the commands of a plan as a shell script to read first. What deletes data
// is commented out, as is what comes after a step that has to end before it.
func fleetCommands(a *fleet.Answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#!/bin/sh\n# %s\n# %s\n", fleetHeadline(a), fleetMoney(a))
	b.WriteString("# Read it first: kcalc runs none of it.\nset -eu\n")
	for i := range a.Failed {
		fmt.Fprintf(&b, "# not looked at: %s\n", singleLine(a.Failed[i].Problem))
	}
	for i := range a.Regions {
		b.WriteString(commitmentCommand(&a.Regions[i]))
	}
	for i := range a.Streams {
		b.WriteString(streamCommands(&a.Streams[i]))
	}
	return b.String()
}

// commitmentCommand returns the command that turns On-demand Advantage on or off.
func commitmentCommand(r *fleet.Region) string {
	if r.Advantage.Now == r.Advantage.Proposed {
		return ""
	}
	status := "ENABLED"
	if !r.Advantage.Proposed {
		status = "DISABLED"
	}
	return fmt.Sprintf("\n# %s\naws kinesis update-account-settings --region %s --minimum-throughput-billing-commitment Status=%s\n",
		advantageText(r), r.Region, status)
}

// streamCommands returns the commands of a stream.
func streamCommands(r *fleet.Row) string {
	if len(r.Steps) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n# %s in %s", r.Stream, r.Region)
	if r.Account != "" {
		fmt.Fprintf(&b, " of %s", r.Account)
	}
	if r.Owner != "" {
		fmt.Fprintf(&b, ", owner %s", singleLine(r.Owner))
	}
	if r.Saves.Known {
		fmt.Fprintf(&b, ": %s a month", change(-r.Saves.Value))
	}
	fmt.Fprintf(&b, "; %s confidence: %s\n", r.Confidence, singleLine(r.Because))
	for i := range r.Steps {
		b.WriteString(stepCommands(r, &r.Steps[i]))
	}
	return b.String()
}

// stepCommands returns the commands of a step.
func stepCommands(r *fleet.Row, s *fleet.Step) string {
	target := fmt.Sprintf("--region %s --stream-name %s", r.Region, r.Stream)
	switch s.ID {
	case fleet.StepDelete:
		return "# It deletes what the stream keeps, for good:\n# aws kinesis delete-stream " + target + "\n"
	case fleet.StepDeregister:
		return fmt.Sprintf("aws kinesis deregister-stream-consumer --region %s --stream-arn %s --consumer-name %s\n", r.Region,
			arnOf(r), s.Consumer)
	case fleet.StepMode:
		return modeCommands(r, s)
	}
	return shardCommands(target, s.Calls, s.Shards)
}

// arnOf returns the ARN of a stream, with a variable where its account is not known.
func arnOf(r *fleet.Row) string {
	account := r.Account
	if account == "" {
		account = `"${ACCOUNT:?the number of the account}"`
	}
	return fmt.Sprintf("arn:%s:kinesis:%s:%s:stream/%s", partition(r.Region), r.Region, account, r.Stream)
}

// partition returns the part of AWS that a Region is in.
func partition(region model.Region) string {
	switch text := string(region); {
	case strings.HasPrefix(text, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(text, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(text, "eusc-"):
		return "aws-eusc"
	}
	return "aws"
}

// shardCommands returns the calls of UpdateShardCount. Each has to end before the next.
func shardCommands(target string, calls []int, to int) string {
	var b strings.Builder
	for i, n := range calls {
		if i > 0 {
			fmt.Fprintf(&b, "aws kinesis wait stream-exists %s\n", target)
		}
		fmt.Fprintf(&b, "aws kinesis update-shard-count %s --scaling-type UNIFORM_SCALING --target-shard-count %d\n", target, n)
	}
	if len(calls) == 0 || calls[len(calls)-1] != to {
		fmt.Fprintf(&b, "# UpdateShardCount does not lead to %s\n", unit.Plural(to, "shard"))
	}
	return b.String()
}

// modeCommands returns the switch of a mode. A stream that becomes provisioned has the shards then
// that it had, and is scaled after it.
func modeCommands(r *fleet.Row, s *fleet.Step) string {
	mode := "ON_DEMAND"
	if s.Mode == model.Provisioned {
		mode = "PROVISIONED"
	}
	text := fmt.Sprintf("aws kinesis update-stream-mode --region %s --stream-arn %s --stream-mode-details StreamMode=%s\n", r.Region,
		arnOf(r), mode)
	if s.Mode == model.Provisioned {
		text += fmt.Sprintf("# then UpdateShardCount to %s, from what it has by then\n", unit.Plural(s.Shards, "shard"))
	}
	return text
}
