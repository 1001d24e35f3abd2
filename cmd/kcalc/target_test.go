//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// writers are the commands that write a file whose name is given, but for those that
// ask AWS; and how the file begins.
func writers(t *testing.T) map[string]struct {
	args   []string
	ending string
	begins string
} {
	t.Helper()
	atRoot(t)
	type writer = struct {
		args   []string
		ending string
		begins string
	}
	return map[string]writer{
		"recommend --plot": {[]string{"recommend", "--record-size", "200", "--peak", "10", "--region", "us-east-1", "--plot"},
			".svg", "<svg"},
		"replay --plot": {[]string{"replay", "--record-size", "200", "--peak", "10", "--region", "us-east-1", "--plot"},
			".png", "\x89PNG"},
		"prices update": {[]string{"prices", "update", "--region", "us-east-1", "--from-file",
			"calc/cost/price/testdata/offer.json", "--prices"}, ".csv", "region,mode,line"},
	}
}

// What is no regular file is opened and written, and stays what it is.
func TestWritePipe(t *testing.T) {
	for name, c := range writers(t) {
		folder := t.TempDir()
		pipe := filepath.Join(folder, "out"+c.ending)
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link"+c.ending)
		if err := os.Symlink(pipe, link); err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{pipe, link} {
			read := make(chan string, 1)
			go func() {
				text, err := os.ReadFile(pipe)
				read <- fmt.Sprint(string(text), err)
			}()
			if code, _, complaints := session(t.Context(), append(c.args, to)...); code != 0 {
				t.Fatalf("%s: exit code %d, %s", name, code, complaints)
			}
			if got := <-read; !strings.HasPrefix(got, c.begins) || !strings.HasSuffix(got, "<nil>") || len(got) < 1000 {
				t.Errorf("%s: read %.40q", name, got)
			}
			if info, err := os.Lstat(pipe); err != nil || info.Mode().Type() != fs.ModeNamedPipe ||
				files(t, folder) != "out"+c.ending {
				t.Errorf("%s: %v, %v, left behind: %s", name, info, err, files(t, folder))
			}
		}
	}
}

// A pipe that nobody reads from is waited for, but not beyond an interruption.
func TestWritePipeInterrupted(t *testing.T) {
	for name, c := range writers(t) {
		pipe := filepath.Join(t.TempDir(), "out"+c.ending)
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, interrupt)
		if code, _, complaints := session(ctx, append(c.args, pipe)...); code == exitAnswered ||
			complaints != "kcalc: "+pipe+": interrupted\n" {
			t.Errorf("%s: exit code %d, %s", name, code, complaints)
		}
	}
}

