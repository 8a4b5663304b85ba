package yang

import "strings"

func interfaceRules() []rule {
	return []rule{
		{"INTERFACE", addressRule, []string{"INTERFACE"}},
		{"PORTCHANNEL_INTERFACE", channelAddressRule, []string{"PORTCHANNEL_INTERFACE"}},
		{"VLAN_INTERFACE", addressRule, []string{"VLAN_INTERFACE"}},
		{"VLAN_INTERFACE", anycastRule, []string{"SAG"}},
		{"VLAN_SUB_INTERFACE", subInterfaceRule, []string{"PORT", "PORTCHANNEL"}},
		{"INTERFACE", overlapRule, addressTables()},
		{"PORTCHANNEL_INTERFACE", overlapRule, addressTables()},
		{"VLAN_INTERFACE", overlapRule, addressTables()},
		{"VLAN_SUB_INTERFACE", overlapRule, addressTables()},
		{"LOOPBACK_INTERFACE", overlapRule, addressTables()},
	}
}

// addressRule: an address needs the row that makes its interface route.
func addressRule(r *rowRule) {
	if name := r.loneAddress(); name != "" {
		r.wrong("", loneAddressText, name, name)
	}
}

// channelAddressRule is addressRule for port channels, where SONiC's models leave it open.
func channelAddressRule(r *rowRule) {
	if name := r.loneAddress(); name != "" {
		r.doubtful("", loneAddressText, name, name)
	}
}

const loneAddressText = "%s has no row of its own; add %q: {}"

// loneAddress gives the interface of an address that has no row, or "".
func (r *rowRule) loneAddress() string {
	name, _, isAddress := strings.Cut(r.key, "|")
	if !isAddress || r.exists(r.table, name) {
		return ""
	}
	return name
}

func anycastRule(r *rowRule) {
	if strings.EqualFold(get(r.row, "static_anycast_gateway"), "true") && get(r.config["SAG"]["GLOBAL"], "gateway_mac") == "" {
		r.needs("static_anycast_gateway", "needs gateway_mac in SAG|GLOBAL")
	}
}

// subInterfaceRule: the parent must exist, and the short form of a name
// (Eth0.10, Po1.10) does not say the VLAN.
func subInterfaceRule(r *rowRule) {
	name, _, isAddress := strings.Cut(r.key, "|")
	base, _, ok := strings.Cut(name, ".")
	if isAddress || !ok {
		return
	}
	if r.exists("PORT", base) || r.exists("PORTCHANNEL", base) {
		return
	}
	parent := base
	switch {
	case strings.HasPrefix(base, "Ethernet"), strings.HasPrefix(base, "PortChannel"):
	case strings.HasPrefix(base, "Eth"):
		parent = "Ethernet" + strings.TrimPrefix(base, "Eth")
	case strings.HasPrefix(base, "Po"):
		parent = "PortChannel" + strings.TrimPrefix(base, "Po")
	}
	if !r.exists("PORT", parent) && !r.exists("PORTCHANNEL", parent) {
		r.wrong("", "its parent %s is in neither PORT nor PORTCHANNEL", parent)
		return
	}
	if !r.has("vlan") {
		r.wrong("vlan", "must be set: the short name %s does not say the VLAN", name)
	}
}

// overlapRule warns of a subnet that two interfaces of one routing table have:
// one of them will not be reached. SONiC allows it.
func overlapRule(r *rowRule) {
	if o, ok := r.overlapOf(r.table, r.key); ok {
		r.doubtful("", "subnet %s overlaps with %s of %s", o.mine, o.theirs, o.other)
	}
}
