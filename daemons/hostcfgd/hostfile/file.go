package hostfile

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// Mark is in the first line of every file that is ours alone.
const Mark = "written by hostcfgd from CONFIG_DB, changes are lost"

// Modes of files.
const (
	Public fs.FileMode = 0o644
	Secret fs.FileMode = 0o600
)

// Line is one line of a file.
type Line struct {
	From row.Name // the row it says something of; zero for one that is always there
	Text string
}

// File is a file as it should be: of lines, a link, edited, or gone.
type File struct {
	Path  string
	Mode  fs.FileMode
	Lines []Line
	Link  string                  // instead of Lines: the file is a symbolic link to this one
	Edit  func(old string) string // instead of Lines: what of the file that is there is to change
	Gone  bool                    // the file is to be removed if it bears our Mark
	Shy   bool                    // a file that is there and does not bear our Mark is left alone: it says what we would, in others' words
	Check *Check                  // nil where nothing can be asked
}

// Content is the whole text, where the file is one of lines.
func (f File) Content() string {
	var b strings.Builder
	for _, l := range f.Lines {
		b.WriteString(l.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Origin is the row that a line, counted from 1, says something of; the nearest before it when it has none of its own.
func (f File) Origin(line int) (row.Name, bool) {
	for i := min(line, len(f.Lines)) - 1; i >= 0; i-- {
		if f.Lines[i].From != (row.Name{}) {
			return f.Lines[i].From, true
		}
	}
	return row.Name{}, false
}

// Text gathers the lines of a file.
type Text struct {
	lines    []Line
	from     row.Name
	problems []row.Problem
}

// New begins a file with the mark of who writes it, behind a comment sign.
func New(comment string) *Text {
	t := &Text{}
	t.Add("%s %s", comment, Mark)
	return t
}

// From says which row the lines that follow come from.
func (t *Text) From(name row.Name) { t.from = name }

// Always says that the lines that follow come from no row.
func (t *Text) Always() { t.from = row.Name{} }

// Add adds one line. One that would be two is left out and is a problem of its row.
func (t *Text) Add(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if strings.ContainsFunc(line, func(c rune) bool { return unicode.IsControl(c) && c != '\t' }) {
		t.problems = append(t.problems, row.Problem{Row: t.from, Err: errors.New("would break out of its line")})
		return
	}
	t.lines = append(t.lines, Line{From: t.from, Text: line})
}

// Problems are the rows whose lines were left out.
func (t *Text) Problems() []row.Problem { return t.problems }

// File ends the text.
func (t *Text) File(path string, mode fs.FileMode, check *Check) File {
	return File{Path: path, Mode: mode, Lines: t.lines, Check: check}
}
