package multicast

import (
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables that Spread feeds; no database holds them.
const (
	// TableStreamPort has a row for each port that a stream goes to; the key is an L2MCMemberKey.
	TableStreamPort = "MULTICAST_STREAM_PORT"
	// TableUnknownPort has a row for each port that unknown groups of a VLAN go to; the key is a VLANMemberKey.
	TableUnknownPort = "MULTICAST_UNKNOWN_PORT"
)

// unknownGroups names the group of ports that unknown groups go to.
const unknownGroups = "unknown"

// Tables returns the tables of APPL_DB whose rows Render takes.
func Tables() []string {
	return []string{schema.AppTableL2MCVLAN, schema.AppTableL2MCMRouter, schema.AppTableL2MCMember}
}

// FedTables returns those of no database.
func FedTables() []string { return []string{TableStreamPort, TableUnknownPort} }

// Render renders a row of L2MC_VLAN_TABLE, or one that Spread derived. Rows of the other tables want nothing by themselves; it tells what is
// wrong with them.
func Render(row object.Row) (object.Rendering, error) {
	switch row.Table {
	case schema.AppTableL2MCVLAN:
		return renderVLAN(row)
	case TableStreamPort:
		return renderStreamPort(row)
	case TableUnknownPort:
		return renderUnknownPort(row)
	}
	return object.Rendering{}, check(row)
}

func check(row object.Row) error {
	if row.Table == schema.AppTableL2MCMRouter {
		if err := statedb.Decode(row.Fields, new(schema.AppL2MCMRouter)); err != nil {
			return err
		}
		_, err := parseRouter(row.Key)
		return err
	}
	if err := statedb.Decode(row.Fields, new(schema.AppL2MCMember)); err != nil {
		return err
	}
	_, err := parseMember(row.Key)
	return err
}

func parseRouter(key string) (schema.VLANMemberKey, error) {
	k, err := schema.ParseVLANMemberKey(key, schema.AppSeparator)
	if err != nil {
		return k, err
	}
	return k, checkPort(k.Port)
}

func parseMember(key string) (schema.L2MCMemberKey, error) {
	k, err := schema.ParseL2MCMemberKey(key)
	switch {
	case err != nil:
		return k, err
	case linkScope(k.Group):
		return k, fmt.Errorf("group %s has link scope: it goes to everybody", k.Group)
	}
	return k, checkPort(k.Port)
}

func checkPort(p schema.InterfaceName) error {
	if k := p.Kind(); k != schema.InterfacePort && k != schema.InterfacePortChannel {
		return fmt.Errorf("port %s: only ports and port channels get multicast of a VLAN", p)
	}
	return nil
}

// linkScope tells the groups that everybody on a link must hear (RFC 4541 section 2.1.2, RFC 4291 section 2.7).
func linkScope(a netip.Addr) bool {
	if a.Is4() {
		return a.IsLinkLocalMulticast()
	}
	return a.As16()[1]&15 <= 2
}

// decodeVLAN reads a row of L2MC_VLAN_TABLE.
func decodeVLAN(row object.Row) (name schema.VLANName, v schema.AppL2MCVLAN, err error) {
	if err = name.UnmarshalText([]byte(row.Key)); err == nil {
		err = statedb.Decode(row.Fields, &v)
	}
	return name, v, err
}

// toRouters tells that unknown groups go to routers only.
func toRouters(v schema.AppL2MCVLAN) bool {
	return v.UnknownMulticast == schema.UnknownMulticastDropToRouters && (v.SnoopingV4.On() || v.SnoopingV6.On())
}

func renderVLAN(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	name, v, err := decodeVLAN(row)
	if err != nil {
		return r, err
	}
	id := uint16(name.ID())
	f := object.Fragment{Key: object.VLAN(id), Type: sai.ObjectTypeVLAN, Partial: true}
	both := sai.Enum(sai.VLANMcastLookupKeyTypeXgAndSg)
	unknown := object.MulticastGroup(id, unknownGroups)
	if v.SnoopingV4.On() {
		f.Attrs = append(f.Attrs, object.Val(sai.VLANAttrIPv4McastLookupKeyType, both), object.Val(sai.VLANAttrCustomIgmpSnoopingEnable, sai.Bool(true)))
		addTraps(&r, "igmp_query", "igmp_leave", "igmp_v1_report", "igmp_v2_report", "igmp_v3_report")
	}
	if v.SnoopingV6.On() {
		f.Attrs = append(f.Attrs, object.Val(sai.VLANAttrIPv6McastLookupKeyType, both))
		addTraps(&r, "mld_v1_v2", "mld_v1_report", "mld_v1_done", "mld_v2_report")
	}
	if v.SnoopingV4.On() || v.SnoopingV6.On() {
		addTraps(&r, "pim")
	}
	if toRouters(v) {
		r.Add(object.Fragment{Key: unknown, Type: sai.ObjectTypeL2MCGroup})
		if v.SnoopingV4.On() {
			f.Attrs = append(f.Attrs, object.Wish(sai.VLANAttrUnknownIPv4McastOutputGroupID, unknown))
		}
		if v.SnoopingV6.On() {
			f.Attrs = append(f.Attrs, object.Wish(sai.VLANAttrUnknownIPv6McastOutputGroupID, unknown))
		}
	}
	if len(f.Attrs) > 0 {
		r.Add(f)
	}
	return r, nil
}

// addTraps hands messages about groups to the CPU, which tells others what they must hear. COPP_TABLE may say otherwise.
func addTraps(r *object.Rendering, names ...string) {
	types := map[string]sai.HostifTrapType{
		"igmp_query":     sai.HostifTrapTypeIgmpTypeQuery,
		"igmp_leave":     sai.HostifTrapTypeIgmpTypeLeave,
		"igmp_v1_report": sai.HostifTrapTypeIgmpTypeV1Report,
		"igmp_v2_report": sai.HostifTrapTypeIgmpTypeV2Report,
		"igmp_v3_report": sai.HostifTrapTypeIgmpTypeV3Report,
		"mld_v1_v2":      sai.HostifTrapTypeIPv6MldV1V2,
		"mld_v1_report":  sai.HostifTrapTypeIPv6MldV1Report,
		"mld_v1_done":    sai.HostifTrapTypeIPv6MldV1Done,
		"mld_v2_report":  sai.HostifTrapTypeMldV2Report,
		"pim":            sai.HostifTrapTypePim,
	}
	for _, name := range names {
		r.Add(object.Fragment{
			Key: object.Trap(name), Type: sai.ObjectTypeHostifTrap, Fallback: true,
			Attrs: []object.Attr{
				object.Val(sai.HostifTrapAttrTrapType, sai.Enum(types[name])),
				object.Val(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)),
				object.Ref(sai.HostifTrapAttrTrapGroup, object.DefaultTrapGroup),
			},
		})
	}
}

