package asicdb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Queries of what the library implements, and the names of their fields, which
// both ends read by position.
const (
	opAttrCapability = "Sattribute_capability_query"
	opEnumCapability = "Sattr_enum_values_capability_query"
	opAvailability   = "Sobject_type_get_availability_query"

	fieldType  = "OBJECT_TYPE"
	fieldAttr  = "ATTR_ID"
	fieldValue = "true"
)

// enumRoom is how many values an enum is asked for.
const enumRoom = 256

func attrName(t sai.ObjectType, id sai.AttrID) (string, error) {
	info, ok := sai.ObjectTypeInfo(t)
	if !ok || info.Attr(id) == nil {
		return "", fmt.Errorf("%s has no attribute %d", t, id)
	}
	return info.Attr(id).Name, nil
}

func (a *ASIC) query(ctx context.Context, op string, values ...string) (Response, error) {
	r, err := a.Do(ctx, Request{Op: op, Key: SwitchVID.String(), Values: values})
	if err != nil {
		return Response{}, err
	}
	return r[0], nil
}

// CanSet reports whether the ASIC lets clients set an attribute.
func (a *ASIC) CanSet(ctx context.Context, t sai.ObjectType, id sai.AttrID) (bool, error) {
	name, err := attrName(t, id)
	if err != nil {
		return false, err
	}
	r, err := a.query(ctx, opAttrCapability, fieldType, t.String(), fieldAttr, name)
	if err != nil || r.Status != sai.StatusSuccess || len(r.Values) < 4 {
		return false, err
	}
	return r.Values[3] == fieldValue, nil // create, set, get
}

// EnumValues lists the values that an enum attribute can have; none if the ASIC
// does not tell.
func (a *ASIC) EnumValues(ctx context.Context, t sai.ObjectType, id sai.AttrID) ([]int32, error) {
	name, err := attrName(t, id)
	if err != nil {
		return nil, err
	}
	r, err := a.query(ctx, opEnumCapability, fieldType, t.String(), fieldAttr, name, "LIST_SIZE", strconv.Itoa(enumRoom))
	if err != nil || r.Status != sai.StatusSuccess || len(r.Values) < 2 {
		return nil, err
	}
	var out []int32
	for number := range strings.SplitSeq(r.Values[1], ",") {
		if n, err := strconv.ParseInt(number, 10, 32); err == nil { // a comma ends the list
			out = append(out, int32(n))
		}
	}
	return out, nil
}

// Availability tells how many more objects with these attributes fit; ok is false
// if the ASIC does not tell.
func (a *ASIC) Availability(ctx context.Context, t sai.ObjectType, attrs ...sai.Attr) (n uint64, ok bool, err error) {
	var values []string
	for _, at := range attrs {
		name, value, err := text.EncodeAttr(t, at)
		if err != nil {
			return 0, false, err
		}
		values = append(values, name, value)
	}
	r, err := a.query(ctx, opAvailability, append(values, fieldType, t.String())...)
	if err != nil || r.Status != sai.StatusSuccess || len(r.Values) < 2 {
		return 0, false, err
	}
	n, err = strconv.ParseUint(r.Values[1], 10, 64)
	if err != nil {
		return 0, false, fmt.Errorf("availability of %s: %w", t, err)
	}
	return n, true, nil
}
