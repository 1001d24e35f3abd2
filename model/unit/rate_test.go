package unit

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// recordForms are texts of rates of records, and the records of so many seconds that each
// stands for: the quotient is computed here with rational numbers.
var recordForms = []struct {
	text             string
	records, seconds int64
}{
	{"0", 0, 1},
	{"10000", 10_000, 1},
	{"10000/s", 10_000, 1},
	{"10000 records/s", 10_000, 1},
	{"10k", 10_000, 1},
	{"10K", 10_000, 1},
	{"10 k", 10_000, 1},
	{"10k / s", 10_000, 1},
	{"1.1k", 1100, 1}, // 1.1 × 1000 is a bit more
	{"1.5M", 1_500_000, 1},
	{"1.5M/s", 1_500_000, 1},
	{"2k records/s", 2000, 1},
	{"1e3", 1000, 1},
	{"1e3/min", 1000, 60},
	{"5G", 5_000_000_000, 1},
	{"5g/day", 5_000_000_000, 86_400},
	{"600/min", 600, 60},
	{"600/MIN", 600, 60},
	{"600 / minute", 600, 60},
	{"600 per minute", 600, 60},
	{"600 records per minute", 600, 60},
	{"2M/h", 2_000_000, 3600},
	{"2M/hour", 2_000_000, 3600},
	{"2 million/hr", 2_000_000, 3600},
	{"1B/day", 1_000_000_000, 86_400},
	{"1B/DAY", 1_000_000_000, 86_400},
	{"1 B/d", 1_000_000_000, 86_400},
	{"1G/day", 1_000_000_000, 86_400},
	{"1bn/day", 1_000_000_000, 86_400},
	{"1 billion events per day", 1_000_000_000, 86_400},
	{"1Brecords/day", 1_000_000_000, 86_400},
	{"1000M/24h", 1_000_000_000, 86_400},
	{"3G/month", 3_000_000_000, 2_628_000}, // 730 h
	{"3B/mo", 3_000_000_000, 2_628_000},
	{"1T/year", 1_000_000_000_000, 31_536_000},
	{"7M/week", 7_000_000, 604_800},
	{"7M/w", 7_000_000, 604_800},
	{"800/5min", 800, 300},
	{"800/5m", 800, 300},
	{"800/5 minutes", 800, 300},
	{"9k/1h30m", 9000, 5400},
	{"12/1.5h", 12, 5400},
	{"5/100ms", 50, 1},
	{"250rps", 250, 1},
	{"10k TPS", 10_000, 1},
	{"40 msg/s", 40, 1},
}

// bandwidthForms are texts of bandwidths, and the bytes of so many seconds.
var bandwidthForms = []struct {
	text           string
	bytes, seconds int64
}{
	{"50MiB/s", 50 << 20, 1},
	{"50MB/s", 50 << 20, 1}, // AWS counts in powers of two
	{"50 MB / s", 50 << 20, 1},
	{"50mib/s", 50 << 20, 1},
	{"50MIB/S", 50 << 20, 1},
	{"50MBps", 50 << 20, 1},
	{"50 Mbyte/s", 50 << 20, 1},
	{"400KB/s", 400 << 10, 1},
	{"400kB/s", 400 << 10, 1},
	{"0.5GiB/s", 1 << 29, 1},
	{"1 byte/s", 1, 1},
	{"3Bps", 3, 1},
	{"2TB/day", 2 << 40, 86_400},
	{"2 TiB per day", 2 << 40, 86_400},
	{"1PB/month", 1 << 50, 2_628_000},
	{"10GiB/30m", 10 << 30, 1800},
	{"10 GB/30min", 10 << 30, 1800},
	{"10GIB/30 MIN", 10 << 30, 1800},
	{"80Mbit/s", 10_000_000, 1},
	{"80Mbps", 10_000_000, 1},
	{"80 mbps", 10_000_000, 1},
	{"80 Mbits/s", 10_000_000, 1},
	{"80MBIT/S", 10_000_000, 1},
	{"80000kbps", 10_000_000, 1},
	{"8Gbit/min", 1_000_000_000, 60},
	{"1Tbit/day", 125_000_000_000, 86_400},
	{"8Mibit/s", 1 << 20, 1},
	{"16bps", 2, 1},
}

