package table

import "github.com/osrg/gobgp/v3/pkg/packet/bgp"

// Attr is the attribute of a type, nil if the path has none. It makes no list of all attributes, as GetPathAttrs does.
func (path *Path) Attr(t bgp.BGPAttrType) bgp.PathAttributeInterface { return path.getPathAttr(t) }
