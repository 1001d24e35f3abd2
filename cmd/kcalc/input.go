package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/cmd/internal/words"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/description"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/unit"
	"github.com/spf13/cobra"
)

// textFlag is a flag whose value is text until the workload is resolved, so
// that everything that is wrong with it is told at once.
type textFlag struct{ text, kind string }

func (f *textFlag) Set(text string) error { f.text = text; return nil }
func (f *textFlag) String() string        { return f.text }
func (f *textFlag) Type() string          { return f.kind }

// workloadFlags is where a command's workload comes from.
type workloadFlags struct {
	files     []string
	described description.Stream // by those of the files that are descriptions
	planned   plannedFlags       // and by the one that is infrastructure as code
	samples   *sampleFiles
	texts     map[string]*textFlag
	packing   textFlag
	puts      textFlag
	event     textFlag
	consumers []string
	plain     textFlag // how many plain standard consumers
}

// bind adds the flags of a workload to a command.
func (in *workloadFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVarP(&in.files, "file", "f", nil, "workload `file` in YAML or JSON; what the AWS CLI printed of "+
		"the stream: describe-stream-summary, list-shards and so on; a Terraform plan in JSON, a CloudFormation or SAM "+
		"template, or a change set; a sample or a table of keys; - is standard input; repeats")
	in.planned.bind(cmd)
	in.texts, in.samples = map[string]*textFlag{}, &sampleFiles{read: map[string]*sampled{}}
	for _, f := range words.Flags() {
		in.texts[f.Name] = &textFlag{kind: f.Kind}
		flags.Var(in.texts[f.Name], f.Name, usageOfInput(f.Key))
	}
	in.packing.kind = "spec"
	flags.Var(&in.packing, "aggregation", "aggregate records as the KPL does; a spec is key=value[,key=value…]; by "+
		"itself "+aggregationDefaults())
	flags.Lookup("aggregation").NoOptDefVal = packingDefaults
	in.puts.kind = "spec"
	flags.Var(&in.puts, "put-records", "how producers call PutRecords; a spec is "+
		"batch=500,wait=100ms,producers=4,give-up=30s,buffer=1GiB or a part of it")
	in.event.kind = "spec"
	flags.Var(&in.event, "event", "an announced event such as a launch, as factor=3,from=2026-11-27,for=2d: how many "+
		"times the usual traffic there is, when it begins, and how long it lasts")
	flags.StringArrayVar(&in.consumers, "consumer", nil,
		"a consumer as a `spec`, NAME[,key=value…]; repeats. It replaces the file's consumer of that name, or of a Lambda "+
			"function changes what it names if that is nothing but settings of the function. Keys: "+
			strings.Join(consumerFlagKeys(), ", "))
	in.plain.kind = "count"
	flags.Var(&in.plain, "consumers", fmt.Sprintf("so many plain standard consumers, consumer-1 and so on (1 to %d)",
		input.MostConsumers))
	for _, f := range words.Flags() {
		if f.Key == input.SampleKey {
			must(cmd.MarkFlagFilename(f.Name, "json", "csv", "gz", "jsonl"))
			continue
		}
		must(cmd.RegisterFlagCompletionFunc(f.Name, completions(f.Key)))
	}
	for _, name := range []string{"aggregation", "put-records", "event", "consumer", "consumers"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	must(cmd.MarkFlagFilename("file", "yaml", "yml", "json", "csv", "gz"))
}

// completions returns the completion of an input: its words, if it is one of some.
func completions(key string) cobra.CompletionFunc {
	if key == "region" {
		return completeRegions
	}
	var w model.Workload
	for _, f := range input.WorkloadFields() {
		if c, ok := f.At(&w).(model.Choice); ok && f.Key == key {
			return cobra.FixedCompletions(c.Choices(), cobra.ShellCompDirectiveNoFileComp)
		}
	}
	return cobra.NoFileCompletions
}

// must panics on an error that only a misspelt flag name can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// usageOfInput returns the help of an input: what it is, what is allowed, the default.
func usageOfInput(key string) string {
	w := model.NewWorkload()
	for _, f := range input.WorkloadFields() {
		if f.Key != key {
			continue
		}
		usage := f.Doc + " (" + f.Allowed
		if f.Given(&w) {
			usage += "; default " + f.At(&w).String()
		}
		return usage + ")"
	}
	panic("no input has the key " + key)
}

func aggregationDefaults() string {
	a := model.DefaultAggregation()
	return fmt.Sprintf("producers=%s,buffer=%s,max-size=%s", a.Producers, a.Buffer, a.MaxSize)
}

// joinOptionalValue lets a flag with an optional value have it behind a space too:
// "--aggregation producers=4".
func joinOptionalValue(args []string, flag string) []string {
	var joined []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(joined, args[i:]...)
		}
		if args[i] == flag && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
			joined = append(joined, flag+"="+args[i+1])
			i++
			continue
		}
		joined = append(joined, args[i])
	}
	return joined
}

// declared merges the flags over the workload files, in their order.
func (in *workloadFlags) declared(cmd *cobra.Command) (input.Declaration, error) {
	draft := input.Declaration{Settings: input.Settings{}}
	if err := in.planned.files(cmd); err != nil {
		return draft, err
	}
	for _, name := range in.files {
		if name == "" {
			return draft, usageError{errors.New("--file: empty (allowed: the path of a workload file, or - for standard input)"),
				nil}
		}
		if err := in.file(cmd, name, &draft); err != nil {
			return draft, err
		}
	}
	draft.Merge(in.flagDraft(cmd))
	return draft, nil
}

