package configure

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableMCLAG          = "MCLAG_DOMAIN"
	tableMCLAGInterface = "MCLAG_INTERFACE"
	tableMCLAGUniqueIP  = "MCLAG_UNIQUE_IP"
)

// newMCLAG makes `config mclag`.
func newMCLAG(s *session.Session) *cobra.Command {
	uniqueIP := func(verb, ing string) *cobra.Command {
		return newEdit(s, verb+" <interface_names>", verb+" unique IP of VLAN interfaces", func(e *edit) error { return setUniqueIP(e, verb == "add", ing) })
	}
	return click.Group("mclag", "MCLAG-related configuration tasks",
		newEdit(s, "add <domain_id> <source_ip_addr> <peer_ip_addr> [<peer_ifname>]", "Add MCLAG Domain", addMCLAG),
		newEdit(s, "del <domain_id>", "Delete MCLAG Domain", delMCLAG),
		newEdit(s, "keepalive-interval <domain_id> <time_in_secs>", "Keepalive interval", setKeepalive),
		newEdit(s, "session-timeout <domain_id> <time_in_secs>", "Session timeout", setSessionTimeout),
		click.Group("member", "Members of the domain",
			newEdit(s, "add <domain_id> <portchannel_names>", "Add member interfaces", func(e *edit) error {
				for name := range strings.SplitSeq(e.args[1], ",") {
					if err := checkChannel(e.cmd, name); err != nil {
						return err
					}
					e.c.Replace(tableMCLAGInterface, e.args[0]+"|"+name, commit.Row{"if_type": "PortChannel"})
				}
				return mclagConfigured(e)
			}),
			newEdit(s, "del <domain_id> <portchannel_names>", "Delete member interfaces", func(e *edit) error {
				for name := range strings.SplitSeq(e.args[1], ",") {
					if !e.c.Has(tableMCLAGInterface, e.args[0]+"|"+name) {
						return e.failf("Failed to delete mclag member %s from mclag domain %s", name, e.args[0])
					}
					e.c.Delete(tableMCLAGInterface, e.args[0]+"|"+name)
				}
				return nil
			})),
		click.Group("unique-ip", "Configure Unique IP on MCLAG Vlan interface", uniqueIP("add", "enabling"), uniqueIP("del", "disabling")))
}

// mclagAddress wants an IPv4 address that a switch can have.
func mclagAddress(e *edit, said, whose string) error {
	a, err := netip.ParseAddr(said)
	why := ""
	switch {
	case err != nil:
	case !a.Is4():
		why = ", Reason: Not an IPv4 address"
	case reserved(a):
		why = ", Reason: IPv4 reserved address range."
	case a.IsMulticast():
		why = ", Reason: IPv4 Multicast address range."
	case a.IsUnspecified():
		why = "."
	default:
		return nil
	}
	if why != "" {
		e.s.Printf("%s Not Valid%s\n", said, why)
	}
	return e.failf("%s invalid %s ip address", said, whose)
}

// mclagPeerLink wants a port or the name of a port channel, which may come later.
func mclagPeerLink(e *edit, name string) error {
	switch {
	case name == "", strings.HasPrefix(name, "Ethernet") && e.c.Has(schema.TablePort, name):
		return nil
	case strings.HasPrefix(name, "Ethernet"):
		return e.failf("peer Ethernet interface name is invalid. it is not present in port table of configDb!!")
	case !strings.HasPrefix(name, channelPrefix):
		return e.failf("peer interface is invalid, should be Ethernet interface or portChannel !!")
	case checkChannel(e.cmd, name) != nil:
		return e.failf("peer PortChannel interface name is invalid !!")
	}
	return nil
}

func addMCLAG(e *edit) error {
	id, err := e.number(0, "<domain_id>")
	if err != nil {
		return err
	}
	if id < 1 || id > 4095 {
		return e.failf("%d invalid domain ID, valid range is 1 to 4095", id)
	}
	if err := mclagAddress(e, e.args[1], "local"); err != nil {
		return err
	}
	if err := mclagAddress(e, e.args[2], "peer"); err != nil {
		return err
	}
	if err := mclagPeerLink(e, e.arg(3)); err != nil {
		return err
	}
	key := strconv.Itoa(id)
	for _, other := range e.c.Keys(tableMCLAG) {
		if other != key {
			return e.failf("only one mclag Domain can be configured. Already one domain %s configured ", other)
		}
	}
	row := commit.Row{"source_ip": e.args[1], "peer_ip": e.args[2]}
	if peer := e.arg(3); peer != "" {
		row["peer_link"] = peer
	}
	e.c.Set(tableMCLAG, key, row)
	return nil
}

