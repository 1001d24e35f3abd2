package historyfile

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The published schema takes what Write writes, and refuses what Read
// refuses.
func TestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/history.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(instance)
	}
	whole := string(file(t, complete()))
	for _, text := range []string{whole, edited(t),
		`{"schema": "kcalc.history/v1", "from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "series": []}`} {
		if err := valid(text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		readText(t, text)
	}
	for _, pair := range [][2]string{
		{`"kcalc.history/v1"`, `"kcalc.history/v2"`}, {`"orders"`, `"or ders"`}, {`"us-east-1"`, `"mars"`}, {`"from"`,
			`"form"`}, {`"provisioned"`, `"free"`},
		{`"open_shards": 1`, `"open_shards": -1`}, {`"open_shards": 1`, `"open_shards": 1.5`}, {`"first_hash": "0"`,
			`"first_hash": "x"`}, {`"audit"`, `"a b"`},
		{`"batch_size": 100,`, ``}, {`"bisect_on_error": true`, `"bisect_on_error": 1`}, {`"Sum"`,
			`"Median"`}, {`"unit": "B"`, `"unit": "KB"`}, {`null`, `"1"`}, {`5,null`, `-5,null`},
		{`"message": `, `"mesage": `}, {`"runs": [`, `"runs": 5, "run": [`},
	} {
		text := strings.Replace(whole, pair[0], pair[1], 1)
		if text == whole || valid(text) == nil {
			t.Errorf("the schema takes %s", pair[1])
		}
		if readError(text) == "" {
			t.Errorf("%s is read", pair[1])
		}
	}
}
