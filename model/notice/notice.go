// Package notice holds every warning, piece of advice and reason that an answer
// of kcalc can carry: its id, the page that explains it, how much it matters, and
// its text. Each kind of notice has one function, which makes notices of it:
//
//	w := notice.RegionAssumed("us-east-1", nil)
//	k, _ := notice.Find(w.ID)               // its page and its severity
//	text := notice.Expand(w.Remedy, words)  // with the program's own words
//
// Texts name no flag and no command. What a user can change is named by its
// input key in braces, such as {retention}, and what a user can run by its
// action, such as {run:replay}. Texts of others that stand within one go through
// [Literal], so that a brace in them stays a brace.
package notice

import (
	"slices"
	"strings"
)

// Severity says what a notice means for the answer that carries it.
type Severity string

// The severities, the gravest first.
const (
	Changes Severity = "changes" // the answer must not be acted on without it
	Weakens Severity = "weakens" // the answer is less sure than it looks
	Note    Severity = "note"    // worth knowing
)

// Notice is something to know before acting on an answer, and what would remove
// it.
type Notice struct {
	ID       string   `json:"id"` // that of its kind, then the name of the consumer that it is about
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Remedy   string   `json:"remedy"`
}

// Kind is what all notices of one sort have in common.
type Kind struct {
	ID       string // without a consumer's name
	Page     string // name of the page that explains it
	Severity Severity
}

// kinds holds every kind that was declared, in the order of the files.
var kinds []Kind

// declare adds a kind to those of the package. It panics if the id was declared
// before.
func declare(id, page string, severity Severity) Kind {
	if slices.ContainsFunc(kinds, func(k Kind) bool { return k.ID == id }) {
		panic("notice: declared twice: " + id)
	}
	kinds = append(kinds, Kind{id, page, severity})
	return kinds[len(kinds)-1]
}

// Kinds returns every kind of notice, ordered by id.
func Kinds() []Kind {
	list := slices.Clone(kinds)
	slices.SortFunc(list, func(a, b Kind) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// Find returns the kind that a notice's id is of. The id may carry the name of a
// consumer behind a dot, and the name may have dots itself.
func Find(id string) (k Kind, ok bool) {
	for _, k := range kinds {
		if id == k.ID || strings.HasPrefix(id, k.ID+".") {
			return k, true
		}
	}
	return Kind{}, false
}

// notice returns a notice of the kind.
func (k Kind) notice(message, remedy string) Notice {
	return Notice{ID: k.ID, Severity: k.Severity, Message: message, Remedy: remedy}
}

// about returns a notice of the kind about a consumer, or about what else has a name.
func (k Kind) about(name, message, remedy string) Notice {
	n := k.notice(message, remedy)
	n.ID += "." + name
	return n
}

// Literal returns a text of others, such as the name of a file, as a notice may
// have it: Expand leaves its braces alone.
func Literal(text string) string { return strings.ReplaceAll(text, "{", "{{") }

// Expand returns a text with each {…} replaced by what say returns for what
// stands between the braces. Two opening braces stand for one that is no
// reference, and a brace without its counterpart stays.
func Expand(text string, say func(reference string) string) string {
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(text, "{")
		if strings.HasPrefix(rest, "{") {
			b.WriteString(before + "{")
			text = rest[1:]
			continue
		}
		reference, after, closed := strings.Cut(rest, "}")
		if !opened || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(say(reference))
		text = after
	}
}

// Plain returns a text without what Expand looks for: a reference in it stays as it
// is, in its braces. It is for files that keep notices.
func Plain(text string) string {
	return Expand(text, func(reference string) string { return "{" + reference + "}" })
}

// Kept returns a notice that a file has kept. Its severity is that of its kind,
// where there is one.
func Kept(id, message, remedy string) Notice {
	k, _ := Find(id)
	return Notice{ID: id, Severity: k.Severity, Message: Literal(message), Remedy: Literal(remedy)}
}
