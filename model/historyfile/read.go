// Package historyfile reads and writes what a stream has done: a [model.History] as
// kcalc's own file, and as the two forms that people have already, the output of the
// AWS CLI and a table of comma-separated values.
//
//	h, warnings, err := historyfile.Read("orders.json.gz", file) // whichever form it has
//	summary := historyfile.Summarize(h)                          // what there is of each metric
//	err = historyfile.Write(out, h)                              // as kcalc's own file
//
// Everything that is wrong with a file has its line; what the numbers mean is the
// matter of package fit.
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

// Read reads a history in any of its forms, gzipped or not, recognized by what is in
// the file: kcalc.history/v1, the JSON of "aws cloudwatch get-metric-data", or
// CSV. The name is for the places of what is wrong. Warnings are what the file
// lacks or has too much of; they are not part of the history. The error is
// [input.Errors], unless r itself fails.
func Read(name string, r io.Reader) (*model.History, []notice.Notice, error) {
	n := &notes{name: name}
	in := &textReader{in: r}
	h := n.read(in)
	if in.err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, in.err)
	}
	if len(n.errs) > 0 {
		n.errs.Sort()
		return nil, nil, n.errs
	}
	return h, n.warnings, nil
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

func (n *notes) read(in io.Reader) *model.History {
	body := bufio.NewReaderSize(in, headSize)
	if magic, _ := body.Peek(2); string(magic) == "\x1f\x8b" {
		var ok bool
		if body, ok = n.unzip(body); !ok {
			return nil
		}
	}
	if mark, _ := body.Peek(3); string(mark) == "\ufeff" {
		body.Discard(3)
	}
	head, err := body.Peek(headSize)
	if len(head) == 0 && err != io.EOF {
		n.unread(err, n.start())
		return nil
	}
	return n.form(head, &source{in: body, most: MaxSize})
}

// What the forms look like, for those who have none of them.
const (
	ownLook = `{"schema":"` + model.HistorySchema + `",…} as kcalc writes it`
	cliLook = `{"MetricDataResults":[…]} as "aws cloudwatch get-metric-data --output json" prints it`
	csvLook = "CSV with a header such as timestamp,incoming_bytes,incoming_records"
	looks   = ownLook + "; " + cliLook + "; or " + csvLook
)

// form reads a file in the form that its head shows.
func (n *notes) form(head []byte, src *source) *model.History {
	text := bytes.TrimLeft(head, " \t\r\n")
	switch problem := unreadable(head); {
	case problem != "":
		n.report(input.Error{Where: n.start(), Problem: problem, Allowed: looks})
		return nil
	case text[0] == '{':
		return n.object(text, src)
	case text[0] == '[':
		n.report(input.Error{Where: n.start(), Problem: "JSON, but not a history",
			Allowed: ownLook + ", or " + cliLook})
		return nil
	}
	return readCSV(n, head, src)
}

// unreadable returns why the head of a file is not that of a text, "" if it is.
func unreadable(head []byte) string {
	text := bytes.TrimSpace(head)
	switch {
	case len(text) == 0 && len(head) < headSize:
		return "the file is empty"
	case len(text) == 0:
		return "nothing but white space at the beginning"
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) ||
		len(text) > 1 && (text[0] == 0 && unicode.IsPrint(rune(text[1])) || text[1] == 0 &&
			unicode.IsPrint(rune(text[0]))):
		return "UTF-16, not UTF-8"
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
func (n *notes) object(text []byte, src *source) *model.History {
	w := newWalker(n, src)
	m := firstKey.FindSubmatch(text)
	switch {
	case m != nil && isCLIKey(string(m[1])):
		return readCLI(w)
	case m == nil || isOwnKey(string(m[1])):
		return readOwn(w)
	}
	n.report(input.Error{Where: w.at(), Path: string(m[1]), Problem: "JSON, but not a history",
		Allowed: ownLook + ", or " + cliLook})
	return nil
}
