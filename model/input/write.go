package input

import (
	"strings"

	"github.com/kcalc/kcalc/model"
	"go.yaml.in/yaml/v4"
)

// Write returns the file of a workload, with every input that has a value. Read
// and Resolve make the same workload of it.
func Write(w *model.Workload) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	sizes := len(w.Producer.RecordSizes) > 0
	for _, f := range WorkloadFields() {
		if f.Key == "producer.record_size" && sizes {
			list := child(child(root, "producer", yaml.MappingNode), "record_sizes", yaml.SequenceNode)
			for i := range w.Producer.RecordSizes {
				appendItem(list, SizeFields(), &w.Producer.RecordSizes[i])
			}
			continue
		}
		put(root, &f, w)
	}
	if len(w.Consumers) > 0 {
		list := child(root, "consumers", yaml.SequenceNode)
		for i := range w.Consumers {
			appendItem(list, ConsumerFields(), &w.Consumers[i])
		}
	}
	return yaml.Dump(root, yaml.WithIndent(2), yaml.WithLineWidth(-1))
}

func appendItem[T any](list *yaml.Node, fields []Field[T], t *T) {
	item := &yaml.Node{Kind: yaml.MappingNode}
	for i := range fields {
		put(item, &fields[i], t)
	}
	list.Content = append(list.Content, item)
}

// put writes a field, unless it has no value.
func put[T any](root *yaml.Node, f *Field[T], t *T) {
	if !f.Given(t) {
		return
	}
	path := strings.Split(f.Key, ".")
	for _, group := range path[:len(path)-1] {
		root = child(root, group, yaml.MappingNode)
	}
	value := scalar(f.At(t).String())
	if measure, _ := f.At(t).Measure(); measure == value.Value {
		value.Tag = "!!str" // a word that would read as null or true is quoted
	}
	root.Content = append(root.Content, scalar(path[len(path)-1]), value)
}

// child returns the node under a key of a mapping, made if it is not there.
func child(n *yaml.Node, key string, kind yaml.Kind) *yaml.Node {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	c := &yaml.Node{Kind: kind}
	n.Content = append(n.Content, scalar(key), c)
	return c
}

func scalar(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }
