package input

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// FileKind is what a file turns out to be, whatever it was given for.
type FileKind int

// The kinds of files that people have of a stream.
const (
	UnknownFile     FileKind = iota
	WorkloadFile             // kcalc's own, in YAML or JSON
	HistoryFile              // of kcalc, or what the AWS CLI prints of metrics, in JSON or YAML
	TableFile                // of comma-separated values with times
	DescriptionFile          // what the AWS CLI prints of a stream or of what reads it
	PythonFile               // a response of boto3 as Python prints it
	TerraformPlan            // what "terraform show -json" prints of a plan
	TerraformState
	TerraformBinary // a plan in Terraform's own format
	TemplateFile    // CloudFormation, SAM or CDK
	ChangeSetFile
	ServerlessFile // of the Serverless Framework
	KeysFile       // a sample of a stream, a table of keys, or records in JSON
)

// kindTexts say what a file of a kind is called, and where it belongs.
var kindTexts = map[FileKind]struct{ name, wayOut string }{
	UnknownFile:     {"a file of an unknown kind", ""},
	WorkloadFile:    {"a workload", "a history; a workload goes with {option:file}"},
	HistoryFile:     {"a history", "a workload; a history goes with {option:history}"},
	TableFile:       {"a table of a history", "a workload; a history goes with {option:history}"},
	DescriptionFile: {"a description of a stream", "a history; a description goes with {option:file}"},
	PythonFile: {"a dictionary as Python prints it",
		"JSON: print it with print(json.dumps(response, default=str))"},
	TerraformPlan: {"a Terraform plan", asWorkload},
	TerraformState: {"a Terraform state", "a workload, or what \"aws kinesis describe-stream-summary\" prints of the " +
		"stream that it made; a state is not read"},
	TerraformBinary: {"a plan in Terraform's own format", "JSON, as \"terraform show -json\" prints it"},
	TemplateFile:    {"a CloudFormation template", asWorkload},
	ChangeSetFile:   {"a CloudFormation change set", asWorkload},
	ServerlessFile: {"a file of the Serverless Framework", "the template that \"serverless package\" writes, " +
		".serverless/cloudformation-template-update-stack.json"},
	KeysFile: {"a sample, or a table of keys", "a history; what keys brought goes with {option:sample}"},
}

// asWorkload says where what declares streams goes.
const asWorkload = "a history; what declares streams goes with {option:file}"

// String returns what a file of the kind is called: "a history".
func (k FileKind) String() string { return kindTexts[k].name }

// WayOut says where a file of the kind belongs, or what to give in its place.
func (k FileKind) WayOut() string { return kindTexts[k].wayOut }

// kindKeys are the keys that tell a kind: any of some, each of which does by itself, or all of
// others. The first kind that a file's keys tell is the file's.
var kindKeys = []struct {
	kind     FileKind
	any, all []string
}{
	{HistoryFile, []string{"schema", "series", "MetricDataResults", "Datapoints"}, nil},
	{DescriptionFile, []string{"StreamDescriptionSummary", "StreamDescription", "EventSourceMappings", "Shards",
		"ConsumerDescription"}, nil},
	{TerraformState, []string{"lineage"}, []string{"format_version", "values"}},
	{TerraformPlan, []string{"format_version", "planned_values", "resource_changes"}, nil},
	{TerraformState, []string{"terraform_version"}, nil},
	{ChangeSetFile, []string{"ChangeSetName", "ChangeSetId", "Changes"}, nil},
	{TemplateFile, []string{"AWSTemplateFormatVersion", "Resources", "Transform"}, nil},
	{ServerlessFile, nil, []string{"service", "provider", "functions"}},
	{DescriptionFile, []string{"Consumers"}, nil},
	{WorkloadFile, workloadNames(), nil},
	{HistoryFile, []string{"Label", "Messages"}, nil}, // of a history whose points come later
}

// workloadNames are the keys at the top of a workload.
func workloadNames() []string { return strings.Split(workloadKeys.below(""), ", ") }

