package report

import (
	"fmt"
	"io"
	"time"

	"github.com/fatih/color"
	reading "github.com/kcalc/kcalc/cloudwatch/records"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// longTerm is the age from which on AWS bills reads of a record
// (https://aws.amazon.com/kinesis/data-streams/pricing/).
const longTerm = 7 * 24 * time.Hour

// WriteSamplePlan writes what reading a stream takes, before it is done. Age is that of the first
// record that is read.
func WriteSamplePlan(w io.Writer, p *reading.Plan, region model.Region, mode model.Maybe[model.Mode],
	age time.Duration, terminal Terminal) error {
	d := &document{headline: fmt.Sprintf("Sampling %s in %s: up to %s of the read limits of %s", p.Stream, region,
		unit.Percent(p.Share, 1), unit.Plural(len(p.Shards), "shard"))}
	line := func(text string) { d.lead = append(d.lead, item{"▸", color.Bold, text}) }
	line("Records that came from " + stamp(p.From) + " to " + stamp(p.To) + ".")
	line(fmt.Sprintf("Up to %s of GetRecords, at most %s a second to a shard: %s of the 5 a second and of the 2 MiB/s that a "+
		"shard gives, which all of its standard consumers share. Enhanced fan-out consumers have their own.",
		unit.Plural(p.Calls, "call"), unit.Exact(p.CallsPerSecond), unit.Percent(p.Share, 1)))
	line(fmt.Sprintf("Up to %s and %s, if the shards were written to at their limits.", unit.Duration(p.Duration).Short(),
		p.Bytes.Prose()))
	switch {
	case mode.Known && mode.Value != model.Provisioned:
		line("An on-demand stream's reads are billed by the GB.")
	case age > longTerm:
		line("Reads of records that are older than 7 days are billed by the GB.")
	}
	return d.draw(w, terminal)
}
