// Package description reads what the AWS CLI prints of a stream and of what reads it, for
// who may describe a stream but not run kcalc against the account, or has such a file
// already:
//
//	var s description.Stream
//	errs := s.Read("summary.json", data) // of describe-stream-summary; any of them, in any order
//	errs = s.Read("mappings.yaml", more)
//	d, notices := s.Declaration()        // a layer of a workload, with the source measured
//
// It reads describe-stream, describe-stream-summary, list-shards, list-stream-consumers,
// describe-stream-consumer and list-event-source-mappings, as JSON or YAML. It is apart
// from package inventory, which makes the same calls: that one reads AWS's answers with
// AWS's clients and fails as calls fail, this one reads texts that people edit and send,
// and what is wrong with them has a file and a line. Both fill a [model.Configuration].
package description

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"go.yaml.in/yaml/v4"
)

// Bounds of a file: the shards of the largest stream, with room. The syntax tree of YAML
// takes far more than the text.
const (
	MaxSize    = 16 << 20
	mostValues = 1 << 20
)

// Stream is what descriptions say of one stream, which is more with each that is read.
type Stream struct {
	Name   model.Name
	Region model.Region

	// Configuration is what the stream is set to. What no description says is not
	// known.
	model.Configuration

	file      string // that was read last
	fanOut    int    // enhanced fan-out consumers, by number alone
	described bool   // something was read
}

// Known reports whether a description was read.
func (s *Stream) Known() bool { return s.described }

// Read adds what a file says. The name is for the places of what is wrong.
func (s *Stream) Read(name string, data []byte) input.Errors {
	if len(data) > MaxSize || input.CountValues(data) > mostValues {
		return input.Errors{{Where: input.Position{Name: name}, Problem: "too large for a description",
			Allowed: "16 MiB and 1,048,576 values"}}
	}
	r := reader{name: name}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var tree yaml.Node
	if err := decoder.Decode(&tree); err != nil || len(tree.Content) == 0 {
		return input.Errors{input.YAMLFault(name, err)}
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		r.fault(&second, "", "", "a second document", "one description in a file")
	}
	s.file = name
	root := tree.Content[0]
	if r.plain(root, 0) {
		s.read(&r, root)
	}
	if len(r.errs) == 0 {
		s.described = true
	}
	return r.errs
}

// read takes whatever the top of a file has.
func (s *Stream) read(r *reader, root *yaml.Node) {
	found := false
	for _, part := range []struct {
		key  string
		take func(r *reader, n *yaml.Node)
	}{
		{"StreamDescriptionSummary", s.summary},
		{"StreamDescription", s.stream},
		{"Shards", func(r *reader, n *yaml.Node) { s.shards(r, n, root) }},
		{"Consumers", s.consumers},
		{"ConsumerDescription", func(r *reader, n *yaml.Node) { s.consumer(r, n) }},
		{"EventSourceMappings", s.eventSourceMappings},
	} {
		if n := r.get(root, part.key); n != nil {
			found = true
			part.take(r, n)
		}
	}
	if !found {
		r.fault(root, "", "", "not a description of a stream",
			"what describe-stream, describe-stream-summary, list-shards, list-stream-consumers or "+
				"list-event-source-mappings of the AWS CLI prints")
	}
}

// arn matches the ARN of a stream or of one of its consumers
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html).
var arn = regexp.MustCompile(`^arn:[a-z0-9-]+:kinesis:([a-z0-9-]+):[0-9]{12}:stream/([A-Za-z0-9_.-]{1,128})` +
	`(?:/consumer/([A-Za-z0-9_.-]{1,128}):[0-9]+)?$`)

// is takes the stream and the Region that an ARN names, and reports one of another
// stream.
func (s *Stream) is(r *reader, n *yaml.Node, key string) {
	at := r.get(n, key)
	if at == nil {
		return
	}
	parts := arn.FindStringSubmatch(at.Value)
	if parts == nil {
		r.fault(at, key, at.Value, "not the ARN of a stream", "such as arn:aws:kinesis:us-east-1:111122223333:stream/orders")
		return
	}
	s.named(r, at, parts[2])
	if s.Region != "" && string(s.Region) != parts[1] {
		r.fault(at, key, parts[1], fmt.Sprintf("another Region than in the file before, %s", s.Region), "files of one stream")
		return
	}
	var region model.Region
	if err := region.UnmarshalText([]byte(parts[1])); err != nil {
		r.fault(at, key, parts[1], err.Error(), "the code of a Region such as us-east-1")
		return
	}
	s.Region = region
}

// named takes the name of the stream, and reports another one.
func (s *Stream) named(r *reader, at *yaml.Node, name string) {
	var stream model.Name
	if err := stream.UnmarshalText([]byte(name)); err != nil {
		r.fault(at, "StreamName", name, err.Error(), "1 to 128 of A-Z a-z 0-9 _ . -")
		return
	}
	if s.Name != "" && s.Name != stream {
		r.fault(at, "StreamName", name, fmt.Sprintf("another stream than in the file before, %q", s.Name),
			"files of one stream")
		return
	}
	s.Name = stream
}
