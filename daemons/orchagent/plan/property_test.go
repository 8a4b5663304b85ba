package plan

import (
	"fmt"
	"maps"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// draw makes a random desired state over a small set of keys, with references
// that may dangle.
func draw(t *rapid.T, name string) model {
	m := model{}
	add := func(o object.Object) {
		if rapid.Bool().Draw(t, name+string(o.Key)) {
			attrs := o.Attrs
			o.Attrs = nil
			for _, a := range attrs {
				o.SetAttr(a)
			}
			m[o.Key] = &o
		}
	}
	pick := func(kind string, n int) object.Key {
		return object.Key(fmt.Sprintf("%s/%d", kind, rapid.IntRange(0, n-1).Draw(t, name+kind)))
	}
	// What one has for itself alone, no two want; but it changes hands.
	lanes := rapid.SampledFrom([][3][]uint32{{{0}, {1}, {2}}, {{1}, {0}, {2}}, {{0, 1, 2}, {3}, {4}}, {{2, 1}, {3, 0}, {4}}}).Draw(t, name+"lanes")
	shift := rapid.IntRange(0, 2).Draw(t, name+"vid")
	for i := range 3 {
		n := func(kind string) object.Key { return object.Key(fmt.Sprintf("%s/%d", kind, i)) }
		ip := netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
		add(object.Object{Key: n("port"), Type: sai.ObjectTypePort, Attrs: []object.Attr{
			object.Val(sai.PortAttrPortVLANID, sai.U16(uint16(rapid.IntRange(1, 3).Draw(t, name+"pvid")))),
			object.Val(sai.PortAttrHwLaneList, sai.U32List(lanes[i])), object.Val(sai.PortAttrSpeed, sai.U32(1))}})
		add(object.Object{Key: n("vlan"), Type: sai.ObjectTypeVLAN, Attrs: []object.Attr{
			object.Val(sai.VLANAttrVLANID, sai.U16(uint16(2+(i+shift)%3)))}})
		add(object.Object{Key: n("bp"), Type: sai.ObjectTypeBridgePort, Attrs: []object.Attr{
			object.Val(sai.BridgePortAttrType, sai.Enum(sai.BridgePortTypePort)), object.Ref(sai.BridgePortAttrPortID, pick("port", 3))}})
		add(object.Object{Key: n("member"), Type: sai.ObjectTypeVLANMember, Attrs: []object.Attr{
			object.Ref(sai.VLANMemberAttrVLANID, pick("vlan", 3)), object.Ref(sai.VLANMemberAttrBridgePortID, pick("bp", 3))}})
		add(object.Object{Key: n("rif"), Type: sai.ObjectTypeRouterInterface, Attrs: []object.Attr{
			object.Ref(sai.RouterInterfaceAttrVirtualRouterID, "vr"), object.Val(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)),
			object.Ref(sai.RouterInterfaceAttrPortID, pick("port", 3))}})
		rif := pick("rif", 3)
		add(object.Object{Key: n("neighbor"), Type: sai.ObjectTypeNeighborEntry, Entry: object.Entry{Parent: rif, IP: ip}, Attrs: []object.Attr{
			object.Val(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{byte(rapid.IntRange(2, 4).Draw(t, name+"mac"))}))}})
		add(object.Object{Key: n("nexthop"), Type: sai.ObjectTypeNextHop, After: []object.Key{n("neighbor")}, Attrs: []object.Attr{
			object.Val(sai.NextHopAttrType, sai.Enum(sai.NextHopTypeIP)), object.Val(sai.NextHopAttrIP, sai.IPAddr(ip)),
			object.Ref(sai.NextHopAttrRouterInterfaceID, rif)}})
		add(object.Object{Key: n("policer"), Type: sai.ObjectTypePolicer, Attrs: []object.Attr{
			object.Val(sai.PolicerAttrMode, sai.Enum(sai.PolicerModeSrTcm)),
			object.Val(sai.PolicerAttrMeterType, sai.Enum(sai.MeterType(rapid.IntRange(0, 1).Draw(t, name+"meter"))))}})
		add(object.Object{Key: n("group"), Type: sai.ObjectTypeHostifTrapGroup, Attrs: []object.Attr{
			object.Ref(sai.HostifTrapGroupAttrPolicer, pick("policer", 3))}})
	}
	return m
}

// reach carries a plan out on m. Every step must be one that SAI accepts, and
// a second plan must be empty.
func reach(t *rapid.T, m, d model) Result {
	res := Make(m.state(d), m.keys(d))
	for _, s := range res.Steps {
		if err := m.apply(s); err != nil {
			t.Fatalf("refused: %v\nplan: %v", err, res.Steps)
		}
	}
	if again := Make(m.state(d), m.keys(d)); len(again.Steps) > 0 {
		t.Fatalf("after %v\nnot converged: %v", res.Steps, again.Steps)
	}
	return res
}

func fixed() model {
	return model{"vr": {Key: "vr", Type: sai.ObjectTypeVirtualRouter, Origin: object.Fixed}}
}

// TestAnyStateToAny: from any state a plan leads to what a cold start into the
// target gives.
func TestAnyStateToAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := draw(t, "from "), draw(t, "to ")
		m, cold := fixed(), fixed()
		reach(t, m, from)
		warm := reach(t, m, to)
		blocked := reach(t, cold, to)
		for _, k := range m.keys(cold) {
			if (m[k] == nil) != (cold[k] == nil) && (m[k] == nil || m[k].Origin == object.Made) {
				t.Fatalf("%s: after a change there %v, after a cold start %v", k, m[k], cold[k])
			}
			if m[k] != nil && to[k] != nil && len(Make(m.state(cold), []object.Key{k}).Steps) > 0 {
				t.Fatalf("%s: after a change %v, after a cold start %v", k, m[k].Attrs, cold[k].Attrs)
			}
		}
		if !maps.Equal(warm.Blocked, blocked.Blocked) {
			t.Fatalf("after a change %v wait, after a cold start %v", warm.Blocked, blocked.Blocked)
		}
	})
}

// TestPartialPlans: planning only what changed leads to the same as planning
// everything, once what was woken is planned too.
func TestPartialPlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, m := model{}, fixed()
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			next := draw(t, "next ")
			dirty := d.keys(next)
			d = next
			for n := 0; len(dirty) > 0; n++ {
				if n > 20 {
					t.Fatalf("does not settle: %v", dirty)
				}
				dirty = step(t, m, d, dirty)
			}
			if again := Make(m.state(d), m.keys(d)); len(again.Steps) > 0 {
				t.Fatalf("not converged: %v", again.Steps)
			}
		}
	})
}

// step carries out one partial plan and returns what appeared for somebody.
func step(t *rapid.T, m, d model, dirty []object.Key) []object.Key {
	res := Make(m.state(d), dirty)
	var woken []object.Key
	for _, s := range res.Steps {
		if err := m.apply(s); err != nil {
			t.Fatalf("refused: %v\nplan: %v", err, res.Steps)
		}
		if s.Op == OpRemove {
			for _, k := range d.rivals(s.Object) {
				if m[k] == nil {
					woken = append(woken, k)
				}
			}
		}
		if s.Op != OpCreate {
			continue
		}
		for k, o := range d {
			for need := range o.Needs {
				if need == s.Key && m[k] == nil {
					woken = append(woken, k)
				}
			}
		}
	}
	return woken
}
