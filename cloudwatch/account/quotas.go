package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
)

// The calls that tell quotas, as IAM names them.
const (
	describeLimits = "kinesis:DescribeLimits"
	lambdaSettings = "lambda:GetAccountSettings"
)

// quotas reads what the account may have in the Region.
func (r *Reader) quotas(ctx context.Context, region *Region) {
	note := func(quota *model.Maybe[int], n int32, err error, action, unknown string) {
		if err == nil && n < 1 {
			err = garbled(action, "the quota is %d (allowed: at least 1)", n)
		}
		if err != nil {
			region.fault(cloudwatch.Explain(err), unknown, 0)
			return
		}
		*quota = model.Known(int(n))
	}
	shards, err := r.shardLimit(ctx)
	note(&region.Shards, shards, err, describeLimits, "the account's quota of shards; AWS's default is taken")
	concurrent, err := r.concurrency(ctx)
	note(&region.Concurrency, concurrent, err, lambdaSettings,
		"how many invocations of functions the account may have at once; AWS's default is taken")
}

// shardLimit returns the quota of provisioned shards, 0 where the answer lacks it.
func (r *Reader) shardLimit(ctx context.Context) (int32, error) {
	out, err := r.Kinesis.DescribeLimits(ctx, &kinesis.DescribeLimitsInput{})
	if err != nil || out.ShardLimit == nil {
		return 0, err
	}
	return *out.ShardLimit, nil
}

// concurrency returns the quota of invocations at once, 0 where the answer lacks it.
func (r *Reader) concurrency(ctx context.Context) (int32, error) {
	out, err := r.Lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil || out.AccountLimit == nil {
		return 0, err
	}
	return out.AccountLimit.ConcurrentExecutions, nil
}
