package configure

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableSNMPAddress = "SNMP_AGENT_ADDRESS_CONFIG"
	tableSNMPTrap    = "SNMP_TRAP_CONFIG"
)

// snmpPlace are the options that say where besides an address.
type snmpPlace struct{ port, vrf string }

func (p *snmpPlace) on(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVarP(&p.port, "port", "p", p.port, "SNMP port")
	cmd.Flags().StringVarP(&p.vrf, "vrf", "v", p.vrf, "VRF Name mgmt/DataVrfName/None")
	return cmd
}

// newSNMPAgent makes `config snmpagentaddress`: where the agent listens.
func newSNMPAgent(s *session.Session) *cobra.Command {
	var at, from snmpPlace
	const arg = "<SNMP_AGENT_LISTENING_IP_Address>"
	return click.Group("snmpagentaddress", "SNMP agent listening IP address, port, vrf configuration",
		at.on(newEdit(s, "add "+arg, "Add the SNMP agent listening IP:Port%Vrf configuration", func(e *edit) error { return addSNMPAgent(e, at) })),
		from.on(newEdit(s, "del "+arg, "Delete the SNMP agent listening IP:Port%Vrf configuration", func(e *edit) error {
			e.c.Delete(tableSNMPAddress, strings.Join([]string{e.args[0], from.port, from.vrf}, "|"))
			return nil
		})))
}

func addSNMPAgent(e *edit, at snmpPlace) error {
	plain, _, _ := strings.Cut(e.args[0], "%")
	if _, err := netip.ParseAddr(plain); err != nil {
		e.tellf("Invalid IP address")
		return nil
	}
	if at.vrf == "" && e.row(schema.TableMgmtVRFConfig, schema.KeyMgmtVRFGlobal)["mgmtVrfEnabled"] == "true" {
		e.tellf("ManagementVRF is Enabled. Provide vrf.")
		return nil
	}
	here, err := isOurs(e.args[0])
	if err != nil {
		return err
	}
	if !here {
		e.tellf("IP address is not available")
		return nil
	}
	// snmpd does not start with two entries of one address and port.
	prefix := e.args[0] + "|" + at.port
	for _, key := range e.c.Keys(tableSNMPAddress) {
		if strings.HasPrefix(key, prefix) {
			e.tellf("entry with %s:%s already exists ", e.args[0], at.port)
			return nil
		}
	}
	e.c.Replace(tableSNMPAddress, prefix+"|"+at.vrf, commit.Row{})
	return nil
}

// isOurs tells whether an interface has an address; a link-local one is said with its interface.
func isOurs(said string) (bool, error) {
	want, err := netip.ParseAddr(said)
	if err != nil {
		return false, nil
	}
	links, err := net.Interfaces()
	if err != nil {
		return false, fmt.Errorf("list interfaces: %w", err)
	}
	for _, link := range links {
		addrs, err := link.Addrs()
		if err != nil {
			continue // it is gone by now
		}
		for _, a := range addrs {
			p, err := netip.ParsePrefix(a.String())
			if err != nil {
				continue
			}
			addr := p.Addr()
			if addr.IsLinkLocalUnicast() && addr.Is6() {
				addr = addr.WithZone(link.Name)
			}
			if addr == want {
				return true, nil
			}
		}
	}
	return false, nil
}

// newSNMPTrap makes `config snmptrap`: who is told of events, one for each version.
func newSNMPTrap(s *session.Session) *cobra.Command {
	to := snmpPlace{port: "162", vrf: "None"}
	community := "public"
	versions := []string{"1", "2", "3"}
	version := func(e *edit) (string, error) {
		v, err := click.Choice(e.cmd, "<SNMP Version>", e.args[0], versions...)
		return "v" + v + "TrapDest", err
	}
	modify := to.on(newEdit(s, "modify <SNMP_Version> <SNMP_TRAP_SERVER_IP_Address>", "Modify the SNMP Trap server configuration", func(e *edit) error {
		key, err := version(e)
		if err != nil {
			return err
		}
		e.c.Set(tableSNMPTrap, key, commit.Row{"DestIp": e.args[1], "DestPort": to.port, "vrf": to.vrf, "Community": community})
		return nil
	}))
	modify.Flags().StringVarP(&community, "comm", "c", community, "Community")
	return click.Group("snmptrap", "SNMP Trap server configuration to send traps", modify,
		newEdit(s, "del <SNMP_Version>", "Delete the SNMP Trap server configuration", func(e *edit) error {
			key, err := version(e)
			if err != nil {
				return err
			}
			e.c.Delete(tableSNMPTrap, key)
			return nil
		}))
}
