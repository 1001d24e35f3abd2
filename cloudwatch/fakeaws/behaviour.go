package fakeaws

import (
	"math/rand/v2"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/kcalc/kcalc/model"
)

// Order is that of the points in an answer.
type Order int

// The orders. Shuffled shuffles the results of a page as well.
const (
	AsAsked Order = iota // by ScanBy: the newest first, unless the request says otherwise
	Ascending
	Descending
	Shuffled
)

// Behaviour is how the server answers, where AWS leaves it open or its clients
// should not rely on it. The zero Behaviour is what AWS's documentation says.
type Behaviour struct {
	Order      Order
	Seed       uint64 // of Shuffled
	PagePoints int    // at most so many points on a page; 0: as many as AWS, 100,800
	SilentCuts bool   // an id whose points go on on the next page is said to be Complete, not PartialData
	Repeats    bool   // pages have the ids that earlier pages finished, too, with no points
	Endless    bool   // every page has a NextToken
}

// Behave changes how the server answers from now on.
func (s *Server) Behave(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
}

// Spoiling is what is wrong with one result of an answer.
type Spoiling string

// The spoilings. What a page lacks comes on the next page if there is one, and
// there is none for its sake.
const (
	Missing       Spoiling = "Missing"       // the answer does not have the id
	InternalError Spoiling = "InternalError" // the status, with no points
	Forbidden     Spoiling = "Forbidden"     // the status, with no points
	PartialData   Spoiling = "PartialData"   // the status, with half of the points
)

// spoil is a Spoiling and for how many pages it lasts.
type spoil struct {
	of   model.SeriesID
	how  Spoiling
	left int // negative: forever
}

// Spoil spoils what the next pages, so many times, say of a series; the zero
// SeriesID stands for all series, each of which counts. Zero times is always.
func (s *Server) Spoil(of model.SeriesID, how Spoiling, times int) {
	if times == 0 {
		times = -1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoils = append(s.spoils, &spoil{of, how, times})
}

// spoiling takes one of the times that a series is to be spoiled.
func (s *Server) spoiling(of model.SeriesID) Spoiling {
	for _, sp := range s.spoils {
		if sp.left != 0 && (sp.of == of || sp.of == model.SeriesID{}) {
			sp.left--
			return sp.how
		}
	}
	return ""
}

// arrange brings points that are ascending into the order of sending.
func (b *Behaviour) arrange(points []point, asked types.ScanBy) {
	switch {
	case b.Order == Shuffled:
		shuffle(points, b.Seed)
	case b.Order == Descending, b.Order == AsAsked && asked != types.ScanByTimestampAscending:
		slices.Reverse(points)
	}
}

func shuffle[T any](list []T, seed uint64) {
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// room returns how many points a page takes.
func (b *Behaviour) room(asked int) int {
	room := mostPoints
	for _, most := range []int{asked, b.PagePoints} {
		if most > 0 {
			room = min(room, most)
		}
	}
	return room
}
