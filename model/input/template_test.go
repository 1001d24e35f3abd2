package input

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// The template that nothing is known for is a workload, and stays one with all that is
// commented out: every key is there, with an example that is allowed.
func TestTemplateStart(t *testing.T) {
	w := model.NewWorkload()
	text, err := Template(&w, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := Read("start", text)
	got, _, err := d.Resolve()
	if err != nil || got.Producer.RecordSize != 200 || got.Producer.Average != 10_000 || len(got.Consumers) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	full := uncommented(string(text))
	d = Read("full", []byte(full))
	if got, _, err = d.Resolve(); err != nil {
		for _, f := range err.(Errors) {
			if !strings.HasPrefix(f.Problem, "given beside") { // some inputs exclude each other
				t.Errorf("%v\nin\n%s", f, full)
			}
		}
	}
	for _, f := range WorkloadFields() {
		if _, there := d.Settings[f.Key]; !there {
			t.Errorf("%s is not in the template", f.Key)
		}
	}
	for _, f := range ConsumerFields() {
		if _, there := d.Consumers[0][f.Key]; !there {
			t.Errorf("%s of a consumer is not in the template", f.Key)
		}
	}
}

var (
	commentedKey = regexp.MustCompile(`(?m)^( *)# ( *(?:- )?[a-z_]+:(?: \S+)?)$`)
	prose        = regexp.MustCompile(`(?m)^ *#.*\n`)
)

// uncommented returns a template with every key that was commented out. What it has in
// a consumer that is commented out was so twice.
func uncommented(text string) string {
	text = commentedKey.ReplaceAllString(text, "$1$2")
	text = commentedKey.ReplaceAllString(strings.ReplaceAll(text, "\n#     ", "\n    "), "$1$2")
	return prose.ReplaceAllString(text, "")
}

// Each value says where it comes from, and what is the default stays commented out.
func TestTemplateSources(t *testing.T) {
	d := Read("w", []byte("{producer: {record_size: 200, average: 5}, consumers: [{name: \"null\"}, {name: b, speed: 9}]}"))
	w, inputs, err := d.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	text, err := Template(&w, inputs)
	for _, want := range []string{"  record_size: 200B  # file\n", "  # peak: ", "# retention: 7d\n", "  - name: 'null'\n",
		"    # speed: 1000/s\n", "\n    speed: 9/s  # file\n"} {
		if !strings.Contains(strings.ReplaceAll(string(text), `"null"`, "'null'"), want) {
			t.Errorf("%q is not in\n%s, %v", want, text, err)
		}
	}
}
