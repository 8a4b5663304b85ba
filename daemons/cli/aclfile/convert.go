package aclfile

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Target is the list that rules are made for.
type Target struct {
	Kind    string // type of the list, in upper case
	Session string // of mirroring, "" when there is none
	Egress  bool   // which packets a mirroring list mirrors
	Highest int    // priority that a rule 0 would have
}

// DefaultHighest is the priority that SONiC counts down from.
const DefaultHighest = 10000

const (
	l3, l3v6, l3v4v6 = "L3", "L3V6", "L3V4V6"
	drop             = "DROP"

	protocolICMP, protocolTCP, protocolICMPv6 = 1, 6, 58
	etherIPv4, etherIPv6                      = 0x0800, 0x86dd
)

func etherTypes() map[word]int {
	return map[word]int{
		"ETHERTYPE_LLDP": 0x88cc, "ETHERTYPE_VLAN": 0x8100, "ETHERTYPE_ROCE": 0x8915, "ETHERTYPE_ARP": 0x0806,
		"ETHERTYPE_IPV4": etherIPv4, "ETHERTYPE_IPV6": etherIPv6, "ETHERTYPE_MPLS": 0x8847,
	}
}

func protocols() map[word]int {
	return map[word]int{
		"IP_TCP": protocolTCP, "IP_ICMP": protocolICMP, "IP_UDP": 17, "IP_IGMP": 2, "IP_PIM": 103,
		"IP_RSVP": 46, "IP_GRE": 47, "IP_AUTH": 51, "IP_ICMPV6": protocolICMPv6, "IP_L2TP": 115,
	}
}

func (t Target) controlPlane() bool { return t.Kind == "CTRLPLANE" }
func (t Target) mirror() bool       { return strings.HasPrefix(t.Kind, "MIRROR") }

// version6 tells whether a rule of the list is about IPv6.
func (t Target) version6(r rule) bool {
	switch t.Kind {
	case l3v6, "MIRRORV6":
		return true
	case l3v4v6:
		return r.L2.Config.EtherType == "ETHERTYPE_IPV6"
	}
	n, err := strconv.Atoi(string(r.IP.Config.Protocol))
	return r.IP.Config.Protocol == "IP_ICMPV6" || err == nil && n == protocolICMPv6
}

// Default gives the rule that drops what no other takes, false for a list that
// has none.
func (t Target) Default() (map[string]string, bool) {
	row := map[string]string{"PRIORITY": "1", "PACKET_ACTION": drop}
	switch t.Kind {
	case l3v6:
		row["IP_TYPE"] = "IPV6ANY"
	case l3:
		row["ETHER_TYPE"] = strconv.Itoa(etherIPv4)
	case l3v4v6:
		row["IP_TYPE"] = "IP"
	default:
		return nil, false
	}
	return row, true
}

// Rule turns a rule of a file into a row and its name.
func (t Target) Rule(e Entry) (string, map[string]string, error) {
	r := e.rule
	n, err := strconv.Atoi(string(r.Config.Sequence))
	if err != nil {
		return "", nil, fmt.Errorf("sequence-id %s is not a number", r.Config.Sequence)
	}
	row := map[string]string{"PRIORITY": strconv.Itoa(t.Highest - n)}
	switch t.Kind {
	case l3v4v6:
		if v := r.L2.Config.EtherType; v != "ETHERTYPE_IPV4" && v != "ETHERTYPE_IPV6" {
			return "", nil, fmt.Errorf("ethertype=%s is neither ETHERTYPE_IPV4 nor ETHERTYPE_IPV6", v)
		}
	case l3v6:
		row["IP_TYPE"] = "IPV6ANY"
	case l3:
		row["ETHER_TYPE"] = strconv.Itoa(etherIPv4)
	}
	for _, part := range []func(rule) (map[string]string, error){t.action, frame, t.packet, t.icmp, transport} {
		fields, err := part(r)
		if err != nil {
			return "", nil, err
		}
		maps.Copy(row, fields)
	}
	if v := r.Input.Reference.Config.Interface; v != "" {
		row["IN_PORTS"] = string(v)
	}
	return "RULE_" + strconv.Itoa(n), row, matched(row)
}

func (t Target) action(r rule) (map[string]string, error) {
	said := r.Actions.Config.Forwarding
	switch {
	case said == drop || said == "REJECT":
		return map[string]string{"PACKET_ACTION": drop}, nil
	case said != "ACCEPT":
		return nil, fmt.Errorf("unknown rule action %s", said)
	case t.controlPlane():
		return map[string]string{"PACKET_ACTION": "ACCEPT"}, nil
	case !t.mirror():
		return map[string]string{"PACKET_ACTION": "FORWARD"}, nil
	case t.Session == "":
		return nil, fmt.Errorf("mirroring session does not exist")
	case t.Egress:
		return map[string]string{"MIRROR_EGRESS_ACTION": t.Session}, nil
	}
	return map[string]string{"MIRROR_INGRESS_ACTION": t.Session}, nil
}