// A device, such as the terminal, is written too.
func TestWriteDevice(t *testing.T) {
	term := newTerminal(t)
	c := writers(t)["prices update"]
	if code, _, complaints := session(t.Context(), append(c.args, term.program.Name())...); code != 0 ||
		!term.shows("us-east-1,provisioned,shard-hours,0") {
		t.Errorf("exit code %d, %s, %q", code, complaints, term.text())
	}
	for _, path := range []string{"/dev/null", "/dev/full"} {
		to, err := findTarget(path)
		if err != nil || !to.special || to.descriptor >= 0 {
			t.Fatalf("%s: %v, %v", path, to, err)
		}
		code, _, complaints := session(t.Context(), append(c.args, path)...)
		if full := path == "/dev/full"; full != (code == exitFailed) ||
			full != strings.Contains(complaints, "kcalc: /dev/full: no space left on device\n") {
			t.Errorf("%s: exit code %d, %s", path, code, complaints)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Type() != fs.ModeDevice|fs.ModeCharDevice {
			t.Errorf("%s is %v, %v", path, info, err)
		}
	}
}

// A file is written where links lead, also where nothing is yet, with the mode that
// it had; the links stay.
func TestWriteThroughLinks(t *testing.T) {
	for name, c := range writers(t) {
		folder, elsewhere := t.TempDir(), t.TempDir()
		at := func(folder, name string) string { return filepath.Join(folder, name+c.ending) }
		for from, to := range map[string]string{
			at(folder, "absolute"): at(elsewhere, "new"), at(folder, "chain"): "relative" + c.ending,
			at(folder, "relative"):        "down/../old" + c.ending,
			filepath.Join(folder, "down"): filepath.Join(elsewhere, "below"),
		} {
			if err := os.Symlink(to, from); err != nil {
				t.Fatal(err)
			}
		}
		// What is above a folder behind a link is not what is above the link.
		if err := os.Mkdir(filepath.Join(elsewhere, "below"), 0o700); err != nil {
			t.Fatal(err)
		}
		before := []byte("region,mode,line,above,unit,price_usd,as_of,confidence,source\n")
		if err := os.WriteFile(at(elsewhere, "old"), before, 0o640); err != nil {
			t.Fatal(err)
		}
		for _, link := range []string{"absolute", "chain"} {
			if code, _, complaints := session(t.Context(), append(c.args, at(folder, link))...); code != 0 {
				t.Fatalf("%s: exit code %d, %s", name, code, complaints)
			}
			if info, err := os.Lstat(at(folder, link)); err != nil || info.Mode().Type() != fs.ModeSymlink {
				t.Errorf("%s: the link is %v, %v", name, info, err)
			}
		}
		for file, mode := range map[string]fs.FileMode{"new": 0o666 &^ umask(), "old": 0o640} {
			text, err := os.ReadFile(at(elsewhere, file))
			info, _ := os.Stat(at(elsewhere, file))
			if err != nil || !bytes.HasPrefix(text, []byte(c.begins)) || len(text) < 1000 || info.Mode() != mode {
				t.Errorf("%s: %s is %v, %v", name, file, info, err)
			}
		}
		if got := files(t, elsewhere); got != "below new"+c.ending+" old"+c.ending {
			t.Errorf("%s: left behind: %s", name, got)
		}
	}
}

func umask() fs.FileMode {
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	return fs.FileMode(mask)
}

// A file that cannot be written fails, and nothing is left behind; one whose name
// is as long as names can be is written.
func TestWriteWhatCannotBe(t *testing.T) {
	for name, c := range writers(t) {
		folder := t.TempDir()
		for from, to := range map[string]string{"loop": "pool", "pool": "loop"} {
			if err := os.Symlink(filepath.Join(folder, to+c.ending), filepath.Join(folder, from+c.ending)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(folder, "folder"+c.ending), 0o700); err != nil {
			t.Fatal(err)
		}
		before := files(t, folder)
		for file, says := range map[string]string{
			"loop": "too many levels of symbolic links", strings.Repeat("n", 256): "file name too long", "folder": "a folder",
			"../" + filepath.Base(folder) + "/folder": "a folder",
		} {
			file = filepath.Join(folder, file+c.ending)
			if code, _, complaints := session(t.Context(), append(c.args, file)...); code == 0 ||
				!strings.Contains(complaints, says) || files(t, folder) != before {
				t.Errorf("%s, %.80s: exit code %d, %s, left behind: %s", name, file, code, complaints, files(t, folder))
			}
		}
		for _, length := range []int{245, 255} {
			file := filepath.Join(folder, strings.Repeat("n", length-len(c.ending))+c.ending)
			if code, _, complaints := session(t.Context(), append(c.args, file)...); code != 0 {
				t.Errorf("%s, %d letters: exit code %d, %s", name, length, code, complaints)
			}
			if err := os.Remove(file); err != nil || files(t, folder) != before {
				t.Errorf("%s, %d letters: %v, left behind: %s", name, length, err, files(t, folder))
			}
		}
	}
}

// Neither a folder nor a file is written that may not be.
func TestWriteWhatIsProtected(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("nothing is protected from this user")
	}
	for name, c := range writers(t) {
		folder := t.TempDir()
		protected := filepath.Join(folder, "protected"+c.ending)
		if err := os.WriteFile(protected, []byte("region,mode,line,above,unit,price_usd,as_of,confidence,source\n"),
			0o400); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(folder, 0o700) })
		for _, mode := range []fs.FileMode{0o700, 0o500} {
			if err := os.Chmod(folder, mode); err != nil {
				t.Fatal(err)
			}
			code, _, complaints := session(t.Context(), append(c.args, protected)...)
			if info, err := os.Stat(protected); code != exitFailed || !strings.Contains(complaints, "permission denied") ||
				err != nil || info.Size() > 100 || files(t, folder) != "protected"+c.ending {
				t.Errorf("%s in %v: exit code %d, %s, %v, %v", name, mode, code, complaints, info, err)
			}
		}
	}
}

