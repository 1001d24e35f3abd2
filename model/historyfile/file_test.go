package historyfile

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	invopop "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaOf is the JSON schema of File. A value is a number or null, which no tag
// can say of the elements of a list.
func schemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	r := invopop.Reflector{Mapper: func(of reflect.Type) *invopop.Schema {
		if of == reflect.TypeFor[Value]() {
			return &invopop.Schema{OneOf: []*invopop.Schema{{Type: "number", Minimum: "0"}, {Type: "null"}}}
		}
		return nil
	}}
	text, err := json.Marshal(r.Reflect(&File{}))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("history.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("history.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// The schema that File makes takes what Write writes, and refuses what Read
// refuses.
func TestSchema(t *testing.T) {
	schema := schemaOf(t)
	valid := func(text string) error {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(instance)
	}
	whole := string(file(t, complete()))
	for _, text := range []string{whole, edited(t), `{"schema": "kcalc.history/v1", "from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "series": []}`} {
		if err := valid(text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
		readText(t, text)
	}
	for _, pair := range [][2]string{
		{`"kcalc.history/v1"`, `"kcalc.history/v2"`}, {`"orders"`, `"or ders"`}, {`"us-east-1"`, `"mars"`}, {`"from"`, `"form"`}, {`"provisioned"`, `"free"`},
		{`"open_shards": 1`, `"open_shards": -1`}, {`"open_shards": 1`, `"open_shards": 1.5`}, {`"first_hash": "0"`, `"first_hash": "x"`}, {`"audit"`, `"a b"`},
		{`"batch_size": 100,`, ``}, {`"bisect_on_error": true`, `"bisect_on_error": 1`}, {`"Sum"`, `"Median"`}, {`"unit": "B"`, `"unit": "KB"`}, {`null`, `"1"`}, {`0.5`, `-0.5`},
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

// Whoever edits a file finds out from the schema what each key is.
func TestEveryKeyIsDescribed(t *testing.T) {
	var described func(of reflect.Type)
	described = func(of reflect.Type) {
		for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || of.PkgPath() != reflect.TypeFor[File]().PkgPath() {
			return
		}
		for field := range of.Fields() {
			if field.Tag.Get("jsonschema_description") == "" {
				t.Errorf("%s.%s is not described", of.Name(), field.Name)
			}
			described(field.Type)
		}
	}
	described(reflect.TypeFor[File]())
}
