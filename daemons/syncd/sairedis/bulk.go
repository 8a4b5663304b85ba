package sairedis

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// bulkDecoder decodes the elements of one bulk request. It carves the slices
// of all elements from shared blocks: a thousand routes cost a few
// allocations instead of several thousand.
type bulkDecoder struct {
	t      sai.ObjectType
	attrsB []sai.Attr
	fields []string
}

func newBulkDecoder(t sai.ObjectType, n int) *bulkDecoder {
	return &bulkDecoder{t: t, attrsB: make([]sai.Attr, 0, n), fields: make([]string, 0, 2*n)}
}

func (d *bulkDecoder) object(id string) (sai.Object, error) { return text.DecodeObjectID(d.t, id) }

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
