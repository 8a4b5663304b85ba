package text

import (
	"errors"
	"fmt"

	"github.com/heddle-nos/heddle/sai"
)

// EncodeAttr returns the field name and value of an attribute.
func EncodeAttr(t sai.ObjectType, a sai.Attr) (name, value string, err error) {
	m, err := attrMeta(t, a.ID)
	if err != nil {
		return "", "", err
	}
	var buf [64]byte
	b, err := AppendValue(buf[:0], m, a.Value)
	if err != nil {
		return "", "", err
	}
	return m.Name, string(b), nil
}

// DecodeAttr parses a field of an object of type t.
func DecodeAttr(t sai.ObjectType, name, value string) (sai.Attr, error) {
	m, err := attrByName(t, name)
	if err != nil {
		return sai.Attr{}, err
	}
	v, err := ParseValue(m, value)
	if err != nil {
		return sai.Attr{}, err
	}
	return sai.Attr{ID: m.ID, Value: v}, nil
}

// DecodePlaceholder parses a field of a get request, whose value only tells how
// many elements of a list the asker has room for; other values are undefined
// there and ignored. The count is 0 for attributes that are no lists.
func DecodePlaceholder(t sai.ObjectType, name, value string) (sai.AttrID, uint32, error) {
	m, err := attrByName(t, name)
	if err != nil {
		return 0, 0, err
	}
	n, err := listCount(m, value)
	if err != nil {
		return 0, 0, badValue(m, value, err)
	}
	return m.ID, n, nil
}

// EncodeCount returns the value that answers a get whose list was too small:
// the needed number of elements.
func EncodeCount(t sai.ObjectType, id sai.AttrID, count uint32) (name, value string, err error) {
	m, err := attrMeta(t, id)
	if err != nil {
		return "", "", err
	}
	return m.Name, countOnly(m, count), nil
}

func attrMeta(t sai.ObjectType, id sai.AttrID) (*sai.AttrMeta, error) {
	o, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil, fmt.Errorf("unknown object type %d", int32(t))
	}
	if m := o.Attr(id); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("%s has no attribute %d", o.Name, id)
}

func attrByName(t sai.ObjectType, name string) (*sai.AttrMeta, error) {
	o, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil, fmt.Errorf("object type %d: %w", int32(t), ErrUnknown)
	}
	if m := o.AttrByName(name); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("%s attribute %q: %w", o.Name, clip(name), ErrUnknown)
}

// ErrUnknown reports the name of an object type or attribute that this version
// of SAI does not define; a newer one may.
var ErrUnknown = errors.New("not defined by SAI")

// badValue wraps the cause of a value that cannot be parsed. A hostile value
// may be long; the message quotes the start of it.
func badValue(m *sai.AttrMeta, value string, cause error) error {
	return fmt.Errorf("%s: value %q: %w", m.Name, clip(value), cause)
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}
