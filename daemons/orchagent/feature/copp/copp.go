package copp

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Table is COPP_TABLE of APPL_DB: one row for a group of traps.
const Table = "COPP_TABLE"

// Tables returns the tables of APPL_DB whose rows Render takes.
func Tables() []string { return []string{Table} }

// ConfigTables returns those of CONFIG_DB.
func ConfigTables() []string { return []string{schema.TableFlexCounter} }

// trapType finds the SAI trap for a name of SONiC's trap_ids.
func trapType(name string) (sai.HostifTrapType, bool) {
	t, ok := trapTypes()[name]
	return t, ok
}

func trapTypes() map[string]sai.HostifTrapType {
	return map[string]sai.HostifTrapType{
		"stp":             sai.HostifTrapTypeSTP,
		"lacp":            sai.HostifTrapTypeLACP,
		"eapol":           sai.HostifTrapTypeEapol,
		"lldp":            sai.HostifTrapTypeLLDP,
		"udld":            sai.HostifTrapTypeUdld,
		"arp_req":         sai.HostifTrapTypeARPRequest,
		"arp_resp":        sai.HostifTrapTypeARPResponse,
		"dhcp":            sai.HostifTrapTypeDHCP,
		"dhcp_l2":         sai.HostifTrapTypeDHCPL2,
		"dhcpv6":          sai.HostifTrapTypeDHCPv6,
		"dhcpv6_l2":       sai.HostifTrapTypeDHCPv6L2,
		"neigh_discovery": sai.HostifTrapTypeIPv6NeighborDiscovery,
		"ip2me":           sai.HostifTrapTypeIP2ME,
		"bgp":             sai.HostifTrapTypeBGP,
		"bgpv6":           sai.HostifTrapTypeBGPv6,
		"ttl_error":       sai.HostifTrapTypeTTLError,
		"l3_mtu_error":    sai.HostifTrapTypeL3MTUError,
		"igmp_query":      sai.HostifTrapTypeIgmpTypeQuery,
		"igmp_leave":      sai.HostifTrapTypeIgmpTypeLeave,
		"igmp_v1_report":  sai.HostifTrapTypeIgmpTypeV1Report,
		"igmp_v2_report":  sai.HostifTrapTypeIgmpTypeV2Report,
		"igmp_v3_report":  sai.HostifTrapTypeIgmpTypeV3Report,
		"mld_v1_v2":       sai.HostifTrapTypeIPv6MldV1V2,
		"mld_v1_report":   sai.HostifTrapTypeIPv6MldV1Report,
		"mld_v1_done":     sai.HostifTrapTypeIPv6MldV1Done,
		"mld_v2_report":   sai.HostifTrapTypeMldV2Report,
		"pim":             sai.HostifTrapTypePim,
	}
}

// Base renders the traps that a switch has unless COPP_TABLE says otherwise.
// ARP, ND and DHCP are copied: hosts of a VLAN need them too. Packets that are
// too large go to the kernel, which tells their sender (RFC 1191, RFC 8201).
func Base() object.Rendering {
	var r object.Rendering
	r.Add(object.Fragment{
		Key: "hostiftable/wildcard", Type: sai.ObjectTypeHostifTableEntry,
		Attrs: []object.Attr{
			object.Val(sai.HostifTableEntryAttrType, sai.Enum(sai.HostifTableEntryTypeWildcard)),
			object.Val(sai.HostifTableEntryAttrChannelType, sai.Enum(sai.HostifTableEntryChannelTypeNetdevPhysicalPort)),
		},
	})
	for _, name := range []string{"ip2me", "ttl_error", "l3_mtu_error", "lacp", "lldp", "bgp", "bgpv6"} {
		r.Add(trap(name, sai.PacketActionTrap, object.DefaultTrapGroup, true))
	}
	for _, name := range []string{"arp_req", "arp_resp", "neigh_discovery", "dhcp", "dhcpv6"} {
		r.Add(trap(name, sai.PacketActionCopy, object.DefaultTrapGroup, true))
	}
	return r
}

func trap(name string, action sai.PacketAction, group object.Key, fallback bool) object.Fragment {
	t, _ := trapType(name)
	return object.Fragment{
		Key: object.Trap(name), Type: sai.ObjectTypeHostifTrap, Fallback: fallback,
		Attrs: []object.Attr{
			object.Val(sai.HostifTrapAttrTrapType, sai.Enum(t)),
			object.Val(sai.HostifTrapAttrPacketAction, sai.Enum(action)),
			object.Ref(sai.HostifTrapAttrTrapGroup, group),
		},
	}
}

// Render renders a row of COPP_TABLE, or one that says what is counted.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	if row.Table == schema.TableFlexCounter {
		return renderCounters(row)
	}
	group := object.DefaultTrapGroup
	if row.Key != "default" {
		group = object.TrapGroup(row.Key)
	}
	f, err := trapGroup(group, row.Fields)
	if err != nil {
		return r, err
	}
	limit, limited, err := policer(row)
	if err != nil {
		return r, err
	}
	if limited {
		r.Add(limit)
		f.Attrs = append(f.Attrs, object.Ref(sai.HostifTrapGroupAttrPolicer, limit.Key))
	}
	if f.Partial = group == object.DefaultTrapGroup; !f.Partial || limited {
		r.Add(f)
	}
	action, err := parseAction(row.Fields["trap_action"])
	if err != nil {
		return r, err
	}
	for name := range strings.SplitSeq(row.Fields["trap_ids"], ",") {
		if name == "" {
			continue
		}
		if _, ok := trapType(name); !ok {
			return r, fmt.Errorf("trap_ids: unknown trap %q", name)
		}
		f := trap(name, action, group, false)
		if prio, ok, err := parseNumber(row.Fields, "trap_priority"); err != nil {
			return r, err
		} else if ok {
			f.Attrs = append(f.Attrs, object.Val(sai.HostifTrapAttrTrapPriority, sai.U32(prio)))
		}
		r.Add(f)
	}
	return r, nil
}

func trapGroup(k object.Key, fields map[string]string) (object.Fragment, error) {
	f := object.Fragment{Key: k, Type: sai.ObjectTypeHostifTrapGroup}
	queue, ok, err := parseNumber(fields, "queue")
	if ok {
		f.Attrs = []object.Attr{object.Val(sai.HostifTrapGroupAttrQueue, sai.U32(queue))}
	}
	return f, err
}

func parseNumber(fields map[string]string, name string) (n uint32, ok bool, err error) {
	s, ok := fields[name]
	if !ok {
		return 0, false, nil
	}
	v, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, false, fmt.Errorf("%s %q is not a number", name, s)
	}
	return uint32(v), true, nil
}

func parseAction(s string) (sai.PacketAction, error) {
	switch s {
	case "trap", "":
		return sai.PacketActionTrap, nil
	case "copy":
		return sai.PacketActionCopy, nil
	case "drop":
		return sai.PacketActionDrop, nil
	case "forward":
		return sai.PacketActionForward, nil
	}
	return 0, fmt.Errorf("trap_action %q is not one of trap, copy, drop, forward", s)
}
