package docgen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// WorkloadFile returns the page of the workload file's keys. Flag names the flag of a key, if
// it has one.
func WorkloadFile(flag func(key string) string) []byte {
	var b strings.Builder
	b.WriteString(`# The workload file

YAML, of which JSON is a part. Every key is optional but the record size, one of
average and peak, and the names of consumers. Unknown keys, wrong units and
impossible values are errors, all of them told at once, with line and column.
Editors complete the file with [its JSON schema](../workload.schema.json):

` + "```yaml\n# yaml-language-server: $schema=docs/workload.schema.json\n```\n")
	keyTable(&b, "The stream", "", input.WorkloadFields(), flag)
	b.WriteString("\n`producer.aggregation: {}` aggregates with the defaults: " + defaults() + ".\n")
	keyTable(&b, "Several record sizes", "producer.record_sizes[].", input.SizeFields(), flag)
	keyTable(&b, "Consumers", "consumers[].", input.ConsumerFields(), func(key string) string {
		if key == "name" {
			return "--consumer NAME"
		}
		return "--consumer NAME," + strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], "_", "-") + "=…"
	})
	return []byte(b.String())
}

func defaults() string {
	a := model.DefaultAggregation()
	return fmt.Sprintf("%s producer, buffer %s, max_size %s", a.Producers, a.Buffer, a.MaxSize)
}

func keyTable[T any](b *strings.Builder, title, prefix string, fields []input.Field[T], flag func(string) string) {
	fmt.Fprintf(b, "\n## %s\n\n| key | what it is | allowed | example | flag |\n| --- | --- | --- | --- | --- |\n", title)
	for i := range fields {
		f := &fields[i]
		option := flag(f.Key)
		if option != "" {
			option = "`" + option + "`"
		}
		fmt.Fprintf(b, "| `%s%s` | %s | %s | `%s` | %s |\n", prefix, f.Key, f.Doc, f.Allowed, f.Example, option)
	}
}

// Limits returns the page of the published limits, with source and date.
func Limits(limits ...[]model.Published) []byte {
	var b strings.Builder
	b.WriteString(`# The limits that answers rest on

What AWS publishes, with where and when it was read. 1 MB is 1 MiB = 2^20 B.

| limit | value | source | as of |
| --- | --- | --- | --- |
`)
	for _, f := range slices.Concat(limits...) {
		fmt.Fprintf(&b, "| %s | %s | <%s> | %s |\n", f.What, f.Text, f.Source, f.AsOf)
	}
	return []byte(b.String())
}
