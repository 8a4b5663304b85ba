package control

import (
	"errors"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

// statusOf maps an error of the data plane to what a SAI client should see.
func statusOf(err error) sai.Status {
	var st sai.Status
	switch {
	case err == nil:
		return sai.StatusSuccess
	case errors.As(err, &st):
		return st
	case errors.Is(err, dataplane.ErrTableFull):
		return sai.StatusTableFull
	case errors.Is(err, dataplane.ErrNotFound):
		return sai.StatusItemNotFound
	case errors.Is(err, dataplane.ErrInvalid):
		return sai.StatusInvalidParameter
	case errors.Is(err, dataplane.ErrUnsupported):
		return sai.StatusNotSupported
	}
	return sai.StatusFailure
}

// refuse blames the attribute with that id among attributes sorted by id.
func refuse(base sai.Status, attrs []sai.Attr, id sai.AttrID) error {
	for i := range attrs {
		if attrs[i].ID == id {
			return base - sai.Status(i)
		}
	}
	return base
}
