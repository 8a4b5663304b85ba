package main

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/heddle-nos/heddle/yang"
)

// entries is how many rows the configuration has.
const entries = 10000

// configuration is a leaf with many VLANs, neighbours, rules and routes.
func configuration() yang.Config {
	c := make(yang.Config)
	put := func(table, key string, fields ...string) {
		row := make(map[string]string, len(fields)/2)
		for i := 0; i < len(fields); i += 2 {
			row[fields[i]] = fields[i+1]
		}
		if c[table] == nil {
			c[table] = make(map[string]map[string]string)
		}
		c[table][key] = row
	}
	for i := range 128 {
		put("PORT", port(i), "lanes", strconv.Itoa(i), "speed", "100000", "mtu", "9100", "admin_status", "up", "alias", fmt.Sprintf("etp%d", i))
	}
	put("BGP_GLOBALS", "default", "local_asn", "65001")
	put("ACL_TABLE", "DATA", "type", "L3", "stage", "ingress", "ports@", port(0)+","+port(1))
	for i := range 1000 {
		vlan := fmt.Sprintf("Vlan%d", i+2)
		put("VLAN", vlan, "vlanid", strconv.Itoa(i+2))
		put("VLAN_INTERFACE", vlan)
		put("VLAN_INTERFACE", fmt.Sprintf("%s|10.%d.%d.1/24", vlan, i/250, i%250))
		for m := range 4 {
			put("VLAN_MEMBER", vlan+"|"+port((i*4+m)%120), "tagging_mode", "tagged")
		}
		put("ACL_RULE", fmt.Sprintf("DATA|RULE_%d", i), "PRIORITY", strconv.Itoa(i+1), "PACKET_ACTION", "DROP", "SRC_IP", fmt.Sprintf("192.0.%d.%d/32", i/250, i%250))
	}
	for i := range 200 {
		put("BGP_NEIGHBOR", fmt.Sprintf("default|172.16.0.%d", i+1), "asn", strconv.Itoa(64512+i), "holdtime", "9", "keepalive", "3")
		put("BGP_NEIGHBOR_AF", fmt.Sprintf("default|172.16.0.%d|ipv4_unicast", i+1), "admin_status", "up")
	}
	for i := 0; rows(c) < entries; i++ {
		put("STATIC_ROUTE", fmt.Sprintf("default|198.%d.%d.0/24", 18+i/250, i%250), "nexthop", "10.0.0.2")
	}
	return c
}

func port(i int) string { return fmt.Sprintf("Ethernet%d", i*4) }

func rows(c yang.Config) int {
	n := 0
	for _, table := range c {
		n += len(table)
	}
	return n
}

// change is ten rows that differ: half new, half edited.
func change(c yang.Config, wrong bool) (yang.Config, []yang.RowKey) {
	after := maps.Clone(c)
	var changed []yang.RowKey
	set := func(table, key, field, value string) {
		after[table] = maps.Clone(after[table])
		row := maps.Clone(after[table][key])
		if row == nil {
			row = make(map[string]string)
		}
		row[field] = value
		after[table][key] = row
		changed = append(changed, yang.RowKey{Table: table, Key: key})
	}
	mtu := "1500"
	if wrong {
		mtu = "15000"
	}
	for i := range 5 {
		set("VLAN_MEMBER", fmt.Sprintf("Vlan%d|%s", i+2, port(121)), "tagging_mode", "tagged")
		set("PORT", port(i), "mtu", mtu)
	}
	return after, changed
}
