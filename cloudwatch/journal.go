package cloudwatch

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Request is what a fetch was asked for, by which an interrupted one is known
// again.
type Request struct {
	ARN      string       `json:"arn"` // of the stream, which names the account; "" where it could not be read
	Stream   model.Name   `json:"stream"`
	Region   model.Region `json:"region"`
	Endpoint string       `json:"endpoint"` // of CloudWatch; "" is AWS's
	Since    string       `json:"since"`    // as it was written
	Until    string       `json:"until"`
}

// Journal is a fetch of one stream that has begun: what it was asked for, when it was planned,
// and what its calls have brought. It is written line by line, so that what was
// paid for outlasts an interruption.
type Journal struct {
	Request
	Planned time.Time
	Plan    *Plan
	Done    []Values // by call; nil where it was not made
	Damaged int      // lines that are not what was written, or none of the plan's
}

// journalSchema names the shape of a journal.
const journalSchema = "kcalc.fetch/v3"

// journalHead is the first line of a journal. The calls follow from it.
type journalHead struct {
	Schema string `json:"schema"`
	Request
	Planned time.Time     `json:"planned"`
	Bands   []journalBand `json:"bands"`
	Series  []string      `json:"series"`
}

type journalBand struct {
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Period float64   `json:"period_seconds"`
}

// journalCall is what one call brought: for each series its values, as the bits
// of floats, the lowest byte first.
type journalCall struct {
	Call   int      `json:"call"`
	Values [][]byte `json:"values"`
}

// NewJournal begins the journal of a plan.
func NewJournal(request Request, planned time.Time, plan *Plan) *Journal {
	return &Journal{Request: request, Planned: planned, Plan: plan, Done: make([]Values, len(plan.Calls))}
}

// Left returns how many calls have not been made.
func (j *Journal) Left() int {
	left := 0
	for _, values := range j.Done {
		if values == nil {
			left++
		}
	}
	return left
}

// Matches reports whether the journal's fetch is the one that is asked for: the
// same request and series, planned within Slack before now.
func (j *Journal) Matches(request Request, series []model.SeriesID, now time.Time) bool {
	age := now.Sub(j.Planned)
	return j.Request == request && slices.Equal(j.Plan.Asks[0].Series, series) && age >= 0 && age < Slack
}

// WriteHead writes the first line.
func (j *Journal) WriteHead(w io.Writer) error {
	head := journalHead{Schema: journalSchema, Request: j.Request, Planned: j.Planned}
	for _, b := range j.Plan.Bands {
		head.Bands = append(head.Bands, journalBand{b.Start, b.End, b.Period.Seconds()})
	}
	for _, id := range j.Plan.Asks[0].Series {
		head.Series = append(head.Series, id.String())
	}
	return writeSealed(w, head)
}

// WriteCall writes the line of a call, and keeps its values.
func (j *Journal) WriteCall(w io.Writer, call int, values Values) error {
	line := journalCall{Call: call}
	for _, v := range values {
		line.Values = append(line.Values, pack(v))
	}
	if err := writeSealed(w, line); err != nil {
		return err
	}
	j.Done[call] = values
	return nil
}

// ReadJournal reads a journal, and returns where its last whole line ends: the one
// behind that was cut short. Lines that are damaged count as calls that were not
// made. The error says that it is no journal.
func (l *Limits) ReadJournal(r io.Reader) (j *Journal, end int64, err error) {
	lines := bufio.NewReader(r)
	first, err := readLine(lines)
	if err != nil {
		return nil, 0, fmt.Errorf("not the journal of a fetch: %w", err)
	}
	if j, err = l.readHead(first); err != nil {
		return nil, 0, fmt.Errorf("not the journal of a fetch: %w", err)
	}
	for end = int64(len(first)); ; {
		line, err := readLine(lines)
		if err != nil {
			return j, end, nil
		}
		if !j.readCall(line) {
			j.Damaged++
		}
		end += int64(len(line))
	}
}

func (l *Limits) readHead(line []byte) (*Journal, error) {
	var head journalHead
	if err := readSealed(line, &head); err != nil {
		return nil, err
	}
	if head.Schema != journalSchema {
		return nil, fmt.Errorf("schema %q", head.Schema)
	}
	var series []model.SeriesID
	for _, text := range head.Series {
		id, err := model.ParseSeriesID(text)
		if err != nil {
			return nil, err
		}
		series = append(series, id)
	}
	var bands []Band
	for _, b := range head.Bands {
		band := Band{b.Start, b.End, unit.Duration(b.Period * float64(time.Second))}
		if !l.possible(band) || len(bands) == len(l.Tiers) {
			return nil, fmt.Errorf("band from %v to %v", b.Start, b.End)
		}
		bands = append(bands, band)
	}
	plan, err := l.Plan([]Ask{{head.Stream, series}}, bands)
	if err != nil {
		return nil, err
	}
	return NewJournal(head.Request, head.Planned, plan), nil
}

// possible reports whether a band can be one of a plan.
func (l *Limits) possible(b Band) bool {
	return slices.ContainsFunc(l.Tiers, func(t Tier) bool {
		return t.Period == b.Period &&
			b.End.Sub(b.Start) <= time.Duration(t.Kept.Value)
	}) &&
		b.Points() > 0 && b.Start.Add(time.Duration(b.Points())*time.Duration(b.Period)).Equal(b.End)
}

// readCall takes a line of a call. Not ok is one that is none of the plan's.
func (j *Journal) readCall(line []byte) (ok bool) {
	var c journalCall
	if readSealed(line, &c) != nil || c.Call < 0 || c.Call >= len(j.Plan.Calls) {
		return false
	}
	call := j.Plan.Calls[c.Call]
	if len(c.Values) != call.Last-call.First {
		return false
	}
	values := make(Values, len(c.Values))
	for i, packed := range c.Values {
		if len(packed) != floatSize*call.Points() {
			return false
		}
		values[i] = unpack(packed)
		if slices.ContainsFunc(values[i], impossible) {
			return false
		}
	}
	j.Done[c.Call] = values
	return true
}

// floatSize is how many bytes a float has.
const floatSize = 8

func pack(values []float64) []byte {
	packed := make([]byte, 0, floatSize*len(values))
	for _, v := range values {
		packed = binary.LittleEndian.AppendUint64(packed, math.Float64bits(v))
	}
	return packed
}

func unpack(packed []byte) []float64 {
	values := make([]float64, 0, len(packed)/floatSize)
	for len(packed) > 0 {
		values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(packed)))
		packed = packed[floatSize:]
	}
	return values
}
