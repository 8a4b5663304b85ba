package commit

import (
	"fmt"
	"maps"
	"strings"
)

// Clash is a place that two editors changed in different ways.
type Clash struct {
	Table, Key, Field string // Field is "" where one took the row away
	Mine, Theirs      string
}

// String names the place and both outcomes.
func (c Clash) String() string {
	if c.Field == "" {
		return fmt.Sprintf("%s|%s: %s here, %s there", c.Table, c.Key, c.Mine, c.Theirs)
	}
	return fmt.Sprintf("%s|%s %s: %s here, %s there", c.Table, c.Key, c.Field, c.Mine, c.Theirs)
}

// MergeError says that a candidate and the running configuration have both
// moved on from where the candidate began, and in different directions.
type MergeError struct{ Clashes []Clash }

func (e *MergeError) Error() string {
	var b strings.Builder
	b.WriteString("the running configuration has changed in the same places since")
	for i, c := range e.Clashes {
		if i == shownProblems {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Clashes)-i)
			break
		}
		b.WriteString("\n  " + c.String())
	}
	return b.String()
}

// Merge makes on theirs the changes that led from base to mine, field by field.
// Where both changed something, and not to the same, mine wins and the place
// is listed.
func Merge(base, mine, theirs Config) (Config, []Clash) {
	out := theirs.Clone()
	var clashes []Clash
	for _, c := range Diff(base, mine) {
		now, exists := theirs.Row(c.Table, c.Key)
		row, clash := mergeRow(c, existing(now, exists))
		clashes = append(clashes, clash...)
		if row == nil {
			out.remove(c.Table, c.Key)
		} else {
			out.put(c.Table, c.Key, row)
		}
	}
	return out, clashes
}

// mergeRow makes one change on the row as it is now.
func mergeRow(c Change, now Row) (Row, []Clash) {
	if sameRow(c.Before, now) {
		return c.After, nil
	}
	gone := func(mine, theirs string) []Clash {
		return []Clash{{Table: c.Table, Key: c.Key, Mine: mine, Theirs: theirs}}
	}
	switch {
	case c.After == nil && now == nil:
		return nil, nil
	case c.After == nil:
		return nil, gone("deleted", "changed")
	case now == nil:
		return c.After, gone("changed", "deleted")
	}
	return mergeFields(c, now)
}

func sameRow(a, b Row) bool { return (a == nil) == (b == nil) && maps.Equal(a, b) }

func mergeFields(c Change, now Row) (Row, []Clash) {
	out := maps.Clone(now)
	var clashes []Clash
	for _, field := range names(c.Before, c.After) {
		old, mine, theirs := valueOf(c.Before, field), valueOf(c.After, field), valueOf(now, field)
		if mine == old {
			continue
		}
		if theirs != old && theirs != mine {
			clashes = append(clashes, Clash{Table: c.Table, Key: c.Key, Field: field, Mine: mine.String(), Theirs: theirs.String()})
		}
		if mine.set {
			out[field] = mine.text
		} else {
			delete(out, field)
		}
	}
	return out, clashes
}

// value is that of a field, which may not be set.
type value struct {
	text string
	set  bool
}

func valueOf(r Row, field string) value {
	text, set := r[field]
	return value{text, set}
}

func (v value) String() string {
	if !v.set {
		return "not set"
	}
	return fmt.Sprintf("%q", v.text)
}
