package commit

import (
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/yang"
)

// Checker judges configurations.
type Checker interface {
	// Check lists what is wrong; an empty list means that the configuration can run.
	Check(yang.Config) []yang.Problem
	// CheckChange lists what is wrong after a change of some rows and was not before.
	CheckChange(before, after yang.Config, changed []yang.RowKey) []yang.Problem
}

// Problem is one thing that is wrong with a configuration.
type Problem = yang.Problem

// Mode says how strictly a candidate is judged.
type Mode int

const (
	// Whole refuses a candidate with anything wrong in it: load and reload.
	Whole Mode = iota
	// Added refuses what the change itself makes wrong. An operator can
	// repair a broken configuration step by step, and is not held up by a
	// row that he did not touch. What his next command can complete is a
	// warning.
	Added
	// Complete refuses what the change itself makes wrong or leaves
	// incomplete: nothing comes after it.
	Complete
	// Restored refuses nothing: the configuration ran before.
	Restored
)

// Judge gives the warnings about a change of a running configuration, or
// refuses it. Ignore, which may be nil, knows problems that shall not count.
func Judge(check Checker, mode Mode, running, candidate Config, changes []Change, ignore func(Problem) bool) ([]Problem, error) {
	found := problems(check, mode, running, candidate, changes)
	if ignore != nil {
		found = slices.DeleteFunc(found, ignore)
	}
	bad := slices.DeleteFunc(slices.Clone(found), func(p Problem) bool { return p.Warning })
	if len(bad) > 0 {
		return nil, &InvalidError{bad}
	}
	return found, nil
}

func problems(check Checker, mode Mode, running, candidate Config, changes []Change) []Problem {
	if mode == Whole {
		return check.Check(candidate)
	}
	rows := make([]yang.RowKey, len(changes))
	for i, c := range changes {
		rows[i] = yang.RowKey{Table: c.Table, Key: c.Key}
	}
	found := check.CheckChange(running, candidate, rows)
	for i, p := range found {
		found[i].Warning = p.Warning || mode == Restored || mode == Added && (p.Incomplete || early(running, p))
	}
	return found
}

// early says whether a problem is only that tables have no rows, and had none
// before: a change that takes the last row from under another is refused.
func early(running Config, p Problem) bool {
	if p.Absent == "" {
		return false
	}
	for table := range strings.SplitSeq(p.Absent, ",") {
		if len(running[table]) > 0 {
			return false
		}
	}
	return true
}
