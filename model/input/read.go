// Package input turns what a user wrote into a workload. It has the table of every
// input key with its bounds, the layers that a workload is made of, and the workload
// file, which is YAML (of which JSON is a part).
//
// Read a file, lay what flags say over it, and resolve the declaration:
//
//	d := input.Read("orders.yaml", data)     // text, with line and column
//	d.Merge(flags)                           // a later layer overrides an earlier one
//	w, inputs, err := d.Resolve()            // checked, with the source of each input
//
// The error is [Errors]: everything that is wrong, each with its place, its value
// and what is allowed. [Write] makes the file of a workload. [WorkloadFields],
// [ConsumerFields] and [SizeFields] are the table, for programs that make flags or a
// schema of it.
//
// A file is read strictly, through its syntax tree: anchors, tags and unknown keys
// are errors, since each lets a user see another value than the program does.
package input

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
	"go.yaml.in/yaml/v4"
)

// MaxSize is the size of the largest file that Read takes.
const MaxSize = 1 << 20

// mostValues is how many keys, values and comments a file may have, more than all
// consumers have with what can be said of each. The syntax tree takes a hundred times the
// room of the file, or more.
const mostValues = 150_000

// CountValues returns at least how many keys, values and lists a file of YAML has: each
// is the first, or behind a sign that begins one.
func CountValues(data []byte) int {
	n := 1
	for i, c := range data {
		switch c {
		case '\n', ',', '[', '{':
			n++
		case ':', '-', '?':
			if i+1 == len(data) || data[i+1] <= ' ' {
				n++
			}
		}
	}
	return n
}

// Read reads a workload file. The name is for the positions of what is wrong;
// the draft holds all faults of form, and Resolve adds those of meaning.
func Read(name string, data []byte) Declaration {
	r := reader{name: name, declared: Declaration{Settings: Settings{}}}
	r.read(data)
	return r.declared
}

// reader walks the syntax tree of a file.
type reader struct {
	name     string
	declared Declaration
}

func (r *reader) read(data []byte) {
	if len(data) > MaxSize {
		r.declared.Errors = append(r.declared.Errors,
			Error{Where: Position{Name: r.name}, Problem: "too large for a workload", Allowed: "1 MiB"})
		return
	}
	if CountValues(data) > mostValues {
		r.declared.Errors = append(r.declared.Errors,
			Error{Where: Position{Name: r.name}, Problem: "too many values for a workload",
				Allowed: "at most " + unit.Grouped(mostValues, 0)})
		return
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		r.syntax(err, data)
		return
	}
	if len(document.Content) == 0 {
		r.syntax(io.EOF, data)
		return
	}
	r.second(decoder, data)
	root := document.Content[0]
	if !r.plain(root, "") {
		return
	}
	if root.Kind != yaml.MappingNode && foreignFile(data) != "" {
		r.syntax(errors.New("no mapping"), data)
		return
	}
	if root.Kind != yaml.MappingNode {
		r.report(root, "", "a workload is a mapping of keys to values", "keys such as producer: and consumers:")
		return
	}
	r.mapping(root, "", "", workloadKeys, r.declared.Settings)
}

// second refuses what follows the first document.
func (r *reader) second(decoder *yaml.Decoder, data []byte) {
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err, data)
	default:
		r.report(&document, "document", "a second document", "one workload in a file")
	}
}

// syntax reports what is no YAML. Nothing else is worth saying then.
func (r *reader) syntax(err error, data []byte) {
	f := YAMLFault(r.name, err)
	switch foreign := foreignFile(data); {
	case errors.Is(err, io.EOF):
		f.Allowed = "a workload, producer.record_size and producer.average at least"
	case foreign != "":
		f.Problem, f.Allowed = foreign+", not a workload", "a workload in YAML or JSON"
		f.Where.Line, f.Where.Column = 1, 1
	case tabbed(data, f.Where.Line):
		f.Problem, f.Allowed = "a tab at the beginning of the line", "spaces: YAML is not indented with tabs"
	}
	r.declared.Errors = append(r.declared.Errors, f)
}

