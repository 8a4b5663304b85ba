package explain

import (
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// explainPort follows a port or a port channel.
func (b *builder) explainPort(name string) {
	b.row(Configuration, statedb.ConfigDB, "PORT", name)
	b.row(Configuration, statedb.ConfigDB, "PORTCHANNEL", name)
	names := func(sep string) func(string) bool {
		return func(key string) bool { return slices.Contains(strings.Split(key, sep), name) }
	}
	for _, table := range []string{"PORTCHANNEL_MEMBER", "VLAN_MEMBER", "INTERFACE", "PORTCHANNEL_INTERFACE"} {
		b.rows(Configuration, statedb.ConfigDB, table, names("|"))
	}
	for _, table := range []string{"PORT_TABLE", "LAG_TABLE", "LAG_MEMBER_TABLE", "VLAN_MEMBER_TABLE", "INTF_TABLE"} {
		b.rows(Intent, statedb.ApplDB, table, names(":"))
	}
	b.row(State, statedb.StateDB, schema.StateTablePort, name)
	b.row(State, statedb.StateDB, schema.StateTableLAG, name)
	for _, o := range b.objects(names("/")) {
		if !strings.HasPrefix(o, "neighbor/") && !strings.HasPrefix(o, "nexthop") && !strings.HasPrefix(o, "fdb/") {
			b.object(o)
		}
	}
	b.chain.conclude()
}

// explainVLAN follows a VLAN with its members and its router interface.
func (b *builder) explainVLAN(id int) {
	number := strconv.Itoa(id)
	name := "Vlan" + number
	of := func(sep string) func(string) bool {
		return func(key string) bool { return key == name || strings.HasPrefix(key, name+sep) }
	}
	for _, table := range []string{"VLAN", "VLAN_MEMBER", "VLAN_INTERFACE"} {
		b.rows(Configuration, statedb.ConfigDB, table, of("|"))
	}
	for _, table := range []string{"VLAN_TABLE", "VLAN_MEMBER_TABLE", "INTF_TABLE"} {
		b.rows(Intent, statedb.ApplDB, table, of(":"))
	}
	b.row(State, statedb.StateDB, schema.StateTableVLAN, name)
	for _, o := range b.objects(func(n string) bool {
		return n == "vlan/"+number || strings.HasPrefix(n, "vlanmember/"+number+"/") || n == "rif/"+name || n == "hostif/"+name
	}) {
		b.object(o)
	}
	b.chain.conclude()
}

// explainRule follows a rule of an access list, with its list.
func (b *builder) explainRule(table, rule string) {
	b.row(Configuration, statedb.ConfigDB, "ACL_TABLE", table)
	b.row(Configuration, statedb.ConfigDB, "ACL_RULE", table+"|"+rule)
	b.row(Intent, statedb.ApplDB, "ACL_TABLE_TABLE", table)
	b.row(Intent, statedb.ApplDB, "ACL_RULE_TABLE", table+":"+rule)
	b.row(State, statedb.StateDB, "ACL_TABLE_TABLE", table)
	b.row(State, statedb.StateDB, "ACL_RULE_TABLE", table+"|"+rule)
	for _, o := range b.objects(func(n string) bool { return strings.HasPrefix(n, "acl") && strings.HasSuffix(n, "/"+table+"/"+rule) }) {
		b.object(o)
	}
	b.chain.conclude()
}

// explainMAC follows a station: where it was learned or set, in each VLAN, and which neighbours have it.
func (b *builder) explainMAC(mac net.HardwareAddr) {
	address := mac.String()
	has := func(key string) bool {
		key = strings.ReplaceAll(strings.ToLower(key), "-", ":")
		return strings.HasSuffix(key, address)
	}
	b.rows(Configuration, statedb.ConfigDB, schema.TableFDB, has)
	b.rows(Intent, statedb.ApplDB, schema.AppTableFDB, has)
	b.rows(State, statedb.StateDB, schema.StateTableFDB, has)
	b.rows(Object, statedb.AsicDB, "ASIC_STATE", func(key string) bool {
		return strings.HasPrefix(key, "SAI_OBJECT_TYPE_FDB_ENTRY:") && strings.Contains(strings.ToLower(key), `"mac":"`+address+`"`)
	})
	b.neighboursWith(address)
	found := len(b.chain.Links)
	b.chain.conclude()
	if worst := b.chain.worst(); found > 0 && worst == "" {
		b.chain.Verdict = b.stationVerdict()
	}
}

// neighboursWith adds the neighbours that have a MAC address.
func (b *builder) neighboursWith(address string) {
	db := b.db(statedb.ApplDB)
	if b.err != nil {
		return
	}
	all, err := db.All(b.ctx, schema.AppTableNeigh)
	if err != nil {
		b.fail(err)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if strings.EqualFold(all[key]["neigh"], address) {
			b.row(Intent, statedb.ApplDB, schema.AppTableNeigh, key)
			if intf, ip, ok := strings.Cut(key, ":"); ok {
				b.object("neighbor/" + intf + "/" + ip)
			}
		}
	}
}

// stationVerdict says where frames to a station go.
func (b *builder) stationVerdict() string {
	for _, l := range b.chain.Links {
		if port := l.Fields["port"]; port != "" && strings.HasPrefix(l.Place, statedb.StateDB.String()) {
			_, key, _ := strings.Cut(l.Place, "|")
			vlan, _, _ := strings.Cut(key, ":")
			return "frames to it in " + vlan + " go to " + port + " (" + l.Fields["type"] + ")"
		}
	}
	return "it is a neighbour's address, and no VLAN has learned it"
}
