package cloudwatch_test

import (
	"cmp"
	"encoding/json"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// reads are what kcalc may use of AWS's clients: calls that read, and the types
// that they need.
var reads = map[string][]string{
	"cloudwatch": {"Client", "Options", "NewFromConfig", "GetMetricData", "GetMetricDataInput", "GetMetricDataOutput"},
	"kinesis": {"Client", "Options", "NewFromConfig",
		"DescribeStreamSummary", "DescribeStreamSummaryInput", "DescribeAccountSettings", "DescribeAccountSettingsInput", "ListShards", "ListShardsInput",
		"ListStreams", "ListStreamsInput", "ListStreamsOutput", "DescribeLimits", "DescribeLimitsInput",
		"ListStreamConsumersInput", "NewListStreamConsumersPaginator", "HasMorePages", "NextPage",
		"GetShardIterator", "GetShardIteratorInput", "GetRecords", "GetRecordsInput", "GetRecordsOutput"},
	"organizations":            {"Client", "Options", "NewFromConfig", "ListAccountsInput", "NewListAccountsPaginator", "HasMorePages", "NextPage"},
	"resourcegroupstaggingapi": {"Client", "Options", "NewFromConfig", "GetResourcesInput", "NewGetResourcesPaginator", "HasMorePages", "NextPage"},
	"sts":                      {"Client", "Options", "NewFromConfig"},
	"lambda": {"GetAccountSettings", "GetAccountSettingsInput", "Client", "Options", "NewFromConfig",
		"ListEventSourceMappingsInput", "NewListEventSourceMappingsPaginator", "HasMorePages", "NextPage"},
}

// prefixes are what IAM calls services that it does not call as their packages are.
var prefixes = map[string]string{"resourcegroupstaggingapi": "tag"}

// services is where AWS's clients are.
const services = "github.com/aws/aws-sdk-go-v2/service/"

// No line of kcalc, wherever it stands, names a function, a method or a type of
// an AWS client but those above, by the type checker's word. A method that
// changes something cannot be called behind an interface either: that would have
// to name its input.
func TestOnlyCallsThatReadAreReachable(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks the whole module")
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile,
		Dir:  "..",
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	used, actions := map[string]bool{}, []string{}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		if strings.HasSuffix(p.PkgPath, "/fakeaws") {
			continue // servers that stand in for AWS
		}
		for at, object := range p.TypesInfo.Uses {
			service := serviceOf(object)
			if service == "" {
				continue
			}
			if call, ok := strings.CutSuffix(object.Name(), "Input"); ok && !used[service+"."+object.Name()] {
				actions = append(actions, cmp.Or(prefixes[service], service)+":"+call)
			}
			used[service+"."+object.Name()] = true
			if !slices.Contains(reads[service], object.Name()) {
				t.Errorf("%s: %s.%s is none of what reading needs", p.Fset.Position(at.Pos()), service, object.Name())
			}
		}
	}
	// The least policy, in docs/aws.md, allows what is called, and nothing else.
	policy := policyOf(t)
	slices.Sort(policy)
	slices.Sort(actions)
	if !slices.Equal(actions, policy) {
		t.Errorf("called are %v; the policy of docs/aws.md allows %v", actions, policy)
	}
}

// policyOf returns the actions of the IAM policy in docs/aws.md.
func policyOf(t *testing.T) (actions []string) {
	t.Helper()
	page, err := os.ReadFile("../docs/aws.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "```json\n{\n  \"Version\": \"2012-10-17\"")
	text, _, found := strings.Cut(text, "```")
	var policy struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal([]byte("{\"Version\": \"2012-10-17\""+text), &policy); err != nil || !found {
		t.Fatalf("docs/aws.md has no policy: %v", err)
	}
	for _, s := range policy.Statement {
		actions = append(actions, s.Action...)
	}
	return actions
}

// serviceOf returns the service whose package a function, a method or a type is of,
// "" if it is of none. What is below that package, such as its shapes, calls
// nothing.
func serviceOf(object types.Object) string {
	switch object.(type) {
	case *types.Func, *types.TypeName:
	default:
		return ""
	}
	if object.Pkg() == nil {
		return ""
	}
	service, ok := strings.CutPrefix(object.Pkg().Path(), services)
	if !ok || strings.Contains(service, "/") {
		return ""
	}
	return service
}