// foreignFile returns what a file is by how it begins, "" where that tells nothing.
func foreignFile(data []byte) string {
	for begin, kind := range map[string]string{"<": "XML or HTML", "%PDF-": "a PDF", "PK\x03\x04": "a zip archive",
		"\x89PNG": "a picture", "GIF8": "a picture", "\xff\xd8\xff": "a picture"} {
		if bytes.HasPrefix(data, []byte(begin)) {
			return kind
		}
	}
	if bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0 {
		return "binary"
	}
	return ""
}

// tabbed reports whether a line, counted from 1, begins with white space that has a tab.
func tabbed(data []byte, line int) bool {
	lines := bytes.Split(data, []byte("\n"))
	if line < 1 || line > len(lines) {
		return false
	}
	text := lines[line-1]
	return bytes.ContainsRune(text[:len(text)-len(bytes.TrimLeft(text, " \t"))], '\t')
}

// YAMLFault returns that a file is no YAML, or that it is empty, by what the decoder
// says: io.EOF, or nil, where there is nothing.
func YAMLFault(name string, err error) Error {
	f := Error{Where: Position{Name: name}, Problem: "the file is empty"}
	if err == nil || errors.Is(err, io.EOF) {
		return f
	}
	f.Problem = "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")
	var load *yaml.LoadError
	if errors.As(err, &load) {
		f.Problem = "not YAML: " + load.Message
		f.Where.Line, f.Where.Column = load.Mark.Line, load.Mark.Column
	}
	return f
}

func (r *reader) at(n *yaml.Node) Position {
	return Position{Name: r.name, Line: max(n.Line, 1), Column: max(n.Column, 1)}
}

func (r *reader) report(n *yaml.Node, path, problem, allowed string) {
	r.declared.Errors = append(r.declared.Errors, Error{Path: path, Where: r.at(n), Value: written(n), Problem: problem,
		Allowed: allowed})
}

// unknown reports a key that is none of those that are possible.
func (r *reader) unknown(key *yaml.Node, path string, possible []string) {
	r.report(key, path, "unknown key", strings.Join(possible, ", "))
	r.declared.Errors[len(r.declared.Errors)-1].Choices = possible
}

// written returns a scalar as the file has it; of anything else an error shows the
// place alone.
func written(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// keys are what a mapping may hold: values, groups of further keys, and lists
// of mappings with keys of their own.
type keys struct {
	values map[string]bool
	groups map[string]bool
	lists  map[string]*keys
}

const consumersKey = "consumers"

var workloadKeys = keysOf(WorkloadFields(), map[string]*keys{
	consumersKey:   keysOf(ConsumerFields(), nil),
	RecordSizesKey: keysOf(SizeFields(), nil),
})

func keysOf[T any](fields []Field[T], lists map[string]*keys) *keys {
	k := &keys{values: map[string]bool{}, groups: map[string]bool{}, lists: lists}
	for i := range fields {
		key := fields[i].Key
		k.values[key] = true
		for dot := strings.LastIndexByte(key, '.'); dot > 0; dot = strings.LastIndexByte(key[:dot], '.') {
			k.groups[key[:dot]] = true
		}
	}
	return k
}

// below returns the keys that may stand below a prefix, as a sentence lists them.
func (k *keys) below(prefix string) string { return strings.Join(k.names(prefix), ", ") }

// names returns the keys that may stand below a prefix, sorted.
func (k *keys) names(prefix string) []string {
	var names []string
	add := func(key string) {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			name, _, _ := strings.Cut(rest, ".")
			names = append(names, name)
		}
	}
	for key := range k.values {
		add(key)
	}
	for key := range k.lists {
		add(key)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// mapping reads the keys of a mapping into settings. Path is what a fault calls
// it, prefix what its keys have before them in the tables of fields.
func (r *reader) mapping(n *yaml.Node, path, prefix string, allowed *keys, settings Settings) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := prefix + key.Value
		switch {
		case key.Kind == yaml.MappingNode || key.Kind == yaml.SequenceNode:
			r.report(key, path+prefix+"?", "not a key", allowed.below(prefix))
		case !r.plain(key, path+name):
		case strings.Contains(key.Value, "."):
			r.unknown(key, path+name, allowed.names(prefix))
		case seen[name]:
			r.declared.Errors = append(r.declared.Errors,
				Error{Path: path + name, Where: r.at(key), Value: written(key), Problem: "given twice",
					Allowed: "each key once", Beside: true})
		default:
			r.value(value, key, path, name, allowed, settings)
		}
		seen[name] = true
	}
}

