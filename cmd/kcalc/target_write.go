package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// prepare finds out whether the file can be written. It opens what is no regular file, and
// leaves no trace of others.
func (t *target) prepare(ctx context.Context) (err error) {
	if t.special {
		t.stream, err = t.open(ctx)
	} else {
		err = t.checkWritable()
	}
	if err != nil {
		return fileError(t.path, err)
	}
	return nil
}

// open opens what is no regular file. A pipe opens when somebody reads from it.
func (t *target) open(ctx context.Context) (*os.File, error) {
	if t.descriptor >= 0 {
		file := inherited(t.descriptor)
		_, err := file.Stat()
		return file, err
	}
	var file *os.File
	opened := make(chan error, 1)
	go func() {
		var err error
		file, err = os.OpenFile(t.path, os.O_WRONLY, 0)
		opened <- err
	}()
	select {
	case <-ctx.Done():
		return nil, errors.New("interrupted")
	case err := <-opened:
		return file, err
	}
}

// inherited returns a file that the program was started with.
func inherited(descriptor int) *os.File {
	standard := []*os.File{os.Stdin, os.Stdout, os.Stderr}
	if descriptor < len(standard) {
		return standard[descriptor]
	}
	return os.NewFile(uintptr(descriptor), "/dev/fd/"+strconv.Itoa(descriptor))
}

// checkWritable opens the file where it exists, and makes one in its folder, or in the nearest
// one that exists where folders are made too.
func (t *target) checkWritable() error {
	if t.mode != 0 {
		file, err := os.OpenFile(t.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		file.Close()
	}
	folder, _ := filepath.Split(t.path)
	for t.folders && folder != "" {
		if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		folder, _ = filepath.Split(filepath.Clean(folder))
	}
	file, err := createTemporary(folder)
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// createTemporary makes a new file in a folder. Its name is short: that of the target may be
// as long as a name can be.
func createTemporary(folder string) (*os.File, error) {
	return os.OpenFile(folder+".kcalc-"+rand.Text(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// write writes the file. It writes a regular file whole, or where that fails not at all.
func (t *target) write(ctx context.Context, write func(io.Writer) error) error {
	var err error
	if t.special {
		err = t.writeSpecial(ctx, write)
	} else {
		err = t.writeRegular(write)
	}
	if err != nil {
		return fileError(t.path, err)
	}
	return nil
}

// writeSpecial writes to what is no regular file, until the program is interrupted. It leaves
// open what the program was started with, as the other owners expect.
func (t *target) writeSpecial(ctx context.Context, write func(io.Writer) error) error {
	stop := context.AfterFunc(ctx, func() { t.stream.SetWriteDeadline(time.Now()) })
	defer stop()
	err := write(t.stream)
	if t.descriptor < 0 {
		err = errors.Join(err, t.stream.Close())
	}
	return err
}

// writeRegular writes a new file beside, and moves it to its place.
func (t *target) writeRegular(write func(io.Writer) error) error {
	folder, _ := filepath.Split(t.path)
	if t.folders && folder != "" {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	file, err := createTemporary(folder)
	if err != nil {
		return err
	}
	err = errors.Join(t.writeAndSync(file, write), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), t.path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// writeAndSync writes a new file through to the disk.
func (t *target) writeAndSync(file *os.File, write func(io.Writer) error) error {
	if t.mode != 0 {
		if err := file.Chmod(t.mode); err != nil {
			return err
		}
	}
	if err := write(file); err != nil {
		return err
	}
	return file.Sync()
}
