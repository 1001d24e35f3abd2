package iac

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// MostBytes is the size of the largest file that is read: a plan of 5,000 resources takes
// a tenth of it.
const MostBytes = 64 << 20

// Options are what a file leaves open.
type Options struct {
	Region     string            // of the deployment, where nothing in the file says it
	Parameters map[string]string // of a template
}

// Read reads a Terraform or OpenTofu plan, a CloudFormation or SAM template or a change
// set. The error is of a file that is none of them, or cannot be read as what it is; what
// cannot be resolved within one is in [Stack.Faults].
func Read(r io.Reader, o Options) (*Stack, error) {
	data, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MostBytes {
		return nil, fmt.Errorf("larger than %d MiB", MostBytes>>20)
	}
	format, err := recognise(data)
	if err != nil {
		return nil, err
	}
	switch format {
	case TerraformPlan:
		return readPlan(data, o)
	case ChangeSet:
		return readChangeSet(data, o)
	}
	return readTemplate(data, o)
}

// Recognised reports whether a file looks like infrastructure as code, by its beginning or
// its keys. Whether it can be read is another question.
func Recognised(data []byte) bool {
	_, err := recognise(data)
	var other *notRecognised
	return err == nil || !errors.As(err, &other)
}

// notRecognised is the error of a file that is something else.
type notRecognised struct{}

func (*notRecognised) Error() string {
	return "neither a Terraform plan in JSON, nor a CloudFormation template, nor a change set"
}

// recognise returns what a file is. Files that people take for one of them by mistake have
// errors that say what to give instead.
func recognise(data []byte) (Format, error) {
	keys := topKeys(data)
	has := func(key string) bool { return slices.Contains(keys, key) }
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return "", errors.New("a plan in Terraform's own format: 'terraform show -json FILE' writes it as JSON")
	case has("format_version") && has("values") && !has("resource_changes"):
		return "", errors.New("a Terraform state, not a plan: 'terraform plan -out=FILE' and 'terraform show -json FILE' " +
			"make one")
	case has("format_version") && has("terraform_version"), has("resource_changes"):
		return TerraformPlan, nil
	case has("version") && has("terraform_version") && has("resources"):
		return "", errors.New("a Terraform state file, not a plan: 'terraform plan -out=FILE' and 'terraform show -json " +
			"FILE' make one")
	case has("Changes") && (has("ChangeSetName") || has("StackName") || has("ChangeSetId") || len(keys) < 4):
		return ChangeSet, nil
	case has("Resources"):
		return Template, nil
	case has("service") && has("provider") && has("functions"):
		return "", errors.New("a file of the Serverless Framework: 'serverless package' writes the template to " +
			".serverless/cloudformation-template-update-stack.json")
	}
	return "", &notRecognised{}
}

// topKeys returns the keys of the outermost mapping of a JSON or YAML file, as far as it
// can be read.
func topKeys(data []byte) []string {
	trimmed := bytes.TrimLeft(data, " \t\r\n\ufeff")
	if !bytes.HasPrefix(trimmed, []byte("{")) {
		return yamlKeys(trimmed)
	}
	var keys []string
	d := json.NewDecoder(bytes.NewReader(trimmed))
	if _, err := d.Token(); err != nil {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			break
		}
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			break
		}
	}
	return keys
}

// yamlKeys returns what stands before a colon at the beginning of a line.
func yamlKeys(data []byte) []string {
	var keys []string
	for line := range bytes.Lines(data) {
		key, _, found := bytes.Cut(line, []byte(":"))
		if found && len(key) > 0 && len(key) < 64 && !bytes.ContainsAny(key[:1], " \t#-{\"'") {
			keys = append(keys, string(key))
		}
	}
	return keys
}
