package spec

import (
	"fmt"
	"strings"
)

// Class is the signature of a function of an API table.
type Class string

// The classes. "OID" functions identify objects by id, "Entry" ones by a struct.
const (
	CreateSwitch    Class = "CREATE_SWITCH"
	CreateOID       Class = "CREATE_OID"
	CreateEntry     Class = "CREATE_ENTRY"
	RemoveOID       Class = "REMOVE_OID"
	RemoveEntry     Class = "REMOVE_ENTRY"
	SetOID          Class = "SET_OID"
	SetEntry        Class = "SET_ENTRY"
	GetOID          Class = "GET_OID"
	GetEntry        Class = "GET_ENTRY"
	BulkCreateOID   Class = "BULK_CREATE_OID"
	BulkCreateEntry Class = "BULK_CREATE_ENTRY"
	BulkRemoveOID   Class = "BULK_REMOVE_OID"
	BulkRemoveEntry Class = "BULK_REMOVE_ENTRY"
	BulkSetOID      Class = "BULK_SET_OID"
	BulkSetEntry    Class = "BULK_SET_ENTRY"
	BulkGetOID      Class = "BULK_GET_OID"
	BulkGetEntry    Class = "BULK_GET_ENTRY"
	GetStats        Class = "GET_STATS"
	GetStatsExt     Class = "GET_STATS_EXT"
	ClearStats      Class = "CLEAR_STATS"
	ClearAllStats   Class = "CLEAR_ALL_STATS"
	FlushFDB        Class = "FLUSH_FDB"
	Special         Class = "SPECIAL" // a signature of its own: hostif packets, MDIO
)

// Slot is one function of an API table.
type Slot struct {
	Name   string
	Index  int
	Class  Class
	Object *Object // nil for Special
}

// Slots classifies the functions of an API table, in C order.
func (s *Spec) Slots(api *API) ([]Slot, error) {
	out := make([]Slot, len(api.Slots))
	for i, name := range api.Slots {
		slot, ok := s.slot(name)
		if !ok {
			return nil, fmt.Errorf("api %s: function %s has no known form", api.Name, name)
		}
		slot.Index = i
		out[i] = slot
	}
	return out, nil
}

var specials = map[string]bool{
	"remove_all_neighbor_entries": true,
	"recv_hostif_packet":          true, "send_hostif_packet": true, "allocate_hostif_packet": true, "free_hostif_packet": true,
	"switch_mdio_read": true, "switch_mdio_write": true, "switch_mdio_cl22_read": true, "switch_mdio_cl22_write": true,
}

func (s *Spec) slot(name string) (Slot, bool) {
	switch {
	case specials[name]:
		return Slot{Name: name, Class: Special}, true
	case name == "flush_fdb_entries":
		return Slot{Name: name, Class: FlushFDB, Object: s.Object("fdb_flush")}, true
	case name == "create_switch":
		return Slot{Name: name, Class: CreateSwitch, Object: s.Object("switch")}, true
	}
	verb, rest, _ := strings.Cut(name, "_")
	for _, form := range []struct{ verb, suffix, class string }{
		{"get", "_stats_ext", string(GetStatsExt)}, {"get", "_stats", string(GetStats)},
		{"clear", "_all_stats", string(ClearAllStats)}, {"clear", "_stats", string(ClearStats)},
		{"get", "_attribute", "GET"}, {"set", "_attribute", "SET"}, {"create", "", "CREATE"}, {"remove", "", "REMOVE"},
	} {
		noun, ok := strings.CutSuffix(rest, form.suffix)
		if !ok || verb != form.verb {
			continue
		}
		if slot, ok := s.formed(name, noun, form.class); ok {
			return slot, true
		}
	}
	return Slot{}, false
}

func (s *Spec) formed(name, noun, class string) (Slot, bool) {
	o, bulk := s.Object(noun), ""
	if o == nil {
		o, bulk = s.Object(singular(noun)), "BULK_"
	}
	if o == nil {
		return Slot{}, false
	}
	if strings.Contains(class, "STATS") {
		return Slot{Name: name, Class: Class(class), Object: o}, bulk == ""
	}
	identity := "_OID"
	if o.Entry != "" {
		identity = "_ENTRY"
	}
	return Slot{Name: name, Class: Class(bulk + class + identity), Object: o}, true
}

func singular(noun string) string {
	if s, ok := strings.CutSuffix(noun, "ies"); ok {
		return s + "y"
	}
	return strings.TrimSuffix(noun, "s")
}
