package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/cloudwatch"
	awsaccount "github.com/kcalc/kcalc/cloudwatch/account"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// accountFlags say which accounts and Regions a fleet is read from.
type accountFlags struct {
	streamFlags           // of which no one stream is named
	regions, profiles     []string
	accounts, role, saved string
	organization, dryRun  bool
}

// liveFlags are those that are about reading from AWS.
func liveFlags() []string {
	return []string{"regions", "profile", "accounts", "role", "organization", "since", "until", "save", "dry-run", "yes",
		"endpoint-url"}
}

func (l *accountFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&l.regions, "regions", nil, "`regions` to read, with commas between them; all is those that every account "+
		"has (default AWS_REGION, AWS_DEFAULT_REGION, else the profile's)")
	flags.StringArrayVar(&l.profiles, "profile", nil, "`profile` of the AWS configuration (default AWS_PROFILE, else default); "+
		"repeats, one for each account")
	flags.StringVar(&l.accounts, "accounts", "", "`file` of accounts, a number a line: the role of --role is assumed in each")
	flags.StringVar(&l.role, "role", "", "`name` of the role to assume in each of --accounts or --organization")
	flags.BoolVar(&l.organization, "organization", false, "read all accounts of the AWS organization, with --role")
	l.bindTimes(cmd)
	flags.StringVar(&l.saved, "save", "", "`folder` to keep a history of each stream in; the command goes on there if it is "+
		"repeated within the hour")
	flags.BoolVar(&l.dryRun, "dry-run", false, "show the calls to CloudWatch and what they cost, and make none of them")
	flags.StringVar(&l.aws.endpoint, "endpoint-url", "",
		"`address` that every AWS call goes to, instead of AWS's (default AWS_ENDPOINT_URL and its kin)")
	must(cmd.RegisterFlagCompletionFunc("regions", completeRegions))
	must(cmd.RegisterFlagCompletionFunc("profile", completeProfiles))
	must(cmd.MarkFlagFilename("accounts"))
	must(cmd.MarkFlagDirname("save"))
	for _, name := range []string{"role", "endpoint-url"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
}

