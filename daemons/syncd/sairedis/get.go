package sairedis

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Get asks for attributes of one object. Room[i] is the list size that the
// client has room for in Attrs[i], or NoList.
type Get struct {
	Object sai.Object
	Attrs  []*sai.AttrMeta
	Room   []int
}

// NoList marks an attribute that is not a list.
const NoList = -1

// DecodeGet decodes a get of one object. The values in the request are what
// happened to be in the client's memory: only the counts of lists matter.
func DecodeGet(r Request) (Get, error) {
	obj, err := text.DecodeObject(r.Key)
	if err != nil {
		return Get{}, err
	}
	return decodeGet(obj, r.Values)
}

// DecodeBulkGet decodes a get of many objects of one type.
func DecodeBulkGet(r Request) ([]Get, error) {
	t, n, err := bulkKey(r)
	if err != nil {
		return nil, err
	}
	gets := make([]Get, n)
	d := newBulkDecoder(t, n)
	for i := range n {
		obj, err := d.object(r.Values[2*i])
		if err != nil {
			return nil, err
		}
		if gets[i], err = decodeGet(obj, splitJoined(r.Values[2*i+1])); err != nil {
			return nil, err
		}
	}
	return gets, nil
}

func splitJoined(joined string) []string {
	var fv []string
	for rest := joined; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, "|")
		name, value, _ := strings.Cut(pair, "=")
		fv = append(fv, name, value)
	}
	return fv
}

func decodeGet(obj sai.Object, fv []string) (Get, error) {
	info, ok := sai.ObjectTypeInfo(obj.Type)
	if !ok {
		return Get{}, fmt.Errorf("get: object type %d: %w", obj.Type, text.ErrUnknown)
	}
	g := Get{Object: obj}
	for i := 0; i+1 < len(fv); i += 2 {
		if fv[i] == "NULL" {
			continue
		}
		m := info.AttrByName(fv[i])
		if m == nil {
			return Get{}, fmt.Errorf("get %s: attribute %.80q: %w", info.Name, fv[i], text.ErrUnknown)
		}
		g.Attrs = append(g.Attrs, m)
		g.Room = append(g.Room, room(m, fv[i+1]))
	}
	if len(g.Attrs) == 0 {
		return Get{}, fmt.Errorf("get %s: no attributes", info.Name)
	}
	return g, nil
}

// room reads the count in front of a list's placeholder.
func room(m *sai.AttrMeta, placeholder string) int {
	if !isList(m.Kind) {
		return NoList
	}
	count, _, _ := strings.Cut(placeholder, ":")
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func isList(k sai.Kind) bool { return k >= sai.KindOIDList && k <= sai.KindIPList }

// Fit says whether the values fit the client's room. Where they do not, the
// answer is SAI_STATUS_BUFFER_OVERFLOW with the counts that are needed.
func (g Get) Fit(attrs []sai.Attr) bool {
	for i, a := range attrs {
		if g.Room[i] != NoList && ListLen(a.Value) > g.Room[i] {
			return false
		}
	}
	return true
}

// ListLen returns the number of elements of a list value.
func ListLen(v sai.Value) int {
	switch l := v.Ref().(type) {
	case []sai.ObjectID:
		return len(l)
	case []uint8:
		return len(l)
	case []int8:
		return len(l)
	case []uint16:
		return len(l)
	case []int16:
		return len(l)
	case []uint32:
		return len(l)
	case []int32:
		return len(l)
	case []netip.Addr:
		return len(l)
	}
	return 0
}
