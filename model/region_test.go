package model

import (
	"slices"
	"strings"
	"testing"
)

// Regions are in order, each is one by its pattern, and each is found by both of its names.
func TestRegions(t *testing.T) {
	list := Regions()
	if !slices.IsSortedFunc(list, func(a, b RegionName) int { return strings.Compare(string(a.Code), string(b.Code)) }) {
		t.Error("not in order")
	}
	for _, r := range list {
		var code Region
		if err := code.UnmarshalText([]byte(r.Code)); err != nil {
			t.Error(err)
		}
		for _, name := range []string{r.Name, r.listed} {
			if got, known := RegionNamed(name); name != "" && (!known || got != r.Code) {
				t.Errorf("%s is %s, %t", name, got, known)
			}
		}
	}
	for name, want := range map[string]Region{"EU (Ireland)": "eu-west-1", "Europe (Ireland)": "eu-west-1",
		"AWS GovCloud (US)": "us-gov-west-1", "US East (N. Virginia)": "us-east-1"} {
		if got, _ := RegionNamed(name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	for _, name := range []string{"", "Mars", "us-east-1"} {
		if got, known := RegionNamed(name); known {
			t.Errorf("%q is %s", name, got)
		}
	}
}