// value reads what a key has. What cannot be read is there all the same.
func (r *reader) value(n, key *yaml.Node, path, name string, allowed *keys, settings Settings) {
	settings[name] = Setting{Where: r.at(n), Unreadable: true}
	items := allowed.lists[name]
	group := allowed.groups[name]
	switch {
	case items == nil && !group && !allowed.values[name]:
		r.unknown(key, path+name, allowed.names(name[:len(name)-len(key.Value)]))
	case !r.plain(n, path+name):
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		r.report(n, path+name, "null is no value", "a value, or leave the key out")
	case items != nil:
		delete(settings, name)
		r.list(n, name, items)
	case group && n.Kind != yaml.MappingNode:
		r.report(n, path+name, "a mapping is needed here", allowed.below(name+"."))
	case group:
		if name == AggregationKey {
			settings[name] = Setting{Source: model.File, Where: r.at(key)}
		}
		r.mapping(n, path, name+".", allowed, settings)
	case n.Kind != yaml.ScalarNode:
		r.report(n, path+name, "a single value is needed here", "no list and no mapping")
	default:
		settings[name] = Setting{Text: n.Value, Source: model.File, Where: r.at(n)}
	}
}

// list reads a list of mappings.
func (r *reader) list(n *yaml.Node, key string, allowed *keys) {
	if n.Kind != yaml.SequenceNode {
		r.report(n, key, "a list is needed here", "a list of mappings with the keys "+allowed.below(""))
		return
	}
	into, path := &r.declared.Consumers, ConsumerPath
	if key == RecordSizesKey {
		into, path = &r.declared.Sizes, SizePath
	}
	items := n.Content
	if key == consumersKey && len(items) > MostConsumers {
		r.declared.Errors = append(r.declared.Errors, TooManyConsumers(len(items), r.at(items[MostConsumers])))
		items = items[:MostConsumers]
	}
	seen := map[string]bool{}
	for i, item := range items {
		called := name(item)
		if seen[called] {
			called = "" // a second one goes by its place
		}
		seen[called] = true
		at := path(i, called)
		settings := Settings{}
		*into = append(*into, settings)
		switch {
		case !r.plain(item, strings.TrimSuffix(at, ".")):
		case item.Kind != yaml.MappingNode || len(item.Content) == 0:
			r.report(item, strings.TrimSuffix(at, "."), "a mapping is needed here", "the keys "+allowed.below(""))
		default:
			r.mapping(item, at, "", allowed, settings)
		}
	}
}

// name returns what a mapping has under that key.
func name(n *yaml.Node) string {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "name" && n.Content[i+1].Tag != "!!null" {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// NotPlain returns why a node of YAML is not read: it has an anchor or a tag, is an alias or
// merges another, each of which lets a user see another value than the program does. It
// returns "" for a plain node.
func NotPlain(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return "anchors and aliases are not read"
	case n.Style&yaml.TaggedStyle != 0 || n.Tag == "!!merge":
		return "tags and merge keys are not read"
	}
	return ""
}

// plain refuses what is not plain: a workload has no use for it.
func (r *reader) plain(n *yaml.Node, path string) bool {
	problem := NotPlain(n)
	if problem != "" {
		r.report(n, path, problem, "the value itself")
	}
	return problem == ""
}
