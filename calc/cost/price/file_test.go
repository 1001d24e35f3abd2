package price

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kcalc/kcalc/model/modeltest"
)

const header = "region,mode,line,above,unit,price_usd,as_of,confidence,source\n"

// rewritten writes a catalogue and reads it again.
func rewritten(t *testing.T, c *Catalogue) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, c.Prices()); err != nil {
		t.Fatal(err)
	}
	again, err := Read("again.csv", b.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, b.Bytes())
	}
	if diff := cmp.Diff(c.Prices(), again.Prices()); diff != "" {
		t.Fatal(diff)
	}
}

// The catalogue that is built in can be written as a price file, and read back.
func TestEmbeddedIsAPriceFile(t *testing.T) { rewritten(t, Embedded()) }

func TestRead(t *testing.T) {
	const row = "us-east-1,provisioned,shard-hours,0,shard-hour,0.01,2026,medium,contract\n"
	for name, text := range map[string]string{
		"plain":       header + row,
		"no end":      strings.TrimSpace(header + row),
		"byte order":  "\ufeff" + header + row,
		"comments":    "# ours\n" + header + "# yes\n\n" + row,
		"CRLF":        strings.ReplaceAll(header+row, "\n", "\r\n"),
		"quotes":      header + strings.Replace(row, "contract", `"contract"`, 1),
		"no prices":   header,
		"tiers":       header + strings.Replace(row, ",0,", ",5,", 1) + row,
		"two Regions": header + row + strings.Replace(row, "us-east-1", "us-gov-west-1", 1),
	} {
		c, err := Read("p.csv", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rewritten(t, c)
	}
	c, err := Read("p.csv", []byte(header+"us-east-1,provisioned,put-payload-units,0,PUT payload "+
		"unit,0.0000000140,2026,medium,\"a, b\"\n"))
	want := []Price{{virginia, "provisioned", "put-payload-units", 0, "PUT payload unit", 140, "2026", "medium", "a, b"}}
	if err != nil || cmp.Diff(want, c.Prices()) != "" {
		t.Errorf("%v, %v", c, err)
	}
}

// Everything that is wrong is told, with line and column, what is allowed, and
// without what could steer a terminal.
func TestReadFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "p.csv:1:1: not a price file, but empty (allowed: the header " + strings.TrimSpace(header) + ")",
		"# nothing\n":          "p.csv:1:1: not a price file, but empty",
		"region,price\n":       `p.csv:1:1: "region,price": not a price file`,
		"<html>":               `p.csv:1:1: "<html>": not a price file`,
		"PK\x03\x04\x1b[2J":    `p.csv:1:1: "PK???[2J": not a price file`,
		header + "us-east-1\n": "p.csv:2:1: 1 fields (allowed: 9, as in the header)",
		header + "\"us\n":      "p.csv:2:5: not CSV: extraneous or missing \" in quoted-field",
		header + "us \"x\"\n":  "p.csv:2:4: not CSV: bare \" in non-quoted-field",
		header + "a,b,c,d,e,f,g,h,\n": `p.csv:2:1: region: "a": not the code of a Region (allowed: the code of a Region such as us-east-1)
p.csv:2:3: mode: "b": unknown mode (allowed: provisioned, on-demand, on-demand-advantage)
p.csv:2:7: above: "d": not a decimal number (allowed: a whole number from 0 to 1000000000000000: units of a month from which on the price holds)
p.csv:2:11: price_usd: "f": not a decimal number (allowed: dollars for one unit such as 0.015, above 0, with at most ten decimals)
p.csv:2:13: as_of: "g": not a date (allowed: a day, a month or a year such as 2026-09-23, 2026-09 or 2026, or undated)
p.csv:2:15: confidence: "h": unknown word (allowed: high, medium)
p.csv:2:17: source: empty (allowed: where the price is from, in 1 to 500 bytes of printable text)`,
		rows("on-demand,shard-hours,0,shard-hour,1,2026,high,x"):                           `p.csv:2:21: line: "shard-hours": unknown cost line (allowed: in mode on-demand stream-hours, ingest,`,
		rows("on-demand,ingest,0,GB-month,1,2026,high,x"):                                  `p.csv:2:30: unit: "GB-month": not the unit of the cost line (allowed: GB)`,
		rows("on-demand,ingest,0,GB,0.00,2026,high,x"):                                     `p.csv:2:33: price_usd: "0.00": a price of zero`,
		rows("on-demand,ingest,0,GB,-1,2026,high,x"):                                       `price_usd: "-1": `,
		rows("on-demand,ingest,0,GB,NaN,2026,high,x"):                                      `price_usd: "NaN": `,
		rows("on-demand,ingest,0,GB,1e9,2026,high,x"):                                      `price_usd: "1e9": `,
		rows("on-demand,ingest,0,GB,1,2026-02-30,high,x"):                                  `as_of: "2026-02-30": not a date`,
		rows("on-demand,ingest,0,GB,1,2026,high,\x1b[2J"):                                  "source: \"?[2J\": not printable",
		rows("on-demand,ingest,0,GB,1,2026,high,a\u202eb"):                                 "source: \"a?b\": not printable",
		rows("on-demand,ingest,0,GB,1,2026,high,a\xffb"):                                   "not printable",
		rows("on-demand,ingest,0,GB,1,2026,high," + strings.Repeat("x", 501)):              "too long",
		rows("on-demand,ingest,1000000000000001,GB,1,2026,high,x"):                         `above: "1000000000000001": out of range`,
		rows("on-demand,ingest,5,GB,1,2026,high,x"):                                        `p.csv:2:1: above: "5": no price below it (allowed: a row from 0 for us-east-1, on-demand, ingest)`,
		rows("on-demand,ingest,0,GB,1,2026,high,x", "on-demand,ingest,0,GB,1,2026,high,x"): `p.csv:3:1: "us-east-1, on-demand, ingest": a second price, after that in line 2 (allowed: one price of a line, or one for each tier (above))`,
	} {
		c, err := Read("p.csv", []byte(text))
		if c != nil || err == nil || !strings.Contains(err.Error(), want) ||
			!printable(strings.ReplaceAll(err.Error(), "\n", "")) {
			t.Errorf("%.80q: %v, want %s", text, err, want)
		}
	}
	order := rows(
		"on-demand,ingest,5,GB,1,2026,high,x",
		"on-demand,ingest,0,GB,x,2026,high,x",
		"on-demand,retrieval,5,GB,1,2026,high,x",
	)
	_, err := Read("p.csv", []byte(order))
	var where []string
	for line := range strings.Lines(err.Error()) {
		where = append(where, line[:len("p.csv:1")])
	}
	if diff := cmp.Diff([]string{"p.csv:2", "p.csv:3", "p.csv:4"}, where); diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	if _, err := Read("p.csv", make([]byte, MaxSize+1)); err == nil ||
		err.Error() != "p.csv: too large (allowed: 16 MiB)" {
		t.Error(err)
	}
}

