package notice

import "testing"

func TestExpand(t *testing.T) {
	say := func(reference string) string { return "<" + reference + ">" }
	for text, want := range map[string]string{
		"":                   "",
		"plain":              "plain",
		"{a}":                "<a>",
		"x {a} y {b.c} z":    "x <a> y <b.c> z",
		"open { only":        "open { only",
		"closed } only":      "closed } only",
		"closed } then {a} ": "closed } then <a> ",
		"{{a} is text":       "{a} is text",
		"{{{{":               "{{",
		"{{{a}":              "{<a>",
		"a{{":                "a{",
	} {
		if got := Expand(text, say); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, k := range Kinds() {
		for _, id := range []string{k.ID, k.ID + ".fraud", k.ID + ".a.b"} {
			if got, ok := Find(id); !ok || got.Page != k.Page {
				t.Errorf("%s: %v, %v", id, got, ok)
			}
		}
		if k.Page == "" || k.Severity != Changes && k.Severity != Weakens && k.Severity != Note {
			t.Errorf("%s has the page %q and the severity %q", k.ID, k.Page, k.Severity)
		}
	}
	if _, ok := Find("no-such-notice"); ok {
		t.Error("an id is found that is none")
	}
}

// What others wrote comes out as they wrote it, wherever it stands in a text.
func TestLiteral(t *testing.T) {
	say := func(string) string { return "a reference" }
	for _, text := range []string{"", "plain", "{retention}", "{{", "}{", "{run:replay} {", "{{{a}}}"} {
		if got := Expand("x "+Literal(text)+" {a}", say); got != "x "+text+" a reference" {
			t.Errorf("%q comes out as %q", text, got)
		}
		if got := Plain(Literal(text)); got != text {
			t.Errorf("%q is kept as %q", text, got)
		}
		if n := Kept("history-gaps", text, text); Plain(n.Message) != text || Plain(n.Remedy) != text ||
			n.Severity != Weakens {
			t.Errorf("%q: %+v", text, n)
		}
	}
	if got := Plain("Raise {retention}."); got != "Raise {retention}." {
		t.Error(got)
	}
}
