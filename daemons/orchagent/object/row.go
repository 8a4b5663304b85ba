package object

import "net/netip"

// Row is one database row as a feature gets it.
type Row struct {
	Table  string
	Key    string
	Fields map[string]string
}

// Owner names the row as a contributor.
func (r Row) Owner() Owner { return Owner(r.Table + ":" + r.Key) }

// Rendering is what a row means in SAI objects.
type Rendering struct {
	Fragments []Fragment
	Routes    []Route
	Places    []Place
}

// Place tells which VRF an interface is in; the empty one is the default.
type Place struct {
	Interface string
	VRF       string
}

// Add appends a fragment.
func (r *Rendering) Add(f Fragment) { r.Fragments = append(r.Fragments, f) }

// Action is what a route does with a packet.
type Action uint8

// The actions of a route.
const (
	ActionForward Action = iota // to Via: a next hop or router interface
	ActionCPU                   // to this switch
	ActionDrop
)

// Route is a route that the switch itself needs: a connected subnet, an own
// address, the default drop route. Routes from ROUTE_TABLE have a compact form
// of their own in package fib and lose against these, except against Fallback.
type Route struct {
	VRF      string
	Of       string // the interface whose VRF takes the place of VRF, if any
	Prefix   netip.Prefix
	Action   Action
	Via      Key
	Fallback bool
}
