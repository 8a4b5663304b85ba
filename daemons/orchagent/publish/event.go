package publish

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Event tells a feature that an object is there as wanted, or no longer.
type Event struct {
	Object *object.Object
	VID    string // "oid:0x...", empty for an object without an id
	Gone   bool
}