// Of many that write a file at once each writes it whole.
func TestWriteAtOnce(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "out")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			to, err := findTarget(file)
			if err == nil {
				err = to.prepare(t.Context())
			}
			if err == nil {
				err = to.write(t.Context(), func(w io.Writer) error {
					for range 1000 {
						if _, err := w.Write([]byte{'a' + byte(i)}); err != nil {
							return err
						}
					}
					return nil
				})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if text, err := os.ReadFile(file); err != nil || len(text) != 1000 ||
		strings.Trim(string(text), string(text[:1])) != "" || files(t, folder) != "out" {
		t.Errorf("%.40q, %v, left behind: %s", text, err, files(t, folder))
	}
}

// Nothing is asked of AWS for a file that cannot be written.
func TestFilesAreTriedBeforeAWS(t *testing.T) {
	a := newAWS(t, 1)
	folder := t.TempDir()
	if err := os.Symlink("loop", filepath.Join(folder, "loop")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(folder, "none", "o"), "/proc/o", filepath.Join(folder, "loop"),
		filepath.Join(folder, "loop", "o"), folder, filepath.Join(folder, strings.Repeat("n", 256))} {
		for _, args := range [][]string{{"history", "fetch", "--save", path}, {"recommend", "--plot", path + ".svg"},
			{"replay", "--plot", path + ".svg"}} {
			if args[0] != "history" && !strings.HasPrefix(path, "/proc") && !strings.HasSuffix(path, "nn") {
				continue // folders of pictures are made, and a loop has another name
			}
			code, out, complaints := session(t.Context(), append(args, "--stream", a.stream)...)
			if code == 0 || out != "" || len(a.streams.Requests()) > 0 || files(t, folder) != "loop" {
				t.Errorf("%v: exit code %d, %d requests, left behind: %s\n%s", args, code, len(a.streams.Requests()),
					files(t, folder), complaints)
			}
		}
	}
}

// A fetch to what is no regular file keeps no journal beside it, nor does one to a
// name that is too long for another ending; one through a link keeps it beside the
// file.
func TestFetchTo(t *testing.T) {
	a := newAWS(t, 1)
	folder, elsewhere := t.TempDir(), t.TempDir()
	pipe, link, long := filepath.Join(folder, "pipe"), filepath.Join(folder, "link"),
		filepath.Join(folder, strings.Repeat("n", 255))
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "o.json"), link); err != nil {
		t.Fatal(err)
	}
	read := make(chan []byte, 1)
	go func() {
		text, _ := os.ReadFile(pipe)
		read <- text
	}()
	for _, to := range []string{pipe, link, long} {
		if code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", to); code != 0 ||
			complaints != "" {
			t.Fatalf("%.80s: exit code %d, %s", to, code, complaints)
		}
	}
	for name, text := range map[string][]byte{"pipe": <-read, "link": contentOf(t, filepath.Join(elsewhere, "o.json")),
		"long": contentOf(t, long)} {
		if !bytes.HasPrefix(text, []byte("{")) || !bytes.HasSuffix(text, []byte("}\n")) || len(text) < 1000 {
			t.Errorf("%s: %.40q", name, text)
		}
	}
	if got := files(t, folder); got != "link "+filepath.Base(long)+" pipe" || files(t, elsewhere) != "o.json" {
		t.Errorf("left behind: %s, %s", got, files(t, elsewhere))
	}
}

// What is no regular file is no interrupted fetch: a pipe is not waited for, and what
// a link leads to stays.
func TestJournalIsAFile(t *testing.T) {
	a := newAWS(t, 1)
	folder := t.TempDir()
	letter, save := filepath.Join(folder, "letter"), filepath.Join(folder, "o.json")
	if err := os.WriteFile(letter, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for what, make := range map[string]func(path string) error{
		"a pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a link": func(path string) error { return os.Symlink(letter, path) },
	} {
		os.Remove(save + ".partial")
		if err := make(save + ".partial"); err != nil {
			t.Fatal(err)
		}
		code, _, complaints := session(t.Context(), "history", "fetch", "--stream", a.stream, "--save", save)
		if code != exitFailed || !strings.Contains(complaints, "is no interrupted fetch") || len(contentOf(t, letter)) > 0 ||
			files(t, folder) != "letter o.json.partial" {
			t.Errorf("%s: exit code %d, %s, left behind: %s", what, code, complaints, files(t, folder))
		}
	}
}

func contentOf(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
	}
	return text
}