// rows are a price file of us-east-1.
func rows(rows ...string) string {
	text := header
	for _, row := range rows {
		text += "us-east-1," + row + "\n"
	}
	return text
}

// FuzzRead: no text makes Read panic or complain unprintably, and Read of Write
// is the identity.
func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "us-east-1,provisioned,shard-hours,0,shard-hour,0.015,2026,high,x\n"))
	for _, seed := range []string{"", header, "\ufeff" + header, "# x\n" + header + "\n",
		rows("on-demand,ingest,0,GB,0.08,2026-09,high,x", "on-demand,ingest,10240,GB,0.07,undated,medium,\"a, \"\"b\"\"\""),
		rows("on-demand,ingest,1000000000000000,GB,InfB,0000,high,x", "a,b", "\"")} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		modeltest.Deadline(t, text)
		c, err := Read("p.csv", text)
		if err != nil {
			if !printable(strings.ReplaceAll(err.Error(), "\n", "")) {
				t.Fatalf("%q", err)
			}
			return
		}
		for _, p := range c.Prices() {
			if tiers, err := c.Find(p.Region, p.Mode, p.Line); err != nil || tiers[0].Above != 0 || p.USD <= 0 {
				t.Fatalf("%v: %v, %v", p, tiers, err)
			}
		}
		rewritten(t, c)
	})
}
