package model

import (
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"math/bits"
)

// Hash is a hash key, by which a stream finds the shard of a record: a whole number below
// 2^128. Its text is decimal, as in AWS's API.
type Hash struct{ Hi, Lo uint64 }

// MaxHash is the last hash key of a stream: 2^128 − 1.
var MaxHash = Hash{math.MaxUint64, math.MaxUint64}

// HashOf returns the hash key of a partition key: the MD5 of its UTF-8 bytes as a
// big-endian number.
//
// (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html)
func HashOf(partitionKey string) Hash {
	sum := md5.Sum([]byte(partitionKey))
	return Hash{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])}
}

// UniformStart returns where shard i, from 0, of n begins when all have the same range, as
// AWS makes them: ⌊i·2^128/n⌋.
func UniformStart(i, n int) Hash {
	hi, rest := bits.Div64(uint64(i), 0, uint64(n))
	lo, _ := bits.Div64(rest, 0, uint64(n))
	return Hash{hi, lo}
}

// ParseHash reads a decimal hash key, 0 to 2^128 − 1.
func ParseHash(text string) (h Hash, err error) {
	if text == "" {
		return h, errors.New("empty")
	}
	for i := range len(text) {
		digit := uint64(text[i] - '0')
		if digit > 9 {
			return Hash{}, errors.New("not a whole number")
		}
		over, hi := bits.Mul64(h.Hi, 10)
		carry, lo := bits.Mul64(h.Lo, 10)
		hi, high := bits.Add64(hi, carry, 0)
		lo, low := bits.Add64(lo, digit, 0)
		hi, carried := bits.Add64(hi, 0, low)
		if over+high+carried > 0 {
			return Hash{}, errors.New("not below 2^128")
		}
		h = Hash{hi, lo}
	}
	return h, nil
}

// Compare returns -1, 0 or 1: whether the hash key is below another, the same, or above it.
func (h Hash) Compare(other Hash) int {
	return cmp.Or(cmp.Compare(h.Hi, other.Hi), cmp.Compare(h.Lo, other.Lo))
}

// Less reports whether the hash key is below another.
func (h Hash) Less(other Hash) bool { return h.Compare(other) < 0 }

// Plus returns the hash key n further on; behind the last comes 0.
func (h Hash) Plus(n uint64) Hash { return h.Add(Hash{Lo: n}) }

// Add returns the hash key as far on as another is beyond 0; behind the last comes 0.
func (h Hash) Add(other Hash) Hash {
	lo, carry := bits.Add64(h.Lo, other.Lo, 0)
	hi, _ := bits.Add64(h.Hi, other.Hi, carry)
	return Hash{hi, lo}
}

// Before returns the hash key before this one, which must not be 0.
func (h Hash) Before() Hash {
	lo, borrow := bits.Sub64(h.Lo, 1, 0)
	return Hash{h.Hi - borrow, lo}
}

// Minus returns how far the hash key is beyond another, which must not be above it.
func (h Hash) Minus(other Hash) Hash {
	lo, borrow := bits.Sub64(h.Lo, other.Lo, 0)
	return Hash{h.Hi - other.Hi - borrow, lo}
}

// Half returns half of the hash key, rounded down.
func (h Hash) Half() Hash { return Hash{h.Hi >> 1, h.Lo>>1 | h.Hi<<63} }

// Share returns the hash key as a share of the 2^128 that there are.
func (h Hash) Share() float64 {
	return math.Ldexp(float64(h.Hi), -64) + math.Ldexp(float64(h.Lo), -128)
}

// HashAt returns the hash key at a share of the 2^128 that there are, from 0 to below 1.
func HashAt(share float64) Hash {
	hi, rest := math.Modf(math.Ldexp(share, 64))
	return Hash{uint64(hi), uint64(math.Ldexp(rest, 64))}
}

// String returns the decimal number.
func (h Hash) String() string {
	var bytes [16]byte
	binary.BigEndian.PutUint64(bytes[:8], h.Hi)
	binary.BigEndian.PutUint64(bytes[8:], h.Lo)
	return new(big.Int).SetBytes(bytes[:]).String()
}

// MarshalText returns the decimal number.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads a decimal number.
func (h *Hash) UnmarshalText(text []byte) (err error) {
	*h, err = ParseHash(string(text))
	return err
}

// HashRange is the hash keys of a shard, the first and the last of them included.
type HashRange struct {
	First Hash `json:"first_hash_key"`
	Last  Hash `json:"last_hash_key"`
}
