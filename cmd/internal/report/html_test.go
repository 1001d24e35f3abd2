package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fatih/color"
)

// hostileText is what names, files and notes can hold.
const hostileText = "<script>alert(1)</script> \"onload='x' =cmd() \x1b[31m \u202e &amp; <!-- --> javascript:alert(1)"

// Whatever texts hold, a page has its own elements alone, no attribute of theirs, and nothing that
// is run or asked for.
func TestHTMLIsInert(t *testing.T) {
	d := &document{headline: hostileText, money: hostileText, tone: color.FgRed, lead: []item{{hostileText, color.Reset, hostileText}}}
	d.add(hostileText, []item{{"$", color.Reset, "aws " + hostileText}, {"!", color.FgYellow, hostileText}})
	d.table(hostileText, grid{header: []string{hostileText}, right: []bool{true}, rows: [][]string{{hostileText}}, marked: []bool{true}})
	d.sections = append(d.sections, section{heading: "note", prose: noteBlocks(
		"# " + hostileText + "\n\n" + hostileText + "\n\n- " + hostileText + "\n\n    " + hostileText + "\n\n<img src=x onerror=alert(1)>\n\n" +
			"[x](javascript:alert(1)) ![i](https://evil.example/i.png) <https://evil.example>")})
	var b bytes.Buffer
	if err := d.html(&b, hostileText); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	body := page[strings.Index(page, "</style>"):]
	if strings.ContainsAny(page, "\x1b\u202e") {
		t.Error("what does not show is in the page")
	}
	elements := regexp.MustCompile(`<(/?)([a-zA-Z!][^\s>]*)([^>]*)>`).FindAllStringSubmatch(body, -1)
	if len(elements) < 30 {
		t.Fatalf("%d elements", len(elements))
	}
	known := regexp.MustCompile(`^(style|head|body|main|header|h1|h2|h3|p|dl|dt|dd|section|ul|li|code|pre|div|table|tr|th|td|html)$`)
	plain := regexp.MustCompile(`^( (class="[a-z]+"|tabindex="0"|role="region"|aria-label="[^"<>]*"))*$`)
	for _, e := range elements {
		if !known.MatchString(e[2]) || !plain.MatchString(e[3]) {
			t.Errorf("element %s", e[0])
		}
	}
}

// A page is well formed: what opens is closed, in order.
func TestHTMLIsWellFormed(t *testing.T) {
	d := &document{headline: "a", lead: []item{{"why", color.Reset, "b"}}}
	d.add("c", []item{{"·", color.Reset, "d"}})
	d.sections = append(d.sections, section{heading: "n", prose: noteBlocks("- a\n- b\n\ntext\n\n- c")})
	var b bytes.Buffer
	if err := d.html(&b, "t"); err != nil {
		t.Fatal(err)
	}
	decoder := xml.NewDecoder(strings.NewReader(regexp.MustCompile(`<!DOCTYPE html>|<meta[^>]*>`).ReplaceAllString(b.String(), "")))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// pairs are the texts and what they stand on.
var pairs = [][2]string{{"text", "page"}, {"quiet", "page"}, {"good", "page"}, {"care", "page"}, {"bad", "page"},
	{"text", "panel"}, {"text", "marked"}}

// Every text of the style has a contrast of at least 4.5 to what it stands on, in light, in dark
// and in print (WCAG 2.2, 1.4.3).
func TestContrast(t *testing.T) {
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(style, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d sets of colours, want light, dark and print", len(blocks))
	}
	for i, block := range blocks {
		colors := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6})`).FindAllStringSubmatch(block[1], -1) {
			colors[m[1]] = luminance(t, m[2])
		}
		for _, p := range pairs {
			a, ok := colors[p[0]]
			b, known := colors[p[1]]
			if !ok || !known {
				t.Fatalf("set %d lacks %v", i, p)
			}
			if contrast := (max(a, b) + 0.05) / (min(a, b) + 0.05); contrast < 4.5 {
				t.Errorf("set %d: %s on %s has %.2f", i, p[0], p[1], contrast)
			}
		}
	}
	// All colours of texts and grounds are among the pairs.
	used := map[string]bool{}
	for _, p := range pairs {
		used[p[0]], used[p[1]] = true, true
	}
	for _, m := range regexp.MustCompile(`(?m)[ {](?:background|color): var\(--([a-z]+)\)`).FindAllStringSubmatch(style, -1) {
		if !used[m[1]] {
			t.Errorf("%s is not tested", m[1])
		}
	}
}

// luminance returns the relative luminance of a colour.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var l float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l
}
