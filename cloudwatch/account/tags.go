package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/kcalc/kcalc/model/untrusted"
)

// getResources is a call as IAM names it.
const getResources = "tag:GetResources"

// tags reads the tags of all streams, in one sweep.
func (r *Reader) tags(ctx context.Context, region *Region) {
	byARN := map[string]map[string]string{}
	err := r.sweepTags(ctx, byARN)
	for i := range region.Streams {
		region.Streams[i].Tags = byARN[region.Streams[i].ARN]
	}
	if err != nil {
		failure := *cloudwatch.Explain(err)
		failure.Action = getResources
		region.fault(&failure, "the tags of streams, and with them who owns and who guards them", 0)
	}
}

// sweepTags reads the tags of everything of Kinesis that has some, page after page. Those of a page
// that was read stay, where a further one fails.
func (r *Reader) sweepTags(ctx context.Context, byARN map[string]map[string]string) error {
	const most = 100 // on a page, https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
	pages := resourcegroupstaggingapi.NewGetResourcesPaginator(r.Tagging, &resourcegroupstaggingapi.GetResourcesInput{
		ResourceTypeFilters: []string{"kinesis:stream"}, ResourcesPerPage: aws.Int32(most)})
	for n := 0; pages.HasMorePages(); n++ {
		if n == mostPages {
			return garbled(getResources, "it goes on beyond %s", unit.Plural(n, "page"))
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, resource := range page.ResourceTagMappingList {
			byARN[aws.ToString(resource.ResourceARN)] = tagsOf(resource.Tags)
		}
	}
	return nil
}

// tagsOf returns tags by their keys. They are anybody's texts.
func tagsOf(list []types.Tag) map[string]string {
	tags := map[string]string{}
	for _, t := range list {
		tags[untrusted.Printable(aws.ToString(t.Key))] = untrusted.Printable(aws.ToString(t.Value))
	}
	return tags
}
