package configure

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// aliasMode says whether the operator names ports by their alias.
func aliasMode(s *session.Session) bool { return s.Getenv("SONIC_CLI_IFACE_MODE") == "alias" }

// portNamed translates a port's alias when the operator uses aliases.
func portNamed(s *session.Session, cmd *cobra.Command, c *commit.Candidate, name string) (string, error) {
	if !aliasMode(s) {
		return name, nil
	}
	base, sub, isSub := strings.Cut(name, ".")
	for _, port := range c.Keys(schema.TablePort) {
		row, _ := c.Row(schema.TablePort, port)
		if row["alias"] == base || port == base {
			if isSub {
				port += "." + sub
			}
			return port, nil
		}
	}
	return name, nil
}

// channelOf gives the port channel that a port belongs to, or "".
func channelOf(c *commit.Candidate, port string) string {
	for _, key := range c.Keys(schema.TablePortChannelMember) {
		if channel, member, _ := strings.Cut(key, "|"); member == port {
			return channel
		}
	}
	return ""
}

// vlansOf lists the VLANs of a port or port channel with the tagging mode.
func vlansOf(c *commit.Candidate, port string) map[string]string {
	out := make(map[string]string)
	for _, key := range c.Keys(schema.TableVLANMember) {
		if vlan, member, _ := strings.Cut(key, "|"); member == port {
			row, _ := c.Row(schema.TableVLANMember, key)
			out[vlan] = row["tagging_mode"]
		}
	}
	return out
}

// isRouterInterface says whether a port or port channel has a row that makes it route.
func isRouterInterface(c *commit.Candidate, name string) bool {
	return c.Has(interfaceTable(name), name) || len(addressesOf(c, interfaceTable(name), name)) > 0
}

// mirrorSessionTo names the mirror session that sends to a port, or "".
func mirrorSessionTo(c *commit.Candidate, port string) string {
	for _, name := range c.Keys("MIRROR_SESSION") {
		if row, _ := c.Row("MIRROR_SESSION", name); row["dst_port"] == port {
			return name
		}
	}
	return ""
}

// interfaceTable gives the CONFIG_DB table that makes an interface route, or "".
func interfaceTable(name string) string {
	if isSubInterface(name) {
		return schema.TableVLANSubInterface
	}
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfacePort:
		return schema.TableInterface
	case schema.InterfaceVLAN:
		return schema.TableVLANInterface
	case schema.InterfaceLoopback:
		return schema.TableLoopbackInterface
	case schema.InterfacePortChannel:
		return schema.TablePortChannelInterface
	case schema.InterfaceMgmt:
		return schema.TableMgmtInterface
	}
	return ""
}

// isSubInterface knows the long and the short names: Ethernet0.10, Eth0.10, Po1.10.
func isSubInterface(name string) bool {
	base, _, ok := strings.Cut(name, ".")
	return ok && (strings.HasPrefix(base, "Eth") || strings.HasPrefix(base, "Po"))
}

// oneASIC gives a group the option of switches with several ASICs, which scripts name on all of them. There is one.
func oneASIC(g *cobra.Command) *cobra.Command {
	g.PersistentFlags().StringP("namespace", "n", "", "Namespace name")
	return g
}

// ownSocket gives a group an option of SONiC's that names the database. It is the one that the switch has.
func ownSocket(g *cobra.Command) *cobra.Command {
	g.PersistentFlags().StringP("redis-unix-socket-path", "s", "", "unix socket path for redis connection; the one that the switch has is used")
	return g
}

// parentOf gives the long name of a subinterface's parent.
func parentOf(name string) string {
	base, _, _ := strings.Cut(name, ".")
	return schema.LongName(base)
}

// exists says whether the configuration knows an interface.
func exists(c *commit.Candidate, name string) bool {
	if isSubInterface(name) {
		return c.Has(schema.TableVLANSubInterface, name)
	}
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfacePort:
		return c.Has(schema.TablePort, name)
	case schema.InterfaceVLAN:
		return c.Has(schema.TableVLAN, name)
	case schema.InterfaceLoopback:
		return c.Has(schema.TableLoopbackInterface, name)
	case schema.InterfacePortChannel:
		return c.Has(schema.TablePortChannel, name)
	case schema.InterfaceMgmt:
		return name == "eth0" || c.Has(schema.TableMgmtPort, name)
	}
	return false
}

// addressesOf lists the prefixes of an interface as its table writes them.
func addressesOf(c *commit.Candidate, table, name string) []string {
	var out []string
	for _, key := range c.Keys(table) {
		if n, prefix, ok := strings.Cut(key, "|"); ok && n == name {
			out = append(out, prefix)
		}
	}
	return out
}

// atoi reads a number that must be all digits.
func atoi(s string) (int, bool) {
	n := 0
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for _, d := range s {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int(d-'0')
	}
	return n, true
}

// vlanName gives the name of a VLAN by its number.
func vlanName(id int) string { return fmt.Sprintf("Vlan%d", id) }

// keysOf lists the keys of a map in order.
func keysOf(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
