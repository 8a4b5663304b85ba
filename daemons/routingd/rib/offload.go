package rib

import (
	"net/netip"

	"github.com/heddle-nos/heddle/yang/schema"
)

// offload is what is known of a prefix in the ASIC, and of what was made of that.
type offload struct {
	has    bool // the ASIC has the prefix, by whatever source
	leaves bool // Permits has said that the prefix may be announced
	asked  bool // Permits is to look at it
	lost   bool // the ASIC said that it does not have it, since Permits looked last
}

// Permit says whether a prefix of BGP may be announced.
type Permit struct {
	Key    schema.RouteKey
	Leaves bool
}

// SetOffload notes that the ASIC has a prefix, or does not.
func (r *RIB) SetOffload(key schema.RouteKey, has bool) {
	e := r.table(key.VRF).entries[key.Prefix]
	if e == nil {
		if !has {
			return
		}
		e = r.entry(key)
	}
	e.offload.has = has
	e.offload.lost = !has && e.group != nil
	r.weigh(e)
	r.forget(e)
}

// ReplaceOffload notes all prefixes that the ASIC has.
func (r *RIB) ReplaceOffload(has map[schema.RouteKey]bool) {
	for _, t := range r.tables {
		for p, e := range t.entries {
			if e.offload.has && !has[schema.RouteKey{VRF: t.vrf, Prefix: p}] {
				e.offload.has = false
				r.weigh(e)
			}
		}
	}
	for key, there := range has {
		if there {
			e := r.entry(key)
			e.offload.has = true
			r.weigh(e)
		}
	}
}

// Grant takes it that all prefixes of BGP, and all that the ASIC has, may be announced already, and gives them by VRF: what went out before anybody
// asked the ASIC stays until the ASIC says otherwise.
func (r *RIB) Grant() map[string][]netip.Prefix {
	granted := make(map[string][]netip.Prefix)
	for _, t := range r.tables {
		for p, e := range t.entries {
			if e.group == nil && !e.offload.has {
				continue
			}
			e.offload.leaves, e.offload.lost = true, false
			granted[t.vrf] = append(granted[t.vrf], p)
		}
	}
	return granted
}

// Revoke forgets what Permits and Grant have said and all about the ASIC.
func (r *RIB) Revoke() {
	r.unweighed = nil
	for _, t := range r.tables {
		for _, e := range t.entries {
			e.offload = offload{}
			r.forget(e)
		}
	}
}

// weigh has Permits look at an entry if there may be something new to say.
func (r *RIB) weigh(e *entry) {
	o := &e.offload
	if !o.asked && (o.leaves != o.has && (o.leaves || e.group != nil) || o.lost && e.group != nil) {
		o.asked = true
		r.unweighed = append(r.unweighed, e)
	}
}

// Permits gives up to limit prefixes of which something else is to be said than so far, and whether that is all. That the ASIC has lost a prefix is
// always said while BGP knows it: it may have been announced before anybody asked the ASIC.
func (r *RIB) Permits(limit int) (list []Permit, done bool) {
	n := 0
	for _, e := range r.unweighed {
		if len(list) >= limit {
			break
		}
		n++
		o := &e.offload
		o.asked = false
		leaves := o.has && (e.group != nil || o.leaves)
		if leaves != o.leaves || o.lost && !leaves && e.group != nil {
			list = append(list, Permit{Key: schema.RouteKey{VRF: e.table.vrf, Prefix: e.prefix}, Leaves: leaves})
		}
		o.leaves, o.lost = leaves, false
		r.forget(e)
	}
	rest := copy(r.unweighed, r.unweighed[n:])
	clear(r.unweighed[rest:])
	r.unweighed = r.unweighed[:rest]
	return list, rest == 0
}

// forget has Changes forget an entry that carries nothing.
func (r *RIB) forget(e *entry) {
	if e.idle() {
		r.touch(e)
	}
}

// idle says whether an entry carries nothing.
func (e *entry) idle() bool {
	return e.local == nil && e.group == nil && e.shown == nil && e.offload == (offload{})
}
