package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model/billfile"
	"github.com/kcalc/kcalc/model/unit"
)

// readBill adds up the files of a bill, line by line. It returns nil without one.
func readBill(ctx context.Context, s streams, files []string, discount unit.Discount) (*fleet.Ledger, error) {
	if len(files) == 0 {
		return nil, nil
	}
	ledger := fleet.NewLedger(now(), discount)
	for _, file := range files {
		if err := addBill(ctx, s, file, ledger); err != nil {
			return nil, err
		}
	}
	return ledger, nil
}

// addBill adds a file, gzipped or not.
func addBill(ctx context.Context, s streams, file string, ledger *fleet.Ledger) error {
	source := openInput(ctx, s.in, file)
	defer source.Close()
	body := bufio.NewReader(source)
	var text io.Reader = body
	magic, err := body.Peek(2)
	if err != nil && err != io.EOF {
		return fileError(file, err)
	}
	if string(magic) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return fileError(file, err)
		}
		text = unzipped
	}
	if string(magic) == "PA" { // PAR1, which Parquet begins with
		return usageError{fmt.Errorf("--bill: %s: Parquet (allowed: CSV, gzipped or not)", inputName(file)), []string{
			`duckdb -c "COPY (SELECT * FROM '` + file + `') TO 'bill.csv' (HEADER)" makes CSV of it`}}
	}
	if _, err := billfile.Read(inputName(file), text, ledger.Add); err != nil {
		return usageError{err, nil}
	}
	return nil
}
