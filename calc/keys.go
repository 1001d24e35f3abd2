package calc

import (
	"math"
	"sort"

	"github.com/kcalc/kcalc/model"
)

// keys are partition keys that are hashed to shards at random: the largest one with its
// share of the records, and n − 1 others that have the rest in equal parts. Where n is not
// known there are so many that the rest is spread evenly.
type keys struct {
	n       int // 0 where it is not known
	largest float64
	memo    map[int]float64 // share by shards

	placed *model.Placement // of keys that are known one by one, nothing of which is random; else nil
	bytes  bool             // the shares are those of bytes
}

// newSkew returns the skew of a producer: a declared or measured one goes before that of
// keys, and that of keys that are known one by one before that of a number of them.
func newSkew(p *model.Producer) Skew {
	k := Skew{factor: float64(p.Skew)}
	switch largest := p.LargestShare(); {
	case p.Skew > 1:
	case p.Placed != nil:
		k.keys = &keys{largest: largest, placed: p.Placed}
		k.bytes = &keys{largest: largest, placed: p.Placed, bytes: true}
	case largest > 0:
		k.keys = &keys{n: int(p.Keys), largest: largest, memo: map[int]float64{}}
	}
	return k
}

// keyOdds is how likely it is that the hottest shard gets no more than the skew says: keys
// are hashed once, and one draw in ten is worse.
const keyOdds = 0.9

// mostSpread is the largest number of shards that keys are spread over.
const mostSpread = 1 << 30

// shards returns the fewest shards of which the hottest gets at most a share; +Inf where
// the largest key alone gets more.
func (k *keys) shards(most float64) float64 {
	most *= 1 + Tolerance
	if k.placed != nil {
		return k.from(int(math.Ceil(1/most*(1-Tolerance))), most)
	}
	if k.largest > most {
		return math.Inf(1)
	}
	high := 1
	for ; k.share(high) > most; high *= 2 {
		if high >= mostSpread {
			return math.Inf(1)
		}
	}
	low := high / 2 // too few, or 0
	return float64(low + 1 + sort.Search(high-low-1, func(i int) bool { return k.share(low+1+i) <= most }))
}

// from returns the fewest shards from a number on of which the hottest gets at most a share,
// of keys that are placed; +Inf where none do.
func (k *keys) from(shards int, most float64) float64 {
	if n, ok := k.placed.Fewest(max(1, shards), most, k.bytes); ok {
		return float64(n)
	}
	return math.Inf(1)
}

// share returns the share of the records that the hottest of N shards gets, at most, in 90
// of 100 draws: κ(N)/N. Of keys that are placed it is the share that it gets.
func (k *keys) share(shards int) float64 {
	if k.placed != nil {
		return k.placedShare(shards)
	}
	if share, ok := k.memo[shards]; ok {
		return share
	}
	share := k.quantile(shards)
	k.memo[shards] = share
	return share
}

func (k *keys) placedShare(shards int) float64 {
	if hottest := k.placed.Hottest(shards); !k.bytes {
		return hottest.Records
	}
	return k.placed.Hottest(shards).Bytes
}

func (k *keys) quantile(shards int) float64 {
	others := k.n - 1
	switch {
	case shards <= 1 || k.n == 1:
		return 1
	case k.n == 0:
		return k.largest + (1-k.largest)/float64(shards)
	}
	each := (1 - k.largest) / float64(others)
	if float64(others)/float64(shards) > manyKeys {
		return k.largeQuantile(each, others, shards)
	}
	// The load of a shard is that of some others, with the largest key or without.
	beside := sort.Search(others, func(j int) bool {
		return k.within(k.largest+float64(j)*each, each, others, shards) >= keyOdds
	})
	share := k.largest + float64(beside)*each
	alone := sort.Search(others+1, func(j int) bool {
		load := float64(j) * each
		return load >= k.largest && k.within(load, each, others, shards) >= keyOdds
	})
	if alone <= others {
		share = math.Min(share, float64(alone)*each)
	}
	return share
}

// within returns how likely it is that no shard gets more than a load.
func (k *keys) within(load, each float64, others, shards int) float64 {
	fit := func(load float64) int { return int(math.Floor(load/each*(1+Tolerance) + Tolerance)) }
	most, beside := min(fit(load), others), min(fit(load-k.largest), others)
	switch {
	case beside < 0 || load < k.largest*(1-Tolerance):
		return 0
	case float64(most)*float64(shards-1)+float64(beside) < float64(others):
		return 0
	case others <= fewKeys:
		return exactlyWithin(most, beside, others, shards)
	}
	return nearlyWithin(most, beside, others, shards)
}

// Up to fewKeys the odds are counted; up to manyKeys a shard they are those of truncated
// Poisson numbers, above of normal ones.
const (
	fewKeys  = 64
	manyKeys = 400
)

