// Package sample counts records: which partition keys they have, how large they are and in
// which seconds they came. It looks at a payload while a record is added and keeps nothing of
// it, and its memory is bounded, however many records and keys there are.
//
//	t := sample.New(sample.Options{MostKeys: 500_000})
//	t.Add(nil, records...)
//	t.Sample()
package sample
