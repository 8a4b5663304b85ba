package vid

import (
	"fmt"

	"github.com/heddle-nos/heddle/sai"
)

// Lookup exchanges one id for another; false means that there is none.
type Lookup func(sai.ObjectID) (sai.ObjectID, bool)

// UnknownError names an id that has no counterpart.
type UnknownError struct{ ID sai.ObjectID }

func (e UnknownError) Error() string { return fmt.Sprintf("unknown object %s", e.ID) }

// Object exchanges the ids inside an object's identity.
func Object(o sai.Object, f Lookup) (sai.Object, error) {
	var err error
	id := func(id sai.ObjectID) sai.ObjectID {
		out, ok := f(id)
		if !ok && err == nil {
			err = UnknownError{id}
		}
		return out
	}
	switch e := o.Entry.(type) {
	case nil:
		o.OID = id(o.OID)
	case sai.RouteEntry:
		e.Switch, e.VR = id(e.Switch), id(e.VR)
		o.Entry = e
	case sai.NeighborEntry:
		e.Switch, e.RIF = id(e.Switch), id(e.RIF)
		o.Entry = e
	case sai.FDBEntry:
		e.Switch, e.BV = id(e.Switch), id(e.BV)
		o.Entry = e
	case sai.InsegEntry:
		e.Switch = id(e.Switch)
		o.Entry = e
	default:
		return rareEntry(o, id, &err)
	}
	return o, err
}

// rareEntry exchanges the ids of entries that are few on any switch.
func rareEntry(o sai.Object, id func(sai.ObjectID) sai.ObjectID, err *error) (sai.Object, error) {
	switch e := o.Entry.(type) {
	case sai.MCastFDBEntry:
		e.Switch, e.BV = id(e.Switch), id(e.BV)
		o.Entry = e
	case sai.L2MCEntry:
		e.Switch, e.BV = id(e.Switch), id(e.BV)
		o.Entry = e
	case sai.IPMCEntry:
		e.Switch, e.VR = id(e.Switch), id(e.VR)
		o.Entry = e
	case sai.NATEntry:
		e.Switch, e.VR = id(e.Switch), id(e.VR)
		o.Entry = e
	case sai.MySIDEntry:
		e.Switch, e.VR = id(e.Switch), id(e.VR)
		o.Entry = e
	case sai.PrefixCompressionEntry:
		e.Switch, e.Table = id(e.Switch), id(e.Table)
		o.Entry = e
	default:
		return o, fmt.Errorf("object type %s: entries of this type are not supported", o.Type)
	}
	return o, *err
}

// Value exchanges the ids inside an attribute's value.
func Value(v sai.Value, f Lookup) (sai.Value, error) {
	switch v.Kind() {
	case sai.KindOID:
		id, ok := f(v.OID())
		if !ok {
			return v, UnknownError{v.OID()}
		}
		return sai.OID(id), nil
	case sai.KindOIDList:
		ids, err := list(v.OIDs(), f)
		return sai.OIDList(ids), err
	case sai.KindOther:
		return other(v, f)
	}
	return v, nil
}

// Attrs exchanges the ids inside the values of attributes, in place.
func Attrs(attrs []sai.Attr, f Lookup) error {
	for i := range attrs {
		v, err := Value(attrs[i].Value, f)
		if err != nil {
			return err
		}
		attrs[i].Value = v
	}
	return nil
}

// other handles the structured values; of those only ACL fields and actions
// hold ids.
func other(v sai.Value, f Lookup) (sai.Value, error) {
	switch x := v.Ref().(type) {
	case sai.ACLField:
		data, err := Value(x.Data, f)
		x.Data = data
		return sai.Other(x), err
	case sai.ACLAction:
		param, err := Value(x.Param, f)
		x.Param = param
		return sai.Other(x), err
	}
	return v, nil
}

func list(ids []sai.ObjectID, f Lookup) ([]sai.ObjectID, error) {
	out := make([]sai.ObjectID, len(ids))
	for i, id := range ids {
		var ok bool
		if out[i], ok = f(id); !ok {
			return nil, UnknownError{id}
		}
	}
	return out, nil
}

// References calls f for every id, other than null, that the identity and the
// attributes of an object refer to. An object's own id is not a reference.
func References(o sai.Object, attrs []sai.Attr, f func(sai.ObjectID)) {
	see := func(id sai.ObjectID) (sai.ObjectID, bool) {
		if id != sai.NullObjectID {
			f(id)
		}
		return id, true
	}
	if o.Entry != nil {
		_, _ = Object(o, see) // see never refuses
	}
	for _, a := range attrs {
		_, _ = Value(a.Value, see)
	}
}
