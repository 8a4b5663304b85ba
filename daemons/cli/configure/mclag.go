package configure

import (
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

func addMCLAG(e *edit) error {
	id, err := e.number(0, "<domain_id>")
	if err != nil {
		return err
	}
	if id < 1 || id > 4095 {
		return e.failf("%d invalid domain ID, valid range is 1 to 4095", id)
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
