package sairedis

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Request is one element of the queue. Values alternates field and value.
type Request struct {
	Op     Op
	Key    string
	Values []string
}

// ErrLetter reports a queue operation without a known storage letter.
var ErrLetter = errors.New("operation has no storage letter S or D")

// maxBulk bounds the objects of one bulk request.
const maxBulk = 1 << 20

// NewRequest splits the storage letter from the operation of a queue element.
func NewRequest(key, op string, values []string) (Request, error) {
	r := Request{Key: key, Values: values}
	if len(op) < 2 || (op[0] != 'S' && op[0] != 'D') {
		return r, fmt.Errorf("queue operation %.40q: %w", op, ErrLetter)
	}
	r.Op = Op(op[1:])
	if len(values)%2 != 0 {
		return r, fmt.Errorf("%s %.80s: odd number of fields and values (%d)", r.Op, key, len(values))
	}
	return r, nil
}

// Row is an object with its attributes as ASIC_DB holds them: Key without the
// table, Fields alternating name and value.
type Row struct {
	Key    string
	Fields []string
}

// Create is a decoded create or bulk create; Rows[i] is the text of Objects[i].
type Create struct {
	Type    sai.ObjectType
	Objects []sai.NewObject
	Rows    []Row
}

// DecodeCreate decodes a create of one object.
func DecodeCreate(r Request) (Create, error) {
	obj, err := text.DecodeObject(r.Key)
	if err != nil {
		return Create{}, err
	}
	attrs, err := decodeAttrs(obj.Type, r.Values)
	if err != nil {
		return Create{}, fmt.Errorf("%s: %w", r.Key, err)
	}
	return Create{
		Type:    obj.Type,
		Objects: []sai.NewObject{{Object: obj, Attrs: attrs}},
		Rows:    []Row{{Key: text.EncodeObject(obj), Fields: rowFields(r.Values)}},
	}, nil
}

// DecodeBulkCreate decodes a create of many objects of one type.
func DecodeBulkCreate(r Request) (Create, error) {
	t, n, err := bulkKey(r)
	if err != nil {
		return Create{}, err
	}
	c := Create{Type: t, Objects: make([]sai.NewObject, n), Rows: make([]Row, n)}
	d := newBulkDecoder(t, n)
	for i := range n {
		obj, err := d.object(r.Values[2*i])
		if err != nil {
			return Create{}, err
		}
		attrs, fields, err := d.attrs(r.Values[2*i+1])
		if err != nil {
			return Create{}, fmt.Errorf("%s: %w", r.Values[2*i], err)
		}
		c.Objects[i] = sai.NewObject{Object: obj, Attrs: attrs}
		c.Rows[i] = Row{Key: text.EncodeObject(obj), Fields: fields}
	}
	return c, nil
}

// Remove is a decoded remove or bulk remove; Keys[i] is the text of Objects[i].
type Remove struct {
	Objects []sai.Object
	Keys    []string
}

// DecodeRemove decodes a removal of one object.
func DecodeRemove(r Request) (Remove, error) {
	obj, err := text.DecodeObject(r.Key)
	if err != nil {
		return Remove{}, err
	}
	return Remove{Objects: []sai.Object{obj}, Keys: []string{text.EncodeObject(obj)}}, nil
}

// DecodeBulkRemove decodes a removal of many objects of one type.
func DecodeBulkRemove(r Request) (Remove, error) {
	t, n, err := bulkKey(r)
	if err != nil {
		return Remove{}, err
	}
	rm := Remove{Objects: make([]sai.Object, n), Keys: make([]string, n)}
	d := newBulkDecoder(t, n)
	for i := range n {
		if rm.Objects[i], err = d.object(r.Values[2*i]); err != nil {
			return Remove{}, err
		}
		rm.Keys[i] = text.EncodeObject(rm.Objects[i])
	}
	return rm, nil
}

// Set is a decoded set or bulk set: Attrs[i] of Objects[i]; Rows[i] is its text.
type Set struct {
	Objects []sai.Object
	Attrs   []sai.Attr
	Rows    []Row
}

// DecodeSet decodes the set of one attribute.
func DecodeSet(r Request) (Set, error) {
	obj, err := text.DecodeObject(r.Key)
	if err != nil {
		return Set{}, err
	}
	attrs, err := decodeAttrs(obj.Type, r.Values)
	if err != nil {
		return Set{}, fmt.Errorf("%s: %w", r.Key, err)
	}
	if len(attrs) != 1 {
		return Set{}, fmt.Errorf("%s: set of %d attributes, want 1", r.Key, len(attrs))
	}
	return Set{
		Objects: []sai.Object{obj},
		Attrs:   attrs,
		Rows:    []Row{{Key: text.EncodeObject(obj), Fields: r.Values}},
	}, nil
}

// DecodeBulkSet decodes the set of one attribute of each of many objects.
func DecodeBulkSet(r Request) (Set, error) {
	t, n, err := bulkKey(r)
	if err != nil {
		return Set{}, err
	}
	s := Set{Objects: make([]sai.Object, n), Attrs: make([]sai.Attr, n), Rows: make([]Row, n)}
	d := newBulkDecoder(t, n)
	for i := range n {
		if s.Objects[i], err = d.object(r.Values[2*i]); err != nil {
			return Set{}, err
		}
		attrs, fields, err := d.attrs(r.Values[2*i+1])
		if err != nil {
			return Set{}, fmt.Errorf("%s: %w", r.Values[2*i], err)
		}
		if len(attrs) != 1 {
			return Set{}, fmt.Errorf("%s: set of %d attributes, want 1", r.Values[2*i], len(attrs))
		}
		s.Attrs[i] = attrs[0]
		s.Rows[i] = Row{Key: text.EncodeObject(s.Objects[i]), Fields: fields}
	}
	return s, nil
}

// bulkKey splits "SAI_OBJECT_TYPE_X:<count>" and checks the count.
func bulkKey(r Request) (sai.ObjectType, int, error) {
	name, count, ok := strings.Cut(r.Key, ":")
	if !ok {
		return 0, 0, fmt.Errorf("bulk key %.80q: no count", r.Key)
	}
	t, ok := sai.ObjectTypeByName(name)
	if !ok {
		return 0, 0, fmt.Errorf("bulk key %.80q: type %w", r.Key, text.ErrUnknown)
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > maxBulk || n != len(r.Values)/2 {
		return 0, 0, fmt.Errorf("bulk key %.80q: count does not match %d objects", r.Key, len(r.Values)/2)
	}
	return t, n, nil
}

func decodeAttrs(t sai.ObjectType, fv []string) ([]sai.Attr, error) {
	attrs := make([]sai.Attr, 0, len(fv)/2)
	for i := 0; i+1 < len(fv); i += 2 {
		if fv[i] == "NULL" {
			continue
		}
		a, err := text.DecodeAttr(t, fv[i], fv[i+1])
		if err != nil {
			return nil, err
		}
		attrs = append(attrs, a)
	}
	return attrs, nil
}

// rowFields returns the fields to store: an object without attributes is kept
// as NULL=NULL, since Redis has no empty hash.
func rowFields(fv []string) []string {
	if len(fv) == 0 {
		return nullFields()
	}
	return fv
}

func nullFields() []string { return []string{"NULL", "NULL"} }
