package commit

import "slices"

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

// judge asks the checker and sorts its answer.
func (e *Engine) judge(q Request, running, candidate Config) ([]Problem, error) {
	return Judge(e.check, q.Mode, running, candidate, q.Ignore)
}

// Judge gives the warnings about a candidate that shall follow a running
// configuration, or refuses it. Ignore, which may be nil, lists problems that
// shall not count.
func Judge(check Checker, mode Mode, running, candidate Config, ignore func(Problem) bool) ([]Problem, error) {
	found := check.Check(candidate)
	if ignore != nil {
		found = slices.DeleteFunc(found, ignore)
	}
	if mode != Whole && slices.ContainsFunc(found, refuses) {
		found = added(check, mode, running, found)
	}
	bad := slices.DeleteFunc(slices.Clone(found), func(p Problem) bool { return p.Warning })
	if len(bad) > 0 {
		return nil, &InvalidError{bad}
	}
	return found, nil
}

// added leaves of the problems found those that the running configuration does
// not have, and makes warnings of what the mode lets pass.
func added(check Checker, mode Mode, running Config, found []Problem) []Problem {
	known := make(map[Problem]bool)
	for _, p := range check.Check(running) {
		known[p] = true
	}
	found = slices.DeleteFunc(found, func(p Problem) bool { return known[p] })
	for i, p := range found {
		found[i].Warning = p.Warning || mode == Restored || mode == Added && p.Incomplete
	}
	return found
}

func refuses(p Problem) bool { return !p.Warning }
