package main

import (
	"errors"

	"github.com/kcalc/kcalc/calc/sample"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/recordfile"
	"github.com/spf13/cobra"
)

// countFile counts the records of a file.
func countFile(cmd *cobra.Command, file string, t *sample.Tally) error {
	source := openInput(cmd.Context(), cmd.InOrStdin(), file)
	defer source.Close()
	text, err := unzipped(source)
	if err != nil {
		return fileError(file, err)
	}
	err = recordfile.Read(inputName(file), text, func(r *model.Record) { t.Add(nil, *r) })
	var faults input.Errors
	switch {
	case errors.As(err, &faults):
		return usageError{faults, nil}
	case err != nil:
		return fileError(file, err)
	}
	return nil
}
