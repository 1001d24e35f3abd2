package main

import (
	"bytes"
	"errors"
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
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// sampled is what a file says of the partition keys of a stream.
type sampled struct {
	name   string // of the file
	counts *model.KeyCounts
	set    *keys.Set
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
	counts, err := readKeys(cmd.Context(), cmd.InOrStdin(), file)
	if err != nil {
		return nil, err
	}
	in.samples.read[file] = newSampled(file, counts)
	return in.samples.read[file], nil
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
// are those that are known. It returns what is to be known of the sample.
func (in *workloadFlags) laySample(
	cmd *cobra.Command, d *input.Declaration, today *model.Configuration,
) ([]notice.Notice, error) {
	s, err := in.sample(cmd, d)
	if s == nil || err != nil {
		return nil, err
	}
	base := s.declaration(today)
	base.Merge(*d)
	*d = base
	list := s.notices()
	if d.DeclaresKeys() {
		list = append(list, notice.SampleUnused(s.name))
	}
	return list, nil
}

// declaration returns what the sample measured as a layer of a workload's inputs.
func (s *sampled) declaration(today *model.Configuration) input.Declaration {
	d := input.Declaration{Settings: input.Settings{}}
	set := func(key, text string) {
		d.Settings[key] = input.Setting{Text: text, Source: model.Measured, Where: input.Position{Name: s.name}}
	}
	limits := model.PublishedLimits()
	d.Placed = s.set.Placement(&limits, rangesOf(today))
	set("producer.largest_key", strconv.FormatFloat(100*float64(d.Placed.Largest), 'g', -1, 64)+"%")
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

// hotterThanSampled is how much hotter the hottest shard may have been over the history than the
// sample has it, before the sample's keys are not those of the history.
const hotterThanSampled = 1.1

// besideHistory takes from what a sample measured what the history knows better, and returns what is
// to be known of that. The history has the sizes of more records, and the sample which keys they
// have: the skew is that of where they land, unless the metrics of shards show a hotter one.
func besideHistory(d *input.Declaration, e *fit.Evidence) []notice.Notice {
	if d.Placed == nil {
		return nil
	}
	if e.RecordSize.Known {
		for _, key := range []string{"producer.record_size", "producer.partition_key_size"} {
			if s, ok := d.Settings[key]; ok && s.Source == model.Measured {
				delete(d.Settings, key)
			}
		}
	}
	if !e.Skew.Known || d.DeclaresKeys() {
		return nil
	}
	hottest, n := d.Placed.Hottest(e.Skew.Value.Shards), float64(e.Skew.Value.Shards)
	placed := unit.Factor(n * max(hottest.Records, hottest.Bytes))
	if e.Skew.Value.Factor <= hotterThanSampled*placed {
		return nil
	}
	d.Placed = nil
	return []notice.Notice{notice.SampleColder(e.Skew.Value.Factor, placed, e.Skew.Value.Shards)}
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
	counts, err := keyfile.Read(inputName(file), bytes.NewReader(data))
	if err != nil {
		return usageError{err, nil}
	}
	in.samples.read[file] = newSampled(file, counts)
	return nil
}

func newSampled(file string, counts *model.KeyCounts) *sampled {
	limits := model.PublishedLimits()
	return &sampled{inputName(file), counts, keys.New(counts, &limits)}
}
