package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWritePage(t *testing.T) {
	page := "# cost: what it *costs*\n\nA **long** paragraph with `code` and [a page](cost.md),\nand [another]" +
		"(https://a.example/x) of AWS: <https://b.example>.\n\n```console rows=a\n$ kcalc *cost*\n\n  deeper\n```\n\n" +
		"| id | what it is |\n| --- | --- |\n| `a` | " + strings.Repeat("word ", 14) + "|\n| b | c |\n\n" +
		"- one item that is so long that it has to go on in the next line of the page\n- two\n  - inner\n\n3. third\n4. fourth\n"
	const want = `cost: what it costs

A long paragraph with code and a page, and another
(https://a.example/x) of AWS: https://b.example.

  $ kcalc *cost*

    deeper

   id  what it is
─────────────────────────────────────────────────────────────
   a   word word word word word word word word word word word
       word word word
   b   c

-  one item that is so long that it has to go on in the next
   line of the page
-  two
   -  inner

3. third
4. fourth
`
	var b strings.Builder
	if err := WritePage(&b, page, Terminal{Width: 64}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
