package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/calc/fit"
	"github.com/kcalc/kcalc/calc/keys"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/keyfile"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/samplefile"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// sampled is what a file says of the partition keys of a stream.
type sampled struct {
	name   string           // of the file
	counts *model.KeyCounts // of a table
	set    *keys.Set        // of a table
	sample *model.Sample    // instead of a table
}

// sampleFiles are the files of samples that were read, by their names.
type sampleFiles struct {
	read  map[string]*sampled
	given string // of --file, for whatever names none; else ""
}

// sample returns the sample that a declaration names, nil where it names none. A file is read
// once.
func (in *workloadFlags) sample(cmd *cobra.Command, d *input.Declaration) (*sampled, error) {
	setting, ok := d.Settings[input.SampleKey]
	if given := in.samples.given; !ok && given != "" {
		setting, ok = flagSetting("--file", given), true
		d.Settings[input.SampleKey] = setting
	}
	if !ok || setting.Unreadable {
		return nil, nil
	}
	var path model.FilePath
	if path.UnmarshalText([]byte(setting.Text)) != nil {
		return nil, nil // of which it is told when the workload is resolved
	}
	file := besideFile(setting)
	if s, ok := in.samples.read[file]; ok {
		return s, nil
	}
	source := openInput(cmd.Context(), cmd.InOrStdin(), file)
	defer source.Close()
	s, err := readSampled(file, source)
	if err == nil {
		in.samples.read[file] = s
	}
	return s, err
}

// readSampled reads a sample, a table of keys, or records.
func readSampled(file string, source io.Reader) (*sampled, error) {
	name := inputName(file)
	text, err := unzipped(source)
	if err != nil {
		return nil, fileError(file, err)
	}
	s, body := &sampled{name: name}, bufio.NewReaderSize(text, samplefile.HeadBytes)
	if head, _ := body.Peek(samplefile.HeadBytes); samplefile.IsSample(head) {
		s.sample, err = samplefile.Read(name, body)
	} else if s.counts, err = keyfile.Read(name, body); err == nil {
		limits := model.PublishedLimits()
		s.set = keys.New(s.counts, &limits)
	}
	var faults input.Errors
	switch {
	case errors.As(err, &faults):
		return nil, usageError{faults, nil}
	case err != nil:
		return nil, fileError(file, err)
	}
	return s, nil
}

// besideFile returns the path of a file that a setting names: in a workload file it is relative to
// that.
func besideFile(s input.Setting) string {
	if s.Source != model.File || s.Text == "-" || filepath.IsAbs(s.Text) || s.Where.Name == inputName("-") {
		return s.Text
	}
	return filepath.Join(filepath.Dir(s.Where.Name), s.Text)
}

// laySample lays what a sample measured below what is declared, if that names one. Today's shards
// are those that are known. Sizes are those of user records, or of the Kinesis records that a history
// counts. It returns what is to be known of the sample.
func (in *workloadFlags) laySample(
	cmd *cobra.Command, d *input.Declaration, today *model.Configuration, userRecords bool,
) ([]notice.Notice, error) {
	s, err := in.sample(cmd, d)
	if s == nil || err != nil {
		return nil, err
	}
	base := s.declaration(today, userRecords)
	leaveOthers(&base, d)
	base.Merge(*d)
	*d = base
	list := s.notices()
	if d.DeclaresKeys() {
		list = append(list, notice.SampleUnused(s.name))
	}
	return list, nil
}

// leaveOthers takes the number of keys out of what was measured where the largest one is declared, and
// the largest one where the number is: those of two descriptions of the keys need not fit together.
func leaveOthers(base, declared *input.Declaration) {
	const number, largest = "producer.keys", "producer.largest_key"
	if _, ok := declared.Settings[number]; ok {
		delete(base.Settings, largest)
	}
	if _, ok := declared.Settings[largest]; ok {
		delete(base.Settings, number)
	}
}

// declaration returns what the sample measured as a layer of a workload's inputs.
func (s *sampled) declaration(today *model.Configuration, userRecords bool) input.Declaration {
	limits := model.PublishedLimits()
	if s.sample == nil {
		return s.ofTable(&limits, rangesOf(today))
	}
	d := keys.Declaration(s.sample, &limits, keys.Measured{Today: rangesOf(today), UserRecords: userRecords})
	set := func(key, text string) {
		d.Settings[key] = input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: s.name}}
	}
	if s.sample.Stream.Known {
		set("stream", string(s.sample.Stream.Value))
	}
	if s.sample.Region.Known {
		set("region", string(s.sample.Region.Value))
	}
	if s.sample.OpenShards.Known {
		set("current_shards", strconv.Itoa(s.sample.OpenShards.Value))
	}
	return d
}

