package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// target is a file that is to be written. It is tried before work is done for it. A
// regular file is written whole or not at all; what is none, such as a pipe or a
// device, is opened and written.
type target struct {
	path       string      // behind links
	mode       fs.FileMode // of a file that is to be replaced; 0 where there is none, and the user's other files say it
	special    bool        // it is no regular file
	descriptor int         // that the program was started with; -1 where it is none
	folders    bool        // those that are missing are made

	stream *os.File // of what is special, once it is open
}

var errFolder = errors.New("a folder")

// findTarget looks up what a name stands for, and changes nothing.
func findTarget(name string) (*target, error) {
	t := follow(name)
	info, err := os.Stat(name)
	switch {
	case t.descriptor >= 0 || errors.Is(err, fs.ErrNotExist):
		return t, nil
	case err != nil:
		return nil, fileError(name, err)
	case info.IsDir():
		return nil, fileError(name, errFolder)
	case !info.Mode().IsRegular():
		t.path, t.special = name, true
	default:
		t.mode = info.Mode().Perm()
	}
	return t, nil
}

// openFile is the name of a file that is open. Such a file is written through its
// descriptor: a socket has no other way in, and of a regular file what it has stays.
var openFile = regexp.MustCompile(`^/(?:dev|proc/self)/fd/(\d{1,9})$`)

// follow follows links, whether they lead to something or not.
func follow(name string) *target {
	const mostLinks = 255 // more than any system follows
	for range mostLinks {
		if parts := openFile.FindStringSubmatch(name); parts != nil {
			n, _ := strconv.Atoi(parts[1])
			return &target{path: name, special: true, descriptor: n}
		}
		link, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(link) {
			folder, _ := filepath.Split(name) // not cleaned: what is above a link may be elsewhere
			link = folder + link
		}
		name = link
	}
	return &target{path: name, descriptor: -1}
}

// standardOutput reports whether the file is that of the answer.
func (t *target) standardOutput() bool { return t.descriptor == 1 }

// journal returns the path of the file that keeps what was read until the target is written.
// It reports false for what is no regular file, and where the name would be too long.
func (t *target) journal() (path string, ok bool) {
	if t == nil || t.special {
		return "", false
	}
	path = t.path + ".partial"
	_, err := os.Lstat(path)
	return path, !errors.Is(err, syscall.ENAMETOOLONG)
}