// flagDraft returns what the flags declare.
func (in *workloadFlags) flagDraft(cmd *cobra.Command) input.Declaration {
	d := input.Declaration{Settings: input.Settings{}}
	for _, f := range words.Flags() {
		if cmd.Flags().Changed(f.Name) {
			d.Settings[f.Key] = flagSetting("--"+f.Name, in.texts[f.Name].text)
		}
	}
	if cmd.Flags().Changed("aggregation") {
		in.aggregation(&d)
	}
	if cmd.Flags().Changed("put-records") {
		in.putRecords(&d)
	}
	if cmd.Flags().Changed("event") {
		keys := map[string]string{"factor": "factor", "from": "from", "for": "for"}
		f := settingsFlag{flag: "--event", path: "event.", group: "event.", keys: keys}
		f.read(&d, d.Settings, in.event.text)
	}
	if cmd.Flags().Changed("consumers") {
		in.plainConsumers(&d)
	}
	for _, text := range in.consumers {
		addConsumer(&d, text)
	}
	return d
}

func flagSetting(flag, text string) input.Setting {
	return input.Setting{Text: text, Source: model.Flag, Where: input.Position{Name: flag}}
}

// packingDefaults is what --aggregation has when it stands by itself.
const packingDefaults = "defaults"

// aggregation adds what --aggregation declares.
func (in *workloadFlags) aggregation(d *input.Declaration) {
	const flag = "--aggregation"
	d.Settings[input.AggregationKey] = flagSetting(flag, "")
	if in.packing.text != packingDefaults {
		const group = input.AggregationKey + "."
		keys := map[string]string{"producers": "producers", "buffer": "buffer", "max-size": "max_size", "max-count": "max_count"}
		f := settingsFlag{flag: flag, path: group, group: group, keys: keys}
		f.read(d, d.Settings, in.packing.text)
	}
}

// putRecords adds what --put-records declares.
func (in *workloadFlags) putRecords(d *input.Declaration) {
	const group = "producer.put_records."
	keys := map[string]string{"batch": "batch", "wait": "wait", "producers": "producers", "give-up": "give_up",
		"buffer": "buffer"}
	f := settingsFlag{flag: "--put-records", path: group, group: group, keys: keys}
	f.read(d, d.Settings, in.puts.text)
}

// plainConsumers adds as many standard consumers as --consumers says, with defaults alone.
func (in *workloadFlags) plainConsumers(d *input.Declaration) {
	n, err := unit.ParseCount(in.plain.text)
	if err != nil || n < 1 || n > input.MostConsumers {
		problem := "out of range"
		if err != nil {
			problem = err.Error()
		}
		d.Errors = append(d.Errors, input.Error{Path: "number of consumers", Where: input.Position{Name: "--consumers"},
			Value:   in.plain.text,
			Problem: problem, Allowed: "a whole number from 1 to " + strconv.Itoa(input.MostConsumers)})
		return
	}
	for i := range int(n) {
		d.Consumers = append(d.Consumers, input.Settings{"name": flagSetting("--consumers", fmt.Sprintf("consumer-%d", i+1))})
	}
}

// names returns the names of all files of a workload, that of infrastructure as code first.
func (in *workloadFlags) names() []string {
	var list []string
	for _, file := range []string{in.planned.plan, in.planned.template, in.planned.changeSet} {
		if file != "" {
			list = append(list, file)
		}
	}
	return append(list, in.files...)
}

func inputName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// inputNames returns the names of several files.
func inputNames(files []string) string {
	names := make([]string, len(files))
	for i := range files {
		names[i] = inputName(files[i])
	}
	return strings.Join(names, ", ")
}

// readInput reads a file, or standard input, gzipped or not, in UTF-8, up to a byte more than the largest of them may have,
// so that what reads it can refuse what is larger.
func readInput(ctx context.Context, stdin io.Reader, file string) ([]byte, error) {
	source := openInput(ctx, stdin, file)
	defer source.Close()
	text, err := unzipped(source)
	if err != nil {
		return nil, fileError(file, err)
	}
	data, err := io.ReadAll(io.LimitReader(text, iac.MostBytes+1))
	if err != nil {
		return nil, fileError(file, err)
	}
	return data, nil
}

// unzipped returns the text of a file, gzipped or not, in UTF-8.
func unzipped(source io.Reader) (io.Reader, error) {
	body := bufio.NewReader(source)
	if magic, _ := body.Peek(2); string(magic) == "\x1f\x8b" {
		text, err := gzip.NewReader(body)
		return input.Decoded(text), err
	}
	return input.Decoded(body), nil
}

// openInput returns a file, or standard input, that ends when the context does: a terminal, or
// a pipe that nobody writes to, would not. Where it cannot be opened the first read fails.
func openInput(ctx context.Context, stdin io.Reader, file string) io.ReadCloser {
	reader, writer := io.Pipe()
	if err := ctx.Err(); err != nil {
		writer.CloseWithError(err)
	}
	release := context.AfterFunc(ctx, func() { writer.CloseWithError(ctx.Err()) })
	go func() {
		writer.CloseWithError(copyInput(writer, stdin, file))
		release()
	}()
	return reader
}

// copyInput copies a file, or standard input.
func copyInput(w io.Writer, stdin io.Reader, file string) error {
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		stdin = f
	}
	_, err := io.Copy(w, stdin)
	return err
}

// fileError returns an error that names the file.
func fileError(file string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("%s: %w", inputName(file), err)
}
