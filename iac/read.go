package iac

import (
	"fmt"

	"github.com/kcalc/kcalc/model/input"
)

// MostBytes is the size of the largest file that is worth reading: a plan of 5,000
// resources takes a tenth of it.
const MostBytes = 64 << 20

// Options are what a file leaves open.
type Options struct {
	Region     string            // of the deployment, where nothing in the file says it
	Parameters map[string]string // of a template
}

// Read reads a Terraform or OpenTofu plan, a CloudFormation or SAM template or a change
// set, as which [input.Recognize] told the file. The error is of one that cannot be read
// as that; what cannot be resolved within it is in [Stack.Faults].
func Read(kind input.FileKind, data []byte, o Options) (*Stack, error) {
	if len(data) > MostBytes {
		return nil, fmt.Errorf("larger than %d MiB", MostBytes>>20)
	}
	switch kind {
	case input.TerraformPlan:
		return readPlan(data, o)
	case input.ChangeSetFile:
		return readChangeSet(data, o)
	case input.TemplateFile:
		return readTemplate(data, o)
	}
	return nil, fmt.Errorf("%s, which declares no streams", kind)
}
