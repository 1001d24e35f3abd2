package main

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
)

// A version is what the build wrote into the program, by whichever of the ways that Go
// has to build one.
func TestBuildVersion(t *testing.T) {
	const commit = "c6f5dfc51cab6e1fbdf1b3c1b4b2bb9cd9a1d1a0"
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: commit},
			{Key: "vcs.modified", Value: modified}}
	}
	for name, test := range map[string]struct {
		module   string
		settings []debug.BuildSetting
		want     report.Version
		line     string
	}{
		"installed as a module": {"v1.2.3", nil, report.Version{Version: "v1.2.3"}, "v1.2.3 go1.26.0"},
		"of a tagged commit": {"v1.2.3", vcs("false"), report.Version{Version: "v1.2.3", Commit: model.Known(commit)},
			"v1.2.3 c6f5dfc51cab go1.26.0"},
		"of changes to a commit": {"v0.0.0-20261122120000-c6f5dfc51cab+dirty", vcs("true"),
			report.Version{Version: "v0.0.0-20261122120000-c6f5dfc51cab+dirty", Commit: model.Known(commit), Modified: true},
			"v0.0.0-20261122120000-c6f5dfc51cab+dirty go1.26.0"},
		"of no repository": {"(devel)", nil, report.Version{Version: "(devel)"}, "(devel) go1.26.0"},
		"of a test":        {"", nil, report.Version{Version: "(devel)"}, "(devel) go1.26.0"},
	} {
		t.Run(name, func(t *testing.T) {
			info := &debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: test.module}, Settings: test.settings}
			got := buildVersion(info, true)
			test.want.Schema, test.want.Go = report.VersionSchema, "go1.26.0"
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
			if line := versionLine(got); line != test.line {
				t.Errorf("--version: %q, want %q", line, test.line)
			}
		})
	}
	if got := buildVersion(nil, false); got.Version != "(unknown)" || got.Go == "" {
		t.Errorf("without build information: %+v", got)
	}
}

// A year lies before its months, a month before its days; what is no date is counted.
func TestDateRange(t *testing.T) {
	for _, test := range []struct {
		dates []string
		want  model.Dates
	}{
		{nil, model.Dates{}},
		{[]string{"2026-09"}, model.Dates{Oldest: "2026-09", Newest: "2026-09"}},
		{[]string{"2026-09", "undated", "2024-09-05", "2026-10-02", "2026"},
			model.Dates{Oldest: "2024-09-05", Newest: "2026-10-02", Undated: 1}},
		{[]string{"undated", "", "undated"}, model.Dates{Undated: 3}},
	} {
		if got := model.DatesOf(test.dates); got != test.want {
			t.Errorf("%v: %+v, want %+v", test.dates, got, test.want)
		}
	}
}
