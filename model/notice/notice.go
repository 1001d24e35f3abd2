// Package notice holds every warning, piece of advice and reason that an answer
// of kcalc can carry: its id, the page that explains it, how much it matters, and
// its text. A notice is made by the function of its kind:
//
//	w := notice.ShardQuota(1200, limit, "eu-central-1")
//
// Texts name no flag and no command. What a reader can change is named by its
// input key in braces, such as {retention}, and what a reader can run by its
// action, such as {run:replay}; [Expand] puts a program's own words there.
package notice

import (
	"slices"
	"strings"
)

// Severity says what a notice does to the answer that carries it.
type Severity string

// The severities, the gravest first.
const (
	Changes Severity = "changes" // the answer must not be acted on without it
	Weakens Severity = "weakens" // the answer is less sure than it looks
	Note    Severity = "note"    // worth knowing
)

// Notice is what a reader should know before acting on an answer, and what would
// remove it.
type Notice struct {
	ID       string   `json:"id"` // of its kind, and of the consumer that it is about
	Severity Severity `json:"severity,omitempty"`
	Message  string   `json:"message"`
	Remedy   string   `json:"remedy"`
}

// Kind is a sort of notice.
type Kind struct {
	ID       string // without a consumer's name
	Page     string // name of the page that explains it
	Severity Severity
}

// kinds are all that were declared, in the order of the files.
var kinds []Kind

// declare adds a kind to those of the package. An id is declared once.
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

// Find returns the kind of a notice's id, which may carry a consumer's name
// behind a dot. A name may have dots itself.
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

// Expand returns a text with each {…} replaced by what say returns for what
// stands between the braces. A brace without its counterpart stays.
func Expand(text string, say func(reference string) string) string {
	var b strings.Builder
	for {
		before, rest, opened := strings.Cut(text, "{")
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
