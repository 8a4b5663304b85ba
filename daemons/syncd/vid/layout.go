package vid

import "github.com/heddle-nos/heddle/sai"

// A virtual id holds, from the high bits: switch index (8), object type (8),
// context (8), extension flag (1) and index (39).
const (
	switchShift  = 56
	typeShift    = 48
	contextShift = 40
	extension    = 1 << 39
	indexMask    = extension - 1

	// extensionBase is SAI_OBJECT_TYPE_EXTENSIONS_RANGE_START, which the
	// extension flag stands for.
	extensionBase = 0x20000000
)

// New returns the id of the index-th virtual object of a switch.
func New(switchIndex uint8, t sai.ObjectType, index uint64) sai.ObjectID {
	id := uint64(switchIndex)<<switchShift | uint64(uint8(t))<<typeShift | index&indexMask
	if t >= extensionBase {
		id |= extension
	}
	return sai.ObjectID(id)
}

// TypeOf returns the object type that a virtual id carries.
func TypeOf(id sai.ObjectID) sai.ObjectType {
	t := sai.ObjectType(uint8(id >> typeShift))
	if id&extension != 0 {
		t += extensionBase
	}
	return t
}

// SwitchOf returns the virtual id of the switch that an object belongs to.
func SwitchOf(id sai.ObjectID) sai.ObjectID {
	index := uint8(id >> switchShift)
	return New(index, sai.ObjectTypeSwitch, uint64(index))
}

// SwitchIndex returns the index of the switch that an object belongs to.
func SwitchIndex(id sai.ObjectID) uint8 { return uint8(id >> switchShift) }

// Index returns the number that sets a virtual id apart within its switch.
func Index(id sai.ObjectID) uint64 { return uint64(id) & indexMask }
