package control

import (
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

// free takes all ports out of VLAN 1 and the bridge.
func (r *rig) free() {
	r.Helper()
	for _, t := range []sai.ObjectType{sai.ObjectTypeVLANMember, sai.ObjectTypeBridgePort} {
		for _, o := range r.store.Keys(t) {
			r.remove(o)
		}
	}
}

func (r *rig) tryMember(lag, port sai.ObjectID, more ...sai.Attr) (sai.ObjectID, sai.Status) {
	return r.try(sai.ObjectTypeLAGMember, append([]sai.Attr{attr(sai.LAGMemberAttrLAGID, sai.OID(lag)), attr(sai.LAGMemberAttrPortID, sai.OID(port))}, more...)...)
}

func TestLAG(t *testing.T) {
	r := newRig(t)
	lag := r.create(sai.ObjectTypeLAG)
	_, st := r.tryMember(lag, r.ports[0])
	r.want("member that bridges", st, sai.StatusObjectInUse)
	r.free()
	m, st := r.tryMember(lag, r.ports[0], attr(sai.LAGMemberAttrEgressDisable, sai.Bool(true)), attr(sai.LAGMemberAttrIngressDisable, sai.Bool(true)))
	r.want("member", st, sai.StatusSuccess)
	if got := r.plane.LAGMember(1); got != (dataplane.LAGMember{LAG: dataplane.FirstLAG}) {
		t.Errorf("member: %+v", got)
	}
	r.set(sai.ObjectOf(sai.ObjectTypeLAGMember, m), sai.LAGMemberAttrIngressDisable, sai.Bool(false))
	r.set(sai.ObjectOf(sai.ObjectTypeLAGMember, m), sai.LAGMemberAttrEgressDisable, sai.Bool(false))
	if got := r.plane.LAGMember(1); !got.Collect || !got.Distribute {
		t.Errorf("enabled member: %+v", got)
	}
	other := r.create(sai.ObjectTypeLAG)
	_, st = r.tryMember(other, r.ports[0])
	r.want("member of two", st, sai.StatusItemAlreadyExists)
	_, st = r.try(sai.ObjectTypeBridgePort, attr(sai.BridgePortAttrType, sai.Enum(sai.BridgePortTypePort)), attr(sai.BridgePortAttrPortID, sai.OID(r.ports[0])))
	r.want("bridge port on a member", st, sai.StatusObjectInUse)
	r.want("remove lag with a member", r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeLAG, lag)}, false)[0], sai.StatusObjectInUse)
	r.remove(sai.ObjectOf(sai.ObjectTypeLAGMember, m))
	r.remove(sai.ObjectOf(sai.ObjectTypeLAG, lag))
	if dump := r.plane.Dump(); strings.Contains(dump, "lag 512") || strings.Contains(dump, "lag member") {
		t.Errorf("left:\n%s", dump)
	}
}

func TestLAGBridges(t *testing.T) {
	r := newRig(t)
	lag := r.create(sai.ObjectTypeLAG)
	o := sai.ObjectOf(sai.ObjectTypeLAG, lag)
	bp := r.create(sai.ObjectTypeBridgePort, attr(sai.BridgePortAttrType, sai.Enum(sai.BridgePortTypePort)),
		attr(sai.BridgePortAttrPortID, sai.OID(lag)), attr(sai.BridgePortAttrAdminState, sai.Bool(true)))
	vlan7 := r.create(sai.ObjectTypeVLAN, attr(sai.VLANAttrVLANID, sai.U16(7)))
	r.create(sai.ObjectTypeVLANMember, attr(sai.VLANMemberAttrVLANID, sai.OID(vlan7)), attr(sai.VLANMemberAttrBridgePortID, sai.OID(bp)))
	r.set(o, sai.LAGAttrPortVLANID, sai.U16(7))
	r.set(o, sai.LAGAttrDropTagged, sai.Bool(true))
	if l := r.plane.LAG(dataplane.FirstLAG); l != (dataplane.LAG{PVID: 7, BridgePort: true, DropTagged: true}) {
		t.Errorf("lag: %+v", l)
	}
	if dump := r.plane.Dump(); !strings.Contains(dump, "member {7 512}: false") {
		t.Errorf("no member of VLAN 7:\n%s", dump)
	}
}

func TestLAGRoutes(t *testing.T) {
	r := newRig(t)
	lag := r.create(sai.ObjectTypeLAG)
	h := r.create(sai.ObjectTypeHostif, attr(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)), attr(sai.HostifAttrObjID, sai.OID(lag)),
		attr(sai.HostifAttrName, sai.Chardata("PortChannel1")))
	rif := r.create(sai.ObjectTypeRouterInterface, attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(r.vr)),
		attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)), attr(sai.RouterInterfaceAttrPortID, sai.OID(lag)))
	if l := r.plane.LAG(dataplane.FirstLAG); l.RIF != 1 || l.Hostif != 1 {
		t.Errorf("lag: %+v", l)
	}
	r.set(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrLAGDefaultHashSeed, sai.U32(5))
	if h, dump := r.plane.Hash(dataplane.HashLAGs), r.plane.Dump(); h.Seed != 5 || !strings.Contains(dump, "Port:512") {
		t.Errorf("hash %+v, plane:\n%s", h, dump)
	}
	r.remove(sai.ObjectOf(sai.ObjectTypeRouterInterface, rif))
	r.remove(sai.ObjectOf(sai.ObjectTypeHostif, h))
	if l := r.plane.LAG(dataplane.FirstLAG); l != (dataplane.LAG{PVID: 1}) {
		t.Errorf("lag: %+v", l)
	}
}