// ofTable returns what a table of keys measured.
func (s *sampled) ofTable(limits *model.Limits, today keys.Ranges) input.Declaration {
	d := input.Declaration{Settings: input.Settings{}}
	set := func(key, text string) {
		d.Settings[key] = input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: s.name}}
	}
	d.Placed = s.set.Placement(limits, today)
	set("producer.largest_key", keys.ShareText(d.Placed.Largest))
	if s.set.Rest() == (keys.Load{}) {
		set("producer.keys", strconv.Itoa(s.set.Keys()))
	}
	size, key := s.sizes()
	if key >= 1 {
		set("producer.partition_key_size", key.String())
	}
	if size >= 1 {
		set("producer.record_size", size.String())
	}
	return d
}

// rangesOf returns the hash ranges of the shards of a stream that is provisioned; nil where they
// are not known.
func rangesOf(c *model.Configuration) keys.Ranges {
	if c == nil || !c.Shards.Known || c.Mode.Known && c.Mode.Value != model.Provisioned {
		return nil
	}
	r, err := keys.RangesOf(c.Shards.Value)
	if err != nil {
		return nil // while it is resharded
	}
	return r
}

// sizes returns the mean payload of a record, and the mean partition key of those that are known
// by name. Where keys are not, they are in the size of the payload.
func (s *sampled) sizes() (payload, key unit.Bytes) {
	all := s.set.Total()
	if !s.counts.HasBytes || !s.counts.HasRecords || all.Records == 0 {
		return 0, 0
	}
	var named, bytes float64
	for i := range s.counts.Keys {
		if k := &s.counts.Keys[i]; k.Name != "" {
			named += k.Records
			bytes += k.Records * float64(len(k.Name))
		}
	}
	if named > 0 {
		key = unit.Bytes(bytes / named)
	}
	return unit.Bytes(all.Bytes/all.Records) - key, key
}

// notices returns what is to be known of the sample.
func (s *sampled) notices() (list []notice.Notice) {
	if s.sample != nil {
		return s.ofSample()
	}
	switch {
	case !s.counts.HasBytes:
		list = append(list, notice.KeysWithoutBytes())
	case !s.counts.HasRecords:
		list = append(list, notice.KeysWithoutRecords())
	}
	if rest := s.set.Fill(s.set.Rest()); rest > 0 {
		list = append(list, notice.KeysRest(unit.Fraction(rest/s.set.Fill(s.set.Total()))))
	}
	return list
}

// ofSample returns what is to be known of a sample: of how long a time it is, of how many shards, and
// what it spreads evenly.
func (s *sampled) ofSample() []notice.Notice {
	var list []notice.Notice
	sample, limits := s.sample, model.PublishedLimits()
	list = append(list, notice.SampleShort(unit.Records(sample.Traffic.Records), sample.Over(), sample.From.Value, sample.To.Value))
	if n := sample.UnreadShards(); n > 0 {
		return append(list, notice.KeysUnread(n))
	}
	if set, _ := keys.OfSample(sample, &limits); set != nil && set.Rest() != (keys.Load{}) {
		list = append(list, notice.SampleRare(unit.Fraction(set.Fill(set.Rest())/set.Fill(set.Total()))))
	}
	return list
}

// hotterThanSampled is how much hotter the hottest shard may have been over the history than the
// sample has it, before the sample's keys are not those of the history.
const hotterThanSampled = 1.1

// besideHistory takes from what a sample measured what the history knows better, and returns what is
// to be known of that. The skew is that of where the keys land, which the sample knows for every number
// of shards, unless the metrics of shards show a hotter one; of two bursts the larger one counts; and
// the history has the mean size of more records, of which the sample has the distribution.
func besideHistory(d *input.Declaration, e *fit.Evidence) (list []notice.Notice) {
	if stream := d.Settings["stream"]; isSampled(d, stream) && e.Stream != "" && stream.Text != string(e.Stream) {
		list = append(list, notice.SampleOfOther(stream.Text, string(e.Stream)))
	}
	for _, known := range []struct {
		key   string
		known bool
	}{{"stream", e.Stream != ""}, {"region", e.Region != ""}, {"current_shards", e.Shards.Known || e.Mode.Known && e.Mode.Value != model.Provisioned}} {
		if known.known && isSampled(d, d.Settings[known.key]) {
			delete(d.Settings, known.key)
		}
	}
	list = append(list, sizesBeside(d, e)...)
	burstBeside(d, e)
	if n := skewBeside(d, e); n != nil {
		list = append(list, *n)
	}
	return list
}

