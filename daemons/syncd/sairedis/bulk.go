package sairedis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// bulkDecoder decodes the elements of one bulk request. It carves the slices
// of all elements from shared blocks: a thousand routes cost a few
// allocations instead of several thousand.
type bulkDecoder struct {
	t      sai.ObjectType
	hasOID bool
	attrsB []sai.Attr
	fields []string
}

func newBulkDecoder(t sai.ObjectType, n int) *bulkDecoder {
	d := &bulkDecoder{t: t, attrsB: make([]sai.Attr, 0, n), fields: make([]string, 0, 2*n)}
	if info, ok := sai.ObjectTypeInfo(t); ok {
		d.hasOID = info.HasOID
	}
	return d
}

func (d *bulkDecoder) object(id string) (sai.Object, error) {
	if d.hasOID {
		oid, err := ParseOID(id)
		if err != nil {
			return sai.Object{}, err
		}
		return sai.ObjectOf(d.t, oid), nil
	}
	e, err := text.DecodeEntry(d.t, id)
	if err != nil {
		return sai.Object{}, err
	}
	return sai.EntryOf(e), nil
}

// attrs decodes "A=v|B=w". It returns the attributes and the same as
// alternating names and values.
func (d *bulkDecoder) attrs(joined string) ([]sai.Attr, []string, error) {
	a0, f0 := len(d.attrsB), len(d.fields)
	for rest := joined; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, "|")
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, nil, fmt.Errorf("attribute %.80q: no value", pair)
		}
		d.fields = append(d.fields, name, value)
		if name == "NULL" {
			continue
		}
		a, err := text.DecodeAttr(d.t, name, value)
		if err != nil {
			return nil, nil, err
		}
		d.attrsB = append(d.attrsB, a)
	}
	if len(d.fields) == f0 {
		d.fields = append(d.fields, "NULL", "NULL")
	}
	// Full slice expressions: an append to one element must not run into the
	// next one's part of the block.
	return d.attrsB[a0:len(d.attrsB):len(d.attrsB)], d.fields[f0:len(d.fields):len(d.fields)], nil
}

// ParseOID decodes "oid:0x1000000000002".
func ParseOID(s string) (sai.ObjectID, error) {
	hex, ok := strings.CutPrefix(s, "oid:0x")
	if !ok {
		return 0, fmt.Errorf("object id %.80q: want oid:0x<hex>", s)
	}
	n, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		return 0, fmt.Errorf("object id %.80q: want oid:0x<hex>", s)
	}
	return sai.ObjectID(n), nil
}
