package strict

import "github.com/heddle-nos/heddle/sai"

// Options describe the switch that a Store pretends to be.
type Options struct {
	Ports          []Port                 // front-panel ports that exist once the switch is created
	Queues         int                    // of every front-panel port; clients can then make none
	PriorityGroups int                    // likewise
	Limits         map[sai.ObjectType]int // most objects of a type; absent means DefaultLimit
	Types          []sai.ObjectType       // what the switch says it supports; empty means everything
	Backend        Backend                // optional: the hardware behind the store
	Fault          Fault                  // optional: failures to inject
	Commit         func(Op, []Change)     // optional: told of every change that took effect, under the store's lock
}

// Port is one front-panel port.
type Port struct {
	Lanes []uint32 // hardware lanes, unique over the switch
	Speed uint32   // Mbit/s
}

// DefaultLimit bounds the objects of a type without a limit of its own.
const DefaultLimit = 1 << 24

// Fault is asked before each single operation of a call; a status other than
// StatusSuccess is returned in its place and nothing changes. It runs under the
// store's lock and must not call the store.
type Fault func(op Op, obj sai.Object, attrs []sai.Attr) sai.Status

// Op is a kind of change.
type Op uint8

// The kinds of changes.
const (
	OpCreate Op = iota + 1
	OpRemove
	OpSet
	OpGet // only a Fault sees it
)

// String returns the word SAI uses.
func (o Op) String() string {
	switch o {
	case OpCreate:
		return "create"
	case OpRemove:
		return "remove"
	case OpSet:
		return "set"
	case OpGet:
		return "get"
	}
	return "unknown"
}
