package yang

import (
	"net/netip"
	"strings"
)

func portRules() []rule {
	return []rule{
		{"PORT", laneRule, []string{"PORT"}},
		{"PORT", chassisPortRule, []string{"DEVICE_METADATA"}},
		{"PORTCHANNEL_MEMBER", channelMemberRule, []string{"PORTCHANNEL_MEMBER", "INTERFACE"}},
		{"MCLAG_DOMAIN", mclagRule, []string{"PORT", "PORTCHANNEL"}},
		{"MCLAG_UNIQUE_IP", mclagUniqueRule, []string{"MCLAG_DOMAIN"}},
		{"MCLAG_INTERFACE", mclagMemberRule, []string{"PORTCHANNEL"}},
	}
}

// laneRule warns when two ports claim one lane of the ASIC.
func laneRule(r *rowRule) {
	for lane := range strings.SplitSeq(get(r.row, "lanes"), ",") {
		if owner, ok := r.laneOwners()[lane]; ok && owner != r.key {
			r.doubtful("lanes", "lane %s belongs to %s too", lane, owner)
			return
		}
	}
}

// chassisPortRule: the configuration of a whole chassis has no lanes: its ASICs
// have theirs in configurations of their own.
func chassisPortRule(r *rowRule) {
	r.only(!chassisHost(r.config), "DEVICE_METADATA|localhost has asic_name, on a chassis", "lanes")
}

// spared says whether a row need not have a field that its model demands.
func spared(config Config, table, field string) bool {
	return table == "PORT" && field == "lanes" && chassisHost(config)
}

// chassisHost says whether this is a chassis, and none of its ASICs.
func chassisHost(config Config) bool {
	metadata := config["DEVICE_METADATA"]["localhost"]
	if has(metadata, "asic_name") {
		return false
	}
	switch get(metadata, "switch_type") {
	case "voq", "chassis-packet", "fabric":
		return true
	}
	sku := get(metadata, "hwsku") // of SONiC's virtual switches with several ASICs
	return sku == "msft_four_asic_vs" || sku == "msft_multi_asic_vs"
}

func containsWord(list, word string) bool {
	for w := range strings.SplitSeq(list, ",") {
		if w == word {
			return true
		}
	}
	return false
}

// channelMemberRule keeps a port in one port channel, and members from routing.
func channelMemberRule(r *rowRule) {
	channel, port, _ := strings.Cut(r.key, "|")
	if first := r.channelsOf(port)[0]; first != channel {
		r.wrong("", "%s is a member of another port channel, %s", port, first)
	}
	if r.exists("INTERFACE", port) {
		r.wrong("", "%s has a row in INTERFACE; a member of a port channel cannot route itself", port)
	}
}

// mclagRule: operators name the link before they make it.
func mclagRule(r *rowRule) {
	if link := get(r.row, "peer_link"); link != "" && !r.exists("PORT", link) && !r.exists("PORTCHANNEL", link) {
		r.needs("peer_link", "%s is neither in PORT nor in PORTCHANNEL", link)
	}
}

func vlanRules() []rule {
	return []rule{
		{"VLAN", vlanIDRule, nil},
		{"VLAN_MEMBER", memberRule, []string{"VLAN_MEMBER", "INTERFACE", "PORTCHANNEL_INTERFACE", "PORTCHANNEL_MEMBER", "MIRROR_SESSION"}},
		{"FDB", staticAddressRule, []string{"VLAN_MEMBER"}},
		{"STP_PORT", portfastRule, []string{"STP"}},
		{"STP_MST", regionRule, []string{"STP"}},
		{"CFG_L2MC_MROUTER_TABLE", routerPortRule, []string{"VLAN_MEMBER"}},
		{"CFG_MLD_L2MC_MROUTER_TABLE", routerPortRule, []string{"VLAN_MEMBER"}},
		{"CFG_L2MC_STATIC_GROUP_TABLE", staticGroupRule, []string{"VLAN_MEMBER"}},
		{"CFG_MLD_L2MC_STATIC_GROUP_TABLE", staticGroupRule, []string{"VLAN_MEMBER"}},
		{"CFG_L2MC_STATIC_MEMBER_TABLE", staticGroupRule, []string{"VLAN_MEMBER"}},
		{"CFG_MLD_L2MC_STATIC_MEMBER_TABLE", staticGroupRule, []string{"VLAN_MEMBER"}},
	}
}