// quotient returns the float64 that is the nearest to a/b.
func quotient(a, b int64) float64 {
	x, _ := new(big.Rat).SetFrac64(a, b).Float64()
	return x
}

func TestParseRateOfRecords(t *testing.T) {
	for _, c := range recordForms {
		want := RecordsPerSecond(quotient(c.records, c.seconds))
		r, err := ParseRate(c.text)
		if got := r.Records(0); err != nil || got != want || r.IsBandwidth() || r.String() != c.text {
			t.Errorf("%q: %v records/s, kept as %q, %v; want %v", c.text, got, r, err, want)
		}
		if got, err := ParseRecordsPerSecond(c.text); err != nil || got != want {
			t.Errorf("%q as a throughput: %v, %v; want %v", c.text, got, err, want)
		}
		if mean := c.seconds >= 60; r.IsMean() != mean {
			t.Errorf("%q is a mean: %v", c.text, r.IsMean())
		}
	}
}

// A bandwidth is divided by a size once: 300 B in 7 s are not rounded twice.
func TestParseRateOfBytes(t *testing.T) {
	for _, c := range bandwidthForms {
		r, err := ParseRate(c.text)
		if err != nil || !r.IsBandwidth() || r.String() != c.text {
			t.Errorf("%q: %+v, %v", c.text, r, err)
		}
		for _, size := range []int64{1, 300, 1024} {
			if got, want := r.Records(Bytes(size)), quotient(c.bytes, c.seconds*size); float64(got) != want {
				t.Errorf("%q of %d B: %v records/s, want %v", c.text, size, got, want)
			}
		}
		if got, err := ParseBytesPerSecond(c.text); err != nil || float64(got) != quotient(c.bytes, c.seconds) {
			t.Errorf("%q as a bandwidth: %v, %v", c.text, got, err)
		}
		if got, err := ParseRecordsPerSecond(c.text); err == nil {
			t.Errorf("%q as a throughput: %v", c.text, got)
		}
	}
}

// B alone is 10^9 records where records may be meant, and a byte where they cannot.
func TestBAlone(t *testing.T) {
	r, err := ParseRate("2B/s")
	if err != nil || r.IsBandwidth() || r.Records(1) != 2e9 {
		t.Errorf("%v, %v", r, err)
	}
	accepts(t, ParseBytesPerSecond, map[string]BytesPerSecond{"2B/s": 2, "120B/min": 2})
}

const anyRate = "records/s such as 10000, 10k, 1.5M, 600/min or 1B/day, or a bandwidth such as 50MiB/s or 80Mbit/s"

