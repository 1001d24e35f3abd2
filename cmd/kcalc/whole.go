package main

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole writes a file whole or not at all: beside it first, and then into
// its place. Where the file is a link, what it leads to is replaced.
func writeWhole(file string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	mode, err := modeOf(file)
	if err != nil {
		return fileError(file, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fileError(file, err)
	}
	beside := file + ".new-" + rand.Text()
	err = writeNew(beside, mode, write)
	if err == nil {
		err = os.Rename(beside, file)
	}
	if err != nil {
		os.Remove(beside)
		return fileError(file, err)
	}
	return nil
}

// modeOf is the mode of a file that is to be replaced, 0 where there is none.
func modeOf(file string) (fs.FileMode, error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// writeNew writes a new file through to the disk. Mode 0 is what the user's
// other files get.
func writeNew(file string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if mode != 0 {
		if err := f.Chmod(mode); err != nil {
			return err
		}
	}
	if err := write(f); err != nil {
		return err
	}
	return f.Sync()
}
