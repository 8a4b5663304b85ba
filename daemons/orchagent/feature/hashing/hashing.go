package hashing

import (
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables of CONFIG_DB whose rows Render takes.
func Tables() []string { return []string{schema.TableSwitchHash} }

// Render renders the row SWITCH_HASH|GLOBAL. What it does not say stays as the ASIC
// has it by itself.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	if row.Key != schema.KeyGlobal {
		return r, fmt.Errorf("key %q is not %s", row.Key, schema.KeyGlobal)
	}
	var h schema.SwitchHash
	if err := statedb.Decode(row.Fields, &h); err != nil {
		return r, err
	}
	var attrs []object.Attr
	for _, part := range []struct {
		hash      object.Key
		fields    []schema.HashField
		attr      sai.AttrID
		algorithm schema.HashAlgorithm
	}{
		{object.ECMPHash, h.ECMPHash, sai.SwitchAttrEcmpDefaultHashAlgorithm, h.ECMPAlgorithm},
		{object.LAGHash, h.LAGHash, sai.SwitchAttrLAGDefaultHashAlgorithm, h.LAGAlgorithm},
	} {
		if len(part.fields) > 0 {
			r.Add(object.Fragment{
				Key: part.hash, Type: sai.ObjectTypeHash,
				Attrs: []object.Attr{object.Val(sai.HashAttrNativeHashFieldList, fieldList(part.fields))},
			})
		}
		if part.algorithm != "" {
			attrs = append(attrs, object.Val(part.attr, sai.Enum(algorithm(part.algorithm))))
		}
	}
	if attrs != nil {
		r.Add(object.Fragment{Key: object.Switch, Type: sai.ObjectTypeSwitch, Partial: true, Attrs: attrs})
	}
	return r, nil
}

// fieldList is a list of fields without order: the same ones are the same list.
func fieldList(fields []schema.HashField) sai.Value {
	var list []int32
	for _, f := range fields {
		list = append(list, field(f))
	}
	slices.Sort(list)
	return sai.EnumList(slices.Compact(list))
}

// field is SAI's number of a field.
func field(f schema.HashField) int32 {
	return number(sai.NativeHashFieldSrcIP.Meta(), "SAI_NATIVE_HASH_FIELD_"+string(f))
}

func algorithm(a schema.HashAlgorithm) sai.HashAlgorithm {
	return sai.HashAlgorithm(number(sai.HashAlgorithmCrc.Meta(), "SAI_HASH_ALGORITHM_"+string(a)))
}

// number finds a value of an enumeration; all names of the schema are SAI's.
func number(m *sai.EnumMeta, name string) int32 {
	for _, v := range m.Values() {
		if v.Name == name {
			return v.Number
		}
	}
	return 0
}
