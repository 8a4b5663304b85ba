package mcsnoopd

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// family is one of IP.
type family uint8

const (
	ipv4 family = iota
	ipv6
	families
)

// familyTables are the tables of a family.
type familyTables struct{ vlan, router, group, member string }

func tablesOf(f family) familyTables {
	if f == ipv6 {
		return familyTables{schema.TableMLDL2MC, schema.TableMLDL2MCMRouter, schema.TableMLDL2MCStaticGroup, schema.TableMLDL2MCStaticMember}
	}
	return familyTables{schema.TableL2MC, schema.TableL2MCMRouter, schema.TableL2MCStaticGroup, schema.TableL2MCStaticMember}
}

// ownTables are those of which mcsnoopd judges the rows.
func ownTables() []string {
	var out []string
	for f := range families {
		t := tablesOf(f)
		out = append(out, t.vlan, t.router, t.group, t.member)
	}
	return out
}

// followed are the tables that mcsnoopd follows. In APPL_DB it learns from spanning tree which ports forward, and when links have changed.
func followed() map[statedb.DBID][]string {
	return map[statedb.DBID][]string{
		statedb.ConfigDB: append([]string{
			schema.TableDeviceMetadata, schema.TableVLAN, schema.TableVLANMember, schema.TableVLANInterface, schema.TablePortChannelMember,
		}, ownTables()...),
		statedb.ApplDB: {schema.AppTableSTPVLANInstance, schema.AppTableSTPPortState, schema.AppTableSTPFastAgeing},
	}
}

// staticKey names a listener by configuration.
type staticKey struct {
	schema.L2MCGroupKey
	port schema.InterfaceName
}

// snooping is what is configured of a family.
type snooping struct {
	vlans   map[schema.VLANName]schema.L2MC
	routers map[schema.VLANMemberKey]bool
	groups  map[schema.L2MCGroupKey]schema.L2MCStaticGroup
	members map[staticKey]bool
}

// intent is the configuration, and what spanning tree says, as far as they could be read.
type intent struct {
	mac       schema.MAC // of the switch
	vlans     map[schema.VLANName]bool
	ports     map[schema.VLANMemberKey]schema.TaggingMode
	lags      map[schema.PortName]schema.PortChannelName // by member
	addresses map[schema.InterfaceKey]bool               // whether they are primary
	families  [families]snooping
	instances map[schema.VLANName]schema.STPInstance
	states    map[schema.STPPortStateKey]schema.STPState
	bad       map[linkproto.RowRef]error // own rows that could not be read
}

func newIntent() *intent {
	in := &intent{
		vlans: make(map[schema.VLANName]bool), ports: make(map[schema.VLANMemberKey]schema.TaggingMode),
		lags: make(map[schema.PortName]schema.PortChannelName), addresses: make(map[schema.InterfaceKey]bool),
		instances: make(map[schema.VLANName]schema.STPInstance), states: make(map[schema.STPPortStateKey]schema.STPState),
		bad: make(map[linkproto.RowRef]error),
	}
	for f := range in.families {
		in.families[f] = snooping{
			make(map[schema.VLANName]schema.L2MC), make(map[schema.VLANMemberKey]bool),
			make(map[schema.L2MCGroupKey]schema.L2MCStaticGroup), make(map[staticKey]bool),
		}
	}
	return in
}

// take notes one changed row. A row of ours that is bad keeps the good state it had before, if any; rows of others are theirs to judge.
func (in *intent) take(table string, op statedb.KeyOp) {
	ref := linkproto.RowRef{Table: table, Key: op.Key}
	delete(in.bad, ref)
	err := in.read(table, op)
	if err != nil && op.Op == statedb.OpSet && slices.Contains(ownTables(), table) {
		in.bad[ref] = err
	}
}

