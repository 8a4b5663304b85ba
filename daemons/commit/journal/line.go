package journal

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/heddle-nos/heddle/daemons/commit"
)

// Line is one line for the system's log.
type Line struct {
	Author  commit.Author
	Refused bool
	Text    string // no control characters, no values of fields
}

// lineOf tells who did what, without the values: the log is read by more people
// than the configuration.
func lineOf(r commit.Record) Line {
	what := fmt.Sprintf("commit %d", r.Number)
	if r.Kind != commit.KindCommit {
		what += fmt.Sprintf(" (%s)", r.Kind)
	}
	if r.Refused != "" {
		reason, _, _ := strings.Cut(r.Refused, "\n")
		return Line{r.Author, true, OneLine(fmt.Sprintf("change refused, by %s: %s: %s", r.Author, reason, commit.Summary(r.Changes)))}
	}
	text := fmt.Sprintf("%s by %s: %d row(s): %s", what, r.Author, r.Rows, commit.Summary(r.Changes))
	if r.Comment != "" {
		text += ": " + r.Comment
	}
	return Line{r.Author, false, OneLine(text)}
}

// OneLine keeps hostile names from forging lines of the log.
func OneLine(s string) string {
	const most = 900
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + " ..."
	}
	return s
}
