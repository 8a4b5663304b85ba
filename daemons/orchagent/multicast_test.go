package orchagent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

// snooped configures VLAN 100 with three ports and multicast that is snooped.
func snooped(t *testing.T) *rig {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	r.set("VLAN_TABLE:Vlan100", "admin_status", "up", "mtu", "9100")
	for _, port := range []string{"Ethernet0", "Ethernet4", "Ethernet8"} {
		r.set("VLAN_MEMBER_TABLE:Vlan100:"+port, "tagging_mode", "tagged")
	}
	r.set("L2MC_VLAN_TABLE:Vlan100", "snooping_v4", "enabled", "snooping_v6", "enabled", "unknown_multicast", "drop_to_routers")
	r.applied("vlan/100", "l2mcgroup/100/unknown", "trap/igmp_query", "trap/mld_v2_report", "trap/pim")
	return r
}

// streams are the streams that the ASIC knows, each with its ports.
func (r *rig) streams() string {
	name := map[sai.ObjectID]string{}
	for _, port := range []string{"Ethernet0", "Ethernet4", "Ethernet8"} {
		name[r.rid("port/"+port)] = strings.TrimPrefix(port, "Ethernet")
	}
	value := func(o sai.Object, id sai.AttrID) sai.Value {
		attrs := []sai.Attr{{ID: id}}
		if s := r.store.Get(o, attrs); s != sai.StatusSuccess {
			return sai.Value{}
		}
		return attrs[0].Value
	}
	outputs := func(group sai.ObjectID) string {
		var list []string
		for _, m := range r.store.Keys(sai.ObjectTypeL2MCGroupMember) {
			if value(m, sai.L2MCGroupMemberAttrL2MCGroupID).OID() == group {
				bridged := sai.ObjectOf(sai.ObjectTypeBridgePort, value(m, sai.L2MCGroupMemberAttrL2MCOutputID).OID())
				list = append(list, name[value(bridged, sai.BridgePortAttrPortID).OID()])
			}
		}
		slices.Sort(list)
		return fmt.Sprint(list)
	}
	var all []string
	for _, o := range r.store.Keys(sai.ObjectTypeL2MCEntry) {
		e := o.Entry.(sai.L2MCEntry)
		source := "*"
		if e.Type == sai.L2MCEntryTypeSg {
			source = e.Source.String()
		}
		all = append(all, fmt.Sprint(source, " ", e.Destination, outputs(value(o, sai.L2MCEntryAttrOutputGroupID).OID())))
	}
	slices.Sort(all)
	vlan := sai.ObjectOf(sai.ObjectTypeVLAN, r.rid("vlan/100"))
	for _, id := range []sai.AttrID{sai.VLANAttrUnknownIPv4McastOutputGroupID, sai.VLANAttrUnknownIPv6McastOutputGroupID} {
		if group := value(vlan, id).OID(); group != sai.NullObjectID {
			all = append(all, "unknown"+outputs(group))
		}
	}
	return strings.Join(all, ", ")
}

func (r *rig) goesTo(want string) {
	r.t.Helper()
	got := ""
	defer func() {
		if r.t.Failed() {
			r.t.Logf("streams %s, want %s", got, want)
		}
	}()
	r.until(want, func() bool { got = r.streams(); return got == want })
}

