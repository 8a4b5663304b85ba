package neighbour

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTableNeigh} }

// Render renders a row of NEIGH_TABLE.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParseNeighKey(row.Key, schema.AppSeparator)
	if err != nil {
		return r, err
	}
	var n schema.AppNeigh
	if err := statedb.Decode(row.Fields, &n); err != nil {
		return r, err
	}
	switch key.Interface.Kind() {
	case schema.InterfacePort, schema.InterfacePortChannel, schema.InterfaceVLAN, schema.InterfaceSub:
	default:
		return r, nil // management, loopback: not the ASIC's
	}
	if n.MAC.IsZero() {
		return r, nil // known, but not resolved
	}
	intf, rif := key.Interface.String(), object.RIF(key.Interface.String())
	neigh := object.Fragment{
		Key: object.Neighbor(intf, key.Addr), Type: sai.ObjectTypeNeighborEntry,
		Entry: object.Entry{Parent: rif, IP: key.Addr},
		Attrs: []object.Attr{object.Val(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC(n.MAC)))},
	}
	if key.Addr.Is6() && key.Addr.IsLinkLocalUnicast() {
		// The same address may exist on every link: no route can tell them apart.
		neigh.Attrs = append(neigh.Attrs, object.Val(sai.NeighborEntryAttrNoHostRoute, sai.Bool(true)))
	}
	r.Add(neigh)
	r.Add(object.Fragment{
		Key: object.NextHop(intf, key.Addr), Type: sai.ObjectTypeNextHop,
		Attrs: []object.Attr{
			object.Val(sai.NextHopAttrType, sai.Enum(sai.NextHopTypeIP)),
			object.Val(sai.NextHopAttrIP, sai.IPAddr(key.Addr)),
			object.Ref(sai.NextHopAttrRouterInterfaceID, rif),
		},
		After: []object.Key{neigh.Key},
	})
	return r, nil
}
