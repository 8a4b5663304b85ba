package control

import (
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

func (r *rig) subport(owner sai.ObjectID, vlan uint16) []sai.Attr {
	return []sai.Attr{
		attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(r.vr)), attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypeSubPort)),
		attr(sai.RouterInterfaceAttrPortID, sai.OID(owner)), attr(sai.RouterInterfaceAttrOuterVLANID, sai.U16(vlan)),
	}
}

func TestSubports(t *testing.T) {
	r := newRig(t)
	r.portRIF(0)
	ten := r.create(sai.ObjectTypeRouterInterface, r.subport(r.ports[0], 10)...)
	twenty := r.create(sai.ObjectTypeRouterInterface, r.subport(r.ports[0], 20)...)
	if got := r.plane.RIF(rifID(twenty)); got.Kind != dataplane.RIFSub || got.Port != 1 || got.VLAN != 20 || !got.AdminV4 {
		t.Errorf("router interface of VLAN 20: %+v", got)
	}
	for _, c := range []struct {
		what  string
		attrs []sai.Attr
		want  sai.Status
	}{
		{"a VLAN twice", r.subport(r.ports[0], 10), sai.StatusItemAlreadyExists},
		{"without a VLAN", r.subport(r.ports[0], 10)[:3], sai.StatusMandatoryAttributeMissing},
		{"VLAN 4095", r.subport(r.ports[0], 4095), sai.StatusInvalidAttrValue0 - 3},
		{"the CPU port", r.subport(r.get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrCPUPort).OID(), 10), sai.StatusAttrNotSupported0 - 2},
		{"loopback action copy", append(r.subport(r.ports[1], 10), attr(sai.RouterInterfaceAttrLoopbackPacketAction, sai.Enum(sai.PacketActionCopy))), sai.StatusInvalidAttrValue0 - 4},
	} {
		_, st := r.try(sai.ObjectTypeRouterInterface, c.attrs...)
		r.want(c.what, st, c.want)
	}
	r.set(rif(ten), sai.RouterInterfaceAttrLoopbackPacketAction, sai.Enum(sai.PacketActionDrop))
	if !r.plane.RIF(rifID(ten)).NoLoop {
		t.Error("the loopback action did not arrive")
	}
	r.remove(rif(ten))
	r.create(sai.ObjectTypeRouterInterface, r.subport(r.ports[0], 10)...)

	// A port that routes any of its VLANs cannot join a LAG, and the other way round.
	lag := r.create(sai.ObjectTypeLAG)
	r.create(sai.ObjectTypeRouterInterface, r.subport(lag, 10)...)
	r.create(sai.ObjectTypeRouterInterface, r.subport(r.ports[1], 10)...)
	member := func(p sai.ObjectID) sai.Status {
		_, st := r.tryMember(lag, p)
		return st
	}
	r.free()
	r.want("routed port into a LAG", member(r.ports[1]), sai.StatusObjectInUse)
	r.want("free port into a LAG", member(r.ports[2]), sai.StatusSuccess)
	_, st := r.try(sai.ObjectTypeRouterInterface, r.subport(r.ports[2], 10)...)
	r.want("VLAN of a LAG's member", st, sai.StatusObjectInUse)
}
