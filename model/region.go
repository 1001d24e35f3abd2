package model

// RegionName is a Region of AWS with the names that it has.
type RegionName struct {
	Code Region
	Name string // as AWS's console has it

	listed string // as AWS's price lists have it, where that is another name
}

// Regions returns the Regions that Kinesis Data Streams is known to be in, by their codes.
// There may be newer ones.
//
// Source: https://docs.aws.amazon.com/general/latest/gr/ak.html
func Regions() []RegionName { return append([]RegionName(nil), regions...) }

var regions = []RegionName{
	{Code: "af-south-1", Name: "Africa (Cape Town)"},
	{Code: "ap-east-1", Name: "Asia Pacific (Hong Kong)"},
	{Code: "ap-east-2", Name: "Asia Pacific (Taipei)"},
	{Code: "ap-northeast-1", Name: "Asia Pacific (Tokyo)"},
	{Code: "ap-northeast-2", Name: "Asia Pacific (Seoul)"},
	{Code: "ap-northeast-3", Name: "Asia Pacific (Osaka)"},
	{Code: "ap-south-1", Name: "Asia Pacific (Mumbai)"},
	{Code: "ap-south-2", Name: "Asia Pacific (Hyderabad)"},
	{Code: "ap-southeast-1", Name: "Asia Pacific (Singapore)"},
	{Code: "ap-southeast-2", Name: "Asia Pacific (Sydney)"},
	{Code: "ap-southeast-3", Name: "Asia Pacific (Jakarta)"},
	{Code: "ap-southeast-4", Name: "Asia Pacific (Melbourne)"},
	{Code: "ap-southeast-5", Name: "Asia Pacific (Malaysia)"},
	{Code: "ap-southeast-6", Name: "Asia Pacific (New Zealand)"},
	{Code: "ap-southeast-7", Name: "Asia Pacific (Thailand)"},
	{Code: "ca-central-1", Name: "Canada (Central)"},
	{Code: "ca-west-1", Name: "Canada West (Calgary)"},
	{Code: "cn-north-1", Name: "China (Beijing)"},
	{Code: "cn-northwest-1", Name: "China (Ningxia)"},
	{Code: "eu-central-1", Name: "Europe (Frankfurt)", listed: "EU (Frankfurt)"},
	{Code: "eu-central-2", Name: "Europe (Zurich)", listed: "EU (Zurich)"},
	{Code: "eu-north-1", Name: "Europe (Stockholm)", listed: "EU (Stockholm)"},
	{Code: "eu-south-1", Name: "Europe (Milan)", listed: "EU (Milan)"},
	{Code: "eu-south-2", Name: "Europe (Spain)", listed: "EU (Spain)"},
	{Code: "eu-west-1", Name: "Europe (Ireland)", listed: "EU (Ireland)"},
	{Code: "eu-west-2", Name: "Europe (London)", listed: "EU (London)"},
	{Code: "eu-west-3", Name: "Europe (Paris)", listed: "EU (Paris)"},
	{Code: "il-central-1", Name: "Israel (Tel Aviv)"},
	{Code: "me-central-1", Name: "Middle East (UAE)"},
	{Code: "me-south-1", Name: "Middle East (Bahrain)"},
	{Code: "mx-central-1", Name: "Mexico (Central)"},
	{Code: "sa-east-1", Name: "South America (Sao Paulo)"},
	{Code: "us-east-1", Name: "US East (N. Virginia)"},
	{Code: "us-east-2", Name: "US East (Ohio)"},
	{Code: "us-gov-east-1", Name: "AWS GovCloud (US-East)"},
	{Code: "us-gov-west-1", Name: "AWS GovCloud (US-West)", listed: "AWS GovCloud (US)"},
	{Code: "us-west-1", Name: "US West (N. California)"},
	{Code: "us-west-2", Name: "US West (Oregon)"},
}

// RegionNamed returns the Region of a name, as AWS's console or its price lists have it.
func RegionNamed(name string) (code Region, known bool) {
	for i := range regions {
		if r := &regions[i]; name == r.Name || name == r.listed && name != "" {
			return r.Code, true
		}
	}
	return "", false
}
