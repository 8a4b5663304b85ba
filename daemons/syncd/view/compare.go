package view

import (
	"bytes"
	"cmp"

	"github.com/heddle-nos/heddle/sai"
)

// compare orders identities: by type, then by id or entry.
func compare(a, b sai.Object) int {
	if c := cmp.Compare(a.Type, b.Type); c != 0 {
		return c
	}
	if c := cmp.Compare(a.OID, b.OID); c != 0 || a.Entry == nil {
		return c
	}
	switch x := a.Entry.(type) {
	case sai.RouteEntry:
		y, ok := b.Entry.(sai.RouteEntry)
		if ok {
			return cmp.Or(cmp.Compare(x.VR, y.VR), x.Destination.Addr().Compare(y.Destination.Addr()),
				cmp.Compare(x.Destination.Bits(), y.Destination.Bits()))
		}
	case sai.NeighborEntry:
		y, ok := b.Entry.(sai.NeighborEntry)
		if ok {
			return cmp.Or(cmp.Compare(x.RIF, y.RIF), x.IP.Compare(y.IP))
		}
	case sai.FDBEntry:
		y, ok := b.Entry.(sai.FDBEntry)
		if ok {
			return cmp.Or(cmp.Compare(x.BV, y.BV), bytes.Compare(x.MAC[:], y.MAC[:]))
		}
	}
	return 0
}
