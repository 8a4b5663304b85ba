package sai

import (
	"errors"
	"fmt"
	"strconv"
)

// Status is a SAI status code (sai_status_t). StatusSuccess is not an error;
// every other status is one.
type Status int32

// Error makes a Status usable as an error; see also Err. An indexed status reads
// "SAI_STATUS_INVALID_ATTRIBUTE_0 (attribute 2)".
func (s Status) Error() string {
	if i, ok := s.AttrIndex(); ok {
		return fmt.Sprintf("%s (attribute %d)", s.base().String(), i)
	}
	return s.String()
}

// Err returns nil for StatusSuccess and s otherwise.
func (s Status) Err() error {
	if s == StatusSuccess {
		return nil
	}
	return s
}

// Classes of failure, for errors.Is.
var (
	ErrTransient   = errors.New("transient failure")
	ErrExhausted   = errors.New("resource exhausted")
	ErrUnsupported = errors.New("not supported")
	ErrInvalid     = errors.New("invalid request")
)

// Is reports whether a status belongs to one of the failure classes.
func (s Status) Is(class error) bool {
	c := s.class()
	return c != nil && c == class
}

func (s Status) class() error {
	switch s.base() {
	case StatusObjectInUse, StatusNotExecuted, StatusUninitialized, StatusFailure:
		return ErrTransient
	case StatusNoMemory, StatusInsufficientResources, StatusTableFull, StatusNVStorageFull:
		return ErrExhausted
	case StatusNotSupported, StatusNotImplemented, StatusAttrNotImplemented0, StatusAttrNotSupported0:
		return ErrUnsupported
	case StatusSuccess:
		return nil
	}
	return ErrInvalid
}

// AttrIndex returns the position of the attribute that an indexed status
// (SAI_STATUS_INVALID_ATTRIBUTE_0 minus n and its like) blames.
func (s Status) AttrIndex() (int, bool) {
	for _, b := range indexed {
		if s <= b && s > b-indexes {
			return int(b - s), true
		}
	}
	return 0, false
}

// base maps an indexed status to its _0 form and returns others unchanged.
func (s Status) base() Status {
	i, _ := s.AttrIndex()
	return s + Status(i)
}

// indexed are the statuses that blame attribute 0, and indexes how many
// attributes each can blame.
var indexed = [...]Status{
	StatusInvalidAttribute0, StatusInvalidAttrValue0, StatusAttrNotImplemented0,
	StatusUnknownAttribute0, StatusAttrNotSupported0,
}

const indexes = 0x10000

// Error is a failed SAI operation on one object.
type Error struct {
	Op     string // "create", "remove", "set", "get"
	Object string // what, in words an operator knows: "vlan 100"
	Attr   string // SAI attribute name, when one is to blame
	Status Status
}

func (e *Error) Error() string {
	if e.Attr != "" {
		return fmt.Sprintf("%s %s: %s: %s", e.Op, e.Object, e.Attr, e.Status)
	}
	return fmt.Sprintf("%s %s: %s", e.Op, e.Object, e.Status)
}

// Unwrap lets errors.Is reach the status and its class.
func (e *Error) Unwrap() error { return e.Status }

// StatusByName finds a status by its SAI name, or by the number that stands for
// one without a name.
func StatusByName(name string) (Status, bool) {
	if v, ok := enumStatus.Value(name); ok {
		return Status(v), true
	}
	n, err := strconv.ParseInt(name, 10, 32)
	return Status(n), err == nil
}

// String returns the SAI name, or the number of a status that has none, such as
// an indexed one.
func (s Status) String() string { return enumStatus.String(int32(s)) }
