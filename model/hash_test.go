package model_test

import (
	"crypto/md5"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// Vectors of RFC 1321, appendix A.5, as decimal numbers, and their shards of 4 and of 8.
func TestHashOf(t *testing.T) {
	for _, c := range []struct {
		key, hash   string
		four, eight int
	}{
		{"", "281949768489412648962353822266799178366", 3, 6},
		{"a", "16955237001963240173058271559858726497", 0, 0},
		{"abc", "191415658344158766168031473277922803570", 2, 4},
		{"message digest", "331535486309434048055371704012530344400", 3, 7},
		{strings.Repeat("1234567890", 8), "116878371745249285768420430739153598074", 1, 2},
	} {
		hash := model.HashOf(c.key)
		if hash.String() != c.hash {
			t.Errorf("%q: %s, want %s", c.key, hash, c.hash)
		}
		for n, want := range map[int]int{4: c.four, 8: c.eight} {
			shard := n - 1
			for hash.Less(model.UniformStart(shard, n)) {
				shard--
			}
			if shard != want {
				t.Errorf("%q is on shard %d of %d, want %d", c.key, shard, n, want)
			}
		}
	}
}

// AWS's own example of three shards (docs.aws.amazon.com/cli, kinesis list-shards).
func TestUniformStart(t *testing.T) {
	for i, want := range []string{"0", "113427455640312821154458202477256070485", "226854911280625642308916404954512140970"} {
		if got := model.UniformStart(i, 3).String(); got != want {
			t.Errorf("%d of 3: %s, want %s", i, got, want)
		}
	}
	all := new(big.Int).Lsh(big.NewInt(1), 128)
	for n := 1; n <= 300; n++ {
		for i := range n {
			want := new(big.Int).Mul(all, big.NewInt(int64(i)))
			if got := model.UniformStart(i, n).String(); got != want.Div(want, big.NewInt(int64(n))).String() {
				t.Fatalf("%d of %d: %s", i, n, got)
			}
		}
	}
}

// Arithmetic and text are those of math/big.
func TestHashArithmetic(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	number := func(h model.Hash) *big.Int { n, _ := new(big.Int).SetString(h.String(), 10); return n }
	for range 2000 {
		sum := md5.Sum([]byte{byte(random.Uint32()), byte(random.Uint32()), byte(random.Uint32())})
		a := model.HashOf(string(sum[:]))
		b := model.Hash{Hi: random.Uint64() >> (random.Uint32() % 65), Lo: random.Uint64()}
		if a.Less(b) {
			a, b = b, a
		}
		x, y := number(a), number(b)
		if a.Compare(b) != x.Cmp(y) || number(a.Minus(b)).Cmp(new(big.Int).Sub(x, y)) != 0 {
			t.Fatalf("%s and %s", a, b)
		}
		if number(a.Half()).Cmp(new(big.Int).Rsh(x, 1)) != 0 || number(b.Plus(7)).Cmp(new(big.Int).Add(y, big.NewInt(7))) != 0 {
			t.Fatalf("half of %s, %s + 7", a, b)
		}
		if b.Plus(1).Before() != b {
			t.Fatalf("before %s", b)
		}
		if read, err := model.ParseHash(a.String()); err != nil || read != a {
			t.Fatalf("%s is read as %s (%v)", a, read, err)
		}
		if near := model.HashAt(a.Share()); near.Share() != a.Share() && a.Share() < 1 {
			t.Fatalf("%s at %v is %s", a, a.Share(), near)
		}
	}
	for text, want := range map[string]string{"": "empty", "-1": "not a whole number", "1.5": "not a whole number",
		"0x1": "not a whole number", "340282366920938463463374607431768211456": "not below 2^128",
		strings.Repeat("9", 60): "not below 2^128"} {
		if _, err := model.ParseHash(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if h, err := model.ParseHash("340282366920938463463374607431768211455"); err != nil || h != model.MaxHash {
		t.Errorf("the last: %s, %v", h, err)
	}
}