// tableHead matches a line that names the column of the times: beside it there are others.
var tableHead = regexp.MustCompile(
	`(?im)(^|[,;\t])[" ]*(timestamps?|time|date|datetime|date[ _]?time)([ _]?[(\[]?(utc|gmt)[)\]]?)?[" ]*([,;\t]|$)`)

// firstTime matches a line that begins with a time, before a column of something else.
var firstTime = regexp.MustCompile(`(?m)^"?[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[^,;\t\n]*[,;\t]`)

// pythonResponse matches what only a response of boto3 has.
var pythonResponse = regexp.MustCompile(
	`datetime\.datetime\(|'(ResponseMetadata|MetricDataResults|Datapoints|StreamDescription(Summary)?|Shards)':`)

// keysHead matches the first line of a table of keys: a column of keys, and one of counts.
var keysHead = regexp.MustCompile(`^(?i:[^\n]*?\b(key|partition_?key|hash|explicit_hash_key|md5)\b[^\n]*\b(records|bytes|count)\b` +
	`|[^\n]*?\b(records|bytes|count)\b[^\n]*\b(key|partition_?key|hash|explicit_hash_key|md5)\b)`)

// sampleSchema matches the schema of a sample.
var sampleSchema = regexp.MustCompile(`"?schema"?\s*:\s*"?kcalc\.sample/`)

// isKeys reports whether a file is of keys.
func isKeys(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case text[0] == '{' && sampleSchema.Match(text[:min(len(text), 200)]):
		return true
	case text[0] == '{':
		keys := jsonKeys(line)
		return slices.Contains(keys, "PartitionKey") || slices.Contains(keys, "partitionKey") ||
			slices.Contains(keys, "kinesis") && slices.Contains(keys, "eventSource")
	}
	return !bytes.Contains(line, []byte(":")) && keysHead.Match(line)
}

// Recognize returns what a file is, by its beginning, which is UTF-8. It does not say that
// the file is right.
func Recognize(head []byte) FileKind {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(text) == 0 {
		return UnknownFile
	}
	if bytes.HasPrefix(text, []byte("PK\x03\x04")) { // of a zip file, which such a plan is
		return TerraformBinary
	}
	brackets := text[0] == '{' || text[0] == '['
	if (bytes.HasPrefix(text, []byte("{'")) || bytes.HasPrefix(text, []byte("[{'"))) && pythonResponse.Match(text) {
		return PythonFile
	}
	if isKeys(text) {
		return KeysFile
	}
	var keys []string
	if brackets {
		keys = jsonKeys(text)
	} else {
		keys = yamlKeys(text)
	}
	has := func(key string) bool { return slices.Contains(keys, key) }
	lacks := func(key string) bool { return !has(key) }
	for _, k := range kindKeys {
		if slices.ContainsFunc(k.any, has) || len(k.all) > 0 && !slices.ContainsFunc(k.all, lacks) {
			return k.kind
		}
	}
	if !brackets && (tableHead.Match(text) || firstTime.Match(text)) {
		return TableFile
	}
	return UnknownFile
}

// jsonKeys returns the keys at the top of the beginning of a JSON object, by its strings
// and brackets alone.
func jsonKeys(text []byte) (keys []string) {
	depth, begin, last := 0, -1, ""
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case begin >= 0 && c == '\\':
			i++
		case begin >= 0 && c == '"':
			last, begin = string(text[begin:i]), -1
		case begin >= 0:
		case c == '"':
			begin = i + 1
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			keys = append(keys, last)
		}
	}
	return keys
}

// topKey matches a key at the top of a YAML document.
var topKey = regexp.MustCompile(`(?m)^["']?([A-Za-z_]+)["']?[ \t]*:(?:[ \t\r]|$)`)

// yamlKeys returns the keys at the top of the beginning of a YAML document.
func yamlKeys(text []byte) (keys []string) {
	for _, m := range topKey.FindAllSubmatch(text, -1) {
		keys = append(keys, string(m[1]))
	}
	return keys
}
