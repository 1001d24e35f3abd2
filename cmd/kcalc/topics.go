package main

import (
	"fmt"
	"strings"

	"github.com/kcalc/kcalc/calc/check"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/spf13/cobra"
)

// helpTopics returns what 'kcalc help' explains beside the commands: cobra takes a
// command that cannot be run for a topic.
func helpTopics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "environment", Short: "The environment variables that kcalc looks at", Long: environmentHelp()},
		{Use: "exit-codes", Short: "What the exit code of each command says", Long: exitCodesHelp},
		{Use: "policy", Short: "The policy of kcalc check: its keys, and what each takes", Long: policyHelp()},
		{Use: "formats", Short: "The formats of answers, and which files are read", Long: formatsHelp()},
	}
}

// policyHelp returns the keys of a policy, from the reader of policies.
func policyHelp() string {
	var b strings.Builder
	b.WriteString(`The policy of 'kcalc check --policy FILE': rules of your own, in YAML. A rule that
is not given is not checked; what a rule needs and is not known does not meet it.

`)
	for _, k := range check.PolicyKeys() {
		fmt.Fprintf(&b, "  %s\n      %s (%s)\n", k.Name, k.Doc, k.Allowed)
	}
	b.WriteString(`  allow
      findings that do not fail: entries of id, resource (an address, or "*"),
      reason and until (the last day), each of the four

An example:

  max_monthly_usd: 500
  max_monthly_usd_per_stream: 200
  min_headroom: 20%
  allow_modes: [provisioned, on-demand]
  deny_unknown: true
  deny: [check-no-throttle-alarm]
  allow:
    - id: check-too-many
      resource: aws_kinesis_stream.clicks
      reason: the sale of December needs them
      until: 2026-12-31

The findings and their ids: 'kcalc explain check'. An editor completes the keys by
docs/policy.schema.json.`)
	return b.String()
}

// policyKeys returns the names of the keys of a policy.
func policyKeys() []string {
	var names []string
	for _, k := range check.PolicyKeys() {
		names = append(names, k.Name)
	}
	return append(names, "allow")
}

func environmentHelp() string {
	return `The environment variables that kcalc looks at:

  AWS_REGION, AWS_DEFAULT_REGION
      the Region, where neither a flag nor a file names one; then that of the
      profile, then us-east-1 with a warning
  AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_CONFIG_FILE and AWS's others
      who asks, as the AWS CLI takes them; only commands with --stream, and
      'kcalc history fetch', make calls to AWS
  AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDWATCH, …_KINESIS, …_LAMBDA
      addresses that the calls go to instead of AWS's
  AWS_CA_BUNDLE, HTTPS_PROXY, NO_PROXY
      as of every program that talks to AWS
  XDG_CONFIG_HOME
      the folder of kcalc/prices.csv; ~/.config where it is not set
  JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX
      which part 'kcalc fleet --part array/n' looks at, from 0 on
  NO_COLOR
      set to anything: no colour; TERM=dumb does the same
  PAGER
      the program that shows a page of 'kcalc explain' which is longer than the
      screen (default less, then none); empty for none

Tables are as wide as the terminal, 120 columns at most, and 100 where
standard output is no terminal.`
}

const exitCodesHelp = `  0  answered. A price that is missing is a warning of 'recommend', not a failure
  1  failed: AWS, the network, a file that is missing or cannot be written, or no
     price of what was asked for
  2  wrong usage or invalid input: a line for each fault on standard error, with
     what is allowed
  3  the answer is "does not fit": no shard count carries the workload, or none of
     those that 'replay --shards' was asked for holds, or 'check' has a finding
     that fails. The answer is printed all the same
  130  interrupted

A command that failed leaves no file half written. 'cost' prices what it is told
and never exits with 3.`

func formatsHelp() string {
	return `Answers, with -o, --output, to standard output or to the file of --out:

  table     for people; as wide as the terminal, colour on a terminal alone
  markdown  the same for documents and comments
  html      one page that needs nothing else, of 'kcalc review' and 'kcalc fleet'
  aws-cli   the commands of a plan, of 'kcalc fleet' alone
  csv       one row a constraint, a cost line or a shard count, unrounded
  json      the whole answer, unrounded, units in the keys, dollars as strings;
            the schemas are in docs/schemas
  yaml      the same

Formats: ` + strings.Join(model.Words(report.Formats()), ", ") + `. Pictures, with --plot: ` + strings.Join(plotFormats(), ", ") + `, by the
ending of the file's name.

Files that are read: workload files (-f; YAML or JSON, 'kcalc init' writes one),
what the AWS CLI printed of a stream (-f; 'kcalc explain files' lists it),
histories (--history; 'kcalc explain history' lists their shapes), what keys brought
(--sample, --keys, 'kcalc keys'; a sample, CSV or records in JSON), records ('kcalc
sample --from-file') and price files (--prices; CSV). -f, --history and --from-file
repeat, and - is standard input. All but price files may be gzipped.`
}
