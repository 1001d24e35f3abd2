package report

import (
	"fmt"
	"io"
	"strconv"

	"github.com/fatih/color"

	"github.com/kcalc/kcalc/model"
)

// VersionSchema names the shape of a [Version] in machine formats.
const VersionSchema = "kcalc.version/v1"

// Version is what a program was built from: its code, and the dated numbers in it.
type Version struct {
	Schema   string              `json:"schema"`
	Version  string              `json:"version"`  // of the module, or "(devel)"
	Commit   model.Maybe[string] `json:"commit"`   // not known to a program that was installed as a module
	Modified bool                `json:"modified"` // whether the commit had uncommitted changes
	Go       string              `json:"go"`
	Limits   model.Dates         `json:"limits"` // when AWS's pages gave the limits
	Prices   model.Dates         `json:"prices"` // of the built-in catalogue
}

// WriteVersion writes a version in a format.
func WriteVersion(w io.Writer, v *Version, format Format, terminal Terminal) error {
	return answer{v, func() *document { return versionDocument(v) }, versionRecords(v).csv}.write(w, format, terminal)
}

func versionDocument(v *Version) *document {
	d := &document{headline: "kcalc " + v.Version}
	for _, text := range []string{commitText(v), "built with " + v.Go, "limits of AWS: " + datesText(v.Limits),
		"built-in prices: " + datesText(v.Prices)} {
		d.lead = append(d.lead, item{"·", color.Reset, text})
	}
	return d
}

func commitText(v *Version) string {
	switch {
	case !v.Commit.Known:
		return "commit not known"
	case v.Modified:
		return "commit " + v.Commit.Value + ", with uncommitted changes"
	}
	return "commit " + v.Commit.Value
}

func datesText(d model.Dates) string {
	text := "dated " + d.Oldest + " to " + d.Newest
	if d.Oldest == d.Newest {
		text = "dated " + d.Oldest
	}
	if d.Undated > 0 {
		text += fmt.Sprintf(", %d without a date", d.Undated)
	}
	return text
}

func versionRecords(v *Version) records {
	return records{
		{"version", "commit", "modified", "go", "limits_oldest", "limits_newest", "limits_undated", "prices_oldest",
			"prices_newest", "prices_undated"},
		{v.Version, v.Commit.Value, strconv.FormatBool(v.Modified), v.Go, v.Limits.Oldest, v.Limits.Newest,
			strconv.Itoa(v.Limits.Undated),
			v.Prices.Oldest, v.Prices.Newest, strconv.Itoa(v.Prices.Undated)},
	}
}