// What can be read in two ways is refused, and so is what is no rate; each says what to
// write.
func TestRatesThatAreRefused(t *testing.T) {
	const (
		time  = ": s, min, h, day, week, month or year, or so many of them such as 5min"
		small = "a small b is a bit to some and a byte to others: write Mbit/s or MB/s, whichever it is"
		m     = `"m" is a minute, a month or a million: write min, month, or M for 10^6 records`
		month = `"M" as a time is a minute or a month: write min or month`
	)
	refuses(t, ParseRate, map[string]string{
		"80Mb/s":      small,
		"80mb/s":      small,
		"80 kb/s":     small,
		"1Gb/day":     small,
		"1b/day":      `"b" is a bit, a byte or a billion: write bit, byte, or B for 10^9 records`,
		"80MBPS":      `"BPS" is bits to some and bytes to others: write Mbit/s or MB/s, whichever it is`,
		"5m":          m,
		"5m/s":        m,
		"5/m":         m,
		"5/M":         month,
		"5/30M":       month,
		"50MiB":       "a bandwidth needs a time, such as 50MiB/s or 2TB/day",
		"5/":          "a time is missing behind the /",
		"5/0s":        "a time of 0",
		"5/0min":      "a time of 0",
		"5/fortnight": `unknown time "fortnight"` + time,
		"5/s/s":       `unknown time "s/s"` + time,
		"5/2 moons":   `unknown time "moons"` + time,
		"5/-1s":       `unknown time "-1s"` + time,
		"5/x":         `unknown time "x"` + time,
		"5/05min":     "not decimal: no leading zero, hexadecimal or octal number",
		"5P":          `unknown unit "P": ` + anyRate,
		"5Mps":        `unknown unit "Mps": ` + anyRate,
		"5 shards/s":  `unknown unit "shards/s": ` + anyRate,
		"5kk/s":       `unknown unit "kk/s": ` + anyRate,
		"5iB/s":       `unknown unit "iB/s": ` + anyRate,
		"5\u212a/s":   "unknown unit \"\u212a/s\": " + anyRate, // the sign of the kelvin
		"10,000/s":    "a comma in a number: write 10000 or 10k",
		"1e3k":        "an exponent and a multiplier exclude each other",
		"5/s ":        "white space at the end",
		"InfB/s":      "not a finite number",
		"1e308B":      "an exponent and a multiplier exclude each other",
		"1e308KB/s":   "too large",
		"1e400":       "too large",
		"1e308/1ms":   "too large",
		"-5/s":        "negative, or not a number",
		"/s":          "not a decimal number",
		"5/1e400y":    "too large",
	})
	refuses(t, ParseRecordsPerSecond, map[string]string{
		"5MB/s":  "a bandwidth, where records/s are needed such as 10000, 10k, 600/min or 1B/day",
		"5 recs": `unknown unit "recs": ` + anyRate,
	})
	refuses(t, ParseBytesPerSecond, map[string]string{
		"50":      "not a bandwidth such as 50MiB/s",
		"50/s":    "not a bandwidth such as 50MiB/s",
		"50k/s":   "not a bandwidth such as 50MiB/s",
		"50MiB":   "a bandwidth needs a time, such as 50MiB/s or 2TB/day",
		"50 mb/s": small,
		"1b/s":    small,
		"/s":      "not a decimal number",
		"B/s":     "not a decimal number",
	})
}

// A rate is the same in whatever form it is written: a number of records in a time, a
// thousandth of them with a k, as many times more in as many times longer, and the bytes
// of them in any unit.
func TestFormsOfOneRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1e9).Draw(t, "records")
		times := rapid.Int64Range(1, 1000).Draw(t, "times")
		size := rapid.Int64Range(1, 4096).Draw(t, "size")
		text := func(x int64) string { return Exact(float64(x)) }
		thousandth, _ := strings.CutSuffix(new(big.Rat).SetFrac64(n, 1000).FloatString(3), ".000")
		want := quotient(n*times, 60)
		for _, form := range []string{
			text(n*times) + "/min",
			text(n*times) + " records per 60s",
			text(n*times*60) + "/h",
			text(n*times*1440) + "/day",
			text(n*times*7) + "/7min",
			text(n*times*size) + " byte/min",
			text(n*times*size*8) + " bit/min",
			text(n*times*size*1024) + "B/1024min",
		} {
			r, err := ParseRate(form)
			if strings.HasSuffix(form, "B/1024min") {
				b, e := ParseBytesPerSecond(form)
				if e != nil || RecordsPerSecond(b) != RecordsPerSecond(quotient(n*times*size, 60)) {
					t.Fatalf("%q: %v, %v", form, b, e)
				}
				continue
			}
			if err != nil || float64(r.Records(Bytes(size))) != want {
				t.Fatalf("%q of %d B: %v records/s, %v; want %v", form, size, r.Records(Bytes(size)), err, want)
			}
		}
		if r, err := ParseRate(thousandth + "k"); err != nil || float64(r.Records(1)) != float64(n) {
			t.Fatalf("%sk: %v, %v", thousandth, r.Records(1), err)
		}
	})
}

// rateSeeds are texts of rates.
func rateSeeds() []string {
	list := []string{"80Mb/s", "1b/day", "5/M", "50MiB", "1e305M", "5/1e308y", "7/0s", "3/1h30m", "1e-320/year", "5Bps"}
	for _, c := range recordForms {
		list = append(list, c.text)
	}
	for _, c := range bandwidthForms {
		list = append(list, c.text)
	}
	return list
}
