package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// trapKinds maps SAI trap types to what the pipeline can recognise.
var trapKinds = map[sai.HostifTrapType]dataplane.TrapKind{
	sai.HostifTrapTypeSTP:                   dataplane.TrapSTP,
	sai.HostifTrapTypePvrst:                 dataplane.TrapPVRST,
	sai.HostifTrapTypeLACP:                  dataplane.TrapLACP,
	sai.HostifTrapTypeLLDP:                  dataplane.TrapLLDP,
	sai.HostifTrapTypeARPRequest:            dataplane.TrapARPRequest,
	sai.HostifTrapTypeARPResponse:           dataplane.TrapARPResponse,
	sai.HostifTrapTypeIPv6NeighborDiscovery: dataplane.TrapND,
	sai.HostifTrapTypeDHCP:                  dataplane.TrapDHCP,
	sai.HostifTrapTypeDHCPv6:                dataplane.TrapDHCPv6,
	sai.HostifTrapTypeIP2ME:                 dataplane.TrapIP2ME,
	sai.HostifTrapTypeBGP:                   dataplane.TrapBGP,
	sai.HostifTrapTypeBGPv6:                 dataplane.TrapBGPv6,
	sai.HostifTrapTypeTTLError:              dataplane.TrapTTL,
	sai.HostifTrapTypeL3MTUError:            dataplane.TrapMTU,
	sai.HostifTrapTypeIgmpTypeQuery:         dataplane.TrapIGMPQuery,
	sai.HostifTrapTypeIgmpTypeLeave:         dataplane.TrapIGMPLeave,
	sai.HostifTrapTypeIgmpTypeV1Report:      dataplane.TrapIGMPv1Report,
	sai.HostifTrapTypeIgmpTypeV2Report:      dataplane.TrapIGMPv2Report,
	sai.HostifTrapTypeIgmpTypeV3Report:      dataplane.TrapIGMPv3Report,
	sai.HostifTrapTypeIPv6MldV1V2:           dataplane.TrapMLDQuery, // what has no type of its own
	sai.HostifTrapTypeIPv6MldV1Report:       dataplane.TrapMLDv1Report,
	sai.HostifTrapTypeIPv6MldV1Done:         dataplane.TrapMLDv1Done,
	sai.HostifTrapTypeMldV2Report:           dataplane.TrapMLDv2Report,
	sai.HostifTrapTypePim:                   dataplane.TrapPIM,
}

func trapAction(a sai.PacketAction) (dataplane.TrapAction, bool) {
	switch a {
	case sai.PacketActionForward, sai.PacketActionTransit:
		return dataplane.TrapForward, true
	case sai.PacketActionDrop, sai.PacketActionDeny:
		return dataplane.TrapDrop, true
	case sai.PacketActionTrap:
		return dataplane.TrapTrap, true
	case sai.PacketActionCopy, sai.PacketActionLog:
		return dataplane.TrapCopy, true
	}
	return 0, false
}

func (c *Control) setTrap(v strict.View, ch strict.Change) error {
	k, ok := trapKinds[sai.HostifTrapType(value(v, ch, sai.HostifTrapAttrTrapType).Enum())]
	if !ok {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.HostifTrapAttrTrapType)
	}
	a, ok := trapAction(sai.PacketAction(value(v, ch, sai.HostifTrapAttrPacketAction).Enum()))
	if !ok || a == dataplane.TrapCopy && k >= dataplane.TrapIGMPQuery && k <= dataplane.TrapPIM {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.HostifTrapAttrPacketAction)
	}
	group := sai.ObjectOf(sai.ObjectTypeHostifTrapGroup, value(v, ch, sai.HostifTrapAttrTrapGroup).OID())
	t := dataplane.Trap{Action: a, Limit: limitID(v.Value(group, sai.HostifTrapGroupAttrPolicer).OID())}
	if !v.Value(group, sai.HostifTrapGroupAttrAdminState).Bool() {
		t = dataplane.Trap{Action: dataplane.TrapForward}
	}
	if err := c.startCounting(v, ch, k); err != nil {
		return err
	}
	return c.plane.SetTrap(k, t)
}

func (c *Control) removeTrap(v strict.View, ch strict.Change) error {
	k := trapKinds[sai.HostifTrapType(value(v, ch, sai.HostifTrapAttrTrapType).Enum())]
	return c.plane.SetTrap(k, dataplane.Trap{})
}

// setTrapGroup restates the traps of a group that was switched on or off or got
// another policer.
func (c *Control) setTrapGroup(v strict.View, ch strict.Change) error {
	switch ch.Attrs[0].ID {
	case sai.HostifTrapGroupAttrAdminState:
		return c.restateTraps(v, ch.Object.OID)
	case sai.HostifTrapGroupAttrPolicer:
		return firstError(c.putLimit(v, ch.Attrs[0].Value.OID()), c.restateTraps(v, ch.Object.OID), c.dropLimit(v, ch.Old.OID()))
	}
	return nil
}

func (c *Control) restateTraps(v strict.View, group sai.ObjectID) error {
	var first error
	v.Each(sai.ObjectTypeHostifTrap, func(o sai.Object) {
		if v.Value(o, sai.HostifTrapAttrTrapGroup).OID() == group {
			first = firstError(first, c.setTrap(v, strict.Change{Object: o}))
		}
	})
	return first
}