func frame(r rule) (map[string]string, error) {
	out := make(map[string]string)
	if v := r.L2.Config.EtherType; v != "" {
		n, known := etherTypes()[v]
		if !known {
			number, err := strconv.ParseUint(string(v), 0, 16)
			if err != nil {
				return nil, fmt.Errorf("failed to convert ethertype %s", v)
			}
			n = int(number)
		}
		out["ETHER_TYPE"] = strconv.Itoa(n)
	}
	err := number(out, "VLAN_ID", "VLAN ID", r.L2.Config.VLAN, 1, 4094)
	return out, err
}

func (t Target) packet(r rule) (map[string]string, error) {
	out := make(map[string]string)
	c := r.IP.Config
	if c.Protocol != "" && c.Protocol != "0" {
		n, known := protocols()[c.Protocol]
		if !known {
			var err error
			if n, err = strconv.Atoi(string(c.Protocol)); err != nil {
				return nil, fmt.Errorf("unknown rule protocol %s", c.Protocol)
			}
		} else if n == protocolICMP && t.version6(r) {
			n = protocolICMPv6
		}
		out["IP_PROTOCOL"] = strconv.Itoa(n)
	}
	for field, v := range map[string]word{"SRC_IP": c.Source, "DST_IP": c.Destination} {
		if v == "" {
			continue
		}
		p, err := network(string(v))
		if err != nil {
			return nil, err
		}
		if p.Addr().Is6() {
			field += "V6"
		}
		out[field] = p.String()
	}
	if t.mirror() && c.DSCP != "" && c.DSCP != "0" {
		out["DSCP"] = string(c.DSCP)
	}
	return out, nil
}

// network reads an address or a network.
func network(said string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(said); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(said)
	switch {
	case err != nil:
		return p, fmt.Errorf("'%s' does not appear to be an IPv4 or IPv6 network", said)
	case p.Masked() != p:
		return p, fmt.Errorf("%s has host bits set", said)
	}
	return p, nil
}

func (t Target) icmp(r rule) (map[string]string, error) {
	prefix := "ICMP"
	if t.version6(r) {
		prefix = "ICMPV6"
	}
	out := make(map[string]string)
	if err := number(out, prefix+"_TYPE", "ICMP type", r.ICMP.Config.Type, 0, 255); err != nil {
		return nil, err
	}
	err := number(out, prefix+"_CODE", "ICMP code", r.ICMP.Config.Code, 0, 255)
	return out, err
}

// number stores a number that lies between two others.
func number(out map[string]string, field, what string, v word, low, high int) error {
	if v == "" {
		return nil
	}
	n, err := strconv.Atoi(string(v))
	if err != nil || n < low || n > high {
		return fmt.Errorf("%s %s is out of bounds [%d, %d]", what, v, low, high)
	}
	out[field] = strconv.Itoa(n)
	return nil
}

func transport(r rule) (map[string]string, error) {
	out := make(map[string]string)
	c := r.Transport.Config
	for field, v := range map[string]word{"L4_SRC_PORT": c.Source, "L4_DST_PORT": c.Destination} {
		if low, high, isRange := strings.Cut(string(v), ".."); isRange {
			out[field+"_RANGE"] = low + "-" + high
		} else if v != "" && v != "0" {
			out[field] = string(v)
		}
	}
	names := []string{"TCP_FIN", "TCP_SYN", "TCP_RST", "TCP_PSH", "TCP_ACK", "TCP_URG", "TCP_ECE", "TCP_CWR"}
	flags := 0
	for _, flag := range c.Flags {
		if bit := slices.Index(names, flag); bit >= 0 {
			flags |= 1 << bit
		}
	}
	if flags != 0 {
		out["TCP_FLAGS"] = fmt.Sprintf("0x%02x/0x%02x", flags, flags)
	}
	return out, nil
}

// matched refuses fields that packets of the rule's protocol do not have.
func matched(row map[string]string) error {
	protocol := row["IP_PROTOCOL"]
	if protocol == "" {
		return nil
	}
	for _, m := range []struct {
		name     string
		fields   []string
		protocol int
	}{
		{"TCP", []string{"TCP_FLAGS"}, protocolTCP},
		{"ICMP", []string{"ICMP_TYPE", "ICMP_CODE"}, protocolICMP},
		{"ICMPV6", []string{"ICMPV6_TYPE", "ICMPV6_CODE"}, protocolICMPv6},
	} {
		has := slices.ContainsFunc(m.fields, func(f string) bool { return row[f] != "" })
		if has && protocol != strconv.Itoa(m.protocol) {
			return fmt.Errorf("IP_PROTOCOL=%s is not %s, but %s fields were provided", protocol, m.name, m.name)
		}
	}
	return nil
}
