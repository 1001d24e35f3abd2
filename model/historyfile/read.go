// Package historyfile reads and writes what a stream has done: a [model.History] as
// kcalc's own file, and as the forms that people have already: what the AWS CLI
// prints of get-metric-data and get-metric-statistics, in JSON or YAML, and tables
// of comma-separated values, from a program, a spreadsheet or CloudWatch's console.
//
//	h, warnings, err := historyfile.Read("orders.json.gz", file)  // whichever form it has
//	h, warnings, err = historyfile.ReadAll(files, Options{})      // several that make one history
//	summary := historyfile.Summarize(h)                           // what there is of each metric
//	err = historyfile.Write(out, h)                               // as kcalc's own file
//
// Everything that is wrong with a file has its line; what the numbers mean is the
// matter of package fit. One thing about the numbers is checked here, whatever the
// form: that what is called a sum can be one (see checkSum).
//
// Neither the AWS CLI's output nor a table says how long the periods of its points
// are. Both are what people have who may not run kcalc against the account: someone
// with access runs "aws cloudwatch get-metric-data", or exports a table from the
// monitoring system that keeps their metrics, and sends the file. The period is
// inferred from the times, since such an export has no column for it.
//
// kcalc's own form is one table of keys (file.go), which the reader, the writer and
// the JSON schema range over.
package historyfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
	"github.com/kcalc/kcalc/model/notice"
)

// Bounds of a file. They are far above what CloudWatch keeps of a stream of
// some hundred shards, and keep a file that was made to be huge from taking the
// machine's memory.
const (
	MaxSize    = 1 << 30 // bytes, uncompressed
	MaxPeriods = 1 << 26 // of all series together, which take half a GiB
)

// File is a file to read.
type File struct {
	Name string // for the places of what is wrong; may say what a series is of
	In   io.Reader
}

// Options are what a file does not say itself.
type Options struct {
	// Zone is that of times without one. Without it they are errors.
	Zone *time.Location
}

// Read reads a history in any of its forms, gzipped or not, recognized by what is in
// the file: kcalc.history/v1, what the AWS CLI prints of get-metric-data and
// get-metric-statistics, or CSV. Warnings are what the file lacks or has too much
// of; they are not part of the history. The error is [input.Errors], unless r itself
// fails.
func Read(name string, r io.Reader) (*model.History, []notice.Notice, error) {
	return ReadAll([]File{{name, r}}, Options{})
}

// ReadAll reads files that make one history: a metric each, or a part of the window.
// Where two have a point of the same series and time it must be the same. What is
// said of [Read] holds for each of them.
func ReadAll(files []File, o Options) (*model.History, []notice.Notice, error) {
	var parts []*part
	for _, f := range files {
		p := &part{notes: &notes{name: f.Name, zone: o.Zone}}
		in := &textReader{in: f.In}
		p.read(in)
		if in.err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Name, in.err)
		}
		parts = append(parts, p)
	}
	h, errs := joinParts(parts)
	if len(errs) > 0 {
		errs.Sort()
		return nil, nil, errs
	}
	var warnings []notice.Notice
	for _, p := range parts {
		warnings = append(warnings, p.warnings...)
	}
	return h, warnings, nil
}

// part is what one file has: a history, or tables whose grid is not known yet.
type part struct {
	*notes
	history *model.History
	tables  []*table
}

// textReader remembers that the reader of the caller failed: that is no fault of what
// is in the file.
type textReader struct {
	in  io.Reader
	err error
}

func (i *textReader) Read(p []byte) (int, error) {
	n, err := i.in.Read(p)
	if err != nil && err != io.EOF {
		i.err = err
		var path *fs.PathError // has the name, which the caller of Read gave too
		if errors.As(err, &path) {
			i.err = path.Err
		}
	}
	return n, err
}

// headSize is how many bytes of a file Read looks at to recognize its form.
const headSize = 64 << 10

func (p *part) read(in io.Reader) {
	body := bufio.NewReaderSize(in, headSize)
	if magic, _ := body.Peek(2); string(magic) == "\x1f\x8b" {
		var ok bool
		if body, ok = p.unzip(body); !ok {
			return
		}
	}
	body = bufio.NewReaderSize(input.Decoded(body), headSize)
	head, err := body.Peek(headSize)
	if len(head) == 0 && err != io.EOF {
		p.unread(err, p.start())
		return
	}
	p.form(head, &source{in: body, most: MaxSize})
}

