package samplefile

import "github.com/kcalc/kcalc/model"

// member is a member of the file's object.
type member struct {
	name  string
	value any  // pointer to what it is of a sample
	list  list // nil where it has no line for each of its elements
}

// list is a member whose elements are read and written one by one.
type list interface {
	next() any // adds an element, and returns a pointer to it
	len() int
	at(i int) any
}

type elements[T any] struct{ of *[]T }

func (e elements[T]) next() any {
	*e.of = append(*e.of, *new(T))
	return &(*e.of)[len(*e.of)-1]
}
func (e elements[T]) len() int     { return len(*e.of) }
func (e elements[T]) at(i int) any { return &(*e.of)[i] }

// members returns the members of the file in their order, at their places of a sample.
func members(s *model.Sample) []member {
	return []member{
		{"schema", &s.Schema, nil}, {"stream", &s.Stream, nil}, {"region", &s.Region, nil}, {"source", &s.Source, nil},
		{"from", &s.From, nil}, {"to", &s.To, nil}, {"partial", &s.Partial, nil}, {"open_shards", &s.OpenShards, nil},
		{"unread_shards", &s.Unread, nil},
		{"shards", &s.Shards, elements[model.SampledShard]{&s.Shards}},
		{"traffic", &s.Traffic, nil}, {"busiest", &s.Busiest, nil},
		{"sizes", &s.Sizes, elements[model.SizeCount]{&s.Sizes}},
		{"user_sizes", &s.UserSizes, elements[model.SizeCount]{&s.UserSizes}},
		{"distinct_keys", &s.DistinctKeys, nil},
		{"keys", &s.Keys, elements[model.SampledKey]{&s.Keys}},
		{"rest", &s.Rest, nil}, {"sketch", &s.Sketch, nil}, {"reading", &s.Reading, nil},
	}
}

// later are members that files of the first programs do not have.
var later = map[string]bool{"unread_shards": true}
