package price

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"sync"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// What is built in: prices, each with the name of its source, and the sources, of which
// hundreds of prices have the same.
var (
	//go:embed prices.csv
	embeddedPrices []byte

	//go:embed sources.csv
	embeddedSources []byte
)

// published is the day of AWS's price data that most of what is built in is from.
const published = "2025-11-03"

// Embedded is the catalogue that is built in: the prices of Kinesis in the Regions that
// AWS's price data has, and what could be found in public besides.
func Embedded() *Catalogue { return readEmbedded() }

var readEmbedded = sync.OnceValue(func() *Catalogue {
	c, err := embeddedCatalogue(embeddedPrices, embeddedSources)
	if err != nil {
		panic(err) // a test reads it
	}
	return c
})

// embeddedCatalogue reads prices with the columns region, mode, line, above, price_usd and
// source, and sources with the columns source, as_of, confidence and text.
func embeddedCatalogue(prices, sources []byte) (*Catalogue, error) {
	named, err := records(sources)
	if err != nil {
		return nil, err
	}
	of := map[string]Price{}
	for _, r := range named {
		of[r[0]] = Price{AsOf: r[1], Confidence: r[2], Source: r[3]}
	}
	rows, err := records(prices)
	if err != nil {
		return nil, err
	}
	list := make([]Price, len(rows))
	for i, r := range rows {
		p, known := of[r[5]]
		place, ok := find(model.Mode(r[1]), r[2])
		above, countErr := unit.ParseCount(r[3])
		usd, usdErr := unit.ParseUSD(r[4])
		if !known || !ok || countErr != nil || usdErr != nil {
			return nil, fmt.Errorf("prices.csv: row %d: %v", i+2, r)
		}
		p.Region, p.Mode, p.Line, p.Above = model.Region(r[0]), model.Mode(r[1]), r[2], float64(above)
		p.Unit, p.USD = costLines[place].unit, usd
		list[i] = p
	}
	return newCatalogue(list), nil
}

// records returns the rows of CSV below its header.
func records(data []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(data))
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[1:], nil
}