// TestMulticast has listeners and routers come and go.
func TestMulticast(t *testing.T) {
	r := snooped(t)
	r.goesTo("unknown[], unknown[]")
	r.set("L2MC_MEMBER_TABLE:Vlan100:0.0.0.0:239.1.1.1:Ethernet0", "type", "dynamic")
	r.goesTo("* 239.1.1.1[0], unknown[], unknown[]")
	r.set("L2MC_MROUTER_TABLE:Vlan100:Ethernet8", "type", "dynamic")
	r.goesTo("* 239.1.1.1[0 8], unknown[8], unknown[8]")
	r.set("L2MC_MEMBER_TABLE:Vlan100:10.0.0.1:239.1.1.1:Ethernet4", "type", "dynamic")
	r.set("L2MC_MEMBER_TABLE:Vlan100::::ff05::1:Ethernet4", "type", "dynamic")
	r.goesTo("* 239.1.1.1[0 8], * ff05::1[4 8], 10.0.0.1 239.1.1.1[0 4 8], unknown[8], unknown[8]")

	again := func() {
		r.restartOrch()
		r.applied("l2mcentry/100/*,ff05::1", "l2mcmember/100/10.0.0.1,239.1.1.1/Ethernet8", "hostif/Ethernet12")
		r.goesTo("* 239.1.1.1[0 8], * ff05::1[4 8], 10.0.0.1 239.1.1.1[0 4 8], unknown[8], unknown[8]")
	}
	again() // sees the links that came up meanwhile
	changes := r.changes()
	again()
	if now := r.changes(); now != changes {
		t.Errorf("a restart made %d changes", now-changes)
	}

	// A port that leaves the VLAN, and the bridge, takes its place in groups along.
	r.del("VLAN_MEMBER_TABLE:Vlan100:Ethernet0")
	r.goesTo("* 239.1.1.1[8], * ff05::1[4 8], 10.0.0.1 239.1.1.1[4 8], unknown[8], unknown[8]")
	r.until("the member waits", func() bool {
		return r.status("l2mcmember/100/*,239.1.1.1/Ethernet0")["reason"] == "waiting for bridgeport Ethernet0"
	})
	r.set("VLAN_MEMBER_TABLE:Vlan100:Ethernet0", "tagging_mode", "tagged")
	r.goesTo("* 239.1.1.1[0 8], * ff05::1[4 8], 10.0.0.1 239.1.1.1[0 4 8], unknown[8], unknown[8]")

	r.set("L2MC_VLAN_TABLE:Vlan100", "snooping_v6", "disabled", "unknown_multicast", "flood")
	r.goesTo("* 239.1.1.1[0 8], 10.0.0.1 239.1.1.1[0 4 8]")
	r.gone("trap/mld_v2_report", "l2mcgroup/100/unknown")
	r.applied("trap/pim") // the other family wants it still
	r.del("L2MC_MEMBER_TABLE:Vlan100:10.0.0.1:239.1.1.1:Ethernet4")
	r.del("L2MC_MROUTER_TABLE:Vlan100:Ethernet8")
	r.goesTo("* 239.1.1.1[0]")
	r.del("L2MC_VLAN_TABLE:Vlan100")
	r.goesTo("")
	r.gone("trap/igmp_query", "trap/pim")
	if groups := r.store.Keys(sai.ObjectTypeL2MCGroup); len(groups) != 0 {
		t.Errorf("groups left: %v", groups)
	}
	r.until("the VLAN is as any other", func() bool { return !strings.Contains(r.asic(), "MCAST_LOOKUP_KEY_TYPE_XG") })
}

// TestMulticastRow: what is wrong with a row is told, and nothing comes of it.
func TestMulticastRow(t *testing.T) {
	r := snooped(t)
	r.set("L2MC_MEMBER_TABLE:Vlan100:0.0.0.0:224.0.0.5:Ethernet0", "type", "dynamic")
	r.until("the row is refused", func() bool {
		return strings.Contains(r.status("row/L2MC_MEMBER_TABLE:Vlan100:0.0.0.0:224.0.0.5:Ethernet0")["reason"], "224.0.0.5 has link scope")
	})
	r.set("L2MC_MEMBER_TABLE:Vlan100:0.0.0.0:239.1.1.1:Ethernet0", "type", "dynamic")
	r.goesTo("* 239.1.1.1[0], unknown[], unknown[]")
	r.set("L2MC_MEMBER_TABLE:Vlan100:0.0.0.0:239.1.1.1:Ethernet0", "type", "wrong")
	r.goesTo("unknown[], unknown[]")
}