func (in *intent) read(table string, op statedb.KeyOp) error {
	switch table {
	case schema.TableDeviceMetadata:
		return linkproto.ReadSwitchMAC(&in.mac, op)
	case schema.TableVLAN:
		return linkproto.ReadRow(in.vlans, op, linkproto.PlainKey[schema.VLANName], linkproto.Exists)
	case schema.TableVLANMember:
		return linkproto.ReadRow(in.ports, op, linkproto.VLANPortKey, func(r schema.VLANMember) schema.TaggingMode { return r.TaggingMode })
	case schema.TableVLANInterface:
		return linkproto.ReadRow(in.addresses, op, interfaceKey, isPrimary)
	case schema.TablePortChannelMember:
		return linkproto.ReadLAGMember(in.lags, op)
	case schema.AppTableSTPVLANInstance:
		return linkproto.ReadRow(in.instances, op, linkproto.PlainKey[schema.VLANName],
			func(r schema.AppSTPVLANInstance) schema.STPInstance { return r.Instance })
	case schema.AppTableSTPPortState:
		return linkproto.ReadRow(in.states, op, schema.ParseSTPPortStateKey,
			func(r schema.AppSTPPortState) schema.STPState { return r.State })
	}
	for f := range families {
		if done, err := in.families[f].read(f, table, op); done {
			return err
		}
	}
	return nil
}

// secondary is the one field of VLAN_INTERFACE that matters here.
type secondary struct {
	Secondary string `db:"secondary"`
}

// isPrimary leaves secondary addresses out: queries come from one that hosts know.
func isPrimary(r secondary) bool { return r.Secondary != "true" }

func interfaceKey(key string) (schema.InterfaceKey, error) {
	return schema.ParseInterfaceKey(key, schema.ConfigSeparator)
}

// read takes a row, if it is of one of the family's tables.
func (s *snooping) read(f family, table string, op statedb.KeyOp) (bool, error) {
	switch t := tablesOf(f); table {
	case t.vlan:
		if err := judge(f, op); err != nil {
			return true, err
		}
		return true, linkproto.ReadRow(s.vlans, op, linkproto.PlainKey[schema.VLANName], linkproto.Same[schema.L2MC])
	case t.router:
		return true, linkproto.ReadRow(s.routers, op, linkproto.VLANPortKey, linkproto.Exists)
	case t.group:
		return true, linkproto.ReadRow(s.groups, op, func(key string) (schema.L2MCGroupKey, error) {
			k, err := schema.ParseL2MCGroupKey(key)
			return k, firstOf(err, judgeGroup(f, k.Group))
		}, linkproto.Same[schema.L2MCStaticGroup])
	case t.member:
		return true, linkproto.ReadRow(s.members, op, func(key string) (staticKey, error) {
			k, port, err := schema.ParseL2MCStaticKey(key)
			return staticKey{k, port}, firstOf(err, judgeGroup(f, k.Group))
		}, linkproto.Exists)
	}
	return false, nil
}

// firstOf is the first of two errors, if there is one.
func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// judge refuses what fits the type of a field and not the family.
func judge(f family, op statedb.KeyOp) error {
	var row schema.L2MC
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	a := row.QuerierAddress
	switch {
	case f == ipv6 && row.Version > 2:
		return fmt.Errorf("MLD has no version %d", row.Version)
	case a.IsValid() && f == ipv4 && (!a.Is4() || a.IsMulticast() || a.IsUnspecified()):
		return fmt.Errorf("%s is not an address for IGMP queries", a)
	case a.IsValid() && f == ipv6 && (!a.IsLinkLocalUnicast() || !a.Is6() || a.Zone() != ""):
		return fmt.Errorf("%s is not a link-local address, which MLD queries come from", a)
	}
	return nil
}

// judgeGroup refuses groups that are not of the family, or go to everybody anyway.
func judgeGroup(f family, group netip.Addr) error {
	if group.Is4() != (f == ipv4) || !snoop.Tracked(group) {
		return fmt.Errorf("%s is not a group of the family beyond the link", group)
	}
	return nil
}

// primaries are the lowest IPv4 addresses of VLANs.
func (in *intent) primaries() map[schema.InterfaceName]netip.Addr {
	out := make(map[schema.InterfaceName]netip.Addr)
	for k, primary := range in.addresses {
		if a := k.Prefix.Addr(); primary && a.Is4() && (!out[k.Name].IsValid() || a.Less(out[k.Name])) {
			out[k.Name] = a
		}
	}
	return out
}

// linkLocal is the address that an interface with that MAC gives itself (RFC 4291 appendix A); not valid without one.
func linkLocal(mac schema.MAC) netip.Addr {
	if mac.IsZero() {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80, 8: mac[0] ^ 2, 9: mac[1], 10: mac[2], 11: 0xff, 12: 0xfe, 13: mac[3], 14: mac[4], 15: mac[5]})
}
