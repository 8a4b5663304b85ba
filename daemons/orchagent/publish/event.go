package publish

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// Event tells a feature that an object is there as wanted, or no longer.
type Event struct {
	Object *object.Object
	VID    string // "oid:0x...", empty for an object without an id
	Gone   bool
	Facts  Facts
}

// Facts are what the ASIC decided about an object.
type Facts struct {
	Parts []Part // of a port
	Index uint64 // of a debug counter: which one of its type it is

	STPInstances uint64 // of the switch: how many it may have; 0: it does not tell
}

// Part is an object that comes with a port.
type Part struct {
	Type  sai.ObjectType // a queue or a priority group
	VID   string
	Index int
	Kind  string // of a queue, in SAI's words
}
