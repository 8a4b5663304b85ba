package yang

import (
	"math/big"
	"regexp"
)

// schema is the whole model.
type schema struct {
	tables map[string]*table
	events map[string]*table // each with one shape: what is published
	refers []referrer        // found when first needed
}

// table describes a table: rows of several shapes may share it.
type table struct {
	name   string
	module string // that describes it
	lists  []*list
}

// list describes rows of one shape.
type list struct {
	table  string
	name   string
	keys   []string // parts of the key; nil for a row with a fixed key
	only   string   // the fixed key; "" for an event, whose fields are in no row
	most   int      // rows that there may be; 0: any number
	fields map[string]*field
	// mandatory names the fields that must be there.
	mandatory []string
	// A map row has fields of any name.
	mapKey, mapValue *field
	conditions       []*condition
}

// field describes one field.
type field struct {
	name      string
	typ       *typ
	multiple  bool // a list of values
	most      int  // how many values a list has at most; 0: any number
	mandatory bool
	value     string // default
	hasValue  bool
}

// kind is the base of a type.
type kind uint8

const (
	kindString kind = iota
	kindEnum
	kindBool
	kindNumber
	kindDecimal
	kindRef
	kindUnion
)

// typ is what a value must be.
type typ struct {
	kind     kind
	name     string // as the model calls it, for messages
	minLen   int
	maxLen   int // -1: no bound
	patterns []*pattern
	want     string // what a string should look like, in words
	choices  []string
	ranges   []span // any of them
	digits   int    // fraction digits of a decimal
	wide     bool   // a number of 64 bits
	ref      reference
	options  []*typ
}

// span is a closed range.
type span struct {
	low, high *big.Rat
	text      string
}

// reference points to a field of another list, whose row must agree in same.
type reference struct {
	table, list, field string
	same               []string
}

// pattern is a regular expression that is compiled when first used: a run of
// one command needs few of them.
type pattern struct {
	source   string
	compiled *regexp.Regexp
}
