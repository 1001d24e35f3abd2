package fit

import (
	"math"
	"testing"
	"time"

	"github.com/kcalc/kcalc/model"
)

// varied is a fortnight of 1,000 records/s of 500 B, but for some minutes.
func varied(change func(minuteOfDay, day int) (records, size float64)) *model.History {
	var records, bytes []float64
	for i := range 14 * 1440 {
		r, size := change(i%1440, i/1440)
		if r == 0 {
			r, size = 1000, 500
		}
		r *= 1 + 0.02*math.Sin(float64(i*i)) // some noise
		records, bytes = append(records, 60*r), append(bytes, 60*r*size)
	}
	return history(
		14*1440,
		series(incoming, minutes(0, minute, records...)),
		series(model.IncomingBytes, minutes(0, minute, bytes...)),
	)
}

// Every night few records come that are large: 200/s of 50 kB are 10 MB/s, which
// take 9.5 shards, where the peak of records takes 1. The plan's peak is in records
// of the mean size, w: 9.5 shards of max(1/Wr, w/Wb).
func TestPeakOfBytesAwayFromThePeakOfRecords(t *testing.T) {
	e := Fit(varied(func(at, _ int) (float64, float64) {
		if at >= 120 && at < 240 {
			return 200, 50_000
		}
		return 0, 0
	}), &limits)
	size := float64(e.RecordSize.Value)
	shards := float64(e.Peak.Value.Plan) * max(1.0/1000, size/(1<<20))
	if want := 200.0 * 50_000 / (1 << 20); math.Abs(shards/want-1) > 0.03 {
		t.Errorf("the peak takes %v shards, want %v", shards, want)
	}
	if math.Abs(float64(e.Peak.Value.Most)/1000-1) > 0.03 || len(e.Surges) != 0 {
		t.Errorf("a peak of %v records/s, surges %+v", e.Peak.Value.Most, e.Surges)
	}
}

// Records that are large for once are a surge, though there are no more of them.
func TestSurgeOfBytes(t *testing.T) {
	e := Fit(varied(func(at, day int) (float64, float64) {
		if day == 9 && at >= 700 && at < 720 {
			return 1000, 20_000
		}
		return 0, 0
	}), &limits)
	if len(e.Surges) != 1 {
		t.Fatalf("%+v", e.Surges)
	}
	s := e.Surges[0]
	size := float64(e.RecordSize.Value)
	shards, want := float64(s.Plan)*max(1.0/1000, size/(1<<20)), 1000.0*20_000/(1<<20)
	if s.Length != Seconds(20*time.Minute) || math.Abs(shards/want-1) > 0.03 || s.Times < 15 {
		t.Errorf("%+v takes %v shards, want %v for 20 minutes", s, shards, want)
	}
}

// Who reads once a day, a day's records in an hour, is a consumer.
func TestReaderInBatches(t *testing.T) {
	h := varied(func(int, int) (float64, float64) { return 0, 0 })
	var read []float64
	for i := range 14 * 1440 {
		batch := 0.0
		if i%1440 < 60 {
			batch = 24 * 60 * 1000 * 500
		}
		read = append(read, batch)
	}
	h.Series = append(h.Series, series(model.GetRecordsBytes, minutes(0, minute, read...)))
	if e := Fit(h, &limits); e.Consumers.UsualFanOut.Value > 0.1 || e.Unnamed() != 1 {
		t.Errorf("%+v: %d consumers", e.Consumers, e.Unnamed())
	}
}
