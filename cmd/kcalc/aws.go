package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	api "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/cloudwatch/inventory"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/spf13/cobra"
)

// awsFlags say which account is read and where, as the AWS CLI's do.
type awsFlags struct {
	profile, endpoint string
	role              accountRole // that is assumed, if there is one
}

// accountRole is a role of another account.
type accountRole struct{ account, name string }

// arn returns the role's ARN in the partition of a Region.
func (r accountRole) arn(region string) string {
	partition := "aws"
	for prefix, other := range map[string]string{"cn-": "aws-cn", "us-gov-": "aws-us-gov"} {
		if strings.HasPrefix(region, prefix) {
			partition = other
		}
	}
	return "arn:" + partition + ":iam::" + r.account + ":role/" + r.name
}

func (f *awsFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.profile, "profile", "",
		"`profile` of the AWS configuration (default AWS_PROFILE, else default)")
	cmd.Flags().StringVar(&f.endpoint, "endpoint-url", "",
		"`address` that every AWS call goes to, instead of AWS's (default AWS_ENDPOINT_URL and its kin)")
	must(cmd.RegisterFlagCompletionFunc("profile", completeProfiles))
	must(cmd.RegisterFlagCompletionFunc("endpoint-url", cobra.NoFileCompletions))
}

// account is AWS as it is configured: clients that read, and the Region.
type account struct {
	region     model.Region
	cloudwatch *api.Client
	inventory  inventory.Reader
	tagging    *resourcegroupstaggingapi.Client
	accounts   *organizations.Client
}

// open configures the clients. Region is the one of the flag, "" where there is
// none; unlike the price of a workload, a call has to know it.
func (f *awsFlags) open(ctx context.Context, region string) (*account, error) {
	options := []func(*config.LoadOptions) error{config.WithRegion(region),
		config.WithLogger(
			logging.Nop{},
		), // standard error is for what kcalc says
		config.WithAPIOptions([]func(*middleware.Stack) error{cloudwatch.WholeAnswers})} // of the clients that sign in, too
	if f.profile != "" {
		options = append(options, config.WithSharedConfigProfile(f.profile))
	}
	if err := checkEndpoint(f.endpoint); err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, configError(err)
	}
	var a account
	if cfg.Region == "" {
		return nil, usageError{errors.New("--region: missing: nothing names the Region of the stream"),
			[]string{"name it with --region, AWS_REGION or the AWS profile"}}
	}
	if err := a.region.UnmarshalText([]byte(cfg.Region)); err != nil {
		return nil, usageError{input.Error{Where: input.Position{Name: "--region"}, Value: cfg.Region, Problem: err.Error(),
			Allowed: "the code of a Region such as us-east-1"}, nil}
	}
	cloudwatch.DefaultRetryPolicy().Configure(&cfg)
	var endpoint *string // which goes before AWS_ENDPOINT_URL_KINESIS and the like
	if f.endpoint != "" {
		endpoint = aws.String(f.endpoint)
	}
	if f.role.name != "" {
		client := sts.NewFromConfig(cfg, func(o *sts.Options) { o.BaseEndpoint = cmp.Or(endpoint, o.BaseEndpoint) })
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client, f.role.arn(cfg.Region),
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "kcalc" }))
	}
	a.cloudwatch = api.NewFromConfig(cfg, func(o *api.Options) { o.BaseEndpoint = cmp.Or(endpoint, o.BaseEndpoint) })
	a.inventory.Kinesis = kinesis.NewFromConfig(cfg,
		func(o *kinesis.Options) { o.BaseEndpoint = cmp.Or(endpoint, o.BaseEndpoint) })
	a.inventory.Lambda = lambda.NewFromConfig(cfg,
		func(o *lambda.Options) { o.BaseEndpoint = cmp.Or(endpoint, o.BaseEndpoint) })
	a.tagging = resourcegroupstaggingapi.NewFromConfig(cfg,
		func(o *resourcegroupstaggingapi.Options) { o.BaseEndpoint = cmp.Or(endpoint, o.BaseEndpoint) })
	a.accounts = organizations.NewFromConfig(cfg,
		func(o *organizations.Options) { o.BaseEndpoint = cmp.Or(endpoint, o.BaseEndpoint) })
	return &a, nil
}

func checkEndpoint(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usageError{input.Error{Where: input.Position{Name: "--endpoint-url"}, Value: address,
			Problem: "not an address", Allowed: "http://HOST[:PORT] or https://HOST[:PORT]"}, nil}
	}
	return nil
}

// configError returns what is wrong with the AWS configuration.
func configError(err error) error {
	var profile config.SharedConfigProfileNotExistError
	if errors.As(err, &profile) {
		return usageError{fmt.Errorf("--profile, or AWS_PROFILE: %q is not in the AWS configuration", profile.Profile),
			[]string{"'aws configure list-profiles' lists the profiles"}}
	}
	return fmt.Errorf("the AWS configuration cannot be read: %w", err)
}

// awsError returns a failure to read a stream, with a hint at what to do about it.
func awsError(err error, stream model.Name, a *account) error {
	var failure *cloudwatch.Failure
	if !errors.As(err, &failure) {
		return err
	}
	hints := map[cloudwatch.Cause]string{
		cloudwatch.Denied:       "allow " + failure.Action + " to who runs kcalc; the README has the least policy",
		cloudwatch.Expired:      "sign in again, such as with 'aws sso login', and repeat the command",
		cloudwatch.BadSignature: "'aws sts get-caller-identity' with the same --profile tells whose credentials they are",
		cloudwatch.NoCredentials: "name a --profile, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with " +
			"'aws sso login'",
		cloudwatch.NotFound: fmt.Sprintf("%s has no stream %s for this account: 'aws kinesis list-streams --region "+
			"%s' lists those it has", a.region, stream, a.region),
		cloudwatch.Throttled:   "others use up the account's rate of calls: repeat the command in some minutes",
		cloudwatch.ClockOff:    "set this machine's clock: AWS takes no request that is more than some minutes off",
		cloudwatch.Unreachable: "check the network, the proxy (HTTPS_PROXY) and --endpoint-url",
		cloudwatch.TimedOut:    "check the network, or repeat the command in some minutes",
		cloudwatch.Incomplete:  "repeat the command in some minutes",
		cloudwatch.ServerFault: "repeat the command in some minutes",
		cloudwatch.Garbled:     "check that --endpoint-url and AWS_ENDPOINT_URL lead to AWS, and no proxy changes what it says",
	}
	if hint, ok := hints[failure.Cause]; ok {
		return hintedError{failure, append(regionHints(a.region), hint)}
	}
	return hintRegion(failure, a.region)
}

// clockTolerance is how far off a clock may be before windows of time go wrong.
const clockTolerance = time.Minute

// awsTime returns the time of AWS's clock, and a warning where this machine's is off. A time
// that SOURCE_DATE_EPOCH stopped stays.
func awsTime(skew time.Duration) (time.Time, []notice.Notice) {
	if os.Getenv("SOURCE_DATE_EPOCH") != "" || skew.Abs() < clockTolerance {
		return now(), nil
	}
	return now().Add(skew), []notice.Notice{notice.ClockOff(skew)}
}
