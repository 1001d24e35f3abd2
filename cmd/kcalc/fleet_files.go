package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

// fleetKinds are how the names of files end that may be a history or a workload.
var fleetKinds = []string{".json", ".json.gz", ".csv", ".csv.gz", ".yaml", ".yml"}

// fleetFiles returns the files of folders and what was given by name, each once, in the order of
// their names. Hidden files, and those whose names end in nothing known, are left out of folders.
func fleetFiles(args []string) (files []string, err error) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, fileError(arg, err)
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		found := len(files)
		err = filepath.WalkDir(arg, func(name string, d fs.DirEntry, err error) error {
			hidden := name != arg && strings.HasPrefix(d.Name(), ".")
			switch {
			case err != nil:
				return err
			case hidden && d.IsDir():
				return fs.SkipDir
			case !hidden && !d.IsDir() && slices.ContainsFunc(fleetKinds, func(end string) bool {
				return strings.HasSuffix(strings.ToLower(d.Name()), end)
			}):
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, fileError(arg, err)
		}
		if len(files) == found {
			return nil, usageError{fmt.Errorf("%s: no file of a stream in it (allowed: names that end in %s)", arg,
				strings.Join(fleetKinds, ", ")), nil}
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// declaredStream is what a workload file declares of a stream.
type declaredStream struct {
	file        string
	declaration input.Declaration // with what holds for every stream
	region      model.Region      // "" for any
	used        bool              // a history has it
}

// sort reads the workload files, which are small, and returns the others: histories. What is
// neither is left alone, unless it looks like one.
func (f *fleetReader) sort(ctx context.Context) (histories []string, err error) {
	for _, name := range f.files {
		mine := f.isMine(name)
		if !mine && !mayDeclare(name) {
			continue
		}
		kind, data, err := f.recognize(ctx, name)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil && isAccount(data):
			f.takeAccount(name, data)
		case err == nil && kind == input.KeysFile:
			f.keepSample(name, data, mine)
		case !mine && (err != nil || kind != input.WorkloadFile): // which another part looks at
		case err != nil:
			f.fail(name, err)
		case kind == input.HistoryFile || kind == input.TableFile:
			histories = append(histories, name)
		case kind == input.WorkloadFile:
			f.declare(name, data)
		case kind == input.UnknownFile && len(data) == 0:
			f.fail(name, fmt.Errorf("%s: empty", name))
		case kind == input.UnknownFile:
			histories = append(histories, name) // whose fault then has its line
		default:
			f.leaveAlone(name, kind.String())
		}
	}
	f.leaveTables()
	return histories, nil
}

// leaveAlone says that a file is not looked at.
func (f *fleetReader) leaveAlone(name, what string) {
	printLine(f.streams.err, "note", fmt.Sprintf("%s: %s, left alone", name, what))
}

// mayDeclare reports whether a file may be a workload by its name: of those every part needs all.
func mayDeclare(name string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml"}, strings.ToLower(filepath.Ext(name)))
}

// recognize tells what a file is by its beginning; of a workload it returns all of it.
func (f *fleetReader) recognize(ctx context.Context, name string) (input.FileKind, []byte, error) {
	head, err := readHead(ctx, f.streams.in, name)
	if err != nil {
		return input.UnknownFile, nil, err
	}
	kind := input.Recognize(head)
	if kind != input.WorkloadFile && !isAccount(head) {
		return kind, head, nil
	}
	data, err := readInput(ctx, f.streams.in, name)
	return kind, data, err
}

// readHead returns the beginning of a file, gzipped or not, in UTF-8.
func readHead(ctx context.Context, stdin io.Reader, file string) ([]byte, error) {
	source := openInput(ctx, stdin, file)
	defer source.Close()
	body := bufio.NewReader(source)
	var text io.Reader = body
	if magic, _ := body.Peek(2); string(magic) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, fileError(file, err)
		}
		text = unzipped
	}
	head, err := io.ReadAll(io.LimitReader(input.Decoded(text), recognized))
	if err != nil {
		return nil, fileError(file, err)
	}
	return head, nil
}

// declare notes what a workload file declares, which has to name its stream.
func (f *fleetReader) declare(name string, data []byte) {
	d := input.Read(name, data)
	stream := model.Name(d.Settings["stream"].Text)
	if stream == "" && len(d.Errors) == 0 {
		if !f.isMine(name) {
			return
		}
		f.fail(name, fmt.Errorf("%s: the workload does not say of which stream it is (allowed: stream: NAME)", name))
		return
	}
	d.Merge(f.common)
	f.declared[stream] = append(f.declared[stream], declaredStream{file: name, declaration: d,
		region: model.Region(d.Settings["region"].Text)})
}

// workloadOf returns what is declared of a stream in a Region, and where, as the end of its source.
func (f *fleetReader) workloadOf(stream model.Name, region model.Region) (input.Declaration, string) {
	for i := range f.declared[stream] {
		if d := &f.declared[stream][i]; d.region == "" || d.region == region {
			d.used = true
			return d.declaration, ", " + d.file
		}
	}
	return f.common, ""
}
