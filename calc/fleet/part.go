package fleet

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// PartSchema names the shape of a [Piece] in machine formats.
const PartSchema = "kcalc.fleet-part/v1"

// Piece is what one of several runs has looked at: the rows of its part of the files.
type Piece struct {
	Schema      string    `json:"schema"`
	Part        int       `json:"part"` // from 1
	Of          int       `json:"of"`
	Files       string    `json:"files"`              // a hash of the names of all files, which all parts have in common
	Version     string    `json:"version"`            // of the program
	Concurrency int       `json:"lambda_concurrency"` // as it was declared, 0 where it was not
	Quotas      []Quota   `json:"quotas"`             // as they were read
	Floors      Floors    `json:"advantage_floors"`
	Rows        []Row     `json:"rows"`
	Failed      []Failure `json:"failed"`
}

// PartOf returns which of so many parts a file belongs to, from 1. It depends on the file's name
// alone, so that more files move no other.
func PartOf(name string, parts int) int {
	h := fnv.New64a()
	h.Write([]byte(name)) // which does not fail
	return int(h.Sum64()%uint64(parts)) + 1
}

// NamesHash returns a hash of names, in their order.
func NamesHash(names []string) string {
	h := fnv.New64a()
	for _, name := range names {
		h.Write([]byte(name + "\n"))
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// Merge returns the rows of all parts as of one run. The error says what parts are missing, or do
// not belong together.
func Merge(pieces []Piece) (Piece, error) {
	if len(pieces) == 0 {
		return Piece{}, fmt.Errorf("no part")
	}
	first := &pieces[0]
	all := Piece{Schema: PartSchema, Part: 1, Of: 1, Files: first.Files, Version: first.Version, Concurrency: first.Concurrency,
		Floors: Floors{}, Quotas: []Quota{}, Rows: []Row{}, Failed: []Failure{}}
	seen := make([]bool, max(first.Of, 1))
	for i := range pieces {
		p := &pieces[i]
		switch {
		case p.Of != first.Of || p.Part < 1 || p.Part > p.Of:
			return all, fmt.Errorf("part %d of %d is none of %d", p.Part, p.Of, first.Of)
		case p.Files != first.Files:
			return all, fmt.Errorf("part %d is of other files than part %d", p.Part, first.Part)
		case p.Version != first.Version || p.Concurrency != first.Concurrency:
			return all, fmt.Errorf("part %d is of another version, or with other flags, than part %d", p.Part, first.Part)
		case seen[p.Part-1]:
			return all, fmt.Errorf("part %d is there twice", p.Part)
		}
		seen[p.Part-1] = true
		for region, floor := range p.Floors {
			if other, known := all.Floors[region]; known && other != floor {
				return all, fmt.Errorf("part %d has other prices of %s than the parts before it", p.Part, region)
			}
			all.Floors[region] = floor
		}
		for _, q := range p.Quotas {
			if !slices.Contains(all.Quotas, q) {
				all.Quotas = append(all.Quotas, q)
			}
		}
		all.Rows, all.Failed = append(all.Rows, p.Rows...), append(all.Failed, p.Failed...)
	}
	var missing []string
	for i, there := range seen {
		if !there {
			missing = append(missing, fmt.Sprint(i+1))
		}
	}
	if len(missing) > 0 {
		return all, fmt.Errorf("%s of %d missing: %s", unit.Plural(len(missing), "part"), first.Of, strings.Join(missing, ", "))
	}
	return all, nil
}

// Answer returns the answer for the rows of a piece.
func (p *Piece) Answer(l *model.Limits) Answer {
	rows, again := once(p.Rows)
	a := Of(l, rows, p.Floors, p.Concurrency)
	p.setQuotas(&a)
	failed := slices.DeleteFunc(slices.Clone(p.Failed), func(f Failure) bool {
		return f.Stream != "" && slices.ContainsFunc(rows, func(r Row) bool {
			return r.Measured && r.Stream == f.Stream && (f.Region == "" || f.Region == r.Region)
		})
	})
	a.Failed = append(append(a.Failed, failed...), again...)
	slices.SortFunc(a.Failed, func(x, y Failure) int {
		return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(x.Problem, y.Problem))
	})
	return a
}

// setQuotas takes the quotas that were read, but not where one was declared.
func (p *Piece) setQuotas(a *Answer) {
	for i := range a.Regions {
		r := &a.Regions[i]
		for _, q := range p.Quotas {
			if q.Account != r.Account || q.Region != r.Region {
				continue
			}
			if q.Shards.Known {
				r.ShardQuota = q.Shards.Value
			}
			if q.Concurrency.Known && p.Concurrency == 0 {
				r.LambdaMost = q.Concurrency.Value
			}
		}
	}
}

// once returns each stream once: what was measured goes before what is declared alone, and of two
// histories the first, by the names of their files; the others are failures.
func once(rows []Row) (kept []Row, again []Failure) {
	type key struct {
		account string
		region  model.Region
		stream  model.Name
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Source, b.Source) })
	first, measured := map[key]string{}, map[key]bool{}
	for i := range rows {
		if r := &rows[i]; r.Measured {
			measured[key{region: r.Region, stream: r.Stream}] = true
		}
	}
	for i := range rows {
		r := &rows[i]
		if !r.Measured && measured[key{region: r.Region, stream: r.Stream}] {
			continue // whose history has the workload
		}
		id := key{r.Account, r.Region, r.Stream}
		if other, there := first[id]; there {
			again = append(again, Failure{Source: r.File, Problem: fmt.Sprintf("%s: %s in %s again, which %s has already (allowed: one file a stream)",
				r.File, r.Stream, r.Region, other)})
			continue
		}
		first[id] = r.File
		kept = append(kept, *r)
	}
	return kept, again
}

// Regions returns the Regions of the rows.
func (p *Piece) Regions() []model.Region {
	regions := map[model.Region]bool{}
	for i := range p.Rows {
		regions[p.Rows[i].Region] = true
	}
	return slices.Sorted(maps.Keys(regions))
}