// exactlyWithin returns the odds that n keys on N shards are at most b on the first and at
// most m on each other one: n!/N^n · [xⁿ] E_b(x)·E_m(x)^(N−1), with E_m(x) = Σ xʲ/j!, j ≤ m.
func exactlyWithin(m, b, n, shards int) float64 {
	series := func(most int) []float64 {
		list := make([]float64, n+1)
		term := 1.0
		for j := 0; j <= most; j++ {
			list[j] = term
			term /= float64(j+1) * float64(shards)
		}
		return list
	}
	product, power := series(b), series(m)
	for e := shards - 1; e > 0; e >>= 1 {
		if e&1 == 1 {
			product = times(product, power)
		}
		if e > 1 {
			power = times(power, power)
		}
	}
	odds := product[n]
	for j := 2; j <= n; j++ {
		odds *= float64(j)
	}
	return odds
}

// times returns the product of two series, to as many terms as they have.
func times(a, b []float64) []float64 {
	product := make([]float64, len(a))
	for i, x := range a {
		if x == 0 {
			continue
		}
		for j := range len(a) - i {
			product[i+j] += x * b[j]
		}
	}
	return product
}

// nearlyWithin returns the same odds for more keys: with Poisson numbers Y of a mean λ that
// are at most m and b, it is Π P(Y fits) · P(ΣY = n | all fit) / P(Poisson(Nλ) = n), for any λ.
// That ΣY is n is taken from a saddle point: λ is the one with which n is the mean, and the
// density there is that of a normal number with corrections for skewness and kurtosis.
//
// Source: B. Levin, A representation for multinomial cumulative distribution functions,
// Annals of Statistics 9 (1981).
func nearlyWithin(m, b, n, shards int) float64 {
	lambda, rest := float64(n)/float64(shards), float64(shards-1)
	var first, other moments
	for range 60 {
		first, other = truncated(lambda, b), truncated(lambda, m)
		off := float64(n) - first.mean - rest*other.mean
		variance := first.variance + rest*other.variance
		if math.Abs(off) <= 1e-9*float64(n) || variance == 0 {
			break
		}
		// The mean grows by variance/λ with λ.
		lambda *= math.Exp(math.Max(-1, math.Min(1, off/variance)))
		if lambda > 1e3*float64(n) {
			return 0 // as good as full
		}
	}
	variance := first.variance + rest*other.variance
	third, fourth := first.third+rest*other.third, first.fourth+rest*other.fourth
	correction := 1 + fourth/(8*variance*variance) - 5*third*third/(24*variance*variance*variance)
	logFactorial, _ := math.Lgamma(float64(n) + 1)
	total := lambda * float64(shards)
	log := first.log + rest*other.log - math.Log(2*math.Pi*variance)/2 + math.Log(math.Max(correction, 0.1)) -
		(float64(n)*math.Log(total) - total - logFactorial)
	return math.Min(1, math.Exp(log))
}

// moments are those of a Poisson number that is at most m: its cumulants, and the logarithm
// of the odds that it is.
type moments struct{ mean, variance, third, fourth, log float64 }

func truncated(lambda float64, m int) moments {
	from := max(0, int(lambda-12*math.Sqrt(lambda)-12))
	logGamma, _ := math.Lgamma(float64(from) + 1)
	base := float64(from)*math.Log(lambda) - lambda - logGamma
	if from > m {
		from = m
		logGamma, _ = math.Lgamma(float64(m) + 1)
		base = float64(m)*math.Log(lambda) - lambda - logGamma
	}
	var s0, s1, s2, s3, s4 float64
	p, center := 1.0, math.Min(lambda, float64(m))
	for j := from; j <= m; j++ {
		x := float64(j) - center
		s0 += p
		s1 += p * x
		s2 += p * x * x
		s3 += p * x * x * x
		s4 += p * x * x * x * x
		p *= lambda / float64(j+1)
		if p < 1e-18*s0 && float64(j) > lambda {
			break
		}
	}
	m1, m2, m3, m4 := s1/s0, s2/s0, s3/s0, s4/s0
	variance := m2 - m1*m1
	third := m3 - 3*m1*m2 + 2*m1*m1*m1
	central4 := m4 - 4*m1*m3 + 6*m1*m1*m2 - 3*m1*m1*m1*m1
	return moments{center + m1, variance, third, central4 - 3*variance*variance, base + math.Log(s0)}
}

// largeQuantile returns the share for so many keys that the number of others on a shard is
// normal, with the skewness of a Poisson number, and spread as little as n in all allow.
func (k *keys) largeQuantile(each float64, others, shards int) float64 {
	mean := float64(others) / float64(shards)
	deviation := math.Sqrt(mean * (1 - 1/float64(shards)))
	odds := func(count float64) float64 { // of at most so many on one shard
		z := (count - mean) / deviation
		if z > 8 {
			return 1
		}
		z -= (z*z - 1) / (6 * deviation)
		return math.Erfc(-z/math.Sqrt2) / 2
	}
	low, high := k.largest, 1.0
	for range 60 {
		load := (low + high) / 2
		within := odds((load-k.largest)/each) * math.Pow(odds(load/each), float64(shards-1))
		if load/each > mean && within >= keyOdds {
			high = load
		} else {
			low = load
		}
	}
	return high
}