func portfastRule(r *rowRule) {
	if get(r.row, "portfast") == "true" && r.spanningTree() != "pvst" {
		r.needs("portfast", "true needs mode pvst in STP|GLOBAL; want edge_port for mode mst")
	}
}

// regionRule: what bridges of a region agree in means nothing to a tree per VLAN.
func regionRule(r *rowRule) {
	if len(r.row) > 0 && r.spanningTree() != "mst" {
		r.needs("", "needs mode mst in STP|GLOBAL")
	}
}

func (r *rowRule) spanningTree() string { return get(r.config["STP"]["GLOBAL"], "mode") }

func routerPortRule(r *rowRule) { r.inVLAN("", r.part(1)) }

// inVLAN warns of a port that is not in the VLAN of the row's key.
func (r *rowRule) inVLAN(field, port string) {
	if vlan := r.part(0); !r.exists("VLAN_MEMBER", vlan+"|"+port) {
		r.doubtful(field, "%s is no member of %s", port, vlan)
	}
}

// staticGroupRule: those of link scope go to everybody (RFC 4541 section 2.1.2).
func staticGroupRule(r *rowRule) {
	group, err := netip.ParseAddr(r.part(1))
	if err != nil || !group.IsMulticast() || strings.HasPrefix(r.part(1), "224.0.0.") || group.IsLinkLocalMulticast() || group.IsInterfaceLocalMulticast() {
		r.wrong("", "%s is not a multicast group beyond the link", r.part(1))
	}
	if port := r.part(2); port != "" {
		r.inVLAN("", port)
	}
	for _, port := range r.list("out-intf") {
		r.inVLAN("out-intf", port)
	}
}

func vlanIDRule(r *rowRule) {
	if id := get(r.row, "vlanid"); id != "" && "Vlan"+id != r.key {
		r.wrong("vlanid", "%q does not fit the name, want %q", id, strings.TrimPrefix(r.key, "Vlan"))
	}
}

// staticAddressRule: an address is behind a port that is in the VLAN, and it is
// one station's.
func staticAddressRule(r *rowRule) {
	vlan, mac, _ := strings.Cut(r.key, "|")
	if port := get(r.row, "port"); port != "" && !r.exists("VLAN_MEMBER", vlan+"|"+port) {
		r.wrong("port", "%s is no member of %s", port, vlan)
	}
	if len(mac) > 1 && strings.ContainsRune("13579bdfBDF", rune(mac[1])) {
		r.wrong("", "%s is a group address; only single stations can have an entry", mac)
	}
}

// memberRule keeps the ports of a VLAN free for it: a frame without a tag can
// belong to one VLAN only, and a port that routes or that is part of a port
// channel takes part in no VLAN itself.
func memberRule(r *rowRule) {
	vlan, port, _ := strings.Cut(r.key, "|")
	if get(r.row, "tagging_mode") == "untagged" {
		if first := r.untaggedIn(port)[0]; first != vlan {
			r.wrong("tagging_mode", "%s is untagged in %s already; a port is untagged in one VLAN only", port, first)
		}
	}
	if r.exists("INTERFACE", port) || r.exists("PORTCHANNEL_INTERFACE", port) {
		r.wrong("", "%s is a router interface; remove its row from INTERFACE or PORTCHANNEL_INTERFACE first", port)
	}
	for _, channel := range r.channelsOf(port) {
		r.wrong("", "%s is part of %s; add the port channel to the VLAN instead", port, channel)
	}
	if session := r.mirrorTo(port); session != "" {
		r.wrong("", "%s is the destination of the mirror session %s", port, session)
	}
}

// mclagMemberRule: operators name the members before they make the port channels.
func mclagMemberRule(r *rowRule) {
	if channel := r.part(1); !r.exists("PORTCHANNEL", channel) {
		r.needs("if_name", "%s is not in PORTCHANNEL", channel)
	}
}

// mclagUniqueRule: addresses of their own mean something between two switches.
func mclagUniqueRule(r *rowRule) {
	if len(r.config["MCLAG_DOMAIN"]) == 0 {
		r.needs("", "needs a row in MCLAG_DOMAIN")
	}
}
