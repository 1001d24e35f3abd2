// Package keyfile reads what the keys of a stream brought from a file: a table with a row
// for each key, records in JSON, one on a line, or a sample of a stream. It keeps keys, counts and sizes, and
// nothing of a payload.
//
//	key,records,bytes          hash,records             md5,records,bytes
//	user-1,1200,340000         113427455640312…,1200    0cc175b9c0f1b6a831c399e269772661,1200,340000
//	,90000,21000000            ,90000                   ,90000,21000000
//
// A hash is decimal, as in AWS's API, and goes before the key beside it, as an
// ExplicitHashKey does; an md5 is the same number as 32 hexadecimal digits, as databases
// print it. A row without either is what all other keys brought together. The rows of one
// hash key are added up.
package keyfile
