package main

import (
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // for machines that have no zones of their own

	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// zoneFlag is the zone of times in files that have none.
type zoneFlag struct{ name string }

func (z *zoneFlag) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&z.name, "timezone", "", "time `zone` of the times in the files that have none, such as "+
		"Europe/Berlin or UTC")
	must(cmd.RegisterFlagCompletionFunc("timezone", cobra.NoFileCompletions))
}

const allowedZones = "a name of the IANA time zone database such as Europe/Berlin, America/New_York or UTC"

// location returns the zone, nil where none was given. That of the machine is none: who
// sends a file may be elsewhere.
func (z *zoneFlag) location(cmd *cobra.Command) (*time.Location, error) {
	if !cmd.Flags().Changed("timezone") {
		return nil, nil
	}
	location, err := time.LoadLocation(z.name)
	if err == nil && z.name != "" && !strings.EqualFold(z.name, "local") {
		return location, nil
	}
	problem := errors.New("not the name of a time zone")
	if z.name == "" {
		problem = errors.New("empty")
	}
	return nil, usageError{input.Errors{{Where: input.Position{Name: "--timezone"}, Value: z.name, Problem: problem.Error(),
		Allowed: allowedZones}}, []string{helpHint(cmd)}}
}
