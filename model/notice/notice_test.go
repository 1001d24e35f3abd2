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