func renderStreamPort(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	k, err := parseMember(row.Key)
	if err != nil {
		return r, err
	}
	id, source := uint16(k.VLAN.ID()), k.Source
	if source.IsUnspecified() {
		source = netip.Addr{}
	}
	group := object.MulticastGroup(id, object.Stream(source, k.Group))
	r.Add(object.Fragment{Key: group, Type: sai.ObjectTypeL2MCGroup})
	r.Add(member(group, k.Port))
	r.Add(object.Fragment{
		Key: object.MulticastEntry(id, source, k.Group), Type: sai.ObjectTypeL2MCEntry,
		Entry: object.Entry{Parent: object.VLAN(id), IP: k.Group, Source: source},
		Attrs: []object.Attr{
			object.Val(sai.L2MCEntryAttrPacketAction, sai.Enum(sai.PacketActionForward)),
			object.Ref(sai.L2MCEntryAttrOutputGroupID, group),
		},
	})
	return r, nil
}

func renderUnknownPort(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	k, err := parseRouter(row.Key)
	if err != nil {
		return r, err
	}
	r.Add(member(object.MulticastGroup(uint16(k.VLAN.ID()), unknownGroups), k.Port))
	return r, nil
}

func member(group object.Key, port schema.InterfaceName) object.Fragment {
	return object.Fragment{
		Key: object.MulticastMember(group, port.String()), Type: sai.ObjectTypeL2MCGroupMember,
		Attrs: []object.Attr{
			object.Ref(sai.L2MCGroupMemberAttrL2MCGroupID, group),
			object.Ref(sai.L2MCGroupMemberAttrL2MCOutputID, object.BridgePort(port.String())),
		},
	}
}
