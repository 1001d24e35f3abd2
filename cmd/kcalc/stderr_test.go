package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/kcalc/kcalc/cloudwatch/fakeaws"
	"github.com/kcalc/kcalc/cmd/internal/report"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/modeltest"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// steering are texts that would do something to a terminal: escape sequences of both
// kinds, what deletes, lines that look like the program's own, and what turns the
// direction of text.
var steering = []string{"\x1b[2J\x1b]0;title\x07", "\u009b31mred\u0085", "\x9b31m", "back\x08\x08\x7f\r",
	"x\nkcalc: all is well\n", "\u202egnp.exe\u2066"}

// onlyShows checks that what the program writes does nothing but show, and that no
// line of it is somebody else's.
func onlyShows(t *testing.T, text string, args ...string) {
	t.Helper()
	at := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
	if at >= 0 || !utf8.ValidString(text) || strings.Contains(text, "\nkcalc: all is well") {
		t.Errorf("%q: %q", args, text)
	}
}

// Whatever stands in whatever flag, command or argument: nothing of it steers the
// terminal.
func TestArgumentsOnlyShow(t *testing.T) {
	atRoot(t)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Chdir(t.TempDir())
	try := func(args ...string) {
		code, out, complaints := session(t.Context(), args...)
		onlyShows(t, out+complaints, args...)
		if code == exitAnswered && len(args) > 0 && args[0] != "help" && !strings.Contains(out, "?") {
			t.Errorf("%q: answered with %q", args, out)
		}
	}
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		if cmd.IsAdditionalHelpTopicCommand() { // shows its text, whatever comes behind it
			return
		}
		path := strings.Fields(cmd.CommandPath())[1:]
		for _, text := range steering[:modeltest.Draws(len(steering))] {
			try(append(path, text)...)
			try(append(path, "--"+text)...)
			try(append(path, "-"+text)...)
			try(append([]string{"help"}, append(path, text)...)...)
			cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Name == "out" { // a file may have any name
					return
				}
				try(append(path, "--"+f.Name+"="+text)...)
			})
		}
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(newRoot(streams{strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer)}))
}

// Nor does the name of a file, or what is in it: right or wrong, of each kind.
func TestFilesOnlyShow(t *testing.T) {
	metrics, err := os.ReadFile("../../docs/examples/payments.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	offer, err := os.ReadFile(offerFile)
	if err != nil {
		t.Fatal(err)
	}
	atRoot(t)
	t.Chdir(t.TempDir())
	try := func(want int, args ...string) {
		t.Helper()
		code, out, complaints := session(t.Context(), args...)
		onlyShows(t, out+complaints, args...)
		if code != want {
			t.Errorf("%q: exit code %d, %s", args, code, complaints)
		}
	}
	for _, text := range steering[:modeltest.Draws(len(steering))] {
		for name, content := range map[string]string{
			"history " + text: string(metrics), "offer " + text: string(offer), "workload " +
				text: "region: us-east-1\nproducer: {record_size: 200, average: 10}\n",
			"wrong " + text: "{\"" + text + "\": \"" + text + "\"\n" + text,
		} {
			if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, format := range model.Words(report.Formats()) {
			try(0, "history", "show", "history "+text, "-o", format)
			try(0, "recommend", "--history", "history "+text, "-o", format)
			try(0, "replay", "-f", "workload "+text, "-o", format, "--plot", text+".svg")
			try(0, "prices", "update", "--region", "us-east-1", "--from-file", "offer "+text, "--prices", "prices "+text)
			try(0, "prices", "list", "--prices", "prices "+text, "-o", format)
			try(0, "prices", "diff", "prices "+text, "-o", format)
			try(0, "cost", "-f", "workload "+text, "--prices", "prices "+text, "-o", format)
		}
		picture, err := os.ReadFile(text + ".svg")
		if onlyShows(t, string(picture), "--plot"); err != nil {
			t.Error(err)
		}
		try(2, "history", "show", "wrong "+text)
		try(2, "recommend", "-f", "wrong "+text)
		try(2, "recommend", "--history", "wrong "+text)
		try(2, "prices", "list", "--prices", "wrong "+text)
		try(2, "prices", "update", "--region", "us-east-1", "--from-file", "wrong "+text)
	}
}

// Nor does what AWS answers, if it is refused.
func TestAnswersOfAWSOnlyShow(t *testing.T) {
	a := newAWS(t, 1)
	for _, text := range steering[:modeltest.Draws(len(steering))] {
		t.Setenv("AWS_ENDPOINT_URL_LAMBDA", fakeaws.Lambda(t, 10, lambdatypes.EventSourceMappingConfiguration{
			EventSourceArn: aws.String("arn:aws:kinesis:us-east-1:000000000000:stream/" + a.stream),
			State:          aws.String("Enabled" + text),
			FunctionArn:    aws.String("arn:aws:lambda:us-east-1:000000000000:function:" + text), BatchSize: aws.Int32(500),
			ParallelizationFactor: aws.Int32(2)}))
		for _, args := range [][]string{{"history", "fetch"}, {"history", "fetch", "--dry-run"}, {"recommend"},
			{"replay", "-o", "markdown"}} {
			args = append(args, "--stream", a.stream, "--since", "2h")
			_, out, complaints := session(t.Context(), args...)
			onlyShows(t, out+complaints, args...)
		}
	}
}

// What goes by all of that, as a library's own message would, only shows too.
func TestScreen(t *testing.T) {
	for _, text := range steering[:modeltest.Draws(len(steering))] {
		var b bytes.Buffer
		if n, err := io.WriteString(printableWriter{&b}, text+"\nline\n"); n != len(text)+6 || err != nil ||
			!strings.HasSuffix(b.String(), "\nline\n") {
			t.Errorf("%q is %q: %d, %v", text, b.String(), n, err)
		}
		onlyShows(t, strings.ReplaceAll(b.String(), "\nkcalc", " kcalc"), "screen")
	}
}

// A word that is shown for a shell is the same word to that.
func TestQuoted(t *testing.T) {
	for _, word := range append(steering, "orders.json", "it's", `a\b`, `it's \ "$HOME" `+"\n", "Zürich 東京") {
		word = strings.ReplaceAll(word, "\x00", "")
		onlyShows(t, shellQuote(word), word)
		out, err := exec.Command("bash", "-c", "printf %s "+shellQuote(word)).Output()
		if errors.Is(err, exec.ErrNotFound) {
			t.Skip(err)
		}
		if err != nil || string(out) != word {
			t.Errorf("%q is %s, which is %q: %v", word, shellQuote(word), out, err)
		}
	}
}

func TestLines(t *testing.T) {
	faults := func(texts ...string) (list []error) {
		for _, text := range texts {
			list = append(list, usageError{os.NewSyscallError(text, os.ErrInvalid), []string{"mend it"}})
		}
		return list
	}
	all := faults("a", "b\nc")
	if got := errorLines(joinUsageErrors(all[0], all[1])); len(got) != 2 || got[1] != "b\nc: invalid argument" {
		t.Errorf("%q", got)
	}
	var b bytes.Buffer
	printError(printableWriter{&b}, joinUsageErrors(all[0], all[1]))
	if want := "kcalc: a: invalid argument\nkcalc: b?c: invalid argument\nhint: mend it\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}
