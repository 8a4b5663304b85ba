package sai

import (
	"errors"
	"fmt"
)

// Status is a SAI status code (sai_status_t). StatusSuccess is not an error;
// every other status is one.
type Status int32

// Error makes a Status usable as an error; see also Err.
func (s Status) Error() string { return s.String() }

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
// (SAI_STATUS_INVALID_ATTRIBUTE_0 + n and its like) blames.
func (s Status) AttrIndex() (int, bool) {
	b := s.base()
	if b == s && !indexed(s) {
		return 0, false
	}
	return int(b - s), indexed(b)
}

// base maps an indexed status to its _0 form and returns others unchanged.
func (s Status) base() Status {
	for _, b := range [...]Status{
		StatusInvalidAttribute0, StatusInvalidAttrValue0, StatusAttrNotImplemented0,
		StatusUnknownAttribute0, StatusAttrNotSupported0,
	} {
		if s <= b && s > b-0x10000 {
			return b
		}
	}
	return s
}

func indexed(s Status) bool { return s <= StatusInvalidAttribute0 }

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

// StatusByName finds a status by its SAI name.
func StatusByName(name string) (Status, bool) {
	v, ok := enumStatus.Value(name)
	return Status(v), ok
}

// String returns the SAI name, or the number of a status that has none, such as
// an indexed one.
func (s Status) String() string { return enumStatus.String(int32(s)) }