// isSampled reports whether a setting is of the sample that is declared: nothing else is measured
// among what is.
func isSampled(d *input.Declaration, s input.Setting) bool {
	_, sample := d.Settings[input.SampleKey]
	return sample && s.Source == model.Measured
}

// alikeSizes is by how much the mean of a sample's sizes may be off the history's, to be scaled to it.
const alikeSizes = 1.25

// sizesBeside makes the sizes of a sample have the mean of the history's, which has the partition keys
// in it, or takes them out.
func sizesBeside(d *input.Declaration, e *fit.Evidence) []notice.Notice {
	key := d.Settings["producer.partition_key_size"]
	sized := len(d.Sizes) > 0 && isSampled(d, d.Sizes[0]["size"])
	if !e.RecordSize.Known {
		return nil
	}
	if size := d.Settings["producer.record_size"]; isSampled(d, size) {
		delete(d.Settings, "producer.record_size")
	}
	if isSampled(d, key) {
		delete(d.Settings, "producer.partition_key_size")
	}
	if !sized || !isSampled(d, key) {
		if sized {
			d.Sizes = nil
		}
		return nil
	}
	mean, keySize := meanSize(d.Sizes), float(key.Text)
	factor := float64(e.RecordSize.Value) / (mean + keySize)
	if factor > alikeSizes || factor < 1/alikeSizes {
		d.Sizes = nil
		return []notice.Notice{notice.SampleSizes(unit.Bytes(mean+keySize), e.RecordSize.Value)}
	}
	var scaled []input.Settings
	for _, s := range d.Sizes {
		s = maps.Clone(s)
		size := s["size"]
		size.Text = strconv.FormatFloat(max(1, (float(size.Text)+keySize)*factor), 'f', 3, 64)
		s["size"] = size
		scaled = append(scaled, s)
	}
	d.Sizes = scaled
	return nil
}

func meanSize(sizes []input.Settings) (mean float64) {
	for _, s := range sizes {
		mean += float(s["size"].Text) * float(s["share"].Text)
	}
	return mean
}

// float returns a number that a sample was read with.
func float(text string) float64 {
	x, _ := strconv.ParseFloat(text, 64)
	return x
}

// burstBeside leaves the larger of two bursts. What throttles prove is the product of burst and skew.
func burstBeside(d *input.Declaration, e *fit.Evidence) {
	s := d.Settings["producer.burst"]
	if !e.Burst.Known || !isSampled(d, s) {
		return
	}
	proven := float64(e.Burst.Value.Factor)
	if !e.Skew.Known && d.Placed != nil && e.Shards.Known {
		proven /= placedSkew(d.Placed, e.Shards.Value)
	}
	if proven >= float(s.Text) {
		delete(d.Settings, "producer.burst")
	}
}

// placedSkew returns how many times the mean the hottest of some shards has.
func placedSkew(p *model.Placement, shards int) float64 {
	hottest := p.Hottest(shards)
	return float64(shards) * max(hottest.Records, hottest.Bytes)
}

// skewBeside takes where keys land out, where the history has a shard that is hotter than that.
func skewBeside(d *input.Declaration, e *fit.Evidence) *notice.Notice {
	if d.Placed == nil || !e.Skew.Known || d.DeclaresKeys() {
		return nil
	}
	placed := placedSkew(d.Placed, e.Skew.Value.Shards)
	if float64(e.Skew.Value.Factor) <= hotterThanSampled*placed {
		return nil
	}
	d.Placed = nil
	n := notice.SampleColder(e.Skew.Value.Factor, unit.Factor(placed), e.Skew.Value.Shards)
	return &n
}

// looksLikeFile reports whether the value of a flag is a file, and not a number.
func looksLikeFile(text string) bool {
	if _, err := os.Stat(text); err == nil {
		return true
	}
	ext := strings.ToLower(filepath.Ext(text))
	return slices.Contains([]string{".csv", ".json", ".jsonl", ".gz", ".tsv"}, ext)
}

// giveSample takes a file of --file that is a sample. What standard input had is kept, since that
// cannot be read again.
func (in *workloadFlags) giveSample(file string, data []byte) error {
	in.samples.given = file
	switch {
	case file != "-":
		return nil
	case len(data) > iac.MostBytes:
		return usageError{errors.New("standard input: larger than a file of --file may be"),
			[]string{"--sample - reads keys of any number"}}
	}
	s, err := readSampled(file, bytes.NewReader(data))
	if err == nil {
		in.samples.read[file] = s
	}
	return err
}