// check returns what is wrong with the flags by themselves.
func (l *accountFlags) check(cmd *cobra.Command, args []string, part string) error {
	var given []string
	for _, name := range liveFlags() {
		if cmd.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	switch {
	case len(args) > 0 && len(given) > 0:
		return usageError{fmt.Errorf("%s: only without DIR: files ask nothing of AWS", strings.Join(given, ", ")), nil}
	case len(args) > 0:
		return nil
	case part != "":
		return usageError{errors.New("--part: only of files"), []string{"read them with --save DIR, then look at DIR in parts"}}
	case l.accounts != "" && l.organization:
		return usageError{errors.New("--accounts and --organization: only one of the two"), nil}
	case (l.accounts != "" || l.organization) != (l.role != ""):
		return usageError{errors.New("--role: it goes with --accounts or --organization, and they with it"),
			[]string{"name the role that may read in each account, such as --role kcalc-read"}}
	case l.role != "" && len(l.profiles) > 1:
		return usageError{errors.New("--profile: only one with --role: it is whose credentials assume the role"), nil}
	}
	for _, name := range l.regions {
		var region model.Region
		if err := region.UnmarshalText([]byte(name)); err != nil && name != allRegions {
			return usageError{input.Error{Where: input.Position{Name: "--regions"}, Value: name, Problem: err.Error(),
				Allowed: "codes of Regions such as us-east-1, or all"}, nil}
		}
	}
	_, _, err := l.window(cloudwatch.Settled(now()))
	return err
}

// allRegions stands for those that are enabled in every account
// (https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html, read 2026-11-10).
const allRegions = "all"

func enabledRegions() []string {
	return []string{"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-central-1", "eu-north-1",
		"eu-west-1", "eu-west-2", "eu-west-3", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
		"ap-southeast-2"}
}

// places returns the Regions to read; "" is that of the configuration.
func (l *accountFlags) places() []string {
	list := slices.Clone(l.regions)
	if i := slices.Index(list, allRegions); i >= 0 {
		list = append(slices.Delete(list, i, i+1), enabledRegions()...)
	}
	if len(list) == 0 {
		list = []string{""}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// logins returns how each account is reached.
func (l *accountFlags) logins(cmd *cobra.Command) ([]awsFlags, error) {
	if l.role == "" {
		list := []awsFlags{{endpoint: l.aws.endpoint}}
		for i, name := range l.profiles {
			list = append(list[:i], awsFlags{profile: name, endpoint: l.aws.endpoint})
		}
		return list, nil
	}
	base := awsFlags{endpoint: l.aws.endpoint}
	if len(l.profiles) == 1 {
		base.profile = l.profiles[0]
	}
	var numbers []string
	var err error
	if l.organization {
		numbers, err = organizationAccounts(cmd.Context(), base, l.places()[0])
	} else {
		numbers, err = readAccounts(cmd, l.accounts)
	}
	var list []awsFlags
	for _, number := range numbers {
		one := base
		one.role = accountRole{number, l.role}
		list = append(list, one)
	}
	return list, err
}

// isAccountNumber reports whether a text is the number of an account.
func isAccountNumber(text string) bool {
	const digits = 12
	return len(text) == digits && strings.Trim(text, "0123456789") == ""
}

// readAccounts reads a file of accounts: a number a line, and whatever stands behind it.
func readAccounts(cmd *cobra.Command, file string) (list []string, err error) {
	data, err := readInput(cmd.Context(), cmd.InOrStdin(), file)
	if err != nil {
		return nil, err
	}
	var faults input.Errors
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		number, _, _ := strings.Cut(strings.TrimSpace(strings.NewReplacer(",", " ", ";", " ", "\t", " ").Replace(line)), " ")
		switch {
		case number == "" || slices.Contains(list, number):
		case !isAccountNumber(number):
			faults = append(faults, input.Error{Where: input.Position{Name: fmt.Sprintf("--accounts: %s:%d", inputName(file), n)},
				Value: number, Problem: "no account", Allowed: "a number of 12 digits a line"})
		default:
			list = append(list, number)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fileError(file, err)
	}
	if len(faults) > 0 {
		return nil, usageError{faults, nil}
	}
	if len(list) == 0 {
		return nil, usageError{fmt.Errorf("--accounts: %s: no account in it (allowed: a number of 12 digits a line)", inputName(file)), nil}
	}
	return list, nil
}

// mostAccounts is how many pages an organization may have, far more than AWS allows.
const mostAccounts = 1000

// organizationAccounts lists the accounts of the organization that are active.
func organizationAccounts(ctx context.Context, login awsFlags, region string) (list []string, err error) {
	a, err := login.open(ctx, region)
	if err != nil {
		return nil, err
	}
	pages := organizations.NewListAccountsPaginator(a.accounts, &organizations.ListAccountsInput{})
	for n := 0; pages.HasMorePages() && n < mostAccounts; n++ {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, awsError(cloudwatch.Explain(err), "", a)
		}
		for _, one := range page.Accounts {
			if number := aws.ToString(one.Id); one.State == orgtypes.AccountStateActive && isAccountNumber(number) {
				list = append(list, number)
			}
		}
	}
	if len(list) == 0 {
		return nil, errors.New("--organization: AWS lists no active account")
	}
	return list, nil
}

// fetch reads the fleet from AWS into history files, which the reader then looks at. It returns what removes those
// that nobody asked to keep. With --dry-run it shows what would be asked, and reads no metric.
func (o *fleetOptions) fetch(cmd *cobra.Command, s streams, f *fleetReader) (remove func(), err error) {
	folder, remove := o.live.saved, func() {}
	if folder == "" {
		if folder, err = os.MkdirTemp("", "kcalc-fleet-"); err != nil {
			return remove, err
		}
		remove = func() { os.RemoveAll(folder) }
	}
	logins, err := o.live.logins(cmd)
	if err != nil {
		return remove, err
	}
	var list []*fleetFetch
	places := o.live.places()
	for _, login := range logins {
		for _, place := range places {
			one, err := o.live.inventory(cmd.Context(), f, login, place, folder)
			switch {
			case cmd.Context().Err() != nil:
				return remove, cmd.Context().Err()
			case err != nil && len(logins)*len(places) == 1:
				return remove, err
			case err != nil:
				f.fail(login.where(place), err)
			case one != nil:
				list = append(list, one)
			}
		}
	}
	return remove, o.metrics(cmd, s, f, list)
}

// where names an account and a Region for a fault.
func (f *awsFlags) where(region string) string {
	for _, name := range []string{f.role.account, f.profile} {
		if name != "" {
			return strings.TrimSpace(name + " " + region)
		}
	}
	return region
}

// inventory reads what an account has in a Region: nil where that is no stream.
func (l *accountFlags) inventory(ctx context.Context, f *fleetReader, login awsFlags, region, folder string) (*fleetFetch, error) {
	a, err := login.open(ctx, region)
	if err != nil {
		return nil, err
	}
	var bar *progress
	reader := awsaccount.Reader{Reader: a.inventory, Tagging: a.tagging, Limits: awsaccount.PublishedLimits(),
		Progress: func(done, all int) {
			if bar == nil {
				bar = startProgress(f.streams.err, all, "reading streams of "+string(a.region))
			}
			bar.reach(done)
		}}
	got, err := reader.Read(ctx)
	if bar != nil {
		bar.stop()
	}
	if err != nil {
		return nil, awsError(err, "", a)
	}
	for _, fault := range got.Faults {
		f.failed = append(f.failed, fleet.Failure{Source: login.where(string(a.region)), Problem: faultText(a.region, &fault)})
	}
	if len(got.Streams) == 0 {
		printLine(f.streams.err, "note", "no stream in "+login.where(string(a.region)))
		return nil, nil
	}
	return l.plan(ctx, f, a, got, folder)
}

// faultText says what could not be read, and of how many streams.
func faultText(region model.Region, f *awsaccount.Fault) string {
	text := fmt.Sprintf("%s: %v; not known: %s", region, f.Failure, f.Unknown)
	if f.Streams > 0 {
		text += ", of " + unit.Plural(f.Streams, "stream")
	}
	return text
}

// plan returns the fetch of the metrics of an account's streams in a Region.
func (l *accountFlags) plan(ctx context.Context, f *fleetReader, a *account, got *awsaccount.Region, folder string) (*fleetFetch, error) {
	now, warnings := awsTime(got.Skew)
	printWarnings(f.streams.err, warnings)
	one := &fleetFetch{fetcher: cloudwatch.Fetcher{Client: a.cloudwatch, Policy: cloudwatch.DefaultRetryPolicy()},
		limits: cloudwatch.PublishedLimits(), reader: f, account: got.Account, region: a.region, now: now, window: l.window,
		folder: regionFolder(folder, got.Account, a.region),
		about: accountFile{Schema: accountSchema, Tags: map[model.Name]map[string]string{}, Quota: fleet.Quota{Account: got.Account,
			Region: a.region, Shards: got.Shards, Concurrency: got.Concurrency}}}
	for i := range got.Streams {
		s := &got.Streams[i]
		if s.Failure != nil {
			f.failed = append(f.failed, fleet.Failure{Source: string(s.Name), Problem: fmt.Sprintf("%s in %s: %v", s.Name, a.region, s.Failure)})
			continue
		}
		if len(s.Tags) > 0 {
			one.about.Tags[s.Name] = s.Tags
		}
		one.streams = append(one.streams, fetchedStream{name: s.Name, inventory: s.Inventory,
			file: filepath.Join(one.folder, historyName(s.Name))})
	}
	var err error
	one.left, err = one.plan(ctx)
	return one, err
}

// metrics asks whether what the metrics cost shall be paid, and reads them.
func (o *fleetOptions) metrics(cmd *cobra.Command, s streams, f *fleetReader, list []*fleetFetch) error {
	plan := report.FleetFetch{}
	for _, one := range list {
		plan.Add(one.account, one.region, len(one.streams), one.left)
	}
	if o.live.dryRun {
		return o.output.print(cmd.Context(), s, func(w io.Writer, t report.Terminal) error { return report.WriteFleetFetch(w, &plan, t) })
	}
	if cost := plan.Cost(); cost > maxUnconfirmedCost && !o.live.yes {
		what := fmt.Sprintf("the fetch makes up to %s for up to %s metrics, which costs at most $%s", unit.Plural(plan.Calls(), "call"),
			unit.Grouped(float64(plan.Metrics()), 0), cost)
		if err := confirm(cmd.Context(), s, what, "not fetched: the answer was no",
			"--yes makes it, --dry-run shows it, a shorter --since makes it cheaper"); err != nil {
			return err
		}
	}
	f.asked = model.Known(fleet.Asked{})
	for _, one := range list {
		err := one.run(cmd.Context())
		f.failed = append(f.failed, one.failed...)
		f.asked.Value.Calls += one.spent.Calls
		f.asked.Value.Metrics += one.spent.Metrics
		if err != nil {
			return err
		}
		file, err := one.about.write(cmd.Context(), one.folder)
		if err != nil {
			return err
		}
		f.files = append(f.files, file)
		for i := range one.streams {
			if one.streams[i].has != nothing {
				f.files = append(f.files, one.streams[i].file)
			}
		}
	}
	slices.Sort(f.files)
	var err error
	limits := cloudwatch.PublishedLimits()
	f.asked.Value.Cost, err = limits.MetricPrice.Value.Times(float64(f.asked.Value.Metrics), 0)
	return err
}
