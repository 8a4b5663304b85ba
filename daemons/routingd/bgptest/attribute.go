package bgptest

import "github.com/osrg/gobgp/v3/pkg/packet/bgp"

// Attribute reads an attribute as GoBGP does; nil: it is none. What GoBGP panics over ends a session: internal/tools/repair.
func Attribute(raw []byte) (a bgp.PathAttributeInterface) {
	defer func() {
		if recover() != nil {
			a = nil
		}
	}()
	a, err := bgp.GetPathAttribute(raw)
	if err != nil || a.DecodeFromBytes(raw) != nil {
		return nil
	}
	return a
}
