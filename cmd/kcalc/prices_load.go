package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/kcalc/kcalc/calc/cost/price"
)

// loadPrices merges the prices that are built in, those of the file in the configuration
// folder over them, and those of --prices over both.
func loadPrices(flag string) (*price.Catalogue, error) {
	known := price.Embedded()
	configured, err := configuredPrices()
	if err != nil {
		return nil, err
	}
	known = known.With(configured)
	if flag == "" {
		return known, nil
	}
	given, err := readPrices(flag)
	if err != nil {
		return nil, err
	}
	return known.With(given), nil
}

// configuredPrices returns the prices of the file in the configuration folder, and none where
// there is no such file.
func configuredPrices() (*price.Catalogue, error) {
	file, err := pricesFile()
	if err != nil {
		return new(price.Catalogue), nil // no folder, no file
	}
	return readPricesIfAny(file)
}

// readPricesIfAny reads a price file; one that does not exist has no prices.
func readPricesIfAny(file string) (*price.Catalogue, error) {
	c, err := readPrices(file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return new(price.Catalogue), nil
	}
	return c, err
}

func readPrices(file string) (*price.Catalogue, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	c, err := price.Read(file, data)
	if err != nil {
		return nil, usageError{err, []string{"mend " + file +
			" or remove it; 'kcalc explain prices' shows what a price file looks like"}}
	}
	return c, nil
}

// readFile reads a file, up to a byte more than a price list may have, so that its reader can
// refuse what is larger.
func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, price.MaxSize+1))
	if err != nil {
		return nil, fileError(file, err)
	}
	return data, nil
}

// pricesFile returns the path of the price file in the configuration folder, whether the file
// exists or not. A relative XDG_CONFIG_HOME does not count
// (https://specifications.freedesktop.org/basedir-spec).
func pricesFile() (string, error) {
	folder := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(folder) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("no configuration folder: neither XDG_CONFIG_HOME nor HOME is set (name a file with --prices)")
		}
		folder = filepath.Join(home, ".config")
	}
	return filepath.Join(folder, "kcalc", "prices.csv"), nil
}
