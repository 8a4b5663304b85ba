package aclfile_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/cli/aclfile"
)

// parse reads the one rule of a file.
func parse(t *testing.T, rule string) aclfile.Entry {
	t.Helper()
	sets, err := aclfile.Parse([]byte(`{"acl": {"acl-sets": {"acl-set": {"data-acl": {"acl-entries": {"acl-entry": {"7": ` + rule + `}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != 1 || sets[0].Table != "DATA_ACL" || len(sets[0].Entries) != 1 {
		t.Fatalf("sets = %v", sets)
	}
	return sets[0].Entries[0]
}

func TestRule(t *testing.T) {
	const accept = `"actions": {"config": {"forwarding-action": "ACCEPT"}}, "config": {"sequence-id": 7}`
	for name, c := range map[string]struct {
		target aclfile.Target
		rule   string
		want   map[string]string
	}{
		"TCP": {aclfile.Target{Kind: "L3"}, `"ip": {"config": {"protocol": "IP_TCP", "source-ip-address": "10.0.0.0/8"}},
			"transport": {"config": {"source-port": "100..200", "destination-port": 179, "tcp-flags": ["TCP_SYN", "TCP_ACK"]}}`,
			map[string]string{
				"PACKET_ACTION": "FORWARD", "ETHER_TYPE": "2048", "IP_PROTOCOL": "6", "SRC_IP": "10.0.0.0/8",
				"L4_SRC_PORT_RANGE": "100-200", "L4_DST_PORT": "179", "TCP_FLAGS": "0x12/0x12",
			}},
		"ICMPv6": {aclfile.Target{Kind: "L3V6"}, `"ip": {"config": {"protocol": "IP_ICMP", "destination-ip-address": "2001:db8::/32"}}, "icmp": {"config": {"type": 128, "code": 0}}`,
			map[string]string{"PACKET_ACTION": "FORWARD", "IP_TYPE": "IPV6ANY", "IP_PROTOCOL": "58", "DST_IPV6": "2001:db8::/32", "ICMPV6_TYPE": "128", "ICMPV6_CODE": "0"}},
		"mirror": {aclfile.Target{Kind: "MIRROR", Session: "everflow0", Egress: true}, `"ip": {"config": {"dscp": 8}}, "l2": {"config": {"vlan-id": "20"}}`,
			map[string]string{"MIRROR_EGRESS_ACTION": "everflow0", "DSCP": "8", "VLAN_ID": "20"}},
		"control plane": {aclfile.Target{Kind: "CTRLPLANE"}, `"input-interface": {"interface-ref": {"config": {"interface": "Ethernet0,Ethernet4"}}}`,
			map[string]string{"PACKET_ACTION": "ACCEPT", "IN_PORTS": "Ethernet0,Ethernet4"}},
		"both versions": {aclfile.Target{Kind: "L3V4V6"}, `"l2": {"config": {"ethertype": "ETHERTYPE_IPV6"}}, "ip": {"config": {"protocol": "IP_ICMP"}}`,
			map[string]string{"PACKET_ACTION": "FORWARD", "ETHER_TYPE": "34525", "IP_PROTOCOL": "58"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.target.Highest = aclfile.DefaultHighest
			c.want["PRIORITY"] = "9993"
			got, row, err := c.target.Rule(parse(t, "{"+accept+", "+c.rule+"}"))
			if err != nil || got != "RULE_7" || !maps.Equal(row, c.want) {
				t.Errorf("%s %v, %v; want %v", got, row, err, c.want)
			}
		})
	}
}

func TestRuleRefused(t *testing.T) {
	const accept = `"actions": {"config": {"forwarding-action": "ACCEPT"}}`
	for rule, want := range map[string]string{
		`"config": {}`: "unknown rule action",
		accept + `, "config": {"sequence-id": "x"}`:                                                                "is not a number",
		accept + `, "ip": {"config": {"protocol": "IP_UDP"}}, "transport": {"config": {"tcp-flags": ["TCP_SYN"]}}`: "is not TCP",
		accept + `, "ip": {"config": {"source-ip-address": "10.0.0.1/8"}}`:                                         "host bits",
		accept + `, "ip": {"config": {"source-ip-address": "ten"}}`:                                                "does not appear to be",
		accept + `, "ip": {"config": {"protocol": "IP_X"}}`:                                                        "unknown rule protocol",
		accept + `, "l2": {"config": {"vlan-id": 4096}}`:                                                           "out of bounds",
		accept + `, "l2": {"config": {"ethertype": "X"}}`:                                                          "failed to convert",
		accept + `, "icmp": {"config": {"type": 256}}`:                                                             "out of bounds",
		accept + `, "ip": {"config": {"protocol": 17}}, "icmp": {"config": {"code": 1}}`:                           "is not ICMP",
	} {
		if _, _, err := (aclfile.Target{Kind: "L3"}).Rule(parse(t, "{"+rule+"}")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", rule, err, want)
		}
	}
	if _, _, err := (aclfile.Target{Kind: "MIRROR"}).Rule(parse(t, "{"+accept+"}")); err == nil {
		t.Error("a rule mirrors to no session")
	}
	if _, _, err := (aclfile.Target{Kind: "L3V4V6"}).Rule(parse(t, "{"+accept+"}")); err == nil {
		t.Error("a rule of both versions has no ethertype")
	}
}

func TestParseRefused(t *testing.T) {
	for _, file := range []string{"", "[]", "{}", `{"acl": {"acl-sets": {"acl-set": {"A": {"acl-entries": {"acl-entry": {"1": {"config": {"sequence-id": [1]}}}}}}}}}`} {
		if sets, err := aclfile.Parse([]byte(file)); err == nil {
			t.Errorf("%q is read as %v", file, sets)
		}
	}
}

func TestDefault(t *testing.T) {
	for kind, want := range map[string]bool{"L3": true, "L3V6": true, "L3V4V6": true, "MIRROR": false, "CTRLPLANE": false} {
		if row, ok := (aclfile.Target{Kind: kind}).Default(); ok != want || ok && row["PACKET_ACTION"] != "DROP" {
			t.Errorf("%s: %v, %v", kind, row, ok)
		}
	}
}
