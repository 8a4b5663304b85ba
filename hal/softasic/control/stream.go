package control

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// output is a member of a multicast group.
type output struct {
	id   sai.ObjectID
	port dataplane.PortID
}

func outputOf(v strict.View, ch strict.Change) (group sai.ObjectID, out output) {
	bp := value(v, ch, sai.L2MCGroupMemberAttrL2MCOutputID).OID()
	return value(v, ch, sai.L2MCGroupMemberAttrL2MCGroupID).OID(), output{ch.Object.OID, portID(bridgedPort(v, bp))}
}

// withOutput copies the members of a group with one more.
func withOutput(outs []output, out output) []output {
	outs = withoutOutput(outs, out.id)
	at, _ := slices.BinarySearchFunc(outs, out, func(a, b output) int { return cmp.Compare(a.port, b.port) })
	return slices.Insert(outs, at, out)
}

func withoutOutput(outs []output, id sai.ObjectID) []output {
	return slices.DeleteFunc(slices.Clone(outs), func(o output) bool { return o.id == id })
}

// createOutput makes a port one that the streams of a group go to.
func (c *Control) createOutput(v strict.View, ch strict.Change) error {
	group, out := outputOf(v, ch)
	if slices.ContainsFunc(c.idx.outputs[group], func(o output) bool { return o.port == out.port && o.id != out.id }) {
		return sai.StatusItemAlreadyExists
	}
	return c.putOutputs(group, withOutput(c.idx.outputs[group], out))
}

func (c *Control) removeOutput(v strict.View, ch strict.Change) error {
	group, out := outputOf(v, ch)
	return c.putOutputs(group, withoutOutput(c.idx.outputs[group], out.id))
}

// putOutputs states the streams of a group whose members change.
func (c *Control) putOutputs(group sai.ObjectID, outs []output) error {
	if put(c.plane, c.idx.outputs, group, outs); len(outs) == 0 {
		cut(c.plane, c.idx.outputs, group)
	}
	for _, s := range c.idx.streams[group] {
		if err := c.plane.SetStream(s, c.portsOf(group)); err != nil {
			return err
		}
	}
	return nil
}

// portsOf are the ports of a group; none of the null object.
func (c *Control) portsOf(group sai.ObjectID) []dataplane.PortID {
	ports := make([]dataplane.PortID, len(c.idx.outputs[group]))
	for i, o := range c.idx.outputs[group] {
		ports[i] = o.port
	}
	return ports
}

// setStream states what an entry says of multicast to a group, or from one sender to
// it. Groups of link scope go to everybody and can have no entry.
func (c *Control) setStream(v strict.View, ch strict.Change) error {
	e := ch.Object.Entry.(sai.L2MCEntry)
	if !isA(e.BV, sai.ObjectTypeVLAN) || linkScope(e.Destination) {
		return sai.StatusNotSupported
	}
	group := value(v, ch, sai.L2MCEntryAttrOutputGroupID).OID()
	switch sai.PacketAction(value(v, ch, sai.L2MCEntryAttrPacketAction).Enum()) {
	case sai.PacketActionForward:
	case sai.PacketActionDrop, sai.PacketActionDeny:
		group = sai.NullObjectID
	default:
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.L2MCEntryAttrPacketAction)
	}
	return c.putStream(streamOf(v, e), group)
}

// putStream has a stream go to a group.
func (c *Control) putStream(s streamKey, group sai.ObjectID) error {
	c.unlistStream(s)
	if group != sai.NullObjectID {
		put(c.plane, c.idx.streams, group, append(slices.Clone(c.idx.streams[group]), s))
		put(c.plane, c.idx.groupOf, s, group)
	}
	return c.plane.SetStream(s, c.portsOf(group))
}

// unlistStream forgets the group that a stream goes to.
func (c *Control) unlistStream(s streamKey) {
	group, had := c.idx.groupOf[s]
	if !had {
		return
	}
	cut(c.plane, c.idx.groupOf, s)
	rest := slices.DeleteFunc(slices.Clone(c.idx.streams[group]), func(o streamKey) bool { return o == s })
	if put(c.plane, c.idx.streams, group, rest); len(rest) == 0 {
		cut(c.plane, c.idx.streams, group)
	}
}

func (c *Control) removeStream(v strict.View, ch strict.Change) error {
	return c.dropStream(streamOf(v, ch.Object.Entry.(sai.L2MCEntry)))
}

func (c *Control) dropStream(s streamKey) error {
	c.unlistStream(s)
	return c.plane.DeleteStream(s)
}

func streamOf(v strict.View, e sai.L2MCEntry) streamKey {
	s := dataplane.Stream{Group: e.Destination}
	if e.Type == sai.L2MCEntryTypeSg {
		s.Source = e.Source
	}
	return streamKey{vid(v, e.BV), s}
}

// linkScope tells the groups that everybody on a link must hear: 224.0.0.0/24, and
// of IPv6 what has at most link scope (RFC 4291 section 2.7).
func linkScope(a netip.Addr) bool {
	if a.Is4() {
		return a.IsLinkLocalMulticast()
	}
	return a.As16()[1]&15 <= 2
}

// snooping tells how a VLAN looks multicast of a family up. By MAC address there is
// nothing to find, and it is flooded. The attribute that only names IGMP asks for
// whatever there is.
func snooping(v strict.View, o sai.Object, id sai.AttrID) dataplane.Snooping {
	key := sai.VLANMcastLookupKeyType(v.Value(o, id).Enum())
	if key == sai.VLANMcastLookupKeyTypeMACDa && id == sai.VLANAttrIPv4McastLookupKeyType && v.Value(o, sai.VLANAttrCustomIgmpSnoopingEnable).Bool() {
		key = sai.VLANMcastLookupKeyTypeXgAndSg
	}
	return dataplane.Snooping{
		Groups:  key == sai.VLANMcastLookupKeyTypeXg || key == sai.VLANMcastLookupKeyTypeXgAndSg,
		Sources: key == sai.VLANMcastLookupKeyTypeSg || key == sai.VLANMcastLookupKeyTypeXgAndSg,
	}
}

// unknown are the streams that stand for all groups of a family which no entry names.
func unknown(n uint16) map[sai.AttrID]streamKey {
	return map[sai.AttrID]streamKey{
		sai.VLANAttrUnknownIPv4McastOutputGroupID: {n, dataplane.Stream{Group: netip.IPv4Unspecified()}},
		sai.VLANAttrUnknownIPv6McastOutputGroupID: {n, dataplane.Stream{Group: netip.IPv6Unspecified()}},
	}
}

// setUnknown states where a VLAN's unknown groups go. Without a group of their own
// they are flooded. It holds while the VLAN looks groups of the family up.
func (c *Control) setUnknown(v strict.View, id sai.ObjectID) error {
	for attr, s := range unknown(vid(v, id)) {
		group := v.Value(vlan(id), attr).OID()
		if group != sai.NullObjectID {
			if err := c.putStream(s, group); err != nil {
				return err
			}
		} else if _, had := c.plane.streams[s]; had {
			if err := c.dropStream(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropUnknown forgets where the unknown groups of a VLAN go.
func (c *Control) dropUnknown(n uint16) error {
	for _, s := range unknown(n) {
		if _, had := c.plane.streams[s]; had {
			if err := c.dropStream(s); err != nil {
				return err
			}
		}
	}
	return nil
}