// delMCLAG takes the domain's members away with it.
func delMCLAG(e *edit) error {
	id, err := e.number(0, "<domain_id>")
	if err != nil {
		return err
	}
	key := strconv.Itoa(id)
	e.tellf("MCLAG Domain delete takes care of deleting all associated MCLAG Interfaces")
	for _, member := range e.c.Keys(tableMCLAGInterface) {
		if strings.HasPrefix(member, key+"|") {
			e.c.Delete(tableMCLAGInterface, member)
		}
	}
	e.c.Delete(tableMCLAG, key)
	return nil
}

func mclagConfigured(e *edit) error {
	if !e.c.Has(tableMCLAG, e.args[0]) {
		return e.failf("MCLAG Domain %s not configured, configure mclag domain first", e.args[0])
	}
	return nil
}

// mclagTime gives a time of the domain, or its default.
func mclagTime(e *edit, field string, otherwise int) int {
	if n, err := strconv.Atoi(e.row(tableMCLAG, e.args[0])[field]); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// timesAgree: three keepalives may get lost before the session ends.
func timesAgree(e *edit, keepalive, timeout int) error {
	if timeout < 3*keepalive {
		return e.failf("MCLAG Keepalive:%d Session_timeout:%d values not satisfying session_timeout >= (3 * KA) ", keepalive, timeout)
	}
	if timeout%keepalive != 0 {
		return e.failf("MCLAG keepalive:%d Session_timeout:%d Values not satisfying session_timeout should be a multiple of KA", keepalive, timeout)
	}
	return nil
}

func setKeepalive(e *edit) error {
	n, err := e.number(1, "<time_in_secs>")
	if err != nil {
		return err
	}
	if err := mclagConfigured(e); err != nil {
		return err
	}
	if n < 1 || n > 60 {
		return e.failf("Keepalive %d not in valid range[1-60]", n)
	}
	if err := timesAgree(e, n, mclagTime(e, "session_timeout", 15)); err != nil {
		return err
	}
	e.c.SetField(tableMCLAG, e.args[0], "keepalive_interval", strconv.Itoa(n))
	return nil
}

func setSessionTimeout(e *edit) error {
	n, err := e.number(1, "<time_in_secs>")
	if err != nil {
		return err
	}
	if err := mclagConfigured(e); err != nil {
		return err
	}
	if n < 3 || n > 3600 {
		return e.failf("Session timeout %d not in valid range[3-3600]", n)
	}
	if err := timesAgree(e, mclagTime(e, "keepalive_interval", 1), n); err != nil {
		return err
	}
	e.c.SetField(tableMCLAG, e.args[0], "session_timeout", strconv.Itoa(n))
	return nil
}

// setUniqueIP must come before an interface has a VRF or addresses.
func setUniqueIP(e *edit, add bool, ing string) error {
	if add && len(e.c.Keys(tableMCLAG)) == 0 {
		return e.failf("MCLAG not configured. MCLAG should be configured.")
	}
	for name := range strings.SplitSeq(e.args[0], ",") {
		if !strings.HasPrefix(name, "Vlan") {
			return e.failf("%s is invalid!, name should have prefix 'Vlan' and suffix 'vlan id'", name)
		}
		if e.row(schema.TableVLANInterface, name)["vrf_name"] != "" {
			return e.failf("%s is configured with Non default VRF, remove the VRF configuration and reconfigure after %s unique IP configuration.", name, ing)
		}
		for _, address := range addressesOf(e.c, schema.TableVLANInterface, name) {
			return e.failf("%s is configured with IP %s, remove the IP configuration and reconfigure after %s unique IP configuration.", name, address, ing)
		}
		switch {
		case add:
			e.c.Replace(tableMCLAGUniqueIP, name, commit.Row{"unique_ip": "enable"})
		case !e.c.Has(tableMCLAGUniqueIP, name):
			return e.failf("Failed to delete mclag unique IP from Vlan interface %s", name)
		default:
			e.c.Delete(tableMCLAGUniqueIP, name)
		}
	}
	return nil
}