// What the forms look like, for those who have none of them.
const (
	ownLook = `{"schema":"` + model.HistorySchema + `",…} as kcalc writes it`
	cliLook = `{"MetricDataResults":[…]} or {"Label":"…","Datapoints":[…]} as "aws cloudwatch get-metric-data" and ` +
		`"get-metric-statistics" print it`
	csvLook = "CSV with a header such as timestamp,IncomingBytes,IncomingRecords"
	looks   = ownLook + "; " + cliLook + "; or " + csvLook
)

// form reads a file in the form that its head shows.
func (p *part) form(head []byte, src *source) {
	text := bytes.TrimLeft(head, " \t\r\n")
	if problem := unreadable(head); problem != "" {
		p.report(input.Error{Where: p.start(), Problem: problem, Allowed: looks})
		return
	}
	switch kind := input.Recognize(head); {
	case text[0] == '{':
		p.object(text, kind, src)
	case kind == input.HistoryFile && text[0] != '[':
		if converted := p.yamlToJSON(src); converted != nil {
			p.object(bytes.TrimLeft(converted[:min(len(converted), headSize)], " \n"), kind,
				&source{in: bytes.NewReader(converted), most: MaxSize})
		}
	case isOther(kind):
		p.elsewhere(kind)
	case text[0] == '[':
		p.report(input.Error{Where: p.start(), Problem: "JSON, but not a history", Allowed: ownLook + ", or " + cliLook})
	case isCLIText.Match(text):
		p.report(input.Error{Where: p.start(), Problem: "the AWS CLI's output as text, table or yaml-stream",
			Allowed: "what it prints as JSON or as YAML"})
	default:
		p.readCSV(head, src)
	}
}

// isOther reports whether a file is of a kind that no history is.
func isOther(kind input.FileKind) bool {
	return kind != input.UnknownFile && kind != input.HistoryFile && kind != input.TableFile
}

// elsewhere reports a file that is of another kind: where it belongs.
func (p *part) elsewhere(kind input.FileKind) {
	p.report(input.Error{Where: p.start(), Problem: kind.String() + ", not a history", Allowed: kind.WayOut()})
}

// unreadable returns why the head of a file is not that of a text, "" if it is.
func unreadable(head []byte) string {
	text := bytes.TrimSpace(head)
	switch {
	case len(text) == 0 && len(head) < headSize:
		return "the file is empty"
	case len(text) == 0:
		return "nothing but white space at the beginning"
	case binary(text):
		return "binary, neither text nor gzip"
	}
	return ""
}

// binary reports whether the beginning of a file is no text.
func binary(text []byte) bool {
	for i := 0; i < min(len(text), 512); {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size == 1 && len(text)-i >= utf8.UTFMax || unicode.IsControl(c) &&
			!unicode.IsSpace(c) {
			return true
		}
		i += size
	}
	return false
}

// firstKey is the first key of a JSON object.
var firstKey = regexp.MustCompile(`^\{\s*"([^"\\]*)"`)

// object reads a file that is a JSON object, in the form that has its first key.
func (p *part) object(text []byte, kind input.FileKind, src *source) {
	w := newWalker(p.notes, src)
	m := firstKey.FindSubmatch(text)
	switch {
	case m != nil && isCLIKey(string(m[1])):
		p.readCLI(w)
	case m != nil && isStatisticsKey(string(m[1])):
		p.readStatistics(w)
	case isOther(kind):
		p.elsewhere(kind)
	case m == nil || isOwnKey(string(m[1])):
		p.history = readOwn(w)
	default:
		p.report(input.Error{Where: w.at(), Path: string(m[1]), Problem: "JSON, but not a history",
			Allowed: ownLook + ", or " + cliLook})
	}
}

// isCLIText matches how what the AWS CLI prints as text, as a table or as a stream of YAML
// begins; as text, the label of get-metric-statistics stands in a line of its own.
var isCLIText = regexp.MustCompile(`^(METRICDATARESULTS\t|(\S+\r?\n)?DATAPOINTS\t|-------|- (MetricDataResults|Datapoints|Label):)`)
