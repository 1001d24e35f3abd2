package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/kcalc/kcalc/cloudwatch"
	"github.com/kcalc/kcalc/model"
)

// journalFile keeps what a fetch has read beside the file that it is for, until
// that is written.
type journalFile struct {
	path    string
	file    *os.File            // nil until something is written
	journal *cloudwatch.Journal // of the interrupted fetch that goes on; nil if none does
}

// openJournal opens the journal of an interrupted fetch of the same request. That of another
// request is left alone until this fetch begins.
func openJournal(path string, request cloudwatch.Request, series []model.SeriesID, now time.Time) (*journalFile,
	error) {
	j := &journalFile{path: path}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, j.notJournalError()
	}
	file, err := os.OpenFile(j.path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, fileError(j.path, err)
	}
	limits := cloudwatch.PublishedLimits()
	journal, end, err := limits.ReadJournal(file)
	if info, e := file.Stat(); err != nil && e == nil && info.Size() > 0 {
		file.Close()
		return nil, j.notJournalError()
	}
	if err != nil || !journal.Matches(request, series, now) {
		return j, file.Close()
	}
	if err := errors.Join(file.Truncate(end), seek(file, end)); err != nil {
		file.Close()
		return nil, fileError(j.path, err)
	}
	j.file, j.journal = file, journal
	return j, nil
}

// notJournalError returns the error that another file has the journal's name.
func (j *journalFile) notJournalError() error {
	return fmt.Errorf("%s: there is a file of this name that is no interrupted fetch; move it away, or save under "+
		"another name", j.path)
}

func seek(file *os.File, offset int64) error {
	_, err := file.Seek(offset, io.SeekStart)
	return err
}

// begin writes the head of a new journal, in the place of what was there.
func (j *journalFile) begin(journal *cloudwatch.Journal) error {
	os.Remove(j.path) // and not through a link that came there meanwhile
	file, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fileError(j.path, err)
	}
	j.file = file
	if err := journal.WriteHead(file); err != nil {
		return fileError(j.path, err)
	}
	return nil
}

// writer returns what the journal goes to; without a file, nothing.
func (j *journalFile) writer() io.Writer {
	if j == nil {
		return io.Discard
	}
	return j.file
}

func (j *journalFile) close() {
	if j.file != nil {
		j.file.Close()
	}
}
