package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/historyfile"
	"github.com/kcalc/kcalc/model/notice"
)

// openQuestions returns what nobody answered that would move a document's answer: what is
// undecided, what weakens the answer, what the history does not tell, and the defaults
// with which another value gives another number of shards.
func openQuestions(d *Document) []notice.Notice {
	r := d.Answer
	list := slices.Clone(r.Undecided)
	for _, n := range r.Warnings {
		if n.Severity == notice.Weakens {
			list = append(list, n)
		}
	}
	if r.Evidence != nil {
		list = append(list, r.Evidence.Unknown...)
	}
	for i := range d.Assumptions {
		a := &d.Assumptions[i]
		if a.Source == model.Default && a.Moves {
			list = append(list, notice.DefaultMoves(a.Name, shardsOf(a.Less, r.Shards.Recommended),
				shardsOf(a.More, r.Shards.Recommended)))
		}
	}
	questions := []notice.Notice{}
	for _, n := range list {
		if !slices.ContainsFunc(questions, func(q notice.Notice) bool { return q.ID == n.ID }) {
			questions = append(questions, n)
		}
	}
	slices.SortStableFunc(questions, func(a, b notice.Notice) int { return cmp.Compare(gravity(a), gravity(b)) })
	return questions
}

func shardsOf(o model.Maybe[Outcome], otherwise int) int {
	if !o.Known {
		return otherwise
	}
	return o.Value.Shards
}

func gravity(n notice.Notice) int {
	return slices.Index([]notice.Severity{notice.Changes, notice.Weakens, notice.Note}, n.Severity)
}

// hash returns a SHA-256 of what a document rests on: its inputs, the history, the note, the
// limits and the prices. The same inputs give the same one.
func (b *Basis) hash(w *model.Workload, d *Document) string {
	sum := sha256.New()
	add(sum, b.Inputs, d.Note, b.Limits.List(), w.Producer.RecordSizes)
	for i := range d.Costs.Value.Modes {
		for _, l := range d.Costs.Value.Modes[i].Lines {
			add(sum, d.Costs.Value.Modes[i].Mode, l.ID, l.UnitPrice, l.AsOf)
		}
	}
	if b.History != nil {
		if err := historyfile.Write(sum, b.History); err != nil {
			fmt.Fprint(sum, err) // a history that cannot be written is no other one for that
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// add adds values to a hash, each in a line of JSON.
func add(sum hash.Hash, values ...any) {
	for _, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			text = []byte(err.Error())
		}
		_, _ = io.WriteString(sum, string(text)+"\n") // a hash takes everything
	}
}
