package recording

import "github.com/heddle-nos/heddle/daemons/syncd/sairedis"

// Letters of lines that are no requests.
const (
	LetterRefused      = 'E'
	LetterNotification = 'n'
)

// form says how an operation is written down.
type form struct {
	op     sairedis.Op
	letter byte
	answer byte   // LetterRefused: only failures are written
	name   string // part of the line, where a letter stands for several operations
	bulk   bool
}

// named tells whether the operation's name is part of the line.
func (f form) named() bool { return f.name != "" }

var forms = []form{
	{op: sairedis.OpCreate, letter: 'c', answer: LetterRefused},
	{op: sairedis.OpBulkCreate, letter: 'C', answer: LetterRefused, bulk: true},
	{op: sairedis.OpRemove, letter: 'r', answer: LetterRefused},
	{op: sairedis.OpBulkRemove, letter: 'R', answer: LetterRefused, bulk: true},
	{op: sairedis.OpSet, letter: 's', answer: LetterRefused},
	{op: sairedis.OpBulkSet, letter: 'S', answer: LetterRefused, bulk: true},
	{op: sairedis.OpGet, letter: 'g', answer: 'G'},
	{op: sairedis.OpBulkGet, letter: 'B', answer: 'G', bulk: true},
	{op: sairedis.OpNotify, letter: 'a', answer: 'A'},
	{op: sairedis.OpGetStats, letter: 'm', answer: 'M'},
	{op: sairedis.OpClearStats, letter: 'z', answer: LetterRefused},
	{op: sairedis.OpFlush, letter: 'f', answer: 'F'},
	{op: sairedis.OpAttrCapability, letter: 'q', answer: 'Q', name: "attribute_capability"},
	{op: sairedis.OpEnumCapability, letter: 'q', answer: 'Q', name: "attribute_enum_values_capability"},
	{op: sairedis.OpAvailability, letter: 'q', answer: 'Q', name: "object_type_get_availability"},
	{op: sairedis.OpStatsCapability, letter: 'q', answer: 'Q', name: "stats_capability"},
	{op: sairedis.OpStatsStCapability, letter: 'q', answer: 'Q', name: "stats_st_capability"},
	{op: sairedis.OpSetCounterGroup, letter: 'p', answer: LetterRefused},
	{op: sairedis.OpStartPoll, letter: 'i', answer: LetterRefused},
	{op: sairedis.OpStopPoll, letter: 'o', answer: LetterRefused},
}

// formOf returns how op is written; what has no letter of its own is written
// with its name.
func formOf(op sairedis.Op) form {
	for _, f := range forms {
		if f.op == op {
			return f
		}
	}
	return form{op: op, letter: 'u', answer: LetterRefused, name: string(op)}
}

// formBy finds the form of a line; name is the second part of the line, which may
// also be the operation's own name.
func formBy(letter byte, name string) (form, bool) {
	for _, f := range forms {
		if f.letter == letter && (!f.named() || f.name == name || string(f.op) == name) {
			return f, true
		}
	}
	if letter == 'u' {
		return formOf(sairedis.Op(name)), true
	}
	return form{}, false
}

// isAnswer tells the letters of answers.
func isAnswer(letter byte) bool {
	for _, f := range forms {
		if f.answer == letter {
			return true
		}
	}
	return false
}
