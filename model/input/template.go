package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"go.yaml.in/yaml/v4"
)

// Template returns a commented workload file to start from: every input with what it is
// and what is allowed. Those that have a source other than the default stand there with
// their value, and with where it comes from; the others are commented out, with an
// example. Inputs are those that [Declaration.Resolve] returned with w; without any, a
// record size and an average are there as examples. [Read] and Resolve make the same
// workload of the file.
func Template(w *model.Workload, inputs []model.Input) ([]byte, error) {
	t := template{sources: map[string]model.Source{}}
	for _, in := range inputs {
		if in.Source != model.Default {
			t.sources[in.Name] = in.Source
		}
	}
	if len(inputs) == 0 {
		example := *w
		for _, f := range WorkloadFields() {
			if slices.Contains(leastKeys, f.Key) {
				if err := f.set(&example, f.Example); err != nil {
					return nil, fmt.Errorf("%s: %q: %w", f.Key, f.Example, err)
				}
				t.sources[f.Key] = ""
			}
		}
		w = &example
	}
	t.recordSizes = w.Producer.RecordSizes
	writeFields(&t, w, WorkloadFields(), "", "", true)
	t.consumers(w.Consumers)
	return []byte(t.b.String()), t.err
}

// leastKeys are the inputs that no workload can do without.
var leastKeys = []string{"producer.record_size", "producer.average"}

// template writes a file, and remembers the first error.
type template struct {
	b       strings.Builder
	sources map[string]model.Source // of the inputs that are written, "" for an example
	err     error

	recordSizes []model.SizeShare // that stand instead of the record size
}

// writeFields writes the fields of t, each group below its name, behind an indent. Names of
// inputs begin with prefix. Explained reports whether comments say what the fields are; an
// input that is not given is left out where they do not.
func writeFields[T any](file *template, t *T, fields []Field[T], prefix, indent string, explained bool) {
	var open []string
	for i := range fields {
		f := &fields[i]
		path := strings.Split(f.Key, ".")
		groups := path[:len(path)-1]
		source, given := file.sources[prefix+f.Key]
		given = given && f.Given(t)
		if !given && !explained {
			continue
		}
		if explained && i > 0 {
			file.b.WriteString("\n")
		}
		for depth, group := range groups {
			if depth < len(open) && open[depth] == group {
				continue
			}
			below := strings.Join(groups[:depth+1], ".") + "."
			file.line(indent, depth, anyGiven(file, t, fields, prefix, below), group+":", "")
			open = open[:depth]
			open = append(open, group)
		}
		open = open[:len(groups)]
		if explained {
			file.comment(indent, len(groups), f.Doc, f.Allowed)
		}
		if f.Key == recordSizeKey && len(file.recordSizes) > 0 {
			file.sizes()
			continue
		}
		value := f.Example
		if given {
			value = f.At(t).String()
		}
		file.line(indent, len(groups), given, path[len(groups)]+": "+file.scalar(f.At(t), value), source)
	}
}

// anyGiven reports whether an input below a key is written.
func anyGiven[T any](file *template, t *T, fields []Field[T], prefix, below string) bool {
	return slices.ContainsFunc(fields, func(f Field[T]) bool {
		_, given := file.sources[prefix+f.Key]
		return given && strings.HasPrefix(f.Key, below) && f.Given(t)
	})
}

// comment writes what an input is and what is allowed.
func (t *template) comment(indent string, depth int, doc, allowed string) {
	const width = 90
	line := indent + strings.Repeat("  ", depth) + "#"
	begin := len(line)
	for _, word := range strings.Fields(doc + " (" + allowed + ")") {
		if len(line) > begin && len(line)+1+len(word) > width {
			t.b.WriteString(line + "\n")
			line = line[:begin]
		}
		line += " " + word
	}
	t.b.WriteString(line + "\n")
}

// line writes a line of the file, commented out where it is not given.
func (t *template) line(indent string, depth int, given bool, text string, source model.Source) {
	mark := ""
	if !given {
		mark = "# "
	}
	if source != "" {
		text += "  # " + string(source)
	}
	fmt.Fprintf(&t.b, "%s%s%s%s\n", indent, strings.Repeat("  ", depth), mark, text)
}

// scalar returns a value as YAML writes it: a word that would read as null or true is
// quoted.
func (t *template) scalar(v model.Value, text string) string {
	n := scalar(text)
	if measure, _ := v.Measure(); measure == text {
		n.Tag = "!!str"
	}
	b, err := yaml.Dump(n, yaml.WithLineWidth(-1))
	if err != nil && t.err == nil {
		t.err = err
	}
	return strings.TrimSuffix(string(b), "\n")
}

// sizes writes a mixture of record sizes.
func (t *template) sizes() {
	t.line("", 1, true, "record_sizes:", "")
	for i := range t.recordSizes {
		var parts []string
		for _, f := range SizeFields() {
			v := f.At(&t.recordSizes[i])
			parts = append(parts, f.Key+": "+t.scalar(v, v.String()))
		}
		t.line("", 2, true, "- {"+strings.Join(parts, ", ")+"}", "")
	}
}

// consumers writes the consumers, the first with comments, or one that is commented out.
func (t *template) consumers(list []model.Consumer) {
	fields := ConsumerFields()
	if len(list) == 0 {
		example := template{}
		t.b.WriteString("\n")
		fmt.Fprintf(&example.b, "consumers:\n  - name: %s\n", fields[0].Example)
		writeFields(&example, &model.Consumer{}, fields[1:], "", "    ", true)
		for line := range strings.Lines(example.b.String()) {
			t.b.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
		}
		return
	}
	t.b.WriteString("\nconsumers:\n")
	for i := range list {
		c := &list[i]
		name := fields[0].At(c)
		fmt.Fprintf(&t.b, "  - name: %s\n", t.scalar(name, name.String()))
		writeFields(t, c, fields[1:], "consumers."+string(c.Name)+".", "    ", i == 0)
	}
}
